"""Rules for five- and six-membered rings that lack an aromaticity they could have, by counts of their bonds."""

from __future__ import annotations

from rdkit import Chem

Ring = tuple[int, ...]


def is_double(bond: Chem.Bond) -> bool:
    """True for a localised (not aromatic) double bond."""
    return bool(bond.GetBondType() == Chem.BondType.DOUBLE and not bond.GetIsAromatic())


def dearomatised_five(mol: Chem.Mol, ring: Ring) -> str:
    """Name of the fault of a five-membered ring, or nothing.

    Faulty: one saturated member and four unsaturated ones (cyclopentadiene, 2H- and 3H-pyrrole,
    4H-imidazole, 3H-indole). Spared: indene and fluorene (stable, in drugs), and 1H-isoindole or 3H-indole
    amidines (the C=N carbon carries a second N).
    """
    doubles, shared = _unsaturation(mol, ring)
    saturated = [a for a in ring if _is_sp3_carbon(mol.GetAtomWithIdx(a))]
    if len(doubles) == 2 and _sulfone(mol, ring):
        return "thiophene S-oxide or dioxide"
    if len(saturated) != 1 or 2 * (len(doubles) + shared) != 4:
        if _fulvene(mol, ring, len(doubles)):
            return "fulvene"
        return ""
    nitrogens = [a for a in ring if mol.GetAtomWithIdx(a).GetAtomicNum() == 7]
    if len(doubles) == 2:
        return "de-aromatised azole (2H- or 3H-pyrrole type)" if nitrogens else "cyclopentadiene"
    if len(doubles) == 1 and nitrogens and not _amidine(doubles[0]):
        return "de-aromatised indole (3H-indole or isoindole type)"
    return ""


def dearomatised_six(mol: Chem.Mol, ring: Ring) -> str:
    """Name of the fault of a six-membered ring, or nothing.

    Faulty: two double bonds and a saturated carbon that could give up its hydrogen (cyclohexadienes,
    dihydropyridines, pyrans), tautomers of phenols, quinone methides and methylene-cyclohexadienes. Spared:
    rings whose saturated carbon carries two substituents (steroid dienones), rings fused to an aromatic one (save
    tautomers of naphthols and quinolinols), and rings with N, O or S where both double bonds carry an acceptor:
    push-pull systems, as in nifedipine.
    """
    doubles, shared = _unsaturation(mol, ring)
    if shared:
        return _arenol_tautomer(mol, ring, len(doubles), shared)
    if len(doubles) != 2:
        return ""
    carbons = [mol.GetAtomWithIdx(a) for a in ring if _is_sp3_carbon(mol.GetAtomWithIdx(a))]
    loose = [atom for atom in carbons if atom.GetTotalNumHs()]
    hetero = [a for a in ring if mol.GetAtomWithIdx(a).GetAtomicNum() in (7, 8, 16) and _saturated(mol, a)]
    outside = _exocyclic(mol, ring)
    if outside:
        return _with_exocyclic(outside, bool(loose), hetero)
    if len(hetero) == 2 and not carbons:
        return "antiaromatic ring (1,4-dihydropyrazine or dioxin type)"
    if not hetero and len(loose) == len(carbons) == 2:
        return "cyclohexadiene or aza-cyclohexadiene"
    if len(hetero) == 1 and loose and not all(_accepts(bond, ring) for bond in doubles):
        return "dihydropyridine or pyran without an acceptor on each double bond"
    return ""


