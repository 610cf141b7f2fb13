"""Losses that read what another term of the same composite measured, and measure nothing themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from molgrad.autograd.loss import Beside, Context, Loss, settled
from molgrad.errors import ConflictingSettingsError, InvalidMoleculeError
from molgrad.evaluation import Evaluation, Status


class Derived(Loss):
    """A term computed from the evaluation of another term of the same composite.

    It costs nothing, and is unknown until its source is measured: a surrogate models it like the source.
    The author writes `reads` and `_derive`, and `_accept` where a source can be wrong for every value.

    Source: the one term of its own composite that it `reads`; where there is none, of the composite around that.
    Failure: PENDING while the source is; INVALID or FAILED as the source is; what `_derive` raises is FAILED.
        Alone, or where several sources could be meant, measuring raises ConflictingSettingsError.

    Attributes:
        beside: what to write beside it, for the error message.
        choose: how to say which of several sources is meant.
    """

    expensive = True
    beside: str = "a term to read"
    choose: str = "leave one out"

    def reads(self, loss: Loss) -> bool:
        """Whether a loss could be the source.

        Args:
            loss: another term of the composite.
        """
        raise NotImplementedError

    def _accept(self, source: Loss) -> None:
        """Raise a MolgradError for a source with which no value could be judged."""

    def _derive(self, value: str, source: Loss, measured: Evaluation) -> Evaluation:
        """What the source's evaluation, which is OK, means; may raise."""
        raise NotImplementedError

    def derive(self, value: str, evaluation: Evaluation, around: Sequence[Beside]) -> Evaluation:
        """The evaluation read off its source, as far as that is there.

        Raises:
            ConflictingSettingsError: no source, or several.
        """
        if settled(evaluation):
            return evaluation
        source, measured = self._source(around)
        self._accept(source)
        if measured.status is Status.PENDING:
            return evaluation
        if not measured.ok:
            why = f"left out: {measured.loss}, which it reads, gave no result"
            return Evaluation(self.name, measured.status, reason=why)
        try:
            return self._derive(value, source, measured)
        except InvalidMoleculeError as error:
            return Evaluation(self.name, Status.INVALID, reason=error.why)
        except Exception as error:  # as in Loss: a failure must not end a batch
            return Evaluation(self.name, Status.FAILED, reason=f"{type(error).__name__}: {error}")

    def _source(self, around: Sequence[Beside]) -> tuple[Loss, Evaluation]:
        for level in around:
            found = [pair for pair in level if self.reads(pair[0])]
            if len(found) > 1:
                raise ConflictingSettingsError(f"{self!r} could read {len(found)} terms; {self.choose}")
            if found:
                return found[0]
        raise ConflictingSettingsError(f"{self!r} reads another term and there is none: write {self.beside} + {self!r}")

    def reopened(self, evaluation: Evaluation) -> Evaluation:
        """To be read anew from a source that may give a result this time."""
        return evaluation if evaluation.ok else self.pending()

    def check(self) -> None:
        """Raises ConflictingSettingsError: alone there is nothing to read."""
        self._source(())

    def _stream(self, values: Sequence[str], contexts: Sequence[Context]) -> Iterator[tuple[int, Evaluation]]:
        del contexts
        if values:
            self.check()
        yield from ()
