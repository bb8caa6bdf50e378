"""Checks across sections and files, on the raw content, so that they speak even when types are wrong."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from tenants.configuration.reading import Draft, KeyPath, Problem

LOGO_TYPES = {".svg": "image/svg+xml", ".png": "image/png"}
LOGO_BYTES = 32 * 1024
LIVE_SVG = re.compile(
    rb"<!DOCTYPE|<!ENTITY|<\?xml-stylesheet|<script|<style|<foreignObject|\son\w+\s*=|\sstyle\s*="
    rb"|(?:href|src)\s*=\s*[\"'](?!#)|url\(\s*[\"']?(?!#)",
    re.IGNORECASE,
)
# Lists of tables and the keys that must be unique in each.
UNIQUE: tuple[tuple[KeyPath, tuple[str, ...]], ...] = (
    (("domains",), ("code",)),
    (("vocabularies", "referral_sources"), ("code",)),
    (("vocabularies", "motives"), ("code",)),
    (("vocabularies", "exit_reasons"), ("code",)),
    (("priority_districts",), ("code",)),
    (("schools",), ("uai",)),
    (("organisations",), ("code", "siret", "rna", "uai", "finess")),
    (("users",), ("email",)),
)


def within(draft: Draft) -> list[Problem]:
    """Duplicates and references inside one file."""
    problems = []
    for path, keys in UNIQUE:
        for key in keys:
            problems += _duplicates(draft, _strings(draft, path, key))
    for path, _ in draft.tables("organisations"):
        problems += _duplicates(draft, _strings(draft, (*path, "offers"), "code"))
        problems += _duplicates(draft, _strings(draft, (*path, "contacts"), "name"))
        problems += _unknown_districts(draft, path)
        for offer, _ in draft.tables(*path, "offers"):
            problems += _unknown_districts(draft, offer)
    problems += _duplicates(draft, _hosts(draft))
    problems += _duplicates(draft, _communes(draft))
    problems += _references(draft)
    return problems


def between(drafts: Sequence[Draft]) -> list[Problem]:
    """Hosts and short names that two files both claim; told at the later file."""
    problems = []
    claimed: dict[tuple[str, str], Draft] = {}
    for draft in drafts:
        slug = draft.value("slug")
        claims = [("host", path, host) for path, host in _hosts(draft)]
        if isinstance(slug, str):
            claims.append(("slug", ("slug",), slug))
        for kind, path, name in claims:
            owner = claimed.setdefault((kind, name.strip().lower()), draft)
            if owner is not draft:
                expected = (
                    f"un domaine libre ({_owner(owner)})"
                    if kind == "host"
                    else (f"un nom court libre (c’est déjà celui de {owner.file})")
                )
                problems.append(draft.problem(path, found=name, expected=expected))
    return problems


def _owner(draft: Draft) -> str:
    national = draft.value("kind") == "national"
    name = draft.value("name")
    who = "du site national" if national else f"de {name if isinstance(name, str) else 'une autre ville'}"
    return f"c’est déjà celui {who}, {draft.file}"


def _strings(draft: Draft, path: KeyPath, key: str) -> list[tuple[KeyPath, str]]:
    return [
        ((*item, key), table[key]) for item, table in draft.tables(*path) if isinstance(table.get(key), str)
    ]


def _hosts(draft: Draft) -> list[tuple[KeyPath, str]]:
    primary = draft.value("web", "primary")
    first: list[tuple[KeyPath, str]] = [(("web", "primary"), primary)] if isinstance(primary, str) else []
    return [*first, *draft.strings("web", "others")]


def _communes(draft: Draft) -> list[tuple[KeyPath, str]]:
    main = draft.value("insee")
    first: list[tuple[KeyPath, str]] = [(("insee",), main)] if isinstance(main, str) else []
    return [*first, *draft.strings("communes")]


def _duplicates(draft: Draft, values: Iterable[tuple[KeyPath, str]]) -> list[Problem]:
    seen: dict[str, KeyPath] = {}
    problems = []
    for path, value in values:
        folded = "".join(value.split()).lower()
        if folded in seen:
            expected = f"une valeur unique (déjà donnée ligne {draft.line(seen[folded])})"
            problems.append(draft.problem(path, found=value, expected=expected))
        seen.setdefault(folded, path)
    return problems


def _unknown_districts(draft: Draft, path: KeyPath) -> list[Problem]:
    known = {code.strip().upper() for _, code in _strings(draft, ("priority_districts",), "code")}
    return [
        draft.problem(item, found=code, expected="un quartier décrit sous [[priority_districts]]")
        for item, code in draft.strings(*path, "districts")
        if code.strip().upper() not in known
    ]


def _references(draft: Draft) -> list[Problem]:
    """Codes that name another table of the file."""
    domains = {code for _, code in _strings(draft, ("domains",), "code")}
    organisations = {code for _, code in _strings(draft, ("organisations",), "code")}
    problems = []
    for path, _ in draft.tables("organisations"):
        for offer, _ in draft.tables(*path, "offers"):
            problems += [
                draft.problem(item, found=code, expected=f"un domaine du fichier ({_listed(domains)})")
                for item, code in draft.strings(*offer, "domains")
                if code not in domains
            ]
    for path, user in draft.tables("users"):
        code = user.get("organisation")
        if isinstance(code, str) and code not in organisations:
            problems.append(
                draft.problem((*path, "organisation"), found=code, expected="une organisation du fichier")
            )
    return problems


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(sorted(codes)) or "aucun"


def logo(draft: Draft) -> list[Problem]:
    """The logo is a small SVG or PNG beside the file; an SVG may carry nothing that runs or calls out."""
    name = draft.value("look", "logo")
    if not isinstance(name, str):
        return []
    key: KeyPath = ("look", "logo")
    path = Path(draft.file).parent / name
    if Path(name).is_absolute() or ".." in Path(name).parts or path.suffix not in LOGO_TYPES:
        expected = "un fichier .svg ou .png du dossier du fichier de la ville"
        return [draft.problem(key, found=name, expected=expected)]
    if not path.is_file():
        return [draft.problem(key, found=name, expected="un fichier présent à côté de celui de la ville")]
    content = path.read_bytes()
    if len(content) > LOGO_BYTES:
        found = f"un logo de {len(content) // 1024} ko"
        return [draft.problem(key, found=found, expected=f"{LOGO_BYTES // 1024} ko au plus", raw=True)]
    if path.suffix == ".svg" and LIVE_SVG.search(content):
        return [draft.problem(key, found=name, expected="un SVG sans script, style ni lien extérieur")]
    if path.suffix == ".png" and not content.startswith(b"\x89PNG\r\n\x1a\n"):
        return [draft.problem(key, found=name, expected="une image PNG")]
    return []
