"""Prepares C. albicans dihydrofolate reductase (PDB entry 1IA1, chain B with its NADPH) for docking.

    python receptors/prepare_1ia1.py            # writes receptors/1ia1/

The crystal files are the ones inside the `posebusters` package, so no network is needed. meeko alone guesses
the bonds of a residue from distances and fails on this file; here every residue is built from meeko's own
template, atoms found by name, and the bonds between residues are given.
"""

from __future__ import annotations

import hashlib
import importlib.util
from itertools import pairwise
from pathlib import Path

import gemmi
import numpy as np
from meeko import MoleculePreparation, PDBQTWriterLegacy, Polymer, ResidueChemTemplates
from rdkit import Chem
from rdkit.Geometry import Point3D

CHAIN, COFACTOR = "B", "NDP"
MARGIN, LEAST = 6.0, 20.0  # Å beyond the native ligand, and the least length of a side

# NADPH at pH 7.4: phosphates fully ionised, dihydronicotinamide neutral. meeko has no template for it.
NADPH = (
    "NC(=O)C1=CN(C=CC1)[C@@H]1O[C@H](COP(=O)([O-])OP(=O)([O-])OC[C@H]2O[C@H]([C@H](OP(=O)([O-])[O-])[C@@H]2O)"
    "n2cnc3c(N)ncnc32)[C@@H](O)[C@H]1O"
)

Raw = dict[str, tuple[Chem.Mol, str]]


def crystal_files() -> tuple[Path, Path]:
    """The protein (with cofactor) and the native ligand of 1IA1, inside the installed posebusters package."""
    spec = importlib.util.find_spec("posebusters")
    if spec is None or spec.origin is None:
        raise SystemExit("the crystal files come with posebusters: pip install posebusters")
    folder = Path(spec.origin).parent / "datasets" / "pdb" / "1ia1"
    return folder / "1ia1_protein_one_lig_removed.pdb", folder / "1ia1_ligand.sdf"


def templates_with_nadph() -> ResidueChemTemplates:
    """meeko's residue templates and one for the cofactor, every hydrogen written out."""
    templates = ResidueChemTemplates.create_from_defaults()
    smiles = Chem.MolToSmiles(Chem.AddHs(Chem.MolFromSmiles(NADPH)), allHsExplicit=True)
    entry = {"smiles": smiles, "atom_name": None, "link_labels": {}}
    templates.add_dict({"ambiguous": {COFACTOR: [COFACTOR]}, "residue_templates": {COFACTOR: entry}})
    return templates


def molecule(bonds: list[tuple[int, int, Chem.BondType]], residue: list[gemmi.Atom]) -> Chem.Mol:
    """Heavy atoms at their crystal positions, with the PDB labels that meeko carries over."""
    mol = Chem.RWMol()
    conformer = Chem.Conformer(len(residue))
    for atom in residue:
        new = Chem.Atom(atom.element.atomic_number)
        new.SetNoImplicit(True)  # meeko adds the hydrogens of the template
        info = Chem.AtomPDBResidueInfo(atom.name)
        new.SetMonomerInfo(info)
        conformer.SetAtomPosition(mol.AddAtom(new), Point3D(*atom.pos.tolist()))
    for begin, end, order in bonds:
        mol.AddBond(begin, end, order)
    mol.AddConformer(conformer)
    return mol.GetMol()


def from_template(residue: gemmi.Residue, templates: ResidueChemTemplates) -> Chem.Mol:
    """A residue with the bonds of the template that explains all its heavy atoms and misses the fewest."""
    atoms = {atom.name: atom for atom in residue if not atom.is_hydrogen()}
    fits = []
    for name in templates.ambiguous.get(residue.name, [residue.name]):
        template = templates.residue_templates[name]
        indices = [a.GetIdx() for a in template.mol.GetAtoms() if a.GetAtomicNum() > 1]
        heavy = {template.atom_names[index]: index for index in indices}
        if heavy.keys() >= atoms.keys():
            fits.append((len(heavy) - len(atoms), name, template, heavy))
    if not fits or min(fits)[0]:
        raise SystemExit(f"{residue.name} {residue.seqid}: atoms missing or unknown; no template explains it")
    _, _, template, heavy = min(fits, key=lambda fit: fit[:2])
    order = {heavy[name]: index for index, name in enumerate(atoms)}
    bonds = [
        (order[b.GetBeginAtomIdx()], order[b.GetEndAtomIdx()], b.GetBondType())
        for b in template.mol.GetBonds()
        if b.GetBeginAtomIdx() in order and b.GetEndAtomIdx() in order
    ]
    return molecule(bonds, list(atoms.values()))


