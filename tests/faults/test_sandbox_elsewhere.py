"""The sandbox for a user who is not root, and in containers that forbid what it would like to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
QUICK = ["tests/programs/test_sandbox.py", "tests/reported/test_sandbox.py"]
ATTACKS = ["tests/faults/test_sandbox.py", "tests/faults/test_sandbox_limits.py"]
PYTEST = ["-m", "pytest", "-q", "-x", "-n0", "-p", "no:cacheprovider"]
BECOME = """
import ctypes, os, sys
from molgrad.programs.sandbox import child, run
libc = ctypes.CDLL(None, use_errno=True)
if not run._open_to_all(run.Path(sys.executable)):
    if not (run._open_within() and child._opened(libc, {"inside": 65534, "readable": run._PYTHON})):
        sys.exit(77)
child._become(65534)
if os.geteuid() == 0:
    sys.exit(77)
libc.prctl(4, 1, 0, 0, 0)
os.environ.update(HOME="/", PYTHONDONTWRITEBYTECODE="1")
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
# What Docker's own filter forbids: unshare, mount, umount2, setns, pivot_root; and clone3 is not there.
CONTAINER = """
import ctypes, os, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(38, 1, 0, 0, 0)
steps = [(0x20, 0, 0, 0)]
for number in (272, 165, 166, 308, 155) if os.uname().machine == "x86_64" else (97, 40, 39, 268, 41):
    steps += [(0x15, 0, 1, number), (6, 0, 0, 0x50001)]
steps += [(0x15, 0, 1, 435), (6, 0, 0, 0x50026), (6, 0, 0, 0x7FFF0000)]
packed = b"".join(struct.pack("<HBBI", *step) for step in steps)
class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]
if libc.prctl(22, 2, ctypes.byref(Program(len(steps), packed)), 0, 0) != 0:
    sys.exit(77)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


def _passes(*command: str) -> None:
    with tempfile.TemporaryDirectory(prefix="molgrad-elsewhere-") as base:
        Path(base).chmod(0o777)
        open_to_all = Path(base, "checkout")  # the checkout itself may lie in a folder that only root enters
        shutil.copytree(ROOT / "tests", open_to_all / "tests", ignore=shutil.ignore_patterns("data", "__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", open_to_all)
        done = subprocess.run([*command, f"--basetemp={base}/made"], capture_output=True, text=True, cwd=open_to_all)
    if done.returncode == 77:
        pytest.skip("this machine does not let a test go there")
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-1_000:]


def test_a_user_who_is_not_root() -> None:
    if os.geteuid() != 0:
        pytest.skip("whoever runs this is not root already")
    attacks = ["-m", "slow", *ATTACKS, "-k", "not namespaces"]
    _passes(sys.executable, "-c", BECOME, *PYTEST, *attacks)


def test_a_container_that_forbids_namespaces() -> None:
    _passes(sys.executable, "-c", CONTAINER, *PYTEST, *QUICK)


def test_a_container_that_forbids_namespaces_for_a_user_who_is_not_root() -> None:
    if os.geteuid() != 0:
        pytest.skip("the same as the test before")
    _passes(sys.executable, "-c", BECOME, "-c", CONTAINER, *PYTEST, *QUICK)


def test_a_root_without_roots_rights() -> None:
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("for root, with setpriv")
    bare = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", sys.executable]
    _passes(*bare, "-c", CONTAINER, *PYTEST, *QUICK)
