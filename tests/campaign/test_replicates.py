"""Leaders with uncertain scores are measured again before anything is built on them."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from molgrad.autograd.derived import Derived
from molgrad.autograd.loss import Context, Loss
from molgrad.campaign.campaign import Campaign
from molgrad.campaign.events import Event
from molgrad.errors import SettingsChangedError
from molgrad.evaluation import Evaluation, Status
from molgrad.losses.assay import Assay
from tests.campaign.test_campaign import Stop, campaign, measured, stop_after
from tests.fakes import Count, Letters, ScriptedAdvisor


class Noisy(Count):
    """Minus the number of one letter, missed by up to one; measured again it misses by less."""

    def __init__(self, sd: float | None = 0.5, *, fails: bool = False) -> None:
        super().__init__("a", expensive=True)
        self.sd, self.fails = sd, fails
        self.again: list[str] = []

    def _evaluate(self, value: str, context: Context) -> Evaluation:
        found = super()._evaluate(value, context)
        score = found.number() + len(value) % 3 / 3
        return replace(found, score=score, sd=self.sd)

    def doubtful(self, evaluation: Evaluation) -> bool:
        return evaluation.sd is None or evaluation.sd > 0.3

    def repeat(self, value: str, evaluation: Evaluation, context: Context) -> Evaluation:
        self.again.append(value)
        if self.fails:
            return evaluation
        scores = (*(evaluation.repeats or (evaluation.number(),)), evaluation.number() - 0.1)
        return replace(evaluation, score=min(scores), repeats=scores, sd=0.4 / (len(scores) - 1))


class Double(Derived):
    """Twice what was counted."""

    name = "double"

    def reads(self, loss: Loss) -> bool:
        return isinstance(loss, Noisy)

    def _derive(self, value: str, source: Loss, measured: Evaluation) -> Evaluation:
        return Evaluation(self.name, Status.OK, 2.0 * measured.number())


def rows(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((folder / "molecules.csv").open()))


def test_leaders_are_measured_again_and_count(tmp_path: Path) -> None:
    loss = Noisy()
    seen: list[Event] = []
    with campaign(tmp_path, loss + Count("c")) as run:
        run.run(docks=40, watch=seen.append)
        assert len(loss.measured) + len(loss.again) == 40
        assert 3 <= len(loss.again) <= 40 // 6
        assert max(Counter(loss.again).values()) <= 2
        assert seen[-1].spent == 40
        told = [event.again for event in seen if event.again]
        assert len(told) == len(loss.again)
        assert all("measured" in words and " and " in words for words in told)
        record = run.archive().of(loss.again[0])
        assert record is not None
        term = record.evaluation.terms[0]
        assert len(term.repeats) == 1 + loss.again.count(record.value)
        assert term.score == min(term.repeats)
        assert record.evaluation.score == pytest.approx(sum(t.contribution or 0.0 for t in record.evaluation.terms))


def test_only_the_three_best_are_measured_again(tmp_path: Path) -> None:
    with campaign(tmp_path, Noisy() + Count("c")) as run:
        seen: list[str] = []

        def watch(event: Event) -> None:
            if event.again and event.proposal:
                seen.append(event.proposal.value)
                assert event.proposal.value in [record.value for record in run.best(3)]

        run.run(docks=30, watch=watch)
    assert seen


@pytest.mark.parametrize("loss", [Noisy(sd=0.2), Count("a", expensive=True)])
def test_what_is_certain_or_cannot_be_repeated_is_measured_once(tmp_path: Path, loss: Count) -> None:
    with campaign(tmp_path, loss + Count("c")) as run:
        run.run(docks=20)
        assert len(loss.measured) == len(run.records()) == 20


def test_an_unknown_deviation_is_a_doubt(tmp_path: Path) -> None:
    loss = Noisy(sd=None)
    with campaign(tmp_path, loss) as run:
        run.run(docks=20)
    assert loss.again


def test_it_can_be_turned_off_and_is_then_another_campaign(tmp_path: Path) -> None:
    loss = Noisy()
    with campaign(tmp_path, loss, replicates=False) as run:
        run.run(docks=20)
    assert len(loss.measured) == 20
    with pytest.raises(SettingsChangedError, match="replicates"):
        campaign(tmp_path, Noisy(), replicates=True)


def test_a_repeat_without_a_result_is_paid_and_not_tried_for_ever(tmp_path: Path) -> None:
    loss = Noisy(fails=True)
    with campaign(tmp_path, loss) as run:
        run.run(docks=30)
        assert len(loss.measured) + len(loss.again) == 30
        assert max(Counter(loss.again).values()) <= 2


def test_a_killed_campaign_repeats_what_an_undisturbed_one_does(tmp_path: Path) -> None:
    undisturbed = Noisy()
    with campaign(tmp_path / "whole", undisturbed + Count("c")) as run:
        whole = measured(run.run(docks=26))
    again: list[str] = []
    for stop in (3, 9, 10, 17):
        loss = Noisy()
        with campaign(tmp_path / "broken", loss + Count("c")) as broken, pytest.raises(Stop):
            broken.run(docks=26, watch=stop_after(stop))
        again += loss.again
    loss = Noisy()
    with campaign(tmp_path / "broken", loss + Count("c")) as run:
        assert measured(run.run(docks=26)) == whole
    assert again + loss.again == undisturbed.again


def test_a_run_stopped_between_two_repeats_makes_the_other(tmp_path: Path) -> None:
    undisturbed = Noisy()
    with campaign(tmp_path / "whole", undisturbed, batch=20) as run:
        whole = measured(run.run(docks=44))
    assert len(undisturbed.again) == 3
    first, second = Noisy(), Noisy()
    with campaign(tmp_path / "broken", first, batch=20) as run, pytest.raises(Stop):
        run.run(docks=44, watch=stop_after(24))  # two starts, one of them twice, a batch and one leader more
    with campaign(tmp_path / "broken", second, batch=20) as run:
        assert measured(run.run(docks=44)) == whole
    assert len(first.again) == 2
    assert first.again + second.again == undisturbed.again


def test_repeats_count_when_a_budget_is_extended(tmp_path: Path) -> None:
    with campaign(tmp_path, Noisy()) as run:
        run.run(docks=9)
        run.run(docks=20)
        repeats = sum(len(record.evaluation.repeats) - 1 for record in run.records() if record.evaluation.repeats)
        assert (len(run.records()) + repeats, repeats > 0) == (20, True)


def test_small_budgets_go_to_new_values(tmp_path: Path) -> None:
    loss = Noisy()
    with campaign(tmp_path, loss) as run:
        run.run(docks=5)
    assert (len(loss.measured), loss.again) == (5, [])


def test_what_is_derived_is_read_anew(tmp_path: Path) -> None:
    with campaign(tmp_path, Noisy() + Double()) as run:
        run.run(docks=20)
        again = [r.evaluation for r in run.records() if r.evaluation.history]
        assert again
        for evaluation in again:
            counted, double = evaluation.terms
            assert double.score == 2 * counted.number()


def test_the_table_says_how_sure_a_score_is(tmp_path: Path) -> None:
    with campaign(tmp_path, Noisy() + Count("c")) as run:
        run.run(docks=20)
        sds = {row["count_a_sd"] for row in rows(tmp_path)}
    assert sds >= {"0.5", "0.4"}


def test_feedback_on_the_earlier_score_is_dropped(tmp_path: Path) -> None:
    class Free(ScriptedAdvisor):
        free = True

    advisor = Free(lambda v: [v + "a", v + "b", v[:-1] + "c"])
    with campaign(tmp_path, Noisy(), engine=advisor) as run:
        run.run(docks=20)
        critiques = run.critiques()
        assert set(critiques) <= {record.value for record in run.records()}
        assert any(record.evaluation.repeats for record in run.records() if record.value in critiques)


def test_leaders_are_repeated_before_a_batch_is_asked_for(tmp_path: Path) -> None:
    loss = Noisy()
    with campaign(tmp_path, loss + Assay("activity")) as run:
        run.ask(8)
        assert loss.again in (["b"], ["ab"])  # one of the starts, before its children are proposed
        for place, record in enumerate(run.records()):
            run.tell(record, float(place))
        run.ask(2)
        run.ask(2)
        assert len(loss.again) == 2
        assert all(record.evaluation.ok for record in run.records() if record.value in loss.again)


def test_a_reader_sees_what_a_writer_repeated(tmp_path: Path) -> None:
    with campaign(tmp_path, Noisy()) as run:
        run.run(docks=14)
        reader = Campaign(tmp_path, domain=Letters())
        assert measured(reader) == measured(run)
        run.run(docks=20)
        assert measured(reader) == measured(run)
