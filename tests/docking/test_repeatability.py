"""What the scores and poses of several searches say together, beside values worked out by hand."""

from __future__ import annotations

from itertools import product
from statistics import fmean

import numpy as np
import pytest
from rdkit import Chem

from molgrad.docking.ligand import prepare_ligand
from molgrad.docking.repeatability import FLOOR, GAIN, rmsd, summary, times_found, uncertainty
from molgrad.docking.searching import Found

TOLUENE = prepare_ligand("Cc1ccccc1").mol


def found(score: float, x: float = 0.0, shape: Chem.Mol = TOLUENE) -> Found:
    """A search whose pose lies so far along x, Å."""
    pose = Chem.Mol(shape)
    pose.GetConformer().SetPositions(pose.GetConformer().GetPositions() + np.array([x, 0.0, 0.0]))
    return Found((score,), (pose,))


@pytest.mark.parametrize(
    ("scores", "times", "variance"),
    [
        # nothing scatters; one more search finds something else with (1 - 2/3) / 3
        ((-9.0, -9.0), 2, 0.0 + 0.1**2 + 1 / 9),
        # the lowest of two draws is -9 in three of four; 3/16 is the variance; (1 - 1/3) / 3
        ((-9.0, -8.0), 1, 3 / 16 + 0.1**2 + 2 / 9),
        ((-8.0, -9.0), 1, 3 / 16 + 0.1**2 + 2 / 9),
        ((-9.0,) * 4, 4, 0.0 + 0.1**2 + 1 / 25),
    ],
)
def test_uncertainty_by_hand(scores: tuple[float, ...], times: int, variance: float) -> None:
    assert (FLOOR, GAIN) == (0.1, 1.0)
    assert uncertainty(scores, times) == pytest.approx(variance**0.5, abs=0.001)


def test_the_scatter_is_that_of_every_draw_with_replacement() -> None:
    scores = (-9.1, -8.2, -8.9, -7.0)
    lowest = [min(draw) for draw in product(scores, repeat=len(scores))]
    scatter = fmean(one**2 for one in lowest) - fmean(lowest) ** 2
    assert uncertainty(scores, 1) == pytest.approx((scatter + 0.01 + (1 - 1 / 5) / 5) ** 0.5, abs=0.001)


def test_a_lone_winner_is_less_sure_than_one_found_thrice() -> None:
    others = [-8.0] * 7
    lone, thrice = uncertainty([-9.0, -8.0, -8.0, *others], 1), uncertainty([-9.0, -9.0, -9.0, *others], 3)
    all_of_them = uncertainty([-9.0] * 10, 10)
    assert lone is not None
    assert thrice is not None
    assert all_of_them is not None
    assert lone > 1.5 * thrice > 2 * all_of_them


def test_a_single_search_says_nothing_of_another() -> None:
    assert uncertainty((-9.0,), 1) is None
    assert summary([found(-9.0)], failed=0) == {"searches": 1}


@pytest.mark.parametrize(
    ("others", "times"),
    [
        ([found(-8.8)], 2),
        ([found(-8.79)], 1),  # 0.21 kcal/mol higher
        ([found(-9.0, x=1.9)], 2),
        ([found(-9.0, x=2.1)], 1),  # 2.1 Å away
        ([found(-8.9), found(-8.95), found(-7.0)], 3),
    ],
)
def test_a_pose_is_found_again_where_score_and_place_are_the_same(others: list[Found], times: int) -> None:
    assert times_found([*others, found(-9.0)]) == times


def test_no_search_found_nothing() -> None:
    assert times_found([]) == 0


def test_symmetric_atoms_may_swap_between_two_poses() -> None:
    place = TOLUENE.GetConformer().GetPositions()
    flipped, again = Chem.Mol(TOLUENE), [0, 1, 6, 5, 4, 3, 2]
    flipped.GetConformer().SetPositions(np.concatenate([place[again], place[7:]]))
    assert rmsd(TOLUENE, flipped) == pytest.approx(0.0, abs=1e-6)


def test_searches_that_failed_count_as_not_having_found_the_pose() -> None:
    said = summary([found(-9.0), found(-9.0), found(-8.0)], failed=1)
    assert (said["searches"], said["failed_searches"], said["scores"]) == (3, 1, (-9.0, -9.0, -8.0))
    assert (said["repeatability"], said["spread"], said["mean"]) == (0.5, 1.0, -8.667)
    assert said["sd"] == uncertainty((-9.0, -9.0, -8.0), 2)
