"""A predictor's answer about one molecule, checked, as an evaluation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from molgrad.chem.parse import parse
from molgrad.errors import plain, shorten
from molgrad.evaluation import POSE, Evaluation, Fact, Status
from molgrad.llm.text import without_keys
from molgrad.losses.programs.fault import NoAnswer
from molgrad.losses.programs.scale import Scale, is_number

MOST_FACTS = 100
_TEXT, _NAME = 2_000, 80  # characters of a text, of a name
_KIND = re.compile(r"[a-z][a-z0-9_]*")


def evaluation_of(answer: Mapping[str, Any], smiles: str, name: str, scale: Scale) -> Evaluation:
    """The evaluation that an answer stands for: OK with a number, or what the program says of the molecule.

    Args:
        answer: with `value`, and perhaps `sd`, `text` and `facts`; or with `error`, and perhaps `status`, "invalid"
            where the molecule is at fault and "failed", the default, where the program is.
        smiles: the molecule that was sent; atoms of facts are its atoms, from 0.
        name: of the loss.
        scale: from the value to the score.

    Raises:
        NoAnswer: the answer is not as it should be; says how. Another try would bring the same.
    """
    if answer.get("error"):
        return _refused(answer, name)
    value, sd = answer.get("value"), answer.get("sd")
    if "value" not in answer:
        raise _wrong("no value is there")
    if not is_number(value):
        raise _wrong(f"value is {_shown(value)}, which is no finite number")
    if sd is not None and not (is_number(sd) and sd >= 0):
        raise _wrong(f"sd is {_shown(sd)}, which is no finite number of 0 or more")
    number = float(value)  # type: ignore[arg-type]  # is_number
    text = answer.get("text") or f"{name} is {scale.words(number)}"
    facts = _facts(answer.get("facts") or [], parse(smiles).GetNumAtoms(), name)
    raw = {name: number}
    words = _words(text, "text")
    try:
        score, spread = scale.judged(number, None if sd is None else float(sd))
    except ValueError as error:
        raise _wrong(str(error)) from None
    return Evaluation(name, Status.OK, score, raw, facts, words, sd=spread)


def _refused(answer: Mapping[str, Any], name: str) -> Evaluation:
    status = answer.get("status", "failed")
    if status not in ("invalid", "failed"):
        raise _wrong(f"status is {_shown(status)}, neither 'invalid' nor 'failed'")
    said = answer["error"] if isinstance(answer["error"], str) else _shown(answer["error"])
    return Evaluation(name, Status(status), reason=_words(said, "error") or "it gave no reason")


def _facts(given: object, atoms: int, name: str) -> tuple[Fact, ...]:
    if not isinstance(given, list) or len(given) > MOST_FACTS:
        raise _wrong(f"facts are a list of at most {MOST_FACTS}")
    facts = [_fact(one, k, len(given), atoms, name) for k, one in enumerate(given)]
    whole = sum(fact.weight for fact in facts)
    facts = [replace(fact, weight=fact.weight / whole) for fact in facts] if whole > 1 else facts
    return tuple(sorted(facts, key=lambda fact: -fact.weight))


def _fact(given: object, place: int, many: int, atoms: int, name: str) -> Fact:
    """One fact: a text, or an object with `text` and perhaps `kind`, `atoms`, `partner`, `value`, `unit`, `weight`."""
    told: Mapping[str, Any] = {"text": given} if isinstance(given, str) else given if isinstance(given, dict) else {}
    if not told.get("text"):
        raise _wrong(f"fact {place} has no text")
    where, kind, value = told.get("atoms") or [], told.get("kind") or name, told.get("value")
    weight = told.get("weight", 1.0 / many)
    if not isinstance(where, list) or not all(isinstance(one, int) and not isinstance(one, bool) for one in where):
        raise _wrong(f"fact {place}: atoms are a list of whole numbers, not {_shown(where)}")
    if outside := [one for one in where if not 0 <= one < atoms]:
        raise _wrong(f"fact {place} names atom {outside[0]}; the molecule has 0 to {atoms - 1}")
    if not (value is None or is_number(value)) or not (is_number(weight) and 0 <= weight <= 1):
        raise _wrong(f"fact {place}: value {_shown(value)} must be finite, weight {_shown(weight)} from 0 to 1")
    if not isinstance(kind, str) or kind.startswith(POSE) or not (_KIND.fullmatch(kind) or kind == name):
        raise _wrong(f"fact {place}: kind {_shown(kind)} must be a lower-case word that does not begin with {POSE}")
    named = {key: _words(told[key], key)[:_NAME] for key in ("partner", "unit") if told.get(key)}
    number = None if value is None else float(value)
    unique = tuple(dict.fromkeys(where))
    return Fact(kind, _words(told["text"], "text"), unique, value=number, weight=float(weight), **named)


def _words(text: object, what: str) -> str:
    if not isinstance(text, str):
        raise _wrong(f"{what} is {_shown(text)}, not a text")
    return without_keys(plain(text).strip())[:_TEXT]


def _shown(value: object) -> str:
    return shorten(plain(repr(value)), 60)


def _wrong(why: str) -> NoAnswer:
    return NoAnswer(f"a wrong answer: {why}", passing=False)
