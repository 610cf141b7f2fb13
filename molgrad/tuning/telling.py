"""A run in words: why it ended, what became of each candidate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from molgrad.autograd.gradient import Proposal
from molgrad.errors import BudgetReachedError, EngineError, ScoreError, UnknownNameError, one_line, shorten
from molgrad.losses.outcome import Direction
from molgrad.programs.candidates import CandidateDomain
from molgrad.programs.examples import Example
from molgrad.tuning.answers import Trial
from molgrad.tuning.measuring import HaltError
from molgrad.tuning.trials import as_scored

KEPT = "what was answered is kept: the same run(...) goes on"


def is_end(error: BaseException) -> bool:
    """Whether what ended a run was asked for: a limit, or a stop.

    Args:
        error: what was raised.
    """
    return isinstance(error, HaltError | BudgetReachedError)


def why_stopped(error: BaseException) -> str:
    """Why a run ended, in a sentence.

    Args:
        error: what was raised.
    """
    if isinstance(error, HaltError):
        return str(error)
    if isinstance(error, KeyboardInterrupt):
        return f"stopped at once; {KEPT}"
    if isinstance(error, BudgetReachedError):
        return f"stopped: {error}; everything so far is kept"
    if isinstance(error, EngineError | ScoreError):
        return f"stopped: {error}; {KEPT} when {'it is back' if isinstance(error, EngineError) else 'that is mended'}"
    return f"stopped: {type(error).__name__}: {shorten(one_line(str(error)), 300)}; {KEPT}"


def why_no_best(trials: Sequence[Trial]) -> str:
    """Why there is no best candidate, and what to do.

    Args:
        trials: of the run, none with a score.
    """
    if not trials:
        return "no candidate has a score on all validation examples yet; run(calls=...) first"
    return (
        f"none of {len(trials)} candidates has a score on all validation examples; of {trials[0].name}, the start, "
        f"{shorten(trials[0].evaluation.reason, 300)}: see critiques({trials[0].name!r}), mend the program, the score "
        "or that example, and give another folder"
    )


def number_of(name: str) -> int:
    """The number of a candidate.

    Args:
        name: `c0003`.

    Raises:
        UnknownNameError: that is no name of a candidate.
    """
    if name[:1] != "c" or not name[1:].isdecimal():
        raise UnknownNameError("candidate", name, ["c0000"])
    return int(name[1:])


def shown(domain: CandidateDomain, proposal: Proposal) -> str:
    """A candidate for people: the text of its only parameter, or each with its name.

    Args:
        domain: of the candidates.
        proposal: the candidate.
    """
    parts = domain.parts(proposal.value)
    if len(parts) == 1:
        return next(iter(parts.values()))
    names = domain.names if proposal.parent is None else domain.changed(proposal.parent, proposal.value)
    return "; ".join(f"{name}: {parts[name]}" for name in names)


def displayed(domain: CandidateDomain, proposal: Proposal) -> Proposal:
    """The proposal with its value as people read it.

    Args:
        domain: of the candidates.
        proposal: the candidate.
    """
    return replace(proposal, value=shown(domain, proposal))


def front(trials: Sequence[Trial]) -> list[Trial]:
    """The validated trials that no other one beats at every example.

    Args:
        trials: in the order tried.
    """
    scored = [trial for trial in trials if trial.evaluation.score is not None]
    points = [tuple(term.number() for term in trial.evaluation.terms) for trial in scored]
    kept = []
    for i, point in enumerate(points):
        beaten = any(all(a <= b for a, b in zip(other, point, strict=True)) and other != point for other in points)
        if not beaten and point not in points[:i]:
            kept.append(scored[i])
    return kept


def word(direction: Direction) -> str:
    """What people call a number: a loss is lower where it is better, a score higher.

    Args:
        direction: of the score function.
    """
    return "loss" if direction == "minimize" else "score"


def sentence(trial: Trial, trials: Sequence[Trial], domain: CandidateDomain, direction: Direction) -> str:
    """What became of a candidate.

    Args:
        trial: the candidate.
        trials: all of the run, in order.
        domain: of the candidates.
        direction: in which scores are told.
    """
    told = trial.evaluation
    own = as_scored(told, direction).score
    score = f"{word(direction)} {own:.4g} over {len(told.terms)} examples" if own is not None else told.reason
    if trial.proposal.parent is None:
        return f"{trial.name} is the start: {score}"
    parent = next((one.name for one in trials if one.proposal.value == trial.proposal.parent), "a draft")
    names = ", ".join(domain.changed(trial.proposal.parent, trial.proposal.value))
    before = [one.evaluation.score for one in trials[: trials.index(trial)] if one.evaluation.score is not None]
    new = told.score is not None and (not before or told.score < min(before))
    reason = one_line(trial.proposal.reason).removeprefix(f"{names}: ")  # which parameter it was is said before
    why = f" ({shorten(reason, 200)})" if reason else ""
    return f"{trial.name} changes {names} of {parent}{why}: {score}{', the best so far' if new else ''}"


def of_splits(given: Sequence[Sequence[Any]], splits: Sequence[Sequence[Example]]) -> list[str]:
    """What a user should know of the examples that were given: repeated ones, and test examples that are no secret.

    Args:
        given: those for training, validation and test.
        splits: the distinct ones of each.
    """
    said = []
    for name, all_, distinct in zip(("training", "validation", "test"), given, splits, strict=True):
        if repeated := len(all_) - len(distinct):
            said.append(f"{repeated} {name} examples repeat others and are counted once")
    train, validation, test = splits
    seen = {one.key for one in (*train, *validation)}
    if shared := sum(one.key in seen for one in test):
        said.append(f"{shared} test examples are trained on or validated with: test() tells too good a score")
    return said
