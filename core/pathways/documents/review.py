"""A held review in the family's plain words: accessible PDF (PDF/UA-1), to be printed and handed over."""

import json
from pathlib import Path
from typing import Any

import typst
from django.utils import timezone

from core.children.models import Child
from core.pathways import reviewing
from core.pathways.enums import ReviewDecision, Standing
from core.pathways.models import ReferentLink, Review, SchoolWord
from core.ui.typography import day
from tenants import context

SOURCE = Path(__file__).with_name("review.typ")
# What was decided, as one would say it at the kitchen table.
DECIDED = {
    ReviewDecision.CONFIRM: "On continue comme ça.",
    ReviewDecision.ADJUST: "On change quelque chose. Vous signerez de nouveau, si vous êtes d’accord.",
    ReviewDecision.RENEW: "On repart pour une période. Vous signerez de nouveau, si vous êtes d’accord.",
    ReviewDecision.END: "Pour cet objectif, c’est fini.",
}
STANDS = {
    Standing.TO_START: "Cela n’a pas encore commencé.",
    Standing.UNDER_WAY: "C’est en route.",
    Standing.PARTLY: "C’est en partie réussi.",
    Standing.MET: "C’est réussi.",
    Standing.LEFT: "On laisse cela de côté.",
}
ASKED = (
    ("goes_well", "Ce qui va bien"),
    ("class_work", "Le travail en classe"),
    ("with_others", "Avec les autres"),
    ("would_help", "Ce qui aiderait"),
)


def review_pdf(review: Review, child: Child) -> bytes:
    following = Review.objects.planned().filter(pathway=review.pathway_id).first()
    data = {
        "town": context.require().name,
        "child": child.full_name,
        "held": day(review.held_on) if review.held_on else "",
        "there": review.who_was_there,
        "conclusion": _paragraphs(review.conclusion),
        "child_words": _paragraphs(review.child_words),
        "family_words": _paragraphs(review.family_words),
        "domains": [_domain(block) for block in reviewing.held_domains(review)],
        "trends": [trend.row for trend in reviewing.trends(review.pathway) if trend.now or trend.before],
        "school": [_word(word) for word in review.school_words.answered().order_by("pk")],
        "notes": [_note(note) for note in review.notes.order_by("pk")],
        "next": day(following.due_on) if following else "",
        "referent": _referent(review),
    }
    pdf = typst.compile(
        SOURCE,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="pdf",
        pdf_standards=["ua-1"],
    )
    if not isinstance(pdf, bytes):
        raise TypeError("Typst gave no single PDF.")
    return pdf


def _domain(block: reviewing.HeldDomain) -> dict[str, Any]:
    return {
        "label": block.domain.label,
        "mark": str(block.mark.label).lower() if block.mark else "",
        "lines": [
            {
                "text": item.line.objective.text,
                "observed": _paragraphs(item.line.observed),
                "judgement": _paragraphs(item.line.judgement),
                "child_words": _paragraphs(item.line.child_words),
                "family_words": _paragraphs(item.line.family_words),
                "stands": STANDS[Standing(item.line.standing)],
                "decided": DECIDED[ReviewDecision(item.line.decision)],
            }
            for item in block.lines
        ],
    }


def _word(word: SchoolWord) -> dict[str, Any]:
    answers = [(label, _paragraphs(getattr(word, name))) for name, label in ASKED]
    return {
        "teacher": word.teacher,
        "school": word.school_name,
        "answers": [{"label": label, "text": text} for label, text in answers if text],
    }


def _note(note: Any) -> dict[str, Any]:
    return {"on": day(timezone.localdate(note.noted_at)), "text": _paragraphs(note.text)}


def _referent(review: Review) -> str:
    """Whom the family calls today."""
    links = ReferentLink.objects.in_force(timezone.localdate()).filter(child=review.pathway.child_id)
    link = links.select_related("user").order_by("pk").first()
    return link.user.full_name if link else ""


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
