"""Measurements of a campaign and of docks in the shape that clients are answered in."""

from __future__ import annotations

from collections.abc import Iterable

from molgrad.campaign.table import identifier
from molgrad.campaign.view import View
from molgrad.docking.result import DockResult
from molgrad.errors import one_line
from molgrad.evaluation import Evaluation, Fact
from molgrad.optim.record import Record
from molgrad.receptors.size import SizeFit
from molgrad.serve.models import Docked, FactOut, Molecule, Quantity, Term

KCAL = "kcal/mol"


def kcal(value: float | None, sd: float | None = None) -> Quantity | None:
    """An energy; None where there is none.

    Args:
        value: kcal/mol.
        sd: standard deviation, kcal/mol.
    """
    return None if value is None else quantity(value, KCAL, sd)


def quantity(value: float, unit: str = "", sd: float | None = None) -> Quantity:
    """A number to four digits behind the point.

    Args:
        value: the number.
        unit: "" for none.
        sd: standard deviation.
    """
    return Quantity(value=round(value, 4), unit=unit, sd=None if sd is None else round(sd, 4))


def docked(result: DockResult, receptor: str, fit: SizeFit | None) -> Docked:
    """A dock.

    Args:
        result: of it.
        receptor: its name.
        fit: of affinity to size, where there is one.
    """
    affinity, heavy = result.affinity, len(result.atom_map)
    known = affinity is not None and heavy > 0
    return Docked(
        smiles=result.smiles,
        docked_smiles=result.docked_smiles,
        receptor=receptor,
        status=result.status.value,
        affinity=kcal(affinity, result.sd),
        ligand_efficiency=kcal(affinity / heavy) if known and affinity is not None else None,
        size_residual=kcal(fit.residual(affinity, heavy)) if known and fit and affinity is not None else None,
        reason=one_line(result.reason),
        note=one_line(result.remarks),
        found_before=result.cached,
    )


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def terms(evaluation: Evaluation) -> list[Term]:
    """The terms of a measurement.

    Args:
        evaluation: simple or composite.
    """
    return [term_of(term) for term in evaluation.all_terms()]


def term_of(term: Evaluation) -> Term:
    """One term.

    Args:
        term: measured, or with the reason why not.
    """
    return Term(
        name=term.loss,
        status=term.status.value,
        score=_short(term.score),
        weight=term.weight,
        contribution=_short(term.contribution),
        raw={name: round(value, 4) for name, value in term.raw.items()},
        text=one_line(term.reason) if not term.ok else "",
    )


def molecule(view: View, record: Record) -> Molecule:
    """A measured molecule.

    Args:
        view: of the campaign.
        record: the molecule.
    """
    row, evaluation = view.resolve(record.value), record.evaluation
    parent = view.archive().of(record.proposal.parent or "")
    return Molecule(
        id=identifier(row.id),
        name=record.name if record.named else "",
        smiles=record.value,
        status=evaluation.status.value,
        loss=_short(evaluation.score) if evaluation.ok else None,
        terms=terms(evaluation),
        parent="" if parent is None else parent.name,
        reason=one_line(record.proposal.reason if evaluation.ok else evaluation.reason),
        proposed_by=record.proposal.advisor,
    )


def facts(found: Iterable[Fact]) -> list[FactOut]:
    """Facts.

    Args:
        found: strongest first.
    """
    return [
        FactOut(
            kind=fact.kind,
            text=fact.text,
            atoms=list(fact.atoms),
            partner=fact.partner,
            value=fact.value,
            unit=fact.unit,
        )
        for fact in found
    ]
