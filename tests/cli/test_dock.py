"""`molgrad dock` on real input: a row a molecule, poses that Vina itself would score the same."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from rdkit import Chem

from molgrad.cli import dock as command
from molgrad.config.settings import RunSettings
from molgrad.docking import DockResult
from molgrad.docking.known_pose import KnownPose
from molgrad.docking.result import Provenance
from molgrad.docking.worth import WORTH
from molgrad.errors import ConflictingSettingsError, ReceptorError
from molgrad.evaluation import Status
from molgrad.io import Entry
from molgrad.receptors.size import SizeFit
from tests.cli.run import PROGRAM, environment, molgrad
from tests.docking.conftest import SLOW, wait_for

NASTY = Path(__file__).parents[1] / "data" / "nasty.smi"


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict[str, str]], Path]:
    out = tmp_path_factory.mktemp("dock") / "poses.sdf"
    done = molgrad("dock", "--receptor", "1ia1", "-i", str(NASTY), "--out", str(out), "--exhaustiveness", "1")
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout))), out


def test_a_row_for_each_line_in_order(nasty: tuple[list[dict[str, str]], Path]) -> None:
    lines = [line.split() for line in NASTY.read_text().splitlines() if line and not line.startswith("#")]
    assert [row["name"] for row in nasty[0]] == [words[-1] for words in lines]
    assert [row["smiles"] for row in nasty[0]] == [words[0] for words in lines]


def test_the_note_says_what_was_stripped(nasty: tuple[list[dict[str, str]], Path]) -> None:
    notes = {row["name"]: row["note"] for row in nasty[0]}
    assert "CCOC(C)=O" in notes["mixture"], "a known solvent"
    assert "stripped" in notes["mixture"]
    assert "stripped" not in notes["toluene"]


def test_good_ones_have_a_number_and_bad_ones_a_reason(nasty: tuple[list[dict[str, str]], Path]) -> None:
    good = {
        "trimethoprim",
        "salt",
        "sodium_acetate",
        "mixture",
        "diazepam",
        "toluene",
        "undefined_stereo",
        "last_and_good",
    }
    for row in nasty[0]:
        if row["name"] in good:
            assert row["status"] == "ok", row
            assert -12 < float(row["affinity"]) < -1
            assert row["docked_smiles"]
        else:
            assert row["status"] == "invalid", row
            assert row["affinity"] == ""
            assert row["reason"]


def test_the_best_pose_comes_first_and_carries_what_the_table_says(
    nasty: tuple[list[dict[str, str]], Path],
) -> None:
    table = {row["name"]: row for row in nasty[0] if row["affinity"]}
    first: dict[str, Chem.Mol] = {}
    for pose in Chem.SDMolSupplier(str(nasty[1])):
        first.setdefault(pose.GetProp("name"), pose)
    assert first.keys() == table.keys()
    for name, pose in first.items():
        assert float(pose.GetProp("affinity")) == pytest.approx(float(table[name]["affinity"]), abs=1e-3)
        assert Chem.MolToSmiles(Chem.RemoveHs(pose)) == table[name]["docked_smiles"]


def test_poses_written_so_far_survive_a_kill(tmp_path: Path) -> None:
    out = tmp_path / "poses.sdf"
    slow = "CCCCCCc1ccc(C(=O)NCCCCCCc2ccccc2)cc1"
    words = ["dock", "CCO", slow, "-r", "1ia1", "-o", str(out), "--exhaustiveness", "24", "--workers", "2"]
    process = subprocess.Popen([*PROGRAM, *words], stdout=subprocess.PIPE, text=True, env=environment())
    assert process.stdout is not None
    assert process.stdout.readline().startswith("name,")
    assert ",ok," in process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)
    assert not out.exists()
    poses = list(Chem.SDMolSupplier(f"{out}.part"))
    assert {pose.GetProp("smiles") for pose in poses} == {"CCO"}


class FakeDocker:
    """Docks its molecules in reverse order, then meets `error`."""

    error: BaseException | None = None
    asked: list[tuple[str, str | None]]

    def __init__(self, *given: object, **settings: object) -> None: ...

    def stream(
        self, smiles: Sequence[str], states: Sequence[str | None], parents: object = None
    ) -> Iterator[tuple[int, DockResult]]:
        type(self).asked = list(zip(smiles, states, strict=True))
        block = Chem.MolToMolBlock(Chem.MolFromSmiles("CCO"))
        for index, text in reversed(list(enumerate(smiles))):
            yield index, DockResult(text, text, affinity=-1.0, poses=(block,), affinities=(-1.0,))
        if self.error is not None:
            raise self.error

    def __enter__(self) -> FakeDocker:
        return self

    def __exit__(self, *error: object) -> None: ...


def run(monkeypatch: pytest.MonkeyPatch, given: Path, out: Path, error: BaseException | None = None) -> None:
    monkeypatch.setattr(command, "Docker", FakeDocker)
    monkeypatch.setattr(FakeDocker, "error", error)
    settings = RunSettings(receptor="1ia1", start=[str(given)], exhaustiveness=1, workers=1, cache=False)
    command.run_dock([], settings, input_files=[given], out=out, quiet=True)


def test_rows_and_poses_keep_the_order_given_and_states_are_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given, out = tmp_path / "a.csv", tmp_path / "out.sdf"
    given.write_text("name,smiles,docked_smiles\na,CCN,CC[NH3+]\nb,,\nc,CCO,\nd,CCC,\n")
    run(monkeypatch, given, out)
    assert FakeDocker.asked == [("CCN", "CC[NH3+]"), ("CCO", None), ("CCC", None)]
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["name"], row["status"]) for row in rows] == [
        ("a", "ok"), ("b", "invalid"), ("c", "ok"), ("d", "ok"),
    ]  # fmt: skip
    assert [pose.GetProp("name") for pose in Chem.SDMolSupplier(str(out))] == ["a", "c", "d"]


@pytest.mark.parametrize("error", [ReceptorError("unusable"), KeyboardInterrupt()])
def test_a_run_that_gives_nothing_keeps_the_earlier_poses(
    error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, out = tmp_path / "a.smi", tmp_path / "out.sdf"
    given.write_text("CCO\n")
    out.write_text("earlier")

    def stream(self: FakeDocker, *lists: object) -> Iterator[tuple[int, DockResult]]:
        raise error
        yield

    monkeypatch.setattr(FakeDocker, "stream", stream)
    with pytest.raises(type(error)):
        run(monkeypatch, given, out)
    assert out.read_text() == "earlier"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.smi", "out.sdf"]


def test_a_given_state_is_docked_and_one_that_does_not_fit_is_a_row(tmp_path: Path) -> None:
    given = tmp_path / "a.csv"
    given.write_text("name,smiles,docked_smiles\nneutral,CCN,CCN\nchosen,CCN,\nwrong,CCN,CCO\nbroken,CCN,x(\n")
    done = molgrad("dock", "-r", "1ia1", "-i", str(given), "--exhaustiveness", "1")
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(done.stdout))}
    assert (rows["neutral"]["docked_smiles"], rows["chosen"]["docked_smiles"]) == ("CCN", "CC[NH3+]")
    assert {rows[name]["status"] for name in ("wrong", "broken")} == {"invalid"}
    assert "only charges and hydrogens may differ" in rows["wrong"]["reason"]
    assert rows["broken"]["reason"]


def test_an_affinity_stands_beside_what_its_size_explains() -> None:
    fit = SizeFit("surface", (-2.0, -0.5), 1.0, 30)
    entry, benzene = Entry("b", "c1ccccc1"), DockResult("c1ccccc1", affinity=-5.0, atom_map=tuple(range(6)))
    row = dict(zip(command.COLUMNS, command._cells(entry, benzene, fit, ()), strict=True))
    assert (row["ligand_efficiency"], row["size_residual"]) == ("-0.833", f"{-5.0 + 2.0 + 0.5 * 6 ** (2 / 3):.3f}")
    lost = command._cells(entry, DockResult("c1ccccc1", status=Status.FAILED, reason="no memory"), fit, ())
    assert dict(zip(command.COLUMNS, lost, strict=True))["size_residual"] == ""


@pytest.mark.skipif(sys.platform != "linux", reason="the system tells a process's children on Linux")
def test_ctrl_c_is_heard_in_the_middle_of_a_dock() -> None:
    """RDKit leaves the signal's handler such that a wait for a lock sleeps on."""
    words = [*PROGRAM, "dock", "-r", "1ia1", "--workers", "1", "--exhaustiveness", "256", SLOW]
    process = subprocess.Popen(
        words,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore it
    )
    wait_for(lambda: [worker for server in children(process.pid) for worker in children(server)])
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "stopped; 0 of 1 rows are written" in said


