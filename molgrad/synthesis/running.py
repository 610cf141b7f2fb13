"""Run a named reaction backward, to what it needs, and forward, to what it really gives."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from rdkit import Chem
from rdkit.Chem import rdChemReactions

from molgrad.chem.identity import identity
from molgrad.synthesis.reactions import Reaction
from molgrad.synthesis.structures import flat, mol_of, settled

MAX_PRODUCTS = 60  # outcomes of one template on one molecule that are looked at
ALIKE = 0.7  # factor on the chance where a reactant has two sites alike, so that one equivalent gives a mixture
_OTHERS = 2  # further products that a sentence names
_CHIRAL = (Chem.ChiralType.CHI_TETRAHEDRAL_CW, Chem.ChiralType.CHI_TETRAHEDRAL_CCW)


class Cut(NamedTuple):
    """Reactants from which a reaction should give a molecule.

    Attributes:
        reactants: canonical SMILES in the order of the reaction's templates.
        usual: whether they are the ones mostly taken, such as the bromide of several halides.
    """

    reactants: tuple[str, ...]
    usual: bool


class Verdict(NamedTuple):
    """Whether a reaction of given reactants gives exactly the product.

    Attributes:
        ok: whether it does, and nothing else would react.
        why: the reason if not, a sentence.
        chance: that a run gives the product, 0 to 1.
        note: what a chemist should mind although it works.
    """

    ok: bool
    why: str = ""
    chance: float = 0.0
    note: str = ""


def cuts(reaction: Reaction, smiles: str) -> list[Cut]:
    """The reactants that a reaction could give a molecule from; whether it would is for `judge`.

    Args:
        reaction: to run backward.
        smiles: canonical SMILES of the product.
    """
    mol = mol_of(smiles)
    found: dict[tuple[str, ...], bool] = {}
    for retro in reaction.retro:
        if not mol.HasSubstructMatch(retro.pattern):
            continue
        for place, template in enumerate(retro.templates):
            for reactants in _outcomes(template, (mol,), reaction.inverts):
                found[reactants] = not place or found.get(reactants, False)
    return [Cut(reactants, usual) for reactants, usual in found.items() if smiles not in reactants]


def products(reaction: Reaction, reactants: Sequence[str]) -> tuple[str, ...]:
    """What a reaction gives, canonical SMILES, sorted; nothing where the reactants lack what it needs.

    Args:
        reaction: to run forward.
        reactants: canonical SMILES in the order of the reaction's templates.
    """
    return _ran(reaction, tuple(reactants))[1]


def judge(reaction: Reaction, reactants: Sequence[str], product: str) -> Verdict:
    """Run a reaction forward and compare with the product wanted.

    Args:
        reaction: to run.
        reactants: canonical SMILES in the order of the reaction's templates.
        product: canonical SMILES.
    """
    template, given = _ran(reaction, tuple(reactants))
    if template is None:
        return Verdict(False, f"{reaction.name}: the reactants lack what it needs ({reaction.needs})")
    others = [one for one in given if not _same(reaction, one, product, reactants)]
    if len(others) == len(given):
        return Verdict(False, _missed(reaction, given, product))
    if others:
        also = " and ".join(others[:_OTHERS])
        return Verdict(False, f"{reaction.name} would react at another place too and also give {also}")
    sites = [_sites(template, place, mol_of(smiles)) for place, smiles in enumerate(reactants)]
    for group, where in reaction.competing:
        for place, smiles in enumerate(reactants):
            if where in (0, place + 1) and _reacts_too(group.pattern, mol_of(smiles), sites[place]):
                return Verdict(False, f"{reaction.name} of {smiles}: {group.advice}")
    alike = [smiles for place, smiles in enumerate(reactants) if len(sites[place]) > 1]
    note = f"{alike[0]} has {len(sites[reactants.index(alike[0])])} sites alike: use an excess" if alike else ""
    return Verdict(True, "", reaction.chance * (ALIKE if alike else 1.0), note)


def _same(reaction: Reaction, given: str, wanted: str, reactants: Sequence[str]) -> bool:
    if given == wanted:
        return True
    if reaction.tautomers:
        return identity(given) == identity(wanted)
    return (
        reaction.trans and _without_bonds(given) == _without_bonds(wanted) and _cis(wanted) <= sum(map(_cis, reactants))
    )


def _missed(reaction: Reaction, given: Sequence[str], product: str) -> str:
    if any(flat(one) == flat(product) for one in given):
        return f"{reaction.name} does not set the stereocentres that are drawn; they must come from what is bought"
    return f"{reaction.name} gives {given[0]} instead"


def _cis(smiles: str) -> int:
    return sum(bond.GetStereo() == Chem.BondStereo.STEREOZ for bond in mol_of(smiles).GetBonds())


def _without_bonds(smiles: str) -> str:
    mol = Chem.Mol(mol_of(smiles))
    for bond in mol.GetBonds():
        bond.SetStereo(Chem.BondStereo.STEREONONE)
        bond.SetBondDir(Chem.BondDir.NONE)
    return str(Chem.MolToSmiles(mol))


@lru_cache(maxsize=20_000)
def _ran(
    reaction: Reaction, reactants: tuple[str, ...]
) -> tuple[rdChemReactions.ChemicalReaction | None, tuple[str, ...]]:
    """The first template that fits, and the distinct products."""
    mols = tuple(map(mol_of, reactants))
    for template in reaction.forward:
        if template.GetNumReactantTemplates() != len(mols):
            return None, ()
        found = {one for outcome in _outcomes(template, mols, reaction.inverts) for one in outcome}
        if found:
            return template, tuple(sorted(found))
    return None, ()


def _outcomes(
    template: rdChemReactions.ChemicalReaction, mols: tuple[Chem.Mol, ...], inverts: int
) -> dict[tuple[str, ...], None]:
    found: dict[tuple[str, ...], None] = {}
    for outcome in template.RunReactants(mols, maxProducts=MAX_PRODUCTS):
        for product in outcome if inverts else ():
            _invert(product, inverts)
        written = [settled(product) for product in outcome]
        if None not in written:
            found[tuple(one for one in written if one)] = None
    return found


def _invert(product: Chem.Mol, number: int) -> None:
    for atom in product.GetAtoms():
        if atom.HasProp("old_mapno") and atom.GetIntProp("old_mapno") == number and atom.GetChiralTag() in _CHIRAL:
            atom.InvertChirality()


def _sites(template: rdChemReactions.ChemicalReaction, place: int, mol: Chem.Mol) -> set[frozenset[int]]:
    """The sets of atoms of a reactant at which the template can react."""
    return {frozenset(match) for match in mol.GetSubstructMatches(template.GetReactantTemplate(place))}


def _reacts_too(pattern: Chem.Mol, mol: Chem.Mol, sites: set[frozenset[int]]) -> bool:
    reacting = frozenset().union(*sites)
    return any(match[0] not in reacting for match in mol.GetSubstructMatches(pattern))
