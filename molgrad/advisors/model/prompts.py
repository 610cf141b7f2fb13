"""The requests to a language model: messages of bounded length; no text of others is used as a template.

`system` replaces the opening sentences, which say who the model is; `limit` is the most characters of a request,
pictures not counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from molgrad.advisors.model import templates
from molgrad.advisors.model.sections import HISTORY, bounded, cut, listed
from molgrad.autograd.advisor import ChainStep
from molgrad.llm.types import Message

PROMPT_LIMIT = 60_000  # characters of one request, about 15,000 tokens; local models may need less
REPLY_SHOWN = 8_000  # characters of an unreadable answer that are shown back for repair
MAX_ATOMS = 500  # atom numbers beyond are not looked at
_PICTURES = 4  # shown beside a call's texts; each may have megabytes
_KNOWN = 24  # values named as not to be proposed again, the latest


# The sections of a prompt, with the fields of PromptData that they show: of each value, and of the search once.
_OWN = dict(atom_numbers="numbers", measurements="measured", lineage="lineage", already_tried="history")
_OWN |= dict(measured_molecules="beside", atoms_that_stay="held", possible_edits="options")
_SHARED = dict(search="search", measured_molecules="table", proposed_not_measured="passed", lessons="lessons")
_SHARED |= dict(how_your_expectations_came_out="forecasts", cost_of_groups="costs")


@dataclass(frozen=True, slots=True)
class PromptData:
    """What is to be improved.

    Attributes:
        value: the text or SMILES, shown whole as far as the limit allows.
        role: what it is for.
        molecule: whether it is a SMILES.
        name: how the prompt calls it; empty for its number.
        total: its total; None where that is not known.
        numbers: the SMILES with its atoms numbered.
        measured: the measurements in words.
        history: what was tried in place of a text and how it did.
        beside: what was measured in place of a molecule, where no search tells.
        tried: the values that stand there.
        lineage: what it was made from, step by step.
        held: the atoms that a scope leaves alone.
        options: rules of the library that apply to it.
        constraints: what every proposal must satisfy.
        notes: what the optimizer adds, by heading: examples, earlier feedback and values.
        search: the budget, the best and the lead.
        table: what the search has measured.
        passed: what was proposed and not measured.
        lessons: what the run has taught.
        forecasts: how the model's expectations came out.
        costs: what common groups cost.
    """

    value: str
    role: str
    molecule: bool
    name: str = ""
    total: float | None = None
    numbers: str = ""
    measured: str = ""
    history: str = ""
    beside: str = ""
    tried: tuple[str, ...] = ()
    lineage: str = ""
    held: str = ""
    options: str = ""
    constraints: str = ""
    notes: tuple[tuple[str, str], ...] = ()
    search: str = ""
    table: str = ""
    passed: str = ""
    lessons: str = ""
    forecasts: str = ""
    costs: str = ""


def answer_schema(molecule: bool, several: bool = False, batch: bool = False) -> dict[str, Any]:
    """The JSON schema of an answer: strict, every key required, so that every endpoint accepts it.

    Args:
        molecule: whether the values are SMILES.
        several: whether there are several parents.
        batch: whether each parent is to have its own critique.
    """
    text = {"type": "string"}
    which: dict[str, Any] = {"parent": text} if several or batch else {}
    if not molecule:
        return _object({"critique": text, "proposals": _list({"value": text, "reason": text, **which})})
    said = {"critiques": _list({"parent": text, "critique": text})} if batch else {"critique": text}
    edit = {"edit": text, "atoms": {"type": "array", "items": {"type": "integer"}}, "group": text}
    why = {"hypothesis": text, "expected": {"type": "number"}}
    one = {"rank": {"type": "integer"}, **which, "smiles": text, **edit, **why}
    return _object({**said, "proposals": _list(one)})


def _list(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": _object(item)}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    names = list(properties)
    return {"type": "object", "properties": properties, "required": names, "additionalProperties": False}


def critique(subject: PromptData, n: int, *, system: str | None = None, limit: int = PROMPT_LIMIT) -> list[Message]:
    """One request for both the critique of a value and `n` proposals."""
    molecule = subject.molecule
    task = (templates.CRITICISE_MOLECULE if molecule else templates.CRITICISE) + _count(n, molecule)
    task += _mind([subject]) + _form(molecule)
    return _request(system or _who(molecule), _sections([subject]), task, limit)


def batch(
    subjects: Sequence[PromptData], n: int, *, system: str | None = None, limit: int = PROMPT_LIMIT
) -> list[Message]:
    """One request for a critique of each molecule and `n` proposals in all, from these and from what was measured."""
    task = templates.CRITICISE_BATCH.replace("{names}", ", ".join(names(subjects)))
    task += templates.BATCH.replace("{n}", str(n)) + _mind(subjects) + templates.MOLECULE_FORM + templates.BATCH_ANSWER
    return _request(system or _who(molecule=True), _sections(subjects, marked=True), task, limit)


def names(subjects: Sequence[PromptData]) -> list[str]:
    """How a prompt calls each of several values: by id, else by number."""
    return [one.name or str(i) for i, one in enumerate(subjects, 1)]


def more(
    subjects: Sequence[PromptData],
    feedback: Sequence[str],
    n: int,
    avoid: Sequence[str],
    *,
    system: str | None = None,
    limit: int = PROMPT_LIMIT,
) -> list[Message]:
    """A request for `n` proposals from parents that already have feedback.

    Of `avoid`, the last are named that stand nowhere else in the request.
    """
    molecule, several = subjects[0].molecule, len(subjects) > 1
    shown = {value for subject in subjects for value in (subject.value, *subject.tried)}
    named = [cut(value, 1_000) for value in avoid if value not in shown]
    known = ("known_values_not_to_propose_again", listed(named, _KNOWN))
    sections = _sections(subjects, marked=several, feedback=feedback, known=known)
    task = templates.ANSWER + _count(n, molecule) + (templates.WHICH_PARENT if several else "")
    task += "" if molecule else templates.WHAT_CHANGED
    return _request(system or _who(molecule), sections, task + _mind(subjects) + _form(molecule, several), limit)


def repair(messages: Sequence[Message], reply: str, complaint: str) -> list[Message]:
    """The same request once more, with the answer that could not be read and what is wrong with it."""
    return [
        *messages,
        {"role": "assistant", "content": cut(reply, REPLY_SHOWN) or "(empty)"},
        {"role": "user", "content": templates.UNREAD + complaint},
    ]


def replacements(
    opening: Sequence[Message],
    subjects: Sequence[PromptData],
    critique: str,
    refused: Sequence[tuple[str, str]],
    taken: Sequence[str] = (),
) -> list[Message]:
    """A short request for other proposals in place of those that were refused, with what was said of the molecule.

    Not the first request once more: of that only what decides what may be proposed.
    """
    lines = [f"- {what}: {why}" for what, why in refused]
    several = len(subjects) > 1
    bare = [replace(one, measured="", lineage="", passed="", lessons="", forecasts="", costs="") for one in subjects]
    known = ("refused", listed(lines, HISTORY))
    sections = _sections(bare, marked=several, known=known, role=False)
    sections[-1:-1] = [("feedback", critique), ("taken", "\n".join(taken))]
    task = templates.REFUSED + (templates.WHICH_PARENT if several else "")
    text = bounded(sections, REPLY_SHOWN + 4_000) + "\n\n" + task + _form(True, several)
    return [*opening, {"role": "user", "content": text}]


def judge(
    instruction: str, value: str, role: str, *, system: str | None = None, limit: int = PROMPT_LIMIT
) -> list[Message]:
    """A request for feedback on a value, as an instruction asks for it."""
    sections = [("value", value), ("role", role), ("instruction", instruction)]
    return _request(system or templates.JUDGE, sections, templates.JUDGE_TASK, limit)


def loss(subject: PromptData, *, system: str | None = None, limit: int = PROMPT_LIMIT) -> list[Message]:
    """A request for a judgement of a molecule alone: the first of TextGrad's three calls."""
    return _request(system or templates.JUDGE, _sections([subject]), templates.JUDGE_MOLECULE, limit)


