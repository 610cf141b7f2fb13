"""Molecules of a report as pictures that the page holds: in the lead's orientation, what is new marked."""

from __future__ import annotations

import re
from collections.abc import Callable

from rdkit import Chem
from rdkit.Chem import rdDepictor

from molgrad.autograd.domain import Domain
from molgrad.chem.matched_pair import change
from molgrad.errors import MolgradError
from molgrad.report.picking import MOLECULES
from molgrad.report.pictures.changed import gained, lost
from molgrad.report.pictures.molecule import data_uri, svg_of

SIZE = (240, 170)  # pixels
_HEADER = "<!-- END OF HEADER -->"
_LINE = re.compile(r"<path (?:class='[^']*' )?d='([^']*)' style='(fill:none;[^']*)' ?/>")
_CLASS = re.compile(r" class='[^']*'")
_LEAST = 6  # atoms of a common core, from which on a molecule is laid on another


class Pictures:
    """Draws each molecule once.

    Args:
        domain: of the values; what is no molecule has no picture.
    """

    def __init__(self, domain: Domain) -> None:
        self._drawn: dict[tuple[str, str], str] = {}
        self._molecules = domain.name == MOLECULES

    def of(self, value: str) -> str:
        """The address that holds the picture of a molecule; empty for what cannot be drawn.

        Args:
            value: as it was proposed.
        """
        return self._kept((value, ""), lambda: _held(svg_of(value, size=SIZE)))

    def new(self, value: str, before: str, lead: str = "") -> str:
        """A molecule with the atoms marked that are new against the one it was made from.

        Args:
            value: as it was proposed.
            before: its lead or parent.
            lead: the molecule in whose orientation it is drawn; `before` by default.
        """
        return self._kept((value, before), lambda: _pair(value, before, lead or before, of_child=True))

    def old(self, value: str, after: str) -> str:
        """A molecule with the atoms marked that another, made from it, has not.

        Args:
            value: as it was proposed.
            after: what was made from it.
        """
        return self._kept((value, after), lambda: _pair(after, value, value, of_child=False))

    def _kept(self, key: tuple[str, str], make: Callable[[], str]) -> str:
        if key not in self._drawn:
            try:
                self._drawn[key] = make() if self._molecules else ""
            except (MolgradError, ValueError, IndexError, RuntimeError):  # no molecule, or one that cannot be laid out
                self._drawn[key] = ""
        return self._drawn[key]


def _pair(child: str, parent: str, lead: str, *, of_child: bool) -> str:
    """The picture of one of two molecules, laid on the lead."""
    found = change(parent, child)
    marked = frozenset[int]()
    if len(found.core) >= _LEAST:
        marked = frozenset(gained(found) if of_child else lost(found))
    return _held(svg_of(_laid(child if of_child else parent, lead), change=marked, size=SIZE))


def _laid(smiles: str, lead: str) -> Chem.Mol:
    """A molecule with what it shares with the lead where the lead has it."""
    mol, reference = Chem.MolFromSmiles(smiles), Chem.MolFromSmiles(lead)
    rdDepictor.Compute2DCoords(reference, canonOrient=True)
    shared = change(lead, smiles).core
    if len(shared) >= _LEAST:
        rdDepictor.GenerateDepictionMatching2DStructure(mol, reference, list(shared))
    else:
        rdDepictor.Compute2DCoords(mol, canonOrient=True)
    return mol


def _held(svg: str) -> str:
    """The address that holds a picture, at a quarter of its size: lines of one style become one path."""
    head = "<svg xmlns='http://www.w3.org/2000/svg' width='{0}' height='{1}' viewBox='0 0 {0} {1}'>".format(*SIZE)
    parts: list[str] = []
    style, lines = "", list[str]()
    for element in svg.partition(_HEADER)[2].splitlines():
        found = _LINE.fullmatch(element.strip())
        if lines and (found is None or found[2] != style):
            parts.append(f"<path d='{' '.join(lines)}' style='{style}'/>")
            lines = []
        if found is None:
            parts.append(_CLASS.sub("", element.strip()))
        else:
            style = found[2]
            lines.append(found[1])
    return data_uri("".join([head, *parts]))
