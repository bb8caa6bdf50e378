"""A charter's plain text as blocks that a template shows: headings, paragraphs, lists. No markup passes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    kind: str  # "heading", "paragraph" or "list"
    text: str = ""
    items: tuple[str, ...] = ()


def blocks(text: str) -> list[Block]:
    """`## ` starts a heading, `- ` an item; blank lines part paragraphs, whose lines are joined."""
    found: list[Block] = []
    for part in text.replace("\r\n", "\n").split("\n\n"):
        lines = [line.strip() for line in part.splitlines() if line.strip()]
        if lines and lines[0].startswith("## "):
            found.append(Block("heading", lines.pop(0)[3:].strip()))
        if lines and all(line.startswith("- ") for line in lines):
            found.append(Block("list", items=tuple(line[2:].strip() for line in lines)))
        elif lines:
            found.append(Block("paragraph", " ".join(lines)))
    return found
