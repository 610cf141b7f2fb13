"""Reading a run folder: what was measured, what is best, where it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields, replace
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from molgrad.autograd.domain import Domain
from molgrad.autograd.gradient import Gradient
from molgrad.autograd.loss import Loss
from molgrad.campaign.folder import DATABASE
from molgrad.campaign.framing import Framing
from molgrad.campaign.plates import PLATES, Plate, plates
from molgrad.campaign.recipe import RECIPE, RECORD, UnrepeatableError, made
from molgrad.campaign.results import ACTIVE
from molgrad.campaign.revising import revisions_of
from molgrad.campaign.revisions import Revision, terms_of
from molgrad.campaign.shown import Line, described_of, lines, shown_of
from molgrad.campaign.standing import RUN, Standing, standing
from molgrad.campaign.store import Row, Store
from molgrad.campaign.table import Table
from molgrad.campaign.unasked import FORESEEN, foreseen_total
from molgrad.errors import CampaignError, InvalidMoleculeError, UnknownNameError, one_line, shorten
from molgrad.llm.transcript import Transcript
from molgrad.losses.assay import Assay
from molgrad.optim.archive import Archive, Record, Records
from molgrad.optim.front import front, hypervolume, objectives
from molgrad.optim.hypotheses import Hypothesis, PredictionLog, hypotheses
from molgrad.optim.identities import Identities

if TYPE_CHECKING:
    from pandas import DataFrame


class View:
    """A campaign as its folder holds it; it may be read while another process measures.

    Args:
        folder: the run folder.
        domain: the kind of values in it.
        store: its open database; opened for reading when None.
    """

    def __init__(self, folder: Path, domain: Domain, store: Store | None = None) -> None:
        self.folder, self.domain = folder, domain
        if store is None and not (folder / DATABASE).is_file():
            raise CampaignError(f"{folder} holds no campaign; give start=... and loss=... to begin one")
        self._store = store or Store(folder / DATABASE, read_only=True)
        self._forget()

    def _forget(self) -> None:
        """Keep nothing in memory of what the folder holds."""
        self._rows = Table(self._store)
        self._identities = Identities(self.domain, self._keys)
        self._log: tuple[Archive, PredictionLog] | None = None  # of this archive

    @property
    def transcript(self) -> Transcript:
        """Every call of the language model that advises, if one does."""
        return self._store.transcript

    @property
    def _table(self) -> Table:
        """The rows in memory, as they stand in the folder now."""
        return self._rows.fresh()

    def rows(self) -> list[Row]:
        """Everything proposed so far, in order, measured or not."""
        return list(self._table.rows)

    def archive(self) -> Archive:
        """What was measured, and which values are taken by proposals."""
        return self._table.archive

    def records(self) -> list[Record]:
        """Everything measured so far, failures included, in the order proposed."""
        return Records(self.archive().records)

    def best(self, n: int = 5, *, passes_filters: bool = False) -> list[Record]:
        """The best measured values, each with proposal and evaluation.

        Args:
            n: how many at most.
            passes_filters: leave out values that do not pass the domain's filters.
        """
        ranked = self.archive().best()
        return Records(islice((r for r in ranked if not passes_filters or self.passes_filters(r.value)), n))

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

    def pending(self) -> list[Record]:
        """What waits for an assay's value, in the order proposed; `record.evaluation` says which terms are there."""
        return Records(self._table.pending())

    def passes_filters(self, value: str) -> bool:
        """Whether a value passes its domain's filters; a domain without any lets everything pass."""
        return self.domain.describe(value).get("passes_filters", 1.0) > 0.0

    def front(self, *terms: str) -> list[Record]:
        """The records that no other beats in all of these terms (all scored terms when none is named)."""
        records = [r for r in self.records() if r.evaluation.ok]
        named = terms or tuple(
            term.loss for r in records[:1] for term in r.evaluation.all_terms() if term.score is not None
        )
        return Records(front(records, named))

    def hypervolume(self, reference: Mapping[str, float]) -> float:
        """The volume between a reference and the molecules that no other beats: one number to compare runs by.

        Args:
            reference: a bad score for each term that counts, as `{"docking": -5.0, "qed": 0.6}`, lower being better.

        Returns:
            The volume, in the product of the terms' units.

        Raises:
            UnknownNameError: nothing measured has a term of that name.
        """
        best = self.front(*reference)
        points = [point for record in best if (point := objectives(record, list(reference))) is not None]
        return hypervolume(points, tuple(reference.values()))

    def lineage(self, value: str) -> list[Record]:
        """From a start to this value: every ancestor with why it was made, oldest first."""
        archive, line = self.archive(), dict[str, Record]()
        at = self._as_proposed(value)
        while at not in line and (record := archive.of(at)) is not None:
            line[at] = record
            at = record.proposal.parent or ""
        return Records(list(line.values())[::-1])

    def story(self, molecule: str) -> Any:
        """How a molecule came to be, drawn: its lineage as a strip of pictures, for a notebook.

        Args:
            molecule: an id (m0007), a name that the user gave, or a SMILES.

        Returns:
            `report.show.Html`; `str()` of it is the HTML, its `text` what `molgrad why` prints.

        Raises:
            UnknownNameError: nothing of that name was proposed.
            CampaignError: it is not measured, and neither is anything it was made from.
        """
        # By name, as pictures are above this folder in the order of imports.
        return import_module("molgrad.report.pictures.strip").story(self, molecule)

    def find(self, molecule: str) -> Row | None:
        """What was proposed under an id (m0007), a name that the user gave, or a SMILES; None where nothing was.

        Args:
            molecule: one of these; of a SMILES another drawing or tautomer serves too.
        """
        try:
            value = self._as_proposed(molecule.strip())
        except InvalidMoleculeError:
            return None
        return self._table.row(value) if value in self.archive().taken else None

    def resolve(self, molecule: str) -> Row:
        """What was proposed under an id (m0007), a name that the user gave, or a SMILES, measured or not.

        Args:
            molecule: one of these.

        Raises:
            UnknownNameError: nothing of that name was proposed; with what was perhaps meant.
        """
        row = self.find(molecule)
        if row is None:
            known = [name for one in self.rows() for name in self._table.names_of(one)]
            raise UnknownNameError("molecule of the run", molecule, known, place=str(self.folder))
        return row

    def name_of(self, row: Row) -> str:
        """What tables, plates and pose files call a molecule: the name that the user gave, else its id.

        Args:
            row: measured or not.
        """
        return self._table.names_of(row)[0]

    def plates(self) -> list[Plate]:
        """The plates that were handed out, in order."""
        return plates(self._store.meta(PLATES) or [], self._table)

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
        written = (self._store.meta(RECIPE) or {}).get("parts", {}).get("loss")
        try:
            found = made(written)
        except UnrepeatableError:
            return None
        return found if isinstance(found, Loss) else None

    @property
    def budget(self) -> int | None:
        """The units of the budget that the last run was given; None where none was."""
        found = (self._store.meta(RUN) or {}).get("docks")
        return None if found is None else int(found)

    def _as_proposed(self, value: str) -> str:
        """The value as it was proposed, perhaps in another spelling such as a tautomer; else its canonical spelling.

        Args:
            value: an id, a name that the user gave, or a SMILES.
        """
        if (row := self._table.named(value)) is not None:
            return row.proposal.value
        name, taken = self.domain.canonical(value), self.archive().taken
        if name in taken:
            return name
        self._identities.add(taken)
        return self._identities.like(name) or name

    def critiques(self) -> dict[str, Gradient]:
        """The gradient of each molecule that was criticised."""
        found = ((row.proposal.value, self._store.critique(row.id)) for row in self.rows())
        return {value: gradient for value, gradient in found if gradient is not None}

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

    def _keys(self) -> Mapping[str, str]:
        """The keys of compounds that the folder holds, by value."""
        keys = self._store.kept.keys() if self._is_own_domain() else {}
        return {row.proposal.value: keys[row.id] for row in self._table.rows if row.id in keys}

    def _is_own_domain(self) -> bool:
        """Whether the folder's values are read as what they were written as."""
        spec = (self._store.meta("settings") or {}).get("domain", {})
        return bool(spec.get("name") == self.domain.name)

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
        """What the run has shown about rules and reasons so far, as sentences; advisors read the same."""
        archive = self.archive()
        if self._log is None or self._log[0] is not archive:
            self._log = archive, PredictionLog()
        return [str(lesson) for lesson in self._log[1].read(archive).lessons()]


def _results(record: Record) -> int:
    """How many assays of a molecule are back."""
    return sum(term.ok and term.kind == Assay.kind for term in record.evaluation.all_terms())
