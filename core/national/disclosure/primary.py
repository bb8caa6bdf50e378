"""Which cells say too much by themselves."""

import numpy as np

from core.national.disclosure.shapes import Recipient
from core.national.disclosure.system import Form, System


def mark(system: System, recipient: Recipient) -> list[Form]:
    """Mark and hide the cells that are small, a zero that tells, or known to a town by difference."""
    found = []
    for form in system.forms:
        if not form.primary and is_primary(system, form, recipient):
            form.primary = form.hidden = True
            found.append(form)
        if form.before and not form.hidden:
            form.hidden = True
    return found


def is_primary(system: System, form: Form, recipient: Recipient) -> bool:
    """Small, or so made that one town (or two together) know a small rest by taking their own away."""
    values = {form.value, form.least}
    if any(0 < value < recipient.threshold for value in values):
        return True
    if form.value == 0:
        return form.zero_hides and not form.fixed
    return is_dominated(system, form, recipient)


def is_dominated(system: System, form: Form, recipient: Recipient) -> bool:
    if len(form.towns) < 2:
        return False
    by_town = np.bincount(system.town_of[form.atoms], weights=system.truth[form.atoms])
    largest = np.sort(by_town)[::-1][:2].tolist()
    without_one = form.value - largest[0]
    without_two = without_one - largest[1]
    return bool(0 < without_one < recipient.threshold or 0 < without_two < recipient.pair)
