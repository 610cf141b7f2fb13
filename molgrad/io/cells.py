"""Cells of tables that a spreadsheet opens: what it would compute is written as text, and read back as it was."""

from __future__ import annotations

import re
from typing import Any

from molgrad.errors import plain

# What makes a spreadsheet compute a cell, full-width forms included (OWASP, "CSV Injection"). Apostrophes before it are
# taken along, so that a cell which begins with one comes back as it was.
_FORMULA = re.compile("'*\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]")
_TEXT = re.compile(r'="([^"]*)"')  # how Excel is told that a number is a text, with its leading zeros
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def guarded(cell: Any) -> Any:
    """The cell without control characters, and with an apostrophe before it where it would be computed.

    A number stays a number, a negative one too. A SMILES never begins with one of these characters.

    Args:
        cell: anything; what is no text is returned as it is.
    """
    if not isinstance(cell, str):
        return cell
    text = plain(cell)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text.strip()) else text


def unguarded(cell: str) -> str:
    """The text that `guarded` wrote as this cell, or that another program wrote as `="007"`.

    Args:
        cell: a cell of a table, ours or another program's.
    """
    if cell.startswith("'"):
        return cell[1:] if _FORMULA.match(cell) else cell
    text = _TEXT.fullmatch(cell) if cell.startswith("=") else None
    return text[1] if text else cell
