"""The parser of every model's answer: tolerant in form; what it returns is not validated yet."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeGuard

from molgrad.advisors.model.ranking import in_order, read_change, read_rank
from molgrad.advisors.model.templates import TAG
from molgrad.autograd.gradient import EDIT_KINDS
from molgrad.errors import UnparsableAnswerError, plain, shorten
from molgrad.llm.relaxed import json_values

MAX_ANSWER = 400_000  # characters that are read; an answer of six proposals has about 3,000
MAX_PROPOSALS = 50
MAX_CRITIQUE = 8_000  # characters that are kept; an honest one has about 600
MAX_REASON = 400  # the same for one proposal's reason
_NAMED = 12  # atoms of an edit that are named
GRAFTS = ("grow", "replace", "remove")  # kinds that need no rule: atoms, and but for remove a group

_CRITIQUE = ("critique", "feedback", "analysis", "criticism", "gradient")
_LIST = ("proposals", "proposal", "suggestions", "candidates", "molecules", "improvements", "answers")
_VALUE = ("value", "smiles", "new_smiles", "molecule", "text", "improved", TAG.lower(), "candidate")
_EDITS = ("edits", "changes", "transformations")
_REASON = ("hypothesis", "reason", "rationale", "why", "explanation", "justification")
_PARENT = ("parent", "parent_id", "from")
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
        group: what is put there, for an edit that names a kind and no transformation.
        expected: term -> change of its score.
        change: what the total is expected to change by, negative for a gain; None where nothing is said.
        rank: 1 for the best; 0 where the model does not say.
        parent: the name or number of the parent, as the model wrote it; empty where it does not say.
    """

    value: str
    reason: str = ""
    kind: str = "explore"
    transform: str = ""
    atoms: tuple[int, ...] = ()
    group: str = ""
    expected: Mapping[str, float] = field(default_factory=dict)
    change: float | None = None
    rank: int = 0
    parent: str = ""

    @property
    def named(self) -> str:
        """The suggestion as its author would know it again."""
        if self.value:
            return self.value
        where = ", ".join(map(str, self.atoms[:_NAMED]))
        group = f" {self.group}" if self.group else ""
        return f"{self.transform or self.kind}{group}{' at atoms ' + where if where else ''}"


@dataclass(frozen=True, slots=True)
class Answer:
    """A model's answer, read.

    Attributes:
        critique: the words.
        proposals: best first: by the model's ranks, failing these in its order.
        rejected: (what the model wrote, why it cannot be a proposal).
        notes: how an odd rank or expectation was read, a sentence each.
        critiques: (parent, words) of each parent, where an answer has several.
    """

    critique: str = ""
    proposals: tuple[Suggestion, ...] = ()
    rejected: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    critiques: tuple[tuple[str, str], ...] = ()


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
    if answer == Answer():
        if tag >= 0:
            return _tagged(words)
        raise UnparsableAnswerError(
            'The answer holds no JSON object with the keys "critique" and "proposals". '
            "Write only that object: no other words, no comments."
        )
    if broken:
        cut = ("(end of the answer)", "the answer broke off; what was complete is used")
        return replace(answer, rejected=(*answer.rejected, cut))
    return answer


def _tagged(words: str) -> Answer:
    head, _, rest = words.partition(f"<{TAG}>")
    value, end, _ = rest.partition(f"</{TAG}>")
    if not end:
        raise UnparsableAnswerError(f"The end tag </{TAG}> is missing, so the value has no end.")
    if not value.strip():
        raise UnparsableAnswerError(f"There is nothing between <{TAG}> and </{TAG}>.")
    return Answer(_kept(head, MAX_CRITIQUE), (Suggestion(value.strip()),))


def _gathered(values: list[Any], single_line: bool) -> Answer:
    critique = ""
    items: list[Any] = []
    several: list[tuple[str, str]] = []
    for value in values:
        if isinstance(value, list):
            # A list of words in prose is no list of texts; a SMILES will have to prove itself anyway.
            items += [i for i in value if isinstance(i, dict) or (single_line and isinstance(i, str))]
            continue
        found = _lowered(value)
        words = _first(found, _CRITIQUE)
        several += _critiques(found.get("critiques") or words)
        if isinstance(words, str | list):
            critique = (
                "\n".join(str(one) for one in words if not isinstance(one, dict)) if isinstance(words, list) else words
            )
        listed = _listed(found, single_line)
        if listed is not None:
            items = listed  # a later complete answer replaces a draft before it
        elif _names_a_value(found):
            items.append(value)
    return replace(_sorted(critique, items, single_line), critiques=tuple(several))


def _critiques(listed: Any) -> list[tuple[str, str]]:
    """(parent, words) for each critique of a list, or of a mapping from parent to words."""
    if isinstance(listed, dict):
        listed = [{"parent": parent, "critique": words} for parent, words in listed.items()]
    entries = (
        [_lowered(one) for one in listed[:MAX_PROPOSALS] if isinstance(one, dict)] if isinstance(listed, list) else []
    )
    said = [(_parent(one), _first(one, _CRITIQUE)) for one in entries]
    return [(parent, _kept(words, MAX_CRITIQUE)) for parent, words in said if isinstance(words, str) and words.strip()]


