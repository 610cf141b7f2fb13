"""Replicate columns without kind and unit, and headings on two lines: a wrong unit is a factor of a thousand."""

from __future__ import annotations

from pathlib import Path

import pytest

from molgrad.errors import InputFileError
from tests.assays.test_table import read, told


@pytest.mark.parametrize(
    ("head", "first"),
    [
        ("IC50 (uM),Rep 1,Rep 2,% inh @ 10 uM", "0.035,0.031,0.039,98"),
        ("IC50 (uM),SD,Rep 1,Rep 2,% inh @ 10 uM", "0.035,0.004,0.031,0.039,98"),
        ("% inh @ 10 uM,Rep 1,Rep 2,IC50 (uM)", "98,0.031,0.039,0.035"),
        ("% inh @ 10 uM,Rep 1,Rep 2,Mean IC50 (uM)", ",0.031,0.039,"),
        ("IC50 (uM),Rep 1,Rep 2", ",0.031,0.039"),
        ("DHFR IC50 (uM),Rep 1,Rep 2,HERG IC50 (nM),Rep 1,Rep 2", "0.035,0.031,0.039,5000,4100,6000"),
        ("Rep 1,Rep 2,IC50 (uM),% inh @ 10 uM,Rep 1,Rep 2", "0.031,0.039,0.035,98,97,99"),
    ],
)
def test_replicates_have_the_unit_of_their_own_mean(head: str, first: str, tmp_path: Path) -> None:
    rows = read(tmp_path, f"name,{head}\nA,{first}\n")
    assert {"A IC50 = 0.031 uM", "A IC50 = 0.039 uM"} <= set(told(rows))
    assert not [one for one in told(rows) if "0.035" in one]  # the mean is not told besides
    if "HERG" in head:
        assert {"A IC50 = 4100 nM", "A IC50 = 6000 nM"} <= set(told(rows))
        assert len({row.assay for row in rows}) == 2


def test_replicates_of_either_of_two_results_are_asked_about(tmp_path: Path) -> None:
    text = "name,% inhibition,Rep 1,Rep 2,IC50 (uM)\nA,,31,39,\n"
    with pytest.raises(InputFileError, match="'Rep 1'; 'Rep 2' could be replicates of '% inhibition' or 'IC50"):
        read(tmp_path, text)
    rows = read(tmp_path, text, columns={"Rep 1": "IC50 (uM) rep 1", "Rep 2": "IC50 (uM) rep 2"})
    assert {"A IC50 = 31 uM", "A IC50 = 39 uM"} <= set(told(rows))


def test_a_second_line_of_headings_belongs_to_the_first(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        "Compound,SMILES,IC50 (uM),,Replicates,,QC\n,,mean,SD,Rep 1,Rep 2,\n"
        "A,CCO,0.035,0.004,0.031,0.039,pass\nB,CCN,>50,,>50,>50,pass\n",
    )
    assert told(rows) == ["A IC50 = 0.031 uM", "A IC50 = 0.039 uM", "B IC50 > 50 uM", "B IC50 > 50 uM"]
    assert "headings go on in line 2" in rows.notes
    assert [row.line for row in rows] == [3, 3, 4, 4]


def test_a_row_of_words_is_no_second_line_of_headings(tmp_path: Path) -> None:
    rows = read(tmp_path, "name,IC50 (uM),QC,Comment\nA,n.d.,pass,low\nB,3,pass,\n")
    assert [row.line for row in rows] == [2, 3]
