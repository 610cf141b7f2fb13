"""Choosing from a list: a spread first plate, then what is promising, the same for the same seed."""

from __future__ import annotations

import weakref
from collections.abc import Iterator

import pytest

import molgrad as mg
from molgrad.autograd.gradient import Proposal
from molgrad.molecule.domain import MOLECULES
from molgrad.optim import choice
from molgrad.optim.archive import Archive
from molgrad.optim.choice import choose
from molgrad.optim.record import Record

ANILIDES = [f"CC(=O)Nc1ccc({group})cc1" for group in ("C", "F", "Cl", "OC", "C#N", "CC", "N", "O")]
OTHERS = ["OC(=O)CCc1ccccc1", "C1CCNCC1C(=O)O", "c1ccc2[nH]ccc2c1", "CS(=O)(=O)NC1CCCC1", "Cn1cnc2cncnc21"]
LIST = [mg.Molecule(smiles).value for smiles in [*ANILIDES, *OTHERS]]


def told(values: dict[str, float]) -> Archive:
    loss = mg.Assay("dhfr", unit="uM")
    return Archive(Record(Proposal(value), loss.complete(score)) for value, score in values.items())


def test_the_first_plate_is_spread_over_the_series() -> None:
    plate = choose(LIST, Archive(), 6, loss=mg.Assay("dhfr", unit="uM"), domain=MOLECULES)
    assert sum(one.value in LIST[: len(ANILIDES)] for one in plate) <= 2


def test_what_is_like_the_best_is_chosen_and_nothing_twice() -> None:
    known = told(dict(zip([*LIST[:4], *LIST[8:11]], (1.0, 1.2, 1.1, 1.0, 5.0, 6.0, 5.5), strict=True)))
    plate = choose([*LIST, *LIST], known, 4, loss=mg.Assay("dhfr", unit="uM"), domain=MOLECULES)
    alike = [one.value in LIST[4 : len(ANILIDES)] for one in plate]
    assert alike[0]
    assert sum(alike) >= 2
    assert all("dhfr" in one.predicted for one in plate)
    assert len({one.value for one in plate}) == 4


def test_the_choice_is_the_same_for_a_seed() -> None:
    known = told({LIST[0]: 1.0, LIST[8]: 5.0})
    for archive in (Archive(), known):
        first, again = (
            choose(LIST, archive, 3, loss=mg.Assay("dhfr", unit="uM"), domain=MOLECULES, seed=7) for _ in range(2)
        )
        assert first == again


def test_a_list_that_is_used_up_gives_what_is_left() -> None:
    known = told(dict.fromkeys(LIST[2:], 1.0))
    plate = choose(LIST, known, 5, loss=mg.Assay("dhfr", unit="uM"), domain=MOLECULES)
    assert sorted(one.value for one in plate) == sorted(LIST[:2])


def test_fewer_than_one_is_refused() -> None:
    with pytest.raises(ValueError, match="n"):
        choose(LIST, Archive(), 0, loss=mg.Assay("dhfr", unit="uM"), domain=MOLECULES)


def test_a_long_list_is_sampled_evenly_and_nothing_of_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "SAMPLE", 4)
    alive: list[weakref.ref[Named]] = []

    def stream() -> Iterator[str]:
        for smiles in [*LIST, *LIST]:
            one = Named(smiles)
            alive.append(weakref.ref(one))
            assert sum(ref() is not None for ref in alive) <= 4 + 4, "only the sample is in memory"
            yield one

    plate = choose(stream(), Archive(), 4, loss=mg.Assay("dhfr", unit="uM"), domain=MOLECULES, seed=3)
    again = choose(LIST[::-1], Archive(), 4, loss=mg.Assay("dhfr", unit="uM"), domain=MOLECULES, seed=3)
    assert len({one.value for one in plate}) == 4
    assert {one.value for one in plate} == {one.value for one in again}, "the sample does not depend on the order"


class Named(str):
    """A text that can be watched."""
