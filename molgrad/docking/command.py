"""Any docking program that a command line starts, described in a few lines of TOML."""

from __future__ import annotations

import contextlib
import math
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

from rdkit import Chem, rdBase

from molgrad import registry
from molgrad.chem.skeleton import skeleton
from molgrad.docking.engine import THREADS, EngineBase
from molgrad.docking.ligand import Ligand, mol_block, read_poses
from molgrad.docking.pool.orphans import children, end_children
from molgrad.docking.pool.worker import die_with_parent
from molgrad.docking.programs import environment, how_it_ended, last_words
from molgrad.docking.request import LONGEST, ReceptorContent
from molgrad.docking.searching import Found, Search, SearchError
from molgrad.errors import plain, shorten

LARGEST = 64 << 20  # bytes that a run may write to any file; a hundred poses are 1 MB
MOST = 512 << 20  # bytes that its folder may hold; maps of a large box are 50 MB
LOOK = 1.0  # seconds between looks at its folder
VERSION_LIMIT = 5.0  # seconds for the program to tell its version
FORMATS = ("pdbqt", "sdf")
SCORES = {"pdbqt": r"REMARK VINA RESULT:\s+(\S+)", "sdf": "minimizedAffinity"}
_AXES = [f"{what}_{axis}" for what in ("center", "size") for axis in "xyz"]
FIELDS = ("receptor", "ligand", "out", *_AXES, "seed", "exhaustiveness", "evaluations", "poses")
_FIELD = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True, slots=True)
class Program:
    """How a docking program is started and read: the keys of its TOML file.

    Attributes:
        name: in provenance and settings.
        command: the program and its arguments; `{receptor}`, `{ligand}`, `{out}`, `{center_x}` (Å), `{size_x}` (Å),
            `{seed}`, `{exhaustiveness}`, `{evaluations}` and `{poses}` are filled in, each within its argument.
        version: what tells the version, such as `["vina", "--version"]`, or the version itself.
        title: in sentences; the name when empty.
        ligand: format of the ligand's file, `pdbqt` or `sdf`.
        output: format of the poses' file; that of the ligand when empty.
        score: for `pdbqt` a regular expression whose first group is a pose's score, for `sdf` the name of its data
            field; kcal/mol, lower is better. Vina's line, and smina's field, when empty.
        timeout: seconds that one run may take.
        threads: whether one run uses every core or a graphics card, so that one worker is enough.

    Raises:
        ValueError: a value that makes no sense; the message names the key.
    """

    name: str
    command: Sequence[str]
    version: str | Sequence[str]
    title: str = ""
    ligand: str = "pdbqt"
    output: str = ""
    score: str = ""
    timeout: float = 600.0
    threads: bool = False

    def __post_init__(self) -> None:
        texts = (self.name, self.title, self.ligand, self.output, self.score)
        if not all(isinstance(text, str) for text in texts) or not re.fullmatch(r"[a-z0-9][a-z0-9_.-]*", self.name):
            raise ValueError(f"name must be lower-case letters, digits, _ . and -, not {self.name!r}")
        if not _is_command(self.command):
            raise ValueError(
                f'command must be a list of texts, such as ["vina", "--seed", "{{seed}}"]: {self.command!r}'
            )
        if not (_is_command(self.version) or (isinstance(self.version, str) and self.version)):
            raise ValueError(f"version must be a command, or the version as a text, not {self.version!r}")
        for key, value in (("ligand", self.ligand), ("output", self.writes)):
            if value not in FORMATS:
                raise ValueError(f"{key} must be pdbqt or sdf, not {value!r}")
        if (self.ligand, self.writes) == ("sdf", "pdbqt"):
            raise ValueError("output must be sdf where the ligand is: poses as pdbqt cannot be matched to it")
        if any("\0" in text for text in (*self.command, *self.version)):
            raise ValueError("command and version cannot hold a NUL character")
        if self.threads not in (True, False):
            raise ValueError(f"threads must be true or false, not {self.threads!r}")
        if (
            isinstance(self.timeout, bool)
            or not isinstance(self.timeout, int | float)
            or not 0 < self.timeout <= LONGEST
        ):
            raise ValueError(f"timeout must be a number of seconds above 0, at most {LONGEST:g}, not {self.timeout!r}")
        used = {name for part in self.command for name in _FIELD.findall(part)}
        if wrong := used - set(FIELDS):
            raise ValueError(f"command names {{{min(wrong)}}}, which is none of {', '.join(FIELDS)}")
        if missing := {"receptor", "ligand", "out"} - used:
            raise ValueError(f"command must hold {{{min(missing)}}}")
        try:
            groups = re.compile(self.score_of).groups if self.writes == "pdbqt" else 1
        except re.error as error:
            raise ValueError(f"score is no regular expression: {error}") from None
        if groups < 1:
            raise ValueError(f"score needs a group about the number, such as {SCORES['pdbqt']!r}")

    @property
    def writes(self) -> str:
        """Format of the poses' file."""
        return self.output or self.ligand

    @property
    def score_of(self) -> str:
        """Where a pose's score stands."""
        return self.score or SCORES[self.writes]

    @classmethod
    def read(cls, options: Mapping[str, Any]) -> Program:
        """A program from the keys of its TOML file.

        Args:
            options: the keys.

        Raises:
            ValueError: a key that is missing, unknown or senseless.
        """
        known = [field.name for field in fields(cls)]
        if wrong := sorted(set(options) - set(known)):
            raise ValueError(f"a docking program has no {wrong[0]!r}; its keys are {', '.join(known)}")
        if missing := [key for key in known[:3] if key not in options]:
            raise ValueError(f"a docking program needs {missing[0]!r}; examples/vina.toml shows one")
        return cls(**options)


