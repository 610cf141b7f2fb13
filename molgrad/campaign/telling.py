"""The laboratory's side of a campaign: values told one by one or as tables, taken back, and molecules not made."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from molgrad.assays.table import ResultRow, read_results
from molgrad.assays.value import Measured
from molgrad.autograd.gradient import Proposal
from molgrad.autograd.loss import Loss
from molgrad.campaign.entries import KEPT, Entry
from molgrad.campaign.events import Watcher, ignore
from molgrad.campaign.judging import assays_of, judged, term_of
from molgrad.campaign.matching import Level, Matcher, is_id, is_own_name
from molgrad.campaign.outweighing import outweighing
from molgrad.campaign.planning import Plan, Taking
from molgrad.campaign.report import Fate, TellReport, ToldRow
from molgrad.campaign.results import ACTIVE, FAILED, NOT_MADE, WITHDRAWN, Result, Told, frame_of
from molgrad.campaign.single import measured_of
from molgrad.campaign.store import Row
from molgrad.campaign.table import Table, identifier
from molgrad.campaign.told_measuring import MeasuringTold
from molgrad.campaign.unasked import without
from molgrad.errors import CampaignError, SettingsChangedError, UnknownNameError, shorten, whole
from molgrad.optim.record import Record

if TYPE_CHECKING:
    from pandas import DataFrame

    Results = str | Path | DataFrame | Sequence[Mapping[str, Any]]


class Telling(MeasuringTold):
    """A campaign that takes results."""

    @overload
    def tell(
        self,
        proposal: Record | Proposal | str,
        value: float | str,
        *,
        unit: str = ...,
        relation: str = ...,
        term: str | None = ...,
        replace: bool = ...,
        match: Level = ...,
        strict: bool = ...,
        **more: Any,
    ) -> Record: ...

    @overload
    def tell(
        self,
        proposal: Results,
        *,
        term: str | None = ...,
        replace: bool = ...,
        match: Level = ...,
        strict: bool = ...,
        columns: Mapping[str, str] = ...,
        dry_run: bool = ...,
        dock: int = ...,
        watch: Watcher = ...,
    ) -> TellReport: ...

    def tell(
        self,
        proposal: Any,
        value: float | str | None = None,
        *,
        unit: str = "",
        relation: str = "",
        term: str | None = None,
        replace: bool = False,
        match: Level = "ask",
        strict: bool = False,
        columns: Mapping[str, str] | None = None,
        dry_run: bool = False,
        dock: int = 0,
        watch: Watcher = ignore,
        **more: Any,
    ) -> Record | TellReport:
        """Add results: `tell("m0007", 35, unit="nM")` for one molecule, `tell("plate_07.csv")` for a table.

        A molecule that was never proposed becomes part of the campaign, judged by its results and by what costs
        nothing. Docking, and what else is expensive, is predicted of it, unless `dock` asks for more. What one call
        stores is one transaction. A table that was told before, or parts of it, is noticed.

        Args:
            proposal: what `ask` gave, an id, a name that the user gave, or a SMILES. Without a `value` a table: a file
                (.csv, .tsv, .xlsx, .json), a DataFrame, or a list of rows as dictionaries.
            value: the number, or the value as a laboratory writes it, such as "> 10 uM" or "0.8 ± 0.2 nM (n=3)".
            unit: of a number; the assay's own by default.
            relation: "=", "<", ">", "<=", ">=" or "~" before a number.
            term: the assay's name, needed when the loss has several; of a table by default that which its rows name.
            replace: correct what was told before of the same molecules: it no longer counts and stays in `results`.
            match: what is done where a structure differs from a proposed one in stereo or tautomer only: "ask" (the row
                is held back), "stereo", "tautomer" or "any" (taken for it), "exact" (another molecule).
            strict: hold back what is implausible, which is else taken with a warning.
            columns: what columns of a table are, by their name: {"IC50 (nM)": "value"}.
            dry_run: say of each row of a table what was understood, and write nothing.
            dock: how many of the molecules that were told and never proposed are docked now, the best first, of this
                table and of earlier ones; see `measure_told`.
            watch: called after each measurement of another term.
            **more: of a single value `kind`, `error`, `error_kind`, `n`, `date`, `plate`, `operator`, `note`, `qc`; see
                `Measured`. A further value of a molecule that has one needs another date or plate, or `replace`.

        Returns:
            The molecule's record; for a table a report with the fate of each row.

        Raises:
            SettingsChangedError: the loss has no such assay, or a value was told before. Nothing is written then.
            UnknownNameError: nothing of that name was proposed.
            ValueError: the value is no finite number, or has another dimension than the assay; a negative `dock`.
            CampaignError: a single value whose molecule or plausibility is in doubt.
        """
        whole("dock", dock)
        how = Taking(term, replace, match, strict)
        if value is None and isinstance(proposal, Record | Proposal):
            raise ValueError(f"{shorten(proposal.value)}: give the value that was measured")
        if value is None:
            if term is not None or not assays_of(self._writable()):  # which says that there is none
                how = Taking(term_of(self._writable(), term), replace, match, strict)
            known = [assay.name for assay in assays_of(self._writable()).values()]
            rows = read_results(proposal, assay=how.term, columns=columns, known=known)
            return self._tell_rows(rows, how, watch, dry_run=dry_run, dock=dock)
        given = proposal if isinstance(proposal, str) else proposal.value
        try:
            measured = measured_of(value, unit, relation, more)
        except ValueError as error:
            raise ValueError(f"{shorten(given)}: {error}") from None
        return self._tell_one(given, measured, how, watch, dock)

    def withdraw(self, molecule: Record | Proposal | str, *, term: str | None = None, why: str = "") -> Record:
        """Take back what was told of a molecule, or that it was not made: it waits for its assay again.

        Args:
            molecule: its record, id, name or SMILES.
            term: the assay whose values are withdrawn; all by default.
            why: kept with the values, which stay in `results`.

        Raises:
            UnknownNameError: nothing of that name was proposed, or the loss has no such assay.
            CampaignError: nothing was told of it.
        """
        loss, row = self._writable(), self._row_of(molecule)
        known = assays_of(loss)
        if term is not None and term not in known:
            raise UnknownNameError("assay of the loss", term, known)
        with self._writing():
            told = [one for one in self._store.results.all(row.id) if one.state in (ACTIVE, FAILED, NOT_MADE)]
            ended = {one.id: (WITHDRAWN, why) for one in told if term in (None, one.assay)}
            if not ended:
                raise CampaignError(f"nothing was told of {self.name_of(row)}{f' for {term}' if term else ''}")
            self._store_told(loss, Told(ended=ended), {row.proposal.value: list(known if term is None else [term])})
            return self._record(row.proposal.value)

    def not_made(self, molecule: Record | Proposal | str, why: str = "") -> Record:
        """Mark a proposal that was not made: nothing waits for it, and it is not asked for again.

        A value that is told later takes the mark away, as `withdraw` does.

        Args:
            molecule: its record, id, name or SMILES.
            why: for the chemist who asks later, such as "no starting material".

        Raises:
            UnknownNameError: nothing of that name was proposed.
            SettingsChangedError: the loss has no assay.
        """
        loss, row = self._writable(), self._row_of(molecule)
        if not assays_of(loss):
            raise SettingsChangedError("nothing is asked of this campaign's loss; add mg.Assay() to the loss")
        mark = Result("", None, state=NOT_MADE, why=why)
        with self._writing():
            value = row.proposal.value
            self._store_told(loss, Told(results=((value, mark),)), {value: list(assays_of(loss))})
            return self._record(value)

    def results(self) -> DataFrame:
        """Everything that was told, in the order told, with what became of it.

        Columns: result (its number), id and molecule (its name, else its id), smiles, assay, state (active, replaced,
        withdrawn, failed, not made), why, relation, value and unit (in the assay's unit), raw (as written) and the
        other fields of `Measured`, source, line, told (UTC).
        """
        rows = {row.id: row for row in self.rows()}
        found = self._store.results.all()
        return frame_of(found, {k: (identifier(k), self.name_of(row), row.proposal.value) for k, row in rows.items()})

    # -- how it is done -------------------------------------------------------------------------------------

    def _tell_one(self, given: str, measured: Measured, how: Taking, watch: Watcher, dock: int) -> Record:
        loss = self._writable()
        term = term_of(loss, how.term)
        matcher = self._matcher(how)
        called = matcher.knows(given)
        if not called:
            if is_id(given):
                self.resolve(given)  # raises that there is none
            self.domain.canonical(given)  # raises what is wrong with it
        row = ResultRow("told", 0, "" if called else given, given if called else "", term, measured, str(measured), "")
        with self._writing():
            plan = self._plan([row], loss, replace(how, term=term))
            (entry,) = plan.entries
            if entry.fate is Fate.REFUSED and not entry.match.problem:
                raise ValueError(f"{shorten(given)}: {entry.why}")
            if entry.fate not in (Fate.STORED, Fate.UNUSED):
                raise CampaignError(f"{shorten(given)}: {entry.why}")
            if not how.replacing:
                plan.check_first(entry)
            for doubt in (*entry.warnings, *entry.doubts):
                warnings.warn(f"{shorten(given)}: {doubt}", UserWarning, stacklevel=3)
            self._carry_out(loss, plan, watch)
            self._measure_told(loss, dock, watch)
            return self._record(entry.match.value)

    def _tell_rows(
        self, rows: Sequence[ResultRow], how: Taking, watch: Watcher, *, dry_run: bool, dock: int
    ) -> TellReport:
        loss = self._writable()
        notes = list(getattr(rows, "notes", ()))
        if dry_run:
            plan = self._plan(rows, loss, how)
        else:
            with self._writing():
                plan = self._plan(rows, loss, how)
                self._carry_out(loss, plan, watch)
                done = self._measure_told(loss, dock, watch)
            if dock or any(entry.match.row is None for entry in plan.stored()):
                notes += self.told_notes(dock, len(done))
            notes += outweighing(loss, self._table.archive)
        notes += plan.notes
        return TellReport(tuple(self._reported(entry) for entry in plan.entries), dry_run, tuple(notes))

    def _plan(self, rows: Sequence[ResultRow], loss: Loss, how: Taking) -> Plan:
        results = self._store.results.all()
        return Plan(rows, loss, self.domain, self._table, results, self._matcher(how), how)

    def _matcher(self, how: Taking) -> Matcher:
        return Matcher(self.domain, self._table, self._identities, self._store.results.all(), how.match)

    def _carry_out(self, loss: Loss, plan: Plan, watch: Watcher) -> None:
        """Store a plan, then measure what is not measured of its molecules."""
        entries = plan.stored()
        new = dict.fromkeys(entry.match.value for entry in entries if entry.match.row is None)
        told = Told(
            proposals=tuple(Proposal(value, reason="given by the user", advisor="user") for value in new),
            results=tuple((entry.match.value, entry.result) for entry in entries),
            ended=plan.ended(),
            names=_names([entry for entry in entries if entry.match.value in new], self._table),
        )
        affected: dict[str, list[str]] = {}
        for entry in entries:
            terms = affected.setdefault(entry.match.value, [])
            terms += [entry.term] if entry.term not in terms else []
        if told.results:
            self._store_told(loss, told, affected)
        about = {entry.match.value for entry in plan.entries if entry.fate in (*KEPT, Fate.BEFORE)}
        rows = [row for row in self._table.open() if row.proposal.value in about]
        unpaid = [row for row in rows if self._table.is_unpaid(row)]
        self._measure(loss, [row for row in rows if not self._table.is_unpaid(row)], None, watch)
        self._measure(loss, unpaid, None, ignore)  # quick, and nothing of the budget

    def _store_told(self, loss: Loss, told: Told, affected: Mapping[str, Sequence[str]]) -> None:
        """Store results together with what their molecules are judged by now, in one transaction.

        Args:
            loss: of the campaign.
            told: the results.
            affected: the terms that are judged anew, by molecule.
        """
        table = self._table
        known: dict[str, list[Result]] = {}
        keys = {value: table.row(value).id for value in affected if value in table.archive.taken}
        for value, key in keys.items():
            old = self._store.results.all(key)
            known[value] = [replace(one, state=told.ended[one.id][0]) if one.id in told.ended else one for one in old]
        for value, result in told.results:
            known.setdefault(value, []).append(result)
        made = {}
        for value, terms in affected.items():
            before = table.row(value).evaluation if value in keys else without(loss, loss.pending())
            made[value] = judged(loss, before, known.get(value, []), self.domain, value, terms)
        table.tell(replace(told, keys=keys, evaluations=made))

    def _row_of(self, molecule: Record | Proposal | str) -> Row:
        return self.resolve(molecule if isinstance(molecule, str) else molecule.value)

    def _record(self, value: str) -> Record:
        record = self.archive().of(value)
        if record is None:
            raise CampaignError(f"{self.folder}: {value} was told and is not measured in the other terms yet")
        return record

    def _reported(self, entry: Entry) -> ToldRow:
        value = entry.match.value
        row = self._table.row(value) if value and value in self._table.archive.taken else None
        return entry.told("" if row is None else self.name_of(row))


def _names(entries: Iterable[Entry], table: Table) -> dict[str, str]:
    """What new molecules are called in tables: as their rows call them, where that names one molecule only."""
    found: dict[str, str] = {}  # the molecule by its name
    named: set[str] = set()
    for entry in entries:
        name, value = entry.row.name.strip(), entry.match.value
        if is_own_name(name) and value not in named and name not in found and table.named(name) is None:
            found[name] = value
            named.add(value)
    return {value: name for name, value in found.items()}
