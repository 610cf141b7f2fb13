"""A molecule and other variables: the picture with what to keep and what to change, and the words as a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rdkit.Chem import rdDepictor

from molgrad.autograd.gradient import Gradient
from molgrad.autograd.variable import Variable
from molgrad.chem.parse import parse
from molgrad.errors import InvalidMoleculeError, one_line, shorten
from molgrad.evaluation import Evaluation
from molgrad.interactions import kinds
from molgrad.molecule.molecule import Molecule
from molgrad.report.notebook.evaluation import score_of, terms_table, terms_text
from molgrad.report.notebook.parts import ITEMS, Page, beside, card, code, folded, lines, said, text_block
from molgrad.report.notebook.words import KEPT, Item, atoms_named, headline, items_of, plain_lines, words
from molgrad.report.pictures.molecule import img, legend_of, png_of, svg_of

_SIZES = ((12, (300, 170)), (500, (420, 300)))  # pixels at most, by heavy atoms
_LEAST, _EDGE, _UNIT = 120, 60, 24.0  # pixels: height at least, above and below the atoms, of 1 Å
_CHANGED = 8  # atoms of one change that are marked at most; of more it is the molecule as a whole


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked in a picture.

    Attributes:
        keep: atoms in blue.
        change: atoms in vermillion.
        numbers: atoms with their numbers.
    """

    keep: tuple[int, ...] = ()
    change: tuple[int, ...] = ()
    numbers: tuple[int, ...] = ()

    @property
    def arguments(self) -> dict[str, Any]:
        """For `png_of` and `svg_of`."""
        return {"keep": self.keep, "change": self.change, "numbers": self.numbers}


def molecule(shown: Molecule) -> dict[str, Any]:
    """The bundle of a molecule.

    Args:
        shown: the molecule.
    """
    return page_of(shown.value, shown.role_description, shown.gradients, _measured(shown), shown.notes).bundle()


def variable(shown: Variable) -> dict[str, Any]:
    """The bundle of a variable that is no molecule: a text, or the result of a loss.

    Args:
        shown: the variable.
    """
    measured = shown.evaluation or _measured(shown)
    items = items_of(shown.gradients)
    text = "" if shown.evaluation is not None and shown.evaluation.score is not None else text_block(shown.value)
    table = terms_table(measured) if measured is not None else ""
    html = card(shown.role_description, text, table, words(shown.gradients, items), note=score_of(measured))
    plain = [f"{shown.role_description}: {shorten(shown.value, 400)}", *terms_text(measured), *plain_lines(items)]
    return Page(html, "\n".join(plain)).bundle()


def gradient(shown: Gradient) -> dict[str, Any]:
    """The bundle of a gradient, with a picture where it is about a molecule.

    Args:
        shown: the gradient.
    """
    title = f"Gradient from {shown.source}" if shown.source else "Gradient"
    if shown.about and is_molecule(shown.about):
        return page_of(shown.about, title, [shown], shown.evaluation).bundle()
    items = items_of([shown])
    html = card(title, said(headline([shown]), 300), words([shown], items))
    return Page(html, "\n".join([title, *plain_lines(items)])).bundle()


def gradients(shown: list[Gradient]) -> dict[str, Any]:
    """The bundle of all gradients of a variable.

    Args:
        shown: the gradients.
    """
    pages = [gradient(one) for one in shown]
    html = "".join(page["text/html"] for page in pages) or card("No gradients", "Call backward() on a measured loss.")
    return Page(html, "\n".join(page["text/plain"] for page in pages) or "no gradients").bundle()


def page_of(
    smiles: str,
    title: str,
    gradients: list[Gradient],
    measured: Evaluation | None = None,
    notes: tuple[str, ...] = (),
) -> Page:
    """A molecule with what is said of it.

    Args:
        smiles: canonical.
        title: plain text.
        gradients: what to change.
        measured: its last evaluation.
        notes: on how it was read.
    """
    items = items_of(gradients, smiles)
    marks = marks_of(smiles, gradients, items)
    size = _size(smiles)
    png, svg = png_of(smiles, size=size, **marks.arguments), svg_of(smiles, size=size, **marks.arguments)
    picture = img(png, size[0], alt_of(smiles, marks))
    legend = legend_of(keep=bool(marks.keep), change=bool(marks.change))
    told = words(gradients, items) if gradients else lines([said(fact) for fact in facts_of(measured)])
    every = _numbered(smiles, gradients, marks)
    html = card(
        title,
        beside(f"{picture}<div>{legend}</div>", told),
        f"<div>{code(smiles)}</div>",
        lines([said(note) for note in notes]),
        every,
        folded("terms of the loss", terms_table(measured)) if measured is not None else "",
        note=score_of(measured),
    )
    text = [f"{title}: {smiles}{f' ({score_of(measured)})' if measured else ''}", *plain_lines(items)]
    return Page(html, "\n".join([*text, *(f"- {one_line(note)}" for note in notes)]), png, svg)


