"""Every template is shown by something, and every page stands in a layout.

Inline style and script are looked for in tests/core/ui/test_sources.py.
"""

import ast
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import allauth
import django
import lucide
import pytest

from tests.architecture.sources import ROOT, sources

LIBRARIES = [
    Path(allauth.__file__).parent / "templates",
    Path(django.__file__).parent / "forms" / "templates",
]
# Django shows these by their names (django.views.defaults).
BY_NAME = {"400.html", "403.html", "404.html", "500.html"}
EXTENDS = re.compile(r'\{% extends "([^"]+)" %\}')
NAMED = re.compile(r'\{% (?:extends|include) "([^"]+)"')
COMPONENT = re.compile(r'\{% (?:component|container) "(\w+)"')
ICON = re.compile(r'[{ ]icon[ =]"([^"]+)"')
SHOWN = re.compile(r"(?:^|/)_|^(?:components|forms|layout)/|/partials/|\.txt$")


def templates() -> dict[str, str]:
    """Text by name, as the loader knows it."""
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for folder in sorted(ROOT.glob("core/*/templates"))
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".html", ".txt"}
    }


def words_of_the_product() -> set[str]:
    return {
        node.value
        for source in sources()
        for node in source.nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def named_by(name: str, words: set[str]) -> bool:
    """Whether Python or a library shows it. A letter is two templates, and is named by what they share."""
    letter = re.sub(r"_(?:subject|body)\.txt$", "", name)
    return (
        name in BY_NAME
        or name in words
        or (letter != name and letter in words)
        or any((library / name).exists() for library in LIBRARIES)
    )


def unused(texts: Mapping[str, str], words: set[str]) -> set[str]:
    """Templates that nothing leads to, however many of them include each other."""
    waiting = [name for name in texts if named_by(name, words)]
    reached = set(waiting)
    while waiting:
        text = texts[waiting.pop()]
        led_to = {*NAMED.findall(text), *(f"components/{name}.html" for name in COMPONENT.findall(text))}
        new = (led_to & texts.keys()) - reached
        reached |= new
        waiting += new
    return texts.keys() - reached


def outside_a_layout(texts: Mapping[str, str]) -> set[str]:
    """Pages whose first line leads, through whatever frame, to no layout."""

    def stands(name: str) -> bool:
        if name.startswith("layout/"):
            return True
        parent = EXTENDS.match(texts.get(name, ""))
        return parent is not None and stands(parent[1])

    return {name for name in texts if not SHOWN.search(name) and not stands(name)}


def test_every_template_is_shown_by_something() -> None:
    found = templates()
    assert len(found) > 100
    assert unused(found, words_of_the_product()) == set()


def test_every_page_stands_in_a_layout() -> None:
    assert outside_a_layout(templates()) == set()


PLANTED = {
    "layout/page.html": '{% include "layout/_head.html" %}',
    "layout/_head.html": "",
    "people/frame.html": '{% extends "layout/page.html" %}',
    "people/page.html": '{% extends "people/frame.html" %}{% component "pill" label="a" %}',
    "components/pill.html": "",
    "people/letter_subject.txt": "",
    "account/login.html": '{% extends "layout/page.html" %}',
}
WORDS = {"people/page.html", "people/letter"}


def test_what_is_in_order_is_left_alone() -> None:
    assert unused(PLANTED, WORDS) == set()
    assert outside_a_layout(PLANTED) == set()


@pytest.mark.parametrize(
    "forgotten",
    [
        {"people/old.html": ""},
        {
            "people/_a.html": '{% include "people/_b.html" %}',
            "people/_b.html": '{% include "people/_a.html" %}',
        },
        {"components/old.html": ""},
        {"people/old_subject.txt": ""},
        {"account/no_such_page.html": ""},
    ],
)
def test_a_forgotten_template_is_found(forgotten: dict[str, str]) -> None:
    assert unused(PLANTED | forgotten, WORDS) == set(forgotten)


@pytest.mark.parametrize("text", ["<html></html>", '{% extends "people/nothing.html" %}'])
def test_a_page_outside_a_layout_is_found(text: str) -> None:
    assert outside_a_layout(PLANTED | {"people/bare.html": text}) == {"people/bare.html"}


def icons(nodes: Iterable[ast.AST]) -> set[str]:
    """Names of pictures that Python gives: `icon=…`, `icon: str = …`, the third word of a Source."""
    given: list[ast.expr | None] = []
    for node in nodes:
        if isinstance(node, ast.Call):
            given += [keyword.value for keyword in node.keywords if keyword.arg == "icon"]
            if isinstance(node.func, ast.Name) and node.func.id == "Source":
                given += node.args[2:3]
        elif (
            isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "icon"
        ):
            given.append(node.value)
    return {
        value.value
        for value in given
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value
    }


def missing_pictures(names: set[str]) -> set[str]:
    def missing(name: str) -> bool:
        try:
            lucide._load_icon(name)
        except lucide.IconDoesNotExist:
            return True
        return False

    return {name for name in names if missing(name)}


def test_every_picture_is_in_the_library() -> None:
    in_templates = {name for text in templates().values() for name in ICON.findall(text)}
    in_python = {name for source in sources() for name in icons(source.nodes)}
    assert len(in_templates) > 30
    assert len(in_python) > 10
    assert missing_pictures(in_templates | in_python) == set()


def test_a_picture_that_does_not_exist_is_found() -> None:
    planted = "Source('a', 'Titre', 'file-check-2', 1)\nentry(icon='no-such-picture')\nentry(icon='sun')"
    assert missing_pictures(icons(ast.walk(ast.parse(planted)))) == {"file-check-2", "no-such-picture"}
    assert ICON.findall('{% icon "attention" %}{% component "empty" icon="sun" %}') == ["attention", "sun"]
