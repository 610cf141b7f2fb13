"""Jobs of a batch system in which docks run, described in a few lines of TOML; dask-jobqueue submits them."""

from __future__ import annotations

import importlib
import importlib.util
import re
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

from molgrad.docking.cluster.opening import CONNECT, Opened, quiet
from molgrad.errors import InputFileError, MissingExtraError, UnknownNameError, WorkerDiedError

# What dask-jobqueue calls each system, the word of its `project`, and the command that submits a job.
SYSTEMS = {
    "slurm": ("SLURMCluster", "account", "sbatch"),
    "pbs": ("PBSCluster", "account", "qsub"),
    "sge": ("SGECluster", "project", "qsub"),
    "lsf": ("LSFCluster", "project", "bsub"),
    "local": ("LocalCluster", "", "bash"),  # jobs are processes of this machine: to try a file out
}
MARGIN = 300  # seconds before a job's end in which its worker ends by itself
_TIME = re.compile(r"(?:(\d+)-)?(\d+):(\d\d):(\d\d)")


@dataclass(frozen=True)
class Jobs:
    """The keys of the TOML file.

    Attributes:
        cores: of a job, each for one dock at a time.
        memory: of a job, "16GB"; a dock takes up to 0.5 GB, a receptor's maps 0.2 GB.
        scale: jobs, or [least, most]: as many as there is work for.
        system: slurm, pbs, sge, lsf, or local (processes of this machine).
        walltime: of a job, "12:00:00", or as the system writes it; its default when empty. Jobs that end are replaced.
        queue: or partition; the system's default when empty.
        project: or account, that pays.
        job_extra: further lines of the job's head, such as "--exclusive".
        prologue: lines of shell before the worker starts, such as "source ~/venv/bin/activate".
        python: the interpreter of the workers; this one's path when empty.
        interface: network interface by which jobs reach this machine, such as "ib0".
        directory: for scratch files of workers.
        logs: folder for the jobs' own output.
        file: where the keys stand.

    Raises:
        ValueError: a value that makes no sense; the message names the key.
    """

    cores: int
    memory: str
    scale: int | tuple[int, int] = 1
    system: str = "slurm"
    walltime: str = ""
    queue: str = ""
    project: str = ""
    job_extra: tuple[str, ...] = ()
    prologue: tuple[str, ...] = ()
    python: str = ""
    interface: str = ""
    directory: str = ""
    logs: str = ""
    file: str = ""

    def __post_init__(self) -> None:
        texts = ("system", "memory", "walltime", "queue", "project", "python", "interface", "directory", "logs")
        if wrong := [key for key in texts if not isinstance(getattr(self, key), str)]:
            raise ValueError(f"{wrong[0]} must be a text in quotes, not {getattr(self, wrong[0])!r}")
        if self.system not in SYSTEMS:
            raise UnknownNameError("system", self.system, SYSTEMS)
        if not _is_whole(self.cores):
            raise ValueError(f"cores must be a whole number above 0, not {self.cores!r}")
        if not re.fullmatch(r"\d+(\.\d+)? ?[kMGT]i?B", self.memory):
            raise ValueError(f'memory must be a text such as "16GB", not {self.memory!r}')
        for key in ("job_extra", "prologue"):
            lines = getattr(self, key)
            if not isinstance(lines, tuple) or not all(isinstance(one, str) and "\n" not in one for one in lines):
                raise ValueError(f"{key} must be a list of lines, not {lines!r}")
        ends = self.scale if isinstance(self.scale, tuple) else (self.scale, self.scale)
        whole = len(ends) == 2 and _is_whole(ends[1]) and (_is_whole(ends[0]) or ends[0] == 0)
        if not whole or ends[0] > ends[1]:
            raise ValueError(f"scale must be a number of jobs, or [least, most], not {self.scale!r}")

    @property
    def bounds(self) -> tuple[int, int]:
        """Jobs at least and at most."""
        return self.scale if isinstance(self.scale, tuple) else (self.scale, self.scale)

    @property
    def title(self) -> str:
        """The cluster in sentences."""
        return f"{self.system} ({Path(self.file).name})"

    @property
    def expected(self) -> int:
        """Docks that all jobs together do at once."""
        return self.cores * self.bounds[1]

    @classmethod
    def read(cls, file: str) -> Jobs:
        """The jobs that a file describes.

        Args:
            file: TOML.

        Raises:
            InputFileError: it cannot be read, or has a key or value that makes no sense; named.
        """
        try:
            return cls._of(tomllib.loads(Path(file).expanduser().read_text(encoding="utf-8")), file)
        except (OSError, ValueError, LookupError) as error:
            raise InputFileError(f"{file}: {error}") from None

    @classmethod
    def _of(cls, keys: Mapping[str, Any], file: str) -> Jobs:
        known = [field.name for field in fields(cls) if field.name != "file"]
        if wrong := sorted(set(keys) - set(known)):
            raise UnknownNameError("key", wrong[0], known)
        needed = [field.name for field in fields(cls) if field.default is MISSING]
        if missing := [key for key in needed if key not in keys]:
            raise ValueError(f"{missing[0]} is missing; docs/machines.md shows a file")
        given: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in keys.items()}
        return cls(**given, file=file)

    def cluster(self) -> Any:
        """The cluster of dask-jobqueue: its scheduler runs in this process, and no job was submitted.

        Raises:
            MissingExtraError: dask-jobqueue is not installed.
        """
        if importlib.util.find_spec("dask_jobqueue") is None:
            raise MissingExtraError("dask-jobqueue", "distributed")
        name, payer, _ = SYSTEMS[self.system]
        given: dict[str, Any] = {"cores": self.cores, "processes": 1, "memory": self.memory, "job_name": "molgrad"}
        optional = {"walltime": self.walltime, "queue": self.queue, payer: self.project} if payer else {}
        optional |= {"python": self.python, "interface": self.interface, "local_directory": self.directory}
        optional["log_directory"] = self.logs
        given |= {key: value for key, value in optional.items() if value}
        given |= {"job_extra_directives": list(self.job_extra), "job_script_prologue": list(self.prologue)}
        if seconds := _seconds(self.walltime):  # ends by itself, and hands its docks to others, before it is killed
            life = max(seconds - MARGIN, seconds // 2)
            given["worker_extra_args"] = ["--lifetime", f"{life}s", "--lifetime-stagger", f"{min(60, life // 10)}s"]
        made = getattr(importlib.import_module("dask_jobqueue.local" if not payer else "dask_jobqueue"), name)
        return made(**given, silence_logs="critical", scheduler_options={"dashboard": False})

    def script(self) -> str:
        """The script of one job, as it would be submitted."""
        cluster = self.cluster()
        try:
            return str(cluster.job_script())
        finally:
            cluster.close()

    def open(self) -> Opened:
        """A client that is connected; jobs are submitted, and wait until the system starts them.

        Raises:
            WorkerDiedError: the system's command is not here.
        """
        from distributed import Client  # an extra, and 0.5 s

        command = SYSTEMS[self.system][2]
        if shutil.which(command) is None:
            raise WorkerDiedError(f"{self.file}: {command} is not found: start molgrad where jobs can be submitted")
        quiet()
        cluster = self.cluster()
        least, most = self.bounds
        cluster.adapt(minimum_jobs=least, maximum_jobs=most)  # not `scale`: jobs whose time is over are replaced
        return Opened(Client(cluster, timeout=CONNECT, set_as_default=False), cluster)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _seconds(walltime: str) -> int:
    """Seconds of "12:00:00" or "1-12:00:00"; 0 for what systems read in different ways, such as "12:00"."""
    found = _TIME.fullmatch(walltime)
    if found is None:
        return 0
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


if __name__ == "__main__":
    import sys

    sys.stdout.write(Jobs.read(sys.argv[1]).script())
