"""Reading a run folder: what follows from its rows, such as tables, plates, and how the campaign stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields, replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from molgrad.autograd.domain import Domain
from molgrad.autograd.loss import Loss
from molgrad.campaign.framing import Framing
from molgrad.campaign.plates import PLATES, Plate, plates
from molgrad.campaign.reading import Reading
from molgrad.campaign.recipe import RECIPE, RECORD, UnrepeatableError, made
from molgrad.campaign.results import ACTIVE
from molgrad.campaign.revising import revisions_of
from molgrad.campaign.revisions import Revision, terms_of
from molgrad.campaign.shown import Line, described_of, lines, shown_of
from molgrad.campaign.standing import RUN, Standing, standing
from molgrad.campaign.told_lessons import told_lessons
from molgrad.campaign.unasked import FORESEEN, foreseen_total
from molgrad.errors import one_line, shorten
from molgrad.losses.assay import Assay
from molgrad.optim.hypotheses import Hypothesis, PredictionLog, hypotheses
from molgrad.optim.lessons import ENOUGH, Lesson
from molgrad.optim.record import Record, Records
from molgrad.optim.standing import LESSONS
from molgrad.optim.teaching import Retracted, Teaching

if TYPE_CHECKING:
    from pandas import DataFrame


class View(Reading):
    """A campaign as its folder holds it: its rows, and what follows from them."""

    def leading(self, n: int = 5, *, passes_filters: bool = False) -> list[Record]:
        """The best, those that a laboratory told with predictions in the place of what was not measured of them.

        While no molecule has all its results, those with most results by what is known of them.

        Args:
            n: how many at most.
            passes_filters: leave out values that do not pass the domain's filters.
        """
        totals = self.foreseen_totals()
        told = [one for one in map(self.archive().of, totals) if one is not None]
        if found := [*self.best(n, passes_filters=passes_filters), *told]:
            ranked = sorted(found, key=lambda one: totals.get(one.value, one.known_score or 0.0))
            return Records(islice((one for one in ranked if not passes_filters or self.passes_filters(one.value)), n))
        known = [(_results(one), one) for one in self.archive().ranked()]
        most = max((results for results, _ in known), default=0)
        found = [one for results, one in known if results == most > 0]
        return Records([one for one in found if not passes_filters or self.passes_filters(one.value)][:n])

    def foreseen(self) -> dict[str, dict[str, tuple[float, float]]]:
        """What surrogates expect of the terms that were not measured of molecules that a laboratory told.

        As of when the folder was last written.

        Returns:
            By molecule and term, mean and standard deviation of the score.
        """
        kept = self._store.meta(FORESEEN) or {}
        rows = {str(row.id): row.proposal.value for row in self._table.left_out()} if kept else {}
        return {value: {t: (m, sd) for t, (m, sd) in kept[key].items()} for key, value in rows.items() if kept.get(key)}

    def foreseen_totals(self) -> dict[str, float]:
        """The totals of such molecules with what is expected of them, where all else is known; by molecule."""
        found: dict[str, float] = {}
        for value, expected in self.foreseen().items():
            record = self.archive().of(value)
            total = None if record is None else foreseen_total(record, expected)
            found |= {} if total is None else {value: total}
        return found

    def shown(self, records: Sequence[Record] | None = None) -> list[Record]:
        """Records with what is expected of terms that were left out of them among their predictions.

        Args:
            records: all by default.
        """
        expected = self.foreseen()
        found = []
        for one in self.archive().records if records is None else records:
            if more := expected.get(one.value):
                merged = {**one.proposal.predicted, **more}
                one = replace(one, proposal=replace(one.proposal, predicted=merged))
            found.append(one)
        return found

    def plates(self) -> list[Plate]:
        """The plates that were handed out, in order."""
        return plates(self._store.meta(PLATES) or [], self._table, self.assays())

    def told_of(self, value: str) -> dict[str, list[str]]:
        """What a laboratory told of a value, by assay: as written, with source, date and what became of it.

        Args:
            value: as it was proposed.
        """
        found: dict[str, list[str]] = {}
        for one in self._store.results.all(self._table.row(value).id):
            where = f"{one.source}, line {one.line}" if one.line else "one by one"
            raw = "no value" if one.measured is None else str(one.measured).removeprefix("= ")
            state = "" if one.state == ACTIVE else f", {one.state}{f' ({one.why})' if one.why else ''}"
            made = one.measured.date if one.measured is not None else ""
            when = f"of {made}" if made else f"told {one.told[:10]}"
            note = f": {shorten(one_line(one.measured.note))}" if one.measured is not None and one.measured.note else ""
            found.setdefault(one.assay, []).append(f"{raw} ({where}, {when}){state}{note}")
        return found

    def assays(self) -> dict[str, str]:
        """The assays of the folder's loss with their units, by the names of their terms."""
        loss = self.settings.get("loss")
        terms = [] if loss is None else terms_of(loss)
        return {one.label: str(one.spec.get("unit", "")) for one in terms if one.spec.get("loss") == "assay"}

    def standing(self, best: int = 3) -> Standing:
        """How the campaign stands: batch, budget, what waits, what is best, revisions, advice.

        Args:
            best: how many of the best molecules are named.
        """
        return standing(self, best)

    def revisions(self) -> list[Revision]:
        """Every revision of the settings with its date and what changed, the first included."""
        return revisions_of(self._store)

    @property
    def settings(self) -> dict[str, Any]:
        """What the campaign was made with: starts, loss, domain, search, seed."""
        return dict(self._store.meta("settings") or {})

    @property
    def versions(self) -> dict[str, str]:
        """Of the programs that decide results, when the campaign began."""
        return dict(self._store.meta("versions") or {})

    @property
    def record(self) -> dict[str, Any]:
        """The settings from which the command line makes the run again; empty where it was never written."""
        return dict(self._store.meta(RECORD) or {})

    def remade_loss(self) -> Loss | None:
        """The loss that the folder describes, made again without opening the campaign; None where it cannot be."""
        try:
            found = made(self._part("loss"))
        except UnrepeatableError:
            return None
        return found if isinstance(found, Loss) else None

    def bounded_domain(self) -> Domain:
        """The domain within the bounds that the scope of the campaign and its starts set for proposals."""
        return self.domain.within(self._part("scope"), self.settings.get("start", []))

    def passed_over(self) -> dict[str, str]:
        """Why the search passed over what was proposed lately, by value; it remembers the latest batches."""
        state = (self._store.meta("optimizer") or {}).get("state") or {}
        return {proposal["value"]: str(why) for *_, proposal, why in state.get("passed", [])}

    def _part(self, name: str) -> Any:
        return (self._store.meta(RECIPE) or {}).get("parts", {}).get(name)

    @property
    def budget(self) -> int | None:
        """The units of the budget that the last run was given; None where none was."""
        found = (self._store.meta(RUN) or {}).get("docks")
        return None if found is None else int(found)

    def frame(self) -> DataFrame:
        """One row for each measured molecule; the columns are those of molecules.csv, see `Framing.frame`.

        Its `attrs` say what a column cannot: "weights" of the terms, and "assays" with their units.
        """
        found = Framing(self._lines()).frame()
        whole = next((record.evaluation for record in self.records() if record.evaluation.terms), None)
        found.attrs["weights"] = {} if whole is None else {term.loss: term.weight for term in whole.terms}
        found.attrs["assays"] = self.assays()
        return found

    def lines_of(self, records: Sequence[Record]) -> Iterator[Line]:
        """The lines of some records, with the descriptors of their values as the folder keeps them, if it does.

        Args:
            records: of this campaign, or others.
        """
        rows = {row.proposal.value: row.id for row in self._table.rows} if self._is_own_domain() else {}
        for one in records:
            row = rows.get(one.value, 0)
            known = self._store.kept.between(row, row)[1].get(row) if row else None
            yield Line(one, shown_of(one), known or described_of(one.value, self.domain).kept)

    def _lines(self, *, keep: bool = False) -> Iterator[Line]:
        """The lines of molecules.csv.

        Args:
            keep: whether what has to be worked out is written down; for the one process that writes to the folder.
        """
        own = self._is_own_domain()
        known = self._store.kept.between if own else None
        write = self._store.keep if own and keep and not self._store.closed else None
        rows = (row for row, _ in self._table.measured())
        return lines(zip(rows, self.shown(), strict=True), self.domain, known, write, self.foreseen())

    def hypotheses(self) -> DataFrame:
        """One row for each prediction: the expected and the measured change of a term by a proposal.

        Columns: id (m0007), value, parent, rule (empty where several led there), source, cause, partner, reason, term,
        expected, sd, measured (changes of the term's score, negative is better), verdict (confirmed, refuted, open),
        batch.
        """
        import pandas as pd

        names, records = [field.name for field in fields(Hypothesis)], self.records()
        ids = {record.value: record.id for record in records}
        found = [{"id": ids[one.value], **asdict(one)} for one in hypotheses(records)]
        return pd.DataFrame(found, columns=["id", *names])

    def lessons(self) -> list[str]:
        """What the run has shown so far, as sentences; advisors read the same.

        First the lessons of matched pairs, the run's own and then those of an earlier run, and which of the latter were
        retracted; then how predictions of rules and reasons came out.
        """
        archive, teaching = self.archive(), self._teaching
        found = [*map(str, teaching.lessons(archive)), *map(str, teaching.retracted(archive))]
        return [*found, *self._of_predictions()]

    def _of_predictions(self) -> list[str]:
        """How predictions of rules and reasons came out."""
        archive = self.archive()
        if self._log is None or self._log[0] is not archive:
            self._log = archive, PredictionLog()
        return [str(lesson) for lesson in self._log[1].read(archive).lessons()]

    def _lessons_for_advisors(self) -> list[str]:
        """As `lessons`, the best supported, without the name of another run: it may be the target's."""
        return [*self._teaching.sentences(self.archive())[:LESSONS], *self._of_predictions()]

    def matched_lessons(self, least: int = ENOUGH) -> list[Lesson]:
        """What each transformation in its context did, over all matched pairs that were measured on both sides.

        Any two measured molecules that differ by one change are a pair, whoever proposed them. Ten thousand pairs take
        about half a minute; the lessons of `lessons()` look at the transformations that were made most often.

        Args:
            least: pairs that a transformation needs; two may agree by chance.

        Returns:
            The clearest first; those within the noise last.
        """
        return self._teaching.book.lessons(self.archive(), least)

    @property
    def all_exact(self) -> bool:
        """Whether every term of what was measured is computed exactly, so that pairs teach nothing."""
        self._teaching.book.lessons(self.archive())
        return self._teaching.book.exact

    def told_lessons(self) -> list[Lesson]:
        """The lessons of another run with which this one began; see `Campaign(brief=...)`."""
        return list(self._teaching.told)

    def retracted_lessons(self) -> list[Retracted]:
        """Those of them that this run's own pairs contradict."""
        return self._teaching.retracted(self.archive())

    @cached_property
    def _teaching(self) -> Teaching:
        return Teaching(self.domain, told_lessons(self._store))


def _results(record: Record) -> int:
    """How many assays of a molecule are back."""
    return sum(term.ok and term.kind == Assay.kind for term in record.evaluation.all_terms())
