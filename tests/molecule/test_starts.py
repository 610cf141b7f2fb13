"""Starts of a campaign: what is taken, what is left out, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from molgrad.autograd.domain import Starts
from molgrad.errors import InputFileError
from molgrad.molecule.domain import MoleculeDomain
from molgrad.molecule.starts import faults, holding, read_starts, written


def test_a_bad_start_is_named_and_left_out() -> None:
    starts = read_starts(["OCC", "c1cc", "OB(O)c1ccccc1"])
    assert starts.values == ("CCO",)
    first, second = starts.notes
    assert "ring bond 1" in first
    assert first.endswith("nor is there a file of that name")
    assert "Vina has no atom type" in second
    assert "file of that name" not in second


def test_no_start_left_is_an_error_that_names_each_once() -> None:
    with pytest.raises(InputFileError, match=r"no start is left: 'C1CC'.*ring bond 1.*nor is there a file"):
        read_starts(["C1CC"])


def test_of_many_bad_starts_the_error_names_a_few() -> None:
    with pytest.raises(InputFileError, match=r"and 2 more$"):
        read_starts(["C1CC", "c1cc", "C(", "N(", "O("])


def test_undefined_stereo_and_salts_are_settled_and_said() -> None:
    starts = read_starts(["CC(N)c1ccccc1.Cl"])
    assert starts.values == ("C[C@@H](N)c1ccccc1",)
    salt, stereo = starts.notes
    assert salt.startswith("start CC(N)c1ccccc1.Cl: ")  # as it was given
    assert "salt stripped" in salt
    assert stereo.endswith("taken as C[C@@H](N)c1ccccc1; give the isomer that was measured, where it is known")


def test_what_was_read_is_read_again_without_a_word() -> None:
    assert read_starts(read_starts(["CC(N)c1ccccc1.Cl", "OCC"]).values) == Starts(("C[C@@H](N)c1ccccc1", "CCO"))


def test_a_long_smiles_is_no_path() -> None:
    with pytest.raises(InputFileError, match="300 heavy atoms"):  # and not: file name too long
        read_starts(["C" * 300])


def test_a_file_of_starts_is_read(tmp_path: Path) -> None:
    (tmp_path / "starts.smi").write_text("CCO ethanol\nc1ccccc1 benzene\n")
    assert read_starts([str(tmp_path / "starts.smi"), "OCC"]).values == ("CCO", "c1ccccc1")


def test_a_bad_record_of_a_file_is_named_by_file_and_place(tmp_path: Path) -> None:
    file = tmp_path / "starts.smi"
    file.write_text("CCO\nc1cc\nC1CC odd one\n")
    starts = read_starts([str(file)])
    assert starts.values == ("CCO",)
    read, *left_out = starts.notes
    assert read.startswith(f"{file}: read as SMILES file")
    assert left_out[0].startswith(f"start left out: {file}, molecule 2: 'c1cc'")
    assert left_out[1].startswith(f"start left out: {file}, odd one: 'C1CC'")


def test_names_of_starts_are_kept_and_written_so_that_they_are_read_again(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("ID,smiles\nx7,OCC\n2,CCN\n")
    starts = read_starts([str(tmp_path / "a.csv"), "c1ccccc1 my benzene", "CCC"])
    assert starts.names == {"CCO": "x7", "c1ccccc1": "my benzene"}, "the second is the row's number"
    assert written(starts) == ("CCO x7", "CCN", "c1ccccc1 my benzene", "CCC")
    assert read_starts(written(starts)) == Starts(starts.values, (), starts.names)
    with pytest.raises(InputFileError, match="'CCO CCN'"):
        read_starts(["CCO CCN"])


def test_a_file_of_another_kind_is_not_read_as_smiles(tmp_path: Path) -> None:
    (tmp_path / "starts.list").write_text("CCO\n")
    with pytest.raises(InputFileError, match=r"starts.list is a file of no kind that is read: name it .smi"):
        read_starts([str(tmp_path / "starts.list")])


def test_starts_that_lack_a_part_to_be_kept_are_named_and_left_out() -> None:
    starts = MoleculeDomain(keep=["c1ccccc1"]).read_starts(["CCO", "Cc1ccccc1"])
    assert starts.values == ("Cc1ccccc1",)
    assert starts.notes[0].startswith("start left out: CCO")
    with pytest.raises(InputFileError, match=r"no start can be used; .*another --keep: CCO: "):
        holding(Starts(("CCO",)), ["c1ccccc1"])


def test_a_start_that_could_not_be_proposed_is_named_but_not_for_size() -> None:
    domain = MoleculeDomain()
    (note,) = faults(["O=C(Cl)c1ccccc1", "C"], domain.validator)
    assert note.startswith("start O=C(Cl)c1ccccc1: acyl halide at atoms")
    assert "heavy atoms" not in note
    assert domain.read_starts(["O=C(Cl)c1ccccc1"]).notes == (note,)


def notes_of(smiles: str, **bounds: object) -> str:
    domain = MoleculeDomain("strict", **bounds)  # type: ignore[arg-type]  # keep alone
    starts = domain.read_starts([smiles])
    return "\n".join((*starts.notes, *domain.within(None, starts.values).notes))


@pytest.mark.parametrize(
    ("smiles", "said"),
    [
        ("Cc1ccncc1", "is a fragment (at most 13 heavy atoms): scope free is taken"),
        ("O=C1CCCCCCNC(=O)CCCCN1c1ccccc1", "a macrocycle (a ring of 14)"),
        ("C=CC(=O)Nc1cccc(Nc2ncccn2)c1", "the bond to the protein is not modelled; --keep 'C=CC(N)=O'"),
        ("CC(C)C[C@H](NC(=O)[C@H](C)N)C(=O)N[C@@H](Cc1ccccc1)C(=O)NCC(=O)O", "a peptide of 4 residues"),
        (
            "C[C@H](O)c1ccc(-c2ccncc2)cc1 |&1:1|",
            "racemic at 1; taken as C[C@@H](O)c1ccc(-c2ccncc2)cc1; give the isomer",
        ),
        ("CCN1CCN(c2ccc(-c3ccncc3)cc2)CC1.Cl.Cl", "salt stripped: Cl"),
        ("Cc1ccnc(O)c1-c1ccccc1", "taken as Cc1cc[nH]c(=O)c1-c1ccccc1"),
        ("O=C1c2cc(-c3cccnc3)ccc2[C@@H]2C[C@H]12", "cyclopropane fused to indanone"),
    ],
)
def test_each_unusual_lead_is_a_sentence_and_the_rest_goes_on(smiles: str, said: str) -> None:
    notes = notes_of(smiles)
    assert notes.count(said) == 1
    assert MoleculeDomain().read_starts([smiles, "Cc1ccc(-c2ccncc2)cc1C#N"]).values[1] == "Cc1ccc(-c2ccncc2)cc1C#N"


def test_a_boronic_acid_is_left_out_by_name() -> None:
    starts = read_starts(["OB(O)c1ccc(Nc2ncccn2)cc1", "Cc1ccncc1"])
    assert starts.values == ("Cc1ccncc1",)
    assert "a boron warhead cannot be docked" in starts.notes[0]


def test_analogues_keep_a_macrocycle_and_a_warhead_that_is_held() -> None:
    large = "O=C1CCCCN(c2ccccc2)C(=O)CCCCCCN1"
    assert MoleculeDomain("strict").within(None, [large]).neighbours(large, 0, 5)
    covalent, warhead = "C=CC(=O)Nc1cccc(Nc2ncccn2)c1", "C=CC(N)=O"
    free = MoleculeDomain("strict").within(None, [covalent])
    held = MoleculeDomain("strict", keep=[warhead]).within(None, [covalent])
    child = "C=CC(=O)Nc1cccc(Nc2ncccn2)c1C"
    assert any("BRENK" in reason for reason in free.validate(child))
    assert held.validate(child) == ()
    assert any("keep" in reason or "must be kept" in reason for reason in held.validate("CCC(=O)Nc1cccc(Nc2ncccn2)c1C"))
