"""What a run folder shows: molecules.csv, poses.sdf, and the table behind them."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from molgrad.campaign.folder import POSES, TABLE, write_text
from molgrad.campaign.framing import Framing
from molgrad.campaign.shown import Line, owner_of
from molgrad.io.cells import guarded
from molgrad.io.poses import sdf_text
from molgrad.optim.record import Record

# Of a pose in poses.sdf.
_PROPERTIES = ("id", "name", "smiles", "docked_smiles", "affinity", "loss", "term", "receptor")
_BOTH = ("affinity_built", "affinity_unseeded")  # the same, where a pose was built on a known one or tried
_REPORTED = ("molgrad", "rdkit", "vina", "meeko", "openbabel-wheel", "numpy")


def versions() -> dict[str, str]:
    """Versions of what results depend on, and a hash of the tables of rules, which may be changed by hand."""
    found = {"python": sys.version.split()[0]}
    for package in _REPORTED:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return {**found, "rule tables": _tables()}


@cache
def _tables() -> str:
    """A short hash of the tables of rules: transformations, alerts, salts, charge states."""
    tables = sorted(Path(__file__).parents[1].glob("**/*.tsv"))
    return hashlib.sha256(b"".join(table.read_bytes() for table in tables)).hexdigest()[:12]


def _short(value: Any) -> str:
    return repr(round(float(value), 9))  # beyond it there is only noise of the last bit


def write_all(folder: Path, records: Sequence[Record], table: Iterable[Line]) -> None:
    """molecules.csv, in the order proposed, and poses.sdf, best molecule first; each replaced whole.

    Args:
        folder: the run folder.
        records: what was measured.
        table: the line of each record, in the same order.
    """
    from pandas.api.types import is_numeric_dtype

    framing = Framing(table)
    whole = framing.frame()
    for column in whole.columns:  # a model may have written any of the words in it
        if not is_numeric_dtype(whole[column]):
            whole[column] = [guarded(cell) for cell in whole[column]]
    whole = whole.rename(columns=guarded)
    text = whole.to_csv(index=False, lineterminator="\n", float_format=_short)
    write_text(folder / TABLE, text)
    posed = [records[place] for place in sorted(framing.posed)]  # of the others nothing has to be read
    best_first = sorted(posed, key=lambda r: (r.evaluation.score is None, r.evaluation.score or 0.0))
    write_text(folder / POSES, (entry for record in best_first for entry in _poses(record)))


def _poses(record: Record) -> Iterator[str]:
    """The best pose for each receptor, as SDF records; best molecule of the run first."""
    for term in record.evaluation.all_terms():
        for pose in term.details.get("poses", ())[:1]:
            species, affinity = term.details.get("docked_smiles", ""), term.raw.get("affinity", "")
            loss = "" if record.evaluation.score is None else record.evaluation.score
            values = (record.id, record.name, record.value, species, affinity, loss, term.loss, owner_of(term))
            properties = dict(zip(_PROPERTIES, values, strict=True))
            properties |= {key: term.raw[key] for key in _BOTH if key in term.raw}
            data = "".join(f">  <{key}>\n{sdf_text(value)}\n\n" for key, value in properties.items())
            block = f"{sdf_text(record.name)}\n{pose.partition(chr(10))[2]}" if record.named else pose
            yield f"{block.rstrip(chr(10))}\n{data}$$$$\n"
