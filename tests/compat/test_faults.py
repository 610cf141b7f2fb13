"""The programs of benchmarks/textgrad_faults.py find none of TextGrad's faults here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROBES = ROOT / "benchmarks" / "textgrad_probes.py"


def test_no_fault_of_textgrad_is_found_here(tmp_path: Path) -> None:
    if not PROBES.is_file():
        pytest.skip("the benchmarks are not part of this distribution")
    room = tmp_path / "room"
    room.mkdir()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = subprocess.run(
        [sys.executable, "-B", str(PROBES), "molgrad.compat.textgrad"],
        cwd=room, env=env, capture_output=True, text=True, timeout=200, check=True,
    )  # fmt: skip
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [entry for entry in found if not entry["good"]] == []
    assert len(found) == 28


def test_a_fault_would_be_seen() -> None:
    if not PROBES.is_file():
        pytest.skip("the benchmarks are not part of this distribution")
    program = (
        "import sys, runpy, molgrad.compat.textgrad as tg\n"
        "tg.Variable.get_gradient_text = lambda self: ''\n"  # nobody hears of any feedback
        f"sys.argv = [{str(PROBES)!r}, 'molgrad.compat.textgrad']\n"
        f"probes = runpy.run_path({str(PROBES)!r})['PROBES']\n"
        "sys.exit(sum(not probes[n][1](tg)[0] for n in ('2b', '3', '6', '19a')))\n"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 3
