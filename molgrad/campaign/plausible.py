"""Whether what a laboratory told can be so: each doubt is a sentence, taken with a warning or held back."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from molgrad.assays.value import Measured
from molgrad.autograd.domain import Domain
from molgrad.errors import listed
from molgrad.losses.assay import Assay

FEWEST = 4  # other values before a new one can stand out
LOGS = 3.0  # log10 units beyond the range of the others
REPEATABLE = 1.0  # log10 units between replicates: assays repeat within a factor of three
P_RANGE = (2.0, 13.0)  # a drug assay measures from 10 mM to 0.1 pM
PERCENT = (-50.0, 150.0)  # of a control, with room for noise
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
                bounds[one.value] = listed(domain.validate(one.value))
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
        yield f"{measured.value:g}{f' {measured.unit}'.rstrip()} is a p-value of {p:.3g}, outside 2 to 13{hint}"
    if one.assay.unit == "%" and not PERCENT[0] <= one.converted.value <= PERCENT[1]:
        yield f"{one.converted.value:g} % lies outside {PERCENT[0]:g} to {PERCENT[1]:g} %"
    if _too_uncertain(one):
        yield f"its error of {measured.error:g} is larger than the value itself"
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


def _together(group: Sequence[Candidate], known: Sequence[Candidate]) -> list[list[str]]:
    """What can be seen of the results of one assay beside each other and those that were told before."""
    found: list[list[str]] = [[] for _ in group]
    before, now = ([(one.value, one.at, one.converted.relation) for one in part] for part in (known, group))
    units = Counter(one.measured.unit for one in (*known, *group))
    common, count = units.most_common(1)[0]
    alone = sum(units.values()) - 1 == count >= FEWEST - 1
    look_p = _looks_like_p(group)
    for place, one in enumerate(group):
        others = [*before, *now[:place], *now[place + 1 :]]
        found[place] += _stands_out(one, [at for value, at, _ in others if value != one.value])
        found[place] += _disagrees(one, [(at, sign) for value, at, sign in others if value == one.value])
        if alone and one.measured.unit != common:
            other = f"in {common}" if common else "without a unit"
            found[place].append(f"the only value in {one.measured.unit or 'no unit'}; all others are {other}")
        if look_p:
            found[place].append(f"{one.measured.value:g} {one.assay.unit}: all values look like p-values (pIC50)")
    return found


def _stands_out(one: Candidate, others: Sequence[float]) -> Iterator[str]:
    if len(others) < FEWEST:
        return
    scale, low, high = one.assay.scale, min(others), max(others)
    if scale.log or scale.p_values:
        far = max(low - one.at, one.at - high)
        if far >= LOGS:
            span = f"{_shown(scale.number(low))} to {_shown(scale.number(high))} {scale.unit}".rstrip()
            yield f"{_shown(scale.number(one.at))} lies {far:.1f} log10 units outside the range of the others, {span}"
    elif low > 0.0 and one.at > 0.0 and scale.unit != "%":
        far = max(math.log10(low / one.at), math.log10(one.at / high))
        if far >= LOGS:
            span = f"{_shown(low)} to {_shown(high)}"
            yield f"{_shown(one.at)} lies a factor of {10**far:.2g} outside the range of the others, {span}"


def _disagrees(one: Candidate, same: Sequence[tuple[float, str]]) -> Iterator[str]:
    """Replicates far apart, and a bound that an exact replicate breaks."""
    scale = one.assay.scale
    if not (scale.log or scale.p_values):
        return
    for at, relation in same:
        exact = one.converted.relation in _EXACT and relation in _EXACT
        other = f"{_shown(scale.number(at))} {scale.unit}".rstrip()
        if exact and abs(at - one.at) > REPEATABLE:
            yield f"it differs from a replicate ({other}) by {abs(at - one.at):.1f} log10 units"
            return
        if not exact and _excludes(one.at, one.converted.relation, at, relation):
            yield (
                f"it and a replicate ({relation.replace('=', '') or ''} {other})".replace("( ", "(")
                + " exclude each other"
            )
            return


def _excludes(at: float, relation: str, other: float, its: str) -> bool:
    low = max([a for a, r in ((at, relation), (other, its)) if r[0] in ">=~"], default=-math.inf)
    high = min([a for a, r in ((at, relation), (other, its)) if r[0] in "<=~"], default=math.inf)
    return low > high


def _looks_like_p(group: Sequence[Candidate]) -> bool:
    """Numbers without a unit told to an assay in nM or uM that all lie where p-values do, and close together."""
    if len(group) < FEWEST or not group[0].assay.scale.log or any(one.measured.unit for one in group):
        return False
    numbers = [one.measured.value for one in group]
    return min(numbers) >= 3.0 and max(numbers) <= 11.0


def _shown(number: float) -> str:
    """Three figures, without an exponent where it can be done without: 1000, not 1e+03."""
    return f"{float(f'{number:.3g}'):g}"