def marks_of(smiles: str, gradients: list[Gradient], items: list[Item]) -> Marks:
    """Which atoms the shown words are about: to keep, to change, and which they name.

    Args:
        smiles: canonical.
        gradients: what to change.
        items: their words.
    """
    count = parse(smiles).GetNumAtoms()
    shown = items[:ITEMS]
    keep = {i for one in gradients for edit in one.edits if edit.kind == "keep" for i in edit.payload.get("atoms", ())}
    keep |= {i for one in gradients if not one.edits for i in _praised(one.evaluation)}
    keep |= {i for item in shown if item.kind == KEPT for i in item.atoms}
    change = {i for item in shown if item.kind != KEPT and len(item.atoms) <= _CHANGED for i in item.atoms}
    named = {i for item in shown for i in item.named}
    return Marks(*(tuple(sorted(i for i in atoms if 0 <= i < count)) for atoms in (keep, change - keep, named)))


def facts_of(measured: Evaluation | None, most: int = ITEMS) -> list[str]:
    """The strongest facts of a measurement, each as a line.

    Args:
        measured: the evaluation, if there is one.
        most: how many.
    """
    if measured is None:
        return []
    pairs = [
        (abs(term.contribution or 0.0) * fact.weight, f"{term.loss}: {fact.text}")
        for term in measured.all_terms()
        for fact in term.facts
    ]
    return [text for _, text in sorted(pairs, key=lambda pair: -pair[0])[:most]]


def is_molecule(value: str) -> bool:
    """Whether a value reads as a molecule.

    Args:
        value: any text.
    """
    try:
        return bool(parse(value).GetNumAtoms())
    except (InvalidMoleculeError, ValueError):
        return False


def alt_of(smiles: str, marks: Marks) -> str:
    """What a screen reader says of a picture.

    Args:
        smiles: canonical.
        marks: in the picture.
    """
    parts = [
        f"{what} atoms {', '.join(map(str, atoms))}"
        for what, atoms in (("keep", marks.keep), ("change", marks.change))
        if atoms
    ]
    return "; ".join([f"structure of {smiles}", *parts])


def _praised(measured: Evaluation | None) -> set[int]:
    facts = [] if measured is None else [fact for term in measured.all_terms() for fact in term.facts]
    bonds = {kinds.HBOND, kinds.SALT_BRIDGE, kinds.CONTACT_KEPT}
    return {atom for fact in facts if fact.kind in bonds for atom in fact.atoms}


def _numbered(smiles: str, gradients: list[Gradient], marks: Marks) -> str:
    """A picture with every atom numbered, where words name further ones."""
    further = set(atoms_named("\n".join(one.text for one in gradients))) - set(marks.numbers)
    if not further:
        return ""
    size = _size(smiles)
    png = png_of(smiles, size=size, numbers=range(parse(smiles).GetNumAtoms()))
    return folded("every atom numbered", img(png, size[0], f"structure of {smiles} with every atom numbered"))


def _size(smiles: str) -> tuple[int, int]:
    """A page with room for the molecule, and not much more."""
    mol = parse(smiles)
    width, most = next((size for atoms, size in _SIZES if mol.GetNumAtoms() <= atoms), _SIZES[-1][1])
    rdDepictor.Compute2DCoords(mol, canonOrient=True)
    points = mol.GetConformer().GetPositions()
    across, up, _ = (points.max(axis=0) - points.min(axis=0)).tolist()
    unit = min(_UNIT, (width - _EDGE) / max(across, 1.0))
    return width, min(most, max(_LEAST, round(unit * up) + _EDGE))


def _measured(shown: Variable) -> Evaluation | None:
    """The last judgement of the present value."""
    own = [one.evaluation for one in shown.measurements if one.value == shown.value]
    return own[-1] if own else None
