"""smsmode, a French provider (https://dev.smsmode.com/sms/v1/): one POST a message."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from integrations.sms.types import LONGEST, NotNow, Refused, Sms, Uncertain

ADDRESS = "https://rest.smsmode.com/sms/v1/messages"
PATIENCE = 15.0  # seconds
AGAIN = frozenset({408, 425, 429})


class _NoWayElsewhere(urllib.request.HTTPRedirectHandler):
    """A redirection would carry key and number to another server."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Smsmode:
    key: str
    sender: str  # up to 11 letters, what the phone shows
    address: str = ADDRESS

    def send(self, sms: Sms) -> str:
        if len(sms.text) > LONGEST:
            raise Refused("too_long")
        content: dict[str, Any] = {
            "recipient": {"to": sms.number()},
            "body": {"text": sms.text},
            "from": self.sender,
        }
        if sms.reference:
            content["refClient"] = sms.reference
        request = urllib.request.Request(  # noqa: S310 (the address is the installation's own)
            self.address,
            data=json.dumps(content).encode(),
            headers={"X-Api-Key": self.key, "Content-Type": "application/json", "Accept": "application/json"},
        )
        return _id_in(self._answer(request))

    def _answer(self, request: urllib.request.Request) -> bytes:
        opener = urllib.request.build_opener(_NoWayElsewhere)
        try:
            with opener.open(request, timeout=PATIENCE) as response:
                body: bytes = response.read(100_000)
                return body
        except urllib.error.HTTPError as error:
            code = f"http_{error.code}"
            error.close()
            if error.code in AGAIN or error.code == 503:
                raise NotNow(code) from None
            if error.code >= 500:
                raise Uncertain(code) from None
            raise Refused(code) from None
        except urllib.error.URLError as error:
            raise _unreached(error) from None
        except (OSError, HTTPException) as error:
            raise Uncertain(type(error).__name__) from None


def _unreached(error: urllib.error.URLError) -> Exception:
    """Nobody was spoken to; a silence after the message was given is another matter."""
    if isinstance(error.reason, TimeoutError | ConnectionResetError | BrokenPipeError):
        return Uncertain(type(error.reason).__name__)
    return NotNow(type(error.reason).__name__)


def _id_in(body: bytes) -> str:
    """The provider took it: an answer that can't be read takes nothing back."""
    try:
        return str(json.loads(body).get("messageId", ""))[:80]
    except (ValueError, AttributeError):
        return ""
