"""`molgrad dock`: molecules in, CSV and poses out, a row for each molecule in the order given."""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

from molgrad.cli.dry_run import run_dry
from molgrad.cli.given import given_molecules
from molgrad.cli.repeats import Repeats
from molgrad.cli.terminal import say
from molgrad.config.docking_fields import dock_arguments
from molgrad.config.settings import RunSettings
from molgrad.docking import Docker, DockResult
from molgrad.docking.cache import default_cache
from molgrad.docking.engine import load_engine
from molgrad.docking.known_pose import read_pose
from molgrad.docking.request import DockSettings
from molgrad.docking.worth import WORTH
from molgrad.errors import ConflictingSettingsError, InputFileError, one_line
from molgrad.evaluation import Status
from molgrad.io import Entry, PoseFile
from molgrad.io.cells import guarded
from molgrad.receptors import Receptor, load_receptor
from molgrad.receptors.remarks import receptor_remarks
from molgrad.receptors.size import SizeFit, size_fit

_NUMBERS = ("affinity", "ligand_efficiency", "size_residual")
_BOTH = ("affinity_built", "affinity_unseeded")  # of the pose built on the known one and of the search; with --pose
COLUMNS = ("name", "smiles", "docked_smiles", "status", *_NUMBERS, "reason", "note", "source")


def run_dock(
    smiles: Sequence[str],
    settings: RunSettings,
    *,
    input_files: Sequence[Path],
    out: Path | None,
    quiet: bool,
    explain: str | None = None,
    dry_run: bool = False,
) -> None:
    """Dock the molecules of the arguments and the file; see `molgrad dock --help`.

    Args:
        smiles: molecules given as such.
        settings: receptor, box, how to dock, a pose to seed from, workers and cache.
        input_files: files of more molecules, and folders of such files.
        out: SDF file for the poses.
        quiet: neither progress nor how the files were read on stderr.
        explain: `text` or `json` for a critique of each pose instead of CSV.
        dry_run: print what was read and what would be docked, without a receptor.

    Raises:
        MolgradError: a file, receptor or setting that cannot be used; nothing is docked then.
    """
    columns = dict(name_column=settings.name_column, smiles_column=settings.smiles_column)
    entries = given_molecules(smiles, input_files, **columns)
    if not quiet:
        for note in entries.notes:
            sys.stderr.write(one_line(f"molgrad: {note}") + "\n")
    if dry_run:
        run_dry(entries, settings)
        return
    target = load_receptor(settings.target, box=settings.box)
    if not quiet:
        say("\n".join(receptor_remarks(target)))
    _check_out(out, input_files)
    docking = DockSettings.of(**dock_arguments(settings))
    cache = default_cache() if settings.cache else None
    docker = Docker(target, docking, workers=settings.workers, cache=cache, executor=settings.executor)
    if settings.pose is not None and not docking.builds_poses:
        raise ConflictingSettingsError(
            f"effort {docking.effort.name} docks without a seeded pose: "
            "--pose is used by fast, standard and --pose-mode keep"
        )
    known = None if settings.pose is None else read_pose(settings.pose, target)
    mode = None if known is None else known.block
    for note in known.notes if known and not quiet else ():
        sys.stderr.write(one_line(f"molgrad: {note}") + "\n")
    rows, found, ranked, repeats = 0, 0, 0, Repeats()
    with docker, nullcontext() if out is None else PoseFile(out) as file:
        write = _writer(target, docking, explain, posed=known is not None)
        try:
            for given, result in _in_order(docker, entries, mode, quiet):
                entry = repeats.noted(given)
                if file is not None:
                    file.write(entry.name, result)
                write(entry, result)
                sys.stdout.flush()
                rows += 1
                found += result.cached
                ranked += result.ok
        except KeyboardInterrupt:
            sys.stderr.write(f"\nmolgrad: stopped; {rows} of {len(entries)} rows are written\n")
            raise
    if not quiet:
        _say_at_end(rows, found, ranked=0 if explain else ranked)


