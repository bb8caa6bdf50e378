"""Spreadsheets in and out: `writing.write` and `reading.read`. No model, no Django: both sites use it."""
