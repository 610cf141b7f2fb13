"""A laboratory's part in a molecule's story: when it was asked for, what was expected, what came, what it led to."""

from __future__ import annotations

import math
from collections.abc import Iterator

from molgrad.campaign.plates import PROPOSAL, Plate
from molgrad.campaign.view import View
from molgrad.errors import figures, one_line, shorten
from molgrad.evaluation import Evaluation
from molgrad.losses.assay_scale import is_log
from molgrad.optim.record import Record

CHILDREN = 4  # that are named
# Fold below which two single values may be one: a good assay repeats an IC50 within 2- to 3-fold (the minimum
# significant ratio of the Assay Guidance Manual).
SCATTER = 2.0


class Story:
    """Tells of a molecule what no lineage holds: plates, expectations in the assay's unit, results as written.

    Args:
        view: of the run folder.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._expected: dict[str, tuple[Plate, dict[str, tuple[float, float, float]]]] = {}
        for plate in view.plates():
            for well in plate.wells:
                if well.role == PROPOSAL:
                    self._expected.setdefault(well.record.value, (plate, dict(well.expected)))
        self.units = view.assays()
        self._foreseen = view.foreseen()

    def asked(self, record: Record) -> Iterator[str]:
        """When it was asked for, and how its plate did as a whole.

        Args:
            record: the molecule.
        """
        if record.value in self._expected:
            plate = self._expected[record.value][0]
            yield f"asked for on plate {plate.number} of {plate.date[:10]}{self._plate(plate)}"

    def came(self, record: Record, parent: Record | None = None) -> Iterator[str]:
        """What the laboratory found, against what was expected and against the parent.

        Args:
            record: the molecule.
            parent: what it was made from.
        """
        expected = self._expected.get(record.value, (None, {}))[1]
        results = self._view.told_of(record.value)
        for term in record.evaluation.all_terms():
            if guess := self._foreseen.get(record.value, {}).get(term.loss):
                yield f"{term.loss}: not measured of a told molecule; predicted {guess[0]:.2f} ± {guess[1]:.2f}"
            if term.loss not in self.units:
                continue
            unit = _unit(self.units[term.loss])
            foreseen = expected.get(term.loss)
            if not term.ok:
                yield f"{term.loss}: {one_line(term.reason)}{_foreseen(foreseen, unit)}"
                continue
            came = f"{term.loss} {worded(term, unit)}{_spread(term, log=is_log(self.units[term.loss]))}"
            yield f"{came}{_foreseen(foreseen, unit)}{_verdict(term, foreseen)}"
            if parent is not None and (said := self._change(term, parent, record)):
                yield f"learned: {said}"
            for one in results.get(term.loss, ()):
                yield f"told: {one}"

    def _change(self, term: Evaluation, parent: Record, record: Record) -> str:
        """What the change did to the assay, in its unit."""
        before = next((one for one in parent.evaluation.all_terms() if one.loss == term.loss and one.ok), None)
        if before is None or term.score is None or before.score is None:
            return ""
        old, new, unit = _value(before), _value(term), _unit(self.units[term.loss])
        if old is None or new is None:
            return ""
        better = "better" if term.score < before.score else "worse"
        same = "both are as good as asked for" if term.score == 0.0 else f"counts the same as {parent.name}"
        judged = f"{better} than {parent.name}" if term.score != before.score else same
        # Two bounds on one side, or a bound that the other value satisfies, leave the order open.
        if _sides(before) & _sides(term) or (new - old) * _side(term) < 0 or (old - new) * _side(before) < 0:
            judged = f"which of the two is better is open ({parent.name} {worded(before, unit)})"
        elif is_log(self.units[term.loss]) and _within_scatter(old, new):
            judged = f"less than {SCATTER:g}-fold apart, which one assay's scatter may be"
        by = "" if old == new or judged.startswith("which") else f", {self._far(term, before)}"
        change = one_line(self._view.domain.difference(parent.value, record.value))
        made = f"{shorten(change, 160)}: " if change else ""
        values = f"from {worded(before, '')} to {worded(term, unit)}".replace("= ", "")
        return f"{made}{term.loss} {values}{by}; {judged}"

    def _far(self, term: Evaluation, before: Evaluation) -> str:
        """How far two values lie apart: concentrations by a factor, others by their difference."""
        old, new = _value(before) or 0.0, _value(term) or 0.0
        fold = is_log(self.units[term.loss]) and min(old, new) > 0.0
        far = f"{figures(max(old, new) / min(old, new), 2)}-fold" if fold else figures(abs(new - old))
        return f"{'at least ' if _side(term) or _side(before) else ''}{far} {'lower' if new < old else 'higher'}"

    def _plate(self, plate: Plate) -> str:
        """Such as "; of its 6 molecules 5 have results, 2 beat their parents, the best is m0012"."""
        archive = self._view.archive()
        made = [well.record for well in plate.wells if well.role == PROPOSAL]
        back = sum(any(term.ok and term.loss in self.units for term in one.evaluation.all_terms()) for one in made)
        if not back:
            return ""
        so_far = f"; of its {len(made)} molecules {back} have results"
        told = [one for one in made if one.evaluation.score is not None]
        if not told:
            return so_far
        parents = [(one, archive.of(one.proposal.parent or "")) for one in told]
        beat = sum(parent is not None and _score(one) < _score(parent) < math.inf for one, parent in parents)
        best = min(told, key=_score).name
        return f"{so_far}, {beat} beat {'its parent' if beat == 1 else 'their parents'}, best is {best}"

    def after(self, record: Record) -> Iterator[str]:
        """What was built on it.

        Args:
            record: the molecule.
        """
        children = [one for one in self._view.archive().family(record.value) if one.value != record.value]
        if not children:
            return
        scores = [one.evaluation.score for one in children if one.evaluation.score is not None]
        own = record.evaluation.score
        better = sum(own is not None and score < own for score in scores)
        named = ", ".join(one.name for one in children[:CHILDREN])
        more = f" and {len(children) - CHILDREN} more" if len(children) > CHILDREN else ""
        yield f"built on it: {shorten(named, 200)}{more}; better: {better} of {len(scores)} measured"


def _unit(unit: str) -> str:
    return f" {unit}" if unit else ""


def _score(record: Record) -> float:
    return math.inf if record.evaluation.score is None else record.evaluation.score


def _within_scatter(old: float, new: float) -> bool:
    """Whether two concentrations differ by less than a repeated measurement may."""
    return old != new and min(old, new) > 0.0 and max(old, new) / min(old, new) < SCATTER


def _value(term: Evaluation) -> float | None:
    return term.raw.get(term.loss.rpartition(".")[2])


def _side(term: Evaluation) -> int:
    """1 where the truth lies above the value, -1 below, 0 at it."""
    return {">": 1, "<": -1}.get(str(term.details.get("relation", ""))[:1], 0)


def _sides(term: Evaluation) -> set[int]:
    return {_side(term)} - {0}


def worded(term: Evaluation, unit: str) -> str:
    """An assay's value as it is told, `= 35 nM` or `> 10000 nM`, to three digits.

    Args:
        term: of an evaluation, with a result.
        unit: with a blank before it, or empty.
    """
    relation = str(term.details.get("relation", "")) or "="
    return f"{relation} {figures(_value(term) or 0.0)}{unit}"


def _spread(term: Evaluation, *, log: bool) -> str:
    n, sd = term.details.get("n", 1), term.details.get("sd")
    if n < 2:
        return ""
    return f" (n = {n})" if sd is None else f" (n = {n}, sd {sd:.2g}{' log10 units' if log else ''})"


def _foreseen(expected: tuple[float, float, float] | None, unit: str) -> str:
    if expected is None:
        return ""
    value, low, high = expected
    return f", expected {figures(value)}{unit} ({figures(low, 2)} to {figures(high, 2)} with 68 %)"


def _verdict(term: Evaluation, expected: tuple[float, float, float] | None) -> str:
    value = _value(term)
    if expected is None or value is None:
        return ""
    _, low, high = expected
    if value > high and _side(term) >= 0:
        return ": higher than expected"
    if value < low and _side(term) <= 0:
        return ": lower than expected"
    return ": as expected" if not _side(term) else ": not against what was expected"
