"""Whether what a laboratory told can be so: each doubt is a sentence, taken with a warning or held back."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from molgrad.assays.dates import odd
from molgrad.assays.value import Measured
from molgrad.autograd.domain import Domain
from molgrad.errors import figures, listed, shorten
from molgrad.losses.assay import Assay
from molgrad.losses.assay_scale import P_UNIT, Scale, log_molar

FEWEST = 4  # other values before a new one can stand out
MOST = 0.65  # share of the others that must be in one unit before another unit is odd
FIGURES = 3  # digits that two measurements will hardly share
LOGS = 3.0  # log10 units beyond the range of the others
REPEATABLE = 1.0  # log10 units between replicates: assays repeat within a factor of three
APART = 0.5  # log10 units by which a bound and a replicate may miss each other, a factor of three
P_RANGE = (2.0, 13.0)  # a drug assay measures from 10 mM to 0.1 pM
PERCENT = (-50.0, 150.0)  # of a control, with room for noise
_DIGITS = re.compile(r"[1-9]|(?<=[1-9.])0")
_EXACT = ("=", "~")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A result that is about to be stored.

    Attributes:
        value: its molecule.
        assay: the assay.
        measured: as the laboratory wrote it.
        converted: in the assay's unit.
        new: whether the molecule was never proposed.
    """

    value: str
    assay: Assay
    measured: Measured
    converted: Measured
    new: bool = False

    @property
    def at(self) -> float:
        """Its place on the assay's scale."""
        return self.assay.scale.point(self.converted).at


Known = Mapping[str, Sequence[Candidate]]  # by assay: what was told before and counts


def doubts(candidates: Sequence[Candidate], known: Known, domain: Domain) -> list[list[str]]:
    """What is odd of each result.

    Args:
        candidates: the results of one table.
        known: what was told of each assay before and counts.
        domain: whose bounds molecules should keep.

    Returns:
        The doubts about each, in the order of `candidates`.
    """
    found: list[list[str]] = [[*_alone(one)] for one in candidates]
    bounds: dict[str, str] = {}
    for place, one in enumerate(candidates):
        if one.new:
            if one.value not in bounds:
                bounds[one.value] = shorten(listed(domain.validate(one.value)), 160)
            if bounds[one.value]:
                found[place].append(f"the molecule is outside what the campaign may propose: {bounds[one.value]}")
    by_assay: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(candidates):
        by_assay[one.assay.name].append(place)
    for name, places in by_assay.items():
        group = [candidates[place] for place in places]
        for place, more in zip(places, _together(group, known.get(name, ())), strict=True):
            found[place] += more
    return found


def _alone(one: Candidate) -> Iterator[str]:
    """What can be seen of a result by itself."""
    measured, scale = one.measured, one.assay.scale
    p = scale.p(one.at)
    if p is not None and not P_RANGE[0] <= p <= P_RANGE[1]:
        hint = ": is it in nM?" if scale.p_values and not measured.unit else ""
        unit = "" if measured.unit == P_UNIT else f" {measured.unit}".rstrip()
        yield f"{measured.value:g}{unit} is a p-value of {figures(p)}, outside 2 to 13{hint}"
    if one.assay.unit == "%" and not PERCENT[0] <= one.converted.value <= PERCENT[1]:
        yield f"{one.converted.value:g} % lies outside {PERCENT[0]:g} to {PERCENT[1]:g} %"
    if _too_uncertain(one):
        yield f"its error of {measured.error:g} is larger than the value itself"
    if day := odd(str(measured.date), datetime.now().astimezone().date()):
        yield day
    if measured.n is not None and measured.n < 1:
        yield f"it is said to be the mean of {measured.n} measurements"


def _too_uncertain(one: Candidate) -> bool:
    """Whether the spread is as large as the value, or a factor of ten where it is given on a log scale."""
    measured = one.measured
    if measured.error is None:
        return False
    if measured.error_kind == "factor":
        return measured.error > 10.0
    of_log = one.assay.scale.p_values and not measured.unit
    return measured.error > (1.0 if of_log else abs(measured.value))


