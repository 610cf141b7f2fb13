"""`molgrad dock --explain`: a critique a chemist can read, and the same as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import pytest

from molgrad.cli import dock as command
from molgrad.config.settings import RunSettings
from molgrad.docking import DockResult
from molgrad.docking.result import Provenance
from molgrad.evaluation import Status
from tests.interactions.scenes import STORED

ROW = STORED[0]
DONE = Provenance("vina", searches=2, repeatability=1.0)


class FakeDocker:
    """Gives the stored pose to trimethoprim, and fails for everything else."""

    def __init__(self, *given: object, **settings: object) -> None: ...

    def stream(
        self, smiles: Sequence[str], states: Sequence[str | None], parents: object = None
    ) -> Iterator[tuple[int, DockResult]]:
        for index, text in enumerate(smiles):
            if text == ROW["smiles"]:
                yield index, DockResult(
                    text, ROW["docked_smiles"], affinity=ROW["affinity"], poses=(ROW["pose"],),
                    affinities=(ROW["affinity"],), provenance=DONE,
                )  # fmt: skip
            else:
                yield index, DockResult(text, status=Status.FAILED, reason="the docking process ended")

    def __enter__(self) -> FakeDocker:
        return self

    def __exit__(self, *error: object) -> None: ...


def explained(
    kind: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *smiles: str
) -> list[str]:
    monkeypatch.setattr(command, "Docker", FakeDocker)
    settings = RunSettings(receptor="1ia1", start=smiles, exhaustiveness=2, workers=1, cache=False)
    command.run_dock(smiles, settings, input_files=[], out=None, quiet=True, explain=kind)
    return capsys.readouterr().out.splitlines()


def test_words(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    lines = explained("text", monkeypatch, capsys, ROW["smiles"], "CCO")
    first, second = lines[: lines.index("")], lines[lines.index("") + 1 :]
    assert first[0] == f"1  {ROW['smiles']}"
    assert first[1].startswith("  Vina gives -")
    assert len(first) <= 13  # the molecule, and twelve lines about it
    assert any("B:GLU32" in line for line in first)
    assert any("pyrimidine (atoms" in line for line in first)  # groups by the names that chemists use
    assert second == ["2  CCO", "  failed: the docking process ended", ""]


def test_json_lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = (json.loads(line) for line in explained("json", monkeypatch, capsys, ROW["smiles"], "CCO"))
    keys = ["name", "smiles", "docked_smiles", "status", "affinity", "inter", "provenance", "atoms", "facts", "reason"]
    assert list(good) == list(bad) == keys
    assert good["inter"] == pytest.approx(ROW["inter"], abs=0.01)
    assert sum(atom["total"] for atom in good["atoms"]) == pytest.approx(good["inter"], abs=0.01)
    assert list(good["atoms"][0]) == [
        "index", "element", "gauss1", "gauss2", "repulsion", "hydrophobic", "hbond", "total",
    ]  # fmt: skip
    assert Provenance.from_json(good["provenance"]) == DONE
    assert good["facts"][0]["kind"] == "docking"
    assert (bad["status"], bad["reason"], bad["atoms"]) == ("failed", "the docking process ended", [])
    assert (bad["affinity"], bad["inter"], bad["facts"]) == (None, None, [])
    assert Provenance.from_json(bad["provenance"]) == Provenance()
