"""Gradients from a model's answer: one of one value, or one for each value of an answer about several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from molgrad.advisors.model.dialogue import Reply
from molgrad.advisors.model.vetting import Parent, parent_named, worded
from molgrad.autograd.advisor import Subject
from molgrad.autograd.compose import sum_of
from molgrad.autograd.gradient import Gradient
from molgrad.evaluation import Evaluation

_SILENT = "The model said nothing of this molecule."


def gradient_of(heard: Reply, evaluations: Sequence[Evaluation], source: str) -> Gradient:
    """What an answer says of a value, with its proposals waiting on it.

    Args:
        heard: the answer.
        evaluations: the measurements of the value.
        source: who answered.
    """
    about = None
    if evaluations:
        about = evaluations[0] if len(evaluations) == 1 else sum_of(evaluations)
    if heard.unread:
        text = f"{heard.answer.critique}\n(This answer could not be read, twice: {heard.unread} It brought no "
        return Gradient(f"{text}proposals.)".strip(), source=source, evaluation=about)
    edits = tuple(p.edit for p in heard.proposals if p.edit)
    text = worded(heard.answer.critique, heard.refused, heard.notes)
    return Gradient(text, edits=edits, proposals=heard.proposals, source=source, evaluation=about)


def gradients_of(heard: Reply, about: Sequence[Subject], parents: Sequence[Parent], source: str) -> list[Gradient]:
    """The same for each value of one answer: its critique, and the proposals that were made from it.

    What was refused, and what was made from a value that was not asked about, stands with the first.

    Args:
        heard: the answer.
        about: the values, in the order of the prompt.
        parents: the same values as the prompt names them, first those that were asked about.
        source: who answered.
    """
    values = {asked.variable.value for asked in about}
    said = {named.variable.value: words for name, words in reversed(heard.answer.critiques)
            if (named := parent_named(name, parents)) is not None}  # fmt: skip
    found = []
    for place, asked in enumerate(about):
        value = asked.variable.value
        own = [p for p in heard.proposals if p.parent == value or (not place and p.parent not in values)]
        words = said.get(value, "") or (heard.answer.critique if not place or heard.unread else "") or _SILENT
        part = replace(heard, answer=replace(heard.answer, critique=words), proposals=tuple(own))
        part = part if not place else replace(part, refused=(), notes=())
        found.append(gradient_of(part, asked.evaluations, source))
    return found
