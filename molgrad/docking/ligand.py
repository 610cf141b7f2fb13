"""A species made ready for Vina, and Vina's poses made molecules again; runs in the docking process."""

from __future__ import annotations

from dataclasses import dataclass, replace

from meeko import MoleculePreparation, PDBQTWriterLegacy
from rdkit import Chem
from rdkit.Geometry import Point3D
from scipy.spatial.transform import Rotation

from molgrad.docking.ring_faults import ring_fault
from molgrad.docking.seeds import derive_seed
from molgrad.docking.shapes import SAMPLES, Shape, shapes
from molgrad.docking.species import Species, choose
from molgrad.errors import LigandPreparationError, shorten

NAMED = 8  # atoms that a fault names


@dataclass(frozen=True)
class Ligand:
    """A species ready for Vina.

    Attributes:
        species: what it is.
        mol: its docked state in 3D, all hydrogens; heavy atoms come first, in the order of `species.smiles`.
        pdbqt: what Vina reads.
        serials: PDBQT serial number of each atom of `mol` that Vina sees (non-polar hydrogens are merged).
        shapes: of what Vina holds rigid, by strain; searches take them in turn.
    """

    species: Species
    mol: Chem.Mol
    pdbqt: str
    serials: dict[int, int]
    shapes: tuple[Shape, ...]

    @property
    def torsions(self) -> int:
        """Bonds that Vina turns."""
        return len(self.turns)

    @property
    def turns(self) -> list[tuple[int, int]]:
        """The bonds that Vina turns, atoms of `mol`; what hangs on the second one moves."""
        own = {serial: atom for atom, serial in self.serials.items()}
        words = [line.split() for line in self.pdbqt.splitlines() if line.startswith("BRANCH")]
        return [(own[int(near)], own[int(far)]) for _, near, far in words]

    @property
    def kinds(self) -> dict[int, str]:
        """AutoDock type of each atom of `mol` that Vina sees."""
        own = {serial: atom for atom, serial in self.serials.items()}
        atoms = [line for line in self.pdbqt.splitlines() if line.startswith(("ATOM", "HETATM"))]
        return {own[int(line[6:11])]: line[77:].strip() for line in atoms}

    @property
    def docked_smiles(self) -> str:
        """The protonation state, stereoisomer and tautomer that is docked."""
        return self.species.state.smiles


def prepare_ligand(molecule: str | Species, *, seed: int = 0, conformers: int = SAMPLES) -> Ligand:
    """From a species, or the first one of a SMILES, to PDBQT: conformer and atom types.

    The conformer depends on `seed` and the species alone, not on order or process.

    Raises:
        LigandPreparationError: names the stage and what to do.
    """
    species = molecule if isinstance(molecule, Species) else choose(molecule).species[0]
    if fault := ring_fault(species.state.mol):
        words, atoms = fault
        drawn = [str(place) for place, at in enumerate(species.order) if at in atoms]
        more = ", ..." if len(drawn) > NAMED else ""
        raise LigandPreparationError(f"conformer: {words} (atoms {', '.join(drawn[:NAMED])}{more})")
    found = shapes(species.state.mol, derive_seed("conformer", seed, species.state.smiles), conformers)
    mol = _conformer(found[0].mol, 0)
    return Ligand(species, mol, *_write(mol), tuple(found))


def reshaped(ligand: Ligand, seed: int, turn: int, which: int = 0) -> Ligand:
    """The same species from another conformer and another side, for an independent search.

    Vina draws the same random starts for each search: were the conformers of a rigid molecule not turned, all would
    start in the same place, end in the same place, and seem to agree.

    Args:
        ligand: with its shapes.
        seed: same seed, same conformers.
        turn: counts from 1.
        which: of the shapes.

    Raises:
        LigandPreparationError: no shape was found.
    """
    shape, own = ligand.shapes[which].mol, turn // len(ligand.shapes)
    fresh = derive_seed("conformer", seed, ligand.docked_smiles, turn)
    if len(ligand.shapes) == 1 and own >= shape.GetNumConformers():
        shape, own = shapes(ligand.mol, fresh)[0].mol, 0
    mol = _conformer(shape, own % shape.GetNumConformers())
    turned = Rotation.random(random_state=fresh).apply(mol.GetConformer().GetPositions())
    mol.GetConformer().SetPositions(turned)
    return placed(ligand, mol)


