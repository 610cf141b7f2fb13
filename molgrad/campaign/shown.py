"""What tables show of a measured molecule, as JSON that a campaign keeps: worked out once, read in bulk."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from molgrad.autograd.compose import told_of, unique_names
from molgrad.autograd.domain import Domain
from molgrad.evaluation import DOCKING, Evaluation
from molgrad.optim.record import Record

TOGETHER = 2000  # molecules that are read, or worked out, at a time


class Kept(NamedTuple):
    """Values with names, as text.

    Attributes:
        layout: JSON, the names by part of the table; the same text for molecules with the same columns.
        values: JSON, the values in the order of the names.
    """

    layout: str
    values: str


class Described(NamedTuple):
    """What follows from a value alone.

    Attributes:
        key: of the compound, see `Domain.identity`.
        kept: the domain's descriptors.
    """

    key: str
    kept: Kept


class Line(NamedTuple):
    """A line of molecules.csv.

    Attributes:
        record: the molecule.
        shown: what was measured and expected of it.
        described: its descriptors.
    """

    record: Record
    shown: Kept
    described: Kept


class Worked(NamedTuple):
    """What was worked out of a row because it was not kept; None for what was."""

    row: int
    shown: Kept | None
    described: Described | None


Known = tuple[Mapping[int, Kept], Mapping[int, Kept]]  # what was measured, and descriptors, by row


def lines(
    measured: Iterable[tuple[int, Record]],
    domain: Domain,
    known: Callable[[int, int], Known] | None = None,
    keep: Callable[[list[Worked]], None] | None = None,
    changing: Container[str] = (),
) -> Iterator[Line]:
    """The lines of molecules.csv, in order; memory does not go with their number.

    Args:
        measured: the number of each row and its record.
        domain: describes the values.
        known: gives what is kept of the rows from one number to another; nothing is by default.
        keep: takes what had to be worked out.
        changing: values whose lines are not kept, because what is expected of them changes.
    """
    left = iter(measured)
    while some := list(islice(left, TOGETHER)):
        rows = [row for row, _ in some]
        shown, described = known(min(rows), max(rows)) if known is not None else ({}, {})
        worked = []
        for row, record in some:
            passing = record.value in changing
            one, other = None if passing else shown.get(row), described.get(row)
            new = described_of(record.value, domain) if other is None else None
            made = shown_of(record) if one is None else None
            if new is not None or (made is not None and not passing):
                worked.append(Worked(row, None if passing else made, new))
            one, other = one or made, other or (new and new.kept)
            assert one is not None and other is not None  # noqa: S101, PT018 - worked out above
            yield Line(record, one, other)
        if worked and keep is not None:
            keep(worked)


def described_of(value: str, domain: Domain) -> Described:
    """What a table says of a value by itself.

    Args:
        value: canonical.
        domain: describes it.
    """
    return Described(domain.identity(value), _written({"described": dict(domain.describe(value))}))


def shown_of(record: Record) -> Kept:
    """What a table says of a measurement, by part.

    `owned` is `raw` with the receptors' names, for campaigns with several; `receptors` and `poses` are no columns. What
    every record has in memory is left out.

    Args:
        record: a measured molecule.
    """
    evaluation, proposal = record.evaluation, record.proposal
    measured = evaluation.all_terms()
    owners = dict.fromkeys(owner for term in measured if (owner := owner_of(term)))
    owned = _by_receptor(measured)
    return _written(
        {
            "raw": evaluation.raw,
            "owned": {} if owned == evaluation.raw else owned,
            "more": _more(measured),
            "terms": {f"term_{term.loss}": term.contribution for term in evaluation.terms or (evaluation,)},
            "expected": _expected(record),
            "tail": {"reason": proposal.reason, "failure": evaluation.reason, "advisor": proposal.advisor},
            "receptors": dict.fromkeys(owners, 1),
            "poses": {"poses": 1} if any(term.details.get("poses") for term in measured) else {},
        }
    )


def owner_of(term: Evaluation) -> str:
    """The receptor that a term is about; empty for none.

    Args:
        term: of an evaluation.
    """
    return str(term.details.get("receptor", ""))


def _written(parts: Mapping[str, Mapping[str, Any]]) -> Kept:
    layout = json.dumps({part: list(named) for part, named in parts.items()})
    return Kept(layout, json.dumps([value for named in parts.values() for value in named.values()]))


def _more(measured: Iterable[Evaluation]) -> dict[str, Any]:
    """How sure each term is, how often it was docked, and as what."""
    terms = list(measured)
    more: dict[str, Any] = {f"{term.loss}_sd": term.sd for term in terms if term.sd is not None}
    more |= {f"{term.loss}_relation": term.details["relation"] for term in terms if _is_bound(term)}
    if docks := [len(term.repeats) or 1 for term in terms if term.kind == DOCKING and term.ok]:
        more["docks"] = max(docks)
    if species := next((term.details["docked_smiles"] for term in terms if "docked_smiles" in term.details), ""):
        more["docked_smiles"] = species
    if route := next((term.details["route"] for term in terms if "route" in term.details), ""):
        more["route"] = route
    return more


def _is_bound(term: Evaluation) -> bool:
    """Whether the raw value of a term is a bound or a rough one, which a column of numbers would not show."""
    return bool(term.details.get("relation", "=") != "=")


def _expected(record: Record) -> dict[str, float]:
    """What was predicted of the terms that are not computed exactly beforehand, and what the author expected."""
    author = record.proposal.expected
    found: dict[str, float] = {} if author is None else {"author_expected": author}
    for term, (mean, sd) in record.proposal.predicted.items():
        if sd > 0.0:
            found |= {f"expected_{term}": mean, f"expected_{term}_sd": sd}
    return found


def _by_receptor(measured: Iterable[Evaluation]) -> dict[str, float]:
    """The raw values of every term, the receptor's name appended, before it the residue's of several contacts."""
    pairs = [
        ("_".join(part for part in (key, told_of(term), owner_of(term)) if part), value)
        for term in measured
        for key, value in term.raw.items()
    ]
    return dict(zip(unique_names(key for key, _ in pairs), (value for _, value in pairs), strict=True))
