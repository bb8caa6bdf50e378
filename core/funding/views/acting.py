"""What the pages that write accounts share: one form, one operation, the way back, what changed before."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from core.funding import queries
from core.funding.permissions import READERS
from core.journal import operations as journal
from core.journal.words import act_label
from core.people.access import charter_required, roles_required
from core.people.models import User
from core.ui import toasts
from core.ui.forms import OnceForm
from core.ui.refusals import tell

keepers_only = roles_required(*READERS)


def keepers_page(view: Any) -> Any:
    """For the coordination, under the charter: accounts of aid are near the children whom they helped."""
    return keepers_only(charter_required(view))


@dataclass(frozen=True, slots=True)
class Page:
    """`row` is what is corrected, None for something new. The urls take it back, or put it back."""

    title: str
    submit: str
    back: str
    said: str
    kicker: str = "Financements"
    lead: str = ""
    row: Model | None = None
    withdraw_url: str = ""
    restore_url: str = ""


def written(request: HttpRequest, form: OnceForm, page: Page, act: Callable[[Any], Any]) -> HttpResponse:
    """`act` takes the form's details; once only, when it makes something new."""
    if request.method == "POST" and form.is_valid():
        try:
            _carry_out(form, page, lambda: act(form.details()))  # type: ignore[attr-defined]
        except ValidationError as refused:
            tell(form, refused)
        else:
            toasts.done(request, page.said)
            return redirect(page.back)
    changes = _changes(page.row) if page.row is not None else []
    return render(request, "funding/write.html", {"form": form, "page": page, "changes": changes})


def _carry_out(form: OnceForm, page: Page, act: Callable[[], Any]) -> None:
    if page.row is None:
        journal.once(key=form.cleaned_data["form_key"], at=timezone.now(), make=act)
    else:
        act()


def _changes(row: Model) -> list[dict[str, Any]]:
    return [
        {
            "at": change.at,
            "words": act_label(change.act),
            "who": change.actor.full_name if isinstance(change.actor, User) else change.actor_label,
            "before": _before(row, change.old or {}),
        }
        for change in queries.changes_to(row)
    ]


def _before(row: Model, old: dict[str, str]) -> str:
    """« montant accordé : 12000.00 », as it stood."""
    names = {field.name: str(field.verbose_name) for field in row._meta.concrete_fields}
    return ", ".join(
        f"{names[name]}\u00a0: {_said(row, name, value)}"
        for name, value in sorted(old.items())
        if name in names
    )


def _said(row: Model, name: str, value: str) -> str:
    choices = dict(row._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
    return str(choices.get(value, value.replace(".", ",")))
