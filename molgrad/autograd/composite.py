"""Losses made of losses: weighted sums and maxima."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from molgrad.autograd.compose import as_weight, maximum_of, sum_of, term_names
from molgrad.autograd.derived import Derived
from molgrad.autograd.function import Function as Function  # as_loss makes one of any function
from molgrad.autograd.functional import node_of, total
from molgrad.autograd.loss import NOT_MEASURED, Beside, Context, Loss, LossLike, Predict, settled
from molgrad.autograd.several import remember
from molgrad.autograd.variable import Variable
from molgrad.errors import SettingsChangedError
from molgrad.evaluation import Evaluation, Status


def measured_by(variable: Variable, evaluations: Sequence[Evaluation]) -> Loss | None:
    """The sum of the losses that made these evaluations of a variable's value; None where one of them is not known.

    Args:
        variable: remembers what measured it, see `Variable.record`.
        evaluations: the terms in order; each is found again by its kind, score and text, since sums rename terms.
    """

    def mark(one: Evaluation) -> tuple[object, ...]:
        return one.kind, one.score, one.text, tuple(one.raw)

    known: dict[tuple[object, ...], Loss] = {}
    for measurement in variable.measurements:
        if isinstance(measurement.loss, Loss) and measurement.value == variable.value:
            terms = measurement.evaluation.all_terms()
            for loss, term in zip(measurement.loss.all_terms(), terms, strict=True):
                known[mark(term)] = loss
    found = [(one.weight, known.get(mark(one))) for evaluation in evaluations for one in evaluation.all_terms()]
    parts = [(weight, loss) for weight, loss in found if loss is not None]
    return Sum(parts) if parts and len(parts) == len(found) else None


def as_loss(item: LossLike) -> Loss:
    """The loss itself, or a `Function` loss made of any other callable.

    Args:
        item: a Loss, or a function of the value that returns a number.

    Raises:
        TypeError: it is neither.
    """
    if isinstance(item, Loss):
        return item
    if callable(item):
        return Function(item)
    raise TypeError(f"a loss is a Loss or a function of the value, not {type(item).__name__} {item!r}")


def added(first: LossLike, second: LossLike) -> Sum:
    """The sum of two losses. Sums among them are taken apart, so that every term stays visible."""
    return Sum([*_parts(as_loss(first)), *_parts(as_loss(second))])


def summed(*items: Variable | LossLike | Sequence[Variable] | Sequence[LossLike]) -> Variable | Sum:
    """The sum of measured variables, of texts or of losses: `mg.sum(a, b)` or `mg.sum([a, b])`.

    Args:
        *items: variables or losses, one by one or in lists.

    Returns:
        A variable where variables were given, a loss where losses were.

    Raises:
        TypeError: variables and losses are mixed.
        ValueError: nothing to sum.
    """
    flat = [part for item in items for part in (item if isinstance(item, Sequence) else (item,))]
    if not flat:
        raise ValueError("sum() of nothing has no meaning; give at least one variable or loss")
    variables = [part for part in flat if isinstance(part, Variable)]
    if len(variables) == len(flat):
        return total(variables)
    if variables:
        raise TypeError("sum() takes variables or losses, not both; apply the losses to a variable first")
    return Sum([part for item in flat for part in _parts(as_loss(item))])  # type: ignore[arg-type]  # no Variable here


def scaled(loss: Loss, weight: float) -> Sum:
    """A loss times a number, as a sum of its terms.

    Args:
        loss: a loss; of a sum every weight is multiplied.
        weight: a finite number.
    """
    factor = as_weight(weight)
    return Sum([(factor * w, part) for w, part in _parts(loss)])


def _parts(loss: Loss) -> list[tuple[float, Loss]]:
    return list(loss.terms) if isinstance(loss, Sum) else [(1.0, loss)]


NO_ASSAY = (
    "the objective has no assay, so there is nothing to fill in or to tell a result for; add one: molgrad ask RUN -n 8 "
    """--revise --term 'loss = "assay", name = "ic50", unit = "nM", target = 10' (repeat the terms that are to stay, """
    """such as --term 'loss = "docking", weight = 0.1'), in Python loss + mg.Assay("ic50", unit="nM", target=10) """
    "with revise=True"
)


class Composite(Loss):
    """A loss made of weighted losses; every term keeps its weight, raw values and contribution."""

    terms: list[tuple[float, Loss]]

    def _combine(self, terms: Sequence[Evaluation]) -> Evaluation:
        raise NotImplementedError

    @property
    def expensive(self) -> bool:  # type: ignore[override]  # derived from the terms, not set
        """Whether any term is."""
        return any(loss.expensive for _, loss in self.terms)

    @property
    def cost(self) -> int:  # type: ignore[override]  # derived from the terms, not set
        """The terms' costs together: a molecule docked into two receptors costs two."""
        return sum(loss.cost for _, loss in self.terms)

    def all_terms(self) -> list[Loss]:
        """The losses that measure, composites taken apart."""
        return [term for _, loss in self.terms for term in loss.all_terms()]

    @property
    def unit_of_cost(self) -> str:  # type: ignore[override]  # derived from the terms, not set
        """That of the terms: the first that is more than "measured"."""
        units = [term.unit_of_cost for term in self.all_terms()]
        return next((unit for unit in units if unit != Loss.unit_of_cost), Loss.unit_of_cost)

    def measured(self, evaluation: Evaluation) -> list[tuple[Loss, Evaluation]]:
        """Each term that measures, with its part of an evaluation; composites are taken apart."""
        pairs = [(loss, term) for (_, loss), term in zip(self.terms, evaluation.terms, strict=True)]
        parts = (loss.measured(term) if isinstance(loss, Composite) else [(loss, term)] for loss, term in pairs)
        return [pair for part in parts for pair in part]

    def derive(self, value: str, evaluation: Evaluation, around: Sequence[Beside]) -> Evaluation:
        """Every derived term read off its source, one in a composite within this one too."""
        if not any(isinstance(term, Derived) for term in self.all_terms()):
            return evaluation
        levels = [self.measured(evaluation), *around]
        pairs = zip(self.terms, self._known_terms(evaluation), strict=True)
        return self._weighted([loss.derive(value, term, levels) for (_, loss), term in pairs])

    def check(self) -> None:
        """Raises ConflictingSettingsError: a derived term has nothing to read, or several terms."""
        self.derive("", self.pending(), ())

    def spec(self) -> dict[str, Any]:
        """The terms with their weights."""
        return {"loss": self.name, "terms": [{"weight": w, **loss.spec()} for w, loss in self.terms]}

    def pending(self, reason: str = NOT_MEASURED) -> Evaluation:
        """Every term pending."""
        return self._weighted([loss.pending(reason) for _, loss in self.terms])

    def assembled(self, evaluations: Sequence[Evaluation]) -> Evaluation:
        """The evaluation of terms that were measured one by one.

        Args:
            evaluations: of each term, in order; their names and weights are set.
        """
        return self._weighted(evaluations)

    def _weighted(self, evaluations: Sequence[Evaluation]) -> Evaluation:
        named = zip(self.terms, self.term_names(), evaluations, strict=True)
        return self._combine([replace(e, loss=name, weight=w, kind=loss.kind) for (w, loss), name, e in named])

    def term_names(self) -> list[str]:
        """The names of the terms in their evaluations, in order: `contact_ILE9` where several have one name."""
        return term_names([(loss.name, loss.told_by) for _, loss in self.terms])

    def exact(self, values: Sequence[str], *, quick: bool = False) -> list[Evaluation]:
        """The free terms; the others PENDING."""
        columns = [loss.exact(values, quick=quick) for _, loss in self.terms]
        return [self._weighted(row) for row in zip(*columns, strict=True)]

    @property
    def takes_results(self) -> bool:  # type: ignore[override]  # derived from the terms, not set
        """Whether any term does."""
        return any(loss.takes_results for _, loss in self.terms)

    def with_result(
        self, evaluation: Evaluation, value: Any, term: str | None = None, *, replace_old: bool = False
    ) -> Evaluation:
        """The evaluation with a result from outside put into one term; `term` is `outer.inner` in a nested composite.

        Raises:
            SettingsChangedError: no term takes a result, several do and none was named, or it has one already.
        """
        head, _, rest = (term or "").partition(".")
        named = list(enumerate(self.term_names()))
        takers = [k for k, name in named if self.terms[k][1].takes_results and head in ("", name)]
        if len(takers) != 1:
            known = ", ".join(name for k, name in named if self.terms[k][1].takes_results)
            if not known:
                raise SettingsChangedError(NO_ASSAY)
            raise SettingsChangedError(f"name the term that the result is for (terms that take results: {known})")
        k = takers[0]
        done = self._known_terms(evaluation)
        done[k] = self.terms[k][1].with_result(done[k], value, rest or None, replace_old=replace_old)
        return self._weighted(done)

    def doubtful(self, evaluation: Evaluation) -> bool:
        """Whether any term is."""
        return any(loss.doubtful(term) for (_, loss), term in zip(self.terms, evaluation.terms, strict=True))

    def repeat(self, value: str, evaluation: Evaluation, context: Context) -> Evaluation:
        """Every term that can be repeated measured once more, and what is derived from it read anew."""
        return self.derive(value, self._repeated(value, evaluation, context), ())

    def _repeated(self, value: str, evaluation: Evaluation, context: Context) -> Evaluation:
        done, known = [], self._known_terms(evaluation)
        if sum(bool(loss.shared(term)) for (_, loss), term in zip(self.terms, known, strict=True)) > 1:
            context = {**self._shared(known), **context}  # one alone is free to choose anew
        for (_, loss), term in zip(self.terms, known, strict=True):
            again = loss._repeated if isinstance(loss, Composite) else loss.repeat
            done.append(loss.pending() if isinstance(loss, Derived) else again(value, term, context))
        return self._weighted(done)

    def reopened(self, evaluation: Evaluation) -> Evaluation:
        """The terms that failed in a way that may pass pending, and what is read off them; the others as they were."""
        if not evaluation.may_pass:
            return evaluation
        pairs = zip(self.terms, self._known_terms(evaluation), strict=True)
        return self._weighted([loss.reopened(term) for (_, loss), term in pairs])

    def shared(self, evaluation: Evaluation) -> Context:
        """What its terms tell one another, the first that was measured before the others."""
        return self._shared(evaluation.terms)

    def _shared(self, terms: Sequence[Evaluation]) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for (_, loss), term in zip(self.terms, terms, strict=True):
            told = {**loss.shared(term), **told}
        return told

    def _over(self, variables: Sequence[Variable]) -> Variable:
        parts = [loss(*variables) for _, loss in self.terms]
        whole = self._weighted([part.evaluation for part in parts if part.evaluation is not None])
        remember(self, variables, whole)
        return node_of(whole, parts, self.name)

    def close(self) -> None:
        """Close every term."""
        for _, loss in self.terms:
            loss.close()

    def term(self, term: str) -> Loss | None:
        """The loss that measures the term of this name."""
        head, _, rest = term.partition(".")
        names = self.term_names()
        found = (loss for name, (_, loss) in zip(names, self.terms, strict=True) if name == head)
        return next((loss.term(rest or head) for loss in found), None)

    def filled(self, evaluation: Evaluation, predict: Predict, sign: float = 1.0, path: str = "") -> Evaluation:
        """Predictions for the pending terms, combined as measurements would be."""
        done = []
        for (weight, loss), term in zip(self.terms, evaluation.terms, strict=True):
            inner = f"{path}{term.loss}." if isinstance(loss, Composite) else path
            side = math.copysign(sign, sign * weight)
            done.append(replace(loss.filled(term, predict, side, inner), weight=weight))
        return self._combine(done)

    def stream(
        self,
        values: Sequence[str],
        contexts: Sequence[Context] | None = None,
        known: Sequence[Evaluation | None] | None = None,
    ) -> Iterator[tuple[int, Evaluation]]:
        """Free terms first: a value that they find unsound costs no dock. Then each expensive one.

        What is derived from a term is there with it.
        """
        self.check()
        whole = contexts or [{}] * len(values)
        finished: set[int] = set()
        for i, evaluation in self._rows(values, whole, known or [None] * len(values)):
            if i not in finished:
                done = self.derive(values[i], evaluation, ())
                if settled(done):
                    finished.add(i)
                yield i, done

    def _rows(
        self, values: Sequence[str], contexts: Sequence[Context], known: Sequence[Evaluation | None]
    ) -> Iterator[tuple[int, Evaluation]]:
        """As `stream`, derived terms left pending: what they read may stand in a composite around this one."""
        table = [self._known_terms(e) for e in known]
        order = sorted(range(len(self.terms)), key=lambda k: (self.terms[k][1].expensive, k))
        reported: set[int] = set()
        for k in order:
            loss = self.terms[k][1]
            if isinstance(loss, Derived):
                continue
            rows = [i for i in range(len(values)) if not self._hopeless(table[i])]
            measure = loss._rows if isinstance(loss, Composite) else loss.stream
            informed = [{**self._shared(table[i]), **contexts[i]} for i in rows]
            found = measure([values[i] for i in rows], informed, [table[i][k] for i in rows])
            for place, term in found:
                i = rows[place]
                table[i][k] = term
                if loss.expensive:  # worth keeping as soon as it is there, even if other terms are not
                    yield i, self._weighted(table[i])
                    reported.add(i)
        for i in range(len(values)):
            if i not in reported or not settled(self._weighted(table[i])):
                yield i, self._closed(table[i])

    def _known_terms(self, evaluation: Evaluation | None) -> list[Evaluation]:
        if evaluation is None:
            return [loss.pending() for _, loss in self.terms]
        names = self.term_names()
        if [t.loss for t in evaluation.terms] != names:
            raise SettingsChangedError(
                f"stored terms are {[t.loss for t in evaluation.terms]}, those of the loss are {names}"
            )
        return [
            replace(t, weight=1.0, active=True, loss=loss.name)
            for t, (_, loss) in zip(evaluation.terms, self.terms, strict=True)
        ]

    @staticmethod
    def _hopeless(terms: Sequence[Evaluation]) -> bool:
        return any(term.status is Status.INVALID for term in terms)

    def _closed(self, terms: Sequence[Evaluation]) -> Evaluation:
        if not self._hopeless(terms):
            return self._weighted(terms)
        pairs = zip(self.terms, terms, strict=True)
        return self._weighted([self._left_out(loss, term) for (_, loss), term in pairs])

    @staticmethod
    def _left_out(loss: Loss, term: Evaluation) -> Evaluation:
        """An unmeasured term of an unsound value, settled so that no one comes back to measure it."""
        if settled(term):
            return term
        if isinstance(loss, Composite):
            inner = zip(loss.terms, loss._known_terms(term), strict=True)
            return loss._weighted([loss._left_out(part, t) for (_, part), t in inner])
        return replace(term, status=Status.INVALID, reason="left out: another term found the value unsound")

    def _node(self, variable: Variable, evaluation: Evaluation, path: str = "") -> Variable:
        parts = []
        for (_, loss), term in zip(self.terms, evaluation.terms, strict=True):
            if isinstance(loss, Composite):
                parts.append(loss._node(variable, replace(term, weight=1.0), f"{path}{term.loss}."))
            else:
                parts.append(loss._node(variable, replace(term, weight=1.0, loss=path + term.loss)))
        return node_of(evaluation, parts, self.name)


class Sum(Composite):
    """The weighted sum of losses, written `a + 10 * b`."""

    name = "total"

    def __init__(self, terms: Sequence[tuple[float, Loss]]) -> None:
        self.terms = [(as_weight(weight), loss) for weight, loss in terms]

    def _combine(self, terms: Sequence[Evaluation]) -> Evaluation:
        return sum_of(terms, self.name)


class Max(Composite):
    """The worst of several losses, written `mg.max(a, b)`: a molecule must satisfy all of them."""

    name = "max"

    def __init__(self, *losses: LossLike) -> None:
        if not losses:
            raise ValueError("max() of no losses has no meaning; give at least one")
        parts = [as_loss(loss) for loss in losses]
        self.terms = [p.terms[0] if isinstance(p, Sum) and len(p.terms) == 1 else (1.0, p) for p in parts]

    def _combine(self, terms: Sequence[Evaluation]) -> Evaluation:
        return maximum_of(terms, self.name)
