"""A page with one form, for what is done around a child."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from core.children.opening import Opened, signed_in
from core.journal import operations as journal
from core.notes.operations.letters import CannotSend
from core.notes.operations.notes import CannotNote
from core.notes.operations.professions import CannotSetProfession
from core.people.models import User
from core.ui import toasts
from core.ui.refusals import tell

REFUSALS = (CannotNote, CannotSend, CannotSetProfession)


@dataclass(frozen=True, slots=True)
class Act:
    title: str
    submit: str
    back: str
    kicker: str = ""
    lead: str = ""
    template: str = "notes/act.html"
    more: dict[str, Any] = field(default_factory=dict)
    danger: bool = False


def act_page(
    request: HttpRequest, form: forms.Form, act: Act, run: Callable[[dict[str, Any]], str]
) -> HttpResponse:
    """The form; once it is valid and the operation accepts, back with what `run` says was done."""
    if request.method == "POST" and form.is_valid():
        try:
            said = _once(request, dict(form.cleaned_data), run)
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as refused:
            tell(form, refused)
        else:
            toasts.done(request, said)
            return redirect(act.back)
    return render(request, act.template, {"form": form, "act": act, **act.more})


def _once(request: HttpRequest, data: dict[str, Any], run: Callable[[dict[str, Any]], str]) -> str:
    key, said = data.pop("form_key", None), "C’était déjà enregistré."
    if key is None:
        return run(data)

    def make() -> User:
        nonlocal said
        said = run(data)
        return signed_in(request)  # the way on is the same each time: nothing is looked up by it

    journal.once(key=key, at=timezone.now(), make=make)
    return said


def kicker(opened: Opened) -> str:
    return opened.child.full_name
