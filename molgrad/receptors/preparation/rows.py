"""The atoms of a structure file, a row each: PDB by its columns, mmCIF with gemmi."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from molgrad.errors import InputFileError
from molgrad.receptors.preparation import names
from molgrad.receptors.preparation.text import structure_text
from molgrad.receptors.receptor import Triple

BLANK = " "
# Columns of mmCIF that gemmi wants, and those that may stand for them.
COLUMNS = {"type_symbol": "", "label_alt_id": ""}
COLUMNS |= {f"label_{name}_id": f"auth_{name}_id" for name in ("atom", "comp", "asym")}
FARTHEST = 1e5  # Å; the columns of PDB end at 9999.999
# A line whose columns are shifted, by a name that is too long or by tabs: the words in their order.
LOOSE = re.compile(
    r"(?:ATOM|HETATM)\s*\d*\s+(?P<name>\S+)\s+(?P<residue>[A-Za-z0-9+-]{1,5})\s+(?:(?P<chain>[A-Za-z])\s*)?"
    r"(?P<number>-?\d+)(?P<code>[A-Za-z]?)\s+(?P<x>-?\d+\.\d+)\s*(?P<y>-?\d+\.\d+)\s*(?P<z>-?\d+\.\d+)(?P<rest>.*)"
)


class Row(NamedTuple):
    """One atom of a file.

    Attributes:
        chain: its name, empty where the file has none.
        segment: its segment of a simulation, likewise.
        number: of the residue with insertion code; empty where it cannot be read.
        residue: its name in the file.
        name: of the atom.
        letter: of the alternative; empty for an atom in one place.
        element: its symbol, `X` where nothing tells.
        point: Å.
        occupancy: 0 to 1.
        het: listed as HETATM.
    """

    chain: str
    segment: str
    number: str
    residue: str
    name: str
    letter: str
    element: str
    point: Triple
    occupancy: float
    het: bool


def read_rows(path: Path) -> tuple[list[Row], int]:
    """The atoms of the first model, in the order of the file, and how many models there are.

    Args:
        path: of a PDB or mmCIF file.

    Raises:
        InputFileError: not readable as PDB or mmCIF; says where.
    """
    text, blocks = structure_text(path)
    return _from_cif(path, text) if blocks else _from_pdb(path, text.split("\n"))


def _from_cif(path: Path, text: str) -> tuple[list[Row], int]:
    import gemmi

    try:
        document = gemmi.cif.read_string(text)
        blocks = [block for block in document if block.find_loop("_atom_site.Cartn_x")] or list(document)[:1]
        if not blocks:
            return [], 0
        _complete(blocks[0])
        structure = gemmi.make_structure_from_block(blocks[0])
        return list(_cif_rows(structure[0])) if len(structure) else [], len(structure)
    except (RuntimeError, ValueError, IndexError, OverflowError) as error:
        why = (str(error).splitlines() or [""])[0].rstrip(":").replace("string:", "line ")
        raise InputFileError(
            f"{path} cannot be read as a structure: {why or 'damaged'}; get the file anew, or give it as PDB"
        ) from None


def _complete(block: Any) -> None:
    """Add the columns of atoms that some writers leave out and without which gemmi reads no atom."""
    table = block.find_loop("_atom_site.Cartn_x").get_loop()
    if table is None:
        return
    for tag, like in COLUMNS.items():
        if f"_atom_site.{tag}" not in table.tags:
            table.add_columns([f"_atom_site.{tag}"], "?" if tag == "type_symbol" else ".")
            if like and f"_atom_site.{like}" in table.tags:
                column, source = (block.find_loop(f"_atom_site.{name}") for name in (tag, like))
                for row, value in enumerate(source):
                    column[row] = value


def _cif_rows(model: Any) -> Iterator[Row]:
    for chain in model:
        for residue in chain:
            number, het = str(residue.seqid).strip(), residue.het_flag == "H"
            if "?" in number and residue.label_seq is not None:
                number = str(residue.label_seq)
            for atom in residue:
                letter = "" if atom.altloc == "\0" else atom.altloc
                x, y, z = atom.pos.tolist()
                if max(map(abs, (x, y, z))) > FARTHEST:
                    raise ValueError(f"{residue.name} {number} has an atom {max(x, y, z):.3g} Å away")
                symbol = atom.element.name
                if symbol == "X":
                    symbol = _element("", f"{atom.name:<4s}", residue.name, left=True)
                element = names.element(residue.name, atom.name, symbol)
                yield Row(
                    chain.name.strip(), residue.segment.strip(), number.replace("?", ""), residue.name.strip(),
                    atom.name, letter, element, (x, y, z), atom.occ, het,
                )  # fmt: skip


def _from_pdb(path: Path, lines: Sequence[str]) -> tuple[list[Row], int]:
    """Models stand between MODEL and ENDMDL, or snapshots of a simulation before END."""
    blocks: list[list[tuple[int, str]]] = [[]]
    closed = models = again = 0
    for number, line in enumerate(lines, start=1):
        head = line[:6].upper()
        if head.startswith("MODEL"):
            models += 1
        elif head.startswith("ENDMDL"):
            closed += 1
        elif head.rstrip() == "END" and blocks[-1]:
            blocks.append([])
        elif head.startswith(("ATOM", "HETATM")) and models <= 1 and not closed:
            blocks[-1].append((number, line))
    first, *others = blocks
    for block in others:
        if block and [line[12:27] for _, line in block] == [line[12:27] for _, line in blocks[0]]:  # a snapshot
            again += 1
        else:
            first = [*first, *block]
    chains, left = _two_letter_chains(line for _, line in first), _names_at_left(line for _, line in first)
    rows = [_row(path, number, line, chains, left=left) for number, line in first]
    return rows, max(models, closed, 1 + again)


def _two_letter_chains(lines: Iterable[str]) -> set[str]:
    """What stands in columns 21 and 22 behind a standard residue of three letters."""
    pairs = {(line[17:21], line[20:22]) for line in lines if line[20:21].strip() and line[21:22].strip()}
    return {pair for four, pair in pairs if names.standard_name(four[:3]) and not names.known(four)}


def _names_at_left(lines: Iterable[str]) -> bool:
    """Whether atom names begin in column 13, where only elements of two letters should."""
    return any(line[12:16] == "CA  " and names.standard_name(line[17:20]) for line in lines)


def _row(path: Path, number: int, line: str, chains: set[str], *, left: bool) -> Row:
    if "\t" in line:
        return _loose(path, number, line)
    try:
        x, y, z = (_coordinate(line[a : a + 8]) for a in (30, 38, 46))
    except ValueError:
        return _loose(path, number, line)
    residue, chain, letter = _residue_and_chain(line, chains)
    element = names.element(residue, line[12:16].strip(), _element(line[76:78], line[12:16], residue, left=left))
    try:
        occupancy = float(line[54:60])
    except ValueError:
        occupancy = 1.0
    return Row(
        chain.strip(), line[72:76].strip(), _number(line[22:27]), residue, line[12:16].strip(), letter.strip(),
        element, (x, y, z), occupancy, line[:6].upper() == "HETATM",
    )  # fmt: skip


def _coordinate(text: str) -> float:
    value = float(text)
    if abs(value) > FARTHEST:
        raise ValueError(text)
    return value


def _loose(path: Path, number: int, line: str) -> Row:
    found = LOOSE.match(line)
    if found is None:
        raise InputFileError(
            f"{path}, line {number}: the coordinates in columns 31 to 54 cannot be read; repair or delete this line"
        )
    residue, name = found["residue"], found["name"]
    words = found["rest"].split()
    last = words[-1].rstrip("0123456789+-") if words else ""
    element = names.element(residue, name, _element(last, f"{name:<4s}", residue, left=True))
    point = (float(found["x"]), float(found["y"]), float(found["z"]))
    place = f"{int(found['number'])}{found['code']}"
    het = line[:6].upper() == "HETATM"
    return Row(found["chain"] or "", "", place, residue, name, "", element, point, 1.0, het)


def _residue_and_chain(line: str, chains: set[str]) -> tuple[str, str, str]:
    """Name of the residue and its chain, letter of the alternative; a fourth letter takes one of their columns."""
    three, four, wide = line[17:20].strip(), line[17:21].strip(), line[16:20].strip()
    if line[20] == BLANK:
        if len(wide) == 4 and names.known(wide) and not names.standard_name(three):
            return wide, line[21], ""
        return three, line[21], line[16]
    pair = line[20:22]
    if pair in chains:
        return three, pair, line[16]
    if names.known(four) or not names.standard_name(three):
        return four, line[21], line[16]
    return three, pair, line[16]


@lru_cache(maxsize=50_000)
def _number(text: str) -> str:
    """Number and insertion code of columns 23 to 27: five digits and hybrid-36 (A000 is 10000) are numbers too."""
    if re.fullmatch(r" *-?\d+", text):
        return str(int(text))
    digits, code = text[:4].strip(), text[4:].strip()
    if re.fullmatch(r"-?\d+", digits):
        return f"{int(digits)}{code}"
    if re.fullmatch(r"[A-Z][0-9A-Z]{3}", digits):
        return f"{int(digits, 36) - 10 * 36**3 + 10_000}{code}"
    if re.fullmatch(r"[a-z][0-9a-z]{3}", digits):
        return f"{int(digits, 36) + 16 * 36**3 + 10_000}{code}"
    return ""


@lru_cache(maxsize=50_000)
def _element(column: str, padded: str, residue: str, *, left: bool) -> str:
    """The element of its column, or guessed from a name of four columns."""
    import gemmi

    symbol = column.strip().capitalize()
    if symbol.isalpha() and gemmi.Element(symbol).name == symbol:
        return symbol
    name = padded.strip().lstrip("0123456789'*").upper()
    two = name[:2].capitalize()
    if padded[:1].isalpha() and gemmi.Element(two).name == two and len(two) == 2:
        full = len(padded.strip()) == 4  # a name of four letters has no room to be indented
        alone = name.rstrip("0123456789+-") == residue.upper().rstrip("0123456789+-")
        if alone or two in ("Cl", "Br") or not (left or full):
            return two
    one = name[:1]
    return one if one and gemmi.Element(one).name == one else "X"
