"""Model calls of a run: those of work that was begun before are played back, all others are paid for and kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock

from molgrad.llm.budget import Budget, BudgetedModel, Purse
from molgrad.llm.labels import labelled
from molgrad.llm.metering import metered
from molgrad.llm.recording import RecordingModel
from molgrad.llm.request import Request
from molgrad.llm.types import Completion, LanguageModel, Usage
from molgrad.llm.usage import CountedModel, PricedModel
from molgrad.llm.wrapper import Wrapper
from molgrad.tuning.answers import UNIT, AnswerStore


class Unit:
    """A piece of work, such as one answer or one proposal, with the calls of it that are recorded.

    Args:
        recorded: the answers to its calls from before, by request, in the order given.

    Attributes:
        asked: how many calls were made of any model, played back or not.
    """

    def __init__(self, recorded: Mapping[str, Sequence[str]]) -> None:
        self._recorded, self._taken = recorded, Counter[str]()
        self._lock = Lock()
        self.asked = 0
        self._held: Purse | None = None  # that gave leave to ask once, before it is known whom

    def take(self, request: str) -> str | None:
        """The answer that the request was given before; the n-th time the n-th, and None beyond.

        Args:
            request: its key.
        """
        with self._lock:
            self.asked += 1
            found, place = self._recorded.get(request, ()), self._taken[request]
            self._taken[request] += 1
        return found[place] if place < len(found) else None

    def hold(self, purse: Purse) -> None:
        """Take leave to ask once, for the first model that is asked or else for the program itself.

        Nothing is taken where calls are recorded: what is played back costs nothing.

        Args:
            purse: what may still be asked.

        Raises:
            BudgetReachedError: nothing is left.
        """
        if not self._recorded:
            purse.enter("the program")
            self._held = purse

    def release(self, used: Usage) -> None:
        """Give the leave back, where it is still held.

        Args:
            used: what was asked with it.
        """
        with self._lock:
            held, self._held = self._held, None
        if held is not None:
            held.leave(used)


_unit: ContextVar[Unit | None] = ContextVar("molgrad_tuning_unit", default=None)


class Asker:
    """Stands before every model that a run asks.

    Args:
        store: keeps the calls.
        price: money per million tokens sent and answered; None where nothing is known of it.

    Attributes:
        purse: what may still be asked.
    """

    def __init__(self, store: AnswerStore, price: tuple[float, float] | None = None) -> None:
        self._store, self._price = store, price
        self._stacks: dict[int, tuple[LanguageModel, LanguageModel]] = {}
        self._lock = Lock()
        self.purse = Purse(Budget(), spent=store.spent())

    def grant(self, budget: Budget) -> None:
        """Begin a run.

        Args:
            budget: of everything in the folder, earlier runs included; seconds are those of this run.
        """
        self.purse = Purse(budget, spent=self._store.spent())
        self._stacks.clear()

    @contextmanager
    def unit(self, name: str, **labels: object) -> Iterator[Unit]:
        """Do a piece of work; calls of it that are recorded cost nothing.

        Args:
            name: of the piece of work, the same whenever it is done.
            **labels: written beside its calls, such as `step`.
        """
        unit = Unit(self._store.recorded(name))
        token = _unit.set(unit)
        try:
            with labelled(**{UNIT: name}, **labels), metered(self._asked):
                yield unit
        finally:
            _unit.reset(token)

    def _asked(self, model: LanguageModel) -> LanguageModel:
        if isinstance(model, _Asked):
            return model
        with self._lock:
            if id(model) not in self._stacks:
                counted: LanguageModel = CountedModel(model)
                counted = counted if self._price is None else PricedModel(counted, self._price)
                paid = BudgetedModel(RecordingModel(counted, self._store.transcript), self.purse)
                self._stacks[id(model)] = (model, _Asked(paid))  # the model too: its id is its own while it lives
            return self._stacks[id(model)][1]


class _Asked(Wrapper):
    """Plays back what the piece of work was answered before, and asks beyond that."""

    def _answer(self, request: Request) -> Completion:
        unit = _unit.get()
        known = None if unit is None else unit.take(request.key)
        if known is not None:
            return Completion(known, Usage())
        if unit is not None:
            unit.release(Usage())  # the model takes leave of its own
        return request.put_to(self.model)
