"""Undefined stereo of a molecule, and the single stereoisomers that a SMILES may mean."""

from __future__ import annotations

import itertools
import random
from functools import lru_cache

from rdkit import Chem, rdBase

from molgrad.chem.embedding import possible
from molgrad.chem.extension import RACEMIC, StereoGroup, forms
from molgrad.chem.parse import as_labelled, canonical, read
from molgrad.errors import shorten

TETRAHEDRAL, DOUBLE_BOND = "tetrahedral", "double bond"
_MOST = 16  # stereoisomers that are looked at

# RDKit calls the bridgeheads of these cages stereocentres; with unsubstituted bridges they have one geometry.
_CAGES = tuple(
    Chem.MolFromSmarts(smarts)
    for smarts in (
        "C1-2-[CH2]-C3-[CH2]-C(-[CH2]-1)-[CH2]-C(-[CH2]-2)-[CH2]-3",  # adamantane: memantine, vildagliptin
        "[C,N]1-2-[CH2]-[CH2]-[C,N](-[CH2,O,NH]-[CH2]-1)-[CH2]-[CH2]-2",  # bicyclo[2.2.2]octane, quinuclidine
        "C1-2-[CH2]-C(-[CH2]-1)-[CH2]-2",  # bicyclo[1.1.1]pentane
    )
)


