"""Projects change: the difference is recorded, results are judged anew, what would falsify them is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from molgrad.autograd.loss import Loss
from molgrad.campaign.campaign import Campaign
from molgrad.errors import SettingsChangedError
from molgrad.evaluation import Status
from molgrad.losses.assay import Assay
from molgrad.losses.druglikeness import QED, LogP
from tests.campaign.test_campaign import advisor
from tests.fakes import Count, Letters

LEAD = "CC(=O)Nc1ccc(O)cc1"


def lab(folder: Path, loss: Loss, **more: object) -> Campaign:
    return Campaign(folder, start=LEAD, loss=loss, **more)  # type: ignore[arg-type]


def words(folder: Path, loss: Loss, **more: object) -> Campaign:
    settings = {"start": ["b", "ab"], "engine": advisor(), "seed": 3, "domain": Letters()} | more
    return Campaign(folder, loss=loss, **settings)  # type: ignore[arg-type]


def test_a_weight_and_an_assay_join_and_earlier_results_are_judged_anew(tmp_path: Path) -> None:
    with lab(tmp_path, Assay("ic50", unit="nM") + 5 * QED()) as run:
        asked = run.ask(2)
        run.tell(asked[0], 100.0)
        before = run.best(1)[0].evaluation
    with pytest.raises(SettingsChangedError, match="--revise"):
        lab(tmp_path, Assay("ic50", unit="nM") + 2 * QED())
    with lab(tmp_path, Assay("ic50", unit="nM", target=10) + 2 * QED() + LogP(), revise=True) as run:
        (found,) = run.best(1)
        terms = {term.loss: term for term in found.evaluation.terms}
        assert terms["ic50"].score == pytest.approx(1.0)  # ten times the target
        assert terms["qed"].score == before.terms[1].score
        assert found.evaluation.score == pytest.approx(1.0 + 2 * terms["qed"].number() + terms["logp"].number())
        first, second = run.revisions()
        assert first.changes == ()
        assert second.changes == (
            "logp added (weight 1)",
            "ic50.target was not set, is now 10.0",
            "weight of qed was 5, is now 2",
        )
        assert second.date >= first.date
    with lab(
        tmp_path, Assay("ic50", unit="nM", target=10) + 2 * QED() + LogP() + Assay("herg", unit="uM"), revise=True
    ) as run:
        assert not run.best()
        assert {record.value for record in run.pending()} == {LEAD, *(record.value for record in asked)}
        run.tell(asked[0].value, 30.0, term="herg")
        assert [record.value for record in run.best()] == [asked[0].value]
    with Campaign(tmp_path) as run:  # the folder alone has the last revision
        assert len(run.ask(1)) == 1
        assert len(run.revisions()) == 3


def test_an_assay_in_a_unit_that_its_results_do_not_have_is_refused(tmp_path: Path) -> None:
    with lab(tmp_path, Assay("ic50", unit="nM") + QED()) as run:
        run.tell(run.ask(1)[0], "100 nM")
    with pytest.raises(SettingsChangedError, match="an earlier result does not fit"):
        lab(tmp_path, Assay("ic50", unit="%") + QED(), revise=True)
    with lab(tmp_path, Assay("ic50", unit="nM") + QED()) as run:
        assert len(run.best()) == 1


def test_a_start_joins(tmp_path: Path) -> None:
    with lab(tmp_path, Assay("ic50") + QED()) as run:
        run.ask(1)
    with Campaign(tmp_path, start=[LEAD, "COc1ccccc1"], revise=True) as run:
        assert [row.kind for row in run.rows()] == ["start", "ask", "start"]
        assert run.revisions()[-1].changes == ("start: COc1ccccc1 added",)
        run.ask(1)
        assert "COc1ccccc1" in [record.value for record in run.pending()]


@pytest.mark.parametrize(("more", "named"), [({"seed": 4}, "seed was 3, is now 4"), ({}, "a.price was 1, is now 2")])
def test_what_would_falsify_results_is_refused_with_what_to_do(
    tmp_path: Path, more: dict[str, object], named: str
) -> None:
    with words(tmp_path, Priced(1)) as run:
        run.run(docks=4)
    with pytest.raises(SettingsChangedError, match=f"{named}.*another folder"):
        words(tmp_path, Priced(1 if more else 2), revise=True, **more)
    with words(tmp_path, Priced(1)) as run:
        assert len(run.records()) == 4
        assert len(run.revisions()) == 1


class Priced(Count):
    """Expensive, with a setting that decides its values."""

    def __init__(self, price: int) -> None:
        super().__init__("a", expensive=True)
        self.name, self.price = "a", price

    def spec(self) -> dict[str, object]:
        return {"loss": "a", "price": self.price}


class Other(Count):
    """Docks elsewhere."""

    def __init__(self, receptor: str) -> None:
        super().__init__("a", expensive=True)
        self.name, self.receptor = "dock", receptor

    def spec(self) -> dict[str, object]:
        return {"loss": "dock", "receptor": self.receptor}


def test_another_receptor_is_measured_on_the_next_run_and_the_old_values_come_back(tmp_path: Path) -> None:
    with words(tmp_path, Other("one") + Count("c")) as run:
        run.run(docks=6)
        before = [(record.value, record.evaluation.score) for record in run.records()]
    other = Other("two")
    with words(tmp_path, other + Count("c"), revise=True) as run:
        assert (
            run.revisions()[-1].changes[-1] == "to be measured anew on the next run: 6 molecules, 6 units of the budget"
        )
        assert not run.records()
        run.run(docks=6)
        assert other.measured == []  # the budget is spent
        run.run(docks=12)
        assert len(other.measured) == 6
        assert all(record.evaluation.status is Status.OK for record in run.records())
    again = Other("one")
    with words(tmp_path, again + Count("c"), revise=True) as run:
        assert [(record.value, record.evaluation.score) for record in run.records()] == before
        assert again.measured == []
