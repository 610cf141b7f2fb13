"""From settings to a screen: the same for the command line and Python."""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

from molgrad.config.docking_fields import dock_arguments
from molgrad.config.screen_settings import USUAL, ScreenSettings
from molgrad.errors import InputFileError
from molgrad.io import stream_libraries
from molgrad.losses.docking import Docking
from molgrad.receptors import load_receptor
from molgrad.screening.examining import Rules
from molgrad.screening.intake import Watch, lines_of
from molgrad.screening.screen import LibraryFile, Screen, Screened


def screen(
    settings: ScreenSettings,
    *,
    watch: Watch = lambda _: None,
    notes: list[str] | None = None,
    begun: Callable[[Screen], object] = lambda _: None,
) -> Screened:
    """Make the screen that the settings describe, or go on with it where it was stopped.

    Args:
        settings: of the screen; `molgrad screen` with the same ones makes the same.
        watch: called as the library is read and as molecules are docked.
        notes: to which is added how the library was read.
        begun: called with the screen before anything is read, so that its `stop` can be called.

    Returns:
        What was read, left out and docked; results.csv and poses.sdf are in its folder.

    Raises:
        InputFileError: the library cannot be read, or nothing in it can be docked.
        UnknownNameError: a receptor, effort or preset that does not exist.
        SettingsChangedError: the folder was made with other settings.
        WorkerDiedError: docking processes cannot be started; what was docked is kept.
    """
    rules = Rules(settings.preset, tuple(settings.keep), tuple(settings.exclude))
    library = library_of(settings, [] if notes is None else notes)
    loss = docking_of(settings)
    folder = Path(settings.out or f"runs/{loss.receptor.name}-screen")
    decided = {"docking": loss.spec()}
    try:
        with Screen(folder, settings=decided, rules=rules, seed=settings.seed, slopes=loss.prior_slopes) as one:
            one.limit(settings.max_hours)
            begun(one)
            one.read(library, workers=settings.workers or len(os.sched_getaffinity(0)), watch=watch)
            return one.dock(loss.docker, settings.docks, batch=settings.batch or None, watch=watch)
    finally:
        loss.close()


def docking_of(settings: ScreenSettings) -> Docking:
    """The docking of a screen: `fast` where neither an effort nor an exhaustiveness is given.

    Args:
        settings: of the screen.
    """
    fields = dock_arguments(settings)
    if settings.effort is None and fields["exhaustiveness"] is None:
        fields["effort"] = USUAL
    receptor = load_receptor(settings.target, box=settings.box)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # remarks on the receptor: the command tells them
        return Docking(receptor, workers=settings.workers, cache=settings.cache, executor=settings.executor, **fields)


def library_of(settings: ScreenSettings, notes: list[str]) -> LibraryFile:
    """The files of the library, as a stream.

    Args:
        settings: of the screen.
        notes: to which is added how each file was read.

    Raises:
        InputFileError: a file that is not there.
    """
    paths = [Path(given).expanduser() for given in settings.start]
    for path in paths:
        if not path.exists():
            raise InputFileError(f"{path}: there is no such file")
    columns = dict(name_column=settings.name_column, smiles_column=settings.smiles_column)
    files = [file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
    spec = {file.name: _hash(file) for file in files if file.is_file()}
    return LibraryFile(partial(stream_libraries, paths, notes, **columns), lines_of(paths), {**columns, **spec})


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
