"""Measuring what was proposed, and keeping every number and word the moment it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from molgrad.autograd.advisor import Advisor, Subject
from molgrad.autograd.domain import Domain
from molgrad.autograd.engine import get_backward_engine, resolve_advisor
from molgrad.autograd.gradient import Gradient, Proposal
from molgrad.autograd.loss import Loss, settled
from molgrad.autograd.standing import Standing
from molgrad.autograd.variable import Measurement, Variable
from molgrad.campaign import export
from molgrad.campaign.aside import Aside
from molgrad.campaign.events import Event, Watcher
from molgrad.campaign.folder import Lock
from molgrad.campaign.repeating import planned
from molgrad.campaign.store import Row, Store
from molgrad.campaign.unasked import FORESEEN, left_out
from molgrad.campaign.view import View
from molgrad.errors import CampaignError, EngineError
from molgrad.evaluation import Evaluation
from molgrad.llm.transcript import Transcript
from molgrad.llm.types import LanguageModel
from molgrad.optim.archive import describe_lineage
from molgrad.optim.models import Models
from molgrad.optim.record import Record
from molgrad.optim.settings import SearchSettings

if TYPE_CHECKING:
    from molgrad.campaign.leads import Leads

SAID = "your_earlier_critique"  # the heading under which an advisor is shown what it said of a molecule before
SHOWN = 2_000  # characters of it

AdvisorLike = str | Advisor | LanguageModel | Callable[[Transcript], Advisor]


class Measuring(View):
    """A run folder that can be written to: measures rows, asks the advisor about them, stores both.

    Args:
        folder: the run folder.
        domain: the kind of values in it.
        store: its open database; opened for reading when None.
        loss: measures values; None for reading only.
        engine: who advises, or a function that makes it from the campaign's transcript; by default the global
            backward engine, else the domain's own.
        role: what the values are for, in words that an advisor reads.
        search: how wide a batch looks.
    """

    def __init__(
        self,
        folder: Path,
        domain: Domain,
        store: Store | None,
        *,
        loss: Loss | None,
        engine: AdvisorLike | None,
        role: str,
        search: SearchSettings,
    ) -> None:
        super().__init__(folder, domain, store)
        self.loss, self.role, self.search_settings = loss, role, search
        self._given_advisor = engine
        self._advisor: Advisor | None = None
        self._leads: Leads | None = None  # of a campaign that measures
        self._lock = Lock(folder)
        self._docks: int | None = None  # of the run that is under way
        self._aside = Aside(self._store)

    @property
    def advisor(self) -> Advisor:
        """Who critiques and proposes."""
        if self._advisor is None:
            given = self._given_advisor or get_backward_engine() or self.domain.default_advisor
            if given is None:
                raise CampaignError(f"nobody advises on {self.domain.name}; give engine=...")
            if not isinstance(given, str | Advisor | LanguageModel):
                if not callable(given):
                    raise EngineError(f"{given!r} is no advisor: see molgrad.autograd.advisor.AdvisorBase")
                given = given(self.transcript)
            self._advisor = resolve_advisor(given)
        return self._advisor

    # -- the loop -----------------------------------------------------------------------------------------

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Holds the lock, and leaves molecules.csv and poses.sdf as the database stands, whatever happens."""
        with self._lock:
            try:
                yield
            except BaseException:
                with suppress(CampaignError):  # what went wrong first is what is told
                    self._write_files()
                raise
            self._foresee()
            self._write_files()

    def _write_files(self) -> None:
        export.write_all(self.folder, self.shown(), self._lines(keep=True))

    @cached_property
    def _surrogates(self) -> Models | None:
        """What predicts the terms that were left out; it remembers the features of what it saw."""
        return None if self.loss is None else Models(self.loss, self.domain)

    def _foresee(self) -> None:
        """Keep what is expected now of the terms that were left out, for whoever only reads the folder."""
        rows, models = self._table.left_out(), self._surrogates
        if models is None or not (rows or self._store.meta(FORESEEN)):
            return
        values = [row.proposal.value for row in rows]
        predicted = models.besides_assays(values, self._table.archive)
        found = {
            str(row.id): {term: predicted[term][place] for term in left_out(row.evaluation) if term in predicted}
            for place, row in enumerate(rows)
        }
        self._store.set_meta(FORESEEN, found)

    @property
    def _cost(self) -> int:
        return max(1, self.loss.cost if self.loss is not None else 1)

    @property
    def _unit(self) -> str:
        """What the budget counts, for whoever watches."""
        return (self.loss or Loss).unit_of_cost

    def _measure(self, loss: Loss, rows: Sequence[Row], docks: int | None, watch: Watcher) -> None:
        """Measure rows that are not measured yet, and store each result as it arrives."""
        watch(self._event(None, None, docks))
        if not rows:
            return
        contexts = [self._context(row) for row in rows]
        quick = _is_quick(loss)
        goes_on = not quick and (docks is None or (self._table.spent + 1) * self._cost <= docks)
        found = loss.stream([r.proposal.value for r in rows], contexts, [r.evaluation for r in rows])
        with self._store.together() if quick else nullcontext():
            for i, evaluation in found:
                self._table.add_evaluation(rows[i].id, evaluation)
                if settled(evaluation):
                    watch(self._event(rows[i].proposal, evaluation, docks))
                    if goes_on:
                        self._criticise_early(rows[i].proposal.value)

    def _repeat(self, loss: Loss, docks: int | None, watch: Watcher) -> None:
        """Measure leaders whose score is doubtful once more, one after the other, before anything is built on them.

        What is planned is stored first: a run that is stopped in between goes on with the same plan, and of two
        leaders of which one is the other's parent the second docks with what the first gave.
        """
        if not any(repeat.batch == self._table.batch for repeat in self._table.repeats):
            left = None if docks is None else docks // self._cost - self._table.spent
            if chosen := planned(self._table, loss, left):
                self._table.plan(chosen)
        for repeat in [repeat for repeat in self._table.repeats if not repeat.done]:
            row = self._table.row_of(repeat.row)
            if row.evaluation is None:
                continue
            evaluation = loss.repeat(row.proposal.value, row.evaluation, self._context(row))
            same = evaluation.score == row.evaluation.score and not self.advisor.free
            self._table.add_repeated(repeat, evaluation, keep_critique=same)
            watch(self._event(row.proposal, evaluation, docks, evaluation.history))

    def _context(self, row: Row) -> dict[str, Any]:
        """What a loss is told about a value besides the value."""
        parent = row.proposal.parent or ""
        known = self._table.archive.of(parent)
        measured = None if known is None else known.evaluation
        told = {"role_description": self.role, "advisor": self.advisor, "parent": parent, "parent_evaluation": measured}
        return told if self._leads is None else told | self._leads.context(row, self._table.archive)

    @property
    def left_aside(self) -> int:
        """How many molecules an advisor may have measured while it is asked, one left for the search.

        As of the beginning of the step: what was measured since is `begun_aside`.
        """
        return 0 if self._docks is None else self._docks // self._cost - self._table.spent - 1

    def begun_aside(self) -> list[str]:
        """The molecules that an advisor had measured in this step."""
        return [row.proposal.value for row in self._aside.rows(self._table.batch + 1)]

    def measure_aside(self, proposal: Proposal) -> Evaluation:
        """Measure a molecule for an advisor that is being asked; it joins the archive with the batch of the step.

        One that was measured before the run was stopped is not measured again.

        Args:
            proposal: sound, and not proposed before.
        """
        row = self._aside.add(self._table.batch + 1, proposal)
        self._identities.add([proposal.value])
        evaluation = row.evaluation
        if evaluation is None or not settled(evaluation):
            assert self.loss is not None  # noqa: S101 - who advises is asked by a run, which measures
            for _, evaluation in self.loss.stream([proposal.value], [self._context(row)], [row.evaluation]):
                self._store.add_evaluation(row.id, evaluation)
        assert evaluation is not None  # noqa: S101 - a loss gives an evaluation of each value
        return evaluation

    def _measured_anew(self, loss: Loss, row: Row, more: Mapping[str, Any]) -> Evaluation:
        """A row measured once more, with more context; what is stored stays as it is."""
        found = loss.stream([row.proposal.value], [{**self._context(row), **more}])
        return [evaluation for _, evaluation in found][-1]

    def _criticise_early(self, value: str) -> None:
        """Ask for the feedback on a likely parent while the rest of its batch still docks; nothing depends on when.

        Only an advisor that costs nothing is asked about molecules that may never become parents.
        """
        if not self.advisor.free:
            return
        record = next((r for r in self.best(self.search_settings.parents) if r.value == value), None)
        if record is not None:
            self._critiques([record])

    def _critiques(self, records: Sequence[Record], standing: Standing | None = None) -> list[Gradient]:
        """The gradient of each, stored before or made and stored now, in order; a model is asked about several at once.

        They are always read back from the store, so that a resumed campaign sees just what this one sees. When the
        endpoint goes down in between, what was answered is kept. With a standing, only what was said in sight of the
        same measurements counts as stored.
        """
        known = 0 if standing is None else len(self.archive().records)
        keys = [self._table.row(record.value).id for record in records]
        new = [(key, r) for key, r in zip(keys, records, strict=True) if self._store.critiques.of(key, known) is None]
        subjects = [Subject(self._briefed(one), one.evaluation.all_terms(), self.loss, standing) for _, one in new]

        def keep(place: int, gradient: Gradient) -> None:
            self._store.critiques.add(new[place][0], gradient, known)

        made = self.advisor.critiques(subjects, keep)
        if len(made) != len(subjects):
            raise EngineError(f"advisor {self.advisor.name} gave {len(made)} critiques of {len(subjects)} molecules")
        for place, gradient in enumerate(made):
            if self._store.critiques.of(new[place][0], known) is None:  # an advisor need not keep each as it comes
                keep(place, gradient)
        return [self._kept(key, record) for key, record in zip(keys, records, strict=True)]

    def _kept(self, key: int, record: Record) -> Gradient:
        gradient = self._store.critiques.of(key)
        if gradient is None:
            raise CampaignError(f"{self.folder}: the feedback on {record.value} was not kept")
        gradient.evaluation = record.evaluation
        return gradient

    def _briefed(self, record: Record) -> Variable:
        """The molecule with what an advisor may want to know: its lineage, its children, the run's lessons."""
        variable = Variable(record.value, role_description=self.role, domain=self.domain)
        if self.advisor.free:
            return variable  # the chemist reads measurements, not stories
        variable.measurements += [Measurement(r.value, r.evaluation) for r in self.archive().family(record.value)]
        lessons = "\n".join(self._lessons_for_advisors())
        notes = {"lineage": describe_lineage(self.lineage(record.value)), "prediction_log": lessons}
        variable.gradients += [Gradient(text, source=source) for source, text in notes.items() if text]
        if (said := self._store.critiques.of(self._table.row(record.value).id)) is not None:
            variable.briefing[SAID] = said.text[:SHOWN]  # with what the validator refused, which stands nowhere else
        return variable

    def _event(
        self, proposal: Proposal | None, evaluation: Evaluation | None, docks: int | None, again: str = ""
    ) -> Event:
        table = self._table
        spent = table.made * self._cost
        best = next(table.archive.best(), None)
        top = None if best is None else (best.value, best.evaluation.number())
        return Event(proposal, evaluation, spent, docks or spent, table.failed, top, table.batch, self._unit, again)

    def close(self) -> None:
        """Close the database; the campaign can be opened again from its folder."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _is_quick(loss: Loss) -> bool:
    """Whether a loss computes everything that it does not wait for a laboratory to tell."""
    return not any(term.expensive and not term.takes_results for term in loss.all_terms())
