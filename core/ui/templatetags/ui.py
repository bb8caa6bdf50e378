"""Tags and filters that every template has without loading them (settings: `builtins`)."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import segno
from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

from core.ui import typography
from core.ui.components import COMPONENTS

register = template.Library()

MEANING_ICONS = {
    "neutral": "circle",
    "info": "info",
    "done": "circle-check",
    "attention": "triangle-alert",
    "danger": "octagon-alert",
}
MEANING_WORDS = {
    "neutral": "",
    "info": "Information",
    "done": "C’est fait",
    "attention": "Attention",
    "danger": "Important",
}
MESSAGE_MEANINGS = {"success": "done", "warning": "attention", "error": "danger"}
_MARKUP = re.compile(r"(<[^>]*>|&#?\w+;)")
INHERITED = ("csrf_token", "request", "site")


# --- components ---------------------------------------------------------------------------------
class ComponentNode(template.Node):
    """One component, rendered with its own arguments alone: nothing of the page leaks into it."""

    def __init__(self, name: str, arguments: dict[str, FilterExpression], body: NodeList | None) -> None:
        self.name = name
        self.arguments = arguments
        self.nodelist = body if body is not None else NodeList()

    def render(self, context: Context) -> SafeString:
        values: dict[str, Any] = dict(COMPONENTS[self.name].optional)
        values |= {name: argument.resolve(context) for name, argument in self.arguments.items()}
        if COMPONENTS[self.name].body:
            values["body"] = self.nodelist.render(context)
        values |= {name: context[name] for name in INHERITED if name in context}
        found = context.template.engine.get_template(f"components/{self.name}.html")  # type: ignore[union-attr]
        return found.render(Context(values, autoescape=context.autoescape))


def _parsed(parser: Parser, token: Token) -> tuple[str, dict[str, FilterExpression]]:
    tag, *bits = token.split_contents()
    if not bits or bits[0][0] not in "\"'":
        raise template.TemplateSyntaxError(f"{tag} wants the component's name in quotes.")
    name, bits = bits[0][1:-1], bits[1:]
    if name not in COMPONENTS:
        raise template.TemplateSyntaxError(f"There is no component {name!r}.")
    if COMPONENTS[name].body != (tag == "container"):
        wanted = "container" if COMPONENTS[name].body else "component"
        raise template.TemplateSyntaxError(f"{name} is used with {{% {wanted} %}}.")
    arguments = token_kwargs(bits, parser)
    faults = COMPONENTS[name].faults(set(arguments))
    if bits:
        faults.append(f"{' '.join(bits)} is not name=value")
    if faults:
        raise template.TemplateSyntaxError(f"{name}: {', '.join(faults)}.")
    return name, arguments


@register.tag
def component(parser: Parser, token: Token) -> ComponentNode:
    """`{% component "pill" label="Reçue" meaning="info" %}`"""
    name, arguments = _parsed(parser, token)
    return ComponentNode(name, arguments, None)


@register.tag
def container(parser: Parser, token: Token) -> ComponentNode:
    """`{% container "notice" title="…" %}` body `{% endcontainer %}`"""
    name, arguments = _parsed(parser, token)
    body = parser.parse(("endcontainer",))
    parser.delete_first_token()
    return ComponentNode(name, arguments, body)


# --- pictures -----------------------------------------------------------------------------------
@register.simple_tag
def icon(name: str) -> SafeString:
    """A picture beside words that say the same: hidden from screen readers, coloured by the text."""
    attributes = {"class": "icon", "aria-hidden": "true", "focusable": "false"}
    return SafeString(" ".join(lucide(str(name), size=None, **attributes).split()))


@register.simple_tag
def meaning_icon(meaning: str) -> SafeString:
    return icon(MEANING_ICONS[meaning])


@register.simple_tag
def qr(url: str) -> SafeString:
    """The address as a QR code, drawn without any style of its own."""
    code = segno.make(url, error="m", micro=False)
    drawn = code.svg_inline(svgclass="qr", lineclass=None, omitsize=True, border=2)
    return SafeString(
        drawn.replace("<svg ", '<svg role="img" aria-label="Code QR de l’adresse ci-contre" ', 1)
    )


@register.simple_tag
def asset(path: str) -> str:
    """Address of a static file; a page about a failure still shows when the manifest is missing."""
    try:
        return static(path)
    except ValueError:
        return f"/static/{path}"


# --- filters ------------------------------------------------------------------------------------
@register.filter
def meaning_word(meaning: str) -> str:
    return MEANING_WORDS[meaning]


@register.filter
def message_meaning(level_tag: str) -> str:
    return MESSAGE_MEANINGS.get(level_tag, "info")


@register.filter
def undo_url(extra_tags: str | None) -> str:
    """`core.ui.toasts.done` keeps the address there; other messages have words in it, or nothing."""
    return extra_tags if extra_tags and extra_tags.startswith("/") else ""


@register.filter(is_safe=True)
def typeset(text: Any) -> SafeString:
    parts = _MARKUP.split(conditional_escape(text))
    set_parts = (part if index % 2 else typography.typeset(part) for index, part in enumerate(parts))
    return SafeString("".join(set_parts))


@register.filter
def number(value: int | float | Decimal | None, places: int | None = None) -> str:
    return "" if value is None or value == "" else typography.number(value, places)


@register.filter
def percent(share: float | Decimal | None, places: int = 1) -> str:
    return "–" if share is None or share == "" else typography.percent(share, places)


@register.filter
def euros(amount: int | Decimal | None) -> str:
    return "" if amount is None or amount == "" else typography.euros(amount)


@register.filter
def day(value: date | None) -> str:
    """23 novembre 2026"""
    return typography.day(_local(value)) if value else ""


@register.filter
def weekday(value: date | None) -> str:
    """lundi 23 novembre 2026"""
    return typography.day(_local(value), weekday=True) if value else ""


@register.filter
def short_day(value: date | None) -> str:
    """23 novembre, where the year goes without saying"""
    return typography.day(_local(value), year=False) if value else ""


@register.filter
def clock(value: datetime | None) -> str:
    """9 h 05"""
    if not value:
        return ""
    return typography.clock(timezone.localtime(value) if timezone.is_aware(value) else value)


@register.filter
def moment(value: datetime | None) -> str:
    """23 novembre 2026 à 9 h 05"""
    return typography.moment(value) if value else ""


@register.filter
def days_away(value: date | None, today: date | None = None) -> str:
    """hier, dans 3 jours, le 23 novembre"""
    return typography.days_away(_local(value), today or timezone.localdate()) if value else ""


@register.filter
def enumeration(items: Any) -> str:
    return typography.enumeration(items)


@register.filter
def phone(number: str) -> str:
    return typography.phone(number)


@register.filter
def file_size(octets: int | None) -> str:
    return "" if octets is None else typography.size(octets)


@register.filter
def split(text: str) -> list[str]:
    """`{{ "Âge,Enfants"|split }}`, for the headings of a small table."""
    return text.split(",")


@register.simple_tag
def counted(count: int, singular: str, plural: str = "") -> SafeString:
    """`{% counted 3 "enfant" %}` gives "3 enfants"; zero and one are singular in French."""
    return format_html("{}", typography.counted(count, singular, plural))


@register.simple_tag
def day_element(value: date | datetime) -> SafeString:
    """<time> with the machine's date and the reader's words."""
    words = typography.moment(value) if isinstance(value, datetime) else typography.day(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


def _local(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).date()
    return value
