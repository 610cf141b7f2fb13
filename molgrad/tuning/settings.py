"""What a run in a folder was made with, compared with what is given when it is gone on with."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from molgrad.autograd.function import fingerprint
from molgrad.errors import ConflictingSettingsError, SettingsChangedError, shorten, whole
from molgrad.llm.budget import Budget
from molgrad.llm.types import LanguageModel
from molgrad.programs.candidates import CandidateDomain
from molgrad.programs.examples import Example
from molgrad.programs.module import Module

SPLITS = ("train", "validation", "test")


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


def settings_of(domain: CandidateDomain, splits: Mapping[str, Sequence[Example]], score: Any, others: Any) -> Any:
    """Everything that decides a run, as JSON; of the program only the parameters can be known.

    Args:
        domain: of the candidates.
        splits: examples by name.
        score: the function.
        others: further settings by name, JSON.
    """
    told = {name: [_hash(one.content) for one in examples] for name, examples in splits.items()}
    kinds = {name: one for name, one in domain.spec().items() if name != "name"}
    return {**others, **told, "parameters": list(domain.names), "kinds": kinds, "score": fingerprint(score)}


def models_of(program: Any) -> list[str]:
    """The names of the models that a Module asks, in the order in which they are found; of a function nothing is known.

    Args:
        program: a Module or a function.
    """
    found: list[str] = []
    entered: set[int] = set()
    waiting = [program]
    while waiting:
        item = waiting.pop(0)
        if id(item) in entered:  # modules may refer to each other
            continue
        entered.add(id(item))
        if isinstance(item, Module):
            model = getattr(item, "model", None)
            found += [model.name] if isinstance(model, LanguageModel) else []
            waiting += vars(item).values()
        elif isinstance(item, Mapping):
            waiting += item.values()
        elif isinstance(item, list | tuple):
            waiting += item
    return found


def compare(folder: Path, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Refuse to go on with other settings.

    Args:
        folder: of the run.
        old: what it was made with.
        new: what is given now. A test split may be given later, where there was none.

    Raises:
        SettingsChangedError: says what differs.
    """
    said = []
    for name in dict.fromkeys([*old, *new]):
        before, now = old.get(name), new.get(name)
        if before == now or (name == "test" and not before):
            continue
        said.append(_difference(name, before, now))
    if said:
        raise SettingsChangedError(
            f"{folder} was made with other settings: {'; '.join(said)}. "
            "Give the same to go on with it, or another folder"
        )


def _difference(name: str, before: Any, now: Any) -> str:
    if name in SPLITS:
        gone, new = len(set(before or ()) - set(now or ())), len(set(now or ()) - set(before or ()))
        if not gone and not new:
            return f"the {name} examples stand in another order"
        return f"{name} had {len(before or ())} examples and has {len(now or ())} now ({new} are new, {gone} are gone)"
    if name == "score":
        return "the code of the score function has changed"
    return f"{name} was {shorten(repr(before), 120)} and is {shorten(repr(now), 120)} now"


def _hash(content: str) -> str:
    return hashlib.blake2b(content.encode(), digest_size=8).hexdigest()
