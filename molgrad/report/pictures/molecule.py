"""One molecule in two dimensions: what to keep in blue, what to change in vermillion, atoms numbered where words do."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection, Iterable
from html import escape
from typing import TypedDict, Unpack

from rdkit import Chem

from molgrad.chem.draw import SIZE, Drawing
from molgrad.chem.parse import parse
from molgrad.errors import plain
from molgrad.report.pictures.colours import CHANGE, KEEP, hexadecimal, tint

Numbers = bool | Collection[int]


class Marks(TypedDict, total=False):
    """How a molecule is drawn.

    Keys:
        keep: atoms marked in blue, as indices along the SMILES.
        change: atoms marked in vermillion; an atom of both is to be changed.
        numbers: atoms that carry their number: True for the marked ones (all where none is marked), or those given.
        size: width and height on the page, pixels.
        legend: a line below.
    """

    keep: Iterable[int]
    change: Iterable[int]
    numbers: Numbers
    size: tuple[int, int]
    legend: str


def svg_of(molecule: str | Chem.Mol, **marks: Unpack[Marks]) -> str:
    """The molecule as an `<svg>` element.

    Args:
        molecule: a SMILES, or an RDKit molecule, whose 2D coordinates are kept where it has some.
        marks: how it is drawn, see `Marks`.

    Raises:
        InvalidMoleculeError: the text is no molecule.
        IndexError: an atom does not exist.
    """
    return _drawing(molecule, **marks).svg()


def png_of(molecule: str | Chem.Mol, *, scale: float = 2.0, **marks: Unpack[Marks]) -> bytes:
    """The molecule as a PNG file. Errors as for `svg_of`.

    Args:
        molecule: as in `svg_of`.
        scale: pixels of the file per pixel on the page.
        marks: how it is drawn, see `Marks`.
    """
    return _drawing(molecule, **marks).png(scale)


def img_of(molecule: str | Chem.Mol, *, alt: str = "", **marks: Unpack[Marks]) -> str:
    """The molecule as an `<img>` element that holds its PNG: it survives where SVG, scripts and styles are taken out.

    Errors as for `svg_of`.

    Args:
        molecule: as in `svg_of`.
        alt: what a screen reader says; the SMILES by default.
        marks: how it is drawn, see `Marks`.
    """
    smiles = molecule if isinstance(molecule, str) else Chem.MolToSmiles(molecule)
    return img(png_of(molecule, **marks), marks.get("size", SIZE)[0], alt or f"structure of {plain(smiles)}")


def img(png: bytes, width: int, alt: str) -> str:
    """An `<img>` element that holds a PNG.

    Args:
        png: the file.
        width: on the page, pixels; narrower where the page is.
        alt: what a screen reader says.
    """
    return (
        f'<img src="{data_uri(png)}" width="{width}" alt="{escape(alt, quote=True)}" '
        'style="max-width:100%;height:auto">'
    )


def data_uri(picture: bytes | str) -> str:
    """A picture as the address that holds it, for the `src` of an `<img>`.

    Args:
        picture: a PNG file, or the text of an SVG.
    """
    kind, data = ("png", picture) if isinstance(picture, bytes) else ("svg+xml", picture.encode())
    return f"data:image/{kind};base64,{b64encode(data).decode()}"


def legend_of(*, keep: bool = True, change: bool = True, words: tuple[str, str] = ("keep", "change")) -> str:
    """What the two colours mean, as HTML.

    Args:
        keep: whether blue occurs.
        change: whether vermillion occurs.
        words: what blue and vermillion mean.
    """
    pairs = ((keep, KEEP, "blue", words[0]), (change, CHANGE, "vermillion", words[1]))
    parts = [_swatch(colour, name, word) for shown, colour, name, word in pairs if shown]
    return " ".join(parts)


def _swatch(colour: str, name: str, word: str) -> str:
    back = hexadecimal(tint(colour))
    style = f"background-color:{back};border:2px solid {colour};border-radius:8px;padding:1px 8px;font-size:12px"
    return f'<span style="{style}">{name}: {escape(word)}</span>'


def _drawing(
    molecule: str | Chem.Mol,
    keep: Iterable[int] = (),
    change: Iterable[int] = (),
    numbers: Numbers = False,
    size: tuple[int, int] = SIZE,
    legend: str = "",
) -> Drawing:
    colours = {**dict.fromkeys(keep, tint(KEEP)), **dict.fromkeys(change, tint(CHANGE))}
    noted = _numbered(molecule, numbers, sorted(colours))
    return Drawing(molecule, colours, {atom: str(atom) for atom in noted}, legend, size, black=bool(colours))


def _numbered(molecule: str | Chem.Mol, numbers: Numbers, marked: list[int]) -> Iterable[int]:
    if not isinstance(numbers, bool):
        return numbers
    if not numbers:
        return ()
    mol = parse(molecule) if isinstance(molecule, str) else molecule
    return marked or range(mol.GetNumAtoms())