def _conformer(mol: Chem.Mol, which: int) -> Chem.Mol:
    """One conformer alone, as number 0."""
    one = Chem.Mol(mol, confId=which)
    one.GetConformer().SetId(0)
    return one


def placed(ligand: Ligand, mol: Chem.Mol) -> Ligand:
    """The ligand with the coordinates of `mol`, which has the same atoms in the same order; typed only once."""
    where = mol.GetConformer().GetPositions()
    at = {serial: where[atom] for atom, serial in ligand.serials.items()}
    lines = ligand.pdbqt.splitlines(keepends=True)
    for i, line in enumerate(lines):
        if line.startswith(("ATOM", "HETATM")):
            x, y, z = at[int(line[6:11])]
            lines[i] = f"{line[:30]}{x:8.3f}{y:8.3f}{z:8.3f}{line[54:]}"
    return replace(ligand, mol=mol, pdbqt="".join(lines))


def _write(mol: Chem.Mol) -> tuple[str, dict[int, int]]:
    """PDBQT text, and the serial number of each atom in it.

    Rings stay as embedded: by default meeko breaks rings of seven and more, which cost diazepam 1.9 kcal/mol.
    """
    try:
        setups = MoleculePreparation(rigid_macrocycles=True).prepare(mol)
        text, fine, why = PDBQTWriterLegacy.write_string(setups[0], add_index_map=True, remove_smiles=True)
    except Exception as error:
        raise LigandPreparationError(f"typing: meeko refused the molecule ({shorten(str(error))})") from error
    if not fine or not text.strip():
        if "non finite charge" in why:
            drawn = Chem.MolToSmiles(Chem.RemoveHs(mol))
            raise LigandPreparationError(f"typing: no partial charges are known for {drawn}")
        raise LigandPreparationError(f"typing: an atom has no AutoDock type; replace it ({shorten(why.strip())})")
    numbers = [
        int(word)
        for line in text.splitlines()
        if line.startswith("REMARK INDEX MAP")
        for word in line.removeprefix("REMARK INDEX MAP").split()
    ]
    # The map counts atoms of the molecule from 1, as it does serial numbers.
    serials = {atom - 1: serial for atom, serial in zip(numbers[::2], numbers[1::2], strict=True)}
    missing = [a.GetIdx() for a in mol.GetAtoms() if a.GetAtomicNum() > 1 and a.GetIdx() not in serials]
    if missing:
        raise LigandPreparationError(f"typing: atoms {missing} are not in the PDBQT that meeko wrote")
    return text, serials


def read_poses(ligand: Ligand, pdbqt: str) -> list[Chem.Mol]:
    """Vina's poses (PDBQT, best first) as molecules: the ligand's bonds and atom order, all hydrogens.

    Polar hydrogens stay where Vina put them; the others, which Vina does not see, are placed anew.
    """
    return [_pose(ligand, _positions(model)) for model in pdbqt.split("MODEL")[1:]]


def _positions(model: str) -> dict[int, Point3D]:
    return {
        int(line[6:11]): Point3D(float(line[30:38]), float(line[38:46]), float(line[46:54]))
        for line in model.splitlines()
        if line.startswith(("ATOM", "HETATM"))
    }


def _pose(ligand: Ligand, positions: dict[int, Point3D]) -> Chem.Mol:
    mol = Chem.Mol(ligand.mol)
    conformer = mol.GetConformer()
    for atom, serial in ligand.serials.items():
        conformer.SetAtomPosition(atom, positions[serial])
    heavy = Chem.RemoveAllHs(mol)
    full = Chem.AddHs(heavy, addCoords=True)
    target = full.GetConformer()
    for atom in range(heavy.GetNumAtoms()):
        for new, old in zip(_hydrogens(full, atom), _hydrogens(mol, atom), strict=True):
            if old in ligand.serials:
                target.SetAtomPosition(new, conformer.GetAtomPosition(old))
    return full


def _hydrogens(mol: Chem.Mol, atom: int) -> list[int]:
    return sorted(n.GetIdx() for n in mol.GetAtomWithIdx(atom).GetNeighbors() if n.GetAtomicNum() == 1)


def mol_block(pose: Chem.Mol) -> str:
    """A pose as a V2000 mol block; positions in Å."""
    return str(Chem.MolToMolBlock(pose, forceV3000=False))
