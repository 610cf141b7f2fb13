"""Which rows of a table were told before, and which say something else than they said before."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from molgrad.assays.value import Measured
from molgrad.campaign.entries import Entry
from molgrad.campaign.report import Fate
from molgrad.campaign.results import ACTIVE, FAILED, Result

COPY = 0.5  # share of a table's rows that were told before, from which on it is that table again, perhaps edited
Content = tuple[object, ...]


class Recognised:
    """What was told before, by its content.

    A row was told before where file, line and content are those of a stored result. Where half of a table's rows stand
    in one file that was told, the table is that file again, copied or edited: then lines may have moved.

    Args:
        results: everything told before, whatever became of it.
        values: the molecule of each row of the campaign.
    """

    def __init__(self, results: Iterable[Result], values: Mapping[int, str]) -> None:
        self._by_content: dict[Content, list[Result]] = defaultdict(list)
        self._by_molecule: dict[tuple[str, str], list[Result]] = defaultdict(list)
        for result in results:
            if result.measured is not None:
                where = (values[result.proposal], result.assay)
                self._by_content[(*where, *_written(result.measured))].append(result)
                self._by_molecule[where].append(result)

    def mark(self, entries: Sequence[Entry], *, replacing: bool) -> dict[int, None]:
        """Give each row that was told before its fate, and refuse corrections that nobody asked for.

        Args:
            entries: rows that would be stored.
            replacing: whether corrections are asked for.

        Returns:
            The ids of the results that the rows told already.
        """
        again, told = self._copied(entries), dict[int, None]()
        for entry in entries:
            for result in self._by_content.get(_content(entry), ()):
                still = not replacing or result.state in (ACTIVE, FAILED)
                if still and result.id not in told and (same_place(result, entry) or result.source in again):
                    told[result.id] = None
                    entry.stop(Fate.BEFORE, _since(result))
                    entry.doubts = []
                    break
        if not replacing:
            for entry in entries:
                if entry.fate is not Fate.BEFORE:
                    self._check_corrected(entry, again, told)
        return told

    def _copied(self, entries: Sequence[Entry]) -> set[str]:
        """The files of which these rows are a copy, perhaps with some lines more, fewer or corrected."""
        mine = Counter(_content(entry) for entry in entries)
        common: Counter[str] = Counter()
        for content, count in mine.items():
            theirs = Counter(result.source for result in self._by_content.get(content, ()) if result.line)
            for source, known in theirs.items():
                common[source] += min(count, known)
        return {source for source, count in common.items() if count >= max(2, COPY * len(entries))}

    def _check_corrected(self, entry: Entry, again: Collection[str], told: Collection[int]) -> None:
        for result in self._by_molecule.get((entry.match.value, entry.term), ()):
            if result.id in told or not result.counts or result.measured is None or entry.row.measured is None:
                continue
            same = _series(result.measured) == _series(entry.row.measured)
            if same and (same_place(result, entry) or result.source in again):
                was = result.measured.raw or str(result.measured)
                why = f"{result.source}:{result.line} said {was} before: --replace corrects it"
                entry.stop(Fate.REFUSED, f"{why}; another file, or a date, makes it a further measurement")
                return


def _series(measured: Measured) -> tuple[str, str]:
    """What tells measurements of one molecule apart."""
    return measured.plate, measured.date


def _written(measured: Measured) -> Content:
    said = (measured.value, measured.relation, measured.unit, measured.at)  # a program may write 35 as 35.0
    return (*said, measured.n, measured.qc, *_series(measured))


def _content(entry: Entry) -> Content:
    return () if entry.row.measured is None else (entry.match.value, entry.term, *_written(entry.row.measured))


def same_place(result: Result, entry: Entry) -> bool:
    """Whether a result came from the line of a row.

    Args:
        result: told before.
        entry: the row.
    """
    return bool(result.line) and (result.source, result.line) == (entry.row.source, entry.row.line)


def _since(result: Result) -> str:
    state = "" if result.state in (ACTIVE, FAILED) else f", {result.state} since: --replace tells it again"
    return f"{result.source}:{result.line}, stored {result.told[:16].replace('T', ' ')}{state}"