def from_distances(residue: gemmi.Residue) -> Chem.Mol:
    """The cofactor, whose atom names were renumbered: bonded where heavy atoms are closer than 1.95 Å.

    The longest bonds in NADPH are P-O (1.65 Å), the nearest atoms two bonds apart 2.2 Å from each other.
    """
    atoms = [atom for atom in residue if not atom.is_hydrogen()]
    bonds = [
        (i, j, Chem.BondType.SINGLE)
        for i in range(len(atoms))
        for j in range(i)
        if atoms[i].pos.dist(atoms[j].pos) < 1.95
    ]
    return molecule(bonds, atoms)


def links(residues: dict[str, gemmi.Residue], mols: Raw) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """Peptide bonds (C-N under 2.0 Å between neighbours) and disulfides (SG-SG under 2.5 Å)."""

    def bonded(first: str, name: str, second: str, other: str, limit: float) -> tuple[int, int] | None:
        index = [
            {a.GetPDBResidueInfo().GetName(): a.GetIdx() for a in mols[key][0].GetAtoms()} for key in (first, second)
        ]
        if name not in index[0] or other not in index[1]:
            return None
        one, two = residues[first].find_atom(name, "*"), residues[second].find_atom(other, "*")
        return (index[0][name], index[1][other]) if one.pos.dist(two.pos) < limit else None

    found = {}
    keys = list(residues)
    for first, second in pairwise(keys):
        if pair := bonded(first, "C", second, "N", 2.0):
            found[first, second] = [pair]
    cysteines = [key for key in keys if residues[key].name == "CYS"]
    for position, first in enumerate(cysteines):
        for second in cysteines[position + 1 :]:
            if pair := bonded(first, "SG", second, "SG", 2.5):
                found[first, second] = [pair]
    return found


def prepare(protein: Path) -> tuple[str, int]:
    """The receptor as PDBQT, and the number of residues; nothing is deleted."""
    templates = templates_with_nadph()
    structure = gemmi.read_structure(str(protein))
    residues = {f"{CHAIN}:{r.seqid}": r for r in structure[0][CHAIN] if r.name != "HOH"}
    mols: Raw = {
        key: (from_distances(r) if r.name == COFACTOR else from_template(r, templates), r.name)
        for key, r in residues.items()
    }
    polymer = Polymer(mols, links(residues, mols), templates, MoleculePreparation())
    kept = polymer.get_valid_monomers()
    if lost := set(mols) - set(kept):
        raise SystemExit(f"meeko did not accept {sorted(lost)}")
    pdbqt, _ = PDBQTWriterLegacy.write_from_polymer(polymer)
    if not any(line.endswith("HD") for line in pdbqt.splitlines()):
        raise SystemExit("no polar hydrogen in the receptor: the preparation went wrong")
    return pdbqt, len(kept)


def write_box(path: Path, ligand: Chem.Mol, pdbqt: str) -> None:
    """`box.toml`: 6 Å beyond the native ligand on each side, at least 20 Å a side, and what it belongs to."""
    points = ligand.GetConformer().GetPositions()
    low, high = points.min(axis=0), points.max(axis=0)
    center = (low + high) / 2
    size = np.maximum(high - low + 2 * MARGIN, LEAST)
    path.write_text(
        "# Å\n"
        f"center = [{', '.join(f'{x:.3f}' for x in center)}]\n"
        f"size = [{', '.join(f'{x:.3f}' for x in size)}]\n"
        'origin = "PDB 1IA1 chain B with NADPH, box 6 Å beyond the native ligand, at least 20 Å a side"\n'
        f'pdbqt_sha256 = "{hashlib.sha256(pdbqt.encode()).hexdigest()}"\n'
    )


def main() -> None:
    protein, ligand_file = crystal_files()
    folder = Path(__file__).parent / "1ia1"
    folder.mkdir(exist_ok=True)
    pdbqt, count = prepare(protein)
    ligand = Chem.MolFromMolFile(str(ligand_file))
    (folder / "receptor.pdbqt").write_text(pdbqt)
    write_box(folder / "box.toml", ligand, pdbqt)
    with Chem.SDWriter(str(folder / "ligand.sdf")) as writer:
        writer.write(ligand)
    atoms = pdbqt.count("\n")
    print(f"{folder.name}: {count - 1} residues and NADPH kept, none deleted, {atoms} atoms; histidines: HIE")


if __name__ == "__main__":
    main()