def chain(step: ChainStep, *, system: str | None = None, limit: int = PROMPT_LIMIT) -> list[Message]:
    """A request to turn feedback on an output into feedback on one input, in sight of the call's other inputs."""
    room = limit // (2 * max(1, len(step.others)))  # at most half of the request shows what is not criticised
    beside = "".join(f"\n{one.role}: {cut(one.text, room)}" for one in step.others)
    sections = dict(operation=step.operation + (f", together with{beside}" if beside else ""), input_role=step.role)
    sections |= dict(input=step.value, output_role=step.output_role, output=step.output)
    sections |= dict(feedback_on_output=step.feedback)
    return _request(system or templates.TRACER, list(sections.items()), templates.TRACE, limit)


def beside(messages: Sequence[Message], pictures: Sequence[Mapping[str, Any]]) -> list[Message]:
    """A request with pictures beside the text of its last message, the first few of many.

    Args:
        messages: the request.
        pictures: parts of a chat message.
    """
    *opening, asked = messages
    if not pictures:
        return [*opening, asked]
    shown = [{"type": "text", "text": str(asked["content"])}, *pictures[:_PICTURES]]
    return [*opening, {"role": "user", "content": shown}]


def _who(molecule: bool) -> str:
    return templates.CHEMIST if molecule else templates.EDITOR


