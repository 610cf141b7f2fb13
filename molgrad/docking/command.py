"""Any docking program that a command line starts, described in a few lines of TOML."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from rdkit import Chem

from molgrad import registry
from molgrad.docking.engine import THREADS, EngineBase
from molgrad.docking.ligand import mol_block
from molgrad.docking.pool.orphans import children, end_children
from molgrad.docking.pool.worker import die_with_parent
from molgrad.docking.program_file import FIELD, FIELDS, Program
from molgrad.docking.programs import environment, how_it_ended, last_words
from molgrad.docking.request import ReceptorContent
from molgrad.docking.searching import Found, Search, SearchError
from molgrad.docking.written_poses import poses_of
from molgrad.errors import plain, shorten

LARGEST = 64 << 20  # bytes that a run may write to any file; a hundred poses are 1 MB
MOST = 512 << 20  # bytes that its folder may hold; maps of a large box are 50 MB
LOOK = 1.0  # seconds between looks at its folder
VERSION_LIMIT = 5.0  # seconds for the program to tell its version


class Command(EngineBase):
    """A DockEngine that starts a program for each search. No shell is involved.

    Args:
        options: the keys of `Program`.

    Raises:
        ValueError: a key that is missing, unknown or senseless.
    """

    def __init__(self, options: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self.program = Program.read(options or {})
        if self.program.name in registry.names("engines"):  # what was fitted to that one is not this one's
            raise ValueError(f"name {self.program.name!r} is that of an installed engine; take another")
        self.name, self.title = self.program.name, self.program.title or self.program.name
        self.offers = frozenset({THREADS} if self.program.threads else ())
        version = self.program.version
        self.version = _version(version if isinstance(version, str) else tuple(version))
        self._options = dict(options or {})

    def spec(self) -> dict[str, Any]:
        """Name, version, and the keys that decide a result."""
        decides = {key: value for key, value in self._options.items() if key not in ("timeout", "threads", "title")}
        return {**decides, "name": self.name, "version": self.version, "engine": "command"}

    def _prepare(self, receptor: ReceptorContent) -> None:
        # Of the fork server, which outlives its workers and tidies up after those that were killed.
        self._folder = tempfile.TemporaryDirectory(prefix="molgrad-", ignore_cleanup_errors=True)
        self._receptor = receptor.pdbqt.encode(errors="surrogateescape")

    def _search(self, search: Search) -> Found:
        with tempfile.TemporaryDirectory(dir=self._folder.name, ignore_cleanup_errors=True) as folder:
            files = {"ligand": self.program.ligand, "out": self.program.writes, "receptor": "pdbqt"}
            places = {name: Path(folder) / f"{name}.{kind}" for name, kind in files.items()}
            sdf = mol_block(search.ligand.mol) + "$$$$\n"
            places["ligand"].write_text(sdf if self.program.ligand == "sdf" else search.ligand.pdbqt)
            places["receptor"].write_bytes(self._receptor)  # anew, since a program may change it
            self._run(self._arguments(search, places), Path(folder))
            out = places["out"]
            if not out.is_file() or not out.stat().st_size:
                raise SearchError(f"{self.title} wrote no poses: {_last_line(Path(folder))}")
            poses = self._read(search, out)
        return Found(tuple(score for score, _ in poses), tuple(pose for _, pose in poses))

    def _arguments(self, search: Search, places: Mapping[str, Path]) -> list[str]:
        """The command with its fields filled in."""
        box = self._prepared().box
        values: dict[str, object] = {
            f"{what}_{axis}": f"{number:.3f}"
            for what, triple in (("center", box.center), ("size", box.size))
            for axis, number in zip("xyz", triple, strict=True)
        }
        values |= {**places, **{name: getattr(search, name) for name in FIELDS[-4:]}}
        return [FIELD.sub(lambda found: str(values[found[1]]), part) for part in self.program.command]

    def _run(self, arguments: Sequence[str], folder: Path) -> None:
        """Start the program and wait for its end; SearchError with the last line of its error stream."""
        program = shutil.which(arguments[0])
        if program is None:
            raise SearchError(f"{arguments[0]} is not installed here: install it, or give its full path in `command`")
        before = children()
        with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
            try:
                process = subprocess.Popen(  # noqa: S603 - the user's own program, no shell
                    [str(Path(program).absolute()), *arguments[1:]],
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    cwd=folder,
                    env=environment(),
                    start_new_session=True,
                    preexec_fn=partial(_bounded, os.getpid()),
                )
            except OSError as error:
                raise SearchError(f"{arguments[0]} cannot be started: {error.strerror}") from None
        try:
            code = self._wait(process, folder)
        finally:
            _end(process)
            end_children(before)
        if code != 0:
            raise SearchError(f"{self.title} {how_it_ended(code)}: {_last_line(folder)}")

    def _wait(self, process: subprocess.Popen[bytes], folder: Path) -> int:
        """The exit code of the program; SearchError when it takes too long or writes too much."""
        deadline = time.monotonic() + self.program.timeout
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.wait(min(LOOK, max(0.0, deadline - time.monotonic())))
            if time.monotonic() >= deadline:
                limit = f"{self.program.timeout:g} s"
                raise SearchError(f"{self.title} was stopped after {limit}: raise `timeout` in its TOML")
            if _size(folder) > MOST:
                raise SearchError(f"{self.title} was stopped: it wrote more than {MOST >> 20} MB into its folder")

    def _read(self, search: Search, out: Path) -> list[tuple[float, Chem.Mol]]:
        """(score, pose) of the best poses that the program wrote."""
        program = self.program
        try:
            found = poses_of(search.ligand, out, program.writes, program.score_of, search.poses)
        except (ValueError, KeyError, RuntimeError) as error:
            why = f"has no atom {error}" if isinstance(error, KeyError) else shorten(str(error))
            raise SearchError(f"{self.title} wrote poses that cannot be read: {why}") from error
        if not found:
            raise SearchError(f"{self.title} wrote a file without poses")
        return found


@cache
def _version(given: str | tuple[str, ...]) -> str:
    """What the program says of itself, in one line; a program that is missing fails with each dock, not here."""
    if isinstance(given, str):
        return given
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own program, no shell
            list(given),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
    except OSError:
        return "not found"
    try:
        said = "\n".join(process.communicate(timeout=VERSION_LIMIT))
    except subprocess.TimeoutExpired:
        return "unknown"
    finally:
        _end(process)  # with whatever it started
    lines = [line.strip() for line in map(plain, said.splitlines()) if line.strip()]
    return lines[0][:100] if lines else "unknown"


def _bounded(parent: int) -> None:
    """In the program's process, before it starts: no file without end, and no life beyond the worker's."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, LARGEST))
    die_with_parent(parent)


def _end(process: subprocess.Popen[Any]) -> None:
    """Kill what is left of the program and what it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS refuses where only a zombie is left
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _size(folder: Path) -> int:
    """Bytes that the files below a folder take."""
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):  # gone meanwhile
                total += os.lstat(Path(where, name)).st_size
    return total


def _last_line(folder: Path) -> str:
    """The last line of the error stream, failing that of the output."""
    for name in ("stderr", "stdout"):
        with contextlib.suppress(OSError):  # the program removed it
            if said := last_words((folder / name).read_bytes()):
                return said
    return "it said nothing; run its command by hand to see why"
