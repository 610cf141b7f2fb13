"""What acting on each kind of fact has brought: in stored runs, with a run's own record on top, and what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from math import fsum
from pathlib import Path
from types import MappingProxyType

from molgrad.autograd.standing import Worth
from molgrad.chem.tables import read_table

TABLES = Path(__file__).parent / "tables"
NAME = "worth.tsv"
NONE = "none"  # instead of a kind: changes that answer no fact, beside which the others are judged
ENOUGH = 8  # changes of which none was better, from which on a kind of fact is no longer told
_STORED, _OWN = 6.0, 6.0  # changes as which the usual rate, and a rate expected of stored runs, count beside those made
_MOST = 2.0  # a kind of fact counts at most twice as much as its weight


@cache
def stored_worth() -> Mapping[str, Worth]:
    """By kind of fact, what stored runs showed; `NONE` for changes that answer no fact."""
    found = {}
    for kind, tried, paid, mean in read_table(NAME, TABLES):
        found[kind] = Worth(kind, int(tried), int(paid), float(mean), int(tried), int(paid))
    return MappingProxyType(found)


def joined(own: Mapping[str, Sequence[float]], stored: Mapping[str, Worth] | None = None) -> dict[str, Worth]:
    """The worth of each kind by stored runs and a run's own changes.

    Args:
        own: by kind, the change of the total by each change that answered such a fact.
        stored: what earlier runs showed; the package's table by default.
    """
    known = stored_worth() if stored is None else stored
    found = {}
    for kind in sorted({*own, *known}):
        before, changes = known.get(kind, Worth(kind, 0, 0, 0.0)), own.get(kind, ())
        tried, paid = before.stored + len(changes), before.stored_paid + sum(one < 0.0 for one in changes)
        mean = fsum([before.mean * before.stored, *changes]) / tried if tried else 0.0
        found[kind] = Worth(kind, tried, paid, round(mean, 3), before.stored, before.stored_paid)
    return found


def counts(kind: str, worth: Mapping[str, Worth]) -> float:
    """By which factor a kind of fact counts: how often acting on it pays, against changes that answer no fact.

    What stored runs showed is the expectation, which a run's own changes move. 1 where nothing is known.

    Args:
        kind: of the fact.
        worth: by kind, as `joined` gives it.
    """
    one, none = worth.get(kind), worth.get(NONE)
    if one is None or none is None or not none.paid:
        return 1.0
    usual = none.stored_paid / none.stored if none.stored else 0.5
    usual_here = _rate(none.paid - none.stored_paid, none.tried - none.stored, usual, _OWN)
    ratio = _rate(one.stored_paid, one.stored, usual, _STORED) / max(usual, 0.05)
    expected = min(1.0, ratio * usual_here)
    rate = _rate(one.paid - one.stored_paid, one.tried - one.stored, expected, _OWN)
    return min(_MOST, rate / max(usual_here, 0.05))


def _rate(paid: int, tried: int, expected: float, trials: float) -> float:
    """A rate, drawn to what is expected, which counts as so many trials."""
    return (paid + trials * expected) / (tried + trials)


def pays(kind: str, worth: Mapping[str, Worth]) -> bool:
    """Whether a kind of fact is worth telling: not where many changes answered it and none was better.

    Args:
        kind: of the fact.
        worth: by kind, as `joined` gives it.
    """
    one = worth.get(kind)
    return one is None or one.paid > 0 or one.tried < ENOUGH
