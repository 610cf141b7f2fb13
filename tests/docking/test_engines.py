"""Docking programs of others: a toy under an entry point, and a program that a command line starts."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rdkit import Chem

from molgrad import registry
from molgrad.advisors.chemist.aims import read_aims
from molgrad.campaign.campaign import Campaign
from molgrad.campaign.folder import compare
from molgrad.docking import Docker, DockResult
from molgrad.docking.command import Command
from molgrad.docking.engine import DockEngine, load_engine
from molgrad.docking.program_file import Program
from molgrad.docking.request import DockRequest, DockSettings, EngineRef, ReceptorContent
from molgrad.docking.searching import Found, Search
from molgrad.errors import ConflictingSettingsError, InputFileError, SettingsChangedError, UnknownNameError
from molgrad.evaluation import Status
from molgrad.losses.docking import Docking
from molgrad.losses.druglikeness import QED
from molgrad.losses.size import SizeResidual
from molgrad.receptors import Receptor, load_receptor
from molgrad.testing.engine import DockEngineSuite
from tests.docking.conftest import alive, wait_for
from tests.docking.toy import Toy

EXAMPLES = Path(__file__).parents[2] / "examples"


class TestToy(DockEngineSuite):
    def make(self) -> DockEngine:
        return Toy()


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that is on the path as an installed distribution with the toy."""
    home = tmp_path / "site"
    about = home / "toy_docking-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: toy-docking\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[molgrad.engines]\ntoy = toy_docking:Toy\n")
    shutil.copy(Path(__file__).with_name("toy.py"), home / "toy_docking.py")
    monkeypatch.syspath_prepend(str(home))
    registry._group.cache_clear()
    yield home
    registry._group.cache_clear()


def rows(*arguments: str, path: Path | None = None) -> list[dict[str, str]]:
    environment = {**os.environ, "MOLGRAD_CACHE": "off"} | ({"PYTHONPATH": str(path)} if path else {})
    program = [sys.executable, "-c", "from molgrad.cli import main; main()", "dock", "-r", "1ia1", *arguments]
    done = subprocess.run(program, capture_output=True, text=True, env=environment, timeout=120)
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_a_program_of_others_docks_from_the_command_line(installed: Path) -> None:
    phenol, racemate, broken = rows("--engine-program", "toy", "Oc1ccccc1", "CC(O)c1ccccc1", "C1CC", path=installed)
    assert (phenol["status"], phenol["size_residual"]) == ("ok", ""), "no fit of size belongs to it"
    assert float(phenol["affinity"]) < 0
    assert "2 stereoisomers docked" in racemate["note"]
    assert broken["status"] == "invalid"


def test_it_runs_in_a_campaign_that_no_other_program_may_join(installed: Path, tmp_path: Path) -> None:
    def begin(engine: str) -> Campaign:
        loss = Docking("1ia1", engine=engine, exhaustiveness=1, workers=1, cache=False) + 10 * QED()
        return Campaign(tmp_path / "run", start=["Cc1ccccc1O"], loss=loss, engine="chemist", seed=1, batch=2)

    with begin("toy") as run:
        run.run(docks=4)
        docked = [term for record in run.records() for term in record.evaluation.all_terms() if term.loss == "docking"]
    assert len(docked) == 4
    assert {term.details["provenance"]["engine"] for term in docked} == {"toy"}
    assert all(term.feedback.startswith("Toy gives -") for term in docked)
    assert {fact.kind for term in docked for fact in term.facts} <= {"docking", "pose_unsteady"}
    with pytest.raises(SettingsChangedError, match=r"engine.*toy.*vina"):
        begin("vina")


def test_another_version_is_another_engine(installed: Path, tmp_path: Path) -> None:
    one = Docking("1ia1", engine="toy").spec()
    other = one | {"engine": one["engine"] | {"version": "1.1"}}
    with pytest.raises(SettingsChangedError, match=r"engine.*1\.0.*1\.1"):
        compare(tmp_path, {"loss": [one]}, {"loss": [other]})


def test_what_was_fitted_to_vina_is_not_used_for_another(installed: Path) -> None:
    loss = Docking("1ia1", engine="toy")
    assert (loss.size_fit, loss.prior_slopes) == (None, ())
    with pytest.raises(ConflictingSettingsError, match="receptor calibrate 1ia1 --engine-program toy"):
        (loss + SizeResidual()).evaluate(["CCO"])
    assert not any(aim.computed for aim in read_aims([], loss).of_kind("docking")), "nor what the chemist guesses"
    with pytest.raises(ConflictingSettingsError, match="cannot start from a pose"):
        Docking("1ia1", engine="toy", pose="lead.sdf")


