"""The global backward engine, one with molgrad's own."""

from __future__ import annotations

from typing import Any

from molgrad.autograd import engine as core
from molgrad.autograd.advisor import Advisor
from molgrad.compat.textgrad.advice import advisor_of, engine_of, resolve
from molgrad.compat.textgrad.engine import get_engine
from molgrad.compat.textgrad.engine.base import Engine
from molgrad.errors import ConflictingSettingsError
from molgrad.llm.types import LanguageModel


class SingletonBackwardEngine:
    """The one place where the backward engine is kept: molgrad's, whichever name it was set by."""

    _instance: SingletonBackwardEngine | None = None

    def __new__(cls) -> SingletonBackwardEngine:
        """The same object each time."""
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    @property
    def engine(self) -> Engine | None:
        """The engine, or None."""
        return self.get_engine()

    @engine.setter
    def engine(self, engine: Engine | None) -> None:
        core.set_backward_engine(None if engine is None else advisor_of(engine))

    def set_engine(self, engine: Engine | Advisor | LanguageModel, override: bool = False) -> None:
        """Set the engine.

        Raises:
            ConflictingSettingsError: there is one already and `override` is not given.
        """
        if core.get_backward_engine() is not None and not override:
            raise ConflictingSettingsError("a backward engine is set already; pass override=True to replace it")
        core.set_backward_engine(advisor_of(engine))

    def get_engine(self) -> Engine | None:
        """The engine, or None."""
        advisor = core.get_backward_engine()
        return None if advisor is None else engine_of(advisor)


def set_backward_engine(engine: str | Engine | Advisor | LanguageModel, override: bool = False, **options: Any) -> None:
    """Set who gives feedback and rewrites wherever no engine is passed.

    Args:
        engine: an engine, or the name of one.
        override: replace the engine that is set.
        **options: for `get_engine`, where a name is given.

    Raises:
        ConflictingSettingsError: there is one already and `override` is not given.
        ValueError: the name leads nowhere.
    """
    made = get_engine(engine, **options) if isinstance(engine, str) else engine
    SingletonBackwardEngine().set_engine(made, override=override)


def validate_engine_or_get_default(engine: str | Engine | None) -> Engine:
    """The engine given or named, else the global one; EngineError where there is none."""
    return resolve(engine)
