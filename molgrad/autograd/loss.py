"""What measures: the base of every loss."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from molgrad.autograd.functional import computed
from molgrad.autograd.given import Given
from molgrad.autograd.measured import Measured
from molgrad.autograd.passing import may_pass
from molgrad.autograd.through import through
from molgrad.autograd.variable import Variable
from molgrad.display import Shown
from molgrad.errors import EngineError, InvalidMoleculeError, SettingsChangedError, UnparsableAnswerError
from molgrad.evaluation import PASSING, Evaluation, Status

if TYPE_CHECKING:
    from molgrad.autograd.composite import Sum

Context = Mapping[str, Any]  # what is known about a value beside itself: role_description, parent pose ...
Predict = Callable[[Evaluation, float], float | None]
Beside = Sequence[tuple["Loss", Evaluation]]  # the terms of one composite with what they measured
NOT_MEASURED = "not measured yet"


class Loss(Given, Shown):
    """Measures values; lower is better.

    The author of a loss writes `_evaluate` for one value; the bookkeeping is here.

    Order: as many results as values, in the same order.
    Failure: never raises for a value. What `_evaluate` raises becomes a FAILED evaluation with the reason
    (INVALID for InvalidMoleculeError). Two things pass: KeyboardInterrupt, and an EngineError, which says
    that no value can be judged (an answer that stayed unreadable is about one value, and FAILED).
    Purity: the same value, context and settings give the same evaluation.

    Attributes:
        name: its name in tables; unique within a composite after numbering.
        kind: what it is, such as "qed", whatever its name; empty for a loss that nobody has to recognise.
        remade_from: the arguments of the class that `details` of an evaluation repeat, from which `remade` makes it
            again; None where that is not possible.
        told_by: what tells it from other terms of its name in one composite, such as a residue; empty for most.
        unit_of_cost: what a unit of `cost` is, as a participle: "docked", "measured".
        expensive: True for what a surrogate should model rather than measure for every candidate.
        cost: how many units of the budget one value takes (a dock is one, everything else is free).
        slow: free, but taking milliseconds: hundreds of candidates are first ranked without it.
        prior_slopes: change of the score per unit of the domain's linear features, before anything is measured.
        prior_spread: how far the scores of two values typically lie apart, in the loss's own unit.
        least: the best score that there is, as of a contact that is kept; None where none is known. Of a term that has
            one the prediction counts as it is: uncertainty is no hope of more.
        takes_results: whether results come from outside, through `with_result`.
        passing: exceptions of `_evaluate` after which another try may go better, beside timeouts and lost connections:
            such a failure is measured again when a campaign is resumed.
        last: what was measured last of the values that were hung on a graph; None before the first.
        executor: where values are measured at once, any `concurrent.futures.Executor`; one after the other when None.
            Of a context, texts and evaluations travel there. Whoever made the executor shuts it down.
    """

    _drawn_by: ClassVar[str] = "molgrad.report.notebook.evaluation:loss"
    name: str = "loss"
    kind: str = ""
    remade_from: tuple[str, ...] | None = None
    told_by: str = ""
    unit_of_cost: str = "measured"
    expensive: bool = False
    cost: int = 0
    slow: bool = False
    prior_slopes: tuple[float, ...] = ()
    prior_spread: float = 1.0
    least: float | None = None
    takes_results: bool = False
    passing: tuple[type[Exception], ...] = ()
    executor: Executor | None = None
    last: Evaluation | None = None

    def __getstate__(self) -> dict[str, Any]:
        """What a copy has: without the last evaluation, which may hold poses and need not travel."""
        return {**super().__getstate__(), "last": None}

    def _evaluate(self, value: str, context: Context) -> Evaluation:
        """Measure one value; may raise."""
        raise NotImplementedError

    def spec(self) -> dict[str, Any]:
        """Settings that change results, as JSON; two losses with the same spec measure the same."""
        return {"loss": self.name}

    def stream(
        self,
        values: Sequence[str],
        contexts: Sequence[Context] | None = None,
        known: Sequence[Evaluation | None] | None = None,
    ) -> Iterator[tuple[int, Evaluation]]:
        """Measure values, yielding (index, evaluation) as results arrive, in no particular order.

        A composite may yield an index several times: first PENDING with the terms that are there, at last
        complete. What was yielded can be stored and handed in again as `known`; it is not measured twice.

        Args:
            values: the values.
            contexts: what is known about each value beside itself, such as its parent's pose; nothing by default.
            known: an earlier evaluation of each value, or None.
        """
        given = known or [None] * len(values)
        todo = [i for i, evaluation in enumerate(given) if not settled(evaluation)]
        for i, evaluation in enumerate(given):
            if evaluation is not None and settled(evaluation):
                yield i, evaluation
        whole = contexts or [{}] * len(values)
        for place, evaluation in self._stream([values[i] for i in todo], [whole[i] for i in todo]):
            yield todo[place], evaluation if evaluation.kind == self.kind else replace(evaluation, kind=self.kind)

    def _stream(self, values: Sequence[str], contexts: Sequence[Context]) -> Iterator[tuple[int, Evaluation]]:
        """Measure what is not known yet; a loss that works in parallel of its own accord overrides this."""
        if self.executor is not None:
            sent = copy(self)
            sent.executor = None  # it cannot travel itself
            yield from through(self.executor, sent._guarded, self.name, values, contexts)
            return
        for i, (value, context) in enumerate(zip(values, contexts, strict=True)):
            yield i, self._guarded(value, context)

    def _guarded(self, value: str, context: Context) -> Evaluation:
        return self._kept(lambda: self._evaluate(value, context))

    def _kept(self, measure: Callable[[], Evaluation]) -> Evaluation:
        """What a measurement gives; what it raises as an evaluation."""
        try:
            return measure()
        except Exception as error:  # a loss may be anyone's code; its failure must not end a batch
            return self._told(error)

    def _told(self, error: Exception) -> Evaluation:
        """What was raised as an evaluation; an EngineError is raised again."""
        if isinstance(error, InvalidMoleculeError):
            return Evaluation(self.name, Status.INVALID, reason=error.why)
        if isinstance(error, UnparsableAnswerError):  # about this value only: another may be answered well
            return Evaluation(self.name, Status.FAILED, reason=str(error))
        if isinstance(error, EngineError):  # nobody to ask, whatever the value: the user must know before all rows fail
            raise error
        details = {PASSING: True} if may_pass(error, self.passing) else {}
        return Evaluation(self.name, Status.FAILED, reason=f"{type(error).__name__}: {error}", details=details)

    def evaluate(self, values: Sequence[str], contexts: Sequence[Context] | None = None) -> list[Evaluation]:
        """Measure values.

        Args:
            values: the values.
            contexts: as for `stream`.

        Returns:
            An evaluation for each value, in the same order.
        """
        results: dict[int, Evaluation] = {}
        for i, evaluation in self.stream(values, contexts):
            results[i] = evaluation
        return [results[i] for i in range(len(values))]

    def exact(self, values: Sequence[str], *, quick: bool = False) -> list[Evaluation]:
        """Measure only what is free.

        Args:
            values: the values.
            quick: leave out what is slow, too.

        Returns:
            An evaluation for each value; PENDING where the loss is expensive, or slow and `quick` is set.
        """
        if self.expensive or (quick and self.slow):
            return [self.pending()] * len(values)
        return self.evaluate(values)

    def screen(self, values: Sequence[str], parent: str) -> list[float | None]:
        """A rough score of each value, to rank hundreds of candidates before the best are looked at exactly.

        The exact score by default. A loss that takes more than about 0.1 ms a value gives a quicker guess here, or
        None: then it has no part in this ranking. Scores are compared with each other only, never with `exact`.

        Args:
            values: valid values of the domain.
            parent: the value that the others were made from, for what is quicker to know of a small change.

        Returns:
            A score or None for each value, in order.
        """
        del parent
        if self.expensive or self.slow:
            return [None] * len(values)
        return [evaluation.score for evaluation in self.exact(values, quick=True)]

    @classmethod
    def remade(cls, evaluation: Evaluation) -> Loss | None:
        """The loss that made an evaluation, from the arguments in its details; None where they are not there.

        Args:
            evaluation: of this kind of loss.
        """
        if cls.remade_from is None or not set(cls.remade_from) <= evaluation.details.keys():
            return None
        return cls(**{name: evaluation.details[name] for name in cls.remade_from})

    def filled(self, evaluation: Evaluation, predict: Predict, sign: float = 1.0, path: str = "") -> Evaluation:
        """The evaluation with each unmeasured number replaced by a prediction, to estimate a total.

        Args:
            evaluation: what is there, with PENDING terms.
            predict: called as `predict(term, sign)` for every pending term, named as in `Evaluation.all_terms`;
                `sign` is that of the weight the term will get, so that a bound can be taken on the right side. None
                leaves the term without a contribution, as words are.
            sign: the sign of the weight of what holds this loss.
            path: what stands before the term's name.
        """
        if evaluation.status is not Status.PENDING:
            return evaluation
        guess = predict(replace(evaluation, loss=path + evaluation.loss), sign)
        return Evaluation(evaluation.loss, Status.OK, guess, weight=evaluation.weight)

    def derive(self, value: str, evaluation: Evaluation, around: Sequence[Beside]) -> Evaluation:  # noqa: ARG002 - for composites
        """The evaluation with what is read off other terms filled in, see `Derived`; nothing is measured.

        Args:
            value: what was measured.
            evaluation: the evaluation so far.
            around: the terms of the composites that hold this loss with their evaluations, the innermost first.
        """
        return evaluation

    def reopened(self, evaluation: Evaluation) -> Evaluation:
        """The evaluation without failures that may pass: pending, so that they are measured again.

        Args:
            evaluation: what was measured.
        """
        return self.pending() if evaluation.may_pass else evaluation

    def check(self) -> None:
        """Raise the error, if there is one, that would meet every value; nothing is measured."""

    def with_result(
        self, evaluation: Evaluation, value: Any, term: str | None = None, *, replace_old: bool = False
    ) -> Evaluation:
        """The evaluation with a result from outside put in; only an assay takes one.

        Args:
            evaluation: the evaluation so far.
            value: the result: a number in the loss's own unit, or what else the loss takes.
            term: the name of the term, where this is a composite.
            replace_old: whether a result that is there already may be replaced.

        Raises:
            SettingsChangedError: this loss takes no results.
        """
        del evaluation, value, term, replace_old  # for those that do
        raise SettingsChangedError(f"{self.name!r} takes no result from outside; add mg.Assay() to the loss")

    def doubtful(self, evaluation: Evaluation) -> bool:  # noqa: ARG002 - for losses that can be repeated
        """Whether measuring the value again would make its score more certain; False for a loss that cannot repeat.

        Args:
            evaluation: what was measured so far.
        """
        return False

    def repeat(self, value: str, evaluation: Evaluation, context: Context) -> Evaluation:  # noqa: ARG002 - as above
        """The evaluation with one more, independent measurement of the value in it; by default nothing is measured.

        Where the new measurement fails, the evaluation stays as it was.

        Args:
            value: what was measured.
            evaluation: what was measured so far.
            context: as for `stream`.
        """
        return evaluation

    def shared(self, evaluation: Evaluation) -> Context:  # noqa: ARG002 - as above
        """What the other terms of a composite must know to measure the same thing; nothing by default.

        Args:
            evaluation: what this loss measured.

        Returns:
            Entries of their context for this value, such as the species that was docked.
        """
        return {}

    def close(self) -> None:
        """Let go of processes and connections; the next measurement opens them again."""

    def term(self, term: str) -> Loss | None:  # noqa: ARG002 - a composite looks the term up
        """The loss that measures a term; None where there is none of that name.

        Args:
            term: the name as in `Evaluation.all_terms`.
        """
        return self

    def pending(self, reason: str = NOT_MEASURED) -> Evaluation:
        """An evaluation without a result.

        Args:
            reason: why there is none.
        """
        return Evaluation(self.name, Status.PENDING, reason=reason, kind=self.kind)

    def all_terms(self) -> list[Loss]:
        """The losses that measure: this one, or the terms of a composite taken apart."""
        return [self]

    def __call__(self, variable: Variable, *others: Variable) -> Variable:
        """Measure a variable, or several together where the loss can, and hang the result on the graph."""
        if others:
            return self._over([variable, *others])
        context = {"role_description": variable.role_description}
        return self.node(variable, self.evaluate([variable.value], [context])[0])

    def _over(self, variables: Sequence[Variable]) -> Variable:
        raise TypeError(f"{self.name} measures one variable, not {len(variables)}; mg.FunctionLoss and mg.TextLoss do")

    def node(self, variable: Variable, evaluation: Evaluation) -> Variable:
        """The graph of an evaluation that is already there; nothing is measured.

        Args:
            variable: what was measured; it remembers the evaluation.
            evaluation: the evaluation.
        """
        variable.record(evaluation, self)
        self.last = evaluation
        return self._node(variable, evaluation)

    def _node(self, variable: Variable, evaluation: Evaluation) -> Variable:
        shown = f"{evaluation.score:.4f}" if evaluation.score is not None else evaluation.text or evaluation.reason
        role = f"{evaluation.loss} of the {variable.role_description}"
        return computed(shown, role, [variable], Measured(evaluation.loss, self), evaluation)

    def __add__(self, other: LossLike) -> Sum:
        from molgrad.autograd.composite import added  # a composite is a Loss, so it is defined later

        return added(self, other)

    def __radd__(self, other: LossLike) -> Loss:
        if other == 0:  # sum([...]) starts from 0
            return self
        from molgrad.autograd.composite import added

        return added(other, self)

    def __mul__(self, weight: float) -> Sum:
        from molgrad.autograd.composite import scaled

        return scaled(self, weight)

    __rmul__ = __mul__

    def __neg__(self) -> Sum:
        return self * -1.0

    def __sub__(self, other: LossLike) -> Sum:
        from molgrad.autograd.composite import added, as_loss

        return added(self, as_loss(other) * -1.0)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in self.spec().items() if k != 'loss')})"


LossLike = Loss | Callable[[str], float] | int


def settled(evaluation: Evaluation | None) -> bool:
    """Whether nothing is left to measure; an assay whose result is out waits for a person and counts as settled.

    Args:
        evaluation: an evaluation, or None for a value that was never measured.
    """
    if evaluation is None or evaluation.ok:
        return evaluation is not None
    if evaluation.terms:
        return all(settled(term) for term in evaluation.terms)
    return evaluation.status is not Status.PENDING or evaluation.reason != NOT_MEASURED
