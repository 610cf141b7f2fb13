"""Tables of rules: rows in their order, parts put in, comments passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from molgrad.chem import tables
from molgrad.chem.tables import read_table


def test_rows_comments_and_parts(tmp_path: Path) -> None:
    text = "# a comment = none\n\nEND = [CH3]\nCHAIN = C{END}\none\t{END}C\ttwo {X}\n\ntwo\t{CHAIN}\t\n"
    (tmp_path / "some.tsv").write_text(text)
    assert list(read_table("some.tsv", tmp_path)) == [["one", "[CH3]C", "two {X}"], ["two", "C[CH3]", ""]]


@pytest.mark.parametrize("path", sorted(Path(tables.__file__).parent.glob("*.tsv")), ids=lambda path: path.name)
def test_every_table_has_rows_of_one_width_and_no_part_left_over(path: Path) -> None:
    rows = list(read_table(path.name))
    assert len(rows) > 10
    if path.name != "rotamers.tsv":  # as many angles as the side chain has
        assert len({len(row) for row in rows}) == 1
    assert not [cell for row in rows for cell in row if "{" in cell]
