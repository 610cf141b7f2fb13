"""What a run folder shows: molecules.csv, poses.sdf, and the table behind them."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from molgrad.autograd.compose import told_of, unique_names
from molgrad.autograd.domain import Domain
from molgrad.campaign.folder import POSES, TABLE, write_text
from molgrad.evaluation import DOCKING, Evaluation
from molgrad.io.cells import guarded
from molgrad.io.poses import sdf_text
from molgrad.optim.archive import Record

if TYPE_CHECKING:
    from pandas import DataFrame

_TAIL = ("parent", "reason", "failure", "advisor", "batch")  # the last columns
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


def frame(records: Sequence[Record], domain: Domain) -> DataFrame:
    """One row for each measured molecule, in the order proposed.

    Columns: id (m0007, in a campaign), name (as in poses.sdf; where a user gave any), smiles, status, loss (the total,
    lower is better), affinity (kcal/mol), docks (how often it was docked) and docked_smiles (the species) where docked,
    affinity_built and affinity_unseeded where a known pose was given, `*_sd` (the standard deviation of a term's score
    as a measurement, such as docking_sd, where it is known), `*_relation` (">", "<" or "~" where an assay's value is a
    bound or a rough one), the raw value of every term and the domain's descriptors, `term_*` (contributions that
    sum to loss), `expected_*` and `expected_*_sd` (what was predicted of a term before it was measured), parent,
    reason (the net change against the parent, the fact that it answers, what it costs), failure (why there is no
    number), advisor, batch. With several receptors each has its own: affinity_PPARA, affinity_PPARG; with
    several contacts each is named by its residue: contact_kept_ILE9, term_contact_ILE9.
    """
    import pandas as pd

    receptors = {_owner(term) for record in records for term in record.evaluation.all_terms()} - {""}
    rows = [_row(record, domain, several=len(receptors) > 1) for record in records]
    named = any(record.named for record in records)
    for row, record in zip(rows, records, strict=True):
        called = {"id": record.id} if record.id else {}
        called |= {"name": record.name} if named else {}
        row["head"] = {**called, **row["head"]}
    columns: dict[str, None] = {}
    for place in ("head", "raw", "described", "terms", "expected", "tail"):
        for row in rows:
            columns |= dict.fromkeys(row[place])
    flat = [{key: value for part in row.values() for key, value in part.items()} for row in rows]
    return pd.DataFrame(flat, columns=list(columns) or ["smiles", "status", "loss"])


def _row(record: Record, domain: Domain, *, several: bool) -> dict[str, dict[str, Any]]:
    evaluation, proposal = record.evaluation, record.proposal
    terms = evaluation.terms or (evaluation,)
    raw = _by_receptor(evaluation) if several else dict(evaluation.raw)
    head: dict[str, Any] = {
        "smiles": record.value,
        "status": evaluation.status.value,
        "loss": evaluation.score,
    }
    head |= {key: raw.pop(key) for key in list(raw) if key.startswith("affinity")}
    measured = evaluation.all_terms()
    head |= {f"{term.loss}_sd": term.sd for term in measured if term.sd is not None}
    head |= {f"{term.loss}_relation": term.details["relation"] for term in measured if _is_bound(term)}
    if docks := [len(term.repeats) or 1 for term in measured if term.kind == DOCKING and term.ok]:
        head["docks"] = max(docks)
    if species := next((term.details["docked_smiles"] for term in measured if "docked_smiles" in term.details), ""):
        head["docked_smiles"] = species
    tail = (proposal.parent, proposal.reason, evaluation.reason, proposal.advisor, record.batch)
    described = {k: _counted(v) for k, v in domain.describe(record.value).items() if k not in raw}
    return {
        "head": head,
        "raw": raw,
        "described": described,
        "terms": {f"term_{term.loss}": term.contribution for term in terms},
        "expected": _expected(record),
        "tail": dict(zip(_TAIL, tail, strict=True)),
    }


def _is_bound(term: Evaluation) -> bool:
    """Whether the raw value of a term is a bound or a rough one, which a column of numbers would not show."""
    return bool(term.details.get("relation", "=") != "=")


def _expected(record: Record) -> dict[str, float]:
    """What was predicted of the terms that are not computed exactly beforehand."""
    found: dict[str, float] = {}
    for term, (mean, sd) in record.proposal.predicted.items():
        if sd > 0.0:
            found |= {f"expected_{term}": mean, f"expected_{term}_sd": sd}
    return found


def _by_receptor(evaluation: Evaluation) -> dict[str, float]:
    """The raw values of every term, the receptor's name appended, before it the residue's of several contacts."""
    pairs = [
        ("_".join(part for part in (key, told_of(term), _owner(term)) if part), value)
        for term in evaluation.all_terms()
        for key, value in term.raw.items()
    ]
    return dict(zip(unique_names(key for key, _ in pairs), (value for _, value in pairs), strict=True))


def _owner(term: Evaluation) -> str:
    return str(term.details.get("receptor", ""))


def _counted(value: float) -> float:
    """A whole number as one: a column of counts then has no decimal points."""
    return int(value) if value.is_integer() else value


def _short(value: Any) -> str:
    return repr(round(float(value), 9))  # beyond it there is only noise of the last bit


def write_all(folder: Path, records: Sequence[Record], domain: Domain) -> None:
    """molecules.csv, in the order proposed, and poses.sdf, best molecule first; each replaced whole."""
    from pandas.api.types import is_numeric_dtype

    whole = frame(records, domain)
    for column in whole.columns:  # a model may have written any of the words in it
        if not is_numeric_dtype(whole[column]):
            whole[column] = [guarded(cell) for cell in whole[column]]
    whole = whole.rename(columns=guarded)
    table = whole.to_csv(index=False, lineterminator="\n", float_format=_short)
    write_text(folder / TABLE, table)
    best_first = sorted(records, key=lambda r: (r.evaluation.score is None, r.evaluation.score or 0.0))
    write_text(folder / POSES, "".join(entry for record in best_first for entry in _poses(record)))


def _poses(record: Record) -> Iterator[str]:
    """The best pose for each receptor, as SDF records; best molecule of the run first."""
    for term in record.evaluation.all_terms():
        for pose in term.details.get("poses", ())[:1]:
            species, affinity = term.details.get("docked_smiles", ""), term.raw.get("affinity", "")
            loss = "" if record.evaluation.score is None else record.evaluation.score
            values = (record.id, record.name, record.value, species, affinity, loss, term.loss, _owner(term))
            properties = dict(zip(_PROPERTIES, values, strict=True))
            properties |= {key: term.raw[key] for key in _BOTH if key in term.raw}
            data = "".join(f">  <{key}>\n{sdf_text(value)}\n\n" for key, value in properties.items())
            block = f"{sdf_text(record.name)}\n{pose.partition(chr(10))[2]}" if record.named else pose
            yield f"{block.rstrip(chr(10))}\n{data}$$$$\n"
