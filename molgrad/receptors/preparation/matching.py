"""Compare the atoms of a file with a template: who is who, what is missing, and what contradicts it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from molgrad.receptors.preparation.residue import Residue

if TYPE_CHECKING:
    from rdkit import Chem

BUILDABLE = frozenset({"C", "N", "O", "S", "P", "F", "Cl", "Br", "I"})  # elements that both meeko and Vina type
TOLERANCES = (0.35, 0.25, 0.45)  # Å beyond the sum of covalent radii; the first serves but for poor coordinates
LEAST_PART = 0.5  # of a template's heavy atoms that the file must hold to be a part of it
COMPARED = 200  # ways to lay a template on symmetric atoms that are looked at


@dataclass(frozen=True)
class Match:
    """How a template explains the atoms of a file.

    Attributes:
        mol: the file's heavy atoms in their order and place, with the template's bond orders and charges; None
            where the template is another molecule.
        reason: why there is none.
        missing: elements of the template's heavy atoms that the file lacks.
        ends: indices of the file's atoms that miss a neighbour, with the order of the bond to it.
        contradictions: stereo of the template that the coordinates do not have.
    """

    mol: Chem.Mol | None
    reason: str = ""
    missing: tuple[str, ...] = ()
    ends: tuple[tuple[int, int], ...] = ()
    contradictions: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether it is the template, and all of it."""
        return self.mol is not None and not self.missing


def skeleton(residue: Residue, tolerance: float = TOLERANCES[0]) -> Chem.Mol:
    """Heavy atoms with single bonds where two are closer than their covalent radii plus a tolerance (Å).

    Bonds of organic molecules lie within 0.1 Å of the sum of radii, atoms two bonds apart at least 0.7 Å
    beyond it; crystal coordinates are off by 0.1 to 0.2 Å.

    Args:
        residue: the atoms.
        tolerance: Å.
    """
    from rdkit import Chem

    table = Chem.GetPeriodicTable()
    radii = np.array([table.GetRcovalent(atom.element) for atom in residue.atoms])
    points = residue.points
    gaps = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    near = gaps < radii[:, None] + radii[None] + tolerance
    bonds = [(i, j, Chem.BondType.SINGLE) for i in range(len(points)) for j in range(i) if near[i, j]]
    return raw_molecule(residue, bonds)


def raw_molecule(residue: Residue, bonds: list[tuple[int, int, Any]]) -> Chem.Mol:
    """Heavy atoms at their crystal positions, with the PDB names that meeko carries over.

    Args:
        residue: the atoms.
        bonds: indices of two atoms and the RDKit bond type of each bond.
    """
    from rdkit import Chem
    from rdkit.Geometry import Point3D

    mol = Chem.RWMol()
    conformer = Chem.Conformer(len(residue.atoms))
    for atom in residue.atoms:
        new = Chem.Atom(atom.element)
        new.SetNoImplicit(True)  # meeko adds the hydrogens of the template
        new.SetMonomerInfo(Chem.AtomPDBResidueInfo(atom.name))
        conformer.SetAtomPosition(mol.AddAtom(new), Point3D(*atom.position))
    for begin, end, order in bonds:
        mol.AddBond(begin, end, order)
    mol.AddConformer(conformer)
    return mol.GetMol()


def compare(residue: Residue, template: Chem.Mol, source: str, bonded: Iterable[int] = ()) -> Match:
    """Lay a template on the atoms of a file. Atom names are not looked at.

    Args:
        residue: its heavy atoms.
        template: a molecule, with or without hydrogens.
        source: where it comes from, for the reason.
        bonded: indices of the file's atoms that are bonded to another residue.
    """
    from rdkit import Chem

    from molgrad.chem.skeleton import skeleton as elements_and_bonds

    if strange := {atom.element for atom in residue.atoms} - BUILDABLE:
        return Match(None, f"holds {', '.join(sorted(strange))}")
    heavy = Chem.RemoveHs(template)
    found, wanted = len(residue.atoms), heavy.GetNumAtoms()
    if found > wanted or found < LEAST_PART * wanted:
        return Match(None, f"has {found} heavy atoms in the file and {wanted} in {source}")
    plain = elements_and_bonds(heavy)
    for tolerance in TOLERANCES:
        raw = skeleton(residue, tolerance)
        if len(Chem.GetMolFrags(raw)) > 1 or (found == wanted and raw.GetNumBonds() != plain.GetNumBonds()):
            continue
        ways = plain.GetSubstructMatches(raw, uniquify=False, maxMatches=COMPARED)
        if ways := [way for way in ways if _induced(raw, plain, way)]:
            return _best(raw, heavy, ways, frozenset(bonded))
    if found < wanted:
        return Match(None, f"has {found} heavy atoms in the file and {wanted} in {source}, and is no part of it")
    return Match(None, f"is not bonded like {source}{_difference(residue, heavy, source)}")


def _induced(raw: Chem.Mol, plain: Chem.Mol, way: tuple[int, ...]) -> bool:
    """Whether the template has no bond between these atoms that the coordinates do not have."""
    inside = set(way)
    bonds = sum(b.GetBeginAtomIdx() in inside and b.GetEndAtomIdx() in inside for b in plain.GetBonds())
    return bonds == int(raw.GetNumBonds())


