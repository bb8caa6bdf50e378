"""Every template is shown by something, and every page stands in a layout.

Inline style and script are looked for in tests/core/ui/test_sources.py.
"""

import ast
import re
from collections.abc import Mapping
from pathlib import Path

import allauth
import django
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
