"""What is prepared at the closing, to be read over: minutes, a letter to the family, a reply to the referrer.

Simple words and short sentences; no reason is copied to the family or to the referrer without being reread.
"""

from collections.abc import Iterable
from datetime import date

from core.meetings.models import AgendaItem
from core.pathways.enums import DecisionKind
from core.pathways.models import FollowUp
from core.ui import typography

TO_THE_FAMILY = {
    DecisionKind.ENTRY: (
        "L’équipe vous propose d’entrer dans le programme de réussite éducative.\n\n"
        "Une personne va vous appeler pour en parler avec vous et avec votre enfant. "
        "Rien ne commence sans votre signature et la sienne."
    ),
    DecisionKind.REFUSAL: (
        "L’équipe pense que ce programme n’est pas la bonne aide aujourd’hui.\n\n"
        "Nous pouvons vous expliquer pourquoi. Vous pouvez nous appeler."
    ),
    DecisionKind.REDIRECTION: (
        "L’équipe pense qu’une aide qui existe déjà convient mieux : {where}.\n\n"
        "Nous pouvons vous aider à la demander."
    ),
    DecisionKind.MORE: (
        "L’équipe a besoin d’en savoir un peu plus avant de décider.\n\nNous allons vous appeler."
    ),
    DecisionKind.ADJUST: (
        "L’équipe vous propose de changer quelque chose dans l’accompagnement.\n\n"
        "Nous allons en parler avec vous. Rien ne change sans votre accord."
    ),
    DecisionKind.RENEW: (
        "L’équipe vous propose de continuer l’accompagnement.\n\nNous allons en parler avec vous."
    ),
    DecisionKind.SUSPEND: (
        "L’équipe vous propose une pause dans l’accompagnement.\n\nNous allons en parler avec vous."
    ),
    DecisionKind.EXIT: (
        "L’équipe pense que l’accompagnement peut se terminer.\n\n"
        "Nous allons faire le point avec vous et avec votre enfant."
    ),
}
NOT_DECIDED = "L’équipe n’a pas encore décidé. Elle en reparlera à une prochaine réunion."


def minutes(item: AgendaItem, tasks: Iterable[FollowUp]) -> str:
    """Paragraphs apart by an empty line; a line that starts with a dash is one of a list."""
    parts = [
        _part("Les faits", item.facts),
        _part("Ses forces", item.strengths),
        _part("Déjà essayé", item.tried),
    ]
    decision = item.decision
    if decision is None:
        parts.append("Décision : pas de décision à cette réunion.")
    else:
        said = str(decision.get_kind_display())
        if decision.urgent:
            said += f", décidée en urgence le {typography.day(decision.decided_on)} et ratifiée par l’équipe"
        parts.append(f"Décision : {said}.")
        parts.append(_part("En quelques mots", decision.reason))
        parts.append(_part("Vers", decision.redirected_to))
        if decision.next_look_on:
            parts.append(f"Prochain point : {typography.day(decision.next_look_on)}.")
    lines = [_task(task) for task in tasks]
    if lines:
        parts.append("\n".join(["Qui fait quoi :", *lines]))
    return "\n\n".join(part for part in parts if part)


def letter(item: AgendaItem, *, on: date) -> str:
    """To each adult who holds authority: the coordinator chooses to whom it goes."""
    decision = item.decision
    said = NOT_DECIDED
    if decision is not None:
        said = TO_THE_FAMILY[DecisionKind(decision.kind)].format(where=decision.redirected_to or "à préciser")
    return (
        f"Madame, Monsieur,\n\n"
        f"L’équipe de réussite éducative s’est réunie le {typography.day(on)}. "
        f"Avec votre accord, elle a parlé de votre enfant, {item.child.first_name}.\n\n"
        f"{said}\n\n"
        "Nous sommes à votre écoute. Vous pouvez dire non, poser des questions et demander à lire "
        "ce qui est écrit sur votre enfant."
    )


def reply(item: AgendaItem, *, on: date) -> str:
    """Four words of status and no more; nobody is named. Empty where nobody referred."""
    referral = item.referral
    if referral is None:
        return ""
    received = f" le {typography.day(referral.received_on)}" if referral.received_on else ""
    return (
        "Bonjour,\n\n"
        f"Vous nous avez adressé une orientation{received}. Merci de votre attention.\n\n"
        f"L’équipe s’est réunie le {typography.day(on)}. Suite de votre orientation : "
        f"{referral.status_for_referrer.lower()}.\n\n"
        "La famille en est informée. Le reste lui appartient, et reste entre elle et l’équipe."
    )


def _part(title: str, text: str) -> str:
    return f"{title} : {text.strip()}" if text.strip() else ""


def _task(task: FollowUp) -> str:
    who = f"{task.who} : " if task.who else ""
    due = f", pour le {typography.day(task.due_on)}" if task.due_on else ""
    return f"– {who}{task.what}{due}"
