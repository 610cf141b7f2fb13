"""New values from what is said of measured ones, as searches ask an advisor for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from molgrad.autograd.advisor import ProposalRequest, advice_of
from molgrad.autograd.gradient import Gradient, Proposal
from molgrad.autograd.variable import Measurement, Variable
from molgrad.optim.archive import Archive
from molgrad.optim.optimizer import Task
from molgrad.optim.ranking import acceptable, rank
from molgrad.optim.record import Record

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


def request_for(
    task: Task, archive: Archive, record: Record, gradients: Sequence[Gradient], seed: int
) -> ProposalRequest:
    """What an advisor is asked about one parent, with how its earlier children came out.

    Args:
        task: what is optimized.
        archive: what was measured.
        record: the parent.
        gradients: its own feedback first, then what was learned elsewhere.
        seed: of the advisor's choices.
    """
    variable = Variable(record.value, role_description=task.role, domain=task.domain)
    variable.gradients.append(gradients[0])
    variable.measurements += [Measurement(one.value, one.evaluation) for one in archive.family(record.value)]
    return ProposalRequest([variable], gradients, seed)


def reflected(
    task: Task, archive: Archive, questions: Sequence[Question], avoid: Collection[str] = ()
) -> list[list[Proposal]]:
    """New sound values for each question, best first: what came with the critique, then what the advisor adds.

    A free advisor is asked for more than is wanted, and the exact terms of the loss decide. Where it proposes too
    little, neighbours of the parent fill up. Each parent is criticised once.

    Args:
        task: what is optimized.
        archive: what was measured.
        questions: the parents.
        avoid: values that are taken already, beside those of the archive.
    """
    parents = list(dict.fromkeys(question.parent.value for question in questions))
    records = {question.parent.value: question.parent for question in questions}
    critiques = dict(zip(parents, task.critiques([records[value] for value in parents]), strict=True))
    taken = {**archive.taken, **dict.fromkeys(avoid)}
    requests = [request_for(task, archive, q.parent, [critiques[q.parent.value]], q.seed) for q in questions]
    wanted = max((question.n for question in questions), default=1)
    wanted = max(wanted, task.settings.advised) if task.advisor.free else wanted
    found: list[list[Proposal]] = []
    advice = advice_of(task.advisor, requests, wanted, taken, task.loss)
    for question, request, advised in zip(questions, requests, advice, strict=True):
        options = [*request.gradients[0].proposals, *advised]
        found.append(_best(task, question, options, taken))
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
