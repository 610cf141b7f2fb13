"""Troubles met in real files: simulations, old columns, long chain names, clusters, mirror images, solvent boxes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gemmi
import pytest

from molgrad.errors import ReceptorError
from molgrad.receptors.preparation import names
from molgrad.receptors.preparation.read import read_structure
from molgrad.receptors.preparation.residue import Atom, Residue
from tests.receptors.structures import atom, changed, pdbqt, place, pocket, prepare, residue, said, without, write

IN_BOX, FAR = (10.1, 36.0, 24.0), (10.1, 36.0, 45.0)


def test_atom_names_in_the_wrong_columns_are_no_metals(tmp_path: Path) -> None:
    lines = [line for line in pocket() if line.startswith("ATOM")]
    shifted = [f"{line[:12]}{line[12:16].strip():<4s}{line[16:66]}" for line in lines]
    assert gemmi.read_pdb_string("\n".join(shifted))[0][0][0]["CA"][0].element.name == "Ca", "what gemmi guesses"
    hydrogen = shifted[0].replace(shifted[0][12:16], "HG1 ")
    whole, guessed = (
        read_structure(write(tmp_path / "p.pdb", lines)),
        read_structure(write(tmp_path / "q.pdb", [*shifted, hydrogen])),
    )
    assert [r.atoms for r in guessed.residues] == [r.atoms for r in whole.residues]


@pytest.mark.parametrize(
    ("group", "name", "read", "meant"),
    [
        ("MET", "CA", "Ca", "C"), ("CYS", "HG", "Hg", "H"), ("HSD", "ND1", "Nd", "N"), ("GUA", "1HB", "X", "H"),
        ("CA", "CA", "Ca", "Ca"), ("PHE", "CZ", "Fe", "Fe"), ("HEM", "FE", "Fe", "Fe"), ("CYS", "SG", "S", "S"),
    ],
)  # fmt: skip
def test_an_element_is_mended_only_where_it_was_guessed(group: str, name: str, read: str, meant: str) -> None:
    assert names.element(group, name, read) == meant


def test_a_file_older_than_the_element_columns(tmp_path: Path) -> None:
    old = [f"{line[:66]}      1IA1 {n % 1000:3d}" for n, line in enumerate(pocket())]
    with pytest.raises(RuntimeError, match="charge"):
        gemmi.read_pdb_string("\n".join(old))
    found = read_structure(write(tmp_path / "p.pdb", old))
    clean = read_structure(write(tmp_path / "q.pdb", pocket()))
    assert [r.atoms for r in found.polymer()] == [r.atoms for r in clean.polymer()]


def of(name: str, atoms: Sequence[str]) -> Residue:
    return Residue("A", "1", name, tuple(Atom(a, a[0], (float(n), 0.0, 0.0)) for n, a in enumerate(atoms)))


@pytest.mark.parametrize(
    ("name", "atoms", "wanted"),
    [
        ("GUA", ("C1'", "O2'"), "G"), ("GUA", ("C1'", "O4'"), "DG"), ("THY", ("C1*",), "DT"), ("A", ("C1'",), "DA"),
        ("A", ("C1'", "O2*"), "A"), ("GUA", ("C1",), "GUA"), ("TIP", ("OH2",), "HOH"), ("SOD", ("SOD",), "NA"),
        ("CLA", ("CLA",), "CL"), ("CLA", ("C1", "C2"), "CLA"), ("HSE", ("N", "CA"), "HIS"),
    ],
)  # fmt: skip
def test_names_of_simulations(name: str, atoms: Sequence[str], wanted: str) -> None:
    assert names.standard(of(name, atoms), []).name == wanted


def test_segments_stand_for_chains_where_those_are_blank(tmp_path: Path) -> None:
    lines = [f"{line[:21]} {line[22:72]}PROA" for line in pocket() if line.startswith("ATOM")]
    moved = [f"{line[:30]}{float(line[30:38]) + 80:8.3f}{line[38:72]}PROB" for line in lines]
    found = read_structure(write(tmp_path / "p.pdb", [*lines, *moved]))
    assert {r.chain for r in found.residues} == {"A", "B"}
    assert [str(c) for c in found.changes] == ["PROA to A", "PROB to B"], "and nothing is renumbered"


def test_a_second_chain_of_the_same_name_does_not_vanish(tmp_path: Path) -> None:
    lines = [line for line in pocket() if line.startswith("ATOM")]
    moved = [f"{line[:30]}{float(line[30:38]) + 80:8.3f}{line[38:]}" for line in lines]
    both = read_structure(write(tmp_path / "p.pdb", [*lines, *moved]))
    assert {r.chain: r.atoms for r in both.residues if r.seqid == "7"}.keys() == {"B", "A"}
    assert [str(c) for c in both.changes] == ["B, chain 2 of this name to A"], "and nothing is renumbered"
    near = [f"{line[:30]}{float(line[30:38]) + 1:8.3f}{line[38:]}" for line in lines]
    found = read_structure(write(tmp_path / "q.pdb", [*lines, *near]))
    assert found.residues == read_structure(write(tmp_path / "r.pdb", lines)).residues, (
        "an alternative without a letter"
    )


def test_an_alternative_residue_may_share_atoms_with_the_other(tmp_path: Path) -> None:
    own = [line for line in pocket() if residue(line) == "GLU32"]
    shared = [line for line in own if line[12:16].strip() in ("N", "CA", "C", "O")]
    sides = [line for line in own if line not in shared]
    first = [*shared, *(f"{line[:16]}A{line[17:54]}  0.30{line[60:]}" for line in sides)]
    second = [f"{line[:16]}B{line[17:54]}  0.90{line[60:]}".replace("GLU", "ALA") for line in sides[:1]]
    at = next(n for n, line in enumerate(pocket()) if residue(line) == "GLU32")
    rest = [line for line in pocket() if residue(line) != "GLU32"]
    made = prepare(tmp_path, [*rest[:at], *first, *second, *rest[at:]])
    assert said(made, "alternatives left out") == "B:ALA32 (GLU at the same place, in the box)"
    assert sum(" ALA B  32" in line and line.split()[-1] != "HD" for line in pdbqt(made)) == 5


@pytest.mark.parametrize(("names", "group"), [(("O1", "O2"), "GLU"), (("OT1", "OT2"), "GLU"), (("O", "OXT"), "GLU")])
def test_a_chain_end_of_other_programs(names: tuple[str, str], group: str, tmp_path: Path) -> None:
    at = max(n for n, line in enumerate(pocket()) if residue(line) == "GLU32")
    end = next(line for line in pocket() if residue(line) == "GLU32" and line[12:16] == " O  ")
    second = f"{end[:12]} {names[1]:<3s}{end[16:30]}{float(end[30:38]) + 1.5:8.3f}{end[38:]}"
    lines = [f"{line[:12]} {names[0]:<3s}{line[16:]}" if line == end else line for line in pocket()]
    gone = [line for line in lines[at + 1 :] if residue(line) != residue(pocket()[at + 1])]
    made = prepare(tmp_path, [*lines[: at + 1], second, *gone])
    assert not said(made, "residues cut back")
    assert any(second[30:54] in line for line in pdbqt(made))


def test_an_amide_end_is_built(tmp_path: Path) -> None:
    """A C-terminal NH2 in the place of the next residue's nitrogen: meeko pads only ends that go on."""
    following = residue(next(line for line in pocket() if int(line[22:26]) > 32))
    lines = [
        f"HETATM{line[6:17]}NH2{line[20:]}" if residue(line) == following else line
        for line in pocket()
        if residue(line) != following or line[12:16] == " N  "
    ]
    made = prepare(tmp_path, lines)
    (nitrogen,) = [place(line) for line in lines if line[17:20] == "NH2"]
    built = [line for line in pdbqt(made) if line[17:20] == "NHE"]
    assert [line[77:].strip() for line in built] == ["N", "HD", "HD"]
    assert [math.dist(place(line), nitrogen) for line in built] == pytest.approx([0, 1.01, 1.01], abs=0.01)
    assert math.dist(place(built[1]), place(built[2])) == pytest.approx(1.75, abs=0.02)


