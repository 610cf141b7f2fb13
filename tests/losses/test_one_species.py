"""The receptors of one loss score the same stereoisomer and charge state, or the molecule is refused by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

import molgrad as mg
from molgrad.chem.parse import canonical
from molgrad.docking.result import DockResult, Provenance, SpeciesScore
from molgrad.docking.species import choose
from molgrad.losses.docking import Docking
from molgrad.receptors.receptor import Box, Receptor

RACEMATE = "CC(O)c1ccc(F)cc1"
ISOMERS = ("C[C@H](O)c1ccc(F)cc1", "C[C@@H](O)c1ccc(F)cc1")


class Choosing:
    """Docks every species, as a real docker does, with one favourite; remembers what it was told to dock."""

    def __init__(self, favourite: str, protonation: str = "pka", states: int = 1) -> None:
        self.favourite, self.protonation, self.states = canonical(favourite), protonation, states
        self.told: list[str | None] = []

    def stream(
        self,
        smiles: Sequence[str],
        docked_states: Sequence[str | None] | None = None,
        parents: Sequence[str | None] | None = None,
    ) -> Iterator[tuple[int, DockResult]]:
        del parents
        for i, text in enumerate(smiles):
            given = docked_states[i] if docked_states else None
            self.told.append(given)
            species = choose(canonical(text), given, self.protonation, states=self.states).species
            scores = [
                SpeciesScore(
                    s.state.smiles, -7.0 - (canonical(s.state.smiles) == self.favourite) + s.price, price=s.price
                )
                for s in species
            ]
            best = min(scores, key=lambda one: one.affinity or 0.0)
            listed = Provenance("vina")
            yield (
                i,
                DockResult(
                    canonical(text),
                    best.smiles,
                    affinity=best.affinity,
                    provenance=replace(listed, species=tuple(scores)),
                ),
            )


@pytest.fixture
def receptor(tmp_path_factory: pytest.TempPathFactory) -> Receptor:
    path = tmp_path_factory.mktemp("receptor") / "receptor.pdbqt"
    path.write_text("ATOM      1  N   ALA A   1       0.000   0.000   0.000  1.00  0.00    -0.300 N \n")
    return Receptor("here", path, Box((0.0, 0.0, 0.0), (20.0, 20.0, 20.0)), "made up")


@pytest.mark.filterwarnings("ignore:.*:UserWarning")
def test_the_second_receptor_docks_what_the_first_chose(receptor: Receptor) -> None:
    first, second = Choosing(ISOMERS[0]), Choosing(ISOMERS[1])
    loss = Docking(receptor, docker=first) - Docking(receptor, docker=second)
    (found,) = loss.evaluate([RACEMATE])
    assert [term.details["docked_smiles"] for term in found.terms] == [canonical(ISOMERS[0])] * 2
    assert first.told == [None]
    assert second.told == [canonical(ISOMERS[0])]
    assert found.score == pytest.approx(-8.0 + 7.0)


@pytest.mark.filterwarnings("ignore:.*:UserWarning")
def test_in_a_selective_loss_too_and_alone_each_is_free(receptor: Receptor) -> None:
    first, second = Choosing(ISOMERS[0]), Choosing(ISOMERS[1])
    loss = mg.Selective(Docking(receptor, docker=first), against=[Docking(receptor, docker=second)])
    loss.evaluate([RACEMATE, ISOMERS[1]])
    assert second.told == [canonical(ISOMERS[0]), None]  # one stereoisomer needs no telling
    (alone,) = Docking(receptor, docker=second).evaluate([RACEMATE])
    assert alone.details["docked_smiles"] == canonical(ISOMERS[1])


@pytest.mark.filterwarnings("ignore:.*:UserWarning")
def test_a_charge_state_costs_the_same_in_both(receptor: Receptor) -> None:
    amine = "CCN1CCOCC1"
    neutral, charged = (Choosing(amine, states=2), Choosing("CC[NH+]1CCOCC1", states=2))
    (found,) = (Docking(receptor, docker=neutral) - Docking(receptor, docker=charged)).evaluate([amine])
    price = next(one.price for one in choose(amine, states=2).species if canonical(one.state.smiles) == amine)
    assert price > 0
    assert [term.details["docked_smiles"] for term in found.terms] == [amine, amine]
    assert [term.score for term in found.terms] == [pytest.approx(-8 + price), pytest.approx(-7 + price)]


@pytest.mark.filterwarnings("ignore:.*:UserWarning")
def test_two_species_are_refused_by_name(receptor: Receptor) -> None:
    one, other = Choosing("CCN", "none"), Choosing("CC[NH3+]", "pka")
    (found,) = (Docking(receptor, docker=one) - Docking(receptor, docker=other)).evaluate(["CCN"])
    assert found.status is mg.Status.INVALID
    assert "docked as CC[NH3+] here and as CCN in here" in found.reason
