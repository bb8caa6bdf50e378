"""A town's file: read with its line numbers, checked as a whole, compared with what is in place."""
