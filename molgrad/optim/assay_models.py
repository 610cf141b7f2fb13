"""The surrogates of a loss's assays, with the docking scores that help them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from molgrad.autograd.domain import Features
from molgrad.autograd.loss import Loss
from molgrad.evaluation import DOCKING, Evaluation
from molgrad.optim.archive import Archive
from molgrad.optim.assay_surrogate import WORTH, AssaySurrogate
from molgrad.optim.assay_view import AssayView, Result
from molgrad.optim.features import Array
from molgrad.optim.record import Record
from molgrad.optim.surrogate import EXACT

LEAST_SCALE = 0.3  # kcal/mol: docking scores that lie closer together say nothing
LEAST_TOLD = 5  # results from which on it is told what docking counts
LITTLE = 0.1  # weights up to which docking is said to count little

Evaluated = Mapping[str, Evaluation]
Means = Mapping[str, Sequence[tuple[float, float]]]
Known = tuple[tuple[tuple[str, Result], ...], tuple[tuple[float, ...], ...]]  # results, docking scores of each


class AssayModels:
    """Predicts assays on their own scales from everything told.

    A molecule that was not docked gets the docking score that the docking surrogate expects; without one it counts as
    average.

    Args:
        loss: of what is optimized.
        features: of a value.
        exact: results up to which a surrogate uses all.
    """

    def __init__(self, loss: Loss, features: Callable[[str], Features], exact: int = EXACT) -> None:
        self._features, self._exact = features, exact
        named = {term.loss: loss.term(term.loss) for term in loss.pending().all_terms()}
        views = {name: AssayView.of(term) for name, term in named.items()}
        self.views = {name: view for name, view in views.items() if view is not None}
        self.docking = [name for name, term in named.items() if term is not None and term.kind == DOCKING]
        self._fitted: dict[str, tuple[Known, AssaySurrogate]] = {}

    def predict(
        self, name: str, values: Sequence[str], archive: Archive, docked: Means, evaluated: Evaluated
    ) -> list[tuple[float, float]] | None:
        """Mean and standard deviation of each value on the assay's scale; None where nothing was told of it.

        Args:
            name: of the assay.
            values: what to predict.
            archive: what was measured.
            docked: predictions of docking scores of the values.
            evaluated: what is known of values that are not in the archive.
        """
        view = self.views[name]
        told = [(r, result) for r in archive.records if (result := _result(view, name, r)) is not None]
        if not told:
            return None
        scale = self._scale(archive, evaluated)
        model = self._model(name, view, told, scale)
        columns = [_column(term, values, archive, docked, evaluated) for term in self.docking]
        found = model.predict([self._features(value) for value in values], _standard(columns, scale, len(values)))
        return list(zip(found.mean.tolist(), found.sd.tolist(), strict=True))

    def _model(self, name: str, view: AssayView, told: Sequence[tuple[Record, Result]], scale: Array) -> AssaySurrogate:
        """The assay's surrogate, fitted anew where anything that it rests on changed: results are corrected, too."""
        scores = tuple(tuple(_score(record.evaluation, term) for term in self.docking) for record, _ in told)
        known: Known = (tuple((record.value, result) for record, result in told), scores)
        before = self._fitted.get(name)
        if before is not None and repr(before[0]) == repr(known):  # nan equals itself in words only
            return before[1]
        results = [result for _, result in told]
        at = np.array([result.at for result in results])
        alone = len(self.docking) == 1  # of several receptors nobody knows which the assay is about
        worth = [WORTH * view.follows_docking if alone else 0.0 for _ in self.docking]
        columns = [[row[k] for row in scores] for k in range(len(self.docking))]
        model = AssaySurrogate(view.spread(at), worth, self._exact).fit(
            [self._features(record.value) for record, _ in told],
            at.tolist(),
            [result.side for result in results],
            [result.sd for result in results],
            _standard(columns, scale, len(told)),
        )
        self._fitted[name] = (known, model)
        return model

    def _scale(self, archive: Archive, evaluated: Evaluated) -> Array:
        """Mean and deviation of each docking score among all that were measured; shape (terms, 2)."""
        known = [*(record.evaluation for record in archive.records), *evaluated.values()]
        scales = []
        for term in self.docking:
            scores = np.array([_score(one, term) for one in known])
            scores = scores[~np.isnan(scores)]
            scales.append((scores.mean(), max(float(scores.std()), LEAST_SCALE)) if scores.size else (0.0, 1.0))
        return np.array(scales).reshape(-1, 2)

    @property
    def notes(self) -> list[str]:
        """What docking counts in each assay's predictions, in words."""
        said = []
        for name, (known, model) in self._fitted.items():
            if len(known[0]) < LEAST_TOLD:
                continue
            for term, weight in zip(self.docking, model.weights.tolist(), strict=True):
                said.append(_told(name, term, self.views[name].follows_docking or 1.0, weight))
        return said


def _told(assay: str, term: str, sign: float, weight: float) -> str:
    """What a docking score counts, as a sentence that stays the same while the weight does."""
    worth = sign * weight
    how = (
        f"{term} ranks the other way than {assay} does"
        if worth < -LITTLE
        else f"{term} says little of {assay}"
        if worth <= LITTLE
        else f"{term} ranks as {assay} does"
    )
    return (
        f"{how}: it now counts {worth:.1f} in predictions of {assay} "
        "(1: a standard deviation of the docking score moves the result by one of its own)"
    )


def _result(view: AssayView, name: str, record: Record) -> Result | None:
    for term in record.evaluation.all_terms():
        if term.loss == name:
            return view.result(term)
    return None


def _score(evaluation: Evaluation, name: str) -> float:
    """The score of a term; nan where it has none."""
    for term in evaluation.all_terms():
        if term.loss == name and term.score is not None:
            return term.score
    return math.nan


def _column(term: str, values: Sequence[str], archive: Archive, docked: Means, evaluated: Evaluated) -> list[float]:
    """The docking score of each value: measured, else predicted, else nan."""
    guesses = docked.get(term) or [(math.nan, math.nan)] * len(values)
    found = []
    for value, (guess, _) in zip(values, guesses, strict=True):
        record = archive.of(value)
        one = record.evaluation if record is not None else evaluated.get(value)
        score = math.nan if one is None else _score(one, term)
        found.append(guess if math.isnan(score) else score)
    return found


def _standard(columns: Sequence[Sequence[float]], scale: Array, n: int) -> Array:
    """Docking scores in deviations from their mean, shape (n, terms); 0 where there is none."""
    if not columns:
        return np.zeros((n, 0))
    scores = (np.array(columns, dtype=float).T - scale[:, 0]) / scale[:, 1]
    return np.nan_to_num(scores, nan=0.0)
