"""A plate for a laboratory: new proposals, chosen freely or from what can be had, with controls and repeats."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from molgrad.autograd.gradient import Proposal
from molgrad.autograd.loss import Loss
from molgrad.campaign.events import Watcher, ignore
from molgrad.campaign.plates import CONTROL, PLATES, PROPOSAL, REPEAT, Plate
from molgrad.campaign.revising import now
from molgrad.campaign.running import Running
from molgrad.campaign.stopping import watched
from molgrad.campaign.store import Row
from molgrad.errors import CampaignError, InvalidMoleculeError, shorten, whole
from molgrad.evaluation import Status
from molgrad.io import stream_libraries
from molgrad.io.names import Numbered
from molgrad.llm.labels import labelled
from molgrad.optim.choice import choose
from molgrad.optim.models import Models
from molgrad.optim.record import Record, Records

ASKED = "ask"  # the kind of a row that was proposed for a plate
NAMED = 4  # molecules without a number that are named
OWN = "own"  # the kind of a batch that somebody else than the search chose
LEAD = "lead"  # as a control: every start


class Stocked(str):
    """A canonical value of a library with the name that it has there: of a million only the chosen ones' are kept."""

    __slots__ = ("name",)
    name: str

    @classmethod
    def of(cls, value: str, name: str) -> Stocked:
        """The value with its name; a number of a row is none."""
        made = cls(value)
        made.name = "" if name.isdecimal() else name
        return made


