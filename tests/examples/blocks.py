"""The code blocks of README and docs, as the tests read them.

A block whose first line says `# Not run by the tests: REASON` is checked for its syntax and options only.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import NamedTuple

TOP = Path(__file__).parents[2]
PAGES = [TOP / "README.md", *sorted((TOP / "docs").glob("*.md"))]
MARK = re.compile(r"# Not run by the tests: \w")
FENCED = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?:^\n)((?:^(?:    |\n).*\n?)+)", re.MULTILINE)


class Block(NamedTuple):
    """One block; the language is empty where it is indented or names none."""

    language: str
    code: str

    @property
    def runs(self) -> bool:
        """Whether it is run, not only checked."""
        return not MARK.match(self.code)


def blocks(page: Path) -> list[Block]:
    """Those between fences, then those that are indented."""
    text = page.read_text(encoding="utf-8")
    found = [Block(language, code) for language, code in FENCED.findall(text)]
    rest = FENCED.sub("", text)
    return found + [Block("", re.sub("^    ", "", code, flags=re.MULTILINE)) for code in INDENTED.findall(rest)]


def python(page: Path) -> str:
    """The Python of a page that is run, as one program. What reads lines of JSON is run by test_predictors."""
    told = [one.code for one in blocks(page) if one.language == "python" and one.runs and "sys.stdin" not in one.code]
    return "\n".join(told)


def commands(block: Block) -> list[list[str]]:
    """The words of each `molgrad` command of a block that stands at the beginning of a line, or after `&&`."""
    lines = re.sub(r"\\\n\s*", "", block.code).splitlines()
    ours = [line.removeprefix("$ ") for line in lines if re.match(r"(\$ )?molgrad (?!minus )[a-z-]", line)]
    parts = (part for line in ours for part in line.split(" && "))
    split = (shlex.split(re.split(r" [|>] ", part)[0], comments=True) for part in parts)
    return [words[1:] for words in split if words and words[0] == "molgrad"]