def test_an_unknown_program_is_named(receptor: Receptor, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="no engine 'gold'"):
        Docker(receptor, engine="gold")
    with pytest.raises(InputFileError, match=r"needs 'name'; examples/vina.toml"):
        Docker(receptor, engine="command")
    taken = EngineRef("command", json.dumps(described(tmp_path) | {"name": "vina"}))
    with pytest.raises(InputFileError, match="name 'vina' is that of an installed engine"):
        Docker(receptor, engine=taken)
    with pytest.raises(TypeError, match="engine must be the name"):
        Docker(receptor, engine=3)  # type: ignore[typeddict-item]  # what a user may give
    with pytest.raises(InputFileError, match="cannot be read as the TOML"):
        Docker(receptor, engine="missing.toml")


# Writes the ligand, moved into the box, as its pose.
SCRIPT = """
    import sys
    from pathlib import Path
    receptor, ligand, out, x, y, z, what = sys.argv[1:]
    if what == "fails":
        print("reading ...", file=sys.stderr)
        sys.exit("cannot read the receptor")
    if what == "silent":
        sys.exit(0)
    if what == "nonsense":
        Path(out).write_text("ATOM no atom at all\\nREMARK VINA RESULT: -1.0\\n")
        sys.exit(0)
    if what == "endless":
        with open(out, "w") as stream:
            while True:
                stream.write("x" * 1_000_000)
    if what == "slow":
        import time
        time.sleep(60)
    if what == "leaves":
        import subprocess
        sleeper = subprocess.Popen(["sleep", "300"], start_new_session=True)
        Path(__file__).with_name("left").write_text(str(sleeper.pid))
        import time
        time.sleep(float(Path(__file__).with_name("pause").read_text()))
    if what == "floods":
        for number in range(40):
            with open(f"junk{number}", "wb") as stream:
                stream.truncate(32 << 20)
        import time
        time.sleep(60)
    if what == "tells":
        import os
        sys.exit("no licence " + os.environ["DOCKING_LICENCE_KEY"] + os.environ.get("OPENAI_API_KEY", ""))
    if what == "clears":
        import os, shutil
        shutil.rmtree(os.getcwd())
        sys.exit(1)
    if what == "signals":
        import os
        os.kill(os.getpid(), 40)
    if what == "changes":
        text = Path(receptor).read_text()
        Path(receptor).write_text("changed")
        if text == "changed":
            sys.exit("the receptor is another")
        receptor = ligand
    assert any(line.startswith("ATOM") for line in open(receptor))
    if ligand.endswith(".sdf"):
        from rdkit import Chem
        mol = Chem.MolFromMolFile(ligand, removeHs=False)
        mol = Chem.RenumberAtoms(mol, list(range(mol.GetNumAtoms()))[::-1])  # another order than the ligand's
        conformer = mol.GetConformer()
        places = conformer.GetPositions() - conformer.GetPositions().mean(axis=0) + [float(x), float(y), float(z)]
        for atom, place in enumerate(places.tolist()):
            conformer.SetAtomPosition(atom, place)
        mol.SetDoubleProp("score", -3.5)
        Chem.SDWriter(out).write(mol)
        sys.exit(0)
    lines = Path(ligand).read_text().splitlines()
    atoms = [line for line in lines if line.startswith("ATOM")]
    middle = [sum(float(line[i:i + 8]) for line in atoms) / len(atoms) for i in (30, 38, 46)]
    shift = [float(value) - mean for value, mean in zip((x, y, z), middle)]
    score = what.partition("=")[2] or "%.3f" % (-0.1 * len(atoms))
    text = "REMARK VINA RESULT:  %s 0.0 0.0\\n" % score
    for line in lines:
        if line.startswith("ATOM"):
            moved = [float(line[i:i + 8]) + d for i, d in zip((30, 38, 46), shift)]
            line = line[:30] + "".join("%8.3f" % value for value in moved) + line[54:]
        text += line + "\\n"
    Path(out).write_text("MODEL 1\\n" + text + "ENDMDL\\n")
"""


def described(folder: Path, what: str = "docks", **more: Any) -> dict[str, Any]:
    """The keys of a program that is the script above."""
    script = folder / "program.py"
    script.write_text(textwrap.dedent(SCRIPT))
    fields = ["{receptor}", "{ligand}", "{out}", "{center_x}", "{center_y}", "{center_z}"]
    command = [sys.executable, str(script), *fields, what]
    return {"name": "script", "version": [sys.executable, "--version"], "command": command, **more}


