"""The tables of words: no spelling stands for two things."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

import molgrad.assays.lexicon as lexicon
from molgrad.assays.numbers import tidy

TABLES = Path(lexicon.__file__).parent / "tables"


def rows(name: str) -> list[dict[str, str]]:
    with (TABLES / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_a_heading_has_one_role() -> None:
    found = defaultdict(set)
    for row in rows("roles.tsv"):
        found[lexicon.plain(row["word"])].add(row["role"])
    assert {word: roles for word, roles in found.items() if len(roles) > 1} == {}


def test_a_flag_is_not_both_passed_and_failed() -> None:
    classes = defaultdict(set)
    for row in rows("words.tsv"):
        classes[row["class"]].add(row["word"].lower())
    assert not classes["qc failed"] & (classes["qc passed"] | classes["qc doubt"])
    assert not classes["nothing"] & (classes["wordy"] | classes["spoilt"] | classes["formula"])


def test_every_spelling_is_that_of_its_unit() -> None:
    for row in rows("units.tsv"):
        for spelling in (row["name"], *row["spellings"].split("|")):
            unit = lexicon.unit_named(tidy(spelling))
            assert unit is not None, spelling
            assert unit.name == row["name"], spelling


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("µmol·L⁻¹", "uM"), ("nmol/l", "nM"), ("mg mL-1", "mg/mL"), ("UG/ML", "ug/mL"), ("x 10^-9 M", "nM"),
        ("MM", None), ("mm", None), ("m", None), ("furlong", None),
    ],
)  # fmt: skip
def test_spellings_of_units(text: str, name: str | None) -> None:
    unit = lexicon.unit_named(tidy(text))
    assert (unit.name if unit else None) == name
