"""Cofactors: bond orders and charges from a table or from the user, never guessed from coordinates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from molgrad.chem.tables import read_table
from molgrad.errors import ReceptorError
from molgrad.receptors.preparation.residue import Residue

if TYPE_CHECKING:
    from rdkit import Chem

_TABLE = tuple(read_table("cofactors.tsv"))
COFACTORS = {name: smiles for kind, name, smiles in _TABLE if kind == "cofactor"}  # in the state at pH 7.4
ADDITIVES = frozenset(name for kind, name, _ in _TABLE if kind == "additive")  # in the crystal by the drop it grew in
BUILDABLE = frozenset({"C", "N", "O", "S", "P", "F", "Cl", "Br", "I"})  # elements that both meeko and Vina type


@dataclass(frozen=True)
class Cofactor:
    """What a hetero group is: its molecule with all hydrogens, and where that was read."""

    mol: Chem.Mol
    source: str


def known_cofactors(names: set[str], templates: Mapping[str, str]) -> dict[str, Cofactor]:
    """The molecules for those of `names` that the user gave or the table holds; the user's win.

    Args:
        names: of the hetero groups in the file.
        templates: SMILES, or an SDF or MOL file, by hetero name.

    Raises:
        ReceptorError: a template that is no molecule, or for a name that the file does not hold.
    """
    if unknown := sorted(set(templates) - names):
        raise ReceptorError(
            f"a template is given for {', '.join(unknown)}, which the file does not hold; it holds {_few(names)}"
        )
    given = {name: Cofactor(_given(name, text), "the template given") for name, text in templates.items()}
    table = {name: Cofactor(_explicit(COFACTORS[name]), "built-in table, pH 7.4") for name in names & COFACTORS.keys()}
    return table | given


def _few(names: set[str]) -> str:
    return ", ".join(sorted(names)[:12]) or "no hetero groups"


def _given(name: str, text: str) -> Chem.Mol:
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        if Path(text).suffix.lower() in (".sdf", ".mol"):
            mol = next(iter(Chem.SDMolSupplier(text)), None) if Path(text).is_file() else None
            what = "a file with a molecule that RDKit can read"
        else:
            mol, what = Chem.MolFromSmiles(text), "a SMILES, or an SDF or MOL file"
    if mol is None or not mol.GetNumAtoms():
        raise ReceptorError(f"template {name}={text}: this is not {what}")
    strange = sorted({atom.GetSymbol() for atom in mol.GetAtoms()} - BUILDABLE - {"H"})
    if strange or len(Chem.GetMolFrags(mol)) > 1:
        raise ReceptorError(
            f"template {name}: one connected molecule of {', '.join(sorted(BUILDABLE))} is needed"
            f"{'; it holds ' + ', '.join(strange) + ', leave metals out, they are built as ions' if strange else ''}"
        )
    return Chem.AddHs(Chem.RemoveHs(mol))


def _explicit(smiles: str) -> Chem.Mol:
    from rdkit import Chem

    return Chem.AddHs(Chem.MolFromSmiles(smiles))


def skeleton(residue: Residue) -> Chem.Mol:
    """Heavy atoms with single bonds where two are closer than their covalent radii plus 0.35 Å.

    Bonds of organic molecules lie within 0.1 Å of the sum of radii, atoms two bonds apart at least 0.7 Å
    beyond it; crystal coordinates are off by 0.1 to 0.2 Å.
    """
    from rdkit import Chem

    table = Chem.GetPeriodicTable()
    radii = np.array([table.GetRcovalent(atom.element) for atom in residue.atoms])
    points = residue.points
    gaps = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    near = gaps < radii[:, None] + radii[None] + 0.35
    bonds = [(i, j, Chem.BondType.SINGLE) for i in range(len(points)) for j in range(i) if near[i, j]]
    return raw_molecule(residue, bonds)


def describable(residue: Residue) -> bool:
    """Whether a template could say what it is: one connected molecule of elements that can be built."""
    from rdkit import Chem

    if {atom.element for atom in residue.atoms} - BUILDABLE:
        return False
    return len(Chem.GetMolFrags(skeleton(residue))) == 1


def raw_molecule(residue: Residue, bonds: list[tuple[int, int, Any]]) -> Chem.Mol:
    """Heavy atoms at their crystal positions, with the PDB names that meeko carries over."""
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


def fitted(residue: Residue, cofactor: Cofactor) -> tuple[Chem.Mol | None, str]:
    """The residue's skeleton if it is the cofactor's, else why not. Atom names are not looked at."""
    from rdkit import Chem

    if strange := {atom.element for atom in residue.atoms} - BUILDABLE:
        return None, f"holds {', '.join(sorted(strange))}"
    heavy = Chem.RemoveHs(cofactor.mol)
    found, wanted = len(residue.atoms), heavy.GetNumAtoms()
    if found != wanted:
        return None, f"has {found} heavy atoms in the file and {wanted} in {cofactor.source}"
    raw = skeleton(residue)
    query = Chem.RWMol()
    for atom in heavy.GetAtoms():
        query.AddAtom(Chem.Atom(atom.GetAtomicNum()))
    for bond in heavy.GetBonds():
        query.AddBond(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx(), Chem.BondType.SINGLE)
    if raw.GetNumBonds() != query.GetNumBonds() or not raw.HasSubstructMatch(query):
        return None, f"is not bonded like {cofactor.source}"
    return raw, ""


def entry(cofactor: Cofactor) -> dict[str, Any]:
    """The cofactor as an entry of meeko's table of residues."""
    from rdkit import Chem

    return {"smiles": Chem.MolToSmiles(cofactor.mol, allHsExplicit=True), "atom_name": None, "link_labels": {}}
