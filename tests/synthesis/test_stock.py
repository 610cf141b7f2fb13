"""Stocks as laboratories keep them: duplicates, salts, mixtures, missing prices, many lines."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from molgrad.errors import InputFileError
from molgrad.synthesis.catalogue import composition, parent_key
from molgrad.synthesis.reactions import TABLES
from molgrad.synthesis.stock import BLOCKS, COMMON, open_stock

STORE = """smiles,catalogue number,price EUR/g
Nc1ncccn1,A1,12
c1cnc(N)nc1,A2,"3,50"
Cl.NCc1ccccc1,A3,on request
C1CC,A4,3
CCCCCCCCCCN.CCCCCCCCCCO,A5,3
C[C@H](N)c1ccc(Br)cc1,A6,"1,234.50"
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "store.csv"
    path.write_text(STORE)
    return path


def test_each_fault_of_a_stock_is_a_sentence_and_the_rest_is_there(store: Path) -> None:
    stock = open_stock(store, common=False)
    said = "\n".join(stock.notes)
    assert "1 duplicate, the cheapest is taken (A2 as A1)" in said
    assert "2 lines left out" in said
    assert "A4: no molecule" in said
    assert "A5: a mixture" in said
    assert "1 salt or charged form" in said
    assert "1 of 4 lines have no price" in said
    assert stock.words() == "store.csv (4 compounds)"


def test_a_compound_is_found_by_its_neutral_parent_at_the_lowest_price(store: Path) -> None:
    stock = open_stock(store, common=False)
    cheapest, salt = stock.find("Nc1ncccn1"), stock.find("NCc1ccccc1")
    assert cheapest is not None
    assert (cheapest.id, cheapest.price) == ("A2", 3.5)
    assert salt is not None
    assert (salt.id, salt.price, salt.source) == ("A3", None, "store.csv")
    assert stock.find("CCO") is None


def test_stereo_is_wanted_as_drawn_and_an_open_centre_takes_any(store: Path) -> None:
    stock = open_stock(store, common=False)
    open_centre = stock.find("CC(N)c1ccc(Br)cc1")
    assert open_centre is not None
    assert open_centre.note == "bought as one stereoisomer"
    assert open_centre.price == 1234.5
    assert stock.find("C[C@@H](N)c1ccc(Br)cc1") is None
    assert "with other stereo only" in stock.instead("C[C@@H](N)c1ccc(Br)cc1")
    assert "nearest: " in stock.instead("Nc1nccc(C)n1")


def test_the_users_stock_comes_before_common_reagents(store: Path) -> None:
    stock = open_stock(store)
    own, common = stock.find("Nc1ncccn1"), stock.find("O=C(O)c1ccccc1")
    assert own is not None
    assert own.source == "store.csv"
    assert common is not None
    assert common.source == COMMON
    assert len(stock.catalogues[1]) > 1500


def test_a_price_may_stand_behind_the_name_in_a_smi_file(tmp_path: Path) -> None:
    (tmp_path / "s.smi").write_text("Nc1ncccn1 A-1 12.50\nClc1ncccn1 A 2\n")
    stock = open_stock(tmp_path / "s.smi", common=False)
    first, second = stock.find("Nc1ncccn1"), stock.find("Clc1ncccn1")
    assert first is not None
    assert (first.id, first.price) == ("A-1", 12.5)
    assert second is not None
    assert (second.id, second.price) == ("A 2", None)


@pytest.mark.parametrize(
    ("cell", "price"),
    [
        ("12.50 EUR / 5 g", None),
        ("EUR 45 per 10 mg", None),
        ("1,234.50 EUR", 1234.5),
        ("1.234,50 €", 1234.5),
        ("€12,5", 12.5),
        ("1 234,50", 1234.5),
        ("CHF 1'234.50", 1234.5),
        ("12500", 12500.0),
        ("45 EUR/g", 45.0),
        (".50", 0.5),
    ],
)
def test_a_price_is_taken_only_where_its_cell_holds_one_number(tmp_path: Path, cell: str, price: float | None) -> None:
    (tmp_path / "s.csv").write_text(f'smiles,id,price\nNc1ncccn1,A1,"{cell}"\n')
    stock = open_stock(tmp_path / "s.csv", common=False)
    offer = stock.find("Nc1ncccn1")
    assert offer is not None
    assert offer.price == price
    assert any(f"1 price of more than one number not taken (A1: {cell!r})" in one for one in stock.notes) is (
        price is None
    )


def test_without_a_header_a_price_is_known_by_its_currency_and_one_of_several_numbers_is_said(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("Nc1ncccn1,A1,12.50 / 5 g\nCCO,A2,3 EUR\nCCCO,A3,USD 4\n")
    stock = open_stock(tmp_path / "s.csv", common=False)
    assert {offer.id: offer.price for offer in stock.catalogues[0]} == {"A1": None, "A2": 3.0, "A3": 4.0}
    assert any("(A1: '12.50 / 5 g')" in note for note in stock.notes)


def test_a_stock_without_a_molecule_says_so(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("smiles,id\nC1CC,a\n")
    with pytest.raises(InputFileError, match="no molecule"):
        open_stock(tmp_path / "s.csv")


def test_thousands_of_lines_are_read_when_asked_for(tmp_path: Path) -> None:
    rows = (f"{'C' * (n % 40 + 1)}OC(=O)c1ccc({'C' * (n // 40 % 40 + 1)})cc1,B{n},{n % 7 or ''}\n" for n in range(8000))
    (tmp_path / "big.csv").write_text("smiles,id,price\n" + "".join(rows))
    began = time.monotonic()
    stock = open_stock(tmp_path / "big.csv", common=False)
    assert time.monotonic() - began < 5
    assert any("only when a route asks" in note for note in stock.notes)
    found = stock.find("COC(=O)c1ccc(C)cc1")
    assert found is not None
    assert found.price == 1


def test_heavy_atoms_are_read_from_the_text() -> None:
    assert composition("Clc1cc[nH]c1Br") == composition("Brc1[nH]ccc1Cl") == "Br1 C4 Cl1 N1"
    assert composition("[13CH3][C@H](N)[Se]C") == "C3 N1 Se1"


def test_building_blocks_are_found_by_key_in_any_tautomer_and_told_apart_from_common_reagents() -> None:
    stock = open_stock()
    common, blocks = stock.catalogues
    assert blocks.source == BLOCKS
    first = next(iter(blocks)).smiles
    assert blocks.find(first) is not None
    tautomers = ("Clc1n[nH]c2cnccc12", "Clc1c2ccncc2n[nH]1")
    found = [blocks.find(one) for one in tautomers]
    assert found[0] is not None
    assert found[0] == found[1]
    assert blocks.find("Cc1cc(CN)n(C(F)(Cl)Br)n1") is None
    assert open_stock(common=False).catalogues == (common,)


def test_every_building_block_is_a_molecule_with_its_key() -> None:
    lines = (TABLES / "blocks.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split(" ") for line in lines if not line.startswith("#")]
    assert len({smiles for _, smiles in rows}) == len(rows)
    for start, smiles in rows[::500]:
        assert parent_key(smiles)[0].startswith(start)
