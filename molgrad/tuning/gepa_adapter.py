"""What the package `gepa` sees of a tuned program: candidates measured, and rows of what each parameter did."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from molgrad.autograd.gradient import Proposal
from molgrad.errors import MissingExtraError
from molgrad.evaluation import Evaluation
from molgrad.programs.candidates import CandidateDomain
from molgrad.programs.demos import DemosDomain
from molgrad.programs.examples import Example
from molgrad.tuning.answers import Answer
from molgrad.tuning.judging import Judge
from molgrad.tuning.measuring import read_rows

GEPA = "gepa"  # the name of the search, and of the package
REFUSED = -1e9  # the score of what could not be measured: gepa takes numbers only, larger ones being better


@dataclass(frozen=True, slots=True)
class Trace:
    """What gepa keeps of one answer and hands back: the example, the answer, or why there is none."""

    example: Example
    answer: Answer | None
    refused: str = ""


class Adapter:
    """gepa's view of a program: candidates are measured, and what each parameter did is read off the graph.

    A row of a parameter holds the other inputs of the call that it feeds, the output, and the words on the answer, so
    that each step of a pipeline is told of its own part. Answers that are known cost nothing.

    Args:
        domain: of the candidates.
        judge: has candidates answer.
        parent: gives the value that a candidate which is met first was made from; None for the start.
        failed: told of errors, since gepa goes on after some of them.

    Attributes:
        last: what was measured last without traces, a child, and on which examples.
        asked: the answers asked for, as pairs of a candidate's value and an example's key, played back or not.
        propose_new_texts: None, so that gepa asks its own reflection model.
    """

    propose_new_texts = None

    def __init__(
        self,
        domain: CandidateDomain,
        judge: Judge,
        parent: Callable[[], str | None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self._domain, self._judge, self._parent, self._failed = domain, judge, parent, failed
        self.last: tuple[Proposal, Sequence[Example]] | None = None
        self.asked: set[tuple[str, str]] = set()

    def evaluate(self, batch: Sequence[Example], candidate: Mapping[str, str], capture_traces: bool = False) -> Any:
        """The answers of a candidate to a batch, with scores of which larger ones are better.

        Args:
            batch: examples.
            candidate: texts by name.
            capture_traces: whether the candidate is about to be rewritten.
        """
        reasons = self._domain.validate(self._domain.joined(self._whole(candidate)))
        if reasons:
            traces = [Trace(one, None, "; ".join(reasons)) for one in batch]
        else:
            proposal = self.proposal(candidate)
            self.asked |= {(proposal.value, one.key) for one in batch}
            if not capture_traces:
                self.last = proposal, batch
            try:
                answers = self._judge.answers(proposal, batch)
            except BaseException as error:
                self._failed(error)
                raise
            traces = [Trace(one, answer) for one, answer in zip(batch, answers, strict=True)]
        scores = [score_of(None if one.answer is None else one.answer.evaluation) for one in traces]
        outputs = ["" if one.answer is None else one.answer.text or "" for one in traces]
        return gepa().EvaluationBatch(outputs, scores, traces if capture_traces else None)

    def proposal(self, candidate: Mapping[str, str]) -> Proposal:
        """A sound candidate of gepa's as a proposal.

        Args:
            candidate: texts by name.
        """
        value = self._domain.canonical(self._domain.joined(self._whole(candidate)))
        return Proposal(value, self._parent(), reason="rewritten by gepa", advisor=GEPA, by_model=True)

    def texts(self, value: str) -> dict[str, str]:
        """The parts of a candidate that gepa may rewrite: all but worked examples, which it has no means to draw.

        Args:
            value: the candidate.
        """
        parts = self._domain.parts(value).items()
        return {name: text for name, text in parts if not isinstance(self._domain.domain_of(name), DemosDomain)}

    def _whole(self, candidate: Mapping[str, str]) -> dict[str, str]:
        return {**self._domain.parts(self._domain.start), **candidate}

    def make_reflective_dataset(
        self, candidate: Mapping[str, str], eval_batch: Any, components_to_update: Sequence[str]
    ) -> dict[str, list[dict[str, Any]]]:
        """For each parameter that is to be rewritten, a row of every call that it fed.

        Args:
            candidate: texts by name.
            eval_batch: what `evaluate` gave, with traces.
            components_to_update: names of parameters.
        """
        del candidate
        traces: Sequence[Trace] = eval_batch.trajectories or ()
        return {name: [row for one in traces for row in _rows(one, name)] for name in components_to_update}


def score_of(evaluation: Evaluation | None) -> float:
    """A score as gepa takes it, larger being better.

    Args:
        evaluation: of an answer; None where the candidate was refused.
    """
    return REFUSED if evaluation is None or evaluation.score is None else -evaluation.score


def _rows(trace: Trace, name: str) -> list[dict[str, Any]]:
    if trace.answer is None:
        return [{"Inputs": trace.example.question, "Generated Outputs": "", "Feedback": f"refused: {trace.refused}"}]
    rows = read_rows(trace.answer, name)
    if rows:
        return [row.to_json() for row in rows]
    said = {"Generated Outputs": trace.answer.text or "", "Feedback": trace.answer.evaluation.feedback}
    return [{"Inputs": trace.example.question, **said}]


def gepa() -> Any:
    """The package, an extra that is imported only by who uses it.

    Raises:
        MissingExtraError: `pip install 'molgrad[gepa]'` is needed.
    """
    try:
        return import_module("gepa")
    except ImportError as error:
        raise MissingExtraError("gepa", "gepa") from error
