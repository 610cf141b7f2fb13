"""How two stereoisomers, or two drawings of one compound, differ, in words."""

from __future__ import annotations

from rdkit import Chem

from molgrad.chem.parse import read
from molgrad.chem.positions import labelled, position
from molgrad.chem.skeleton import skeleton
from molgrad.chem.stereo import mirrored

_MOST = 3  # centres that are named one by one
_TURNED = {Chem.BondStereo.STEREOE: "E", Chem.BondStereo.STEREOZ: "Z", Chem.BondStereo.STEREONONE: "E or Z"}


def isomers(parent: str, child: str) -> str:
    """How two stereoisomers differ.

    Args:
        parent: canonical SMILES.
        child: another, with the same atoms and bonds.
    """
    atoms = _laid(parent, child)
    centres, bonds = _centres(parent, child, atoms), _bonds(parent, child, atoms)
    achiral = mirrored(parent) == parent and mirrored(child) == child
    if achiral and not bonds and "@" in parent and "@" in child:
        return _ring_isomers(parent, child)
    if mirrored(parent) == child and not achiral:
        return "the mirror image"
    said = [*centres, *bonds]
    if not said:
        return "isotope labels" if "/" not in parent + child and "@" not in parent + child else "other stereoisomer"
    more = f"; and {len(said) - _MOST} more" if len(said) > _MOST else ""
    return "; ".join(said[:_MOST]) + more


def redrawn(parent: str, child: str) -> str:
    """What differs between two drawings of one compound: its charges, or its tautomer.

    Args:
        parent: canonical SMILES.
        child: another of the same compound.
    """
    if parent == child:
        return "the same compound"
    charges = [[atom.GetFormalCharge() for atom in read(one).mol.GetAtoms()] for one in (parent, child)]
    if charges[0] == charges[1] or sorted(charges[0]) == sorted(charges[1]):
        return "the same compound, as another tautomer"
    names = [", ".join(_charged(one)) or "neutral" for one in (parent, child)]
    return f"the same compound, in another charge state: {names[0]} -> {names[1]}"


def _charged(smiles: str) -> list[str]:
    charged = [atom for atom in read(smiles).mol.GetAtoms() if atom.GetFormalCharge()]
    return [f"{labelled(atom)}{'+' if atom.GetFormalCharge() > 0 else '-'}" for atom in charged]


def _laid(parent: str, child: str) -> tuple[int, ...]:
    """The child's atom for each of the parent's, the way that leaves most stereocentres alike."""
    one, other = read(parent).mol, read(child).mol
    found = skeleton(other).GetSubstructMatches(skeleton(one), uniquify=False, maxMatches=64)
    ours, theirs = _senses(parent), _senses(child)
    alike = [sum(theirs.get(match[i]) == sense for i, sense in ours.items()) for match in found]
    return tuple(found[alike.index(max(alike))]) if found else tuple(range(one.GetNumAtoms()))


def _senses(smiles: str) -> dict[int, str]:
    mol = Chem.Mol(read(smiles).mol)  # RDKit rewrites the double bonds' stereo of what it is given
    return dict(Chem.FindMolChiralCenters(mol, includeUnassigned=True, useLegacyImplementation=False))


def _centres(parent: str, child: str, atoms: tuple[int, ...]) -> list[str]:
    ours, theirs = _senses(parent), _senses(child)
    changed = {i: (sense, theirs.get(atoms[i], "?")) for i, sense in ours.items()}
    return [_centre(parent, i, *pair) for i, pair in sorted(changed.items()) if pair[0] != pair[1]]


def _centre(smiles: str, atom: int, before: str, after: str) -> str:
    where = position(smiles, atom).removeprefix("at ").removeprefix("on the ").removeprefix("on ")
    if before == "?":
        return f"stereocentre {where} set to {after}"
    return f"stereocentre {where} {before} -> {'left open' if after == '?' else after}"


def _bonds(parent: str, child: str, atoms: tuple[int, ...]) -> list[str]:
    one, other = read(parent).mol, read(child).mol
    said = []
    for bond in one.GetBonds():
        a, b = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        theirs = other.GetBondBetweenAtoms(atoms[a], atoms[b])
        senses = [_TURNED.get(each.GetStereo(), "") if each else "" for each in (bond, theirs)]
        if all(senses) and senses[0] != senses[1]:
            ends = "=".join(labelled(one.GetAtomWithIdx(i)) for i in (a, b))
            said.append(f"{ends} double bond {senses[0]} -> {senses[1]}")
    return said


def _ring_isomers(parent: str, child: str) -> str:
    """`trans -> cis on the cyclohexane` where a ring bears two centres, each with one substituent."""
    senses = [_ring_sense(one) for one in (parent, child)]
    return f"{senses[0]} -> {senses[1]}" if all(senses) and senses[0] != senses[1] else "cis and trans exchanged"


def _ring_sense(smiles: str) -> str:
    mol = Chem.AddHs(read(smiles).mol)
    for ring in mol.GetRingInfo().AtomRings():
        centres = [i for i in ring if mol.GetAtomWithIdx(i).GetChiralTag() != Chem.ChiralType.CHI_UNSPECIFIED]
        plain = all(mol.GetAtomWithIdx(i).GetTotalNumHs(includeNeighbors=True) == 1 for i in centres)
        if len(centres) == 2 and plain:  # of two substituents at one atom it would not be plain which is meant
            return "cis" if _face(mol, ring, centres[0]) == _face(mol, ring, centres[1]) else "trans"
    return ""


def _face(mol: Chem.Mol, ring: tuple[int, ...], atom: int) -> bool:
    """On which side of its ring an atom bears its heavier substituent, walking round the ring in one direction."""
    at = ring.index(atom)
    before, after = ring[at - 1], ring[(at + 1) % len(ring)]
    out = [n for n in mol.GetAtomWithIdx(atom).GetNeighbors() if n.GetIdx() not in (before, after)]
    out.sort(key=lambda n: (n.GetAtomicNum() == 1, -n.GetDegree(), -n.GetAtomicNum()))
    wanted = [out[0].GetIdx(), before, after, out[1].GetIdx()]
    bonded = [n.GetIdx() for n in mol.GetAtomWithIdx(atom).GetNeighbors()]
    order = [bonded.index(i) for i in wanted]
    odd = sum(order[i] > order[j] for i in range(4) for j in range(i + 1, 4)) % 2 == 1
    return bool((mol.GetAtomWithIdx(atom).GetChiralTag() == Chem.ChiralType.CHI_TETRAHEDRAL_CW) != odd)
