"""Bond orders of a ligand that the structure holds, from templates: of the whole, or residue by residue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from molgrad.errors import ReceptorError
from molgrad.receptors.preparation.bonds import Bond, bonds
from molgrad.receptors.preparation.cofactors import Cofactor, from_table
from molgrad.receptors.preparation.matching import Match, compare
from molgrad.receptors.preparation.read import Structure
from molgrad.receptors.preparation.residue import Residue

if TYPE_CHECKING:
    from rdkit import Chem

GIVEN = "the template given"


def orders(
    wanted: str, name: str, residues: Sequence[Residue], structure: Structure, known: Mapping[str, Cofactor]
) -> tuple[Chem.Mol | None, list[str]]:
    """The ligand with bond orders where they are known, and what is to be said about it.

    Args:
        wanted: as the option named it; a template under this name is one for the whole.
        name: as reports call it.
        residues: what it consists of.
        structure: the file, for the bonds to the protein.
        known: cofactors and templates by name.

    Raises:
        ReceptorError: a template that was given is another molecule.
    """
    inner = bonds(residues, residues)
    outer = [bond for bond in bonds(residues, structure.residues) if bond.other not in residues]
    warnings = cut_warnings(name, outer)
    whole = None if wanted in {residue.name for residue in residues} else known.get(wanted)
    if len(residues) > 1 and whole:
        atoms = tuple(atom for residue in residues for atom in residue.atoms)
        joined = Residue(residues[0].chain, residues[0].seqid, "", atoms)
        found = _matched(name, joined, whole, frozenset(atoms.index(bond.atom) for bond in outer), warnings)
        return (found.mol if found else None), warnings
    matches = []
    for residue in residues:
        template = known.get(residue.name) or from_table(residue.name)
        if template is None:
            how = residue.name if len(residues) == 1 else wanted
            of = "" if len(residues) == 1 else f" ({residue.label} is in no table)"
            warnings.append(
                f"nothing says what the bond orders of ligand {name} are{of}, so it cannot be redocked; "
                f"give --template {_quoted(how)}=SMILES (or its SDF file)"
            )
            return None, warnings
        ends = _ends(residue, [*inner, *outer])
        matches.append(_matched(residue.label, residue, template, ends, warnings))
    return _joined(residues, matches, inner, name, warnings), warnings


def cut_warnings(name: str, outer: Sequence[Bond]) -> list[str]:
    """What is said of a ligand that is bonded to what stays.

    Args:
        name: of the ligand.
        outer: its bonds to residues that stay in the receptor.
    """
    if not outer:
        return []
    return [
        f"ligand {name} is bonded to {', '.join(dict.fromkeys(map(str, outer)))}: the bond was cut and "
        f"{', '.join(dict.fromkeys(bond.other.label for bond in outer))} built as it is without; molecules are docked "
        "without a bond to the protein"
    ]


def _quoted(name: str) -> str:
    return f"'{name}'" if "," in name else name


def _ends(residue: Residue, linked: Sequence[Bond]) -> frozenset[int]:
    """Indices of the atoms of a residue that are bonded to another one."""
    return frozenset(residue.atoms.index(bond.atom) for bond in linked if bond.residue.key == residue.key)


def _matched(
    label: str, residue: Residue, template: Cofactor, ends: frozenset[int], warnings: list[str]
) -> Match | None:
    """How the template explains the residue; what is missing or contradicted is said."""
    match = compare(residue, template.mol, template.source, ends)
    if match.mol is None:
        if template.source == GIVEN:
            raise ReceptorError(f"{label} {match.reason}; check the SMILES or file of --template")
        warnings.append(f"ligand {label} {match.reason}; it can be docked into, not redocked")
        return None
    if match.missing and not {index for index, _ in match.ends} <= ends:
        count = len(residue.atoms)
        warnings.append(
            f"{label} is a part of its molecule: {count} of the {count + len(match.missing)} heavy atoms of "
            f"{template.source} are in the file ({' '.join(match.missing)} missing); hydrogens stand in their place"
        )
    if match.contradictions:
        warnings.append(
            f"the stereochemistry of {template.source} contradicts the coordinates of {label}: "
            f"{'; '.join(match.contradictions)}; the coordinates are taken"
        )
    return match


def _joined(
    residues: Sequence[Residue],
    matches: Sequence[Match | None],
    inner: Sequence[Bond],
    name: str,
    warnings: list[str],
) -> Chem.Mol | None:
    """The residues as one molecule, with single bonds between them."""
    from rdkit import Chem, rdBase

    mol = Chem.RWMol()
    starts: dict[str, int] = {}
    for residue, match in zip(residues, matches, strict=True):
        if match is None or match.mol is None:
            return None
        starts[residue.key] = mol.GetNumAtoms()
        kekulized = Chem.Mol(match.mol)
        Chem.Kekulize(kekulized, clearAromaticFlags=True)
        mol = Chem.RWMol(Chem.CombineMols(mol, kekulized)) if mol.GetNumAtoms() else Chem.RWMol(kekulized)
    for bond in inner:
        one = starts[bond.residue.key] + bond.residue.atoms.index(bond.atom)
        two = starts[bond.other.key] + bond.other.atoms.index(bond.partner)
        if mol.GetBondBetweenAtoms(one, two) is None:
            mol.AddBond(one, two, Chem.BondType.SINGLE)
            for index in (one, two):
                _neutral(mol.GetAtomWithIdx(index))
    for atom in mol.GetAtoms():
        atom.SetMonomerInfo(None)
        atom.SetNumExplicitHs(0)
        atom.SetNoImplicit(False)
    made = mol.GetMol()
    with rdBase.BlockLogs():
        try:
            Chem.SanitizeMol(made)
        except ValueError:
            warnings.append(f"the residues of ligand {name} do not make a molecule together; it cannot be redocked")
            return None
    if len(Chem.GetMolFrags(made)) > 1:
        raise ReceptorError(f"ligand {name} is in {len(Chem.GetMolFrags(made))} pieces; name residues that are bonded")
    Chem.AssignStereochemistryFrom3D(made)
    return made


def _neutral(atom: Chem.Atom) -> None:
    """An ammonium that is bonded to the next residue is an amide or an amine, an oxide an ester or ether."""
    heavy = atom.GetDegree()
    if (atom.GetSymbol() == "N" and atom.GetFormalCharge() == 1 and heavy < 4) or (
        atom.GetSymbol() in ("O", "S") and atom.GetFormalCharge() == -1
    ):
        atom.SetFormalCharge(0)