class TestCommand(DockEngineSuite):
    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def place(cls, tmp_path_factory: pytest.TempPathFactory) -> None:
        cls.folder = tmp_path_factory.mktemp("program")

    def make(self) -> DockEngine:
        return Command(described(self.folder))


class TestCommandWithSdf(TestCommand):
    def make(self) -> DockEngine:
        return Command(described(self.folder, ligand="sdf", score="score"))


def docked(receptor: Receptor, options: dict[str, Any], **settings: Any) -> DockResult:
    ref = EngineRef("command", json.dumps(options))
    with Docker(receptor, DockSettings.of(exhaustiveness=1, engine=ref, **settings), workers=1) as docker:
        return docker.dock(["Oc1ccccc1"])[0]


def test_a_described_program_docks_and_its_version_is_recorded(receptor: Receptor, tmp_path: Path) -> None:
    result = docked(receptor, described(tmp_path))
    assert result.affinity == pytest.approx(-0.8)  # seven heavy atoms and a polar hydrogen
    assert result.provenance.engine == "script"
    assert result.provenance.versions["script"].startswith("Python 3")


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("fails", "script ended with code 1: cannot read the receptor"),
        ("silent", "script wrote no poses: it said nothing; run its command by hand"),
        ("nonsense", "script wrote poses that cannot be read"),
        ("slow", "script was stopped after 2 s: raise `timeout` in its TOML"),
        ("endless", "script "),
        ("floods", "script was stopped: it wrote more than 512 MB into its folder"),
        ("tells", "script ended with code 1: no licence [key]"),
        ("clears", "script ended with code 1: it said nothing"),
        ("signals", "script was ended by signal 40"),
        ("score=nan", "script wrote poses that cannot be read: a pose with the score nan"),
        ("score=-1e300", "impossible affinity -1e+300 kcal/mol"),
    ],
)
def test_a_program_that_goes_wrong_is_a_failure_with_its_words(
    what: str, said: str, receptor: Receptor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKING_LICENCE_KEY", "abcdefghijklmnop")
    monkeypatch.setenv("OPENAI_API_KEY", "qrstuvwxyz123456")
    result = docked(receptor, described(tmp_path, what, timeout=2 if what == "slow" else 60))
    assert "qrst" not in result.reason
    assert (result.status, result.affinity) == (Status.FAILED, None)
    assert said in result.reason


def test_a_program_is_asked_once_for_its_version(receptor: Receptor, tmp_path: Path) -> None:
    """Not by each process: one that hangs is waited for as often."""
    asked = tmp_path / "asked"
    version = ["sh", "-c", f"echo once >> {asked}; echo 1.0"]
    result = docked(receptor, described(tmp_path) | {"version": version})
    assert result.provenance.versions["script"] == "1.0"
    assert asked.read_text() == "once\n"


def test_a_program_that_is_missing_is_a_failure_that_says_what_to_do(receptor: Receptor, tmp_path: Path) -> None:
    options = described(tmp_path) | {"version": ["no-such-program", "--version"]}
    options["command"][0] = "no-such-program"
    result = docked(receptor, options)
    assert (result.status, result.provenance.versions["script"]) == (Status.FAILED, "not found")
    assert "no-such-program is not installed here: install it" in result.reason


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "My Program"}, "name must be lower-case"),
        ({"command": "vina --help"}, "command must be a list"),
        ({"command": ["vina", "{receptor}", "{ligand}"]}, r"command must hold \{out\}"),
        ({"command": ["vina", "{receptor}", "{ligand}", "{out}", "{sead}"]}, r"\{sead\}, which is none of"),
        ({"version": ""}, "version must be"),
        ({"ligand": "mol2"}, "ligand must be pdbqt or sdf"),
        ({"ligand": "sdf", "output": "pdbqt"}, "output must be sdf"),
        ({"score": "("}, "score is no regular expression"),
        ({"score": "RESULT"}, "score needs a group"),
        ({"timeout": 0}, "timeout must be"),
        ({"timeout": float("inf")}, "timeout must be"),
        ({"threads": "yes"}, "threads must be true or false"),
        ({"version": "1\0"}, "NUL"),
        ({"exhaustivness": 8}, "has no 'exhaustivness'; its keys are"),
    ],
)
def test_a_description_is_checked_key_by_key(change: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=said):
        Program.read(described(tmp_path) | change)


def test_a_program_cannot_change_the_receptor_of_the_next_dock(receptor: Receptor, tmp_path: Path) -> None:
    engine = EngineRef("command", json.dumps(described(tmp_path, "changes")))
    with Docker(receptor, exhaustiveness=1, engine=engine, workers=1) as docker:
        assert [result.ok for result in docker.dock(["Oc1ccccc1", "CCO"])] == [True, True]


