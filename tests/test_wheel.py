"""What is built is whole: installed from the wheel alone, outside the repository, the program docks."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MOST = 15 * 2**20  # bytes of a wheel
SULFANILAMIDE = "Nc1ccc(cc1)S(N)(=O)=O"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def run(*words: str | Path, cwd: Path) -> str:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "MOLGRAD_", "OPENAI_"))}
    clean |= {"MOLGRAD_CACHE": "off", "XDG_DATA_HOME": "no/such/folder", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run([*map(str, words)], cwd=cwd, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository as it is committed; where this runs the package itself may have been moved away."""
    if not (ROOT / ".git").exists():
        pytest.skip("what belongs to the package is told by git, which is not here")
    folder = tmp_path_factory.mktemp("source")
    run("git", "archive", "--output", folder / "source.tar", "HEAD", cwd=ROOT)
    with tarfile.open(folder / "source.tar") as tar:
        tar.extractall(folder, filter="data")
    (folder / "source.tar").unlink()
    return folder


@pytest.fixture(scope="module")
def built(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with sdist and wheel; the wheel is built from the sdist."""
    pytest.importorskip("build", reason="pip install 'molgrad[dev]'")
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", out, source, cwd=out)
    return out


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of an environment with the wheel, over the packages that are here; it sees no other molgrad."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    (wheel,) = built.glob("*.whl")
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel, cwd=folder)
    (site,) = folder.glob("lib/python*/site-packages")
    packages = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    (site / "dependencies.pth").write_text("\n".join(packages) + "\n")  # whose own .pth files are not read
    return folder / "bin"


def test_every_file_of_the_package_is_in_the_wheel(source: Path, built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    assert wheel.stat().st_size < MOST
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    wanted = {one.relative_to(source).as_posix() for one in (source / "molgrad").rglob("*") if one.is_file()}
    wanted |= {f"molgrad/_{one.relative_to(source)}" for one in (source / "receptors").rglob("*") if one.is_file()}
    assert wanted <= held
    assert "molgrad/py.typed" in held
    assert not [name for name in held if not name.startswith("molgrad")], "nothing beside the package"


def test_the_sdist_has_what_the_tests_and_documents_need(source: Path, built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    for name in ("receptors/1ia1/box.toml", "tests/test_wheel.py", "docs/command_line.md", "CITATION.cff", "LICENSE"):
        assert name in held


def test_the_wheel_alone_docks(installed: Path, tmp_path: Path) -> None:
    home = run(installed / "python", "-c", "import molgrad; print(molgrad.__file__)", cwd=tmp_path)
    assert Path(home).is_relative_to(installed.parent)
    names = [line.split("\t")[0] for line in run(installed / "molgrad", "receptor", "list", cwd=tmp_path).splitlines()]
    assert names[1] == "1ia1"
    assert "DRD2" in names
    program = (installed / "molgrad", "dock", "-r", "1ia1", "--effort", "fast", "-q")
    (row,) = csv.DictReader(run(*program, SULFANILAMIDE, cwd=tmp_path).splitlines())
    assert float(row["affinity"]) < -4
    run(installed / "molgrad", "init", "-r", "1ia1", "-s", SULFANILAMIDE, cwd=tmp_path)
    term = ("--term", 'loss = "qed"', "--docks", "3", "-q", "-o", "run")
    run(installed / "molgrad", "optimize", "--config", "campaign.toml", *term, cwd=tmp_path)
    run(installed / "molgrad", "export", "run", "--xlsx", "--sdf", cwd=tmp_path)
    assert {one.name for one in tmp_path.iterdir()} == {"campaign.toml", "run"}
