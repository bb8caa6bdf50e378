"""For tests and demonstrations: keeps the messages, and fails when it is told to."""

from dataclasses import dataclass, field

from integrations.sms.types import Sms, SmsError


@dataclass
class FakeSms:
    sent: list[tuple[str, str]] = field(default_factory=list)
    failure: SmsError | None = None

    def send(self, sms: Sms) -> str:
        number = sms.number()
        if self.failure is not None:
            raise self.failure
        self.sent.append((number, sms.text))
        return f"fake-{len(self.sent)}"
