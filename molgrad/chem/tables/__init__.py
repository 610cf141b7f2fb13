"""Tables of medicinal chemistry: one rule a row, with its reason and examples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent


def read_table(name: str, folder: Path = FOLDER) -> Iterator[list[str]]:
    """The rows of a table, in their order, each as its cells.

    Cells stand between tabs. A line that starts with `#` is a comment. A line `NAME = text` defines a part, which
    replaces `{NAME}` in the lines after it.

    Args:
        name: of the file.
        folder: where it lies; this one by default.
    """
    parts: dict[str, str] = {}
    for line in (folder / name).read_text(encoding="utf-8").splitlines():
        head, defines, text = line.partition(" = ")
        if defines and "\t" not in line and not line.startswith("#"):
            parts[f"{{{head}}}"] = _filled(text, parts)
        elif line and not line.startswith("#"):
            yield _filled(line, parts).split("\t")


def _filled(text: str, parts: dict[str, str]) -> str:
    for part, meaning in parts.items():
        text = text.replace(part, meaning)
    return text
