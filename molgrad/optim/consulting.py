"""What a search asks an advisor of its parents; where questions cost something, few, in sight of all that is known."""

from __future__ import annotations

from collections.abc import Sequence

from molgrad.autograd.advisor import ProposalRequest
from molgrad.autograd.gradient import Gradient
from molgrad.autograd.standing import Standing
from molgrad.autograd.variable import Measurement, Variable
from molgrad.optim.archive import Archive
from molgrad.optim.optimizer import Task
from molgrad.optim.record import Record
from molgrad.optim.standing import Account


def request_for(
    task: Task,
    archive: Archive,
    record: Record,
    gradients: Sequence[Gradient],
    seed: int,
    standing: Standing | None = None,
    *,
    ask: bool = True,
) -> ProposalRequest:
    """What an advisor is asked about one parent, with how its earlier children came out.

    Args:
        task: what is optimized.
        archive: what was measured.
        record: the parent.
        gradients: its own feedback first, then what was learned elsewhere.
        seed: of the advisor's choices.
        standing: what the search knows, for an advisor whose questions cost something.
        ask: whether such an advisor is to be asked; see `ProposalRequest`.
    """
    variable = Variable(record.value, role_description=task.role, domain=task.domain)
    variable.gradients.append(gradients[0])
    variable.measurements += [Measurement(one.value, one.evaluation) for one in archive.family(record.value)]
    return ProposalRequest([variable], gradients, seed, standing, ask)


def consulted(
    task: Task,
    archive: Archive,
    account: Account | None,
    asked: Sequence[tuple[Record, int]],
    learned: Sequence[Gradient] = (),
) -> list[ProposalRequest]:
    """A request for each parent, after the parents were criticised, all at once and each once.

    Where questions cost something, only the parents that are worth one are; of the others a request holds the
    measurement alone, from which whoever is free proposes.

    Args:
        task: what is optimized.
        archive: what was measured.
        account: says which parents are worth a question, and what is told; None where all are asked about.
        asked: what the batch builds on, the most promising first, and the seed of each request.
        learned: what was learned elsewhere, where there is no account to tell it.
    """
    parents = list({record.value: record for record, _ in asked}.values())
    worth = parents if account is None else account.worth_asking(parents)
    standing = None if account is None else account.standing(worth)
    critiques = task.critiques(worth, standing) if worth else []
    said = {record.value: gradient for record, gradient in zip(worth, critiques, strict=True)}
    requests = []
    for record, seed in asked:
        own = said.get(record.value) or Gradient("", evaluation=record.evaluation, about=record.value)
        told = [own, *learned] if account is None else [own]
        requests.append(request_for(task, archive, record, told, seed, standing, ask=account is None))
    return requests
