"""What a run in a folder was made with, compared with what is given when it is gone on with."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from molgrad.autograd.function import fingerprint
from molgrad.errors import SettingsChangedError, shorten
from molgrad.llm.types import LanguageModel
from molgrad.programs.candidates import CandidateDomain
from molgrad.programs.examples import Example
from molgrad.programs.module import Module

SPLITS = ("train", "validation", "test")


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