def hybrid(number: int) -> str:
    """A residue number in four columns, as programs write those beyond 9999: A000, A001, ..."""
    digits, text, rest = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", "", number - 10_000 + 10 * 36**3
    while rest:
        text, rest = digits[rest % 36] + text, rest // 36
    return f"{number:4d}" if number < 10_000 else text


def test_more_waters_than_numbers_are_left_out_and_counted(tmp_path: Path) -> None:
    def solvent(name: str) -> list[str]:
        one = atom("O", name, 1, (0.0, 0.0, 0.0), "O", chain="W")
        return [f"{one[:22]}{hybrid(n)}{one[26:30]}{n % 97:8.3f}{one[38:]}" for n in range(2, 12_000)]

    found = read_structure(write(tmp_path / "p.pdb", [*pocket(), *solvent("HOH")]))
    left_out = [c for c in found.changes if c.kind == "waters left out"]
    kept = [r for r in found.residues if r.name == "HOH"]
    assert len({r.key for r in kept}) == len(kept) == 9998
    assert [c.label for c in left_out] == ["2000 waters"]
    lipids = read_structure(write(tmp_path / "q.pdb", [*pocket(), *solvent("POP")]))
    assert len({r.key for r in lipids.residues if r.name == "POP"}) == 11_998
    assert "W to A (those beyond 9999 of chain W are chain A)" in [str(c) for c in lipids.changes]


