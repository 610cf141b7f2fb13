"""What a partner of a reaction becomes in the product, by name: `4-fluorobenzoyl` of an acid chloride."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rdkit import Chem

from molgrad.chem.naming import substituent
from molgrad.synthesis.reactions import Reaction
from molgrad.synthesis.running import products
from molgrad.synthesis.structures import mol_of, settled

_FROM = "react_idx"  # the number of the reactant, as RDKit's `RunReactants` marks an atom
_BENZO = ((re.compile(r"C\(=O\)-\(?([^()]*)phenyl\)?"), "benzoyl"), (re.compile(r"CH2-\(?([^()]*)phenyl\)?"), "benzyl"))


def group_name(reaction: Reaction, reactants: Sequence[str], place: int) -> str:
    """The name of what one of two reactants brings, seen from the other; its SMILES where it has no name.

    Args:
        reaction: that joins them.
        reactants: canonical SMILES in the order of the reaction's templates.
        place: of the reactant that is named, 0 or 1.
    """
    name = _name(reaction, tuple(reactants), place) or reactants[place]
    found = ((written.fullmatch(name), stem) for written, stem in _BENZO)
    return next((f"{match[1]}{stem}" for match, stem in found if match), name)


@lru_cache(maxsize=5_000)
def _name(reaction: Reaction, reactants: tuple[str, ...], place: int) -> str:
    wanted = products(reaction, reactants)
    for template in reaction.forward:
        for (raw,) in template.RunReactants(tuple(map(mol_of, reactants)), maxProducts=1):
            if settled(raw) in wanted and (bond := _joining(raw, place)) is not None:
                return _named(raw, *bond)
    return ""


def _joining(raw: Chem.Mol, place: int) -> tuple[int, int] | None:
    """The atoms of the one bond between the reactants, that of the named one first; None where there are several."""
    came = [atom.GetIntProp(_FROM) if atom.HasProp(_FROM) else place for atom in raw.GetAtoms()]
    bonds = [(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in raw.GetBonds()]
    across = [ends for ends in bonds if came[ends[0]] != came[ends[1]]]
    if len(across) != 1:
        return None
    first, second = across[0]
    return (first, second) if came[first] == place else (second, first)


def _named(raw: Chem.Mol, root: int, bearer: int) -> str:
    mol = Chem.Mol(raw)
    mol.GetAtomWithIdx(root).SetAtomMapNum(1)
    mol.GetAtomWithIdx(bearer).SetAtomMapNum(2)
    sound = Chem.MolFromSmiles(Chem.MolToSmiles(mol))
    marked = {atom.GetAtomMapNum(): atom.GetIdx() for atom in sound.GetAtoms() if atom.GetAtomMapNum()}
    for atom in sound.GetAtoms():
        atom.SetAtomMapNum(0)
    smiles = Chem.MolToSmiles(sound)
    order = list(sound.GetPropsAsDict(includePrivate=True, includeComputed=True)["_smilesAtomOutputOrder"])
    return substituent(smiles, order.index(marked[1]), order.index(marked[2]))
