"""The four complexes of the posebusters package: prepared, nothing deleted, and what is wrong with them said."""

from __future__ import annotations

from pathlib import Path

import pytest

from molgrad.docking.studies.redocking import InPlace, Redocking, redock
from molgrad.errors import ReceptorError
from molgrad.interactions.native import census, native_contacts, picture
from molgrad.receptors import load_receptor
from molgrad.receptors.preparation import Preparation, Recipe, build_receptor
from tests.receptors.structures import crystal, prepare


def made_from(name: str, folder: Path, **choices: object) -> Preparation:
    protein, ligand = crystal(name)
    return build_receptor(Recipe(protein, ligand=str(ligand), **choices), out=folder / name)


def test_1ia1_comes_out_as_the_receptor_that_ships(tmp_path: Path) -> None:
    made = made_from("1ia1", tmp_path)
    ours = load_receptor("1ia1")
    assert made.receptor.pdbqt.read_bytes() == ours.pdbqt.read_bytes()
    assert made.receptor.box == ours.box
    assert {c.label: c.kind for c in made.report.changes} == {
        "A": "chains left out", "A:NDP193": "groups left out", "A:TQ3194": "groups left out",
    }  # fmt: skip
    assert made.report.warnings == ()


@pytest.mark.parametrize(("name", "chains"), [("1s3v", "A"), ("1uou", "A"), ("1of6", "AB")])
def test_nothing_is_deleted_from_the_others(name: str, chains: str, tmp_path: Path) -> None:
    made = made_from(name, tmp_path, chains=tuple(chains))
    assert {c.kind for c in made.report.changes} <= {"chains left out"}
    lines = made.receptor.pdbqt.read_text().splitlines()
    assert {line[21] for line in lines} == set(chains)
    heavy = sum(line[21] in chains for line in crystal(name)[0].read_text().splitlines() if line.startswith("ATOM"))
    assert sum(not line.endswith("HD") for line in lines) == heavy
    flat = [warning for warning in made.report.warnings if "bond orders" in warning]
    assert bool(flat) == (name == "1s3v"), "its ligand has a tetrahedral carbon that lies flat"


def test_contacts_of_1ia1_are_those_of_its_family() -> None:
    ours = load_receptor("1ia1")
    found = {contact.residue: contact for contact in native_contacts(ours)}
    # As in every dihydrofolate reductase the diaminopyrimidine binds the acid and two backbone carbonyls.
    assert {"B:GLU32", "B:ILE9", "B:ILE112", "B:NDP195"} <= set(found)
    assert {name for _, name, _ in found["B:GLU32"].polar} == {"OE1", "OE2"}
    assert not found["B:NDP195"].polar
    assert census(ours.pdbqt)["NDP"] == 1
    assert picture(ours).startswith("<svg")


def test_contacts_need_a_ligand() -> None:
    with pytest.raises(ReceptorError, match="no native ligand"):
        native_contacts(load_receptor("DRD2"))


def redocked(rmsd: float, affinity: float, rmsds: tuple[float, ...] = (), crystal: InPlace | None = None) -> Redocking:
    return Redocking("x", "C", rmsd, affinity, "effort standard", rmsds or (rmsd, 6.0), crystal=crystal)


@pytest.mark.parametrize(
    ("done", "begins", "says"),
    [
        (redocked(0.3, -8.0), "good", "puts the crystal's pose first"),
        (redocked(0.3, -8.0, crystal=InPlace(-9.0, 0.2)), "good", "stops at -8.00 kcal/mol"),
        (redocked(5.0, -8.0, crystal=InPlace(-9.0, 0.2)), "bad, the search", "--effort thorough"),
        (redocked(5.0, -8.0, (5.0, 1.2), InPlace(-6.5, 0.2)), "doubtful, the scoring", "(number 2 of 2)"),
        (redocked(5.0, -8.0, crystal=InPlace(-7.9, 0.2)), "doubtful, the scoring", "both are possible"),
        (redocked(5.0, -8.0, crystal=InPlace(-9.9, 4.0)), "bad, the receptor", "moves by 4.0 Å"),
        (redocked(5.0, -8.0, (5.0, 1.2)), "doubtful", "number 2 of 2"),
        (redocked(5.0, -8.0), "bad", "was not found"),
    ],
)
def test_a_verdict_tells_search_from_scoring(done: Redocking, begins: str, says: str) -> None:
    assert done.verdict.startswith(f"{begins}:")
    assert says in done.verdict


def test_a_ligand_outside_the_box_is_not_redocked() -> None:
    with pytest.raises(ReceptorError, match="lie outside the box"):
        redock(load_receptor("1ia1"), ligand=crystal("1uou")[1])


@pytest.mark.slow
def test_redocking_1ia1_at_standard_effort(tmp_path: Path) -> None:
    done = redock(made_from("1ia1", tmp_path).receptor, exhaustiveness=8)
    assert done.rmsd < 0.5
    assert done.affinity < -8.5


@pytest.mark.slow
def test_metals_and_water_dock(tmp_path: Path) -> None:
    from tests.receptors.structures import atom, pocket

    extra = [
        atom(symbol, symbol, 300 + n, (10.1 + 3 * (n % 3), 33.0 + 3 * (n // 3), 27.0), symbol)
        for n, symbol in enumerate(("ZN", "NA", "CU", "CO", "NI", "CD"))
    ]  # fmt: skip
    made = prepare(tmp_path, [*pocket(), *extra, atom("O", "HOH", 401, (4.0, 36.0, 25.0), "O")], keep=("NA", "HOH"))
    assert redock(made.receptor, exhaustiveness=1).affinity < -4
