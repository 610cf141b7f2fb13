"""Proteins of other programs: the names of their residues, caps and ends, and the states that these carry."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from molgrad.receptors.preparation import Recipe, build_receptor
from molgrad.receptors.preparation.read import read_structure
from tests.receptors.peptides import STRETCH, numbered, polar, prepared, renamed, stretch, with_hydrogens
from tests.receptors.structures import atom, crystal, pdbqt, place, said, write

HIS = STRETCH["HIS"]


@pytest.mark.parametrize(
    ("name", "group", "protons"),
    [
        ("HISH", "HIS", {"HD1", "HE2"}), ("HISA", "HIS", {"HD1"}), ("HISB", "HIS", {"HE2"}), ("HISD", "HIS", {"HD1"}),
        ("HSD", "HIS", {"HD1"}), ("HSE", "HIS", {"HE2"}), ("HSP", "HIS", {"HD1", "HE2"}),
        ("HIP", "HIS", {"HD1", "HE2"}), ("HID", "HIS", {"HD1"}), ("HIE", "HIS", {"HE2"}), ("ASH", "ASP", {"HD2"}),
        ("GLH", "GLU", {"HE2"}),
        ("NHID", "HIS", {"HD1"}), ("CHIP", "HIS", {"HD1", "HE2"}), ("ASPH", "ASP", {"HD2"}), ("ASPP", "ASP", {"HD2"}),
        ("GLUH", "GLU", {"HE2"}), ("GLUP", "GLU", {"HE2"}), ("LYN", "LYS", {"HZ2", "HZ3"}),
        ("LSN", "LYS", {"HZ2", "HZ3"}),
        ("LYSH", "LYS", {"HZ1", "HZ2", "HZ3"}), ("TYO", "TYR", set()), ("TYM", "TYR", set()),
        ("ARN", "ARG", {"HE", "HH11", "HH12", "HH21"}), ("ARGN", "ARG", {"HE", "HH11", "HH12", "HH21"}),
    ],
)  # fmt: skip
def test_the_state_in_the_name_of_another_program_is_kept_and_said(
    name: str, group: str, protons: set[str], tmp_path: Path
) -> None:
    number = STRETCH[group]
    made = prepared(tmp_path, renamed(stretch(number), number, name), number)
    assert polar(made, number) == protons
    assert {line[17:20] for line in pdbqt(made) if line[22:26].strip() == str(number)} == {group}
    (states,) = [line for line in made.report.summary if line.startswith("protonation near the box")]
    assert re.search(rf"from names[^;]* B:{number} [A-Z]{{3}}", states)


def test_a_first_leucine_of_amber_is_no_norleucine_of_chain_ua(tmp_path: Path) -> None:
    number = 17
    made = prepared(tmp_path, renamed(stretch(number), number, "NLEU"), number)
    assert {line[17:22] for line in pdbqt(made) if line[22:26].strip() == "17"} == {"LEU B"}


def test_a_last_alanine_of_amber_is_no_residue_of_chain_ac(tmp_path: Path) -> None:
    number = 16
    made = prepared(tmp_path, renamed(stretch(number), number, "CALA"), number)
    assert {line[17:22] for line in pdbqt(made) if numbered(line) == number} == {"ALA B"}


def test_a_name_of_four_letters_that_moves_the_line_by_a_column_keeps_its_coordinates(tmp_path: Path) -> None:
    lines = stretch(17)
    moved = [f"{line[:17]}NLEU {line[21:]}" if numbered(line) == 17 else line for line in lines]
    (tmp_path / "p.pdb").write_text("\n".join(moved))
    found = {residue.label: residue for residue in read_structure(tmp_path / "p.pdb").residues}
    assert [list(a.position) for a in found["B:LEU17"].atoms] == [
        list(place(line)) for line in lines if numbered(line) == 17
    ]


def test_a_chain_of_amber_begins_with_ammonium(tmp_path: Path) -> None:
    lines = [line for line in renamed(stretch(31), 31, "NLYS") if numbered(line) >= 31]
    names = {line[12:16].strip() for line in pdbqt(prepared(tmp_path, lines, 31)) if line[22:26] == "  31"}
    assert {"H1", "H2", "H3"} <= names


@pytest.mark.parametrize(
    ("name", "on", "protons", "words"),
    [
        ("HIE", {"ND1": ["HD1"]}, {"HD1"}, "HID, hydrogens in the file; its name HIE says HIE"),
        ("HID", {"ND1": ["HD1"], "NE2": ["HE2"]}, {"HD1", "HE2"}, "HIP, hydrogens in the file; its name HID says HID"),
        ("HSP", {"CB": ["HB1"]}, {"HD1", "HE2"}, "HIP, its name in the file"),
    ],
)
def test_where_name_and_hydrogens_disagree_the_hydrogens_win_and_it_is_said(
    name: str, on: dict[str, list[str]], protons: set[str], words: str, tmp_path: Path
) -> None:
    made = prepared(tmp_path, with_hydrogens(renamed(stretch(HIS), HIS, name), HIS, on), HIS)
    assert polar(made, HIS) == protons
    assert words in said(made, "protonation")


@pytest.mark.parametrize(
    ("chain", "heavy", "light"),
    [("B", "PROA", ""), ("B", "", "PROA"), ("B", "PROA", "PROB"), (" ", "PROA", ""), (" ", "", "PROA")],
)
def test_hydrogens_of_another_segment_stay_with_their_residue(
    chain: str, heavy: str, light: str, tmp_path: Path
) -> None:
    lines = with_hydrogens(stretch(HIS), HIS, {"ND1": ["HD1"], "N": ["HN"]})
    marked = [
        f"{line[:21]}{chain}{line[22:72]:<50s}{light if line[76:78] == ' H' else heavy:<4s}{line[76:]}"
        for line in lines
    ]
    for order in (marked, sorted(marked, key=lambda line: line[76:78] == " H")):
        made = prepared(tmp_path, order, HIS)
        assert polar(made, HIS) == {"HD1"}
        assert "renumbered" not in str(made.report)
        assert len({line[21:27] for line in pdbqt(made)}) == 5


@pytest.mark.parametrize(
    "names", [("O1", "O2"), ("OT1", "OT2"), ("OC1", "OC2"), ("O", "OXT"), ("O1", "OXT"), ("O", "O1"), ("OA", "OB")]
)
def test_the_oxygens_of_a_chains_end_may_have_any_names(names: tuple[str, str], tmp_path: Path) -> None:
    lines = [line for line in stretch(HIS) if numbered(line) <= HIS]
    carbon, oxygen = (next(line for line in lines if numbered(line) == HIS and line[12:16] == f" {n}  ") for n in "CO")
    x, y, z = 2 * np.array(place(carbon)) - np.array(place(oxygen)) + (0.2, 0.3, 0.1)
    ends = {name: f"{oxygen[:12]} {name:<3s}{oxygen[16:]}" for name in names}
    other = f"{ends[names[1]][:30]}{x:8.3f}{y:8.3f}{z:8.3f}{oxygen[54:]}"
    made = prepared(tmp_path, [ends[names[0]] if line == oxygen else line for line in lines] + [other], HIS)
    built = [line[12:16].strip() for line in pdbqt(made) if line[22:26].strip() == str(HIS)]
    assert {"O", "OXT"} <= set(built)


def next_nitrogen(lines: list[str], number: int) -> tuple[np.ndarray, np.ndarray]:
    """Where the nitrogen and CA of a residue are."""
    n, ca = (
        next(place(line) for line in lines if numbered(line) == number and line[12:16] == f" {a:<3s}")
        for a in ("N", "CA")
    )
    return np.array(n), np.array(ca)


@pytest.mark.parametrize(("cap", "carbon"), [("NME", "C"), ("NME", "CH3"), ("NMA", "CA"), ("NMA", "C"), ("CT3", "CAT")])
def test_a_methylamide_is_built_whatever_its_carbon_is_called(cap: str, carbon: str, tmp_path: Path) -> None:
    lines = stretch(HIS)
    n, ca = next_nitrogen(lines, HIS + 1)
    ends = [atom("N", cap, HIS + 1, tuple(n), "N"), atom(carbon, cap, HIS + 1, tuple(ca), "C")]
    made = prepared(tmp_path, [*(line for line in lines if numbered(line) <= HIS), *ends], HIS)
    built = [(line[12:16].strip(), line[77:].strip()) for line in pdbqt(made) if line[17:20] == "NME"]
    assert {("N", "N"), ("CH3", "C")} <= set(built)
    assert sum(kind == "HD" for _, kind in built) == 1


@pytest.mark.parametrize("methyl", ["CH3", "CA", "C2"])
def test_an_acetyl_is_built_whatever_its_methyl_is_called(methyl: str, tmp_path: Path) -> None:
    lines = stretch(HIS)
    at = {line[12:16].strip(): place(line) for line in lines if numbered(line) == HIS - 1}
    cap = [atom(name, "ACE", HIS - 1, at[old], old[0]) for name, old in (("C", "C"), ("O", "O"), (methyl, "CA"))]
    made = prepared(tmp_path, [*cap, *(line for line in lines if numbered(line) >= HIS)], HIS)
    assert {line[12:16].strip() for line in pdbqt(made) if line[17:20] == "ACE"} == {"C", "O", "CH3"}
    assert "deleted" not in str(made.report)


@pytest.mark.parametrize(("name", "chain"), [("UNK", " "), ("ACE", "X"), ("CAP", "B")])
def test_caps_of_another_name_or_chain_are_found_by_their_bond(name: str, chain: str, tmp_path: Path) -> None:
    lines = stretch(HIS, 3)
    at = {(numbered(line), line[12:16].strip()): place(line) for line in lines}
    first = [(a, at[HIS - 3, a], chain) for a in ("C", "O", "CA")]
    last = [(a, at[HIS + 3, a], chain) for a in ("N", "CA")]
    group = "NME" if name == "ACE" else name
    caps = [atom(a, name, HIS, point, a[0], chain) for a, point, chain in first]
    caps += [atom(a, group, HIS + 40, point, a[0], chain) for a, point, chain in last]
    made = prepared(tmp_path, [*(line for line in lines if abs(numbered(line) - HIS) < 3), *caps], HIS)
    assert {line[17:20] for line in pdbqt(made)} >= {"ACE", "HIS", "NME"}
    assert {line[21] for line in pdbqt(made)} == {"B"}
    assert "ACE of B:" in said(made, "caps found by their bond")


@pytest.mark.parametrize("amide", [("NT", "CAT"), ("NT",)])
def test_caps_that_charmm_writes_into_a_residue_are_built(amide: tuple[str, ...], tmp_path: Path) -> None:
    lines = stretch(HIS)
    at = {line[12:16].strip(): line for line in lines if numbered(line) == HIS - 1}
    after = {line[12:16].strip(): line for line in lines if numbered(line) == HIS + 1}

    def cap(old: str, name: str) -> str:
        return f"{old[:12]} {name:<3s}{old[16]}HIS B {HIS}{old[26:]}"

    own = [line for line in lines if numbered(line) == HIS]
    ends = [cap(after[old], name) for old, name in zip(("N", "CA"), amide, strict=False)]
    starts = [cap(at[old], name) for old, name in (("CA", "CAY"), ("C", "CY"), ("O", "OY"))]
    others = [f"{line[:21]}C{line[22:]}" for line in stretch(HIS, 6) if abs(numbered(line) - HIS) > 2]
    made = prepared(tmp_path, [*starts, *own, *ends, *others], HIS)
    groups = [line[17:20] for line in pdbqt(made) if line[21] == "B" and line[77:].strip() != "HD"]
    assert {name: groups.count(name) for name in sorted(set(groups))} == {
        "ACE": 3, "HIS": 10, "NHE" if len(amide) == 1 else "NME": len(amide),
    }  # fmt: skip
    assert polar(made, HIS) - {"HN1", "HN2"} == {"HE2"}


def cysteine(lines: list[str], number: int, name: str = "CYS") -> list[str]:
    """A residue as cysteine: its backbone, CB, and CG as the sulfur."""
    rows = []
    for line in lines:
        if numbered(line) != number:
            rows.append(line)
        elif line[12:16].strip() in ("N", "CA", "C", "O", "CB"):
            rows.append(f"{line[:17]}{name:<4s}{line[21:]}")
        elif line[12:16].strip() == "CG":
            rows.append(f"{line[:12]} SG {line[16]}{name:<4s}{line[21:76]} S{line[78:]}")
    return rows


def test_a_cysteine_at_zinc_is_a_thiolate_and_it_is_said(tmp_path: Path) -> None:
    lines = cysteine(stretch(HIS), HIS)
    x, y, z = next(place(line) for line in lines if line[12:16] == " SG ")
    made = prepared(tmp_path, [*lines, atom("ZN", "ZN", 500, (x, y + 2.3, z), "ZN")], HIS)
    assert polar(made, HIS) == set()
    assert "CYM, SG holds a metal" in said(made, "protonation")
    assert polar(prepared(tmp_path, lines, HIS), HIS) == {"HG"}


@pytest.mark.parametrize("name", ["CYM", "CYX", "CYT", "CYSD", "CYS2"])
def test_a_cysteine_named_without_hydrogen_has_none(name: str, tmp_path: Path) -> None:
    made = prepared(tmp_path, cysteine(stretch(HIS), HIS, name), HIS)
    assert polar(made, HIS) == set()
    assert f"its name in the file, {name}" in said(made, "protonation")


def test_a_disulfide_needs_no_name_and_no_second_chain(tmp_path: Path) -> None:
    lines = cysteine(stretch(HIS), HIS)
    x, y, z = next(place(line) for line in lines if line[12:16] == " SG ")
    far = [f"{line[:21]}C{line[22:30]}{place(line)[0] + 90:8.3f}{line[38:]}" for line in lines]
    bridged = [
        f"{line[:30]}{x + 1.2:8.3f}{y + 1.2:8.3f}{z + 1.1:8.3f}{line[54:]}" if line[12:16] == " SG " else line
        for line in far
    ]
    for other, protons in ((far, {"HG"}), (bridged, set())):
        made = prepared(tmp_path, [*lines, *other], HIS, chains=("B",))
        assert polar(made, HIS) == protons
    assert "in disulfides B:129 CYX" in str(made.report)


@pytest.mark.parametrize("name", ["SOL", "TIP3", "WAT", "HOH", "SPC", "T3P", "TIP4"])
def test_water_of_any_program_is_water(name: str, tmp_path: Path) -> None:
    water = [atom("OW", "HOH", 900, (0.0, 0.0, 0.0), "O"), atom("MW", "HOH", 900, (0.1, 0.0, 0.0), " ")]
    lines = [*stretch(HIS), *(f"{line[:17]}{name:<4s}{line[21:76]}" for line in water)]
    made = prepared(tmp_path, lines, HIS)
    assert "HOH900" in said(made, "waters left out")


@pytest.mark.parametrize(
    ("group", "name", "symbol"),
    [
        ("SOD", "SOD", "NA"), ("NA+", "NA+", "NA"), ("Na+", "Na+", "NA"), ("NA", "NA", "NA"), ("CL-", "CL-", "CL"),
        ("CLA", "CLA", "CL"), ("POT", "POT", "K"), ("ZN2", "ZN", "ZN"), ("MG2", "MG", "MG"), ("CAL", "CAL", "CA"),
        ("K+", "K+", "K"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("left", [True, False])
def test_ions_of_any_program_are_their_element(group: str, name: str, symbol: str, left: bool, tmp_path: Path) -> None:
    line = atom(name, group, 900, (0.0, 0.0, 0.0), " ")[:76]
    padded = f"{name:<4s}" if left else f" {name:<3s}"
    (tmp_path / "p.pdb").write_text("\n".join([*stretch(HIS), f"{line[:12]}{padded}{line[16:]}"]))
    (ion,) = read_structure(tmp_path / "p.pdb").hetero()
    assert (ion.name, ion.atoms[0].element.upper()) == (symbol, symbol)


def test_crystals_keep_the_names_they_have() -> None:
    for name in ("1ia1", "1s3v"):
        assert all(residue.state == "" for residue in read_structure(crystal(name)[0]).residues)


def test_half_a_disulfide_is_no_thiolate_in_a_file_with_hydrogens(tmp_path: Path) -> None:
    lines = cysteine(stretch(HIS), HIS, "CYX")
    lines = with_hydrogens(lines, HIS, {"CB": ["HB2", "HB3"]})
    serine = with_hydrogens(renamed(stretch(61), 61, "SER"), 61, {"OG": ["HG"]})
    made = prepared(tmp_path, [*lines, *serine], HIS)
    assert "CYX, its name in the file, CYX" in said(made, "protonation")
    assert polar(made, HIS) == set()


def test_the_example_of_state_is_a_histidine_of_the_file(tmp_path: Path) -> None:
    lines = stretch(HIS)
    (told,) = [line for line in prepared(tmp_path, lines, HIS).report.summary if line.startswith("histidines")]
    place, state = told.rpartition("--state ")[2].split("=")
    assert (place, state) == (f"B:{HIS}", "HID")
    assert polar(prepared(tmp_path, lines, HIS, states={place: state}), HIS) == {"HD1"}


def test_a_residue_beyond_9999_is_named_by_its_number_in_the_file(tmp_path: Path) -> None:
    lines = [f"{line[:22]}{numbered(line) + 10000:5d}{line[27:]}" for line in stretch(HIS)]
    middle = next(place(line) for line in lines if line[12:16] == " CA " and line[22:27] == f"{HIS + 10000}")
    path = write(tmp_path / "p.pdb", lines)
    recipe = Recipe(path, center=middle, size=(12.0, 12.0, 12.0), states={f"B:{HIS + 10000}": "HIP"})
    made = build_receptor(recipe, out=tmp_path / "made")
    assert "HIP, as asked" in said(made, "protonation")