def undefined_stereo(smiles: str) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Stereo elements without a configuration: (`tetrahedral`, (atom,)) or (`double bond`, (atom, atom)).

    Left out: C=N bonds of amidines and guanidines and C=C of 1,1-diaminoalkenes, which turn over at room
    temperature, and the bridgeheads of adamantane and bicyclo[2.2.2]octane, which have no other geometry. Where rings
    let a molecule have one form only, as with N-aryl tropane, nothing is open. Raises InvalidMoleculeError.
    """
    found = unsettled(read(smiles).smiles)
    # One centre is always possible both ways; of more ways than are looked at, one found does not mean one in all.
    countable = len(found) > 1 and 2 ** len(found) <= _MOST
    return () if countable and len(stereoisomers(smiles)) == 1 else found


@lru_cache(maxsize=20_000)
def unsettled(smiles: str) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """As `undefined_stereo`, with those for which only one form is possible; `first_stereoisomer` settles them."""
    mol = read(smiles).mol
    caged = {atom for cage in _CAGES for match in mol.GetSubstructMatches(cage) for atom in match}
    return tuple(
        (kind, atoms)
        for kind, atoms in _unspecified(mol)
        if not (atoms[0] in caged if kind == TETRAHEDRAL else _turns_over(mol.GetBondBetweenAtoms(*atoms)))
    )


def _unspecified(mol: Chem.Mol) -> list[tuple[str, tuple[int, ...]]]:
    """All that RDKit takes for a stereo element without a configuration, sorted."""
    with rdBase.BlockLogs():
        found = Chem.FindPotentialStereo(Chem.Mol(mol))
    elements: list[tuple[str, tuple[int, ...]]] = []
    for element in found:
        if element.specified != Chem.StereoSpecified.Unspecified:
            continue
        if element.type == Chem.StereoType.Atom_Tetrahedral:
            elements.append((TETRAHEDRAL, (int(element.centeredOn),)))
        elif element.type == Chem.StereoType.Bond_Double:
            bond = mol.GetBondWithIdx(element.centeredOn)
            if _cumulated(bond):
                continue
            elements.append((DOUBLE_BOND, tuple(sorted((bond.GetBeginAtomIdx(), bond.GetEndAtomIdx())))))
    return sorted(elements)


def _cumulated(bond: Chem.Bond) -> bool:
    """Whether the next bond is a double one too, as in an allene or isocyanate: such a bond has no two forms."""
    ends = (bond.GetBeginAtom(), bond.GetEndAtom())
    linear = (end for end in ends if end.GetAtomicNum() in (6, 7))  # a sulfine, C=S=O, is bent and has two
    return any(sum(b.GetBondType() == Chem.BondType.DOUBLE for b in end.GetBonds()) > 1 for end in linear)


def _turns_over(bond: Chem.Bond) -> bool:
    """True for the C=N of an amidine or guanidine, for C=N-H and N=N-H, and for 1,1-diaminoalkenes (ranitidine)."""
    ends = (bond.GetBeginAtom(), bond.GetEndAtom())
    if any(end.GetDegree() == 1 for end in ends):  # with an implicit hydrogen, of which no configuration can be written
        return True
    if any(sum(n.GetAtomicNum() == 7 for n in end.GetNeighbors()) == 2 for end in ends if end.GetAtomicNum() == 6):
        return True
    nitrogen = next((atom for atom in ends if atom.GetAtomicNum() == 7), None)
    if nitrogen is None:
        return False
    other = ends[1] if nitrogen.GetIdx() == ends[0].GetIdx() else ends[0]
    others = (n for n in other.GetNeighbors() if n.GetIdx() != nitrogen.GetIdx())
    return other.GetAtomicNum() == 6 and any(n.GetAtomicNum() == 7 for n in others)


@lru_cache(maxsize=5_000)
def stereoisomers(smiles: str, limit: int = _MOST) -> tuple[str, ...]:
    """Canonical SMILES of the stereoisomers that a SMILES leaves open, sorted; at most `limit`.

    Isomers whose rings have no form (a trans bridge across a small ring) are left out.

    Args:
        smiles: the molecule.
        limit: how many at most.

    Raises:
        InvalidMoleculeError: the text is no molecule.
    """
    isomers, junction = _isomers(smiles, limit)
    if junction:
        isomers = [isomer for isomer in isomers if possible(read(isomer).mol)] or isomers
    return tuple(isomers[:limit])


def _isomers(smiles: str, limit: int) -> tuple[list[str], bool]:
    """All ways to settle what is open, possible or not, and whether some may be impossible."""
    parsed = read(smiles)
    open_elements = unsettled(parsed.smiles)
    if not open_elements and not parsed.groups:
        return [parsed.smiles], False
    # Only ring junctions can be impossible.
    rings = parsed.mol.GetRingInfo()
    junction = any(rings.NumAtomRings(atom) > 1 for _, atoms in open_elements for atom in atoms)
    mol, places = as_labelled(parsed)
    varied = [tuple(places[i] for i in atoms) for _, atoms in open_elements]
    starts = forms(mol, [(kind, [places[i] for i in atoms]) for kind, atoms in parsed.groups])
    isomers: set[str] = set()
    with rdBase.BlockLogs():
        for start, signs in itertools.product(starts, _choices(len(varied), limit)):
            isomers.add(canonical(Chem.MolToSmiles(_settled(start, varied, signs))))
    return sorted(isomers), junction


def _choices(n: int, limit: int) -> list[tuple[bool, ...]]:
    """Every way to settle n elements, or a sample of them where there are many more than are wanted."""
    if 2**n <= 2 * limit:
        return list(itertools.product((False, True), repeat=n))
    rng = random.Random(0)  # noqa: S311 - the same sample each time
    return [tuple(rng.random() < 0.5 for _ in range(n)) for _ in range(2 * limit)]


def _settled(mol: Chem.Mol, elements: list[tuple[int, ...]], signs: tuple[bool, ...]) -> Chem.Mol:
    """A copy with a configuration at each of these elements."""
    isomer = Chem.Mol(mol)
    for atoms, sign in zip(elements, signs, strict=True):
        if len(atoms) == 1:
            tags = (Chem.ChiralType.CHI_TETRAHEDRAL_CW, Chem.ChiralType.CHI_TETRAHEDRAL_CCW)
            isomer.GetAtomWithIdx(atoms[0]).SetChiralTag(tags[sign])
            continue
        bond = isomer.GetBondBetweenAtoms(*atoms)
        ends = (bond.GetBeginAtom(), bond.GetEndAtom())
        beside = [min(n.GetIdx() for n in end.GetNeighbors() if n.GetIdx() not in atoms) for end in ends]
        bond.SetStereoAtoms(*beside)
        bond.SetStereo((Chem.BondStereo.STEREOCIS, Chem.BondStereo.STEREOTRANS)[sign])
    return isomer  # what is no centre after all, `canonical` drops


def first_stereoisomer(smiles: str) -> tuple[str, str]:
    """(canonical SMILES, note) of one single stereoisomer: the first in alphabetical order.

    A molecule with nothing open is itself, with an empty note. Raises InvalidMoleculeError.
    """
    parsed = read(smiles)
    if not unsettled(parsed.smiles) and not parsed.groups:
        return parsed.smiles, ""
    isomers, junction = _isomers(smiles, _MOST)
    chosen = isomers[0]
    if junction:  # asked one by one: the first possible one is all that is wanted
        chosen = next((isomer for isomer in isomers if possible(read(isomer).mol)), chosen)
    words = undefined_words(smiles)
    return chosen, words and f"{words}; taken as {shorten(chosen, 160)}"


def mirrored(smiles: str) -> str:
    """The canonical SMILES of the mirror image: of an achiral molecule, such as cis-4-methylcyclohexanol, its own.

    Args:
        smiles: a single stereoisomer.

    Raises:
        InvalidMoleculeError: the text is no molecule.
    """
    mol = Chem.RWMol(read(smiles).mol)
    for atom in mol.GetAtoms():
        atom.InvertChirality()
    return canonical(Chem.MolToSmiles(mol))


def undefined_words(smiles: str) -> str:
    """What is open in words: `undefined stereo (tetrahedral at 5)`, `racemic at 3`; empty when nothing."""
    found = undefined_stereo(smiles)
    centres = [str(atom) for kind, atoms in found for atom in atoms if kind == TETRAHEDRAL]
    said = [f"{kind} at {'='.join(map(str, atoms))}" for kind, atoms in found]
    if len(centres) > 1 and all(mirrored(isomer) == isomer for isomer in stereoisomers(smiles)):
        turned = [one for one in said if not one.startswith(TETRAHEDRAL)]
        said = [f"cis or trans at {', '.join(centres)}", *turned]
    words = ", ".join(said)
    groups = [group_words(group) for group in read(smiles).groups]
    return "; ".join([*([f"undefined stereo ({words})"] if words else []), *groups])


def group_words(group: StereoGroup) -> str:
    """`racemic at 3`, or `one of two forms at 3, 7`."""
    return f"{'racemic' if group.kind == RACEMIC else 'one of two forms'} at {', '.join(map(str, group.atoms))}"


def says_open(note: str) -> bool:
    """Whether a note on a molecule only says what is open: whoever settles it says so too."""
    return note.startswith(("undefined stereo", "racemic at ", "one of two forms at "))
