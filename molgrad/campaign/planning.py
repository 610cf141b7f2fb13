"""What a table of results means for a campaign, worked out before anything is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from molgrad.assays.table import ResultRow
from molgrad.assays.value import FAILED as FAILED_QC
from molgrad.assays.value import Measured
from molgrad.autograd.domain import Domain
from molgrad.autograd.loss import Loss
from molgrad.campaign.entries import Entry
from molgrad.campaign.judging import assays_of, weight_of
from molgrad.campaign.matching import Level, Matcher
from molgrad.campaign.plausible import Candidate, Known, doubts
from molgrad.campaign.recognising import Recognised
from molgrad.campaign.report import Fate
from molgrad.campaign.results import NOT_MADE, REPLACED, WITHDRAWN, Result
from molgrad.campaign.table import Table
from molgrad.errors import AssayUnitError, SettingsChangedError
from molgrad.losses.assay import Assay


@dataclass(frozen=True, slots=True)
class Taking:
    """How results are taken.

    Attributes:
        term: the assay that all rows are results of; None to find it by the rows' own.
        replacing: whether earlier results of the same molecules and assays no longer count.
        match: what is done where a structure differs in stereo or tautomer only.
        strict: whether what is implausible is held back.
    """

    term: str | None = None
    replacing: bool = False
    match: Level = "ask"
    strict: bool = False


class Plan:
    """The rows of a table, each with its molecule, its assay and what becomes of it; nothing is written.

    Args:
        rows: as they were read.
        loss: of the campaign.
        domain: of the campaign.
        table: its rows.
        results: everything told before.
        matcher: finds molecules.
        how: how the results are taken.
    """

    def __init__(
        self,
        rows: Sequence[ResultRow],
        loss: Loss,
        domain: Domain,
        table: Table,
        results: Sequence[Result],
        matcher: Matcher,
        how: Taking,
    ) -> None:
        self.assays = assays_of(loss)
        self._domain, self._how = domain, how
        self._values = {row.id: row.proposal.value for row in table.rows}
        self.results = results
        self.entries = [Entry(row, said=row.said) for row in rows]
        self.notes: list[str] = []
        self._terms = _terms([row.assay for row in rows], self.assays, how.term)
        for entry in self.entries:
            self._understand(entry, matcher)
        told = Recognised(results, self._values)
        self.before = told.mark(self.stored(), replacing=how.replacing)
        self._weigh(strict=how.strict)
        self._note_assays()

    def _understand(self, entry: Entry, matcher: Matcher) -> None:
        row = entry.row
        if row.refused:
            return entry.stop(Fate.REFUSED, row.refused)
        term = self._terms.get(row.assay, "")
        if not term:
            return entry.stop(Fate.OTHER, f"the campaign has no assay {row.assay!r}")
        entry.term = term
        if row.measured is None:
            return entry.stop(Fate.EMPTY, "")
        entry.match = matcher.match(row.smiles, row.name)
        if entry.match.problem:
            fate = Fate.ASKED if entry.match.asks else Fate.UNMATCHED if entry.match.unknown else Fate.REFUSED
            return entry.stop(fate, entry.match.problem)
        if entry.match.warning:
            entry.warnings.append(entry.match.warning)
        try:
            entry.converted = self._converted(entry, row.measured)
        except AssayUnitError as error:
            return entry.stop(Fate.REFUSED, str(error))
        if row.measured.qc == FAILED_QC:
            entry.fate = Fate.UNUSED
        return None

    def _converted(self, entry: Entry, measured: Measured) -> Measured:
        assay = self.assays[entry.term]
        converted = assay.scale.converted(measured, weight_of(self._domain, entry.match.value, [(assay, measured)]))
        if (measured.unit, measured.value) != (converted.unit, converted.value):
            entry.said += f"; as {entry.term}: {str(converted).removeprefix(converted.kind).strip()}"
        kinds = {kind.lower().removeprefix("p") for kind in (measured.kind, assay.readout) if kind}
        if len(kinds) > 1:
            entry.doubts.append(f"a {measured.kind} told to an assay that measures {assay.readout}")
        return converted

    def _weigh(self, *, strict: bool) -> None:
        """Add what is implausible to the warnings, or hold it back."""
        places = [place for place, entry in enumerate(self.entries) if entry.fate is Fate.STORED]
        candidates = [self._candidate(self.entries[place]) for place in places]
        for place, found in zip(places, doubts(candidates, self._known(), self._domain), strict=True):
            self.entries[place].doubts += found
        for entry in self.entries if strict else ():
            if entry.fate is Fate.STORED and entry.doubts:
                entry.stop(Fate.HELD, "; ".join(entry.doubts))
                entry.doubts = []

    def _candidate(self, entry: Entry) -> Candidate:
        measured, converted = entry.row.measured, entry.converted
        if measured is None or converted is None:
            raise AssertionError("a row without a value is not weighed")
        return Candidate(entry.match.value, self.assays[entry.term], measured, converted, new=entry.match.row is None)

    def _known(self) -> Known:
        known: dict[str, list[Candidate]] = defaultdict(list)
        ended = self.ended()
        for result in self.results:
            assay = self.assays.get(result.assay)
            if result.counts and assay and result.measured and result.converted and result.id not in ended:
                value = self._values[result.proposal]
                known[assay.name].append(Candidate(value, assay, result.measured, result.converted))
        return known

    # -- what is written ------------------------------------------------------------------------------------

    def stored(self) -> list[Entry]:
        """The rows that are to be stored."""
        return [entry for entry in self.entries if entry.fate in (Fate.STORED, Fate.UNUSED)]

    def check_first(self, entry: Entry) -> None:
        """Refuse a value told in Python where one was told before without another date or plate.

        Raises:
            SettingsChangedError: one was told.
        """
        new = entry.row.measured
        for result in self.results:
            same = (self._values[result.proposal], result.assay) == (entry.match.value, entry.term)
            old = result.measured
            if same and result.counts and old and new and (old.plate, old.date) == (new.plate, new.date):
                raise SettingsChangedError(
                    f"{entry.term} was told before ({old.value:g}); say replace=True to correct it, or give date=... "
                    "for a further measurement"
                )

    def ended(self) -> dict[int, tuple[str, str]]:
        """The earlier results that no longer count, by id, with the new state and why."""
        by: dict[tuple[str, str], str] = {}
        for entry in self.stored():
            if entry.fate is Fate.STORED:
                where = f"{entry.row.source}:{entry.row.line}" if entry.row.line else entry.row.source
                by.setdefault((entry.match.value, entry.term), where)
        made = {value for value, _ in by}
        # Of a value whose quality control failed only its own line's earlier one is corrected.
        failed = [entry.row for entry in self.stored() if entry.fate is Fate.UNUSED and entry.row.line]
        spoilt = {(row.source, row.line): f"{row.source}:{row.line}" for row in failed}
        found: dict[int, tuple[str, str]] = {}
        for result in self.results:
            value = self._values[result.proposal]
            if result.state == NOT_MADE and value in made:
                found[result.id] = (WITHDRAWN, "a value was told")
            by_what = by.get((value, result.assay)) or spoilt.get((result.source, result.line))
            if self._how.replacing and by_what and result.counts and result.id not in self.before:
                found[result.id] = (REPLACED, f"by {by_what}")
        return found

    def _note_assays(self) -> None:
        others = Counter(entry.row.assay for entry in self.entries if entry.fate is Fate.OTHER)
        for name, count in others.items():
            self.notes.append(
                f"{count} value{'' if count == 1 else 's'} of {name!r} not stored: the campaign's assays are "
                f"{', '.join(self.assays)}; --assay says which one they are of"
            )
        for name, term in self._terms.items():
            if self._how.term is None and name and not _within(name, term):
                self.notes.append(f"{name!r} was taken for {term}, the campaign's only assay")


def _terms(given: Sequence[str], assays: Mapping[str, Assay], assay: str | None) -> dict[str, str]:
    """The term of each assay that rows name: the one that was asked for, of the same name, or the only one there is."""
    names = [name for name in dict.fromkeys(given) if name]
    if assay is not None:
        return dict.fromkeys(names, assay)
    found: dict[str, str] = {}
    for alike in (_equal, _within):
        pairs = [(name, term) for name in names if name not in found for term in assays if alike(name, term)]
        # Counted apart: a column is often called exactly as the assay is.
        of_name, of_term = Counter(name for name, _ in pairs), Counter(term for _, term in pairs)
        taken = set(found.values())
        found |= {name: term for name, term in pairs if of_name[name] == of_term[term] == 1 and term not in taken}
    if len(assays) == 1 and len(names) == 1:
        found.setdefault(names[0], next(iter(assays)))
    return found


def _equal(name: str, term: str) -> bool:
    return _plain(name) == _plain(term)


def _within(name: str, term: str) -> bool:
    """Whether one name is a part of the other: IC50 of dhfr_ic50, or DHFR of "DHFR IC50 (nM)"."""
    short, long = sorted((_plain(name), _plain(term)), key=len)
    return bool(short) and short in long


def _plain(name: str) -> str:
    return "".join(one for one in name.partition("(")[0].casefold() if one.isalnum())