def test_a_trace_is_said_whatever_names_the_site(tmp_path: Path) -> None:
    trace = [line for line in pocket() if line[12:16] == " CA "]
    with pytest.raises(ReceptorError, match="trace of CA or P"):
        prepare(tmp_path, trace, pocket="auto")
    with pytest.raises(ReceptorError, match="chain Z"):
        prepare(tmp_path, pocket(), pocket="auto", chains=("Z",))


def test_many_refusals_are_a_short_message_whose_remedy_works(tmp_path: Path) -> None:
    short = [line for line in pocket() if line[12:16].strip() in ("N", "CA", "C", "O", "CB", "CG")]
    with pytest.raises(ReceptorError, match=r"; and \d+ more\. Remedy: leave --no-rebuild away.*--drop") as caught:
        prepare(tmp_path, short, size=(20.0, 20.0, 20.0), rebuild=False)
    assert len(str(caught.value)) < 1500
    drop = str(caught.value).rpartition("--drop ")[2].split(",")
    assert prepare(tmp_path, short, size=(20.0, 20.0, 20.0), drop=tuple(drop), rebuild=False).receptor.name == "made"


def test_an_iron_sulfur_cluster_is_ions(tmp_path: Path) -> None:
    x, y, z = IN_BOX
    cluster = [
        atom("FE1", "FES", 400, IN_BOX, "FE"), atom("FE2", "FES", 400, (x, y, z + 2.7), "FE"),
        atom("S1", "FES", 400, (x, y + 1.7, z + 1.3), "S"), atom("S2", "FES", 400, (x, y - 1.7, z + 1.3), "S"),
    ]  # fmt: skip
    made = prepare(tmp_path, [*pocket(), *cluster])
    ions = [line.split()[-2:] for line in pdbqt(made) if line[17:20].strip() in ("FE", "S")]
    assert ions == [["+3.000", "Fe"], ["+3.000", "Fe"], ["-2.000", "S"], ["-2.000", "S"]]


def test_a_template_is_offered_only_where_one_can_be_given(tmp_path: Path) -> None:
    beryllium = [atom("BE", "BEF", 400, IN_BOX, "BE"), atom("F1", "BEF", 400, (10.1, 36.0, 25.5), "F")]
    pieces = [atom("C1", "TWO", 401, IN_BOX, "C"), atom("C2", "TWO", 401, (10.1, 36.0, 28.0), "C")]
    for group in (beryllium, pieces):
        with pytest.raises(ReceptorError, match=r"Remedy: leave out: --drop (BEF|TWO)$"):
            prepare(tmp_path, [*pocket(), *group])


def test_a_mirror_image_is_built_by_the_template_of_the_other(tmp_path: Path) -> None:
    made = prepare(tmp_path, changed("GLU32", lambda line: line.replace("GLU", "DGL")))
    assert said(made, "D-amino acids by the template of their mirror image") == "B:DGL32 (GLU, in the box)"
    clean = prepare(tmp_path, pocket())
    assert [line[12:16] for line in pdbqt(made)] == [line[12:16] for line in pdbqt(clean)]
    short = [line.replace("GLU B  32", "DGL B  32") for line in without("GLU32", ("CD", "OE1", "OE2"))]
    with pytest.raises(ReceptorError, match=r"--drop B:DGL32$"):
        prepare(tmp_path, short, rebuild=False)
    assert said(prepare(tmp_path, short, drop=("B:DGL32",)), "residues cut back").endswith("now ALA, in the box)")


@pytest.mark.parametrize(
    "choices",
    [{"chains": ("BBB",)}, {"residues": ("BBB:GLU32",)}, {"ligand": "NDP:BBB195"}, {"states": {"BBB:129": "HIP"}}],
)
def test_chains_may_be_called_as_in_the_file(choices: dict[str, Any], tmp_path: Path) -> None:
    from molgrad.receptors.preparation import Recipe, build_receptor

    structure = gemmi.read_structure(str(write(tmp_path / "p.pdb", pocket())))
    structure.setup_entities()
    structure[0][0].name = "BBB"
    structure.make_mmcif_document().write_file(str(tmp_path / "p.cif"))
    site: dict[str, Any] = {} if {"residues", "ligand"} & set(choices) else {"center": (10.1, 36.0, 18.3)}
    recipe = Recipe(tmp_path / "p.cif", **{**site, **choices, "drop": ("NDP",) if "ligand" not in choices else ()})
    made = build_receptor(recipe, out=tmp_path / "made")
    assert str(made.report).count("BBB to A") == 1
    assert "BBB" in (tmp_path / "made" / "README.md").read_text().partition("How to make it again")[2]
