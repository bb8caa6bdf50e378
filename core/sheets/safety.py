"""What a spreadsheet program would run instead of showing: formulas typed by somebody else.

A cell's text that begins with = + - @, a tab or a line end becomes a formula when a program guesses types
(CSV),
or when its cell is opened and left (xlsx). See OWASP, "CSV Injection". Each writer says in its own way that
such a
cell is text; nothing is refused nor lost, and `reading` gives back what was written.
"""

import re

# The full-width twins are formulas too in some settings of Excel; space before the sign does not protect.
_LOOKS_LIKE_FORMULA = re.compile(r"'*(?:\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])")
_QUOTED_BY_US = re.compile(r"'+(?:\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])")
# What XML 1.0 cannot hold, and what no reader shows
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def looks_like_formula(text: str) -> bool:
    return _LOOKS_LIKE_FORMULA.match(text) is not None


def quoted(text: str) -> str:
    """The sign that every spreadsheet program takes for "this is text"."""
    return f"'{text}" if looks_like_formula(text) else text


def unquoted(text: str) -> str:
    """What `quoted` was given."""
    return text[1:] if _QUOTED_BY_US.match(text) else text


def printable(text: str) -> str:
    """Without control characters; line ends as one sign, a tab as a space."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
