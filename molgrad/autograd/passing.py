"""Failures that may pass: what is down or slow today may answer tomorrow, a wrong value stays wrong."""

from __future__ import annotations

from concurrent.futures import BrokenExecutor

PASSES: tuple[type[Exception], ...] = (TimeoutError, ConnectionError, BrokenExecutor)
# Clients have errors of their own for the same, which are none of Python's: requests, httpx, openai, subprocess.
_NAMES = frozenset(
    {"Timeout", "TimeoutException", "TimeoutExpired", "ConnectionError", "NetworkError", "APIConnectionError"}
)


def may_pass(error: Exception, more: tuple[type[Exception], ...] = ()) -> bool:
    """Whether another try may go better.

    Args:
        error: what was raised.
        more: further types that may pass.
    """
    reason = getattr(error, "reason", None)  # urllib's URLError wraps what happened
    if isinstance(reason, Exception) and may_pass(reason):
        return True
    return isinstance(error, (*PASSES, *more)) or any(kind.__name__ in _NAMES for kind in type(error).__mro__)
