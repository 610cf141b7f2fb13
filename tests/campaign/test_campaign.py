"""Campaigns on words: budget, resume, determinism, failures, the lab's way in, and what is refused."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from molgrad.autograd.gradient import Edit
from molgrad.autograd.loss import Context, Loss
from molgrad.campaign import stored_rows
from molgrad.campaign.campaign import Campaign
from molgrad.campaign.events import Event
from molgrad.campaign.store import Row
from molgrad.errors import CampaignError, CampaignLockedError, SettingsChangedError, UnknownNameError
from molgrad.evaluation import Evaluation, Status
from molgrad.losses.assay import Assay
from molgrad.optim.hypotheses import PredictionLog, hypotheses
from tests.fakes import Count, Letters, ScriptedAdvisor


def advisor() -> ScriptedAdvisor:
    return ScriptedAdvisor(lambda v: [v + "a", v + "b", v[:-1] + "c"])


def campaign(folder: Path, loss: Loss | None = None, **more: object) -> Campaign:
    settings: dict[str, object] = {"start": ["b", "ab"], "engine": advisor(), "seed": 3, "domain": Letters()}
    return Campaign(folder, loss=loss or dear() + Count("c"), **(settings | more))  # type: ignore[arg-type]


def dear(**more: object) -> Count:
    return Count("a", expensive=True, **more)  # type: ignore[arg-type]


def measured(run: Campaign) -> list[tuple[str, str, float | None, str]]:
    return [(r.value, r.evaluation.status, r.evaluation.score, r.proposal.reason) for r in run.records()]


class Invalid(Count):
    """Finds every value unsound, at a price."""

    def __init__(self) -> None:
        super().__init__("z", expensive=True)

    def _evaluate(self, value: str, context: Context) -> Evaluation:
        return Evaluation(self.name, Status.INVALID, reason="unsound")


class Dead(Letters):
    """Words without neighbours."""

    def neighbours(self, value: str, seed: int, n: int) -> list[tuple[str, Edit]]:
        return []


class Stop(Exception):
    pass


def stop_after(n: int) -> Callable[[Event], None]:
    def watch(event: Event) -> None:
        if event.spent >= n:
            raise Stop

    return watch


def test_the_budget_is_kept_and_the_score_improves(tmp_path: Path) -> None:
    loss = dear()
    with campaign(tmp_path, loss + Count("c")) as run:
        run.run(docks=20)
        assert len(loss.measured) == 20
        assert run.best(1)[0].evaluation.number() < -3


def test_the_budget_counts_failures_and_starts(tmp_path: Path) -> None:
    loss = dear(fail=["ab"])
    with campaign(tmp_path, loss) as run:
        run.run(docks=9)
        assert len(loss.measured) == 9
        assert [r.evaluation.status for r in run.records()][:2] == [Status.OK, Status.FAILED]


def test_two_expensive_terms_cost_two(tmp_path: Path) -> None:
    first, second = dear(), Count("b", expensive=True)
    with campaign(tmp_path, first + second) as run:
        run.run(docks=13)
        assert (len(first.measured), len(second.measured)) == (6, 6)


def test_a_killed_campaign_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    with campaign(tmp_path / "whole") as run:
        run.run(docks=26)
        whole = measured(run)
    for stop in (1, 5, 14):
        broken = campaign(tmp_path / "broken")
        with pytest.raises(Stop):
            broken.run(docks=26, watch=stop_after(stop))
        broken.close()
    with campaign(tmp_path / "broken") as run:
        run.run(docks=26)
        assert measured(run) == whole


def test_a_longer_budget_extends_a_finished_campaign(tmp_path: Path) -> None:
    with campaign(tmp_path / "whole") as run:
        whole = measured(run.run(docks=23))
    with campaign(tmp_path / "two") as run:
        run.run(docks=11)
    with campaign(tmp_path / "two") as run:
        assert measured(run.run(docks=23)) == whole


def test_nothing_measured_is_measured_again(tmp_path: Path) -> None:
    with campaign(tmp_path) as run:
        run.run(docks=12)
    loss = dear()
    with campaign(tmp_path, loss + Count("c")) as run:
        run.run(docks=12)
    assert loss.measured == []


def test_another_seed_gives_another_campaign(tmp_path: Path) -> None:
    start = ["abcabcabca"]
    with campaign(tmp_path / "a", start=start) as one, campaign(tmp_path / "b", seed=4, start=start) as two:
        assert measured(one.run(docks=20)) != measured(two.run(docks=20))


def test_another_setting_is_refused_by_name(tmp_path: Path) -> None:
    campaign(tmp_path).close()
    with pytest.raises(SettingsChangedError, match="seed was 3, is now 4"):
        campaign(tmp_path, seed=4)
    with pytest.raises(SettingsChangedError, match="weight"):
        campaign(tmp_path, dear() + 2 * Count("c"))
    campaign(tmp_path).close()


def test_a_second_writer_is_refused_while_one_measures(tmp_path: Path) -> None:
    refused: list[str] = []

    def barge_in(event: Event) -> None:
        with pytest.raises(CampaignLockedError, match="pid") as caught:
            campaign(tmp_path).run(docks=3)
        refused.append(str(caught.value))

    with campaign(tmp_path) as run:
        run.run(docks=3, watch=barge_in)
    assert refused


def test_two_handles_may_take_turns(tmp_path: Path) -> None:
    with campaign(tmp_path) as one, campaign(tmp_path) as two:
        one.run(docks=8)
        two.run(docks=16)
        assert measured(one.run(docks=16)) == measured(two)


def test_reading_needs_no_lock_and_cannot_write(tmp_path: Path) -> None:
    with campaign(tmp_path) as run:
        run.run(docks=8)
        reader = Campaign(tmp_path, domain=Letters())
        assert len(reader.frame()) == 8
        with pytest.raises(CampaignError, match=r"loss=\.\.\. and engine="):
            reader.run(docks=9)


def test_an_empty_folder_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CampaignError, match="holds no campaign"):
        Campaign(tmp_path)


def test_shares_sum_to_the_loss_in_molecules_csv(tmp_path: Path) -> None:
    with campaign(tmp_path) as run:
        run.run(docks=15)
    rows = list(csv.DictReader((tmp_path / "molecules.csv").open()))
    assert len(rows) == 15
    for row in rows:
        shares = [float(value) for key, value in row.items() if key.startswith("term_")]
        assert sum(shares) == pytest.approx(float(row["loss"]))
        assert row["reason"]


def test_a_failed_molecule_has_no_number_in_molecules_csv(tmp_path: Path) -> None:
    with campaign(tmp_path, dear(fail=["ab"])) as run:
        run.run(docks=4)
    row = next(r for r in csv.DictReader((tmp_path / "molecules.csv").open()) if r["smiles"] == "ab")
    assert (row["status"], row["loss"]) == ("failed", "")
    assert "cannot count ab" in row["failure"]


def test_ask_and_tell(tmp_path: Path) -> None:
    loss = Count("c") + Assay("activity", direction="maximize")
    with campaign(tmp_path, loss) as run:
        run.run(docks=2)
        asked = run.ask(3)
        assert [a.evaluation.status for a in asked] == [Status.PENDING] * 3
        told = run.tell(asked[0], 6.5)
        assert told.evaluation.raw["activity"] == 6.5
        assert told.evaluation.number() == pytest.approx(-6.5 - told.value.count("c"))
        assert run.best(1)[0].value == asked[0].value
    with campaign(tmp_path, Count("c") + Assay("activity", direction="maximize")) as run:
        assert run.best(1)[0].value == asked[0].value
        assert len(run.ask(2)) == 2


def test_a_molecule_that_was_never_proposed_can_be_told(tmp_path: Path) -> None:
    with campaign(tmp_path, Count("c") + Assay("activity")) as run:
        run.run(docks=2)
        run.tell("ccc", 1.0)
        assert run.best(1)[0].value == "ccc"
        assert run.best(1)[0].proposal.advisor == "user"


def test_tell_is_refused_without_an_assay_before_anything_is_stored(tmp_path: Path) -> None:
    loss = dear()
    with campaign(tmp_path, loss + Count("c")) as run:
        run.run(docks=1)
        with pytest.raises(SettingsChangedError, match=r"loss \+ mg\.Assay"):
            run.tell("cccc", 1.0)
        assert loss.measured == ["b"]
        assert len(run.rows()) == 2


def test_a_told_value_is_replaced_only_on_request(tmp_path: Path) -> None:
    with campaign(tmp_path, Count("c") + Assay("activity")) as run:
        run.run(docks=2)
        run.tell("ab", 1.0)
        with pytest.raises(SettingsChangedError, match="replace=True"):
            run.tell("ab", 99.0)
        corrected = run.tell("ab", 2.0, replace=True)
        assert corrected.evaluation.raw["activity"] == 2.0
        assert corrected.evaluation.terms[1].details["replaced"] == {"activity": 1.0}


def test_a_reader_sees_what_was_told_meanwhile(tmp_path: Path) -> None:
    with campaign(tmp_path, Count("c") + Assay("activity")) as run:
        run.run(docks=2)
        reader = Campaign(tmp_path, domain=Letters())
        assert [r.evaluation.status for r in reader.records()] == [Status.PENDING] * 2
        run.tell("ab", 1.0)
        assert reader.best(1)[0].value == "ab"


def test_what_waits_for_an_assay_is_no_parent_beside_what_is_complete(tmp_path: Path) -> None:
    with campaign(tmp_path, Count("c") + Assay("IC50")) as run:
        run.run(docks=2)
        run.tell("ab", 500.0)
        assert [r.value for r in run.archive().parents(3, lambda values, other: [0.0] * len(values))] == ["ab"]


def test_an_early_end_is_said(tmp_path: Path) -> None:
    with campaign(tmp_path, engine=ScriptedAdvisor(), domain=Dead()) as run:
        run.run(docks=20)
        assert "no further sound molecule" in run.notes()[0]


def test_each_measurement_is_told_once(tmp_path: Path) -> None:
    seen: list[str] = []
    with campaign(tmp_path, Invalid() + Count("c")) as run:
        run.run(docks=2, watch=lambda e: seen.append(e.proposal.value) if e.proposal else None)
    assert seen == ["b", "ab"]


def test_a_wrong_start_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="only a, b and c"):
        campaign(tmp_path / "new", start=[" "])
    assert not (tmp_path / "new").exists()


def test_whole_numbers_are_the_same_setting_however_written(tmp_path: Path) -> None:
    campaign(tmp_path, settings={"a": 4, "b": [1.0]}).close()
    campaign(tmp_path, settings={"a": 4.0, "b": [1]}).close()
    with pytest.raises(SettingsChangedError, match=r"a was 4, is now 4\.5"):
        campaign(tmp_path, settings={"a": 4.5, "b": [1]})


def test_the_lineage_leads_back_to_a_start(tmp_path: Path) -> None:
    with campaign(tmp_path) as run:
        run.run(docks=26)
        line = run.lineage(run.best(1)[0].value)
        assert line[0].value in ("b", "ab")
        for parent, child in pairwise(line):
            assert child.proposal.parent == parent.value


def test_the_folder_says_what_it_was_made_with(tmp_path: Path) -> None:
    campaign(tmp_path).close()
    text = (tmp_path / "campaign.toml").read_text()
    assert "seed = 3" in text
    assert "count_a" in text


def test_predictions_fronts_and_lessons_are_read_from_the_folder(tmp_path: Path) -> None:
    with campaign(tmp_path / "run") as run:
        run.run(docks=14)
        table = run.hypotheses()
        assert set(table.verdict) <= {"confirmed", "refuted", "open"}
        assert set(table.term) == {"count_a"}  # the other term is exact beforehand: no prediction
        by_hand = {r.value: -float(r.value.count("a")) for r in run.records()}
        for row in table.itertuples():
            assert row.measured == by_hand[row.value] - by_hand[row.parent]
            assert run.resolve(row.id).proposal.value == row.value
        best = min(r.evaluation.terms[0].number() for r in run.records())
        assert any(r.evaluation.terms[0].number() == best for r in run.front("count_a"))
        assert run.hypervolume({"count_a": 0.0}) == -best  # in one dimension, the distance to the best
        with pytest.raises(UnknownNameError, match="count_a"):
            run.hypervolume({"count_b": 0.0})
        assert run.lessons() == [str(lesson) for lesson in PredictionLog(hypotheses(run.records())).lessons()]
    with campaign(tmp_path / "run") as again:
        assert again.hypotheses().equals(table)


def test_one_start_may_be_given_as_it_is(tmp_path: Path) -> None:
    with campaign(tmp_path, start="ab") as run:
        assert [row.proposal.value for row in run.rows()] == ["ab"]


@pytest.mark.parametrize("name", ["molecules.csv", "poses.sdf", "campaign.toml"])
def test_files_of_something_else_are_not_replaced(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(CampaignError, match=rf"holds {name} and no campaign.db: give a folder of its own"):
        campaign(tmp_path)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [(name, "mine")]


def test_other_files_may_stand_beside_a_campaign(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with campaign(tmp_path) as run:
        run.run(2)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_run_stops_where_only_the_laboratory_can_go_on(tmp_path: Path) -> None:
    with campaign(tmp_path, Count("c") + Assay("activity", direction="maximize")) as run:
        run.run(12)
        assert [r.value for r in run.records()] == ["b", "ab"]
        assert run.notes() == ["stopped: 2 of the molecules wait for activity; give values with tell()"]
        run.tell("b", 5.0)
        run.tell("ab", 6.0)
        run.run(3)
        assert len(run.records()) == 3


def test_a_molecule_that_is_unsound_waits_for_nobody(tmp_path: Path) -> None:
    with campaign(tmp_path, Invalid() + Assay("activity", direction="maximize")) as run:
        run.run(4)
        assert [r.evaluation.status for r in run.records()][:2] == [Status.INVALID] * 2
        assert not any("wait for" in note for note in run.notes())


def test_the_wrong_number_asked_or_told_is_named(tmp_path: Path) -> None:
    with campaign(tmp_path, Count("c") + Assay("activity", direction="maximize")) as run:
        with pytest.raises(ValueError, match="one molecule or more, not -1"):
            run.ask(-1)
        with pytest.raises(ValueError, match="ab: the value is in uM and the assay has no unit"):
            run.tell("ab", ">10 uM")
        with pytest.raises(ValueError, match="ab: a measured value is a number, not 'soon'"):
            run.tell("ab", "soon")


def test_a_row_is_read_a_few_times_however_many_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def counted(self: stored_rows.StoredRows, *columns: Any) -> Row:
        read.append(columns[0])
        return decode(self, *columns)

    decode = stored_rows.StoredRows._row
    monkeypatch.setattr(stored_rows.StoredRows, "_row", counted)
    with campaign(tmp_path) as run:
        run.run(docks=60, watch=lambda event: run.best(1))
    assert max(Counter(read).values()) == 2  # when it was proposed, and when it was measured