def _difference(residue: Residue, heavy: Chem.Mol, source: str) -> str:
    ours, theirs = (
        Counter(symbols) for symbols in ([a.element for a in residue.atoms], [a.GetSymbol() for a in heavy.GetAtoms()])
    )
    if ours == theirs:
        bonds = skeleton(residue).GetNumBonds()
        return f" ({bonds} bonds between heavy atoms in the file and {heavy.GetNumBonds()} in {source})"
    one, other = (" ".join(f"{e}{n}" for e, n in sorted(count.items())) for count in (ours, theirs))
    return f" ({one} in the file and {other} in {source})"


def _best(raw: Chem.Mol, heavy: Chem.Mol, ways: list[tuple[int, ...]], bonded: frozenset[int]) -> Match:
    """Of several ways the one whose stereo, free valences and bond lengths fit best."""
    rated = sorted((*_misfit(raw, heavy, way, bonded), number) for number, way in enumerate(ways))
    first = None
    for wrong, _, number in rated:
        if wrong > rated[0][0]:
            break
        match = _laid(raw, heavy, ways[number])
        if not match.contradictions:
            return match
        if first is None or len(match.contradictions) < len(first.contradictions):
            first = match
    assert first is not None  # noqa: S101 - for the type checker; there is at least one way
    return first


def _misfit(raw: Chem.Mol, heavy: Chem.Mol, way: tuple[int, ...], bonded: frozenset[int]) -> tuple[int, float]:
    """Ends that no bond explains and bonds where there is no room; then double bonds that are long, in Å."""
    from rdkit import Chem

    inside = {theirs: ours for ours, theirs in enumerate(way)}
    ends = {ours for theirs, ours in inside.items() if any(n.GetIdx() not in inside for n in _around(heavy, theirs))}
    room = {ours for theirs, ours in inside.items() if heavy.GetAtomWithIdx(theirs).GetTotalNumHs()}
    wrong = len(ends - bonded) + len(bonded - ends - room)
    table, points, length = Chem.GetPeriodicTable(), raw.GetConformer().GetPositions(), 0.0
    for bond in heavy.GetBonds():
        one, two = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        if one in inside and two in inside and not bond.GetIsAromatic():
            usual = table.GetRcovalent(bond.GetBeginAtom().GetSymbol()) + table.GetRcovalent(
                bond.GetEndAtom().GetSymbol()
            )
            gap = float(np.linalg.norm(points[inside[one]] - points[inside[two]]))
            length += bond.GetBondTypeAsDouble() * (gap - usual)
    return wrong, round(length, 4)


def _around(mol: Chem.Mol, index: int) -> Any:
    return mol.GetAtomWithIdx(index).GetNeighbors()


def _laid(raw: Chem.Mol, heavy: Chem.Mol, way: tuple[int, ...]) -> Match:
    """The file's atoms as the template has them, laid one way."""
    from rdkit import Chem

    inside = {theirs: ours for ours, theirs in enumerate(way)}
    mol = Chem.RWMol(raw)
    kekulized = Chem.Mol(heavy)
    Chem.Kekulize(kekulized, clearAromaticFlags=True)
    ends = []
    for theirs, ours in inside.items():
        atom = mol.GetAtomWithIdx(ours)
        atom.SetFormalCharge(kekulized.GetAtomWithIdx(theirs).GetFormalCharge())
        atom.SetNoImplicit(False)
    for bond in kekulized.GetBonds():
        one, two = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        if one in inside and two in inside:
            mol.GetBondBetweenAtoms(inside[one], inside[two]).SetBondType(bond.GetBondType())
        elif one in inside or two in inside:
            ends.append((inside[one if one in inside else two], int(bond.GetBondTypeAsDouble())))
    missing = tuple(atom.GetSymbol() for atom in heavy.GetAtoms() if atom.GetIdx() not in inside)
    made = mol.GetMol()
    Chem.SanitizeMol(made)
    Chem.AssignStereochemistryFrom3D(made)
    wrong = () if missing else _contradictions(made, heavy, inside)
    return Match(made, "", missing, tuple(ends), wrong)


def _contradictions(made: Chem.Mol, heavy: Chem.Mol, inside: dict[int, int]) -> tuple[str, ...]:
    """Centres and double bonds that the template says to be otherwise than the coordinates."""
    from rdkit import Chem

    template = Chem.Mol(heavy)
    Chem.AssignStereochemistry(template, cleanIt=True, force=True)
    found = []
    for theirs, ours in sorted(inside.items(), key=lambda pair: pair[1]):
        said, seen = template.GetAtomWithIdx(theirs), made.GetAtomWithIdx(ours)
        if (
            said.HasProp("_CIPCode")
            and seen.HasProp("_CIPCode")
            and said.GetProp("_CIPCode") != seen.GetProp("_CIPCode")
        ):
            name = seen.GetPDBResidueInfo().GetName().strip()
            found.append(f"{name} is {seen.GetProp('_CIPCode')} in the file and {said.GetProp('_CIPCode')} in it")
    kinds = {Chem.BondStereo.STEREOE: "E", Chem.BondStereo.STEREOZ: "Z"}
    for bond in template.GetBonds():
        other = made.GetBondBetweenAtoms(inside[bond.GetBeginAtomIdx()], inside[bond.GetEndAtomIdx()])
        if bond.GetStereo() in kinds and other.GetStereo() in kinds and bond.GetStereo() != other.GetStereo():
            names = (other.GetBeginAtom(), other.GetEndAtom())
            label = "=".join(atom.GetPDBResidueInfo().GetName().strip() for atom in names)
            found.append(f"{label} is {kinds[other.GetStereo()]} in the file and {kinds[bond.GetStereo()]} in it")
    return tuple(found)
