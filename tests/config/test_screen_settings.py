"""Settings of screens: those of a run with other defaults, and none that would be passed over."""

from __future__ import annotations

import pytest

from molgrad.config.screen_settings import ScreenSettings
from molgrad.config.screening import docking_of
from molgrad.errors import ConflictingSettingsError, UnknownNameError


def test_a_screen_docks_fast_unless_asked_otherwise() -> None:
    assert docking_of(ScreenSettings(receptor="1ia1", start="a.smi")).settings.effort.name == "fast"
    asked = docking_of(ScreenSettings(receptor="1ia1", start="a.smi", exhaustiveness=4))
    assert asked.settings.effort.exhaustiveness == 4


def test_what_a_screen_does_not_use_is_refused() -> None:
    with pytest.raises(ConflictingSettingsError, match="does not use objective"):
        ScreenSettings(receptor="1ia1", start="a.smi", objective="lead")
    with pytest.raises(UnknownNameError, match="docks"):
        ScreenSettings(receptor="1ia1", start="a.smi", dock=5)
