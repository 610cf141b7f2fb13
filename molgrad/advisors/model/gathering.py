"""Several requests side by side, each with its answer or the reason why the endpoint failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from molgrad.advisors.model.dialogue import Reply
from molgrad.errors import EngineError
from molgrad.llm.parallel import gather


def gathered(
    functions: Sequence[Callable[[], Reply]], *, workers: int, per_minute: int | None
) -> list[Reply | EngineError]:
    """Each reply, or why its endpoint failed: one that went down must not lose the replies of others.

    Args:
        functions: each makes its requests and returns what came of them.
        workers: requests on their way at once.
        per_minute: requests started in a minute, at most; None for no limit.
    """

    def guarded(function: Callable[[], Reply]) -> Callable[[], Reply | EngineError]:
        def run() -> Reply | EngineError:
            try:
                return function()
            except EngineError as error:
                return error

        return run

    return gather([guarded(f) for f in functions], workers=workers, per_minute=per_minute)