class Asking(Running):
    """A campaign that proposes what a laboratory is to make and measure."""

    def ask(
        self,
        n: int,
        *,
        library: str | Path | None = None,
        controls: Sequence[str] = (),
        repeat: int = 0,
        watch: Watcher | None = None,
    ) -> list[Record]:
        """`n` new proposals with every term measured except assays, which wait for `tell`.

        They are pending from now on and never proposed again. Controls and repeats stand on the same plate, and what is
        told of them is a further replicate. A plate that was stopped before it was handed out is handed out now.

        Args:
            n: new proposals.
            library: a file of molecules that can be had (.smi, .csv, .sdf, .xlsx, also .gz), of any number; proposals
                are chosen from it.
            controls: molecules that are measured along: ids, names or SMILES, or "lead" for the starts.
            repeat: how many of the best measured molecules are put on the plate once more.
            watch: called after each measurement of another term; by default the live view in a notebook where a term
                docks.

        Returns:
            The plate in order: new proposals, controls, repeats. `plates()[-1]` says which is which. Nothing where a
            notebook's stop button ended it: the next call hands the same plate out.

        Raises:
            ValueError: `n` is less than one, `repeat` less than zero.
            CampaignError: a control that is no molecule.
            InputFileError: a library that cannot be read.
        """
        if n < 1:
            raise ValueError(f"ask for one molecule or more, not {n}")
        whole("repeat", repeat)
        if isinstance(controls, str):
            controls = [controls]
        loss = self._writable()
        with watched(self, watch if loss.cost else watch or ignore, f"ask({n})", self._scores) as seen, self._writing():
            batch = self._not_handed_out()
            self._table.reopen(loss)
            if (note := getattr(seen, "note", None)) is not None and (cost := self.ask_cost(n, controls=controls)):
                note(cost)  # of a live view, which keeps it in sight
            self._measure_open(loss, None, seen)
            self._check_leads(loss, seen)
            along = [value for control in controls for value in self._control(control)]
            if batch is None:
                if self.replicates:
                    self._repeat(loss, None, seen)
                proposals = self._chosen(loss, n, library)
                self._keep_advice()
                new = [Proposal(value, reason="a control", advisor="user") for value in dict.fromkeys(along)]
                new = [one for one in new if one.value not in self._table.archive.taken]
                if not proposals and not new and not along:
                    return []
                batch = self._table.add_batch(ASKED, [*proposals, *new], self._driver.state())
                self._measure_open(loss, None, seen)
            return self._handed_out(loss, batch, along, repeat).records
        return []

    def ask_cost(self, n: int, *, controls: Sequence[str] = ()) -> str:
        """What `ask` spends before the plate is there, in a sentence; empty where no term costs anything.

        Args:
            n: new proposals.
            controls: as for `ask`.

        Raises:
            CampaignError: a control that is no molecule.
        """
        loss = self._writable()
        along = [value for one in controls for value in self._control(one)] if loss.cost else []
        stopped = self._not_handed_out() is not None  # the next plate is that one, which is measured already or waits
        counts = {
            "new molecule": 0 if stopped else n,
            "control": 0 if stopped else len(set(along) - set(self._table.archive.taken)),
            "molecule still to be measured": len(self._table.open()),
        }
        total = sum(counts.values()) * loss.cost
        if not total:
            return ""
        parts = ", ".join(_counted(count, what) for what, count in counts.items() if count)
        each = f", {loss.cost} each" if loss.cost > 1 else ""
        again = "; a leader with a doubtful score may be measured once more" if self.replicates else ""
        spent = _counted(total, "dock" if self._unit == "docked" else "measurement")
        return f"this plate takes up to {spent} before it is handed out: {parts}{each}{again}"

    def ask_notes(self) -> list[str]:
        """What a reader of the last plate should know: what failed and is not on it, docks that may differ."""
        batch = max((row.batch for row in self._table.rows if row.kind == ASKED), default=None)
        bad = [
            row
            for row in self._table.rows
            if row.batch == batch and row.evaluation and row.evaluation.status in (Status.FAILED, Status.INVALID)
        ]
        lost = [f"{self.name_of(row)} ({shorten(row.evaluation.reason)})" for row in bad if row.evaluation]
        said = [f"not on the plate, since it gave no number: {one}" for one in lost[:NAMED]]
        said += [f"and {len(lost) - NAMED} more, see 'failure' in molecules.csv"] if len(lost) > NAMED else []
        told = {*self.start_notes, *self.lead_notes, *(self._store.meta("advice") or [])}
        return [*said, *(note for note in self.notes() if note not in told)]

    def measure(self, proposals: Sequence[Proposal], *, watch: Watcher = ignore) -> list[Record]:
        """Measure molecules of one's own; they are a batch of the campaign like any other, with parents and reasons.

        Starts that are not measured yet are measured before them, other open proposals are left to `run` and `ask`. Of
        a molecule that a laboratory told the terms that were left out are measured.

        Args:
            proposals: canonical values that keep the rules of the domain; what was measured before is not measured
                again.
            watch: called after each measurement.

        Returns:
            The record of each, in order.

        Raises:
            CampaignError: no lead makes the contacts that the campaign asks for.
        """
        loss = self._writable()
        with self._writing():
            self._table.reopen(loss)
            self._measure(loss, self.unmeasured([]), None, watch)
            self._check_leads(loss, watch)
            new = {one.value: one for one in proposals if one.value not in self._table.archive.taken}
            if new:
                self._table.add_batch(OWN, new.values())
            self._ask_for(loss, [one.value for one in proposals])
            self._measure(loss, self.unmeasured([one.value for one in proposals]), None, watch)
            found = (self._table.archive.of(one.value) for one in proposals)
            return Records(record for record in found if record is not None)

    def unmeasured(self, values: Collection[str]) -> list[Row]:
        """The starts and those of `values` that were proposed and are not measured.

        Args:
            values: canonical.
        """
        return [row for row in self._table.open() if row.kind == "start" or row.proposal.value in values]

    def _not_handed_out(self) -> int | None:
        """The number of a batch that was asked for and stopped before anybody got it; None where there is none."""
        given = {one["batch"] for one in self._store.meta(PLATES) or []}
        asked = (row.batch for row in self._table.rows if row.kind == ASKED)
        return next((batch for batch in asked if batch not in given), None)

    def _chosen(self, loss: Loss, n: int, library: str | Path | None) -> list[Proposal]:
        if library is None:
            with labelled(step=self._table.batch + 1):
                return self._driver.propose(self._table, n)
        reason = f"can be had ({Path(library).name})"
        known, seed = self._table.archive, self.seed + self._table.batch + 1
        found = choose(self._stock(Path(library)), known, n, loss=loss, domain=self.domain, seed=seed, reason=reason)
        if not found:
            raise CampaignError(f"{library} holds no molecule that was not proposed before; give another file")
        self._name([one.value for one in found])
        return [replace(one, value=str(one.value)) for one in found]

    def _stock(self, library: Path) -> Iterator[Stocked]:
        """The molecules of a file, one by one, that can be read and are not proposed yet, in any drawing."""
        self._identities.add(self._table.archive.taken)
        for entry in stream_libraries([library], []):
            try:
                value = "" if entry.error else self.domain.canonical(entry.smiles)
            except InvalidMoleculeError:
                continue
            if value and self._identities.like(value) is None:
                yield Stocked.of(value, entry.name)

    def _name(self, values: Sequence[str]) -> None:
        """Keep the names that a library gives chosen values, numbered where one is taken."""
        numbered, names = Numbered(), {}
        for value in values:
            if isinstance(value, Stocked) and value.name:
                name = numbered.unique(value.name)
                while self._table.named(name) is not None:
                    name = numbered.unique(value.name)
                names[str(value)] = name
        self._table.name(names)

    def _control(self, said: str) -> list[str]:
        """The values that a control names."""
        if (row := self.find(said)) is not None:
            return [row.proposal.value]
        if said.strip().lower() == LEAD:
            return [row.proposal.value for row in self._table.rows if row.kind == "start"]
        try:
            return [self.domain.canonical(said)]
        except InvalidMoleculeError as error:
            raise CampaignError(f"the control {shorten(said)!r} is no molecule of the campaign: {error}") from None

    def _handed_out(self, loss: Loss, batch: int, along: Sequence[str], repeat: int) -> Plate:
        """Write down what stands on the plate of a batch."""
        table = self._table
        rows = [row for row in table.rows if row.batch == batch]
        good = [row for row in rows if row.evaluation and row.evaluation.status in (Status.OK, Status.PENDING)]
        wells = [(row.id, PROPOSAL) for row in good if row.proposal.value not in along]
        wells += [(table.row(value).id, CONTROL) for value in dict.fromkeys(along)]
        measured = [record for record in table.archive.best() if record.value not in along][:repeat]
        wells += [(table.row(record.value).id, REPEAT) for record in measured]
        known = self._store.meta(PLATES) or []
        made = {"batch": batch, "date": now(), "wells": wells, "expected": self._expected(loss, wells)}
        self._store.set_meta(PLATES, [*known, made])
        return self.plates()[-1]

    def _expected(self, loss: Loss, wells: Sequence[tuple[int, str]]) -> dict[str, dict[str, list[float]]]:
        """By row what is expected of each term, in its own unit, with the 68 % interval, to three digits."""
        rows = [self._table.row_of(key) for key, role in wells if role == PROPOSAL]
        found = Models(loss, self.domain).expected([row.proposal.value for row in rows], self._table.archive)
        open_ = [
            {term.loss for term in row.evaluation.all_terms() if term.status is Status.PENDING}
            if row.evaluation
            else ()
            for row in rows
        ]
        return {
            str(row.id): {term: [_rounded(one) for one in numbers] for term, numbers in terms.items() if term in asked}
            for row, terms, asked in zip(rows, found, open_, strict=True)
        }


def _counted(count: int, what: str) -> str:
    noun, still, rest = what.partition(" still")
    return f"{count} {noun}{'' if count == 1 else 's'}{still}{rest}"


def _rounded(number: float) -> float:
    return float(f"{number:.3g}")
