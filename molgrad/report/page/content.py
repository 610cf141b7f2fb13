"""What a report says, before it is HTML or Markdown; every text is one line of printable characters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from molgrad import errors
from molgrad.errors import one_line
from molgrad.report.notebook.parts import arrows

NONE = "\N{EN DASH}"  # a cell without a value
_MINUS = re.compile(r"(?<![\w)\]=#@-])-(?=\d)")  # of a number; not in a name, a date, a SMILES


@dataclass(frozen=True, slots=True)
class Grid:
    """A table.

    Attributes:
        title: what it shows, for a caption.
        head: the names of its columns.
        rows: cells as text.
        figures: places of columns that hold numbers.
        folded: whether it is shown on a click: what few readers want, and is long.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: frozenset[int] = frozenset()
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A molecule as it is shown.

    Attributes:
        name: what tables and pose files call it.
        smiles: canonical.
        picture: the address of its picture, which holds it; empty where it cannot be drawn.
        headline: its loss, and how it compares with the lead.
        rows: of each term its name, what was measured, and its contribution to the loss.
        based: what the numbers rest on, a sentence each.
        notes: changes, contacts and reasons, a sentence each.
        pieces: pictures and views of its pose, HTML that molgrad made.
    """

    name: str
    smiles: str
    picture: str = ""
    headline: str = ""
    rows: tuple[tuple[str, str, str], ...] = ()
    based: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot.

    Attributes:
        title: what it shows.
        picture: the address that holds it; empty where it could not be made.
        words: the same in a sentence, or why it could not be made.
    """

    title: str
    picture: str
    words: str


@dataclass(frozen=True, slots=True)
class Node:
    """A molecule of a lineage.

    Attributes:
        card: the molecule.
        edge: the change that led to it, with reason and verdict, a sentence each; empty for a start.
        sides: further lineages that begin here, each on the way to one of the best.
        others: molecules made of it that led to none of the best: name, change, what came.
        winner: whether it lies on the way to the best molecule.
        skipped: how many steps before it are left out.
    """

    card: Card
    edge: tuple[str, ...] = ()
    sides: tuple[tuple[Node, ...], ...] = ()
    others: tuple[tuple[str, str, str], ...] = ()
    winner: bool = False
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page below a heading.

    Attributes:
        key: its address on the page.
        title: the heading.
        words: sentences, a paragraph each.
        points: sentences, as a list.
        grids: tables.
        plots: plots.
        cards: molecules.
        tree: lineages, each a row of molecules from a start.
        code: commands and settings, as they are.
    """

    key: str
    title: str
    words: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    grids: tuple[Grid, ...] = ()
    plots: tuple[Plot, ...] = ()
    cards: tuple[Card, ...] = ()
    tree: tuple[tuple[Node, ...], ...] = ()
    code: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the table of all molecules.

    Attributes:
        cells: as text, in the order of `Content.columns`.
        smiles: canonical.
        picture: as in `Card`.
    """

    cells: tuple[str, ...]
    smiles: str
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """All that a report says.

    Attributes:
        title: of the page.
        facts: what it is about, a few words each.
        asked: what was asked, in sentences.
        answer: three sentences.
        lead, best: the two molecules that the answer compares; the same where nothing is better than the lead.
        change: how they differ, in words.
        sections: everything below the first screen, in order.
        columns: of the table of all molecules; `figures` are the places of those with numbers.
        entries: its rows, best first.
        made: when and with what the report was made.
    """

    title: str
    facts: tuple[str, ...]
    asked: tuple[str, ...]
    answer: tuple[str, ...]
    lead: Card | None
    best: Card | None
    change: str
    sections: tuple[Section, ...]
    columns: tuple[str, ...]
    figures: frozenset[int]
    entries: tuple[Entry, ...]
    made: str


def lines(texts: Iterable[Any]) -> tuple[str, ...]:
    """The texts that say something, each on one line without control characters, with proper arrows and minus signs.

    Args:
        texts: by people, models and files.
    """
    return tuple(_MINUS.sub("\N{MINUS SIGN}", arrows(said)) for text in texts if (said := one_line(str(text))))


def counted(number: int, word: str, several: str = "") -> str:
    """`1 molecule`, `2,000 molecules`.

    Args:
        number: how many.
        word: for one.
        several: for more; `word` with an s by default.
    """
    return errors.counted(number, word, several, form=",")


def number(value: float | None, digits: int = 2) -> str:
    """A number as a table shows it; a dash for none.

    Args:
        value: may be missing.
        digits: after the point.
    """
    return NONE if value is None or value != value else f"{value:.{digits}f}".replace("-", "\N{MINUS SIGN}")