def _listed(found: Mapping[str, Any], single_line: bool) -> list[Any] | None:
    """Everything that an answer proposes, edits first; None where it is no answer but one proposal, or neither."""
    lists = [_first(found, _LIST)]
    if single_line:
        whole = found.get("smiles")
        lists = [_first(found, _EDITS), whole if isinstance(whole, list) else None, *lists]
    if all(one is None for one in lists):
        return None
    return [item for one in lists if one is not None for item in (one if isinstance(one, list) else [one])]


def _sorted(critique: str, items: list[Any], single_line: bool) -> Answer:
    """The items that describe a proposal, best first, and why the others describe none."""
    good: list[Suggestion] = []
    rejected: list[tuple[str, str]] = []
    notes: list[str] = []
    for item in items[:MAX_PROPOSALS]:
        suggestion = _suggestion(item, single_line, notes)
        if isinstance(suggestion, Suggestion):
            good.append(suggestion)
        else:
            rejected.append((shorten(plain(str(item)), 200), suggestion))
    if len(items) > MAX_PROPOSALS:
        why = f"more than {MAX_PROPOSALS} proposals in one answer"
        rejected.append((f"{len(items) - MAX_PROPOSALS} further proposals", why))
    if single_line:  # texts are not ranked
        good, said = in_order(good)
        notes += said
    return Answer(_kept(critique, MAX_CRITIQUE), tuple(good), tuple(rejected), tuple(notes))


def _suggestion(item: Any, single_line: bool, notes: list[str]) -> Suggestion | str:
    """The proposal that `item` describes, or why it describes none; what was odd of it goes to `notes`."""
    found = _lowered(item) if isinstance(item, dict) else {"value": item}
    raw = _first(found, _VALUE)
    kind, transform = _kind(found)
    if raw is not None and not isinstance(raw, str):
        return f"the value is not a text but {type(raw).__name__}"
    value = (raw or "").strip()
    if single_line:
        value = "".join(_CONTROL.get(c, c) for c in value).strip("`").strip()
        if re.search(r"\s", value):
            return "the value holds blanks; write the SMILES alone and the reason beside it"
    given, group = found.get("atoms"), found.get("group")
    atoms = tuple(a for a in given if _is_index(a)) if isinstance(given, list) else ()
    if not value and not transform and (kind not in GRAFTS or not atoms):
        return "the value is empty: it is neither a SMILES nor an edit with its atoms"
    reason, expected = _first(found, _REASON), found.get("expected")
    why = _kept(reason, MAX_REASON) if isinstance(reason, str) else ""
    put = plain(group.strip()) if isinstance(group, str) and not value else ""
    whole = expected.get("total") if isinstance(expected, dict) else expected
    (rank, odd), (change, unread) = read_rank(found.get("rank")), read_change(whole)
    made = Suggestion(value, why, kind, transform, atoms, put, _expected(expected), change, rank, _parent(found))
    notes += [f"{shorten(plain(made.named), 200)}: {note}." for note in (odd, unread) if note]
    return made


def _parent(found: Mapping[str, Any]) -> str:
    """What the model names as the parent: an id of the prompt, a number, or the SMILES itself."""
    named = _first(found, _PARENT)
    return shorten(plain(str(named)).strip(), 500) if isinstance(named, str) or _is_index(named) else ""


def _kind(found: Mapping[str, Any]) -> tuple[str, str]:
    """The kind of a change and the transformation that makes it; models write either where one is asked for."""
    found = {key: value for key, value in found.items() if value != ""}  # every key is asked for, used or not
    named = _first(found, ("transform", "rule"))
    named = named if isinstance(named, str) else ""
    kind = _first(found, ("edit", "kind", "change_type"))
    if isinstance(kind, str) and kind.strip().lower() in EDIT_KINDS:
        return kind.strip().lower(), _bare(named)
    if isinstance(kind, str) and not named and _first(found, _VALUE) is None:
        named = kind
    return "explore", _bare(named)


def _bare(name: str) -> str:
    """A rule's name without the braces of the list that it was read from, or what an error would show of it."""
    return shorten(plain(re.sub(r"[{}\s]", "", name)), 80)


def _kept(words: str, limit: int) -> str:
    """Words as they may be shown and kept: no control characters, and not without end."""
    text = plain(words).strip()
    return text if len(text) <= limit else f"{text[:limit]} [... {len(text) - limit:,} characters left out]"


def _expected(raw: Any) -> dict[str, float]:
    pairs: list[tuple[Any, Any]] = []
    if isinstance(raw, dict):
        pairs = list(raw.items())
    elif isinstance(raw, list):
        entries = [_lowered(entry) for entry in raw if isinstance(entry, dict)]
        pairs = [(entry.get("term"), _first(entry, ("change", "delta", "value"))) for entry in entries]
    numbers = {t: c for t, c in pairs if isinstance(t, str) and isinstance(c, int | float) and not isinstance(c, bool)}
    return {term: float(change) for term, change in numbers.items() if math.isfinite(change) and abs(change) < 1e6}


def _lowered(found: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key).strip().lower(): value for key, value in found.items()}


def _names_a_value(found: Mapping[str, Any]) -> bool:
    if _first(found, _VALUE) is not None or isinstance(found.get("transform"), str):
        return True
    return isinstance(found.get("edit"), str) and isinstance(found.get("atoms"), list)


def _first(found: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    """The first that says something; a key that is asked for and not used is an empty text."""
    given = [found[key] for key in keys if found.get(key) is not None]
    return next((value for value in given if value != ""), given[0] if given else None)


def _is_index(number: object) -> TypeGuard[int]:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 10_000
