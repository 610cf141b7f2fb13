"""What CONTRIBUTING says of adding things, followed to the letter: each example is a file that pytest runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

TEXT = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
NAMED_FILES = re.findall(r"`((?:molgrad|receptors|examples|tests|validation|docs)/[\w./]+)`", TEXT)


def blocks() -> dict[str, str]:
    """The Python examples by the heading that they stand under."""
    sections = re.split(r"^### ", TEXT, flags=re.MULTILINE)[1:]
    found = {s.splitlines()[0]: re.findall(r"```python\n(.*?)```", s, re.DOTALL) for s in sections}
    return {re.sub(r"\W+", "_", title).lower(): "\n".join(code) for title, code in found.items() if code}


def test_each_example_passes_its_suite(tmp_path: Path) -> None:
    written = blocks()
    assert len(written) >= 5
    for title, code in written.items():
        (tmp_path / f"test_{title}.py").write_text(code, encoding="utf-8")
    environment = {**os.environ, "MOLGRAD_CACHE": "off"}
    program = [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", "-c", os.devnull, str(tmp_path)]
    done = subprocess.run(program, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr
    for title, code in written.items():
        if "Suite" in code:
            assert done.stdout.count(f"test_{title}.py::") > 3, done.stdout


def test_a_registered_engine_docks_on_the_command_line(tmp_path: Path) -> None:
    code = blocks()["a_docking_program"].partition("class TestToy")[0].replace(
        "from molgrad.testing.engine import DockEngineSuite\n", ""
    )  # fmt: skip
    (tmp_path / "toys.py").write_text(code, encoding="utf-8")
    info = tmp_path / "toys-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: toys\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[molgrad.engines]\ntoy = toys:Toy\n")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "MOLGRAD_CACHE": "off"}
    program = [sys.executable, "-c", "from molgrad.cli import main; main()"]
    arguments = ["dock", "-r", "1ia1", "--engine-program", "toy", "--effort", "fast", "c1ccccc1"]
    done = subprocess.run([*program, *arguments], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert ",ok,-1.200," in done.stdout


def test_what_it_names_is_there() -> None:
    top = Path(__file__).parents[2]
    # Where the tests run on an installed wheel, the package's own folder is not beside them.
    beside = [name for name in NAMED_FILES if not name.startswith(("molgrad/", "validation/"))]
    assert beside
    assert [name for name in beside if not (top / name).exists()] == []
