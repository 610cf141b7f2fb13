"""A campaign that begins with the lessons of another: one is used, one is retracted, and the other may be deleted."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

import molgrad as mg
from molgrad.errors import CampaignError, SettingsChangedError
from tests.cli.run import molgrad

RINGS = ("C2CC2", "C2CCCC2", "C2CCCCC2", "C2CCCCCC2")
TO_CF3 = "F para to the amide C=O -> CF3"
TO_CL = "F para to the amide C=O -> Cl"


def molecules(groups: Sequence[str], rings: Sequence[str] = RINGS) -> dict[str, list[str]]:
    return {group: [f"O=C(N{ring})c1ccc({group})cc1" for ring in rings] for group in groups}


def potency(*, cf3: float, chlorine: float) -> dict[str, float]:
    """pIC50 of para-substituted benzamides; a real assay has no more pattern than this."""
    found = {}
    for group, shift in (("F", 0.0), ("C(F)(F)F", cf3), ("Cl", chlorine)):
        for place, smiles in enumerate(molecules([group])[group]):
            found[smiles] = 5.0 + 0.3 * place + shift + 0.02 * (-1) ** place
    return found


def laboratory(folder: Path, told: dict[str, float], **more: object) -> mg.Campaign:
    loss = 10 * mg.QED() + 2 * mg.Assay("pIC50", direction="maximize")
    campaign = mg.Campaign(folder, start=[next(iter(told))], loss=loss, engine="chemist", seed=1, batch=4, **more)  # type: ignore[arg-type]
    campaign.ask(1)
    for smiles, value in told.items():
        campaign.tell(smiles, value)
    return campaign


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    with laboratory(tmp_path / "a", potency(cf3=0.8, chlorine=0.6)) as campaign:
        assert {TO_CF3, TO_CL} <= {lesson.change for lesson in campaign.matched_lessons()}
    return tmp_path / "a"


def few(told: dict[str, float], groups: Sequence[str], n: int) -> dict[str, float]:
    wanted = [smiles for group in groups for smiles in molecules([group], RINGS[:n])[group]]
    return {smiles: told[smiles] for smiles in wanted}


def test_a_told_lesson_is_kept_and_one_that_own_pairs_contradict_is_retracted(earlier: Path, tmp_path: Path) -> None:
    own = few(potency(cf3=0.8, chlorine=-0.7), ["F", "Cl"], 2)  # chlorine comes out the other way here
    with laboratory(tmp_path / "b", own, brief=earlier) as campaign:
        shutil.rmtree(earlier)  # it is not needed any more
        said = campaign.lessons()
        assert any(text.startswith(f"from {earlier}: {TO_CF3}: pIC50 +0.8") for text in said)
        [retracted] = campaign.retracted_lessons()
        assert str(retracted).startswith(f"retracted: {TO_CL} from {earlier}")
        assert "here -0.7, -0.7 log units in 2 pairs" in str(retracted)
        assert not any(text.startswith("from") and TO_CL in text for text in said)
    with mg.Campaign(tmp_path / "b") as again:  # from the folder alone, the other being gone
        assert again.lessons() == said
        assert again.opened() is not None
    shown = molgrad("lessons", str(tmp_path / "b"))
    assert f"from {earlier}: {TO_CF3}" in shown.stdout
    assert "retracted: " in shown.stdout


def test_what_it_proposes_is_the_same_when_it_is_opened_again(earlier: Path, tmp_path: Path) -> None:
    own = few(potency(cf3=0.8, chlorine=0.6), ["F"], 4)
    batches = []
    for name in ("b", "c"):
        with laboratory(tmp_path / name, own, brief=earlier) as campaign:
            if name == "b":
                batches.append([record.value for record in campaign.ask(4)])
        if name == "c":
            with mg.Campaign(tmp_path / name) as again:
                batches.append([record.value for record in again.ask(4)])
    assert batches[0] == batches[1]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: folder, "there is no run"),
        (lambda folder: folder / "own", "cannot begin with its own lessons"),
    ],
)
def test_a_brief_that_is_none_is_refused_before_the_folder_is_made(make: object, words: str, tmp_path: Path) -> None:
    with pytest.raises(CampaignError, match=words):
        laboratory(tmp_path / "own", potency(cf3=0.1, chlorine=0.1), brief=make(tmp_path))  # type: ignore[operator]
    assert not (tmp_path / "own").exists()


def test_a_damaged_or_newer_run_is_named(earlier: Path, tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(earlier / "campaign.db") as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(CampaignError, match="newer molgrad"):
        laboratory(tmp_path / "b", potency(cf3=0.1, chlorine=0.1), brief=earlier)
    (earlier / "campaign.db").write_bytes(b"no database")
    with pytest.raises(CampaignError, match=str(earlier)):
        laboratory(tmp_path / "b", potency(cf3=0.1, chlorine=0.1), brief=earlier)


def test_a_run_without_lessons_gives_none_and_says_so(tmp_path: Path) -> None:
    laboratory(tmp_path / "a", few(potency(cf3=0.1, chlorine=0.1), ["F"], 1)).close()
    with pytest.warns(UserWarning, match="lessons taken from .*: 0 .no change was measured in three pairs there"):
        laboratory(tmp_path / "b", potency(cf3=0.1, chlorine=0.1), brief=tmp_path / "a").close()


def test_what_cannot_be_compared_is_said_and_not_taken(earlier: Path, tmp_path: Path) -> None:
    loss = 10 * mg.QED() + mg.Assay("solubility", unit="uM")
    with (
        pytest.warns(UserWarning, match="not taken: lessons of pIC50, which is no term of this run"),
        mg.Campaign(tmp_path / "b", start=["c1ccccc1C(=O)NC2CC2"], loss=loss, brief=earlier) as campaign,
    ):
        assert campaign.told_lessons() == []


def test_another_brief_later_is_another_setting(earlier: Path, tmp_path: Path) -> None:
    own = few(potency(cf3=0.8, chlorine=0.6), ["F"], 1)
    laboratory(tmp_path / "b", own).close()
    with pytest.raises(SettingsChangedError, match="brief was not set"):
        laboratory(tmp_path / "b", own, brief=earlier)


def test_runs_without_lessons_each_have_a_sentence(tmp_path: Path) -> None:
    nothing = molgrad("lessons", str(tmp_path))
    assert nothing.returncode == 2
    assert "holds no campaign" in nothing.stderr
    with mg.Campaign(tmp_path / "exact", start=["CCO"], loss=10 * mg.QED(), engine="chemist") as campaign:
        campaign.run(3)
    assert "every term is computed exactly" in molgrad("lessons", str(tmp_path / "exact")).stdout
    laboratory(tmp_path / "few", few(potency(cf3=0.1, chlorine=0.1), ["F"], 1)).close()
    assert (
        "no change has 3 measured pairs yet (2 molecules measured)" in molgrad("lessons", str(tmp_path / "few")).stdout
    )


def test_a_model_is_not_told_which_run_the_lessons_are_from(earlier: Path, tmp_path: Path) -> None:
    own = few(potency(cf3=0.8, chlorine=0.6), ["F"], 1)
    with laboratory(tmp_path / "b", own, brief=earlier) as campaign:
        said = campaign._lessons_for_advisors()
    assert any("from an earlier run" in text for text in said)
    assert not any(str(earlier) in text for text in said)
