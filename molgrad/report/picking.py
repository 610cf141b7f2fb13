"""A few of a campaign's best molecules that are unlike one another, for those who have to make them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from molgrad.campaign.view import View
from molgrad.chem.diversity import capped, maxmin
from molgrad.errors import UnknownNameError, whole
from molgrad.optim.record import Record, Records

WIDE = 5  # times the molecules asked for: the best of which unlike ones are taken
MOLECULES = "molecule"  # the domain whose values have fingerprints and scaffolds

Places = Callable[[Sequence[str], int], Sequence[int]]


def pick(view: View, n: int = 5, *, diverse: bool | str = True, passes_filters: bool = False) -> list[Record]:
    """A few of the best new molecules, unlike one another, best first.

    Starts are left out. Where `n` or more molecules beat every start, only these are looked at.

    Args:
        view: of the run folder.
        n: how many at most.
        diverse: "maxmin" (or True): of the best `5 n` the best one and those most unlike one another (Tanimoto
            distance, Morgan radius 2); "scaffold": as few of one Bemis-Murcko scaffold as can be; False: simply the
            best. For texts always the best.
        passes_filters: leave out molecules that do not pass the filters.

    Raises:
        ValueError: `n` is no whole number of at least 1.
        UnknownNameError: another word for `diverse`.
    """
    whole("n", n, 1)
    places = _way(diverse)
    starts = {row.proposal.value for row in view.rows() if row.kind == "start"}
    ranked = view.leading(WIDE * n + len(starts), passes_filters=passes_filters)
    new = [record for record in ranked if record.value not in starts][: WIDE * n]
    return chosen(view, _better(view, new, starts, n), n, places)


def picked(view: View, ranked: Sequence[Record], n: int, diverse: bool | str = True) -> list[Record]:
    """The same among molecules that were chosen already, such as those of a table.

    Args:
        view: of the run folder.
        ranked: the molecules, best first.
        n: how many at most.
        diverse: as for `pick`.
    """
    starts = {row.proposal.value for row in view.rows() if row.kind == "start"}
    return chosen(view, [record for record in ranked if record.value not in starts], n, _way(diverse))


def chosen(view: View, ranked: Sequence[Record], n: int, places: Places | None) -> list[Record]:
    """The molecules at the places that a way of choosing gives; the first ones without one."""
    if places is None or view.domain.name != MOLECULES:
        return Records(ranked[:n])
    return Records(ranked[place] for place in places([record.value for record in ranked], n))


def _way(diverse: bool | str) -> Places | None:
    """How molecules are chosen; None for simply the best."""
    ways: dict[bool | str, Places | None] = {True: maxmin, "maxmin": maxmin, "scaffold": _few_of_each, False: None}
    if diverse not in ways:
        raise UnknownNameError("way to pick", str(diverse), ("maxmin", "scaffold"))
    return ways[diverse]


def _few_of_each(smiles: Sequence[str], n: int) -> list[int]:
    """The first `n`, with as few of one scaffold as it takes to find so many."""
    for most in range(1, len(smiles) + 1):
        if len(places := capped(smiles, most)) >= min(n, len(smiles)):
            return places[:n]
    return []


def _better(view: View, ranked: Sequence[Record], starts: set[str], n: int) -> Sequence[Record]:
    """Those that beat every start, where these are enough."""
    known, totals = [view.archive().of(start) for start in starts], view.foreseen_totals()
    scores = [record.known_score for record in known if record is not None]
    lead = min((score for score in scores if score is not None), default=None)
    reached = [(totals.get(one.value, one.known_score), one) for one in ranked]
    better = [one for score, one in reached if lead is not None and score is not None and score < lead]
    return better if len(better) >= n else ranked
