"""Evaluations put together: sums and maxima that keep every term, its weight and its contribution."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from numbers import Real

from molgrad.errors import shorten
from molgrad.evaluation import Evaluation, Status

# When terms disagree, the composite takes the first of these that any term has: an invalid molecule stays
# invalid whatever else failed, and a failed dock is not excused by an assay that is still out.
_WORST_FIRST = (Status.INVALID, Status.FAILED, Status.PENDING)


def as_weight(weight: object) -> float:
    """The weight as a float.

    Raises:
        TypeError: it is no number.
        ValueError: it is not finite.
    """
    if not isinstance(weight, Real):  # a text would repeat itself or be read as digits; neither was meant
        raise TypeError(f"a weight is a number, not {shorten(repr(weight))}")
    number = float(weight)
    if not math.isfinite(number):
        raise ValueError(f"a weight is a finite number, not {number}")
    return number


def unique_names(names: Iterable[str]) -> list[str]:
    """The names in order, repeats numbered from the second on: `docking`, `docking_2`."""
    seen: Counter[str] = Counter()
    unique: dict[str, None] = {}
    for name in names:
        seen[name] += 1
        numbered = name if seen[name] == 1 else f"{name}_{seen[name]}"
        while numbered in unique:  # a name given as `docking_2` beside two called `docking`
            seen[name] += 1
            numbered = f"{name}_{seen[name]}"
        unique[numbered] = None
    return list(unique)


def term_names(named: Sequence[tuple[str, str]]) -> list[str]:
    """Names of terms in order; of several with one name each has what tells it from the others: `contact_ILE9`.

    Args:
        named: name of each term, and what tells it from others, empty where there is nothing.
    """
    counts = Counter(name for name, _ in named)
    short = [(name, told.rpartition(":")[2]) for name, told in named]
    clash = Counter(short)  # one residue in two chains is told with its chain
    told = [one if clash[one] == 1 else other for one, other in zip(short, named, strict=True)]
    return unique_names(f"{name}_{by.replace(':', '_')}" if counts[name] > 1 and by else name for name, by in told)


def sum_of(terms: Sequence[Evaluation], name: str = "total") -> Evaluation:
    """The weighted sum of evaluations, as one evaluation that keeps its terms.

    A term without a number (words) adds nothing. Where a term has no result, the sum has no score, and its status is
    the worst of the terms' statuses.
    """
    named = _named(terms)
    status, reason = _joint_status(named)
    scored = [t.contribution for t in named if t.score is not None and t.contribution is not None]
    score = sum(scored) if status is Status.OK and scored else None
    # Not as of independent errors: two terms may read one and the same dock.
    unsure = [abs(t.weight) * t.sd for t in named if t.sd is not None and t.active]
    sd = sum(unsure) if score is not None and unsure else None
    return replace(_composite(name, named, status, reason, score), sd=sd)


def maximum_of(terms: Sequence[Evaluation], name: str = "max") -> Evaluation:
    """The largest, that is worst, weighted score of evaluations, as one evaluation that keeps its terms.

    Args:
        terms: the evaluations, each with its weight; all but the worst become inactive.
        name: the name of the maximum.
    """
    named = _named(terms)
    status, reason = _joint_status(named)
    best: int | None = None
    if status is Status.OK:
        scored = [(t.weight * t.score, -i) for i, t in enumerate(named) if t.score is not None]
        best = -max(scored)[1] if scored else None
    named = tuple(replace(t, active=best is None or i == best) for i, t in enumerate(named))
    whole = _composite(name, named, status, reason, None if best is None else named[best].contribution)
    sd = None if best is None else named[best].sd
    return whole if best is None or sd is None else replace(whole, sd=abs(named[best].weight) * sd)


def _named(terms: Sequence[Evaluation]) -> tuple[Evaluation, ...]:
    return tuple(
        replace(term, loss=name) for term, name in zip(terms, unique_names(t.loss for t in terms), strict=True)
    )


def told_of(term: Evaluation) -> str:
    """What tells a term from others of its kind, as its name has it: `ILE9` of `contact_ILE9`; empty for most.

    Args:
        term: of a composite.
    """
    return term.loss.partition("_")[2] if "residue" in term.details else ""


def _joint_status(terms: Sequence[Evaluation]) -> tuple[Status, str]:
    for status in _WORST_FIRST:
        reasons = [f"{t.loss}: {t.reason}" for t in terms if t.status is status]
        if reasons:
            return status, "; ".join(dict.fromkeys(reasons))
    return Status.OK, ""


def _composite(
    name: str, terms: tuple[Evaluation, ...], status: Status, reason: str, score: float | None
) -> Evaluation:
    pairs: list[tuple[str, float]] = []
    taken: set[str] = set()
    several = Counter(k for term in terms for k in term.raw)
    for term in terms:
        if told := told_of(term):
            pairs += [(f"{k}_{told}" if several[k] > 1 else k, number) for k, number in term.raw.items()]
        else:
            pairs += [(k if k not in taken else f"{k}_{term.loss}", number) for k, number in term.raw.items()]
            taken.update(term.raw)
    raw = dict(zip(unique_names(k for k, _ in pairs), (number for _, number in pairs), strict=True))
    whole = Evaluation(name, status, score, raw, reason=reason, terms=terms)
    return replace(whole, text=worded(whole))


def worded(evaluation: Evaluation) -> str:
    """A composite evaluation as text: one line for the total, and one for each term.

    Args:
        evaluation: the composite; the term with the largest contribution is named in the first line.
    """
    head = f"{evaluation.loss}: " + (
        f"{evaluation.score:.3f}" if evaluation.score is not None else evaluation.reason or "words only"
    )
    worst = evaluation.worst()
    if worst is not None and len(evaluation.terms) > 1:
        head += f"; most to gain from {worst.loss}"
    lines = [head]
    for term in evaluation.terms:
        added = term.contribution
        mark = f"{added:+.3f}" if added is not None and term.score is not None else term.status.value
        lines.append(f"  {term.loss} ({mark}): {term.text or term.reason}")
    return "\n".join(lines)