def _is_command(value: object) -> bool:
    return isinstance(value, list | tuple) and len(value) > 0 and all(isinstance(part, str) for part in value)


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
        return [_FIELD.sub(lambda found: str(values[found[1]]), part) for part in self.program.command]

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
        ligand, score = search.ligand, self.program.score_of
        try:
            if self.program.writes == "sdf":
                found = [(value, _onto(ligand, mol)) for value, mol in _best(_from_sdf(out, score), search.poses)]
            else:
                models = _from_pdbqt(out.read_text(encoding="utf-8", errors="replace"), score)
                best = _best(models, search.poses)
                found = [(value, pose) for value, model in best for pose in read_poses(ligand, f"MODEL\n{model}")]
        except (ValueError, KeyError, RuntimeError) as error:
            why = f"has no atom {error}" if isinstance(error, KeyError) else shorten(str(error))
            raise SearchError(f"{self.title} wrote poses that cannot be read: {why}") from error
        if not found:
            raise SearchError(f"{self.title} wrote a file without poses")
        return found


T = TypeVar("T")


def _best(scored: Sequence[tuple[float, T]], wanted: int) -> list[tuple[float, T]]:
    """The best of what a program wrote; a score that is no number is none."""
    if wrong := [score for score, _ in scored if not math.isfinite(score)]:
        raise ValueError(f"a pose with the score {wrong[0]}")
    return sorted(scored, key=lambda one: one[0])[:wanted]


def _from_pdbqt(text: str, score: str) -> list[tuple[float, str]]:
    models = re.split(r"^MODEL\b.*$", text, flags=re.MULTILINE)
    models = [model for model in models if re.search(r"^(ATOM|HETATM)", model, re.MULTILINE)]
    found = []
    for model in models:
        line = re.search(score, model)
        if line is None:
            raise ValueError(f"a pose without a score: nothing matches {score!r}")
        found.append((float(line[1]), model))
    return found


def _from_sdf(path: Path, tag: str) -> list[tuple[float, Chem.Mol]]:
    with rdBase.BlockLogs():
        written = list(Chem.SDMolSupplier(str(path), sanitize=False, removeHs=False))
    if any(mol is None or not mol.HasProp(tag) for mol in written):
        raise ValueError(f"a pose without data field {tag!r}")
    return [(float(mol.GetProp(tag)), mol) for mol in written]


def _onto(ligand: Ligand, written: Chem.Mol) -> Chem.Mol:
    """The ligand where the written pose has its heavy atoms, in whatever order; hydrogens are placed anew."""
    pose, places = Chem.RemoveAllHs(ligand.mol), written.GetConformer().GetPositions()
    order = skeleton(written).GetSubstructMatch(skeleton(pose))
    heavy = [atom.GetIdx() for atom in written.GetAtoms() if atom.GetAtomicNum() > 1]
    if len(order) != pose.GetNumAtoms() or len(heavy) != pose.GetNumAtoms():
        raise ValueError("a pose of another molecule")
    if [written.GetAtomWithIdx(i).GetAtomicNum() for i in heavy] == [a.GetAtomicNum() for a in pose.GetAtoms()]:
        same = [(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in pose.GetBonds()]
        if all(written.GetBondBetweenAtoms(heavy[i], heavy[j]) for i, j in same):
            order = tuple(heavy)  # kept as it was, which a symmetric match need not be
    for atom, place in enumerate(order):
        pose.GetConformer().SetAtomPosition(atom, places[place].tolist())
    return Chem.AddHs(pose, addCoords=True)


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
