"""Which column or property names the molecules, by what it is called and what its values look like."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise

from molgrad.io.columns import is_smiles, named_smiles, normal, words
from molgrad.io.entry import Entry

# Names of name columns without blanks and signs; the first that is filled and unique wins.
_EXACT = words("name")
# What else has names and numbers in a table of molecules.
_OTHERS = words("other")
_PROSE = words("prose")
_ENDINGS = ("id", "name", "number", "code", "identifier", "reference", "nummer", "nr", "numéro", "名称", "编号")
_NO_IDS = ("acid", "lipid", "solid", "valid", "grid", "hybrid", "fluid")  # words that end so too
_LIKE_AN_ID = re.compile(r"(?=.*[A-Za-z])(?=.*\d)[\w./:-]{3,40}|\d{2,7}-\d\d-\d")  # CHEMBL25, Z-1203, a CAS number
_INCHIKEY = re.compile(r"[A-Z]{14}-[A-Z]{10}-[A-Z]")
_FORMULA = re.compile(r"C\d*H\d*(?:(?:N|O|S|P|F|Cl|Br|I|B|Si|Na|K)\d*)*[+-]?")
_NO_NAME = frozenset(("", "nan", "null", "none", "na", "n/a", "-", "--", "?", "<na>", "#n/a", "#nv", "#n/v", "#ref!"))
_LONGEST = max(map(len, _NO_NAME))
_LONGEST_NAME = 120  # characters; longer texts of an unknown column are remarks
_AMOUNT = re.compile(r"[-+]?[\d.,]+(?:[eE][-+]?\d+)?\s*[%\w/µ°]{0,6}")  # 5.2, 1,5 nM, 99%
_FILLED = 0.9  # of the rows looked at that must have a name
_INDEX = ("", "index", "unnamed0", "unnamed", "rowid", "row")  # what tables call the numbers of their rows


def cleaned(name: str) -> str:
    """A name with single blanks; empty for what tables write where there is none.

    Args:
        name: a cell.
    """
    if len(name) > _LONGEST and " " not in name and name.isprintable():
        return name  # most names, in a file of a million
    text = " ".join(name.split())
    return "" if text.lower() in _NO_NAME else text


def is_name(column: str) -> bool:
    """Whether a column of this name is known to name molecules.

    Args:
        column: as it stands in the header.
    """
    return normal(column) in _EXACT


def find_name(
    header: Sequence[str], rows: Sequence[Sequence[str]], leave_out: Collection[int | None] = ()
) -> int | None:
    """The index of the column that names the molecules; None where there is none.

    Args:
        header: names of the columns, empty ones where the table has no header.
        rows: the first rows.
        leave_out: columns that are something else.
    """
    ranked = []
    for i, column in enumerate(header):
        cells = [cleaned(row[i]) if i < len(row) else "" for row in rows]
        rank = None if i in leave_out else _rank(column, cells)
        if rank is not None:
            ranked.append((*_faults(cells), rank, i))
    if ranked and not (best := min(ranked))[2]:
        return best[-1]
    text = _only_text(header, rows, leave_out)  # before mere numbers of the rows
    return text if text is not None or not ranked else min(ranked)[-1]


def _only_text(header: Sequence[str], rows: Sequence[Sequence[str]], leave_out: Collection[int | None]) -> int | None:
    """The one column in which every row has a short text of its own; None where there are several, or none."""
    found = []
    for i, column in enumerate(header):
        cells = [cleaned(row[i]) if i < len(row) else "" for row in rows]
        plain = normal(column)
        if i in leave_out or plain in _INDEX or any(word in plain for word in (*_OTHERS, *_PROSE)):
            continue
        own = len(cells) > 1 and all(cells) and len(set(cells)) == len(cells)
        if own and not any(len(cell) > _LONGEST_NAME or _is_no_name(cell) for cell in cells):
            found.append(i)
    return found[0] if len(found) == 1 else None


def _is_no_name(cell: str) -> bool:
    """Whether a text is a number, a structure, or anything else that is computed from the molecule."""
    bare = cell.lstrip("<>=~≤≥ ")
    computed = _INCHIKEY.fullmatch(cell) or _FORMULA.fullmatch(cell) or cell.startswith("InChI=")
    return bool(computed) or bool(_AMOUNT.fullmatch(bare)) or is_smiles(cell)


def _faults(cells: Sequence[str]) -> tuple[bool, bool, bool]:
    """What speaks against a column of names, the worst first: missing, all alike, mere counting."""
    filled = [cell for cell in cells if cell]
    distinct = len(set(filled))
    scarce = len(filled) < _FILLED * len(cells)
    alike = len(filled) > 1 and distinct < 0.5 * len(filled)
    return scarce, alike, counts(filled)


def counts(cells: Sequence[str]) -> bool:
    """Whether the cells are the numbers of the rows.

    Args:
        cells: of a column, or the titles of records.
    """
    if len(cells) < 2 or not all(cell.isdigit() and len(cell) < 8 for cell in cells):
        return False
    numbers = [int(cell) for cell in cells]
    return numbers[0] in (0, 1) and all(b - a == 1 for a, b in pairwise(numbers))


def _rank(column: str, cells: Sequence[str]) -> int | None:
    """The lower, the more likely it names molecules; None where it does not."""
    plain = normal(column)
    filled = [cell for cell in cells if cell]
    if not filled or named_smiles(column) or any(map(_INCHIKEY.fullmatch, filled)):
        return None
    if plain in _INDEX:
        words = not any(_numeric(cell) for cell in filled)
        return 2 * len(_EXACT) if words and len(set(filled)) == len(filled) else None
    if plain in _EXACT:
        return _EXACT.index(plain)
    foreign = any(word in plain for word in _OTHERS)
    alike = len(filled) > 1 and len(set(filled)) < 0.5 * len(filled)
    if not foreign and not alike and plain.endswith(_ENDINGS) and not plain.endswith(_NO_IDS):
        return len(_EXACT)
    ids = all(map(like_an_id, filled))
    unique = len(set(filled)) == len(filled) == len(cells)
    return len(_EXACT) + 1 + foreign if ids and unique and len(filled) > 1 else None


def _numeric(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True


def like_an_id(cell: str) -> bool:
    """Whether a text looks like an identifier: letters and digits, no blanks, no formula, no number; or a CAS number.

    Args:
        cell: a cell.
    """
    return bool(_LIKE_AN_ID.fullmatch(cell)) and not _FORMULA.fullmatch(cell) and not _numeric(cell)


def find_unheaded(rows: Sequence[Sequence[str]], smiles: int) -> int | None:
    """The column of names of a table without header: the first with text, else one of whole numbers.

    Args:
        rows: the first rows.
        smiles: index of the SMILES column.
    """
    width = max(map(len, rows), default=0)
    columns = {i: [cleaned(row[i]) if i < len(row) else "" for row in rows] for i in range(width) if i != smiles}
    filled = {i: [cell for cell in cells if cell] for i, cells in columns.items()}
    filled = {i: cells for i, cells in filled.items() if cells and not any(map(_INCHIKEY.fullmatch, cells))}
    texts = [i for i, cells in filled.items() if sum(map(_numeric, cells)) < 0.5 * len(cells)]
    unique = [i for i in texts if len(set(filled[i])) > 0.5 * len(filled[i])]
    whole = [i for i, cells in filled.items() if all(map(str.isdigit, cells)) and len(set(cells)) == len(cells)]
    return next(iter([*unique, *texts, *whole]), None)


class Numbered:
    """Names made unique: one that comes again gets a number, `aspirin (2)`.

    Attributes:
        repeated: how many names were changed.
    """

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}
        self.repeated = 0

    def __call__(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """The entries, each with a name of its own."""
        seen = self._seen
        for entry in entries:
            if entry.name in seen:
                yield entry._replace(name=self.unique(entry.name))
            else:
                seen[entry.name] = 1
                yield entry

    def unique(self, name: str) -> str:
        """The name, with a number if it was seen before."""
        if name not in self._seen:
            self._seen[name] = 1
            return name
        self.repeated += 1
        while True:
            self._seen[name] += 1
            numbered = f"{name} ({self._seen[name]})"
            if numbered not in self._seen:
                self._seen[numbered] = 1
                return numbered
