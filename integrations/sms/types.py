"""What goes in and comes out, whoever the provider is."""

import re
from dataclasses import dataclass
from typing import Protocol

MOBILE = re.compile(r"(?:\+33|0033|33|0)([67]\d{8})")
LONGEST = 160  # signs of one message; a longer one is cut by networks, and paid twice


class SmsError(Exception):
    """The message did not leave. Its text is a code, never a number or a word of the message."""


class Refused(SmsError):
    """It never will: the number, the account or the text is not accepted."""


class NotNow(SmsError):
    """It may, later: the provider said so, or could not be reached at all."""


class Uncertain(SmsError):
    """It was given and no answer came back: nobody knows."""


@dataclass(frozen=True, slots=True)
class Sms:
    """`to` is a French mobile number in any usual writing; `reference` is ours, for the provider's log."""

    to: str
    text: str
    reference: str = ""

    def number(self) -> str:
        """As providers want it: 33612345678. Raises Refused for what is no French mobile."""
        found = MOBILE.fullmatch(re.sub(r"[\s.\-()]", "", self.to))
        if found is None:
            raise Refused("not_a_mobile")
        return f"33{found[1]}"


class SmsSender(Protocol):
    def send(self, sms: Sms) -> str:
        """Hand the message over; answers with the provider's own id. Raises Refused, NotNow, Uncertain."""
