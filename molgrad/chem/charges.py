"""Correct charges that were assigned by rule: neighbouring cations, and protons removed where there are none."""

from __future__ import annotations

from rdkit import Chem

# Two cations this close (bonds) do not coexist at neutral pH: the pKa of piperazine are 9.7 and 5.3, those of
# ethylenediamine 9.9 and 6.9 (handbook values). Further apart (1,4-diaminobutane: 10.7, 9.2) they do.
CATION_SPACING = 3


def thin_out(mol: Chem.Mol, designed: list[int], charges: list[int]) -> list[int]:
    """Make new cations neutral again that stand within three bonds of a stronger one; returns their atoms.

    Args:
        mol: the designed molecule.
        designed: charge of each atom as designed.
        charges: charge of each atom as assigned; changed in place.
    """
    distances = Chem.GetDistanceMatrix(mol)
    kept: list[int] = [i for i, charge in enumerate(designed) if charge > 0 and not _beside_anion(mol, i)]
    dropped = []
    new = [i for i, charge in enumerate(charges) if charge > 0 and designed[i] <= 0]
    for index in sorted(new, key=lambda i: (-_basicity(mol, i), i)):
        if any(distances[index][other] <= CATION_SPACING for other in kept):
            charges[index] = designed[index]
            dropped.append(index)
        else:
            kept.append(index)
    return sorted(dropped)


def _beside_anion(mol: Chem.Mol, index: int) -> bool:
    """True for a formal cation such as nitro's, neutralised within its group."""
    return any(n.GetFormalCharge() < 0 for n in mol.GetAtomWithIdx(index).GetNeighbors())


def _basicity(mol: Chem.Mol, index: int) -> int:
    """Rank of a nitrogen: 4 amidine or guanidine, 3 alkylamine, 2 near an acceptor, 1 aniline, 0 azine.

    Conjugate acids' pKa behind it: guanidine 13.6, amidine 12.4, alkylamines 10-11, benzylamines 9.3,
    pyridine 5.2 (handbook values); aniline (4.6) stands above the ring nitrogens since it is aliphatic here
    only when Open Babel charged it.
    """
    atom = mol.GetAtomWithIdx(index)
    if atom.GetIsAromatic():
        return 0
    if atom.GetHybridization() == Chem.HybridizationType.SP2 and any(
        b.GetBondTypeAsDouble() == 2 for b in atom.GetBonds()
    ):
        return 4
    if any(n.GetHybridization() != Chem.HybridizationType.SP3 for n in atom.GetNeighbors()):
        return 1
    if any(_withdraws(n, index) for n in atom.GetNeighbors()):
        return 2
    return 3


def _withdraws(carbon: Chem.Atom, origin: int) -> bool:
    """True when the carbon beside an amine carries an acyl, nitrile, sulfonyl, CF3 or aryl group."""
    return any(
        n.GetIdx() != origin and (n.GetAtomicNum() in (9, 16) or n.GetHybridization() != Chem.HybridizationType.SP3)
        for n in carbon.GetNeighbors()
    )


def movable(mol: Chem.Mol, designed: list[int], charges: list[int]) -> tuple[list[int], list[int]]:
    """(charges, refused): each lost proton taken from an atom that has one.

    A tetrazole has one anion, whichever of its nitrogens is drawn with the hydrogen. Where no atom can lose the
    proton (Open Babel deprotonates some enol ethers) the designed charge stays and the atom is refused.

    Args:
        mol: the designed molecule.
        designed: charge of each atom as designed.
        charges: charge of each atom as assigned.
    """
    result = list(charges)
    refused = []
    for index, charge in enumerate(charges):
        atom = mol.GetAtomWithIdx(index)
        if charge - designed[index] >= 0 or atom.GetTotalNumHs() >= designed[index] - charge:
            continue
        result[index] = designed[index]
        donor = _ring_donor(mol, atom, result, designed)
        if donor is None:
            refused.append(index)
        else:
            result[donor] = designed[donor] - 1
    return result, refused


def _ring_donor(mol: Chem.Mol, atom: Chem.Atom, charges: list[int], designed: list[int]) -> int | None:
    for ring in mol.GetRingInfo().AtomRings():
        if atom.GetIdx() in ring:
            for index in sorted(ring):
                other = mol.GetAtomWithIdx(index)
                free = other.GetTotalNumHs() and charges[index] == designed[index]
                if free and other.GetIsAromatic() and other.GetAtomicNum() == 7:
                    return int(index)
    return None
