"""What a molecule is judged by: its evaluation, made anew from every result that counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from molgrad.assays.value import Measured
from molgrad.autograd.domain import Domain
from molgrad.autograd.loss import Loss
from molgrad.campaign.results import FAILED as FAILED_QC
from molgrad.campaign.results import NOT_MADE, REPLACED, WITHDRAWN, Result
from molgrad.errors import AssayUnitError
from molgrad.evaluation import Evaluation, Status
from molgrad.losses.assay import Assay


def assays_of(loss: Loss) -> dict[str, Assay]:
    """The assays of a loss by the name of their term, in order.

    Args:
        loss: of the campaign.
    """
    names = [term.loss for term in loss.pending().all_terms()]
    pairs = zip(names, loss.all_terms(), strict=True)
    return {name: term for name, term in pairs if isinstance(term, Assay)}


def term_of(loss: Loss, term: str | None) -> str:
    """The full name of the assay's term that a result is for.

    Args:
        loss: of the campaign.
        term: its name as the user gave it; None where there is only one.

    Raises:
        SettingsChangedError: there is no such assay, or there are several and none was named.
    """
    probe = Evaluation("probe", Status.FAILED, reason="probe")
    found = loss.with_result(loss.pending(), probe, term)  # the loss says what is wrong with the name
    return next(one.loss for one in found.all_terms() if one.status is Status.FAILED)


def judged(
    loss: Loss,
    before: Evaluation | None,
    results: Sequence[Result],
    domain: Domain,
    value: str,
    terms: Iterable[str] | None = None,
) -> Evaluation:
    """The evaluation of a molecule with its assays as the results say; every other term stays as it is.

    Values are converted again from what the laboratory wrote, so that an assay whose unit or target has changed judges
    earlier results by what it is now.

    Args:
        loss: of the campaign.
        before: the evaluation so far; None for a molecule that was not measured.
        results: everything told of the molecule, in the order told.
        domain: of the campaign.
        value: the molecule.
        terms: the assays that are judged; all by default.
    """
    evaluation = loss.pending() if before is None else before
    assays = assays_of(loss)
    given = [(assays[one.assay], one.measured) for one in results if one.measured and one.assay in assays]
    weight = weight_of(domain, value, given)
    for term in assays if terms is None else terms:
        found = _of_assay(assays[term], term, results, weight)
        evaluation = loss.with_result(evaluation, found, term, replace_old=True)
    return evaluation


def _of_assay(assay: Assay, term: str, results: Sequence[Result], weight: float | None) -> Evaluation:
    mine = [result for result in results if result.assay == term]
    counted = [result.measured for result in mine if result.counts and result.measured is not None]
    if not counted:
        return _without(assay, mine, results)
    try:
        found = assay.complete([assay.scale.converted(measured, weight) for measured in counted])
    except AssayUnitError as error:
        return Evaluation(assay.name, Status.FAILED, reason=f"{assay.name}: {error}", kind=assay.kind)
    replaced = [one.converted.value for one in mine if one.state == REPLACED and one.converted is not None]
    if not replaced:
        return found
    return replace(found, details={**found.details, "replaced": {assay.name: replaced[-1]}})


def _without(assay: Assay, mine: Iterable[Result], results: Iterable[Result]) -> Evaluation:
    """An assay of which nothing counts."""
    marks = [result for result in results if result.state == NOT_MADE]
    if marks:
        why = f": {marks[-1].why}" if marks[-1].why else ""
        return Evaluation(assay.name, Status.FAILED, reason=f"not made{why}", kind=assay.kind)
    states = [result.state for result in mine]
    said = {FAILED_QC: "its quality control failed", WITHDRAWN: "its value was withdrawn"}
    return assay.waiting(next((said[state] for state in reversed(states) if state in said), ""))


def weight_of(domain: Domain, value: str, results: Iterable[tuple[Assay, Measured]]) -> float | None:
    """The molecular weight in g/mol, where a result needs it; None else, and for what has none.

    Args:
        domain: of the value.
        value: a molecule.
        results: what was measured of it, each with its assay.
    """
    if not any(assay.scale.needs_weight(measured) for assay, measured in results):
        return None  # descriptors of thousands of molecules take minutes
    return domain.describe(value).get("weight")
