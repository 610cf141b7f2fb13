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


# The sections of a prompt between the value and the notes, with the fields of PromptData that they show.
_HEADINGS = dict(role="role", measurements="measured", pocket="pocket", lineage="lineage", already_tried="history")
_HEADINGS |= dict(lessons="lessons", rules_and_atoms="options")


@dataclass(frozen=True, slots=True)
class PromptData:
    """What is to be improved.

    Attributes:
        value: the text or SMILES, shown whole as far as the limit allows.
        role: what it is for.
        name: how the prompt calls it, where there are several; empty for its number.
        total: its total; None where that is not known.
        molecule: whether it is a SMILES.
        measured: the measurements in words.
        history: what was tried and how it did.
        tried: the values that the history shows.
        lineage: what it was made from, step by step.
        lessons: what the run has taught about rules and reasons.
        pocket: the residues around it.
        options: rules of the library that apply to it.
        constraints: what every proposal must satisfy.
        notes: what the optimizer adds, by heading: examples, earlier feedback and values.
    """

    value: str
    role: str
    molecule: bool
    measured: str = ""
    history: str = ""
    tried: tuple[str, ...] = ()
    lineage: str = ""
    lessons: str = ""
    pocket: str = ""
    options: str = ""
    constraints: str = ""
    notes: tuple[tuple[str, str], ...] = ()
    name: str = ""
    total: float | None = None


def answer_schema(molecule: bool, several: bool = False) -> dict[str, Any]:
    """The JSON schema of an answer: strict, every key required, so that every endpoint accepts it.

    Args:
        molecule: whether the values are SMILES.
        several: whether there are several parents.
    """
    text = {"type": "string"}
    which: dict[str, Any] = {"parent": text} if several else {}
    if not molecule:
        return _object({"critique": text, "proposals": _list({"value": text, "reason": text, **which})})
    edit = {"edit": text, "atoms": {"type": "array", "items": {"type": "integer"}}, "group": text}
    said = {"hypothesis": text, "expected": {"type": "number"}, **which}
    return _object(
        {"critique": text, "proposals": _list({"rank": {"type": "integer"}, "smiles": text, **edit, **said})}
    )


def _list(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": _object(item)}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    names = list(properties)
    return {"type": "object", "properties": properties, "required": names, "additionalProperties": False}


def critique(subject: PromptData, n: int, *, system: str | None = None, limit: int = PROMPT_LIMIT) -> list[Message]:
    """One request for both the critique of a value and `n` proposals."""
    molecule = subject.molecule
    task = (templates.CRITICISE_MOLECULE if molecule else templates.CRITICISE) + _count(n, molecule)
    task += _mind(subject) + _form(molecule)
    return _request(system or _who(molecule), _sections(subject), task, limit)


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
    molecule = subjects[0].molecule
    sections: list[tuple[str, str]] = []
    for i, (subject, words) in enumerate(zip(subjects, feedback, strict=True), 1):
        mark = f"_{i}" if len(subjects) > 1 else ""
        own = [*_sections(replace(subject, constraints="", lessons="")), ("feedback", words)]
        sections += [(name + mark, text) for name, text in own]
    shown = {value for subject in subjects for value in (subject.value, *subject.tried)}
    named = [cut(value, 1_000) for value in avoid if value not in shown]
    sections.append(("known_values_not_to_propose_again", listed(named, _KNOWN)))
    sections += [("lessons", subjects[0].lessons), ("constraints", subjects[0].constraints)]
    task = templates.ANSWER + _count(n, molecule)
    if len(subjects) > 1:
        task += templates.WHICH_PARENT
    if not molecule:
        task += templates.WHAT_CHANGED
    task += _mind(subjects[0])
    return _request(system or _who(molecule), sections, task + _form(molecule), limit)


def repair(messages: Sequence[Message], reply: str, complaint: str) -> list[Message]:
    """The same request once more, with the answer that could not be read and what is wrong with it."""
    return [
        *messages,
        {"role": "assistant", "content": cut(reply, REPLY_SHOWN) or "(empty)"},
        {"role": "user", "content": templates.UNREAD + complaint},
    ]


def replacements(
    opening: Sequence[Message], subjects: Sequence[PromptData], critique: str, refused: Sequence[tuple[str, str]]
) -> list[Message]:
    """A short request for other proposals in place of those that were refused, with what was said of the molecule.

    Not the first request once more: that has thrice the length, and what it holds is in the critique.
    """
    lines = [f"- {cut(what, 300)}: {cut(why, 300)}" for what, why in refused]
    sections: list[tuple[str, str]] = []
    for i, one in enumerate(subjects, 1):
        mark = f"_{i}" if len(subjects) > 1 else ""
        sections += [(f"smiles{mark}", one.value), (f"rules_and_atoms{mark}", one.options)]
    sections += [("feedback", critique), ("refused", listed(lines, HISTORY)), ("constraints", subjects[0].constraints)]
    text = bounded(sections, REPLY_SHOWN) + "\n\n" + templates.REFUSED + _form(molecule=True)
    return [*opening, {"role": "user", "content": text}]


def judge(
    instruction: str, value: str, role: str, *, system: str | None = None, limit: int = PROMPT_LIMIT
) -> list[Message]:
    """A request for feedback on a value, as an instruction asks for it."""
    sections = [("value", value), ("role", role), ("instruction", instruction)]
    return _request(system or templates.JUDGE, sections, templates.JUDGE_TASK, limit)


def loss(subject: PromptData, *, system: str | None = None, limit: int = PROMPT_LIMIT) -> list[Message]:
    """A request for a judgement of a molecule alone: the first of TextGrad's three calls."""
    return _request(system or templates.JUDGE, _sections(subject), templates.JUDGE_MOLECULE, limit)


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


def _sections(subject: PromptData) -> list[tuple[str, str]]:
    parts = [(heading, str(getattr(subject, name))) for heading, name in _HEADINGS.items()]
    name = "smiles" if subject.molecule else "value"
    return [(name, subject.value), *parts, *subject.notes, ("constraints", subject.constraints)]


def _count(n: int, molecule: bool) -> str:
    if molecule:
        return templates.MOLECULES.replace("{n}", str(n))
    return templates.ONE_TEXT if n == 1 else templates.TEXTS.replace("{n}", str(n))


def _mind(subject: PromptData) -> str:
    """What to do with the optimizer's notes, where there are any."""
    notes = [templates.NOTES[name] for name, _ in subject.notes if name in templates.NOTES]
    if subject.constraints and not subject.molecule:
        notes.append(templates.CONSTRAINED)
    return "".join(" " + sentence for sentence in notes)


def _form(molecule: bool) -> str:
    return templates.MOLECULE_FORM if molecule else templates.TEXT_FORM


def _request(system: str, sections: Sequence[tuple[str, str]], task: str, limit: int) -> list[Message]:
    head = cut(system, max(0, limit // 4))
    room = limit - len(head) - len(task) - 2
    return [
        {"role": "system", "content": head},
        {"role": "user", "content": bounded(sections, room) + "\n\n" + task},
    ]