def test_a_program_is_found_from_where_the_user_stands(
    receptor: Receptor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    options = described(tmp_path)
    (tmp_path / "python").symlink_to(sys.executable)
    (tmp_path / "data").write_text("no program")
    (tmp_path / "data").chmod(0o755)
    refused = docked(receptor, options | {"command": ["./data", *options["command"][1:]]})
    assert "./data cannot be started: Exec format error" in refused.reason
    found = docked(receptor, options | {"command": ["./python", *options["command"][1:]]})
    assert "No such file" not in found.reason


@pytest.mark.skipif(sys.platform != "linux", reason="orphans can be found on Linux only")
@pytest.mark.parametrize(("pause", "timeout"), [("0", 60.0), ("60", 3.0)], ids=["done", "watchdog"])
def test_nothing_that_a_program_started_outlives_it(
    pause: str, timeout: float, receptor: Receptor, tmp_path: Path
) -> None:
    (tmp_path / "pause").write_text(pause)
    result = docked(receptor, described(tmp_path, "leaves"), timeout=timeout)
    assert result.ok == (pause == "0")
    left = int((tmp_path / "left").read_text())
    wait_for(lambda: not alive(left))


class Wrong(Toy):
    """A toy whose outcome is changed before it is handed over."""

    def __init__(self, change: Callable[[Found], Found]) -> None:
        super().__init__()
        self._change = change

    def _search(self, search: Search) -> Found:
        return self._change(super()._search(search))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda found: Found((None,), found.poses), "impossible affinity in kcal/mol: None"),
        (lambda found: Found((-3.0, math.inf), found.poses * 2), "impossible affinity in kcal/mol: -3.0, inf"),
        (lambda found: Found((-3.0, -4.0), found.poses), "the search gave 2 affinities and 1 poses"),
        (lambda found: Found((), ()), "the search gave 0 affinities"),
        (lambda found: Found((-3.0,), (Chem.MolFromSmiles("CC"),)), "another molecule as pose 1"),
    ],
)
def test_what_an_engine_gives_is_checked(change: Callable[[Found], Found], said: str, receptor: Receptor) -> None:
    engine = Wrong(change)
    content = ReceptorContent.of(receptor)
    engine.prepare(content)
    result = engine.dock(DockRequest("Oc1ccccc1", receptor=content.key))
    assert result.status is Status.FAILED
    assert said in result.reason


def test_poses_come_best_first_whatever_the_engine_says(receptor: Receptor) -> None:
    engine = Wrong(lambda found: Found((-3.0, -4.0), found.poses * 2))
    content = ReceptorContent.of(receptor)
    engine.prepare(content)
    assert engine.dock(DockRequest("Oc1ccccc1", receptor=content.key)).affinities == (-4.0, -3.0)


@pytest.mark.parametrize("name", ["vina", "smina"])
def test_the_examples_are_read(name: str) -> None:
    engine = load_engine(EngineRef.of(str(EXAMPLES / f"{name}.toml")))
    assert engine.spec()["command"][0] == name


def test_no_shell_ever_sees_an_argument(receptor: Receptor, tmp_path: Path) -> None:
    options = described(tmp_path)
    options["command"] = [*options["command"][:-1], f"docks; touch {tmp_path}/owned"]
    assert docked(receptor, options).ok
    assert not (tmp_path / "owned").exists()


@pytest.mark.slow
def test_debians_vina_docks_as_ours_does() -> None:
    """Two builds of one program: affinities within what two seeds differ by."""
    if shutil.which("vina") is None:
        if shutil.which("apt-get") is None or os.geteuid() != 0:
            pytest.skip("no program vina, and apt-get cannot install autodock-vina here")
        for step in (["update"], ["install", "-y", "autodock-vina"]):
            done = subprocess.run(["apt-get", *step], capture_output=True, text=True, timeout=240)
            if done.returncode != 0:
                pytest.skip(f"apt-get {step[0]}: {done.stderr.strip().splitlines()[-1:]}")
    molecules = ["Nc1ncnc2ccccc12", "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"]
    found = {}
    for engine in ("vina", str(EXAMPLES / "vina.toml")):
        with Docker(load_receptor("1ia1"), exhaustiveness=4, engine=engine, workers=2) as docker:
            found[engine] = docker.dock(molecules)
    for ours, theirs in zip(*found.values(), strict=True):
        assert theirs.affinity == pytest.approx(ours.affinity, abs=0.3)
        assert theirs.provenance.versions["vina-cli"].startswith("AutoDock Vina")
