"""Jobs of a batch system: the script as text, and what is said of a file that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from molgrad.docking.cluster.jobs import Jobs
from molgrad.docking.executor import load_executor
from molgrad.errors import InputFileError, WorkerDiedError

pytest.importorskip("dask_jobqueue")

NEEDED = 'cores = 16\nmemory = "32GB"\n'
WHOLE = f"""{NEEDED}
walltime = "12:00:00"
queue = "short"
project = "p123"
job_extra = ["--exclusive"]
prologue = ["source ~/venv/bin/activate"]
python = "python3"
scale = [0, 8]
"""


def written(folder: Path, text: str) -> str:
    (folder / "jobs.toml").write_text(text)
    return str(folder / "jobs.toml")


def test_a_slurm_job_has_what_the_file_says(tmp_path: Path) -> None:
    script = Jobs.read(written(tmp_path, WHOLE)).script()
    head = [line for line in script.splitlines() if line.startswith("#SBATCH")]
    assert {"-p short", "-A p123", "--cpus-per-task=16", "--mem=30G", "-t 12:00:00", "--exclusive"} <= {
        line.removeprefix("#SBATCH ") for line in head
    }
    *_, before, worker = script.strip().splitlines()
    assert before == "source ~/venv/bin/activate"
    assert worker.startswith("python3 -m distributed.cli.dask_worker tcp://")
    assert "--nthreads 16" in worker
    assert "--lifetime 42900s" in worker  # five minutes before the job would be killed


@pytest.mark.parametrize(
    ("system", "lines"),
    [
        ("pbs", ["#PBS -q short", "#PBS -A p123", "#PBS -l walltime=12:00:00"]),
        ("sge", ["#$ -q short", "#$ -P p123", "#$ -l h_rt=12:00:00"]),
        ("lsf", ["#BSUB -q short", '#BSUB -P "p123"', "#BSUB -W 12:00:00"]),
    ],
)
def test_other_systems_have_their_own_words(tmp_path: Path, system: str, lines: list[str]) -> None:
    script = Jobs.read(written(tmp_path, f'system = "{system}"\n{WHOLE}')).script()
    assert set(lines) <= set(script.splitlines())


def test_two_keys_are_enough(tmp_path: Path) -> None:
    jobs = Jobs.read(written(tmp_path, NEEDED))
    assert (jobs.expected, jobs.bounds) == (16, (1, 1))
    assert "--lifetime" not in jobs.script()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cores = 16", "memory is missing"),
        (f"{NEEDED}cpus = 4", "there is no key 'cpus'"),
        (f"{NEEDED}wall_time = '1:00:00'", "there is no key 'wall_time'; did you mean walltime"),
        ("cores = 0\nmemory = '2GB'", "cores must be a whole number above 0, not 0"),
        ("cores = '4'\nmemory = '2GB'", "cores must be a whole number"),
        ("cores = 4\nmemory = 2", "memory must be a text in quotes, not 2"),
        ("cores = 4\nmemory = 'much'", "memory must be a text such as \"16GB\", not 'much'"),
        (f"{NEEDED}scale = [4, 2]", "scale must be a number of jobs"),
        (f"{NEEDED}scale = [1, 2, 3]", "scale must be a number of jobs"),
        (f"{NEEDED}scale = 0", "scale must be a number of jobs"),
        (f"{NEEDED}job_extra = '--exclusive'", "job_extra must be a list of lines"),
        (f"{NEEDED}prologue = [1]", "prologue must be a list of lines"),
        (f"{NEEDED}system = 'slrum'", "there is no system 'slrum'; did you mean slurm"),
        (f"{NEEDED}walltime = 3600", "walltime must be a text in quotes, not 3600"),
        ("cores =", "Invalid value"),
    ],
)
def test_an_error_names_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputFileError) as error:
        load_executor(written(tmp_path, text), None)
    assert said in str(error.value)
    assert "jobs.toml" in str(error.value)


def test_a_file_that_is_not_there_is_an_error() -> None:
    with pytest.raises(InputFileError, match=r"nowhere\.toml"):
        load_executor("nowhere.toml", None)


def test_where_no_job_can_be_submitted_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WorkerDiedError, match="sbatch is not found: start molgrad where jobs can be submitted"):
        Jobs.read(written(tmp_path, NEEDED)).open()
