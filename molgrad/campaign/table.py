"""The rows of a run folder in memory: read once, and again only after another process has written."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from molgrad.autograd.gradient import Proposal
from molgrad.autograd.loss import Loss, settled
from molgrad.campaign.aside import begun
from molgrad.campaign.results import Told
from molgrad.campaign.revisions import ANEW
from molgrad.campaign.schema import START_NAMES as START_NAMES
from molgrad.campaign.store import Repeat, Row, Store
from molgrad.campaign.unasked import ASKED_FOR, TOLD, awaited, left_out
from molgrad.evaluation import Evaluation, Status
from molgrad.optim.archive import Archive
from molgrad.optim.record import Record

LEADS = "leads"  # the entry of `meta` with what was found of the leads' poses, by start


def identifier(key: int) -> str:
    """The id of a row in tables, plates and pose files: m0007.

    Args:
        key: `Row.id`.
    """
    return f"m{key:04d}"


def refused(found: Mapping[str, Any]) -> bool:
    """Whether no lead makes the contacts that are asked for; False before the leads were looked at.

    Args:
        found: the entry `LEADS` of `meta`.
    """
    return bool(found) and all(one["lacks"] for one in found.values())


@contextmanager
def _without_collector() -> Iterator[None]:
    """While many objects are made and none is dropped, looking for what may be dropped takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Table:
    """What a campaign's database holds, decoded, with running counts.

    Args:
        store: the open database. Everything is written to it first and read back from it, so that a campaign that
            is resumed sees exactly what the one that wrote sees.

    Attributes:
        rows: everything proposed, measured or not, in order.
        archive: what was measured.
        waiting: measured as far as we can, with an assay's value still to come.
        failed: how many molecules gave no number.
        batch: number of the last batch, -1 before the first.
        repeats: what was measured again, or is to be.
        anew: measurements that revisions of the settings asked for.
        unpaid: molecules that a laboratory told and that nobody asked us to measure; the budget does not count them.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.repeats: list[Repeat] = []
        self.anew = 0
        self._apart = False
        self._asked_for: set[int] = set()
        self._clear()

    def _clear(self) -> None:
        self.rows: list[Row] = []
        self.archive = Archive()
        self.waiting: dict[int, Evaluation] = {}
        self.failed, self.batch, self.unpaid, self._unpaid_made = 0, -1, 0, 0
        self._left_out: dict[int, None] = {}  # places of the rows of which expensive terms are left out
        self._given: dict[str, str] | None = None
        self._called: dict[str, str] = {}  # of these names the first value that has it
        self._passing: dict[int, None] = {}  # places of the rows with a failure that may pass
        self._open: dict[int, int] = {}  # places of the rows that are not measured, each with what was paid before it
        self._place: dict[int, int] = {}
        self._of: dict[str, int] = {}

    def fresh(self) -> Table:
        """This table, read anew if another process or handle has written since."""
        return self.again() if self._store.changed() else self

    def again(self) -> Table:
        """This table, read anew."""
        self.repeats = self._store.repeats()
        self.anew = int(self._store.meta(ANEW) or 0)
        self._asked_for = set(self._store.meta(ASKED_FOR) or [])
        with _without_collector():
            rows = self._store.rows()
            self._fill(begun(rows) if self._apart else rows)
        return self

    def set_apart(self, apart: bool) -> None:
        """Leave out, or show, what was measured for a step whose batch is not proposed yet; see `aside`."""
        if apart == self._apart:
            return
        self._apart = apart
        if len(begun(self.rows)) < len(self.rows) if apart else self._store.rows(self.batch + 1):
            self.again()

    def _fill(self, rows: Iterable[Row]) -> None:
        self._clear()
        with self.archive.filling():
            for row in rows:
                self._append(row)

    def open(self, most: int | None = None) -> list[Row]:
        """The rows that are not measured yet, in order.

        Args:
            most: look no further than this many rows that the budget counts; all by default.
        """
        return [self.rows[place] for place, before in self._open.items() if most is None or before < most]

    @property
    def spent(self) -> int:
        """Measurements proposed or planned so far; each takes what the loss costs."""
        return self.counted + len(self.repeats) + self.anew

    @property
    def counted(self) -> int:
        """Molecules that the budget counts: all but those that a laboratory told of and nobody asked us to measure."""
        return len(self.rows) - self.unpaid

    @property
    def made(self) -> int:
        """Measurements made so far."""
        return len(self.archive.records) - self._unpaid_made + sum(repeat.done for repeat in self.repeats)

    def left_out(self) -> list[Row]:
        """The rows of which expensive terms are left out, since a laboratory told of them, in the order told."""
        return [self.rows[place] for place in sorted(self._left_out)]

    def measured(self) -> Iterator[tuple[int, Record]]:
        """Everything measured, in the order proposed, each with the `id` of its row."""
        return ((self.rows[place].id, record) for place, record in self.archive.placed())

    def pending(self) -> list[Record]:
        """The records that wait for an assay's value, in the order proposed."""
        found = (self.archive.of(self.rows[place].proposal.value) for place in sorted(self.waiting))
        return [record for record in found if record is not None]

    def row_of(self, key: int) -> Row:
        """The row with this `id`."""
        return self.rows[self._place[key]]

    def row(self, value: str) -> Row:
        """The row of a value that was proposed."""
        return self.rows[self._of[value]]

    def name(self, names: Mapping[str, str]) -> None:
        """Keep what a user calls some values; what has a name keeps it."""
        known = self._names()
        fresh = {value: name for value, name in names.items() if value not in known}
        if fresh:
            self._store.set_meta(START_NAMES, known | fresh)
            self._given = None

    def names_of(self, row: Row) -> list[str]:
        """The name that the user gave, where there is one, and the id."""
        given = self._names().get(row.proposal.value, "")
        return [*([given] if given else []), identifier(row.id)]

    def named(self, name: str) -> Row | None:
        """The row of this id, in capitals or not, or of this name of the user's; None where there is none."""
        self._names()
        value = self._called.get(name)
        if value in self._of:
            return self.row(value)
        key = int(name[1:]) if name[:1] in ("m", "M") and name[1:].isdecimal() else None
        return self.row_of(key) if key in self._place else None

    def add_batch(self, kind: str, proposals: Iterable[Proposal], optimizer: Any = None) -> int:
        """Store a batch, and return its number."""
        number = self.batch + 1
        self._store.add_batch(number, kind, proposals, optimizer)
        self.batch = number
        for row in self._store.rows(number):
            self._append(row)
        return number

    def add_evaluation(self, key: int, evaluation: Evaluation) -> None:
        """Store what was measured for a row; a later, more complete evaluation replaces it."""
        self._store.add_evaluation(key, evaluation)
        place = self._place[key]
        before, self.rows[place] = self.rows[place], self._store.row(key)
        if settled(before.evaluation):
            self._fill(self.rows)
        elif settled(evaluation):
            self._settle(place)

    def tell(self, told: Told) -> None:
        """Store what a laboratory told, all at once, with the evaluations that it makes.

        Args:
            told: what is stored.
        """
        number = self.batch + 1
        self._store.add_told(number, told)
        self._given = None
        for row in self._store.rows(number) if told.proposals else ():
            self._append(row)
        again = False
        for value in told.evaluations:
            place = self._of[value]
            before, self.rows[place] = self.rows[place], self._store.row(self.rows[place].id)
            again = again or settled(before.evaluation)
            if place in self._open and settled(self.rows[place].evaluation):
                self._settle(place)
        if again:
            self._fill(self.rows)

    def ask_for(self, anew: Mapping[int, Evaluation]) -> None:
        """Have molecules that were told measured in every term; the budget counts them from now on.

        Args:
            anew: their evaluations with what is to be measured, by row.
        """
        self._store.revise({ASKED_FOR: sorted({*self._asked_for, *anew})}, anew)
        self._asked_for |= set(anew)
        for key in anew:
            self.rows[self._place[key]] = self._store.row(key)
        self._fill(self.rows)

    def settle_leads(self, found: Any, anew: Mapping[int, Evaluation]) -> None:
        """Store what was found of the leads' poses, all at once.

        Args:
            found: by start, as JSON.
            anew: the measurements that take the place of earlier ones, by row.
        """
        self._store.set_meta_with(LEADS, found, anew)
        for key in anew:
            self.rows[self._place[key]] = self._store.row(key)
        if anew:
            self._fill(self.rows)

    def reopen(self, loss: Loss) -> None:
        """Have what failed in a way that may pass measured again.

        Args:
            loss: made the evaluations.
        """
        rows = (self.rows[place] for place in self._passing)
        anew = {row.id: loss.reopened(row.evaluation) for row in rows if row.evaluation is not None}
        if anew:
            self._store.replace_evaluations(anew)
            for key in anew:
                self.rows[self._place[key]] = self._store.row(key)
            self._fill(self.rows)

    def plan(self, rows: Iterable[Row]) -> None:
        """Store that rows are to be measured again before the next batch."""
        repeats = [*self.repeats, *(Repeat(self.batch, row.id) for row in rows)]
        self._store.set_repeats(repeats)
        self.repeats = repeats

    def add_repeated(self, repeat: Repeat, evaluation: Evaluation, *, keep_critique: bool) -> None:
        """Store what a planned repeat gave, together with what was measured before.

        Args:
            repeat: as planned.
            evaluation: all measurements of its row together.
            keep_critique: whether the stored feedback on the row still holds.
        """
        repeats = [replace(one, done=True) if one == repeat else one for one in self.repeats]
        before = self._store.row(repeat.row)  # what is in memory may be in brief, and would be read anew
        self._store.add_repeated(repeat.row, evaluation, repeats, keep_critique=keep_critique)
        self.repeats = repeats
        place = self._place[repeat.row]
        self.rows[place] = self._store.row(repeat.row)
        if self.rows[place].evaluation != before.evaluation:
            self._fill(self.rows)

    def _names(self) -> dict[str, str]:
        """What a user calls the starts."""
        if self._given is None:
            self._given = self._store.meta(START_NAMES) or {}
            self._called = {name: value for value, name in reversed(self._given.items())}
        return self._given

    def _append(self, row: Row) -> None:
        place = len(self.rows)
        self.rows.append(row)
        self.batch = max(self.batch, row.batch)
        self._place[row.id] = place
        self._of.setdefault(row.proposal.value, place)
        self.archive.taken.setdefault(row.proposal.value)
        self._open[place] = place - self.unpaid
        self.unpaid += self.is_unpaid(row)
        if settled(row.evaluation):
            self._settle(place)

    def is_unpaid(self, row: Row) -> bool:
        """Whether a laboratory told of a molecule and nobody asked us to measure it.

        Args:
            row: of the molecule.
        """
        return row.kind == TOLD and row.id not in self._asked_for

    def _settle(self, place: int) -> None:
        row = self.rows[place]
        if row.evaluation is None:
            return
        del self._open[place]
        name, ident = self._names().get(row.proposal.value, ""), identifier(row.id)
        record = Record(row.proposal, row.evaluation, row.batch, name or ident, named=bool(name), id=ident)
        self.archive.add(record, place)
        if not row.evaluation.ok and row.evaluation.may_pass:
            self._passing[place] = None
        self.failed += row.evaluation.status in (Status.FAILED, Status.INVALID)
        self._unpaid_made += self.is_unpaid(row)
        if left_out(row.evaluation):
            self._left_out[place] = None
        if awaited(row.evaluation):
            self.waiting[place] = row.evaluation
