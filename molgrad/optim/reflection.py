"""New values from what is said of measured ones, as searches ask an advisor for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from molgrad.autograd.advisor import advice_of
from molgrad.autograd.gradient import Proposal
from molgrad.optim.archive import Archive
from molgrad.optim.consulting import consulted
from molgrad.optim.optimizer import Task
from molgrad.optim.ranking import acceptable, rank
from molgrad.optim.record import Record
from molgrad.optim.standing import Account

NEIGHBOURS = 12  # of a parent, looked at where the advisor proposed too little


@dataclass(frozen=True, slots=True)
class Question:
    """One parent to be improved.

    Attributes:
        parent: a measured value.
        seed: of the advisor's choices; another seed gives other proposals.
        n: how many new values are wanted.
    """

    parent: Record
    seed: int
    n: int = 1


def reflected(
    task: Task,
    archive: Archive,
    questions: Sequence[Question],
    avoid: Collection[str] = (),
    account: Account | None = None,
) -> list[list[Proposal]]:
    """New sound values for each question, best first: what came with the critique, then what the advisor adds.

    A free advisor is asked for more than is wanted, and the exact terms of the loss decide. Where it proposes too
    little, neighbours of the parent fill up. Each parent is criticised once.

    Args:
        task: what is optimized.
        archive: what was measured.
        questions: the parents.
        avoid: values that are taken already, beside those of the archive.
        account: of what an advisor is told and was asked, where its questions cost something.
    """
    asked = [(question.parent, question.seed) for question in questions]
    requests = consulted(task, archive, account, asked)
    taken = {**archive.taken, **dict.fromkeys(avoid)}
    wanted = max((question.n for question in questions), default=1)
    wanted = max(wanted, task.settings.advised) if task.advisor.free else wanted
    found: list[list[Proposal]] = []
    advice = advice_of(task.advisor, requests, wanted, taken, task.loss)
    for question, request, advised in zip(questions, requests, advice, strict=True):
        options = [*request.gradients[0].proposals, *advised]
        found.append(_best(task, question, options, taken))
        if account is not None:
            left = [one for one in options if one.by_model and one not in found[-1]]
            account.pass_over((one, "another was expected to do better") for one in left)
        taken.update(dict.fromkeys(one.value for one in found[-1]))
    return found


def _best(task: Task, question: Question, options: Sequence[Proposal], taken: Collection[str]) -> list[Proposal]:
    parent = question.parent
    before = {parent.value: parent.evaluation}
    sound, _ = acceptable(task.domain, options, set(taken))
    kept = [proposal for _, proposal in rank(task.loss, sound, before)]
    if len(kept) < question.n:
        beside = [
            Proposal(value, parent.value, edit, edit.reason, advisor="exploration")
            for value, edit in task.domain.neighbours(parent.value, question.seed, NEIGHBOURS)
        ]
        more, _ = acceptable(task.domain, beside, {*taken, *(one.value for one in kept)})
        kept += [proposal for _, proposal in rank(task.loss, more, before)]
    return kept[: question.n]
