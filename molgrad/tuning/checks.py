"""Whether the settings of a Tuner and the limits of a run are sound, before anything is asked or written."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from molgrad.errors import ConflictingSettingsError, shorten, whole
from molgrad.llm.budget import Budget


def check(sizes: Mapping[str, int | None], others: Mapping[str, Any]) -> None:
    """See that the settings of a Tuner are sound, before anything is asked or written.

    Args:
        sizes: numbers of at least 1 (the seed: 0) by name; None for one that was not given.
        others: direction, best, components, constraints, price and folder.

    Raises:
        ValueError: one is out of bounds; names it.
    """
    for name, value in sizes.items():
        if value is not None:
            whole(name, value, 0 if name == "seed" else 1)
    for name, choices in {"direction": ("minimize", "maximize"), "components": ("one", "all", None)}.items():
        if others[name] not in choices:
            raise ValueError(f'{name} is "{choices[0]}" or "{choices[1]}", not {others[name]!r}')
    best, price, constraints = others["best"], others["price"], others["constraints"]
    if best is not None and not _finite(best):
        raise ValueError(f"best is the best number that a score can be, such as 1.0, not {best!r}")
    if price is not None and not (isinstance(price, tuple | list) and len(price) == 2 and all(map(_positive, price))):
        raise ValueError(f"price is money per million tokens, sent and answered, such as (0.25, 2), not {price!r}")
    if isinstance(constraints, str) or not all(isinstance(one, str) for one in constraints):
        raise ValueError(f'constraints is a list of sentences, such as ["Keep it short."], not {constraints!r}')
    if others["folder"] is not None and not str(others["folder"]).strip():
        raise ValueError("folder is an empty text: name one, or give None for a run that is not kept")


def check_limits(budget: Mapping[str, Any], rounds: int | None, price: object, watch: object) -> Budget:
    """The budget of a run, where its limits are sound.

    Args:
        budget: calls, tokens, money and seconds; None for one that was not given.
        rounds: of the search.
        price: per million tokens, for a budget in money.
        watch: who is told.

    Raises:
        ValueError: no limit at all, or one that is no number.
        ConflictingSettingsError: money without a price, or less than nothing.
        TypeError: a watcher that cannot be called.
    """
    if rounds is None and all(limit is None for limit in budget.values()):
        raise ValueError("say how far to go: run(calls=500), or tokens=, money=, seconds=, rounds=")
    for name, limit in {**budget, "rounds": rounds}.items():
        if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int | float)):
            raise ValueError(f"{name} is a number, not {limit!r}")
    found = Budget(**budget)
    for name, count in {"calls": budget["calls"], "tokens": budget["tokens"], "rounds": rounds}.items():
        if count is not None:
            whole(name, count)
    if budget["money"] is not None and price is None:
        raise ConflictingSettingsError("a budget in money needs a price per million tokens: price=(0.25, 2)")
    if watch is not None and not callable(watch):
        raise TypeError(f"watch is called after each candidate, such as mg.live_line(), not {shorten(repr(watch))}")
    return found


def _finite(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _positive(value: object) -> bool:
    return isinstance(value, int | float) and value >= 0
