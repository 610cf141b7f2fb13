"""The tool `find`: what was measured of molecules with a substructure."""

from __future__ import annotations

from collections.abc import Sequence

from molgrad.chem.substructure import holding
from molgrad.errors import one_line, shorten
from molgrad.optim.record import Record

NAME = "find"
WORDS = (
    "Measured molecules of the campaign that hold a substructure (SMARTS), the best first, each with total, terms and "
    "the atoms that match. Costs nothing"
)
MOST = 12  # molecules that are told


def found(records: Sequence[Record], smarts: str) -> list[tuple[Record, tuple[int, ...]]]:
    """The records that hold a substructure, the best first and those without a number last, with the matching atoms.

    Args:
        records: in the order proposed.
        smarts: the substructure.

    Raises:
        ConflictingSettingsError: it is no SMARTS.
    """
    hits = [(records[place], atoms) for place, atoms in holding(smarts, [one.value for one in records])]
    return sorted(hits, key=lambda hit: (not hit[0].evaluation.ok, hit[0].known_score or 0.0))


def found_words(records: Sequence[Record], smarts: str) -> str:
    """The same in words.

    Args:
        records: in the order proposed.
        smarts: the substructure.

    Raises:
        ConflictingSettingsError: it is no SMARTS.
    """
    hits = found(records, smarts)
    if not hits:
        return f"None of the {len(records)} measured molecules holds {smarts}."
    lines = [f"{len(hits)} of {len(records)} measured molecules hold {smarts}:"]
    lines += [f"{record_words(record)}; atoms {', '.join(map(str, atoms))}" for record, atoms in hits[:MOST]]
    return "\n".join([*lines, *([f"and {len(hits) - MOST} more"] if len(hits) > MOST else [])])


def record_words(record: Record) -> str:
    """A measured molecule on a line: id, SMILES, total and terms.

    Args:
        record: the molecule.
    """
    measured = record.evaluation
    if not measured.ok:
        return f"{record.name} {record.value}: {measured.status.value}, {shorten(one_line(measured.reason), 160)}"
    terms = [one for one in measured.all_terms() if one.score is not None]
    said = ", ".join(f"{one.loss} {one.score:.3f} x {one.weight:g}" for one in terms)
    total = "" if measured.score is None else f"total {measured.score:.3f} "
    return f"{record.name} {record.value}: {total}({said})"
