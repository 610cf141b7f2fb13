"""The surrogates of a loss, one for each expensive term, fitted to everything measured."""

from __future__ import annotations

from collections.abc import Sequence

from molgrad.autograd.domain import Domain, Features
from molgrad.autograd.loss import Loss
from molgrad.evaluation import Status
from molgrad.optim.archive import Archive
from molgrad.optim.assay_models import AssayModels, Evaluated
from molgrad.optim.features import tanimoto
from molgrad.optim.inducing import POINTS
from molgrad.optim.record import Record
from molgrad.optim.surrogate import EXACT, Surrogate

Data = Sequence[tuple[Features, float, float | None]]  # of a term: features, score, its standard deviation


class Models:
    """Predicts the expensive terms of values from an archive, and remembers features.

    Args:
        loss: of what is optimized.
        domain: of the values.
        exact: measurements up to which surrogates are exact; sparse beyond.
    """

    def __init__(self, loss: Loss, domain: Domain, exact: int = EXACT) -> None:
        self.loss, self.domain, self.exact = loss, domain, exact
        self._features: dict[str, Features] = {}
        self._fitted: dict[str, tuple[tuple[int, int], Surrogate]] = {}
        self._telling: Sequence[Record] = ()
        self.assays = AssayModels(loss, self.features, exact)

    def features(self, value: str) -> Features:
        """Of a value, remembered until `forget`: neighbours come back batch after batch."""
        if value not in self._features:
            self._features[value] = self.domain.features(value)
        return self._features[value]

    @property
    def remembered(self) -> int:
        """How many values' features are kept in memory."""
        return len(self._features)

    def forget(self, value: str) -> None:
        """Drop the features of a value that left the pool."""
        self._features.pop(value, None)

    def similarities(self, values: Sequence[str], other: str) -> list[float]:
        """Tanimoto similarity of each value's feature counts to those of another."""
        kernel = tanimoto([self.features(value) for value in values], [self.features(other)])
        return [float(row) for row in kernel[:, 0]]

    def predict(
        self, values: Sequence[str], archive: Archive, evaluated: Evaluated | None = None
    ) -> dict[str, list[tuple[float, float]]]:
        """For each expensive term that was measured before, mean and standard deviation of each value's score.

        Args:
            values: what to predict.
            archive: what was measured.
            evaluated: what is known of values that are not in the archive, such as docking scores.
        """
        predictions = self.besides_assays(values, archive)
        for name, view in self.assays.views.items() if values else ():
            if (read := self.assays.predict(name, values, archive, predictions, evaluated or {})) is not None:
                predictions[name] = [view.score(mean, sd) for mean, sd in read]
        return predictions

    def besides_assays(self, values: Sequence[str], archive: Archive) -> dict[str, list[tuple[float, float]]]:
        """As `predict`, of the expensive terms that are no assays.

        Args:
            values: what to predict.
            archive: what was measured.
        """
        if not values:
            return {}
        features = [self.features(value) for value in values]
        known = self.loss.exact([values[0]])[0]
        predictions: dict[str, list[tuple[float, float]]] = {}
        telling = self._told(archive)
        pending = sorted({term.loss for term in known.all_terms() if term.status is Status.PENDING})
        for name in (one for one in pending if one not in self.assays.views):
            data = [
                (self.features(record.value), score, sd)
                for record in telling
                for term, score, sd in archive.seen(record).terms
                if term == name and score is not None
            ]
            if data:
                left_out = len(archive.records) if len(telling) < len(archive.records) else 0
                found = self._model(name, data, left_out).predict(features)
                least = self.least(name)
                mean = found.mean if least is None else found.mean.clip(min=least)
                predictions[name] = list(zip(mean.tolist(), found.sd.tolist(), strict=True))
        return predictions

    def expected(
        self, values: Sequence[str], archive: Archive, evaluated: Evaluated | None = None
    ) -> list[dict[str, tuple[float, float, float]]]:
        """For each value what every expensive term that was measured before is expected to give, in its own unit.

        Args:
            values: measured or not; what was measured of a value is used to predict it.
            archive: what was measured.
            evaluated: as in `predict`.

        Returns:
            For each value {term: (value, low, high)} with the interval that holds the truth with 68 %: in the assay's
            unit for an assay, see `AssayView.in_unit`; else a score (kcal/mol for docking).
        """
        scores = self.predict(values, archive, evaluated)
        found = {name: [(mean, mean - sd, mean + sd) for mean, sd in rows] for name, rows in scores.items()}
        for name, view in self.assays.views.items():
            if (read := self.assays.predict(name, values, archive, scores, evaluated or {})) is not None:
                found[name] = [view.in_unit(mean, sd) for mean, sd in read]
        return [{name: rows[i] for name, rows in found.items()} for i in range(len(values))]

    def estimates(self, archive: Archive) -> dict[str, float]:
        """The totals of records of which one assay is back and another is not: what is missing is predicted.

        Args:
            archive: what was measured.
        """
        waiting = [
            record
            for record in archive.records
            if record.evaluation.status is Status.PENDING
            and any(t.loss in self.assays.views and t.score is not None for t in record.evaluation.all_terms())
        ]
        predicted = self.predict([record.value for record in waiting], archive)
        found = {}
        for place, record in enumerate(waiting):
            means = {name: rows[place][0] for name, rows in predicted.items()}
            total = self.loss.filled(record.evaluation, lambda term, _, means=means: means.get(term.loss)).score  # type: ignore[misc]
            if total is not None and means.keys() >= _missing(record):
                found[record.value] = total
        return found

    def least(self, name: str) -> float | None:
        """The best score that a term can have, where that is known.

        Args:
            name: of the term.
        """
        term = self.loss.term(name)
        return None if term is None else term.least

    def _told(self, archive: Archive) -> Sequence[Record]:
        """What is learned from; the features of what no longer is are dropped."""
        telling = archive.telling()
        if telling is not self._telling:
            left = {record.value for record in self._telling} - {record.value for record in telling}
            self._telling = telling
            for value in left:
                self.forget(value)
        return telling

    def _model(self, name: str, data: Data, of: int) -> Surrogate:
        """The term's surrogate; measurements are only ever added, so their number tells whether it is still good.

        Args:
            name: of the term.
            data: what is learned from.
            of: measurements in all, where that is only a part of them; else 0.
        """
        known = self._fitted.get(name)
        if known is None or known[0] != (len(data), of):
            term = self.loss.term(name)
            priors = ((), 1.0) if term is None else (term.prior_slopes, term.prior_spread)
            features, scores, sds = zip(*data, strict=True)
            fitted = Surrogate(*priors, self.exact).fit(features, scores, sds)
            known = self._fitted[name] = ((len(data), of), fitted)
        return known[1]

    @property
    def notes(self) -> list[str]:
        """What is approximated, in words."""
        most = max((n for (n, _), _ in self._fitted.values()), default=0)
        if most <= self.exact:
            return self.assays.notes
        return [
            *self.assays.notes,
            f"predictions are approximate from {self.exact} measurements on: the surrogate sees all of them through "
            f"{POINTS} (SearchSettings.exact)",
        ]


def _missing(record: Record) -> set[str]:
    """The terms of a record that are not back."""
    return {term.loss for term in record.evaluation.all_terms() if term.status is Status.PENDING}