def _say_at_end(rows: int, found: int, ranked: int) -> None:
    """What was docked before, and what a ranking by these scores is worth."""
    if found:
        sys.stderr.write(f"molgrad: {found} of {rows} docks had been made before; --no-cache makes them again\n")
    if ranked > 1:
        sys.stderr.write(f"molgrad: {WORTH}\n")


def _check_out(out: Path | None, input_files: Sequence[Path]) -> None:
    """Refuse a place for poses that cannot be written, before anything is docked."""
    if out is None:
        return
    if out.is_dir():
        raise InputFileError(f"{out} cannot be written: it is a folder; give a file, such as poses.sdf")
    if out.exists() and any(out.samefile(path) for path in input_files):
        raise InputFileError(f"{out} is the input; give another name for the poses")
    if not out.parent.is_dir():
        raise InputFileError(f"{out} cannot be written: there is no folder {out.parent}")


def _writer(
    target: Receptor, settings: DockSettings, explain: str | None, *, posed: bool
) -> Callable[[Entry, DockResult], object]:
    """What puts a molecule on stdout: a row of CSV, or its critique."""
    if explain is None:
        rows = csv.writer(sys.stdout, lineterminator="\n")
        both = _BOTH if posed else ()
        place = COLUMNS.index("affinity") + 1
        rows.writerow((*COLUMNS[:place], *both, *COLUMNS[place:]))
        fit = size_fit(target, load_engine(settings.engine).name)
        return lambda entry, result: rows.writerow(_cells(entry, result, fit, both))
    from molgrad.cli.explain import Explainer

    explainer = Explainer(target, settings, as_json=explain == "json")
    return lambda entry, result: sys.stdout.write(explainer.text(entry.name, result))


def _in_order(
    docker: Docker, entries: Sequence[Entry], mode: str | None, quiet: bool
) -> Iterator[tuple[Entry, DockResult]]:
    """Results as they finish, held back until their turn comes."""
    readable = [i for i, entry in enumerate(entries) if entry.error is None]
    results = docker.stream(
        [entries[i].smiles for i in readable],
        [entries[i].docked_smiles for i in readable],
        [mode] * len(readable) if mode else None,
    )
    coming = _with_progress(results, len(readable), quiet)
    ready: dict[int, DockResult] = {}
    for turn, entry in enumerate(entries):
        if entry.error is not None:
            yield entry, DockResult(entry.smiles, status=Status.INVALID, reason=entry.error)
            continue
        while turn not in ready:
            place, result = next(coming)
            ready[readable[place]] = result
        yield entry, ready.pop(turn)


def _with_progress(
    results: Iterator[tuple[int, DockResult]], total: int, quiet: bool
) -> Iterator[tuple[int, DockResult]]:
    """The same results, with a line on stderr that says how many are left, where somebody looks."""
    shown, began = not quiet and sys.stderr.isatty(), time.monotonic()
    for count, found in enumerate(results, start=1):
        if shown:
            left = (time.monotonic() - began) / count * (total - count)
            sys.stderr.write(f"\r{count}/{total} done, {int(left) // 60}:{int(left) % 60:02d} left \033[K")
        if shown and count == total:
            sys.stderr.write("\r\033[K")
        yield found


def _cells(entry: Entry, result: DockResult, fit: SizeFit | None, both: Sequence[str]) -> tuple[str, ...]:
    affinity = "" if result.affinity is None else f"{result.affinity:.3f}"
    efficiency = residual = ""
    heavy = len(result.atom_map)
    if result.affinity is not None and heavy:
        efficiency = f"{result.affinity / heavy:.3f}"
        residual = "" if fit is None else f"{fit.residual(result.affinity, heavy):.3f}"
    scores = (f"{result.both_scores[key]:.3f}" if key in result.both_scores else "" for key in both)
    numbers = (affinity, *scores, efficiency, residual)
    status = result.status.value
    note = "; ".join(part for part in (entry.note, result.remarks) if part)
    words = (one_line(result.reason), one_line(note), one_line(entry.source))
    cells = (one_line(entry.name), one_line(entry.smiles), result.docked_smiles, status, *numbers, *words)
    return tuple(guarded(cell) for cell in cells)
