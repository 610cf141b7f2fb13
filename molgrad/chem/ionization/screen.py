"""Which rows of a table of SMARTS a molecule has the elements for: the others need not be matched."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Generic, TypeVar

from rdkit import Chem

Row = TypeVar("Row")
Elements = tuple[tuple[str, int], ...]  # atoms of each element, small letters for aromatic ones
_ELEMENT = re.compile(r"\[?(Cl|Br|Se|[BCNOFPSIcnops])(?=[&:\]]|$)")
_NESTED = re.compile(r"\([^()]*\)")
_CAP = 6  # counts above do not differ: no row asks for more than six atoms of an element but c


def elements_of(mol: Chem.Mol) -> Elements:
    """How many atoms of each element a molecule has, to `_CAP`.

    Args:
        mol: sanitized.
    """
    atoms = map(mol.GetAtomWithIdx, range(mol.GetNumAtoms()))
    counts = Counter(a.GetSymbol().lower() if a.GetIsAromatic() else a.GetSymbol() for a in atoms)
    return tuple(sorted((element, min(count, _CAP)) for element, count in counts.items()))


def needs(query: Chem.Mol) -> Elements:
    """The elements without which a pattern cannot match; atoms that may be one of several elements do not count.

    Args:
        query: from SMARTS.
    """
    found = (_element(query.GetAtomWithIdx(i).GetSmarts()) for i in range(query.GetNumAtoms()))
    return tuple((element, min(count, _CAP)) for element, count in Counter(filter(None, found)).items())


def _element(smarts: str) -> str | None:
    while "(" in smarts:
        smarts = _NESTED.sub("", smarts)
    first = smarts.split(";")[0]
    found = None if "," in first else _ELEMENT.match(first)
    return found[1] if found else None


class Screen(Generic[Row]):
    """Rows with a pattern each, in their order.

    Args:
        rows: (pattern, row).
    """

    def __init__(self, rows: Sequence[tuple[Chem.Mol, Row]]) -> None:
        self._rows = [(needs(query), row) for query, row in rows]
        self.possible = lru_cache(maxsize=1_000)(self._possible)

    def _possible(self, elements: Elements) -> tuple[Row, ...]:
        """The rows whose pattern may match a molecule of these elements, from `elements_of`."""
        counts = dict(elements)
        return tuple(row for asked, row in self._rows if all(counts.get(e, 0) >= n for e, n in asked))
