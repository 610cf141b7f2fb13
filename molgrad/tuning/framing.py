"""Tables of a run: candidates, answers, what it took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from molgrad.evaluation import Evaluation, Status
from molgrad.llm.types import Usage
from molgrad.losses.outcome import Direction
from molgrad.programs.candidates import CandidateDomain
from molgrad.programs.examples import Example
from molgrad.tuning.answers import Answer, AnswerStore, Trial, candidate_name
from molgrad.tuning.trials import DIFFERENCE, as_scored

if TYPE_CHECKING:
    from pandas import DataFrame

DRAFT = "draft"
_DRAFT = "rewritten once more before it was validated, or given up"
_LABELS = {"step": "kind", "candidate": "candidate", "example": "example"}


def candidates(trials: Sequence[Trial], domain: CandidateDomain, store: AnswerStore) -> DataFrame:
    """A row a candidate, drafts too, in the order made.

    Args:
        trials: in order.
        domain: of the candidates.
        store: knows what each took.
    """
    import pandas as pd  # 0.4 s

    proposals = store.proposals()
    names = {proposal.value: candidate_name(key) for key, proposal in proposals.items()}
    used, known = store.ledger("candidate"), {trial.id: trial for trial in trials}
    rows = []
    for key, proposal in proposals.items():
        trial = known.get(key) or Trial(key, -1, DRAFT, proposal, Evaluation(DRAFT, Status.PENDING, reason=_DRAFT))
        told, proposal, took = trial.evaluation, trial.proposal, used.get(trial.name, Usage())
        rows.append(
            {"candidate": trial.name, "parent": names.get(proposal.parent or "", ""),
             "round": trial.step if trial.step >= 0 else None,
             "outcome": trial.kind, "score": told.score, "difference": told.details.get(DIFFERENCE),
             "examples": len(told.terms), "why": told.reason, "reason": proposal.reason,
             "advisor": proposal.advisor, "calls": took.calls, "tokens": took.tokens, "cost": took.cost,
             **domain.parts(proposal.value)}
        )  # fmt: skip
    columns = ["candidate", "parent", "round", "outcome", "score", "difference", "examples", "why", "reason", "advisor"]
    return pd.DataFrame(rows, columns=[*columns, "calls", "tokens", "cost", *domain.names])


def critiques(
    answers: Mapping[str, Answer], splits: Mapping[str, Sequence[Example]], direction: Direction
) -> DataFrame:
    """A row an answer, failures first, then the worst.

    Args:
        answers: of one candidate, by example.
        splits: the examples of each, by its name.
        direction: in which scores are told.
    """
    import pandas as pd  # as above

    examples = {one.key: one for split in splits.values() for one in split}

    def split_of(key: str) -> str:
        return ", ".join(name for name, split in splits.items() if any(one.key == key for one in split))

    def worst(answer: Answer) -> tuple[bool, float, str]:
        score = answer.evaluation.score
        return (score is not None, 0.0 if score is None else -score, answer.example)

    rows: list[dict[str, Any]] = [
        {"example": one.example, "split": split_of(one.example), "question": examples[one.example].question,
         "expected": examples[one.example].expected, "answer": one.text,
         "score": as_scored(one.evaluation, direction).score,
         "words": one.evaluation.feedback}
        for one in sorted(answers.values(), key=worst) if one.example in examples
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["example", "split", "question", "expected", "answer", "score", "words"])


def ledger(store: AnswerStore, by: str) -> DataFrame:
    """What model calls took.

    Args:
        store: holds them.
        by: step, candidate or example.

    Raises:
        ValueError: another word.
    """
    import pandas as pd  # as above

    if by not in _LABELS:
        raise ValueError(f'a ledger is by "step", "candidate" or "example", not {by!r}')
    rows = [
        {by: label or "other", "calls": used.calls, "prompt_tokens": used.prompt_tokens,
         "completion_tokens": used.completion_tokens, "cost": used.cost}
        for label, used in store.ledger(_LABELS[by]).items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=[by, "calls", "prompt_tokens", "completion_tokens", "cost"])
