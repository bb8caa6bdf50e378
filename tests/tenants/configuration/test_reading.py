import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.configuration.reading import Draft, KeyPath, Problem, Unreadable, dotted, parse, quoted, read
from tests.tenants.configuration import writing

TOWNS = Path(__file__).resolve().parents[3] / "infra" / "towns"
keys = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=6)
scalars = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8),
    st.integers(-(2**40), 2**40),
    st.booleans(),
    st.dates(),
    st.times().map(lambda moment: moment.replace(tzinfo=None)),
)
documents = st.dictionaries(
    keys,
    st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=12,
    ),
    max_size=5,
)


def paths(node: Any, at: KeyPath = ()) -> Iterator[KeyPath]:
    if at:
        yield at
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for part, child in children:
        yield from paths(child, (*at, part))


@pytest.mark.parametrize("style", [writing.flat, writing.tables])
@given(data=documents)
def test_every_key_that_the_standard_library_reads_has_a_line(
    style: Callable[[dict[str, Any]], str], data: dict[str, Any]
) -> None:
    text = style(data)
    draft = parse(text, "x.toml")
    assert draft.data == tomllib.loads(text) == data
    assert set(draft.lines) == set(paths(data))


@pytest.mark.parametrize("path", sorted(TOWNS.glob("*.toml")), ids=lambda path: path.stem)
def test_lines_of_the_shipped_files_hold_what_they_say(path: Path) -> None:
    draft = read(path)
    assert set(draft.lines) == set(paths(draft.data))
    lines = path.read_text(encoding="utf-8").splitlines()
    for key, number in draft.lines.items():
        value = draft.value(*key)
        if isinstance(value, str) and isinstance(key[-1], str):
            assert key[-1] in lines[number - 1]
            assert value in "\n".join(lines[number - 1 : number + value.count("\n")]) + "\n"


AWKWARD = '''
# a comment with [brackets] and "quotes
title = """
[not.a.header]
x = 1 \\"""" # the end
'quoted # key' = 'it is # not a comment'
dotted.key."with dots.in it" = { a = [1, 2,
   3], b = "}" }

[[list]]
name = "first"
[list.inner]
deep = 1
[[list.inner.more]]
z = 1
[[list]]
name = "second"
[[list.children]]
when = 1979-05-27 07:32:00
[[list.children]]
raw = \'\'\'
]]\'\'\'
last = true
'''


def test_awkward_toml() -> None:
    text = AWKWARD
    draft = parse(text, "x.toml")
    assert set(draft.lines) == set(paths(tomllib.loads(text)))
    lines = text.splitlines()
    expected: dict[KeyPath, str] = {
        ("title",): 'title = """',
        ("quoted # key",): "'quoted # key'",
        ("dotted", "key", "with dots.in it", "a", 2): "   3]",
        ("dotted", "key", "with dots.in it", "b"): "   3]",
        ("list",): "[[list]]",
        ("list", 0, "inner", "deep"): "deep = 1",
        ("list", 0, "inner", "more", 0, "z"): "z = 1",
        ("list", 1, "name"): 'name = "second"',
        ("list", 1, "children", 0, "when"): "when =",
        ("list", 1, "children", 1, "last"): "last = true",
    }
    for key, start in expected.items():
        assert lines[draft.line(key) - 1].startswith(start), key


def test_lines_survive_windows_line_ends() -> None:
    draft = parse("a = 1\r\n\r\n[b]\r\nc = 2\r\n", "x.toml")
    assert draft.line(("b", "c")) == 4


def test_a_missing_key_is_told_at_the_table_around_it() -> None:
    draft = parse("a = 1\n[b]\nc = 2\n", "x.toml")
    assert draft.line(("b", "missing", 3)) == 2
    assert draft.line(("nothing",)) == 0


def test_syntax_errors_name_their_line() -> None:
    with pytest.raises(Unreadable) as caught:
        parse("a = 1\nb = = 2\n", "x.toml")
    assert str(caught.value.problem).startswith("x.toml:2 : trouvé une faute de syntaxe")
    with pytest.raises(Unreadable) as caught:
        parse('a = """\nnever closed\n', "x.toml")
    assert caught.value.problem.line == 3


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="impossible à ouvrir"):
        read(tmp_path / "absent.toml")
    latin = tmp_path / "latin.toml"
    latin.write_bytes('a = 1\nname = "Éloïse"\n'.encode("latin-1"))
    with pytest.raises(Unreadable) as caught:
        read(latin)
    assert (caught.value.problem.line, caught.value.problem.expected) == (2, "un texte en UTF-8")


def test_a_draft_is_read_whatever_its_shape() -> None:
    draft = Draft("x.toml", {"schools": [{"uai": 1}, "no table"], "web": "no table", "codes": ["a", 2]})
    assert [path for path, _ in draft.tables("schools")] == [("schools", 0)]
    assert list(draft.tables("web", "primary")) == []
    assert list(draft.strings("codes")) == [(("codes", 0), "a")]
    assert draft.value("web", "primary") is None
    assert draft.value("schools", 9, "uai") is None


SOME_VALUES: list[Any] = [None, {}, [1], [1, 2], True, 3]


def test_how_a_problem_reads() -> None:
    problem = Problem("x.toml", 3, dotted(("schools", 2, "uai")), quoted("A" * 100), "autre chose")
    assert str(problem) == f"x.toml:3 : schools[3].uai : trouvé « {'A' * 77}… » ; attendu : autre chose"
    assert [quoted(value) for value in SOME_VALUES] == [
        "rien",
        "une table",
        "une liste de 1 élément",
        "une liste de 2 éléments",
        "true",
        "« 3 »",
    ]
