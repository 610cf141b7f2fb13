"""Which advisor answers when none is given, and what stands behind the name of one; the names are TextGrad's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from molgrad import registry
from molgrad.autograd.advisor import Advisor
from molgrad.errors import EngineError
from molgrad.llm.types import LanguageModel

_global_advisor: Advisor | None = None
# A tuple holds the advisor, so that "none" in a scope is told from "no scope".
_scoped: ContextVar[tuple[Advisor | None] | None] = ContextVar("molgrad_backward_engine", default=None)


def set_backward_engine(engine: str | Advisor | LanguageModel | None) -> Advisor | None:
    """Set the advisor that is used wherever none is passed.

    Args:
        engine: "chemist", a model's name ("gpt-5-mini"), an endpoint ("http://localhost:11434/v1#llama3"),
            an Advisor, or a LanguageModel; None removes the advisor.

    Returns:
        The advisor that is set now.

    Raises:
        EngineError: the name leads nowhere.
    """
    global _global_advisor
    _global_advisor = None if engine is None else resolve_advisor(engine)
    return _global_advisor


def get_backward_engine() -> Advisor | None:
    """The advisor of the innermost `with backward_engine(...)`, else that of `set_backward_engine`, if any."""
    scope = _scoped.get()
    return _global_advisor if scope is None else scope[0]


@contextmanager
def backward_engine(engine: str | Advisor | LanguageModel | None) -> Iterator[Advisor | None]:
    """The advisor of a `with` block; the one before returns at its end, also after an error.

    Threads and tasks: the scope belongs to the thread or asyncio task that opened it. A task inherits the
    scope it was started in; a thread starts without one, unless it is given `contextvars.copy_context()`.

    Args:
        engine: as for `set_backward_engine`; None means no advisor, even where a global one is set.
    """
    advisor = None if engine is None else resolve_advisor(engine)
    token = _scoped.set((advisor,))
    try:
        yield advisor
    finally:
        _scoped.reset(token)


def resolve_advisor(engine: str | Advisor | LanguageModel) -> Advisor:
    """The advisor behind a name or a model.

    Args:
        engine: as for `set_backward_engine`; an Advisor is returned as it is.

    Raises:
        EngineError: the name leads nowhere, or to something that lacks an advisor's methods or traits.
    """
    if isinstance(engine, Advisor):
        return engine
    if isinstance(engine, str) and not engine.strip():
        raise EngineError("the engine is an empty text; name a model, such as gpt-5-mini, or an advisor")
    if isinstance(engine, LanguageModel) or (isinstance(engine, str) and engine not in registry.names("advisors")):
        advisor = registry.load("advisors", "model")(engine)
    elif isinstance(engine, str):
        advisor = registry.load("advisors", engine)()
    else:
        raise EngineError(f"an engine is a name, an Advisor or a LanguageModel, not {type(engine).__name__}")
    if not isinstance(advisor, Advisor):
        raise EngineError(f"{engine!r} is registered as an advisor but lacks its methods or traits; see AdvisorBase")
    return advisor
