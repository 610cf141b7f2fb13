"""Settings in a TOML file, written by hand or as the campaign.toml of an earlier run."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from molgrad.campaign.rerun import RECORD, UNREPEATABLE
from molgrad.config.settings import RunSettings
from molgrad.errors import CampaignError, InputFileError, MolgradError, UnknownNameError

# Options that give what a record of a campaign made in Python cannot.
_INSTEAD = {"loss": ("objective", "term"), "engine": ("engine",), "domain": ("preset", "keep", "min_similarity")}


def read_run(path: str | Path, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The settings in a TOML file, checked, by name.

    Keys are the fields of `RunSettings`; terms of an own objective are written `[[term]]` with `loss`, `weight` and
    the loss's arguments. What campaign.toml holds besides is left out.

    Args:
        path: the file.
        given: settings that will replace those of the file, such as a command's options.

    Raises:
        InputFileError: not TOML, or a value of the wrong kind or out of bounds.
        UnknownNameError: an unknown key, with what was probably meant.
        CampaignError: the record of a campaign that was made from Python objects; says which.
    """
    path = Path(path)
    data = parsed(path)
    data.pop(RECORD, None)
    _refuse_unrepeatable(path, data.pop(UNREPEATABLE, {}), given or {})
    settings = {"receptor": "to be given", "start": "to be given", **data}
    try:
        checked = RunSettings(**settings)
    except UnknownNameError as error:
        raise UnknownNameError("setting", error.name, RunSettings.model_fields, place=str(path)) from error
    except (InputFileError, MolgradError) as error:
        raise type(error)(f"{path}: {error}") from error
    return {name: getattr(checked, name) for name in data}


def parsed(path: Path, advice: str = "") -> dict[str, Any]:
    """What a TOML file holds.

    Args:
        path: of the file.
        advice: what to do where it cannot be read.

    Raises:
        InputFileError: it cannot be read, or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputFileError(f"{path} cannot be read: {error.strerror}{advice}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputFileError(f"{path} is not TOML: {error}") from error


def _refuse_unrepeatable(path: Path, parts: Mapping[str, str], given: Mapping[str, Any]) -> None:
    left = {name: why for name, why in parts.items() if not set(_INSTEAD.get(name, ())) & set(given)}
    if left:
        reasons = "; ".join(f"{name} was {why}" for name, why in left.items())
        options = " or ".join("--" + names[0].replace("_", "-") for name, names in _INSTEAD.items() if name in left)
        remedy = f"give {options} instead, or " if options else ""
        raise CampaignError(f"{path} cannot be run again: {reasons}; {remedy}run the Python program that made it")
