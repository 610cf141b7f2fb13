"""What became of each proposal in a model's answer: measured, known before, refused, or passed over, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from molgrad.advisors.model.parser import Answer, read_answer
from molgrad.advisors.model.vetting import MEASURED as BEFORE
from molgrad.advisors.model.vetting import NO_PARENT, UNCHANGED, Parent, parent_named, sound
from molgrad.autograd.variable import Measurement, Variable
from molgrad.campaign.row import Row
from molgrad.campaign.table import identifier
from molgrad.campaign.view import View
from molgrad.errors import UnparsableAnswerError, one_line, shorten
from molgrad.llm.transcript import Call

MEASURED, WAITING, KNOWN, REFUSED, PASSED_OVER = "measured", "waiting", "known", "refused", "passed over"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One proposal of an answer, and what became of it.

    Attributes:
        said: the proposal as the model wrote it, in a line.
        state: measured (or tried without a number), waiting for its measurement, known (proposed before the call),
            refused (by the validator), passed over (sound, and never chosen).
        why: in words: the total and the change from the parent, or the reason.
        value: the molecule, empty where the proposal gave none.
        parent: what it was made from.
        id: of the molecule in the campaign, empty where it has none.
        reason: the model's own.
    """

    said: str
    state: str
    why: str
    value: str = ""
    parent: str = ""
    id: str = ""
    reason: str = ""


class Outcomes:
    """Looks up what a campaign made of answers.

    A refusal is what the validator says of the proposal now, with what was measured when the model was asked.

    Args:
        view: the campaign.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._domain = view.bounded_domain()
        self._why = view.passed_over()
        self._rows = {row.proposal.value: row for row in view.rows()}

    def of(self, call: Call, parents: Sequence[str], step: int | None) -> tuple[list[Outcome], str]:
        """(what became of each proposal, "") or, where the answer could not be read, (nothing, why).

        Args:
            call: with its answer.
            parents: the molecules that it was about, in the order of the prompt.
            step: the batch that was being chosen; None where that was not written down.
        """
        if call.answer is None or call.tool_calls or not parents:
            return [], call.error
        try:
            answer = read_answer(call.answer, single_line=self._domain.name != "text")
        except UnparsableAnswerError as error:
            return [], str(error)
        return list(self._each(answer, parents, step)), ""

    def _each(self, answer: Answer, values: Sequence[str], step: int | None) -> Iterator[Outcome]:
        parents = self._parents(values, step)
        measured = {one.variable.value: one.name for one in parents}
        found: set[str] = set()
        for one in answer.proposals:
            said, reason = shorten(one_line(one.named), 1_000), one_line(one.reason)
            made_from = parent_named(one.parent, parents)
            if made_from is None:
                yield Outcome(said, REFUSED, f"{NO_PARENT}: {shorten(one_line(one.parent))}", reason=reason)
                continue
            parent = made_from.variable
            value, refusal = sound(one, parent, self._domain, found, measured)
            again = value in found
            found |= {value} if value else set()
            state, why, ident = self._refused(refusal) if refusal else self._state(value, parent.value, step)
            why = f"{why}; it stands in the answer twice" if again else why
            yield Outcome(said, state, one_line(why), value, parent.value, ident, reason)
        for said, why in answer.rejected:
            yield Outcome(one_line(said), REFUSED, one_line(why))

    def _parents(self, values: Sequence[str], step: int | None) -> list[Parent]:
        """What a proposal could be made from: the molecules that the call was about, then all measured before it."""
        records = [one for one in self._view.archive().records if step is None or one.batch < step]
        names = {one.value: one.title for one in records}
        every = dict.fromkeys([*values, *names])
        return [Parent(names.get(value, value), self._as_asked(value, step)) for value in every]

    def _as_asked(self, value: str, step: int | None) -> Variable:
        """A parent with what was measured of it and its children when the model was asked."""
        variable = Variable(value, role_description="", domain=self._domain)
        family = self._view.archive().family(value)
        known = [one for one in family if step is None or one.batch < step]
        variable.measurements += [Measurement(one.value, one.evaluation) for one in known]
        return variable

    def _refused(self, why: str) -> tuple[str, str, str]:
        return (KNOWN if why.startswith((BEFORE, UNCHANGED)) else REFUSED), why, ""

    def _state(self, value: str, parent: str, step: int | None) -> tuple[str, str, str]:
        row = self._rows.get(value)
        if row is None:
            return PASSED_OVER, self._passed_over(value), ""
        ident = identifier(row.id)
        came = self._came(row, parent)
        if step is not None and row.batch < step:
            return KNOWN, f"proposed before, as {ident}: {came}", ident
        by = "" if row.proposal.by_model else f", where {row.proposal.advisor or 'the search'} proposed it too"
        state = WAITING if row.evaluation is None else MEASURED
        return state, f"{ident} of batch {row.batch}{by}: {came}", ident

    def _came(self, row: Row, parent: str) -> str:
        """What measuring a row gave, beside the parent's total."""
        found = row.evaluation
        if found is None:
            return "not measured yet"
        if found.score is None:
            return f"no total, {found.status.value}{f' ({one_line(found.reason)})' if found.reason else ''}"
        before = self._rows.get(parent)
        if before is None or before.evaluation is None or before.evaluation.score is None:
            return f"total {found.score:.3f}"
        change = found.score - before.evaluation.score
        return f"total {found.score:.3f}, {abs(change):.3f} {'worse' if change > 0 else 'better'} than its parent"

    def _passed_over(self, value: str) -> str:
        return self._why.get(value, "sound, and not chosen for a batch")
