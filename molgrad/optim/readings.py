"""What was measured of one record, term by term, in the terms' own units and with their noise."""

from __future__ import annotations

import math
from dataclasses import dataclass

from molgrad.evaluation import DOCKING, Evaluation
from molgrad.losses.assay import Assay
from molgrad.losses.assay_scale import is_log, p_kind
from molgrad.optim.record import Record

TOTAL = "total"
KCAL, LOG_UNITS = "kcal/mol", "log units"
# Standard deviation of one measurement where a term does not tell its own. Docking: what two `fast` docks of a molecule
# differ by is 0.2 to 0.3 kcal/mol for most. Concentrations and p-values: replicates in one laboratory, about 0.2.
NOISE = {KCAL: 0.2, LOG_UNITS: 0.2, "%": 5.0}


@dataclass(frozen=True, slots=True)
class Reading:
    """One number of a record.

    Attributes:
        value: in the term's own unit; log10 of a concentration.
        score: as the loss counts it, lower is better.
        unit: of the value; empty where none is known.
        noise: standard deviation of the value as a measurement; 0 where nothing is known of it.
        kind: of the term, such as "docking"; "total" for the sum.
        weight: factor of the term in the total.
    """

    value: float
    score: float
    unit: str
    noise: float
    kind: str
    weight: float = 1.0


def readings(record: Record) -> dict[str, Reading]:
    """The numbers of a record by term, and the total where there are several terms.

    A bound (> 30 uM), a pending result and a failure are no numbers and left out, and a total with one of them.

    Args:
        record: a measured value.
    """
    terms = record.evaluation.all_terms()
    found = {term.loss: reading for term in terms if (reading := _reading(term)) is not None}
    total = record.evaluation.score
    whole = all(term.loss in found for term in terms if term.active and term.score is not None)
    if len(terms) > 1 and total is not None and whole and TOTAL not in found:
        parts = (term.weight * found[term.loss].noise * _per_unit(found[term.loss]) for term in terms if term.active)
        noise = math.sqrt(sum(part**2 for part in parts))
        found[TOTAL] = Reading(total, total, "", noise, TOTAL)
    return found


def _reading(term: Evaluation) -> Reading | None:
    if term.score is None or term.bound or term.details.get("relation") in ("<", ">"):
        return None
    if term.kind != Assay.kind:
        unit = KCAL if term.kind == DOCKING else ""
        noise = term.sd if term.sd is not None else NOISE.get(unit, 0.0)
        return Reading(term.score, term.score, unit, noise, term.kind, term.weight)
    value, unit = _on_scale(term)
    of_one, n = term.details.get("sd"), max(1, int(term.details.get("n", 1)))
    spread = float(of_one) if of_one is not None else NOISE.get(unit, 0.0)
    return Reading(value, term.score, unit, spread / math.sqrt(n), term.kind, term.weight)


def _on_scale(term: Evaluation) -> tuple[float, str]:
    """An assay's value on the scale on which a chemist compares it, and the unit of that."""
    value = next(iter(term.raw.values()), term.score or 0.0)
    unit = next((fact.unit or "" for fact in term.facts if fact.kind == "assay"), "")
    if is_log(unit) and value > 0.0:
        return math.log10(value), LOG_UNITS
    return value, unit or (LOG_UNITS if p_kind(term.loss) else "")


def _per_unit(reading: Reading) -> float:
    """The score's units for one unit of the value: percentages are fractions in a score."""
    return 0.01 if reading.unit == "%" else 1.0


def is_measured(term: Evaluation, predicted: dict[str, tuple[float, float]]) -> bool:
    """Whether a term is measured rather than computed exactly: of the latter a chemist needs no lesson.

    Args:
        term: of a record.
        predicted: of its proposal; what is computed exactly is predicted without doubt.
    """
    return term.kind in (DOCKING, Assay.kind) or predicted.get(term.loss, (0.0, 0.0))[1] > 0.0