def children(pid: int) -> list[int]:
    listed = [file.read_text() for file in Path(f"/proc/{pid}/task").glob("*/children")]
    return [int(child) for text in listed for child in text.split()]


def test_with_a_known_pose_every_row_and_pose_has_both_scores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Posed(FakeDocker):
        def stream(self, smiles: Sequence[str], *given: object) -> Iterator[tuple[int, DockResult]]:
            for index, result in super().stream(smiles, [None] * len(smiles)):
                done = Provenance(
                    built=-1.0 if index else None, unseeded=-2.5, counted="built" if index else "unseeded"
                )
                yield index, replace(result, provenance=done)

    monkeypatch.setattr(command, "Docker", Posed)
    monkeypatch.setattr(command, "read_pose", lambda path, target: KnownPose("a pose", ("lead.sdf holds 2 records",)))
    settings = RunSettings(receptor="1ia1", start=["CCO"], effort="thorough", pose="lead.sdf", pose_mode="keep")
    out = tmp_path / "out.sdf"
    command.run_dock(["CCO", "CCN"], settings, input_files=[], out=out, quiet=False)
    printed = capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(printed.out)))
    assert [(row["affinity_built"], row["affinity_unseeded"]) for row in rows] == [("", "-2.500"), ("-1.000", "-2.500")]
    assert list(rows[0])[:6] == ["name", "smiles", "docked_smiles", "status", "affinity", "affinity_built"]
    assert "molgrad: lead.sdf holds 2 records\n" in printed.err
    assert printed.err.count(WORTH) == 1  # where two or more are ranked
    poses = list(Chem.SDMolSupplier(str(out)))
    assert poses[1].GetProp("affinity_built") == "-1.000"
    assert not poses[0].HasProp("affinity_built")
    with pytest.raises(ConflictingSettingsError, match="pose-mode keep"):
        command.run_dock(["CCO"], settings.replaced(pose_mode="lower"), input_files=[], out=None, quiet=True)
    command.run_dock(["CCO"], settings, input_files=[], out=None, quiet=False)
    assert WORTH not in capsys.readouterr().err