def _sections(
    subjects: Sequence[PromptData],
    *,
    marked: bool = False,
    feedback: Sequence[str] = (),
    known: tuple[str, str] = ("", ""),
    role: bool = True,
) -> list[tuple[str, str]]:
    """What is said of each value, marked with its name where there are several, then what holds for all."""
    found: list[tuple[str, str]] = []
    for place, (name, one) in enumerate(zip(names(subjects), subjects, strict=True)):
        own = [("smiles" if one.molecule else "value", one.value)]
        own += [("role", one.role)] if role and not place else []
        own += [(heading, str(getattr(one, field))) for heading, field in _OWN.items()]
        own += [("feedback", words) for words in feedback[place : place + 1]]
        found += [(f"{heading}_{name}" if marked and heading != "role" else heading, text) for heading, text in own]
    first = subjects[0]
    shared = [(heading, str(getattr(first, field))) for heading, field in _SHARED.items()]
    return [*found, *shared, known, *first.notes, ("constraints", first.constraints)]


def _count(n: int, molecule: bool) -> str:
    if molecule:
        return templates.MOLECULES.replace("{n}", str(n))
    return templates.ONE_TEXT if n == 1 else templates.TEXTS.replace("{n}", str(n))


def _mind(subjects: Sequence[PromptData]) -> str:
    """What to do with what is told, where it is told."""
    first = subjects[0]
    notes = [templates.NOTES[name] for name, _ in first.notes if name in templates.NOTES]
    if first.constraints and not first.molecule:
        notes.append(templates.CONSTRAINED)
    if first.table or first.beside:
        notes.append(templates.MEASURED_ONCE)
    return "".join(" " + sentence for sentence in notes)


def _form(molecule: bool, several: bool = False) -> str:
    if not molecule:
        return templates.TEXT_FORM
    return templates.MOLECULE_FORM + (templates.SEVERAL_ANSWER if several else templates.MOLECULE_ANSWER)


def _request(system: str, sections: Sequence[tuple[str, str]], task: str, limit: int) -> list[Message]:
    head = cut(system, max(0, limit // 4))
    room = limit - len(head) - len(task) - 2
    return [
        {"role": "system", "content": head},
        {"role": "user", "content": bounded(sections, room) + "\n\n" + task},
    ]
