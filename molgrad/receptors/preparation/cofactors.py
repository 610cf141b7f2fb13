"""Cofactors: bond orders and charges from a table or from the user, never guessed from coordinates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from molgrad.errors import ReceptorError
from molgrad.receptors.preparation.residue import Residue

if TYPE_CHECKING:
    from rdkit import Chem

ADENOSINE = "OCC3OC(C(O)C3O)n3cnc4c(N)ncnc34"
GUANOSINE = "OCC3OC(C(O)C3O)n3cnc4c(=O)[nH]c(N)nc34"
ESTER, MONOESTER = "P(=O)([O-])", "[O-]P(=O)([O-])"  # inside a chain, and at its end
NICOTINAMIDE = "NC(=O)c1ccc[n+](c1)C1OC(COP(=O)([O-])O"
DIHYDRONICOTINAMIDE = "NC(=O)C1=CN(C=CC1)C1OC(COP(=O)([O-])O"
ADENOSINE_IN_NAD = "P(=O)([O-])OCC2OC(C(O)C2O)n2cnc3c(N)ncnc32)C(O)C1O"
ADENOSINE_IN_NADP = "P(=O)([O-])OCC2OC(C(OP(=O)([O-])[O-])C2O)n2cnc3c(N)ncnc32)C(O)C1O"
FLAVIN = "Cc1cc2nc3c(=O)[nH]c(=O)nc-3n(CC(O)C(O)C(O)CO{})c2cc1C"
COENZYME_A = "CC(C)(COP(=O)([O-])OP(=O)([O-])OCC1OC(C(O)C1OP(=O)([O-])[O-])n1cnc2c(N)ncnc21)C(O)C(=O)NCCC(=O)NCCS"

# The state that prevails at pH 7.4; stereo comes with the coordinates. Names are those of the PDB.
COFACTORS = {
    # NADPH, the one with stereo: the order of its atoms in the shipped 1ia1 hangs on it.
    "NDP": "NC(=O)C1=CN(C=CC1)[C@@H]1O[C@H](COP(=O)([O-])OP(=O)([O-])OC[C@H]2O[C@H]([C@H](OP(=O)([O-])[O-])[C@@H]2O)"
    "n2cnc3c(N)ncnc32)[C@@H](O)[C@H]1O",
    "NAP": NICOTINAMIDE + ADENOSINE_IN_NADP,  # NADP+
    "NAI": DIHYDRONICOTINAMIDE + ADENOSINE_IN_NAD,  # NADH
    "NAD": NICOTINAMIDE + ADENOSINE_IN_NAD,  # NAD+
    "FAD": FLAVIN.format("P(=O)([O-])OP(=O)([O-])OCC4OC(C(O)C4O)n4cnc5c(N)ncnc54"),
    "FMN": FLAVIN.format("P(=O)([O-])[O-]"),
    # Protoporphyrin IX without its two pyrrole protons; the iron is an ion of its own.
    "HEM": "CC1=C(C2=CC3=NC(=CC4=C(C(=C([N-]4)C=C5C(=C(C(=N5)C=C1[N-]2)C=C)C)C=C)C)C(=C3CCC(=O)[O-])C)CCC(=O)[O-]",
    "AMP": MONOESTER + ADENOSINE,
    "ADP": MONOESTER + "O" + ESTER + ADENOSINE,
    "ATP": MONOESTER + "O" + ESTER + "O" + ESTER + ADENOSINE,
    "ANP": MONOESTER + "N" + ESTER + "O" + ESTER + ADENOSINE,
    "ACP": MONOESTER + "C" + ESTER + "O" + ESTER + ADENOSINE,
    "GDP": MONOESTER + "O" + ESTER + GUANOSINE,
    "GTP": MONOESTER + "O" + ESTER + "O" + ESTER + GUANOSINE,
    "GNP": MONOESTER + "N" + ESTER + "O" + ESTER + GUANOSINE,
    "SAM": "C[S+](CCC([NH3+])C(=O)[O-])CC1OC(C(O)C1O)n1cnc2c(N)ncnc21",
    "SAH": "S(CCC([NH3+])C(=O)[O-])CC1OC(C(O)C1O)n1cnc2c(N)ncnc21",
    "COA": COENZYME_A,
    "ACO": COENZYME_A + "C(C)=O",
    "PLP": "Cc1[nH+]cc(COP(=O)([O-])[O-])c(C=O)c1[O-]",
    "TPP": "Cc1ncc(C[n+]2csc(CCOP(=O)([O-])OP(=O)([O-])[O-])c2C)c(N)n1",
    "H4B": "CC(O)C(O)C1CNc2nc(N)[nH]c(=O)c2N1",
}
# Buffers, cryoprotectants and detergent heads: in the crystal because they were in the drop.
# A list of many names is read along the line.
# fmt: off
ADDITIVES = frozenset({
    "GOL", "EDO", "PEG", "PGE", "PG4", "1PE", "P6G", "2PE", "MPD", "DMS", "ACT", "ACY", "FMT", "SO4", "PO4", "NO3",
    "CIT", "TRS", "MES", "EPE", "BME", "DTT", "IMD", "IPA", "EOH", "MOH", "NH4", "SCN", "AZI", "CO3", "BCT", "TLA",
    "MLI", "SIN", "BOG", "LDA", "UNX", "UNL", "ACN", "URE", "NHE", "CAC", "PDO", "BU3", "HEZ",
    "DUM",  # a membrane drawn by OPM
})
# fmt: on
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
