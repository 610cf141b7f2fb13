"""Every setting of a run is declared once: an option, a TOML key, a line of campaign.toml and an argument in Python."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from typer.main import get_command
from typer.testing import CliRunner

import molgrad as mg
from molgrad.campaign.campaign import BATCH
from molgrad.chem.states import DEFAULT_PROTONATION
from molgrad.cli.app import app
from molgrad.config.docking_fields import dock_arguments
from molgrad.config.fields import Declared, declared
from molgrad.config.running import open_campaign
from molgrad.config.settings import EXCLUSIVE, RunSettings, merged
from molgrad.config.toml_file import read_run
from molgrad.docking.request import DockSettings
from molgrad.errors import ConflictingSettingsError, InputFileError, MolgradError, UnknownNameError

FIELDS = declared(RunSettings)
NEEDED = {"receptor": "1ia1", "start": ("CCO",)}


def another(one: Declared) -> Any:
    """A sound value of a setting that is not its default."""
    if one.name in VALUES:
        return VALUES[one.name]
    if one.kind is bool:
        return not RunSettings.model_fields[one.name].default
    if one.kind in (int, float):
        return one.kind(one.most or (one.least or 0) + 2)
    return ("CC",) if one.many else "other"


VALUES: dict[str, Any] = {
    "receptor": "1ia1", "term": ({"loss": "qed", "weight": 2.0},), "price": (0.25, 2.0), "calls_per_step": "three",
    "prompts": "batch", "protonation": "none", "pose_mode": "keep", "scope": "hop",
    "effort": "fast", "engine": "chemist", "search": "pareto",
}  # fmt: skip


# Not of DockSettings, or told apart below.
EXCLUSIVE_OR_FILES = ("effort", "exhaustiveness", "box", "pose", "executor", "cache")


@pytest.fixture(params=FIELDS.values(), ids=FIELDS)
def one(request: pytest.FixtureRequest) -> Declared:
    return request.param


def test_it_is_an_option_with_its_words_and_bounds(one: Declared) -> None:
    option = {p.name: p for p in get_command(app).commands["optimize"].params}[one.name]  # type: ignore[attr-defined]
    assert "--" + one.name.replace("_", "-") in option.opts
    assert option.help.startswith(one.text)
    assert not one.short or one.short in option.opts


def test_it_is_a_key_of_toml_and_an_argument(one: Declared, tmp_path: Path) -> None:
    value = another(one)
    (tmp_path / "run.toml").write_text(tomli_w.dumps({one.name: value}))
    assert read_run(tmp_path / "run.toml") == {one.name: value}
    assert getattr(RunSettings(**{**NEEDED, one.name: value}), one.name) == value


def test_it_says_what_it_is(one: Declared) -> None:
    assert one.text, f"{one.name} has no words for --help"


def test_a_value_out_of_bounds_is_refused_with_the_name(one: Declared) -> None:
    beyond = [limit + by for limit, by in ((one.least, -1), (one.most, 1)) if limit is not None]
    for value in beyond:
        with pytest.raises(InputFileError, match=rf"^{one.name} must be (at least|from) .*, not {value}$"):
            RunSettings(**{**NEEDED, one.name: value})
        flag = "--" + one.name.replace("_", "-")
        done = CliRunner().invoke(app, ["optimize", flag, str(value)])
        assert done.exit_code == 2
        assert flag in done.output


def test_a_value_of_another_kind_is_refused_with_the_name(one: Declared) -> None:
    with pytest.raises(MolgradError, match=one.name):
        RunSettings(**{**NEEDED, one.name: object()})


def test_defaults_are_those_of_the_parts_that_take_them() -> None:
    settings = RunSettings(receptor="1ia1", start="CCO")
    assert settings.batch == BATCH
    assert settings.start == ("CCO",)
    assert DockSettings.of(**dock_arguments(settings)) == DockSettings()
    assert settings.model_dump()["protonation"] == DEFAULT_PROTONATION
    assert RunSettings(receptor=Path("x") / "y", start=["CCO"]).receptor == "x/y"


def test_every_setting_of_a_dock_is_one_of_a_run_and_reaches_it() -> None:
    assert {one.name for one in fields(DockSettings)} <= FIELDS.keys() | {"engine"}
    names = [name for name, one in FIELDS.items() if one.group == "Docking" and name not in EXCLUSIVE_OR_FILES]
    values = {name: another(FIELDS[name]) for name in names} | {"seed": 5, "effort": "fast"}
    settings = DockSettings.of(**dock_arguments(RunSettings(**NEEDED, **values)))
    for name, value in values.items():
        if name not in ("effort", "engine_program"):
            assert getattr(settings, name) == value
    assert (settings.effort.name, settings.engine.name) == ("fast", values["engine_program"])


def test_settings_are_frozen_and_replaced() -> None:
    settings = RunSettings(receptor="1ia1", start="CCO", effort="fast", docks=5)
    with pytest.raises(ValueError, match="frozen"):
        settings.docks = 6  # type: ignore[misc]  # what is refused
    more = settings.replaced(docks=9, exhaustiveness=2)
    assert (more.docks, more.exhaustiveness, more.effort) == (9, 2, None)
    assert more.replaced(docks=None).docks == 60
    with pytest.raises(UnknownNameError, match="did you mean docks"):
        settings.replaced(dcoks=3)


@pytest.mark.parametrize("pair", EXCLUSIVE)
def test_what_excludes_one_another_is_refused_and_the_later_one_wins(pair: tuple[str, str]) -> None:
    first, second = (another(FIELDS[name]) for name in pair)
    with pytest.raises(ConflictingSettingsError, match="not both"):
        RunSettings(**NEEDED, **dict(zip(pair, (first, second), strict=True)))
    assert merged({pair[0]: first, "docks": 3}, {pair[1]: second}) == {"docks": 3, pair[1]: second}


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    with open_campaign(RunSettings(receptor="1ia1", start=["CC(N)c1ccccc1"], out=str(tmp_path / "run"))):
        return tmp_path / "run" / "campaign.toml"


@pytest.mark.filterwarnings("ignore:start")
def test_every_setting_is_a_line_of_the_record_and_the_record_is_read(recorded: Path) -> None:
    text = recorded.read_text()
    lines = {line.removeprefix("# ").split()[0] for line in text.splitlines() if line and not line.startswith("[")}
    assert FIELDS.keys() <= lines
    settings = RunSettings(**read_run(recorded))
    assert settings.start == ("C[C@@H](N)c1ccccc1",)
    with open_campaign(settings):  # its own record is the same campaign
        assert recorded.read_text() == text
    assert tomllib.loads(text)["record"]["domain"]["preset"] == "druglike"


@pytest.mark.filterwarnings("ignore:start")
def test_terms_and_every_other_value_come_back_from_the_record(tmp_path: Path) -> None:
    values = {name: another(one) for name, one in FIELDS.items() if one.group != "Model"}
    for left_out in (
        "receptor",
        "objective",
        "exhaustiveness",
        "pose",
        "contact",
        "require",
        "box",
        "keep",
        "exclude",
        "core",
        "vary",
        "preset",
        "engine_program",
        "brief",
    ):
        values.pop(left_out)
    values |= {"start": ("CCO",), "min_similarity": 0.25, "out": str(tmp_path / "run"), "workers": 1}
    (tmp_path / "stock.smi").write_text("CCO ethanol\n")
    (tmp_path / "amines.smi").write_text("C1COCCN1 morpholine\n")
    values |= {"stock": str(tmp_path / "stock.smi"), "building_blocks": str(tmp_path / "amines.smi")}
    values["reactions"] = ("amide coupling",)
    settings = RunSettings(receptor="1ia1", **values)
    with open_campaign(settings):
        again = RunSettings(**read_run(tmp_path / "run" / "campaign.toml"))
    assert again == settings


def test_the_record_of_a_campaign_from_objects_says_what_cannot_be_run_again(tmp_path: Path) -> None:
    mg.Campaign(tmp_path, start=["CCO"], loss=mg.QED() + mg.LogP(1, 3), engine="chemist", seed=4).close()
    record = tmp_path / "campaign.toml"
    data = tomllib.loads(record.read_text())
    assert (data["start"], data["seed"], data["engine"]) == (["CCO"], 4, "chemist")
    assert data["unrepeatable"] == {"loss": "given as a Python object: total (qed, logp)"}
    with pytest.raises(MolgradError, match=r"campaign.toml cannot be run again: loss was given as a Python object"):
        read_run(record)
    assert read_run(record, {"objective": "default"})["seed"] == 4


def test_the_help_of_a_command_loads_nothing_heavy() -> None:
    program = (
        "import sys; sys.argv = ['molgrad', 'optimize', '--help']\n"
        "from molgrad.cli.app import app\n"
        "try: app()\n"
        "except SystemExit: pass\n"
        "print(sorted({'rdkit', 'pandas', 'openai', 'scipy', 'vina'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(("scope", "start", "found"), [
    (None, "CC(N)=O", "free"),
    (None, "Cc1ccc(NC(=O)c2ccccc2)cc1Nc1ncccn1", "analogues"),
    ("hop", "CC(N)=O", "hop"),
    ("free", "Cc1ccc(NC(=O)c2ccccc2)cc1Nc1ncccn1", "free"),
])  # fmt: skip
def test_the_scope_is_what_suits_the_starts_or_what_was_asked_for(
    scope: Any, start: str, found: str, tmp_path: Path
) -> None:
    settings = RunSettings(receptor="1ia1", start=start, scope=scope, out=str(tmp_path / "run"))
    with open_campaign(settings) as campaign:
        assert campaign.search_settings.scope == campaign.domain.scope == found


def test_a_scope_that_does_not_exist_is_refused() -> None:
    with pytest.raises(MolgradError, match="scope"):
        RunSettings(receptor="1ia1", start="CCO", scope="far")