def _arenol_tautomer(mol: Chem.Mol, ring: Ring, doubles: int, shared: int) -> str:
    """A ring on an arene with a C=C or C=N, a C=O and a carbon that can give up its hydrogen: it enolises at once.

    1- and 2-tetralones have no C=C and pass, as do 4,4-disubstituted naphthalenones.
    """
    outside = [bond for bond in _exocyclic(mol, ring) if not _to_carbon(bond)]
    loose = [a for a in ring if _is_sp3_carbon(mol.GetAtomWithIdx(a)) and mol.GetAtomWithIdx(a).GetTotalNumHs()]
    if not doubles == shared == len(outside) == len(loose) == 1:
        return ""
    carbocyclic = all(mol.GetAtomWithIdx(a).GetAtomicNum() == 6 for a in ring)
    return f"keto tautomer of a {'naphthol' if carbocyclic else 'quinolinol or quinolone'}"


def _with_exocyclic(outside: list[Chem.Bond], loose: bool, hetero: list[int]) -> str:
    to_carbon = [b for b in outside if _to_carbon(b)]
    if to_carbon and len(outside) == 2:
        return "quinone methide"
    if to_carbon and (loose or hetero):
        return "methylene-dihydroarene"
    if not to_carbon and loose and not hetero and len(outside) == 1:
        return "keto tautomer of a phenol"
    return ""


def _unsaturation(mol: Chem.Mol, ring: Ring) -> tuple[list[Chem.Bond], int]:
    """Localised double bonds of the ring, and the number of its bonds shared with an aromatic ring."""
    bonds = [mol.GetBondBetweenAtoms(a, b) for a, b in zip(ring, (*ring[1:], ring[0]), strict=True)]
    return [b for b in bonds if is_double(b)], sum(b.GetIsAromatic() for b in bonds)


def _is_sp3_carbon(atom: Chem.Atom) -> bool:
    return bool(atom.GetAtomicNum() == 6 and _saturated(atom.GetOwningMol(), atom.GetIdx()))


def _saturated(mol: Chem.Mol, index: int) -> bool:
    atom = mol.GetAtomWithIdx(index)
    return not atom.GetIsAromatic() and all(b.GetBondType() == Chem.BondType.SINGLE for b in atom.GetBonds())


def _exocyclic(mol: Chem.Mol, ring: Ring) -> list[Chem.Bond]:
    carbons = (mol.GetAtomWithIdx(index) for index in ring if mol.GetAtomWithIdx(index).GetAtomicNum() == 6)
    bonds = ((atom, bond) for atom in carbons for bond in atom.GetBonds() if is_double(bond))
    return [bond for atom, bond in bonds if bond.GetOtherAtomIdx(atom.GetIdx()) not in ring]


def _to_carbon(bond: Chem.Bond) -> bool:
    return bool(bond.GetBeginAtom().GetAtomicNum() == 6 == bond.GetEndAtom().GetAtomicNum())


def _sulfone(mol: Chem.Mol, ring: Ring) -> bool:
    return any(mol.GetAtomWithIdx(a).GetAtomicNum() == 16 and mol.GetAtomWithIdx(a).GetDegree() > 2 for a in ring)


def _fulvene(mol: Chem.Mol, ring: Ring, doubles: int) -> bool:
    outside = _exocyclic(mol, ring)
    return doubles == 2 and len(outside) == 1 and _to_carbon(outside[0])


def _amidine(bond: Chem.Bond) -> bool:
    carbon = next((a for a in (bond.GetBeginAtom(), bond.GetEndAtom()) if a.GetAtomicNum() == 6), None)
    return carbon is not None and sum(n.GetAtomicNum() == 7 for n in carbon.GetNeighbors()) > 1


def _accepts(bond: Chem.Bond, ring: Ring) -> bool:
    """True when an end of the double bond carries C=O, C#N, S=O or nitro outside the ring."""
    for end in (bond.GetBeginAtom(), bond.GetEndAtom()):
        for near in end.GetNeighbors():
            if near.GetIdx() in ring:
                continue
            for further in near.GetBonds():
                partner = further.GetOtherAtom(near)
                if (
                    partner.GetIdx() != end.GetIdx()
                    and further.GetBondTypeAsDouble() >= 2
                    and partner.GetAtomicNum() in (7, 8)
                ):
                    return True
    return False
