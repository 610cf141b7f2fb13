"""A laboratory's part in a molecule's story: when it was asked for, what was expected, what came, what it led to."""

from __future__ import annotations

from collections.abc import Iterator

from molgrad.campaign.plates import PROPOSAL, Plate
from molgrad.campaign.view import View
from molgrad.errors import one_line, shorten
from molgrad.evaluation import Evaluation, Status
from molgrad.optim.archive import Record

CHILDREN = 4  # that are named


class Story:
    """Tells of a molecule what no lineage holds: plates, expectations in the assay's unit, results as written.

    Args:
        view: of the run folder.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._expected: dict[str, tuple[Plate, dict[str, tuple[float, float]]]] = {}
        for plate in view.plates():
            for well in plate.wells:
                if well.role == PROPOSAL:
                    self._expected.setdefault(well.record.value, (plate, dict(well.expected)))
        self.units = view.assays()

    def asked(self, record: Record) -> Iterator[str]:
        """When it was asked for, and what was expected then.

        Args:
            record: the molecule.
        """
        if record.value not in self._expected:
            return
        plate, expected = self._expected[record.value]
        yield f"asked for on plate {plate.number} of {plate.date[:10]}"
        for term, (mean, sd) in expected.items():
            yield f"{term}: expected {mean:.3g} ± {sd:.2g}{_unit(self.units.get(term, ''))}"

    def came(self, record: Record, parent: Record | None = None) -> Iterator[str]:
        """What the laboratory found, against what was expected and against the parent.

        Args:
            record: the molecule.
            parent: what it was made from.
        """
        expected = self._expected.get(record.value, (None, {}))[1]
        results = self._view.told_of(record.value)
        for term in record.evaluation.all_terms():
            if term.loss not in self.units:
                continue
            if term.status is Status.PENDING:
                yield f"{term.loss}: {term.reason}"
                continue
            if not term.ok:
                yield f"{term.loss}: {one_line(term.reason)}"
                continue
            yield one_line(term.text) + self._against(term, expected.get(term.loss))
            if parent is not None and (said := self._change(term, parent)):
                yield f"learned: {said}"
            for one in results.get(term.loss, ()):
                yield f"told: {one}"

    def _against(self, term: Evaluation, expected: tuple[float, float] | None) -> str:
        value = term.raw.get(term.loss.rpartition(".")[2])
        if expected is None or value is None:
            return ""
        mean, sd = expected
        if abs(value - mean) <= sd:
            return "; as expected"
        return f"; {'lower' if value < mean else 'higher'} than expected"

    def _change(self, term: Evaluation, parent: Record) -> str:
        """What the change did to the assay, in its unit."""
        key = term.loss.rpartition(".")[2]
        before = next((one for one in parent.evaluation.all_terms() if one.loss == term.loss and one.ok), None)
        if before is None or key not in before.raw or key not in term.raw:
            return ""
        old, new, unit = before.raw[key], term.raw[key], _unit(self.units.get(term.loss, ""))
        if term.score is None or before.score is None:
            return ""
        judged = "no better" if term.score == before.score else "better" if term.score < before.score else "worse"
        factor = max(old, new) / min(old, new) if min(old, new) > 0 else 0.0
        by = f", {factor:.2g}-fold {'lower' if new < old else 'higher'}" if factor >= 1.05 else ""
        return f"{term.loss} went from {old:.4g} to {new:.4g}{unit}{by}: {judged} than {parent.name}"

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
