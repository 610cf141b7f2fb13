"""What a model call was for, kept beside it in the transcript."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

_NONE: Mapping[str, str] = MappingProxyType({})
_labels: ContextVar[Mapping[str, str]] = ContextVar("molgrad_llm_labels", default=_NONE)


@contextmanager
def labelled(**labels: object) -> Iterator[None]:
    """Write these labels beside every model call made within, such as `step=3, template="ab12..."`.

    Labels of an outer `labelled` stay, where not given again. They change no request, and travel into the
    threads of `gather`.
    """
    token = _labels.set({**_labels.get(), **{name: str(value) for name, value in labels.items()}})
    try:
        yield
    finally:
        _labels.reset(token)


def current_labels() -> Mapping[str, str]:
    """The labels of the calls made here and now."""
    return _labels.get()
