"""The one parser of every model's answer: tolerant in form, and nothing it returns has been trusted yet."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from molgrad.autograd.gradient import EDIT_KINDS
from molgrad.errors import UnparsableAnswerError, shorten
from molgrad.llm.relaxed import json_values

MAX_ANSWER = 400_000  # characters that are read; an answer of six proposals has about 3,000
MAX_PROPOSALS = 50
TAG = "IMPROVED_VARIABLE"

_CRITIQUE = ("critique", "feedback", "analysis", "criticism", "gradient")
_LIST = ("proposals", "proposal", "suggestions", "candidates", "molecules", "improvements", "answers")
_VALUE = ("value", "smiles", "new_smiles", "molecule", "text", "improved", TAG.lower(), "candidate")
_REASON = ("reason", "rationale", "why", "explanation", "justification")
_CONTROL = {"\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One proposal as the model wrote it, not validated.

    Attributes:
        value: the new value; empty where only a transformation is named.
        reason: why.
        kind: one of `EDIT_KINDS`, `explore` unless the model says otherwise.
        transform: the name of a transformation that the domain may know, or empty.
        atoms: where the transformation applies.
        expected: term -> change of its score.
        parent: which parent, counted from 1 as in the prompt; 0 where the model does not say.
    """

    value: str
    reason: str = ""
    kind: str = "explore"
    transform: str = ""
    atoms: tuple[int, ...] = ()
    expected: Mapping[str, float] = field(default_factory=dict)
    parent: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """A model's answer, read.

    Attributes:
        critique: the words.
        proposals: in the model's order.
        rejected: (what the model wrote, why it cannot be a proposal).
    """

    critique: str = ""
    proposals: tuple[Suggestion, ...] = ()
    rejected: tuple[tuple[str, str], ...] = ()


def spoken(text: str) -> str:
    """The answer without the thoughts that reasoning models print before it."""
    if text.lstrip().startswith(("{", "[", "```")):
        return text.strip()  # an answer from the first character on may well speak of thinking
    _, mark, tail = text.rpartition("</think>")
    if mark:
        return tail.strip()
    if text.lstrip().startswith("<think>"):
        return ""  # it never finished thinking; a draft is not an answer
    return text.strip()


def read_answer(text: str, *, single_line: bool = False) -> Answer:
    """The critique and the proposals in a model's answer.

    Args:
        text: what the model wrote: JSON in any of the usual disguises, or a value between tags.
        single_line: values have no blanks and no control characters (a SMILES).

    Raises:
        UnparsableAnswerError: nothing usable in it; the message can be shown to the model.
    """
    words = spoken(text[:MAX_ANSWER])
    if not words:
        raise UnparsableAnswerError("The answer is empty. Write only the JSON object, without thinking aloud.")
    tag = words.find(f"<{TAG}>")
    first = min((at for at in (words.find("{"), words.find("[")) if at >= 0), default=len(words))
    if 0 <= tag < first:
        return _tagged(words)
    values, broken = json_values(words)
    answer = _gathered(values, single_line)
    if not answer.critique and not answer.proposals and not answer.rejected:
        if tag >= 0:
            return _tagged(words)
        raise UnparsableAnswerError(
            'The answer holds no JSON object with the keys "critique" and "proposals". '
            "Write only that object: no other words, no comments."
        )
    if broken:
        cut = ("(end of the answer)", "the answer broke off; what was complete is used")
        return Answer(answer.critique, answer.proposals, (*answer.rejected, cut))
    return answer


def _tagged(words: str) -> Answer:
    head, _, rest = words.partition(f"<{TAG}>")
    value, end, _ = rest.partition(f"</{TAG}>")
    if not end:
        raise UnparsableAnswerError(f"The end tag </{TAG}> is missing, so the value has no end.")
    if not value.strip():
        raise UnparsableAnswerError(f"There is nothing between <{TAG}> and </{TAG}>.")
    return Answer(head.strip(), (Suggestion(value.strip()),))


def _gathered(values: list[Any], single_line: bool) -> Answer:
    critique = ""
    items: list[Any] = []
    for value in values:
        if isinstance(value, list):
            # A list of words in prose is no list of texts; a SMILES will have to prove itself anyway.
            items += [i for i in value if isinstance(i, dict) or (single_line and isinstance(i, str))]
            continue
        found = _lowered(value)
        words = _first(found, _CRITIQUE)
        if isinstance(words, str | list):
            critique = "\n".join(map(str, words)) if isinstance(words, list) else words
        listed = _first(found, _LIST)
        if listed is not None:
            # A later complete answer replaces a draft before it.
            items = listed if isinstance(listed, list) else [listed]
        elif _names_a_value(found):
            items.append(value)
    good: list[Suggestion] = []
    rejected: list[tuple[str, str]] = []
    for item in items[:MAX_PROPOSALS]:
        suggestion = _suggestion(item, single_line)
        if isinstance(suggestion, Suggestion):
            good.append(suggestion)
        else:
            rejected.append((shorten(str(item), 200), suggestion))
    if len(items) > MAX_PROPOSALS:
        why = f"more than {MAX_PROPOSALS} proposals in one answer"
        rejected.append((f"{len(items) - MAX_PROPOSALS} further proposals", why))
    return Answer(critique.strip(), tuple(good), tuple(rejected))


def _suggestion(item: Any, single_line: bool) -> Suggestion | str:
    """The proposal that `item` describes, or why it describes none."""
    found = _lowered(item) if isinstance(item, dict) else {"value": item}
    raw = _first(found, _VALUE)
    transform = found.get("transform")
    transform = transform.strip() if isinstance(transform, str) else ""
    if raw is not None and not isinstance(raw, str):
        return f"the value is not a text but {type(raw).__name__}"
    value = (raw or "").strip()
    if single_line:
        value = "".join(_CONTROL.get(c, c) for c in value).strip("`").strip()
        if re.search(r"\s", value):
            return "the value holds blanks; write the SMILES alone and the reason beside it"
    if not value and not transform:
        return "the value is empty"
    kind = _first(found, ("edit", "kind", "change_type"))
    reason = _first(found, _REASON)
    atoms = found.get("atoms")
    parent = found.get("parent")
    return Suggestion(
        value, reason.strip() if isinstance(reason, str) else "",
        kind if isinstance(kind, str) and kind in EDIT_KINDS else "explore", transform,
        tuple(a for a in atoms if _is_index(a)) if isinstance(atoms, list) else (),
        _expected(found.get("expected")), parent if _is_index(parent) else 0,
    )  # fmt: skip


def _expected(raw: Any) -> dict[str, float]:
    pairs: list[tuple[Any, Any]] = []
    if isinstance(raw, dict):
        pairs = list(raw.items())
    elif isinstance(raw, list):
        entries = [_lowered(entry) for entry in raw if isinstance(entry, dict)]
        pairs = [(entry.get("term"), _first(entry, ("change", "delta", "value"))) for entry in entries]
    return {
        term: float(change)
        for term, change in pairs
        if isinstance(term, str) and isinstance(change, int | float) and not isinstance(change, bool)
        and abs(change) < 1e6 and math.isfinite(change)
    }  # fmt: skip


def _lowered(found: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key).strip().lower(): value for key, value in found.items()}


def _names_a_value(found: Mapping[str, Any]) -> bool:
    return _first(found, _VALUE) is not None or isinstance(found.get("transform"), str)


def _first(found: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    return next((found[key] for key in keys if found.get(key) is not None), None)


def _is_index(number: object) -> TypeGuard[int]:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 10_000
