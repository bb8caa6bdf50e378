"""Reads a town's TOML file and remembers the line of every key, which the standard library forgets.

The standard library decides what is valid; the locator then walks a text known to be good, so it only
has to find where keys and items begin. A test holds both to the same set of key paths.
"""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KeyPath = tuple[str | int, ...]

_SPACE = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}' r"|'''.*?'{3,5}" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}\n#]+")
_SYNTAX_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to correct in a file. `found` and `expected` are French; `line` 0 means the whole file."""

    file: str
    line: int
    key: str
    found: str
    expected: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        key = f"{self.key} : " if self.key else ""
        return f"{place} : {key}trouvé {self.found} ; attendu : {self.expected}"


def dotted(path: KeyPath) -> str:
    """('schools', 2, 'uai') → 'schools[3].uai': people count from one."""
    written = ""
    for part in path:
        if isinstance(part, int):
            written += f"[{part + 1}]"
        else:
            written += f".{part}" if written else part
    return written


def quoted(value: Any) -> str:
    """A found value as French text, short enough for one line."""
    if value is None:
        return "rien"
    if isinstance(value, dict):
        return "une table"
    if isinstance(value, list | tuple):
        return f"une liste de {len(value)} élément{'s' if len(value) > 1 else ''}"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return f"« {text[:77]}… »" if len(text) > 80 else f"« {text} »"


@dataclass(frozen=True)
class Draft:
    """A file's raw content with its lines: what the checks of meaning read, valid or not."""

    file: str
    data: dict[str, Any]
    lines: dict[KeyPath, int] = field(default_factory=dict)

    def line(self, path: KeyPath) -> int:
        """Line of the key, or of the nearest table around it when the key is missing."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 0

    def value(self, *path: str | int) -> Any:
        node: Any = self.data
        for part in path:
            if isinstance(node, dict):
                node = node.get(part)
            elif isinstance(node, list) and isinstance(part, int) and part < len(node):
                node = node[part]
            else:
                return None
        return node

    def tables(self, *path: str | int) -> Iterator[tuple[KeyPath, dict[str, Any]]]:
        """The well-formed tables of a list of tables, each with its path; none if there is no such list."""
        items = self.value(*path)
        for index, item in enumerate(items if isinstance(items, list) else []):
            if isinstance(item, dict):
                yield (*path, index), item

    def strings(self, *path: str | int) -> Iterator[tuple[KeyPath, str]]:
        items = self.value(*path)
        for index, item in enumerate(items if isinstance(items, list) else []):
            if isinstance(item, str):
                yield (*path, index), item

    def problem(self, path: KeyPath, *, found: Any, expected: str, raw: bool = False) -> Problem:
        """`found` is quoted unless it is already a piece of sentence (`raw`)."""
        return Problem(
            file=self.file,
            line=self.line(path),
            key=dotted(path),
            found=found if raw else quoted(found),
            expected=expected,
        )


class Unreadable(Exception):
    """The file is absent, not text, or not TOML."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def read(path: Path) -> Draft:
    name = str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise Unreadable(Problem(name, line, "", "un caractère illisible", "un texte en UTF-8")) from error
    except OSError as error:
        raise Unreadable(
            Problem(name, 0, "", f"un fichier impossible à ouvrir ({error.strerror})", "un fichier TOML")
        ) from error
    return parse(text, name)


def parse(text: str, name: str) -> Draft:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _SYNTAX_PLACE.search(str(error))
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        what = _SYNTAX_PLACE.sub("", str(error))
        raise Unreadable(Problem(name, line, "", f"une faute de syntaxe ({what})", "du TOML 1.0")) from error
    return Draft(file=name, data=data, lines=_Locator(text.replace("\r\n", "\n")).locate())


class _Locator:
    """Walks a valid TOML text and notes the line on which each key path begins."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.lines: dict[KeyPath, int] = {}
        self.last_item: dict[KeyPath, int] = {}

    def locate(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        while self._skip(_BLANK) < len(self.text):
            table = self._header() if self.text[self.at] == "[" else self._pair(table)
        return self.lines

    def _skip(self, pattern: re.Pattern[str]) -> int:
        if match := pattern.match(self.text, self.at):
            self.at = match.end()
        return self.at

    def _note(self, path: KeyPath, at: int) -> None:
        self.lines.setdefault(path, bisect_right(self.starts, at))

    def _key(self) -> tuple[str, ...]:
        parts: list[str] = []
        while True:
            self._skip(_SPACE)
            match = _STRING.match(self.text, self.at) or _BARE_KEY.match(self.text, self.at)
            if match is None:
                raise ValueError(f"No key at {self.text[self.at : self.at + 20]!r}, which TOML accepted.")
            self.at = match.end()
            quoted_key = match[0][0] in "\"'"
            parts.append(tomllib.loads(f"k = {match[0]}")["k"] if quoted_key else match[0])
            self._skip(_SPACE)
            if self.text[self.at] != ".":
                return tuple(parts)
            self.at += 1

    def _header(self) -> KeyPath:
        start = self.at
        of_list = self.text.startswith("[[", self.at)
        self.at += 2 if of_list else 1
        key = self._key()
        self.at += 2 if of_list else 1
        path: KeyPath = ()
        for position, part in enumerate(key):
            path = (*path, part)
            self._note(path, start)
            if position < len(key) - 1 and path in self.last_item:
                path = (*path, self.last_item[path])
        if of_list:
            self.last_item[path] = self.last_item.get(path, -1) + 1
            path = (*path, self.last_item[path])
            self._note(path, start)
        return path

    def _pair(self, table: KeyPath) -> KeyPath:
        start = self.at
        path = table
        for part in self._key():
            path = (*path, part)
            self._note(path, start)
        self.at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)
        return table

    def _value(self, path: KeyPath) -> None:
        first = self.text[self.at]
        if first == "[":
            self._list(path)
        elif first == "{":
            self._inline_table(path)
        elif first in "\"'":
            self._skip(_STRING)
        else:
            self._skip(_SCALAR)

    def _list(self, path: KeyPath) -> None:
        self.at += 1
        index = 0
        while self.text[self._skip(_BLANK)] != "]":
            self._note((*path, index), self.at)
            self._value((*path, index))
            index += 1
            if self.text[self._skip(_BLANK)] == ",":
                self.at += 1
        self.at += 1

    def _inline_table(self, path: KeyPath) -> None:
        self.at += 1
        while self.text[self._skip(_BLANK)] != "}":
            self._pair(path)
            if self.text[self._skip(_BLANK)] == ",":
                self.at += 1
        self.at += 1
