"""What a worker of a cluster runs: one dock, asked for and answered as JSON."""

from __future__ import annotations

import json
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from molgrad.disk_cache import fingerprint
from molgrad.docking.cache import DECIDING, PACKAGES
from molgrad.docking.cluster import kept
from molgrad.docking.engine import load_engine
from molgrad.docking.executor import dock_with
from molgrad.docking.request import DockRequest, EngineRef
from molgrad.errors import MolgradError, ReceptorError

RESULT, MISSING, OTHER, REFUSED, BROKEN = "result", "missing", "other", "refused", "broken"  # kinds of answers


def installed(engine: EngineRef) -> dict[str, str]:
    """What a dock's result depends on here: versions by name, machine and our own code included.

    Args:
        engine: the docking program.
    """
    python = ".".join(platform.python_version_tuple()[:2])
    found = {"machine": platform.machine(), "Python": python}
    for package in ("molgrad", *PACKAGES):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    found["molgrad's docking code"] = fingerprint((), DECIDING)[:12]
    return {**found, engine.name: load_engine(engine).version}


_here: dict[EngineRef, dict[str, str]] = {}  # asking a program for its version takes a while


def dock_there(asked: str, content: bytes | None = None) -> str:
    """Dock one molecule in this worker's own docking processes.

    Args:
        asked: JSON with `request` (of a DockRequest) and `installed` (what the client has).
        content: the receptor, as `kept.packed` makes it; None where the worker may have it already.

    Returns:
        JSON of one key: `result` (of a DockResult), `missing` (the receptor is to be sent), `other` (the versions
        that differ here), `refused` (the receptor cannot be used) or `broken` (nothing can be docked here).
    """
    return json.dumps(_answer(asked, content))


def _answer(asked: str, content: bytes | None) -> dict[str, Any]:
    said = json.loads(asked)
    try:
        if other := differing(said["installed"], said["request"]["settings"]["engine"]):
            return {OTHER: other}
        request = DockRequest.from_json(said["request"])
        receptor = kept.find(request.receptor) if content is None else kept.keep(content)
        if receptor is None:
            return {MISSING: request.receptor}
        return {RESULT: dock_with(receptor, request).to_json()}
    except ReceptorError as error:
        return {REFUSED: str(error)}
    except MolgradError as error:
        return {BROKEN: str(error)}


def differing(theirs: dict[str, str], engine: dict[str, str]) -> dict[str, str]:
    """What is installed here in another version than where the dock was asked for.

    Args:
        theirs: of the client, as `installed` tells it.
        engine: fields of the EngineRef.
    """
    ref = EngineRef(**engine)
    if ref not in _here:
        _here[ref] = installed(ref)
    here = _here[ref]
    return {name: here.get(name, "not installed") for name in theirs if theirs[name] != here.get(name)}
