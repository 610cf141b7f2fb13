"""Disks that are full or cannot be written: an error with file and remedy, and nothing that was kept is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.campaign.test_campaign import campaign, measured

pytestmark = pytest.mark.slow

DOCKS = 40
LIMITED = f"""
import resource, sys
from pathlib import Path
from tests.campaign.test_campaign import campaign
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
campaign(Path(sys.argv[1])).run(docks={DOCKS})
"""
NOBODY = 65534


def last_line(*words: object, **more: object) -> str:
    done = subprocess.run([sys.executable, "-c", *map(str, words)], capture_output=True, text=True, check=False, **more)  # type: ignore[call-overload]
    assert done.returncode == 1, done.stderr
    return str(done.stderr.strip().splitlines()[-1])


def test_a_disk_that_fills_up_at_any_moment(tmp_path: Path) -> None:
    with campaign(tmp_path / "whole") as run:
        whole = measured(run.run(docks=DOCKS))
    size = (tmp_path / "whole" / "campaign.db").stat().st_size
    for step in (1, 4, 7):
        folder = tmp_path / str(step)
        said = last_line(LIMITED, folder, size * step // 8)
        assert said.startswith("molgrad.errors.CampaignError: "), said
        assert str(folder) in said
        assert "make room on that disk" in said
        with campaign(folder) as run:
            assert measured(run.run(docks=DOCKS)) == whole


# The disk of 150 kB is there for the program only, and goes with it.
ON_A_SMALL_DISK = """
import os, subprocess, sys
from pathlib import Path
from tests.apart import go_apart
if not go_apart():
    sys.exit(77)
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=150k", "tmpfs", sys.argv[1]], check=True)
from tests.campaign.test_campaign import campaign
campaign(Path(sys.argv[1], "run")).run(docks=200)
"""


def test_a_disk_that_is_full_indeed(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ON_A_SMALL_DISK, tmp_path], capture_output=True, text=True, check=False
    )
    if done.returncode == 77:
        pytest.skip("a disk of our own needs the right to mount one")
    said = done.stderr.strip().splitlines()[-1]
    assert said.startswith("molgrad.errors.CampaignError: "), said
    assert "make room on that disk" in said
    assert not list(tmp_path.iterdir())  # nothing was mounted here


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="no device that is always full")
def test_output_to_a_full_device_is_one_line() -> None:
    with Path("/dev/full").open("r+b", buffering=0) as full:  # opened as what is there, never made
        done = subprocess.run(
            [sys.executable, "-c", "from molgrad.cli import main; main()", "--version"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "No space left on device" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user")
def test_a_folder_of_somebody_else(tmp_path: Path) -> None:
    with campaign(tmp_path / "run") as run:
        run.run(docks=6)
    for place in (*tmp_path.parents, tmp_path, tmp_path / "run"):
        if "pytest" in place.name or place == tmp_path / "run":
            place.chmod(0o755)
    words = "import sys\nfrom pathlib import Path\nfrom tests.campaign.test_campaign import campaign\n"
    become = f"import os\nfrom rdkit import Chem\n{words}os.setgid({NOBODY})\nos.setuid({NOBODY})\n"
    said = last_line(become + "campaign(Path(sys.argv[1])).run(docks=8)", tmp_path / "run")
    assert said.startswith("molgrad.errors.CampaignError: "), said
    assert "give yourself the right to write there" in said
    said = last_line(become + "campaign(Path(sys.argv[1])).run(docks=8)", tmp_path / "new")
    assert said.startswith("molgrad.errors.CampaignError: "), said
