"""Which cells say too much by themselves."""

import numpy as np

from core.national.disclosure.shapes import Recipient
from core.national.disclosure.system import Form, System


def mark(system: System, recipient: Recipient) -> list[int]:
    """Hide what is small, a zero that tells, what a town knows by difference, and what was hidden before.

    Returns the numbers of those that can't be hidden any more: an earlier release showed them, or they
    are the nation's total. A release with any of them is not made.
    """
    lost = []
    for number, form in enumerate(system.forms):
        form.hidden |= form.before
        if is_primary(system, form, recipient):
            form.primary = True
            if form.fixed:
                lost.append(number)
            else:
                form.hidden = True
    return lost


def is_primary(system: System, form: Form, recipient: Recipient) -> bool:
    """Small, or so made that one town (or two together) know a small rest by taking their own away."""
    if 0 < form.value < recipient.threshold:
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
