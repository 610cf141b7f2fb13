"""A molecule as inline SVG, with atoms highlighted and noted; needs no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rdkit.Chem import rdDepictor
from rdkit.Chem.Draw import rdMolDraw2D

from molgrad.chem.parse import parse
from molgrad.errors import shorten

Colour = tuple[float, float, float]
HIGHLIGHT: Colour = (1.0, 0.80, 0.35)  # amber: readable under black bonds, distinct from the element colours


def svg(
    smiles: str,
    highlights: Mapping[int, Colour] | Sequence[int] = (),
    legend: str = "",
    size: tuple[int, int] = (320, 240),
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
    mol = parse(smiles)
    colours = dict(highlights) if isinstance(highlights, Mapping) else dict.fromkeys(highlights, HIGHLIGHT)
    notes = atom_notes or {}
    for index in (*colours, *notes):
        if not 0 <= index < mol.GetNumAtoms():
            raise IndexError(f"there is no atom {index} in {shorten(smiles)}, which has {mol.GetNumAtoms()}")
    for index, note in notes.items():
        mol.GetAtomWithIdx(index).SetProp("atomNote", note)
    rdDepictor.Compute2DCoords(mol, canonOrient=True)
    drawer: Any = rdMolDraw2D.MolDraw2DSVG(*size)  # RDKit's stubs call its options read-only
    drawer.drawOptions().clearBackground = False
    lit = [b for b in mol.GetBonds() if b.GetBeginAtomIdx() in colours and b.GetEndAtomIdx() in colours]
    bonds = {bond.GetIdx(): colours[bond.GetBeginAtomIdx()] for bond in lit}
    rdMolDraw2D.PrepareAndDrawMolecule(drawer, mol, legend, sorted(colours), list(bonds), colours, bonds)
    drawer.FinishDrawing()
    text = str(drawer.GetDrawingText())
    return text[text.index("<svg") :]
