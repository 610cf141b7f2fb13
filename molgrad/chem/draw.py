"""A molecule as inline SVG or as PNG, with atoms highlighted and noted; needs no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rdkit import Chem
from rdkit.Chem import rdDepictor
from rdkit.Chem.Draw import rdMolDraw2D

from molgrad.chem.parse import parse
from molgrad.errors import shorten

Colour = tuple[float, float, float]
HIGHLIGHT: Colour = (1.0, 0.80, 0.35)  # amber: readable under black bonds, distinct from the element colours
SIZE = (320, 240)  # pixels
# Darker than RDKit's own, so that the letters keep a contrast of 4.5:1 on white (WCAG 2.2, 1.4.3).
_ELEMENTS: dict[int, Colour] = {
    **{7: (0.0, 0.27, 0.75), 8: (0.78, 0.0, 0.0), 16: (0.5, 0.38, 0.0), 15: (0.65, 0.3, 0.0)},
    **{9: (0.0, 0.45, 0.3), 17: (0.0, 0.45, 0.1), 35: (0.5, 0.2, 0.1), 53: (0.4, 0.0, 0.55)},
}
_NOTE: Colour = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A molecule and what is marked in it.

    Args:
        molecule: a SMILES, or an RDKit molecule; of one that has 2D coordinates these are kept.
        colours: colour (red, green, blue from 0 to 1) by atom.
        notes: a short text by atom.
        legend: a line below.
        size: width and height, pixels.
        black: draw every element in black, where colour means something else.

    Raises:
        InvalidMoleculeError: when `molecule` is a text that is no molecule.
        IndexError: when a coloured or noted atom does not exist.
    """

    molecule: str | Chem.Mol
    colours: Mapping[int, Colour] = field(default_factory=dict)
    notes: Mapping[int, str] = field(default_factory=dict)
    legend: str = ""
    size: tuple[int, int] = SIZE
    black: bool = False

    def svg(self) -> str:
        """An `<svg>` element without XML header."""
        text = str(self._drawn(rdMolDraw2D.MolDraw2DSVG(*self.size), 1.0))
        return text[text.index("<svg") :]

    def png(self, scale: float = 2.0) -> bytes:
        """A PNG file.

        Args:
            scale: pixels of the file per pixel of `size`; 2 keeps lines sharp on dense screens.
        """
        width, height = (round(side * scale) for side in self.size)
        return bytes(self._drawn(rdMolDraw2D.MolDraw2DCairo(width, height), scale))

    def _drawn(self, drawer: Any, scale: float) -> Any:
        mol = self._noted()
        self._set(drawer.drawOptions(), scale)  # RDKit's stubs call its options read-only
        atoms = sorted(self.colours)
        lit = [b for b in mol.GetBonds() if self._joined(b)]
        bonds = {bond.GetIdx(): self.colours[bond.GetBeginAtomIdx()] for bond in lit}
        rdMolDraw2D.PrepareAndDrawMolecule(drawer, mol, self.legend, atoms, list(bonds), dict(self.colours), bonds)
        drawer.FinishDrawing()
        return drawer.GetDrawingText()

    def _joined(self, bond: Any) -> bool:
        """Whether both ends of a bond have the same colour."""
        ends = (self.colours.get(bond.GetBeginAtomIdx()), self.colours.get(bond.GetEndAtomIdx()))
        return ends[0] is not None and ends[0] == ends[1]

    def _noted(self) -> Chem.Mol:
        mol = parse(self.molecule) if isinstance(self.molecule, str) else Chem.Mol(self.molecule)
        for index in (*self.colours, *self.notes):
            if not 0 <= index < mol.GetNumAtoms():
                named = shorten(self.molecule) if isinstance(self.molecule, str) else "the molecule"
                raise IndexError(f"there is no atom {index} in {named}, which has {mol.GetNumAtoms()}")
        for index, note in self.notes.items():
            mol.GetAtomWithIdx(index).SetProp("atomNote", note)
        if not mol.GetNumConformers() or mol.GetConformer().Is3D():
            rdDepictor.Compute2DCoords(mol, canonOrient=True)
        return mol

    def _set(self, options: Any, scale: float) -> None:
        options.updateAtomPalette(dict.fromkeys(_ELEMENTS, (0.0, 0.0, 0.0)) if self.black else _ELEMENTS)
        options.standardColoursForHighlightedAtoms = True
        options.setAnnotationColour(_NOTE)
        options.setAtomNoteColour(_NOTE)
        options.annotationFontScale = 0.7
        options.scaleBondWidth = False
        options.legendFontSize = round(15 * scale)
        options.fixedBondLength = 36 * scale  # small molecules are not blown up
        options.minFontSize, options.maxFontSize = round(9 * scale), round(20 * scale)
        options.padding = 0.06
        options.bondLineWidth = round(1.6 * scale)


def svg(
    smiles: str,
    highlights: Mapping[int, Colour] | Sequence[int] = (),
    legend: str = "",
    size: tuple[int, int] = SIZE,
    atom_notes: Mapping[int, str] | None = None,
) -> str:
    """An `<svg>` element of `size` (pixels) without XML header; atoms are indices in the canonical SMILES.

    Args:
        smiles: the molecule.
        highlights: atoms to light up, or a colour (red, green, blue from 0 to 1) by atom.
        legend: a line below.
        size: width and height, pixels.
        atom_notes: a short text by atom.

    Raises:
        InvalidMoleculeError: when `smiles` is no molecule.
        IndexError: when a highlighted or noted atom does not exist.
    """
    colours = dict(highlights) if isinstance(highlights, Mapping) else dict.fromkeys(highlights, HIGHLIGHT)
    return Drawing(smiles, colours, atom_notes or {}, legend, size).svg()
