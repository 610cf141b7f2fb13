"""Writes campaign.toml: the settings that repeat a run, and what a file cannot repeat."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w

from molgrad.campaign.folder import SETTINGS, write_text

UNREPEATABLE = "unrepeatable"  # table: part of the run -> why this file cannot make it again
RECORD = "record"  # table: everything resolved, for readers; not read when the run is made again
_OBJECT = "given as a Python object: "
_HEAD = """\
# What this run was made with. Change nothing here: copy it, or give other settings as options.
# molgrad optimize --config THIS_FILE --out FOLDER   makes it again, in its own folder goes on with it.
"""


def python_record(
    loss: object, engine: object, domain: object, search: object, optimizer: object, scope: str | None = None
) -> dict[str, Any]:
    """The record of a campaign that was made from objects, which no file can make again.

    Args:
        loss: as given to `Campaign`, like the others.
        engine: a name can be given again, an object cannot; likewise the optimizer.
        domain: None for molecules.
        search: None for what suits the starts.
        optimizer: None for the population search.
        scope: None for what suits the starts.
    """
    parts = {"loss": loss, "engine": engine, "domain": domain, "search": search, "optimizer": optimizer}
    parts |= {"scope": scope}
    names = {name: part for name, part in parts.items() if isinstance(part, str)}
    objects = {name: part for name, part in parts.items() if part is not None and name not in names}
    return {**names, UNREPEATABLE: {name: _OBJECT + _words(part) for name, part in objects.items()}}


def write_settings(
    folder: Path, record: Mapping[str, Any], resolved: Mapping[str, Any], versions: Mapping[str, str] | None
) -> None:
    """Write campaign.toml; the database holds `resolved` too, and that is what is compared.

    Args:
        folder: the run folder.
        record: settings by name as the command line reads them, None for one that is not set.
        resolved: what the campaign was made of, its loss, domain and search in full.
        versions: of the programs that decide results.
    """
    known = {key: resolved[key] for key in ("start", "seed", "batch", "role")}
    whole = {**{key: value for key, value in known.items() if key not in record}, **record}
    tables = {key: value for key, value in whole.items() if _is_table(value)}
    lines = [_line(key, value) for key, value in whole.items() if key not in tables]
    said = {key: value for key, value in resolved.items() if key not in known}
    tables |= {RECORD: {**said, "versions": dict(versions or {})}}
    write_text(folder / SETTINGS, _HEAD + "".join(lines) + "\n" + tomli_w.dumps(_without_none(tables)))


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) or (
        isinstance(value, (list, tuple)) and any(isinstance(item, Mapping) for item in value)
    )


def _line(key: str, value: Any) -> str:
    """One setting; TOML has no null, so one that is not set is a comment."""
    return f"# {key} is not set\n" if value is None else tomli_w.dumps({key: _without_none(value)})


def _words(part: object) -> str:
    spec = getattr(part, "spec", None)
    name = getattr(part, "name", None) or getattr(part, "__name__", None) or type(part).__name__
    terms = spec().get("terms", ()) if callable(spec) else ()
    return f"{name} ({', '.join(str(term.get('loss', '?')) for term in terms)})" if terms else str(name)


def _without_none(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [_without_none(item) for item in value]
    return value
