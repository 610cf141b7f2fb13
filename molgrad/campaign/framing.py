"""The table of measured molecules, put together column by column from what is kept of each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from molgrad.campaign.shown import TOGETHER, Line
from molgrad.optim.record import Record

if TYPE_CHECKING:
    from pandas import DataFrame

Cells = NDArray[Any]  # numbers as such, everything else as objects
Parts = dict[str, dict[str, Cells]]

_ORDER = ("id", "name", "head", "raw", "described", "terms", "expected", "tail")


class Block(NamedTuple):
    """Lines with the same columns.

    Attributes:
        places: of the lines in the table.
        parts: their columns, by part and name.
    """

    places: NDArray[np.int64]
    parts: Parts


class Framing:
    """Puts lines together; what is in memory are the columns.

    Args:
        lines: of the table, in order.

    Attributes:
        posed: places of the lines whose molecules have poses.
    """

    def __init__(self, lines: Iterable[Line]) -> None:
        self.posed: list[int] = []
        self._blocks: list[Block] = []
        self._count, self._named = 0, False
        self._receptors: set[str] = set()
        left = iter(lines)
        while some := list(islice(left, TOGETHER)):
            self._add(some)

    def _add(self, lines: Sequence[Line]) -> None:
        alike: dict[tuple[str, str, bool], list[int]] = {}
        for place, line in enumerate(lines):
            columns = (line.shown.layout, line.described.layout, bool(line.record.id))
            alike.setdefault(columns, []).append(place)
        for places in alike.values():
            mine = [lines[place] for place in places]
            parts = _read([line.shown for line in mine]) | _read([line.described for line in mine])
            block = Block(self._count + np.array(places), parts)
            self._receptors.update(parts.pop("receptors"))
            if parts.pop("poses"):
                self.posed += block.places.tolist()
            self._named = self._named or any(line.record.named for line in mine)
            _complete(parts, [line.record for line in mine])
            self._blocks.append(block)
        self._count += len(lines)

    def frame(self) -> DataFrame:
        """The table, once: one row for each line, in order.

        Columns: id (m0007, in a campaign), name (as in poses.sdf; where a user gave any), smiles, status, loss (the
        total, lower is better), affinity (kcal/mol), docks (how often it was docked) and docked_smiles (the species)
        where docked, affinity_built and affinity_unseeded where a known pose was given, `*_sd` (the standard deviation
        of a term's score as a measurement, such as docking_sd, where it is known), `*_relation` (">", "<" or "~" where
        an assay's value is a bound or a rough one), the raw value of every term and the domain's descriptors, `term_*`
        (contributions that sum to loss), `expected_*` and `expected_*_sd` (what was predicted of a term before it was
        measured), author_expected (the change of the loss that the author of a proposal expected, where one was told),
        parent, reason (the net change against the parent, the fact that it answers, what it costs), failure (why there
        is no number), advisor, batch. With several receptors each has its own: affinity_PPARA, affinity_PPARG; with
        several contacts each is named by its residue: contact_kept_ILE9, term_contact_ILE9.
        """
        import pandas as pd

        several = len(self._receptors) > 1
        blocks = [Block(block.places, _arranged(block.parts, several=several)) for block in self._blocks]
        self._blocks.clear()
        columns: dict[str, list[tuple[NDArray[np.int64], Cells]]] = {}
        for part in [part for part in _ORDER if self._named or part != "name"]:
            for block in blocks:
                for name, cells in block.parts[part].items():
                    columns.setdefault(name, []).append((block.places, cells))
        blocks.clear()
        # One after the other, so that the pieces of one column are gone before those of the next are joined.
        made = {name: pd.Series(_joined(columns.pop(name), self._count)) for name in list(columns)}
        return pd.DataFrame(made, columns=list(made) or ["smiles", "status", "loss"])


def _complete(parts: Parts, records: Sequence[Record]) -> None:
    """Add the columns of what every record has in memory."""
    parts["id"] = {"id": _packed([record.id for record in records])} if records[0].id else {}
    parts["name"] = {"name": _packed([record.name for record in records])}
    parts["head"] = {
        "smiles": _packed([record.value for record in records]),
        "status": _packed([record.evaluation.status.value for record in records]),
        "loss": _packed([record.evaluation.score for record in records]),
    }
    ends = {"parent": _packed([record.proposal.parent for record in records])}
    parts["tail"] = {**ends, **parts["tail"], "batch": _packed([record.batch for record in records])}


def _read(kept: Sequence[Any]) -> Parts:
    """The columns of lines with the same layout, by part."""
    names: Mapping[str, Sequence[str]] = json.loads(kept[0].layout)
    rows = json.loads(f"[{','.join(one.values for one in kept)}]")
    columns = iter(zip(*rows, strict=True))
    parts = {part: {name: _packed(next(columns)) for name in named} for part, named in names.items()}
    if "described" in parts:
        parts["described"] = {name: _counted(cells) for name, cells in parts["described"].items()}
    return parts


def _packed(cells: Sequence[Any]) -> Cells:
    kinds = set(map(type, cells))
    if kinds <= {int, float}:
        return np.array(cells, dtype=np.int64 if kinds == {int} else np.float64)
    packed = np.empty(len(cells), dtype=object)
    known = {cell: cell for cell in cells}  # each text once in memory
    packed[:] = [known[cell] for cell in cells] if len(known) < len(cells) else cells
    return packed


def _counted(cells: Cells) -> Cells:
    """Whole numbers as such: a column of counts then has no decimal points."""
    if cells.dtype != np.float64 or not (np.isfinite(cells) & (cells == np.rint(cells))).all():
        return cells
    return cells.astype(np.int64)


def _arranged(parts: Parts, *, several: bool) -> Parts:
    """The parts as the table has them: affinities at the head, descriptors without what a term measured."""
    raw = parts["owned"] if several and parts["owned"] else parts["raw"]
    affinities = {name: cells for name, cells in raw.items() if name.startswith("affinity")}
    rest = {name: cells for name, cells in raw.items() if name not in affinities}
    described = {name: cells for name, cells in parts["described"].items() if name not in rest}
    return {**parts, "head": {**parts["head"], **affinities, **parts["more"]}, "raw": rest, "described": described}


def _joined(pieces: Sequence[tuple[NDArray[np.int64], Cells]], n: int) -> Cells | list[Any]:
    """One column; nan where no piece has a value, and the later piece where two have one."""
    kinds = {cells.dtype for _, cells in pieces}
    there = np.zeros(n, dtype=bool)
    for places, _ in pieces:
        there[places] = True
    if np.dtype(object) in kinds:
        column = np.full(n, np.nan, dtype=object)
    elif kinds == {np.dtype(np.int64)} and there.all():
        column = np.zeros(n, dtype=np.int64)
    else:
        column = np.full(n, np.nan)
    for places, cells in pieces:
        column[places] = cells
    return column.tolist() if column.dtype == object else column  # of a list pandas finds the type by itself
