"""The product's Python sources, as the lints read them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("core", "infra", "integrations", "platform", "tenants")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """A module; `path` is relative to the root, as `core/children/models/child.py`."""

    path: PurePosixPath
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    @property
    def folder(self) -> str:
        """`core`, `tenants`…"""
        return self.path.parts[0]

    @property
    def app(self) -> str:
        """`children` for what belongs to core.children, else nothing."""
        return self.path.parts[1] if self.folder == "core" and len(self.path.parts) > 2 else ""

    @property
    def part(self) -> str:
        """Which module of its app, a package counting as one: `models`, `operations`…"""
        return PurePosixPath(self.path.parts[2]).stem if self.app else ""

    @property
    def is_migration(self) -> bool:
        return "migrations" in self.path.parts

    def where(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}"

    def functions(self) -> Iterator[Function]:
        return (node for node in self.nodes if isinstance(node, Function))

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Each call, with the last name of what is called: `delete` for `a.b.delete()`."""
        for node in self.nodes:
            if isinstance(node, ast.Call):
                yield node, last_name(node.func)

    def imports(self) -> Iterator[tuple[ast.AST, str]]:
        """Each thing imported, by its full name: `from a.b import c` gives `a.b.c`."""
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from ((node, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def last_name(node: ast.AST) -> str:
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case ast.Call(func=called):
            return last_name(called)
    return ""


def planted(path: str, text: str) -> Source:
    """A source that is in no file, for a lint to find."""
    return Source(PurePosixPath(path), text)


def sources() -> list[Source]:
    found = (path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py")))
    return [Source(PurePosixPath(path.relative_to(ROOT).as_posix()), path.read_text()) for path in found]
