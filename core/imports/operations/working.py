"""What a worker does with an import: slices, for some seconds; then it asks for the next turn.

So an import of thousands of lines lets other work through, and nothing is lost when a worker dies.
"""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db import transaction

from core.imports.models import Import
from core.imports.operations import checking, running, undoing
from core.imports.operations.moving import ask_work
from core.imports.workflow import WORKING, ImportState

TURN_SECONDS: Final = 20.0
STEPS: Final[dict[str, Callable[..., bool]]] = {
    ImportState.CHECKING: checking.check_some,
    ImportState.RUNNING: running.run_some,
    ImportState.UNDOING: undoing.undo_some,
}


def go_on(*, batch_id: int, now: Callable[[], datetime], seconds: float = TURN_SECONDS) -> bool:
    """False when nothing is left to do; True when another turn was asked for."""
    until = time.monotonic() + seconds
    while (state := Import.objects.filter(pk=batch_id).values_list("state", flat=True).first()) in WORKING:
        STEPS[state](batch_id=batch_id, at=now())
        if time.monotonic() > until:
            with transaction.atomic():
                ask_work(batch_id)
            return True
    return False
