"""Read a user's stock: SMILES, identifier and price of each line, and what is wrong with it, in sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from rdkit import Chem, rdBase

from molgrad.chem import salts
from molgrad.errors import InputFileError, shorten
from molgrad.io.entry import Entry
from molgrad.io.library import stream_libraries
from molgrad.synthesis.catalogue import Catalogue, Offer

CHECKED = 5_000  # lines up to which every one is read as a molecule at once; of more, those that are asked for
MAX_LINES = 1_000_000
_PRICE = re.compile(r"price|cost|preis|prix|\beur\b|\busd\b|€|\$", re.IGNORECASE)
_CURRENCY = r"(?:[€$£]|(?<![a-z])(?:eur|usd|gbp|chf)(?![a-z]))"
_AMOUNT = re.compile(rf"{_CURRENCY}?\s*\d[\d.,]*\s*{_CURRENCY}?", re.IGNORECASE)
_PRICED = re.compile(rf"{_CURRENCY}|\d\s*/\s*\d", re.IGNORECASE)  # of a table without header
_SPACED = re.compile(r"(?<![\d.,])\d{1,3}(?:[ \u00a0\u202f'\u2019]\d{3})+(?!\d)")  # 1 234 or 1'234
_FIGURES = re.compile(r"(?:(?<!\w)\.)?\d[\d.,]*")
_LAST_NUMBER = re.compile(r"(.*\S)\s+[€$£]?(\d+[.,]\d{1,2})\s*[€$£]?", re.DOTALL)  # "A1 12.50" of a .smi file


def read_stock(path: str | Path) -> tuple[Catalogue, list[str]]:
    """A catalogue from a file of molecules, and what is to be said of it.

    Args:
        path: .smi, .csv, .tsv, .sdf, .xlsx ... as for `read_library`; a column whose name speaks of a price is read.

    Raises:
        InputFileError: the file cannot be read, or no line of it is a molecule.
    """
    notes: list[str] = []
    offers: list[Offer] = []
    seen: dict[str, int] = {}
    faults: list[str] = []
    twice: list[str] = []
    unclear: list[str] = []
    name = Path(path).name
    for entry in stream_libraries([Path(path)], notes):
        if entry.error:
            faults.append(f"line {entry.line}: {entry.error}")
            continue
        offer = _offer(entry, name)
        first = seen.setdefault(offer.smiles, entry.line)
        if first != entry.line:
            twice.append(f"line {entry.line} as line {first}")
        offers.append(offer)
        if offer.price is None and (cell := _several(entry.properties)):
            unclear.append(f"{offer.id or shorten(offer.smiles, 40)}: {shorten(cell, 40)!r}")
        if len(offers) > MAX_LINES:
            raise InputFileError(f"{path} holds more than {MAX_LINES:,} molecules; split it")
    del seen
    if len(offers) <= CHECKED:
        offers, told = _checked(offers, twice)
    else:
        told = [f"{len(offers):,} lines: each is read as a molecule only when a route asks for it"]
    if not offers:
        raise InputFileError(f"{path} holds no molecule that can be bought; {(faults or told or ['it is empty'])[0]}")
    return Catalogue(name, offers), [f"{name}: {one}" for one in (*_said(faults, twice, unclear, offers), *told)]


def _offer(entry: Entry, source: str) -> Offer:
    identifier, price = entry.name, _price_of(entry.properties)
    if price is None and not entry.properties and (found := _LAST_NUMBER.fullmatch(identifier)):
        identifier, price = found[1], _number(found[2])
    return Offer(entry.smiles.partition(" ")[0], identifier, price, source)


def _price_of(properties: Mapping[str, str]) -> float | None:
    """The cell of a column that speaks of a price; of a table without header the first that is a number."""
    named = next((_number(cell) for name, cell in properties.items() if _PRICE.search(name)), None)
    bare = (_number(cell) for name, cell in properties.items() if name.isdecimal() and _AMOUNT.fullmatch(cell.strip()))
    return next(bare, None) if named is None else named


def _several(properties: Mapping[str, str]) -> str:
    """The cell of a price that holds more than one number, such as "12.50 EUR / 5 g"; empty where there is none."""
    named = (cell for name, cell in properties.items() if _PRICE.search(name))
    bare = (cell for name, cell in properties.items() if name.isdecimal() and _PRICED.search(cell))
    return next((cell for cell in (*named, *bare) if len(_figures(cell)) > 1), "")


def _figures(cell: str) -> list[str]:
    """The numbers of a cell as written, without the blanks between thousands."""
    return _FIGURES.findall(_SPACED.sub(lambda found: re.sub(r"\D", "", found[0]), cell))


def _number(cell: str) -> float | None:
    """A price as people write it, 1,234.50 or 1.234,50 or 12,5 with a currency; None where it is none or several."""
    figures = _figures(cell)
    if len(figures) != 1:
        return None
    text = figures[0]
    if re.fullmatch(r"\d{1,3}(\.\d{3})*,\d{1,2}|\d+,\d{1,2}", text):
        text = text.replace(".", "").replace(",", ".")
    text = text.replace(",", "")
    return float(text) if re.fullmatch(r"\d+\.?\d*|\.\d+", text) and "-" not in cell else None


def _checked(offers: list[Offer], twice: list[str]) -> tuple[list[Offer], list[str]]:
    """The offers that are molecules, and what is said of the others and of salts."""
    kept: list[Offer] = []
    wrong: list[str] = []
    stripped = 0
    same: dict[str, Offer] = {}
    for offer in offers:
        with rdBase.BlockLogs():
            mol = Chem.MolFromSmiles(offer.smiles)
        named = offer.id or shorten(offer.smiles, 40)
        if mol is None or not mol.GetNumAtoms():
            wrong.append(f"{named}: no molecule: {shorten(offer.smiles, 60)}")
            continue
        parent, notes, problem = salts.choose(mol)
        if parent is None:
            wrong.append(f"{named}: {problem}")
            continue
        stripped += bool(notes)
        kept.append(offer)
        first = same.setdefault(Chem.MolToSmiles(parent), offer)
        if first is not offer and first.smiles != offer.smiles:
            twice.append(f"{named} as {first.id or first.smiles}")
    told = [f"{_count(len(wrong), 'line')} left out ({_some(wrong)})"] if wrong else []
    if stripped:
        told.append(f"{_count(stripped, 'salt or charged form', 'salts or charged forms')} taken as the parent")
    return kept, told


def _said(faults: list[str], twice: list[str], unclear: list[str], offers: list[Offer]) -> list[str]:
    told = [f"{_count(len(faults), 'line')} could not be read ({_some(faults)})"] if faults else []
    if twice:
        told.append(f"{_count(len(twice), 'duplicate')}, the cheapest is taken ({_some(twice)})")
    if unclear:
        told.append(f"{_count(len(unclear), 'price')} of more than one number not taken ({_some(unclear)})")
    without = sum(offer.price is None for offer in offers)
    if 0 < without < len(offers):
        told.append(f"{without:,} of {len(offers):,} lines have no price")
    return told


def _some(reasons: list[str]) -> str:
    return shorten("; ".join(reasons[:2]) + (" ..." if len(reasons) > 2 else ""), 240)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
