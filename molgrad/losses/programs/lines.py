"""The language that programs and services are asked in: a line of JSON for a molecule, a line for its answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from molgrad.chem.parse import canonical
from molgrad.errors import InvalidMoleculeError, plain, shorten
from molgrad.losses.programs.fault import NoAnswer

LONGEST_LINE = 1 << 20  # bytes of one answer; an honest one with facts has a hundredth of that
LONGEST_REPLY = 64 << 20  # bytes of the answers to a batch

Question = tuple[str, str]  # id, SMILES


def written(questions: Sequence[Question]) -> list[bytes]:
    """A line for each molecule: `{"id": "7", "smiles": "CCO", "left": 2}`; `left` counts those of the batch to come.

    Args:
        questions: of one batch.
    """
    last = len(questions) - 1
    asked = ({"id": name, "smiles": one, "left": last - place} for place, (name, one) in enumerate(questions))
    return [json.dumps(one).encode() + b"\n" for one in asked]


def parsed(line: bytes) -> dict[str, Any]:
    """The JSON object of a line.

    Args:
        line: of output.

    Raises:
        NoAnswer: it holds something else; the text quotes it.
    """
    try:
        found = json.loads(line.decode())
    except (ValueError, RecursionError):  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        found = None
    if not isinstance(found, dict):  # a list, a number, or no JSON at all
        shown = shorten(plain(line[:400].decode(errors="replace")).strip(), 80)
        raise NoAnswer(f'it wrote {shown!r} where a line of JSON was expected, such as {{"value": 1.5}}')
    return found


def matched(asked: Sequence[Question], answers: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers in the order of the questions: by their `id` where they repeat it, else as they came.

    Args:
        asked: the questions.
        answers: as many.

    Raises:
        NoAnswer: too few or too many, or one that belongs to another question.
    """
    if len(answers) != len(asked):
        raise NoAnswer(f"it gave {len(answers)} answers to {len(asked)} molecules; one for each is right")
    if any("id" in answer for answer in answers):
        known = {str(answer.get("id")): answer for answer in answers}
        names = {name for name, _ in asked}
        if wrong := sorted(known.keys() - names):
            raise NoAnswer(f"it answered the id {shorten(wrong[0], 40)!r}, which was not asked")
        if len(known) < len(asked):
            raise NoAnswer("it answered one id twice")
        answers = [known[name] for name, _ in asked]
    for (_, smiles), answer in zip(asked, answers, strict=True):
        if not _same(answer.get("smiles", smiles), smiles):
            raise NoAnswer(f"it answered for {shorten(str(answer['smiles']))} where {shorten(smiles)} was asked")
    return list(answers)


def _same(said: object, smiles: str) -> bool:
    """Whether a SMILES is the molecule that was asked about, perhaps in the program's own spelling."""
    try:
        return said == smiles or (isinstance(said, str) and canonical(said) == smiles)
    except InvalidMoleculeError:
        return False


def identified(answers: Sequence[dict[str, Any]]) -> bool:
    """Whether each answer says what it is an answer to."""
    return all("id" in answer or "smiles" in answer for answer in answers)