class _Beside:
    """All results of one assay, by molecule, so that each is compared with the others without going through all.

    Args:
        results: those told before and those of the table.
    """

    def __init__(self, results: Sequence[Candidate]) -> None:
        self._of: dict[str, list[Candidate]] = defaultdict(list)
        for one in results:
            self._of[one.value].append(one)
        self._count = len(results)
        lows = sorted((min(one.at for one in same), value) for value, same in self._of.items())
        highs = sorted(((max(one.at for one in same), value) for value, same in self._of.items()), reverse=True)
        self._ends = lows[:2], highs[:2]  # one of the two is of another molecule
        self._units = Counter(one.measured.unit for one in results)

    def same(self, one: Candidate) -> list[Candidate]:
        """The other results of its molecule."""
        return [other for other in self._of[one.value] if other is not one]

    def span(self, one: Candidate) -> tuple[float, float] | None:
        """The lowest and the highest value of other molecules; None where they are too few."""
        if self._count - len(self._of[one.value]) < FEWEST:
            return None
        low, high = (next(at for at, value in ends if value != one.value) for ends in self._ends)
        return low, high

    def lone_unit(self, one: Candidate) -> str:
        """The unit that nearly all others are in, where this one alone is in another of the same kind; else empty."""
        unit = one.measured.unit
        common, count = self._units.most_common(1)[0]
        others = self._count - 1
        lone = self._units[unit] == 1 and unit != common and others >= FEWEST - 1 and count >= MOST * others
        return common if lone and None not in (log_molar(unit), log_molar(common)) else ""


def _together(group: Sequence[Candidate], known: Sequence[Candidate]) -> list[list[str]]:
    """What can be seen of the results of one assay beside each other and those that were told before."""
    beside, look_p = _Beside([*known, *group]), _looks_like_p(group)
    seen: dict[tuple[str, Measured], None] = {}
    found: list[list[str]] = []
    for one in group:
        said = [*_stands_out(one, beside.span(one)), *_disagrees(one, beside.same(one))]
        if common := beside.lone_unit(one):
            said.append(f"the only value in {one.measured.unit}; the others are in {common}")
        if (one.value, one.measured) in seen and len(_DIGITS.findall(one.measured.raw.partition(" ")[0])) >= FIGURES:
            said.append(f"{one.measured.raw} stands in the table twice for this molecule: was it measured twice?")
        seen[one.value, one.measured] = None
        if look_p:
            said.append(f"{one.measured.value:g} {one.assay.unit}: all values look like p-values (pIC50)")
        found.append(said)
    return found


def _stands_out(one: Candidate, span: tuple[float, float] | None) -> Iterator[str]:
    if span is None:
        return
    scale, (low, high) = one.assay.scale, span
    if scale.log or scale.p_values:
        far = max(low - one.at, one.at - high)
        if far >= LOGS:
            others = f"{figures(scale.number(low))} to {_in_unit(scale, high)}"
            at = figures(scale.number(one.at))
            yield f"{at} lies {far:.1f} log10 units outside the range of the others, {others}"
    elif low > 0.0 and one.at > 0.0 and scale.unit != "%":
        far = max(math.log10(low / one.at), math.log10(one.at / high))
        if far >= LOGS:
            others = f"{figures(low)} to {figures(high)}"
            yield f"{figures(one.at)} lies a factor of {10**far:.2g} outside the range of the others, {others}"


def _disagrees(one: Candidate, same: Sequence[Candidate]) -> Iterator[str]:
    """Replicates far apart, and a bound that an exact replicate breaks."""
    scale, its = one.assay.scale, one.converted.relation
    if not (scale.log or scale.p_values):
        return
    exact = [other.at for other in same if other.converted.relation in _EXACT]
    if its in _EXACT and exact and abs(median(exact) - one.at) > REPEATABLE:  # of three the odd one, not all
        which = "a replicate" if len(exact) == 1 else f"the median of {len(exact)} replicates"
        apart = abs(median(exact) - one.at)
        yield f"it differs from {which} ({_in_unit(scale, median(exact))}) by {apart:.1f} log10 units"
    for other in same:
        relation = other.converted.relation
        bounds = its not in _EXACT or relation not in _EXACT
        if bounds and _excludes(one.at, its, other.at, relation):
            sign = "" if relation in _EXACT else f"{relation} "
            yield f"it and a replicate ({sign}{_in_unit(scale, other.at)}) exclude each other"
            return


def _in_unit(scale: Scale, at: float) -> str:
    return f"{figures(scale.number(at))} {scale.unit}".rstrip()


def _excludes(at: float, relation: str, other: float, its: str) -> bool:
    low = max([a for a, r in ((at, relation), (other, its)) if r[0] in ">=~"], default=-math.inf)
    high = min([a for a, r in ((at, relation), (other, its)) if r[0] in "<=~"], default=math.inf)
    return low - high > APART


def _looks_like_p(group: Sequence[Candidate]) -> bool:
    """Numbers without a unit told to an assay in nM or uM that all lie where p-values do, and close together."""
    if len(group) < FEWEST or not group[0].assay.scale.log or any(one.measured.unit for one in group):
        return False
    numbers = [one.measured.value for one in group]
    return min(numbers) >= 3.0 and max(numbers) <= 11.0
