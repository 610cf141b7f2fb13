"""Calls of models made here and now by way of whoever counts and keeps them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from molgrad.llm.types import LanguageModel

Meter = Callable[[LanguageModel], LanguageModel]  # what stands in front of a model
_meter: ContextVar[Meter | None] = ContextVar("molgrad_llm_meter", default=None)


@contextmanager
def metered(meter: Meter) -> Iterator[None]:
    """Send the calls that programs, losses and advisors make within through what `meter` puts before their models.

    It travels into the threads of `gather`. Whoever is asked outside molgrad is not seen.

    Args:
        meter: called with a model, gives what is asked in its place.
    """
    token = _meter.set(meter)
    try:
        yield
    finally:
        _meter.reset(token)


def reached(model: LanguageModel) -> LanguageModel:
    """Who is asked in the place of a model, here and now; the model itself where nobody counts.

    Args:
        model: who shall answer.
    """
    meter = _meter.get()
    return model if meter is None else meter(model)
