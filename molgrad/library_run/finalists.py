"""The first molecules of the table, docked again more thoroughly, with the leads that they are compared with."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from molgrad.autograd.loss import Loss
from molgrad.config.running import prepare
from molgrad.errors import MolgradError
from molgrad.evaluation import Evaluation
from molgrad.library_run.running import Outcome
from molgrad.library_run.selection import Candidate, ranked
from molgrad.library_run.settings import FinalistSettings
from molgrad.optim.record import Record

Losses = Callable[[Outcome, str], Loss]  # of a campaign, at another effort


def loss_of(outcome: Outcome, effort: str) -> Loss:
    """What a campaign minimizes, docked with another effort.

    Args:
        outcome: of the campaign.
        effort: fast, standard or thorough.
    """
    settings = outcome.combination.settings.replaced(effort=effort, exhaustiveness=None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return prepare(settings).loss


def confirmed(
    candidates: Sequence[Candidate], settings: FinalistSettings, losses: Losses = loss_of
) -> tuple[list[Candidate], list[str]]:
    """The candidates, the first ones measured again and first in their new order; and what went wrong.

    Args:
        candidates: of the table, best first.
        settings: how many are measured again, and how.
        losses: makes the loss of a campaign at another effort.
    """
    first, rest = candidates[: settings.count], candidates[settings.count :]
    again, wrong = list[Candidate](), list[str]()
    for outcome in _campaigns(first):
        own = [one for one in first if one.outcome is outcome]
        try:
            again += _measured(own, outcome, losses(outcome, settings.effort))
        except MolgradError as error:
            again += own
            wrong.append(f"{outcome.combination.name}: its finalists could not be docked again: {error}")
    return [*ranked(again), *rest], wrong


def _campaigns(candidates: Iterable[Candidate]) -> list[Outcome]:
    return list({id(one.outcome): one.outcome for one in candidates}.values())


def _measured(own: Sequence[Candidate], outcome: Outcome, loss: Loss) -> list[Candidate]:
    starts = list(outcome.starts)
    found = loss.evaluate([*starts, *(one.smiles for one in own)])
    close = getattr(loss, "close", None)
    if close is not None:
        close()
    lead = min((e.score for e in found[: len(starts)] if e.score is not None), default=None)
    return [_with(one, evaluation, lead) for one, evaluation in zip(own, found[len(starts) :], strict=True)]


def _with(one: Candidate, evaluation: Evaluation, lead: float | None) -> Candidate:
    gain = None if lead is None or evaluation.score is None else lead - evaluation.score
    return replace(one, confirmed=Record(one.record.proposal, evaluation), confirmed_gain=gain)
