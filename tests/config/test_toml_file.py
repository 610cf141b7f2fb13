"""Settings in TOML: what is read, and how a wrong file is explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from molgrad.config.running import open_campaign
from molgrad.config.settings import RunSettings
from molgrad.config.toml_file import read_run
from molgrad.errors import InputFileError, MolgradError


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("seed = 'seven'", "seed must be int"), ("dcoks = 3", "did you mean docks"), ("seed = ", "not TOML"),
        ("seed = true", "seed must be int"), ("docks = -4", "from 1 to 10000000"), ("workers = 0", "from 1 to 1024"),
        ('objective = "textgrad"\n[[term]]\nloss = "qed"', "not both"),
    ],
)  # fmt: skip
def test_a_wrong_run_file_is_explained(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text(text)
    with pytest.raises(MolgradError, match=said):
        read_run(tmp_path / "run.toml")


def test_a_good_run_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text('receptor = "1ia1"\nstart = "CCO"\n[[term]]\nloss = "qed"\nweight = 2.0\n')
    settings = read_run(tmp_path / "run.toml")
    assert settings == {"receptor": "1ia1", "start": ("CCO",), "term": ({"loss": "qed", "weight": 2.0},)}
    (tmp_path / "run.toml").write_text("min_similarity = 1\nmax_cost = 5\n")
    assert read_run(tmp_path / "run.toml") == {"min_similarity": 1, "max_cost": 5}  # whole numbers are numbers


def test_starts_are_texts(tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text("start = [1]\n")
    with pytest.raises(InputFileError, match="in quotes"):
        read_run(tmp_path / "run.toml")


def test_the_example_of_the_repository_is_a_campaign(tmp_path: Path) -> None:
    example = Path(__file__).parents[2] / "examples" / "lead.toml"
    settings = RunSettings(**read_run(example)).replaced(out=str(tmp_path))
    with open_campaign(settings) as campaign:
        assert campaign.domain.spec()["keep"] == ["Nc1nccc(N)n1"]
        assert [term["loss"] for term in campaign.loss.spec()["terms"]] == [  # type: ignore[union-attr]  # it has one
            "docking", "qed", "rotatable_bonds", "contact",
        ]  # fmt: skip
