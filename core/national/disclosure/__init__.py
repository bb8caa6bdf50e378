"""What may leave: small counts are hidden, and so is what would give them back.

Pure Python over numbers: no model, no page, no clock. `control.protect` decides what a release shows,
`certify` attacks the result; nothing is released on the word of the first alone (ADR 0030).
"""
