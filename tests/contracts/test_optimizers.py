"""The suite of optimizers over every one that is installed."""

from __future__ import annotations

from molgrad.testing.optimizer import RegisteredOptimizers


class TestRegistered(RegisteredOptimizers):
    """Ours, and those of others that are installed."""
