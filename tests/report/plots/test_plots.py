"""The plots: what they show, that they leave matplotlib as it was, and what they say where there is nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import molgrad as mg
from molgrad.errors import MissingExtraError, MolgradError, UnknownNameError
from molgrad.report.plots.canvas import svg
from tests.report.stored import stored

mpl = pytest.importorskip("matplotlib")
ALL = ("convergence", "front", "contributions", "space", "predictions", "assay")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> mg.Campaign:
    return mg.Campaign(stored(tmp_path_factory.mktemp("plots") / "run", 20, assay=True))


def texts(figure: Any) -> str:
    figure.canvas.draw()
    return " | ".join(found.get_text() for found in figure.findobj(mpl.text.Text))


def points(figure: Any, name: str) -> Any:
    (line,) = [line for line in figure.axes[0].lines if line.get_label().startswith(name)]
    return np.column_stack(line.get_data())


@pytest.mark.parametrize("name", ALL)
def test_a_campaign_and_its_frame_give_the_same_and_nothing_global_changes(name: str, run: mg.Campaign) -> None:
    plot: Callable[[Any], Any] = getattr(mg.plot, name)
    before = dict(mpl.rcParams)
    one, two = plot(run), plot(run.frame())
    assert svg(one, "x") == svg(two, "x")
    assert dict(mpl.rcParams) == before
    assert one.axes[0].get_xlabel()
    assert one.axes[0].get_ylabel()
    assert one._repr_png_()[:4] == b"\x89PNG"


def test_the_best_so_far_never_rises_and_ends_at_the_best(run: mg.Campaign) -> None:
    losses = run.frame()["loss"]
    figure = mg.plot.convergence(run)
    course = points(figure, "best so far")[:, 1]
    assert (np.diff(course) <= 0).all()
    assert course[-1] == losses.min() == pytest.approx(run.best(1)[0].evaluation.number())
    assert len(points(figure, "6 without")) == losses.isna().sum() == 6  # one failed, five wait


def test_several_campaigns_have_their_names_in_the_legend(run: mg.Campaign) -> None:
    said = texts(mg.plot.convergence({"mine": run, "$theirs": run.frame()}))
    assert "mine: " in said
    assert r"\$theirs: " in said


def test_few_bad_docks_do_not_flatten_the_rest() -> None:
    frame = pd.DataFrame({"loss": [*np.linspace(-8, -9, 40), 900.0], "smiles": "C"})
    figure = mg.plot.convergence(frame)
    assert figure.axes[0].get_ylim()[1] < 0
    assert "1 above the axis" in texts(figure)


def test_no_molecule_beats_one_of_the_front() -> None:
    rng = np.random.default_rng(0)
    affinity, qed = rng.uniform(-9, -5, 60), rng.uniform(0, 1, 60)
    frame = pd.DataFrame({"loss": 0.0, "affinity": affinity, "qed": qed, "term_docking": affinity, "term_qed": 1 - qed})
    figure = mg.plot.front(frame, "docking", "qed")
    best = points(figure, "front")
    beaten = [((affinity <= x) & (qed >= y) & ((affinity < x) | (qed > y))).any() for x, y in best]
    assert not any(beaten)
    others = set(zip(affinity, qed, strict=True)) - {tuple(one) for one in best}
    assert all(((best[:, 0] <= x) & (best[:, 1] >= y)).any() for x, y in others)
    assert "kcal/mol (lower is better)" in figure.axes[0].get_xlabel()
    assert "higher is better" in figure.axes[0].get_ylabel()


def test_the_gains_of_the_terms_add_up_to_the_loss(run: mg.Campaign) -> None:
    figure = mg.plot.contributions(run)
    lines = {line.get_label().split(" ")[0]: line.get_ydata() for line in figure.axes[0].lines[1:]}
    assert sum(lines[name] for name in ("docking", "qed", "IC50")) == pytest.approx(lines["loss"])


def test_alike_molecules_lie_together() -> None:
    chain, ring = ["C" * n for n in range(4, 9)], [f"c1ccccc1{'C' * n}O" for n in range(5)]
    figure = mg.plot.space(pd.DataFrame({"smiles": chain + ring, "loss": range(10)}))
    at = figure.axes[0].collections[0].get_offsets()
    apart = np.linalg.norm(at[:5].mean(axis=0) - at[5:].mean(axis=0))
    assert apart > max(np.linalg.norm(part - part.mean(axis=0), axis=1).mean() for part in (at[:5], at[5:]))


def test_predictions_are_compared_with_scores_not_with_weighted_contributions(run: mg.Campaign) -> None:
    frame = run.frame()
    frame["expected_IC50"], frame["expected_IC50_sd"] = 1.0, 0.5
    figure = mg.plot.predictions(frame, "IC50")
    known = frame["term_IC50"].notna()
    measured = figure.axes[0].containers[0].lines[0].get_ydata()
    assert measured == pytest.approx(frame["term_IC50"][known] / 2.0)  # the weight of the assay


def test_bounds_have_marks_of_their_own_and_the_correlation_is_told(run: mg.Campaign) -> None:
    figure = mg.plot.assay(run)
    frame = run.frame()
    bounds = (frame["IC50_relation"] == ">") & frame["affinity"].notna()
    assert len(points(figure, "more than")) == bounds.sum() > 0
    both = frame[["affinity", "IC50"]].dropna()
    rho = both["affinity"].corr(both["IC50"], method="spearman")
    assert f"{rho:.2f}" in figure.axes[0].get_title("left")
    assert figure.axes[0].get_yscale() == "log"
    assert figure.axes[0].get_ylabel() == "IC50, nM"


@pytest.mark.parametrize("name", ALL)
def test_where_nothing_is_there_it_says_so(name: str) -> None:
    frame = pd.DataFrame({"smiles": ["C"], "loss": [np.nan]})
    with pytest.raises(MolgradError, match="nothing to plot"):
        getattr(mg.plot, name)(frame)
    with pytest.raises(MolgradError, match="a campaign or its frame"):
        getattr(mg.plot, name)([{}] if name == "convergence" else {})


def test_unknown_names_are_told_with_the_nearest(run: mg.Campaign) -> None:
    for call in (lambda: mg.plot.front(run, "dokcing"), lambda: mg.plot.predictions(run, "dokcing")):
        with pytest.raises(UnknownNameError, match="did you mean docking"):
            call()


def test_without_matplotlib_it_says_what_to_install(run: mg.Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'molgrad\[report\]'"):
        mg.plot.convergence(run)


def test_a_frame_read_from_a_file_serves_too(run: mg.Campaign, tmp_path: Path) -> None:
    run.frame().to_csv(tmp_path / "molecules.csv", index=False)
    frame = pd.read_csv(tmp_path / "molecules.csv")
    for name in ALL:
        assert getattr(mg.plot, name)(frame).axes
