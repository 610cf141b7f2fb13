"""What became of each row of a table of results."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from molgrad.display import Shown

if TYPE_CHECKING:
    from pandas import DataFrame


class Fate(StrEnum):
    """What became of a row."""

    STORED = "stored"
    UNUSED = "stored, not used"  # its quality control failed
    BEFORE = "told before"
    EMPTY = "no value"
    OTHER = "of another assay"
    REFUSED = "refused"
    UNMATCHED = "unmatched"
    ASKED = "asked"  # a difference in stereo or tautomer, which `match` decides
    HELD = "held back"  # implausible, and `strict` was said


_FIGURES = re.compile(r"[\d.]+(?:e[+-]?\d+)?")
_SHOWN = 4  # warnings of one kind
OPEN = (Fate.REFUSED, Fate.UNMATCHED, Fate.ASKED, Fate.HELD)  # somebody has to do something about these


@dataclass(frozen=True, slots=True)
class ToldRow:
    """One row of a table of results, or one readout of a row, and what became of it.

    Attributes:
        source: the file.
        line: in the file, from 1.
        molecule: the id or name in the campaign; empty for a new molecule before it is stored, or where none was found.
        smiles: the molecule in the campaign's spelling, else as written.
        assay: the assay.
        fate: what became of the row.
        said: what was understood and why.
        why: why it was not stored, and what to do.
        warnings: what a chemist should look at.
    """

    source: str
    line: int
    molecule: str
    smiles: str
    assay: str
    fate: Fate
    said: str
    why: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """The place of the row, such as `plate_07.csv:12`."""
        return f"{self.source}:{self.line}" if self.line else self.source

    def __str__(self) -> str:
        molecule = self.molecule or self.smiles or "no molecule"
        why = f": {self.why}" if self.why else ""
        warned = "".join(f"; warning: {one}" for one in self.warnings)
        return f"{self.where} {molecule}: {self.said or 'not understood'} -> {self.fate}{why}{warned}"


@dataclass(frozen=True, slots=True)
class TellReport(Shown):
    """What became of a table of results.

    Attributes:
        rows: each row, or readout of a row, in the order of the table.
        dry_run: whether nothing was stored because nothing was to be.
        notes: what concerns more than a row.
    """

    _drawn_by: ClassVar[str] = "molgrad.report.notebook.lab:tell_report"

    rows: tuple[ToldRow, ...]
    dry_run: bool = False
    notes: tuple[str, ...] = ()

    def of(self, *fates: Fate) -> list[ToldRow]:
        """The rows that ended so.

        Args:
            *fates: one or several.
        """
        return [row for row in self.rows if row.fate in fates]

    @property
    def stored(self) -> list[ToldRow]:
        """The rows that were stored, or would be, those with a failed quality control too."""
        return self.of(Fate.STORED, Fate.UNUSED)

    @property
    def refused(self) -> list[ToldRow]:
        """The rows that were not stored and about which something has to be done."""
        return self.of(*OPEN)

    @property
    def unmatched(self) -> list[ToldRow]:
        """The rows whose molecule was not found, or for which `match` has to decide."""
        return self.of(Fate.UNMATCHED, Fate.ASKED)

    @property
    def warnings(self) -> list[str]:
        """What a chemist should look at, each with its row."""
        return [f"{row.where} {row.molecule or row.smiles}: {one}" for row in self.rows for one in row.warnings]

    def _warned(self) -> Iterator[str]:
        """The warnings, of many of one kind the first few."""
        by_kind: dict[str, list[str]] = {}
        for row in self.rows:
            for one in row.warnings:
                kind = _FIGURES.sub("#", one.partition(":")[0])
                by_kind.setdefault(kind, []).append(f"{row.where} {row.molecule or row.smiles}: {one}")
        for found in by_kind.values():
            yield from found if len(found) <= _SHOWN else found[: _SHOWN - 1]
            if len(found) > _SHOWN:
                yield f"... and {len(found) - _SHOWN + 1} more rows of this kind"

    @property
    def ok(self) -> bool:
        """Whether every row was understood, found and stored."""
        return not self.refused

    def frame(self) -> DataFrame:
        """One row for each, with the attributes of `ToldRow` as columns."""
        import pandas as pd

        rows = [{**asdict(row), "fate": row.fate.value, "warnings": "; ".join(row.warnings)} for row in self.rows]
        return pd.DataFrame(rows, columns=list(ToldRow.__slots__))

    def counted(self) -> str:
        """How many rows ended in which way, in one line."""
        counts = Counter(row.fate for row in self.rows)
        parts = [f"{counts[fate]} {fate.value}" for fate in Fate if counts[fate]]
        molecules = len({row.smiles for row in self.stored})
        about = f" ({molecules} molecule{'' if molecules == 1 else 's'})" if molecules else ""
        return f"{len(self.rows)} row{'' if len(self.rows) == 1 else 's'}: {', '.join(parts) or 'nothing'}{about}"

    def __str__(self) -> str:
        lines = [f"{row.where}  {row.molecule or row.smiles}: {row.fate.value}: {row.why}" for row in self.refused]
        warned = [f"warning: {one}" for one in self._warned()]
        dry = ["nothing was written"] if self.dry_run else []
        return "\n".join([self.counted(), *lines, *warned, *self.notes, *dry])
