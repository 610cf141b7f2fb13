"""`molgrad receptor calibrate`: what a molecule of a given size typically gets in a receptor."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import Any

from molgrad.docking import Docker
from molgrad.docking.cache import default_cache
from molgrad.docking.engine import load_engine
from molgrad.docking.request import DockSettings
from molgrad.docking.studies.calibrate import calibrate
from molgrad.docking.studies.redocking import plan_words
from molgrad.receptors import load_receptor


def run_calibrate(name: str, plan: Mapping[str, Any], *, workers: int | None, cache: bool, quiet: bool) -> None:
    """Dock the reference ligands, write the fit and print it.

    Args:
        name: of the receptor, or its folder.
        plan: `effort`, `exhaustiveness` and `engine`, as `DockSettings.of` takes them.
        workers: molecules docked at once; all cores when None.
        cache: whether docks made before are used.
        quiet: no progress on stderr.

    Raises:
        MolgradError: no such receptor, nowhere to write, or too few docks gave an affinity.
    """
    receptor = load_receptor(name)
    began = time.monotonic()

    def watch(done: int, total: int) -> None:
        if not quiet and sys.stderr.isatty():
            left = int((time.monotonic() - began) / done * (total - done))
            end = "\r\033[K" if done == total else ""
            sys.stderr.write(f"\r{done}/{total} docked, {left // 60}:{left % 60:02d} left \033[K{end}")

    settings = DockSettings.of(**plan)
    effort = settings.effort.name
    with Docker(receptor, settings, workers=workers, cache=default_cache() if cache else None) as docker:
        found = calibrate(receptor, docker, effort=effort, engine=load_engine(settings.engine).name, watch=watch)
    fit = found.fit
    sys.stdout.write(
        f"{receptor.name}: {fit.n} ligands at {plan_words(settings.effort)}\n"
        "heavy atoms   expected affinity (kcal/mol)\n"
        + "".join(f"{heavy:11d}   {fit.expected(heavy):.2f}\n" for heavy in (10, 20, 30, 40))
        + f"standard deviation about it: {fit.sd:.2f} kcal/mol\nwritten to {found.path}\n"
    )
    for text in found.failed:
        sys.stdout.write(f"left out, no affinity: {text}\n")
