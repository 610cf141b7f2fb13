"""The tautomer that stands for a molecule in water, where the one that was drawn is rare."""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from rdkit import Chem, rdBase

from molgrad.chem.parse import numbered, read
from molgrad.chem.tables import read_table
from molgrad.errors import InvalidMoleculeError

_MOST = 12  # protons moved, one after the other


class StableForm(NamedTuple):
    """A molecule in its stable form.

    Attributes:
        smiles: canonical SMILES; of the molecule itself where no rule applies.
        places: for each atom of `canonical(smiles)` of the molecule as drawn, its place in that.
        rules: what was drawn, such as `lactim in a ring of six`; empty where nothing was moved.
    """

    smiles: str
    places: tuple[int, ...]
    rules: tuple[str, ...]


@lru_cache(maxsize=20_000)
def stable_form(smiles: str) -> StableForm:
    """The dominant tautomer in water by the rules of `tables/stable_forms.tsv`, stereocentres as they are.

    Args:
        smiles: a single stereoisomer or not; without isotope labels.

    Raises:
        InvalidMoleculeError: the text is no molecule.
    """
    parsed = read(smiles)
    mol, found = parsed.mol, StableForm(parsed.smiles, tuple(range(parsed.mol.GetNumAtoms())), ())
    for _ in range(_MOST):
        moved = _next(mol)
        if moved is None:
            break
        rule, name, mol, order = moved
        found = StableForm(name, tuple(order[i] for i in found.places), (*found.rules, rule))
    return found


def settled(smiles: str) -> str:
    """The canonical SMILES of a molecule in its stable form, in which it is stored, docked and matched.

    A molecule with isotope labels or open stereo groups stays as it is drawn.

    Args:
        smiles: a SMILES.

    Raises:
        InvalidMoleculeError: the text is no molecule.
    """
    parsed = read(smiles)
    return parsed.smiles if parsed.labels or parsed.groups else stable_form(parsed.smiles).smiles


def redrawn_words(smiles: str) -> str:
    """`drawn as a rare tautomer (lactim in a ring of six), taken as ...`; empty for what is drawn in its stable form.

    Args:
        smiles: a SMILES.

    Raises:
        InvalidMoleculeError: the text is no molecule.
    """
    parsed = read(smiles)
    if settled(parsed.smiles) == parsed.smiles:
        return ""
    form = stable_form(parsed.smiles)
    return f"drawn as a rare tautomer ({', '.join(dict.fromkeys(form.rules))}), taken as {form.smiles}"


def _next(mol: Chem.Mol) -> tuple[str, str, Chem.Mol, tuple[int, ...]] | None:
    """The first rule that applies, what it gives, and where the atoms are in that; of several ways the first."""
    for rule, pattern, path in _rules():
        made: dict[str, tuple[int, ...]] = {}
        for match in mol.GetSubstructMatches(pattern, uniquify=False):
            with rdBase.BlockLogs():
                try:
                    name, places = numbered(shifted(mol, [match[i] for i in path]))
                except (Chem.MolSanitizeException, InvalidMoleculeError):
                    continue
            made.setdefault(name, places)
        if made:
            name = min(made)
            return rule, name, read(name).mol, made[name]
    return None


def shifted(mol: Chem.Mol, path: list[int]) -> Chem.Mol:
    """The molecule with a proton moved from the first atom of a path of bonds to the last.

    Args:
        mol: the molecule.
        path: atoms from the giver to the taker, or these two alone within one aromatic ring.

    Raises:
        Chem.MolSanitizeException: there is no such molecule.
    """
    edited = Chem.RWMol(mol)
    for begin, end in pairwise(path):
        bond = edited.GetBondBetweenAtoms(begin, end)
        if bond is not None and not bond.GetIsAromatic():
            single = bond.GetBondType() == Chem.BondType.SINGLE
            bond.SetBondType(Chem.BondType.DOUBLE if single else Chem.BondType.SINGLE)
            bond.SetStereo(Chem.BondStereo.STEREONONE)
    for index, change in ((path[0], -1), (path[-1], 1)):
        atom = edited.GetAtomWithIdx(index)
        hydrogens = atom.GetTotalNumHs() + change
        atom.SetNoImplicit(True)
        atom.SetNumExplicitHs(hydrogens)
    moved: Chem.Mol = edited.GetMol()
    Chem.SanitizeMol(moved)
    Chem.AssignStereochemistry(moved, cleanIt=True, force=True)
    return moved


@cache
def _rules() -> tuple[tuple[str, Chem.Mol, tuple[int, ...]], ...]:
    return tuple((name, *_compiled(smarts)) for name, smarts, *_ in read_table("stable_forms.tsv"))


def _compiled(smarts: str) -> tuple[Chem.Mol, tuple[int, ...]]:
    pattern = Chem.MolFromSmarts(smarts)
    numbers = {atom.GetAtomMapNum(): atom.GetIdx() for atom in pattern.GetAtoms()}
    return pattern, tuple(numbers[i] for i in (1, 3, 2) if i in numbers)
