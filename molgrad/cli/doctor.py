"""`molgrad doctor`: whether everything that the main job needs is here and works."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

from molgrad.campaign.export import versions
from molgrad.cli.codes import Code
from molgrad.cli.machine import write_json
from molgrad.docking import Docker
from molgrad.errors import MolgradError
from molgrad.receptors import list_receptors, load_receptor

PATIENCE = 5.0  # seconds for the model endpoint to answer
PROBE = "Nc1ccc(cc1)S(N)(=O)=O"  # sulfanilamide: small, quick to dock, nothing odd about it


def run_doctor(*, as_json: bool = False) -> None:
    """Print a line for each check; exit code `Code.IN_PART` when one failed.

    Args:
        as_json: one JSON object instead, after the last check.
    """
    checks: list[tuple[str, Callable[[], str]]] = [
        ("packages", _packages),
        ("machine", _machine),
        ("receptors", _receptors),
        ("docking", _dock),
        ("language model", _model),
    ]
    found = []
    for name, check in checks:
        try:
            good, said = True, check()
        except (MolgradError, OSError) as error:
            good, said = False, str(error)
        found.append({"check": name, "ok": good, "said": said})
        if not as_json:
            sys.stdout.write(f"{'ok    ' if good else 'FAILED'}  {name}: {said}\n")
            sys.stdout.flush()
    good = all(one["ok"] for one in found)
    if as_json:
        write_json({"ok": good, "checks": found})
    sys.exit(Code.DONE if good else Code.IN_PART)


def _packages() -> str:
    found = versions()
    missing = [name for name, version in found.items() if version == "not installed"]
    if missing:
        raise MolgradError(f"not installed: {', '.join(missing)}; run 'pip install molgrad' again")
    return ", ".join(f"{name} {version}" for name, version in found.items())


def _machine() -> str:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GB of memory; the first worker takes 0.6 GB, others 0.2"


def _receptors() -> str:
    names = list_receptors()
    if not names:
        raise MolgradError("none found; the installation is incomplete, run 'pip install molgrad' again")
    return f"{len(names)} known, {names[0]} first; 'molgrad receptor list' names them"


def _dock() -> str:
    began = time.monotonic()
    with Docker(load_receptor("1ia1"), exhaustiveness=1, workers=1) as docker:
        (result,) = docker.dock([PROBE])
    if result.affinity is None:
        raise MolgradError(f"sulfanilamide into 1ia1 gave no number: {result.reason}")
    seconds = time.monotonic() - began
    return f"sulfanilamide into 1ia1, {result.affinity:.2f} kcal/mol in {seconds:.1f} s, worker started"


def _model() -> str:
    from molgrad.llm.openai import OpenAIModel
    from molgrad.llm.providers import providers

    if not any(os.environ.get(name) for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL")):
        keys = [f"a key for {provider.title}" for provider in providers() if provider.key()]
        keys += ["a key for --engine URL#model"] if os.environ.get("MOLGRAD_API_KEY") else []
        return f"{', '.join(keys) or 'none set up'}; the built-in chemist advises"
    model = OpenAIModel("any", timeout=PATIENCE)
    try:
        names = model.models()
    finally:
        model.close()
    return f"{model.endpoint.url} answers and offers {len(names)} models"
