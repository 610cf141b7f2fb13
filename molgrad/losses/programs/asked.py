"""The base of losses that ask a program or a service about batches of molecules."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from itertools import count
from threading import RLock
from typing import Any

from molgrad.autograd.loss import Context, Loss
from molgrad.chem.parse import canonical
from molgrad.errors import InvalidMoleculeError, whole
from molgrad.evaluation import PASSING, Evaluation, Status
from molgrad.losses.programs.answer import evaluation_of
from molgrad.losses.programs.fault import NoAnswer
from molgrad.losses.programs.lines import Question, matched
from molgrad.losses.programs.scale import Scale, is_number

IN_A_ROW = 4  # molecules without an answer, before there was any, after which the rest is not asked
IN_ALL = 12  # the same once there were answers, and of one batch: each costs a start, or the whole time limit
MOST_KNOWN = 20_000  # answers that are kept; a step of the search looks at some hundred candidates
LONGEST_WAIT = 86_400.0  # seconds
_NOT_ASKED = "not asked"

Answer = dict[str, Any] | NoAnswer


class _Patience:
    """How long a program is asked on that does not answer."""

    def __init__(self) -> None:
        self._answered, self._row = False, 0

    def saw(self, answer: Answer) -> None:
        """Take note of what came of one molecule."""
        failed = isinstance(answer, NoAnswer)
        self._row = self._row + 1 if failed else 0
        self._answered = self._answered or not failed

    @property
    def over(self) -> bool:
        """Whether nothing more is asked."""
        return self._row >= (IN_ALL if self._answered else IN_A_ROW)


class AskedLoss(Loss):
    """Measures by asking; a subclass writes `_ask`, which answers a batch or raises NoAnswer.

    A batch without an answer is asked again molecule by molecule, so that one of them spoils only itself. When several
    in a row have none, the rest is not asked, and a warning says so once.

    Args:
        name: its name in tables.
        scale: from values to scores.
        timeout: seconds for the answers to one batch.
        batch: molecules sent together, at most.
        expensive: as of `Loss`.

    Raises:
        ValueError: a number out of bounds, or an empty name.
    """

    advice = ""  # what to do where nothing is answered

    def __init__(self, name: str, scale: Scale, timeout: float, batch: int, expensive: bool) -> None:
        if not isinstance(name, str) or not name.strip():
            raise ValueError("it needs a name")
        if not is_number(timeout) or not 0 < timeout <= LONGEST_WAIT:
            raise ValueError(f"timeout is a number of seconds above 0, at most {LONGEST_WAIT:g}, not {timeout!r}")
        self.name, self.scale, self.timeout, self.expensive = name, scale, float(timeout), bool(expensive)
        self.batch = whole("batch", batch, 1, 100_000)
        self._begin()

    def _begin(self) -> None:
        self._lock, self._numbers = RLock(), count(1)
        self._warned = False
        self._known: dict[str, Evaluation] = {}  # of a loss that is asked about every candidate, again and again

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in vars(self).items() if key not in ("_lock", "_numbers", "_known")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._begin()

    def _ask(self, questions: Sequence[Question]) -> list[dict[str, Any]]:
        """As many answers as questions, in any order if they are identified; NoAnswer where there are none."""
        raise NotImplementedError

    def spec(self) -> dict[str, Any]:
        """The arguments that decide a value and its score; how long and how many at once do not."""
        return {"loss": self.kind, "name": self.name, **self.scale.spec(), "expensive": self.expensive}

    def _evaluate(self, value: str, context: Context) -> Evaluation:
        return self.evaluate([value], [context])[0]

    def _stream(self, values: Sequence[str], contexts: Sequence[Context]) -> Iterator[tuple[int, Evaluation]]:
        del contexts
        sound: list[tuple[int, str]] = []
        for i, value in enumerate(values):
            try:
                smiles = canonical(value)
            except InvalidMoleculeError as error:
                yield i, Evaluation(self.name, Status.INVALID, reason=error.why)
                continue
            if smiles in self._known:
                yield i, self._known[smiles]
            else:
                sound.append((i, smiles))
        patience, lost = _Patience(), ""
        for first in range(0, len(sound), self.batch):
            part = sound[first : first + self.batch]
            with self._lock:
                answers = [NoAnswer(lost)] * len(part) if lost else self._answers([one for _, one in part], patience)
            if patience.over and not lost:
                lost = self._given_up(answers)
            for (i, one), answer in zip(part, answers, strict=True):
                yield i, self._kept_for_later(one, self._read(one, answer))

    def _answers(self, smiles: Sequence[str], patience: _Patience) -> Sequence[Answer]:
        try:
            found: Sequence[Answer] = self._asked(smiles)
        except NoAnswer as fault:
            if len(smiles) > 1:
                return self._one_by_one(smiles, patience)
            found = [fault]
        patience.saw(found[-1])
        return found

    def _asked(self, smiles: Sequence[str]) -> Sequence[Answer]:
        questions = [(str(number), one) for number, one in zip(self._numbers, smiles, strict=False)]
        return matched(questions, self._ask(questions))

    def _one_by_one(self, smiles: Sequence[str], patience: _Patience) -> Sequence[Answer]:
        found: list[Answer] = []
        faults: list[NoAnswer] = []
        for one in smiles:
            if patience.over or len(faults) >= IN_ALL:
                rest = NoAnswer(f"{_NOT_ASKED}: {len(faults)} others had no answer, the last: {faults[-1]}")
                return [*found, *[rest] * (len(smiles) - len(found))]
            try:
                found += self._asked([one])
            except NoAnswer as fault:
                faults.append(fault)
                found.append(fault)
            patience.saw(found[-1])
        return found

    def _given_up(self, answers: Sequence[Answer]) -> str:
        """Why nothing more is asked; a warning says it once."""
        said = str(answers[-1])
        if not self._warned:
            self._warned = True
            warnings.warn(f"{self.name} does not answer: {answers[0]}. {self.advice}", UserWarning, stacklevel=4)
        return said if said.startswith(_NOT_ASKED) else f"{_NOT_ASKED}: others had no answer, the last: {said}"

    def _kept_for_later(self, smiles: str, evaluation: Evaluation) -> Evaluation:
        if not self.expensive and evaluation.status is not Status.FAILED:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[smiles] = evaluation
        return evaluation

    def _read(self, smiles: str, answer: Answer) -> Evaluation:
        try:
            if isinstance(answer, NoAnswer):
                raise answer
            return evaluation_of(answer, smiles, self.name, self.scale)
        except NoAnswer as fault:
            details = {PASSING: True} if fault.passing else {}
            return Evaluation(self.name, Status.FAILED, reason=str(fault), details=details)
