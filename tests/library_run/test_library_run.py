"""Library runs: which campaigns a file makes, what is said beforehand, and what stands in the table."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from molgrad.autograd.gradient import Proposal
from molgrad.config.settings import RunSettings
from molgrad.errors import CampaignError, ConflictingSettingsError, InputFileError, UnknownNameError
from molgrad.evaluation import Evaluation, Status
from molgrad.library_run import running
from molgrad.library_run.library import TEMPLATE, run_library
from molgrad.library_run.plan import Combination, planned
from molgrad.library_run.rehearsal import rehearse
from molgrad.library_run.running import Outcome
from molgrad.library_run.selection import selected
from molgrad.library_run.settings import TableSettings, read_library_settings
from molgrad.library_run.standing import is_library_run, lines, standing
from molgrad.library_run.writing import write_plan
from molgrad.optim.record import Record

# No docks: the terms of the objective are computed.
PLAIN = """
out = "{folder}"
leads = ["Cc1ccc(C(=O)NCc2ccccn2)cc1 amide", "CCOc1ccc(S(=O)(=O)N2CCCC2)cc1 sulfonamide"]
receptors = ["1ia1"]
docks = 8
{more}
[table]
diversity = "none"
per_scaffold = 0
[finalists]
count = 2
[objective.plain]
term = [{{loss = "qed", weight = 10.0}}, {{loss = "synthesizability"}}]
"""


def written(tmp_path: Path, text: str = PLAIN, more: str = "") -> Path:
    path = tmp_path / "library.toml"
    path.write_text(text.format(folder=tmp_path / "out", more=more))
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_example_can_be_run() -> None:
    given = read_library_settings(TEMPLATE)
    plan = planned(given)
    assert [one.name for one in plan.combinations] == ["trimethoprim-1ia1-lead"]
    assert rehearse(given).missing == ()


def test_a_run_makes_one_table_and_goes_on(tmp_path: Path) -> None:
    path = written(tmp_path)
    done = run_library(path)
    table, runs = rows(tmp_path / "out" / "library.csv"), rows(tmp_path / "out" / "runs.csv")
    assert [row["run"] for row in runs] == ["amide-1ia1-plain", "sulfonamide-1ia1-plain"]
    assert {row["measured"] for row in runs} == {"8"}
    assert [row["finalist"] for row in table[:3]] == ["True", "True", "False"]
    assert [row["rank"] for row in table] == [str(i + 1) for i in range(len(table))]
    losses = [float(row["loss"]) for row in table]
    assert losses == sorted(losses)
    assert len({row["inchikey"] for row in table}) == len(table)
    assert all("->" in row["lineage"] and float(row["gain"]) > 0 for row in table)
    book = openpyxl.load_workbook(tmp_path / "out" / "library.xlsx")
    assert book.sheetnames == ["molecules", "campaigns"]
    assert book["molecules"].max_row == len(table) + 1
    assert len(book["molecules"]._images) == len(table)  # each with its structure
    assert [row["docks"] for row in rows(tmp_path / "out" / "plan.csv")] == ["8", "8"]
    found = standing(tmp_path / "out")
    said = "\n".join(lines("out", found))
    assert "out: a library run of 2 campaigns, 2 begun; nobody is at work" in said
    assert "spent      16 of 16" in said
    assert f"best {losses[0]:.3f}"[:9] in said
    assert "library.csv: as of when" in said
    before = (tmp_path / "out" / "library.csv").read_text()
    again = run_library(path)
    assert (tmp_path / "out" / "library.csv").read_text() == before
    assert [len(one.records) for one in again.outcomes] == [len(one.records) for one in done.outcomes]


def test_a_library_run_that_has_just_begun_says_what_is_planned(tmp_path: Path) -> None:
    write_plan(planned(read_library_settings(written(tmp_path))))
    said = list(lines("out", standing(tmp_path / "out")))
    assert said[0] == "out: a library run of 2 campaigns, 0 begun; nobody is at work"
    assert "  amide-1ia1-plain: not begun" in said
    assert is_library_run(tmp_path / "out")
    assert not is_library_run(tmp_path)


def test_a_campaign_that_fails_is_named_and_the_rest_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = running.open_campaign

    def open_campaign(settings: RunSettings) -> object:
        if "amide-" in str(settings.out) and "sulfon" not in str(settings.out):
            raise ZeroDivisionError("of the machine")
        return opened(settings)

    monkeypatch.setattr(running, "open_campaign", open_campaign)
    done = run_library(written(tmp_path))
    assert [one.failure for one in done.outcomes] == ["ZeroDivisionError: of the machine", ""]
    assert {one.outcome.combination.lead for one in done.candidates} == {"sulfonamide"}
    assert rows(tmp_path / "out" / "runs.csv")[0]["failure"] == "ZeroDivisionError: of the machine"


def test_a_stopped_run_has_a_table_and_goes_on(tmp_path: Path) -> None:
    path, out = written(tmp_path), tmp_path / "out"
    done = run_library(path, watch=lambda event: (out / "STOP").touch() if event.spent == 5 else None)
    assert [bool(one.failure) for one in done.outcomes] == [True, True]
    assert "STOP asked for it" in done.outcomes[0].failure
    assert len(done.outcomes[1].records) == 0
    assert rows(out / "library.csv")
    again = run_library(path)
    assert [(len(one.records), one.failure) for one in again.outcomes] == [(8, ""), (8, "")]


def test_where_every_campaign_fails_that_is_the_end(tmp_path: Path) -> None:
    path = written(tmp_path, PLAIN.replace("1ia1", "nowhere"))
    with pytest.raises(CampaignError, match="every campaign failed; amide-nowhere-plain: there is no receptor"):
        run_library(path)
    assert len(rows(tmp_path / "out" / "runs.csv")) == 2


def test_leads_receptors_and_objectives_are_combined(tmp_path: Path) -> None:
    text = PLAIN.replace('receptors = ["1ia1"]\ndocks = 8', 'receptors = ["1ia1", "DRD2"]\ndocks_in_all = 30')
    plan = planned(read_library_settings(written(tmp_path, text, 'objectives = ["lead", "plain"]')))
    assert [one.name for one in plan.combinations][:3] == ["amide-1ia1-lead", "amide-1ia1-plain", "amide-DRD2-lead"]
    assert [one.settings.docks for one in plan.combinations] == [4, 4, 4, 4, 4, 4, 3, 3]
    assert [bool(one.settings.term) for one in plan.combinations][:2] == [False, True]
    together = planned(read_library_settings(written(tmp_path, text, "together = true")))
    assert [one.name for one in together.combinations] == ["all-1ia1-plain", "all-DRD2-plain"]
    assert len(together.combinations[0].settings.start) == 2


def test_what_is_missing_is_told_before_anything_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    text = PLAIN.replace("leads = [", 'leads = ["gone.smi", ').replace('["1ia1"]', '["1ia1", "2abc"]')
    text += '[settings]\nengine = "gpt-4o"\n'
    found = rehearse(read_library_settings(written(tmp_path, text)))
    said = "\n".join(found.missing)
    assert "gone.smi" in said
    assert "no receptor '2abc'" in said
    assert "OPENAI_API_KEY" in said
    assert sum(found.docks.values()) == 32
    assert not (tmp_path / "out").exists()


def test_docks_made_before_are_not_counted_again(tmp_path: Path) -> None:
    path = written(tmp_path)
    run_library(path)
    assert set(rehearse(read_library_settings(path)).docks.values()) == {0}


@pytest.mark.parametrize(
    ("before", "after", "error", "said"),
    [
        ("receptors", "receptor", UnknownNameError, "did you mean receptors"),
        ("per_scaffold", "per_scafold", UnknownNameError, r"\[table\].*did you mean per_scaffold"),
        ("count = 2", "coumt = 2", UnknownNameError, r"\[finalists\].*did you mean count"),
        ("docks = 8", 'docks = "many"', InputFileError, "docks must be"),
        ("docks = 8", "docks = 8\ndocks_in_all = 9", ConflictingSettingsError, "not both"),
        ('diversity = "none"', 'diversity = "any"', InputFileError, "butina"),
        ("[finalists]", '[settings]\nefort = "fast"\n[finalists]', UnknownNameError, r"\[settings\].*effort"),
        ("[finalists]", '[settings]\nreceptor = "DRD2"\n[finalists]', ConflictingSettingsError, "receptors"),
        ("term = [", "terms = [", InputFileError, r"\[objective.plain\]"),
        ('["1ia1"]', "[]", InputFileError, "receptors is empty"),
        ("count = 2", 'effort = "through"', UnknownNameError, "did you mean thorough"),
        ("docks = 8", 'docks = 8\nobjectives = ["plane"]', UnknownNameError, "did you mean plain"),
        ("docks = 8", 'docks = 8\nobjectives = ["lead"]', ConflictingSettingsError, r"\[objective.plain\]"),
        ("docks = 8", "calls_in_all = 9\n[settings]\nmax_calls = 3", ConflictingSettingsError, "calls_in_all"),
    ],
)
def test_a_wrong_setting_is_named_with_its_place(
    tmp_path: Path, before: str, after: str, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        read_library_settings(written(tmp_path, PLAIN.replace(before, after, 1)))


def test_a_budget_in_all_is_divided(tmp_path: Path) -> None:
    text = PLAIN.replace("docks = 8", "docks_in_all = 9\ncalls_in_all = 5\ncost_in_all = 1.0")
    settings = [one.settings for one in planned(read_library_settings(written(tmp_path, text))).combinations]
    assert [(one.docks, one.max_calls, one.max_cost) for one in settings] == [(5, 3, 0.5), (4, 2, 0.5)]
    with pytest.raises(ConflictingSettingsError, match="docks_in_all is 1, and there are 2 campaigns"):
        planned(read_library_settings(written(tmp_path, text.replace("= 9", "= 1"))))


def test_a_table_of_nothing_has_its_columns(tmp_path: Path) -> None:
    run_library(written(tmp_path, PLAIN.replace("docks = 8", "docks = 1")))
    assert (tmp_path / "out" / "library.csv").read_text().startswith("rank,smiles,inchikey,")
    assert (tmp_path / "out" / "library.sdf").read_text() == ""


def outcome(name: str, receptor: str, lead: float, losses: dict[str, float]) -> Outcome:
    combination = Combination(name, name, receptor, "lead", RunSettings(receptor=receptor, start=("C",)))
    scores = {"CCO": lead, **losses}
    records = [Record(Proposal(s), Evaluation("sum", Status.OK, score)) for s, score in scores.items()]
    return Outcome(combination, tuple(records), ("CCO",))


EVERYTHING = TableSettings(diversity="none", per_scaffold=0, passes_filters=False, better_than_lead=False)
PHENOL, ANISOLE, INDOLE = "Oc1ccccc1", "COc1ccccc1", "c1ccc2[nH]ccc2c1"


def test_a_compound_stands_once_with_the_campaigns_that_found_it_too() -> None:
    first = outcome("a", "X", -1.0, {"Oc1ccccn1": -5.0, PHENOL: -4.0})
    second = outcome("b", "X", -1.0, {"O=c1cccc[nH]1": -4.5})
    table = selected([first, second], EVERYTHING)
    assert [one.smiles for one in table] == ["Oc1ccccn1", PHENOL]
    assert table[0].elsewhere == ("b (-4.50)",)


def test_the_best_of_each_receptor_stands_before_the_second_best_of_any() -> None:
    first = outcome("a", "X", -9.0, {PHENOL: -12.0, ANISOLE: -11.0})
    second = outcome("b", "Y", -4.0, {INDOLE: -6.0})
    assert [one.smiles for one in selected([first, second], EVERYTHING)] == [PHENOL, INDOLE, ANISOLE]


def test_a_scaffold_fills_no_more_than_its_share() -> None:
    found = outcome("a", "X", -1.0, {PHENOL: -5.0, ANISOLE: -4.0, "Nc1ccccc1": -3.0, INDOLE: -2.0})
    table = selected([found], EVERYTHING.model_copy(update={"per_scaffold": 2}))
    assert [one.smiles for one in table] == [PHENOL, ANISOLE, INDOLE]


@pytest.mark.parametrize("method", ["butina", "maxmin"])
def test_alike_molecules_stand_back(method: str) -> None:
    alike = {f"CC(=O)Nc1ccc({'C' * n})cc1": -5.0 + n / 10 for n in range(3, 7)}
    found = outcome("a", "X", -1.0, {**alike, INDOLE: -2.0})
    asked = EVERYTHING.model_copy(update={"diversity": method, "most": 2, "similarity": 0.6})
    table = selected([found], asked)
    assert table[0].smiles == "CC(=O)Nc1ccc(CCC)cc1"
    assert INDOLE in [one.smiles for one in table]
    assert len(table) == 2


def test_only_what_is_better_and_sound_is_taken_where_asked() -> None:
    found = outcome("a", "X", -3.0, {PHENOL: -5.0, ANISOLE: -2.0, "O=[N+]([O-])c1ccccc1": -6.0})
    asked = EVERYTHING.model_copy(update={"better_than_lead": True, "passes_filters": True})
    assert [one.smiles for one in selected([found], asked)] == [PHENOL]
