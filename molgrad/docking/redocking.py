"""Redocking: whether a receptor puts its own ligand back where the crystal has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from molgrad.docking.dock import Docker
from molgrad.docking.receptor import Receptor
from molgrad.errors import DockingError, ReceptorError

if TYPE_CHECKING:
    from rdkit import Chem

NATIVE = 2.0  # Å; the usual limit below which a redocked pose counts as the crystal's


@dataclass(frozen=True, slots=True)
class Redocking:
    """What redocking gave.

    Attributes:
        rmsd: of the best pose's heavy atoms from the crystal's in Å; symmetric atoms may swap, nothing is
            aligned.
        affinity: of that pose, kcal/mol.
        smiles: the native ligand.
        exhaustiveness: searches that Vina made.
    """

    receptor: str
    smiles: str
    rmsd: float
    affinity: float
    exhaustiveness: int

    @property
    def native_like(self) -> bool:
        """Whether the best pose lies within 2 Å of the crystal's."""
        return self.rmsd <= NATIVE

    def __str__(self) -> str:
        return (
            f"{self.receptor}: redocked its native ligand {self.smiles} at {self.rmsd:.2f} Å RMSD, "
            f"{self.affinity:.2f} kcal/mol (exhaustiveness {self.exhaustiveness})"
        )


def redock(receptor: Receptor, *, exhaustiveness: int = 4, seed: int = 0, timeout: float = 600.0) -> Redocking:
    """Dock the native ligand from a fresh conformer and compare with the crystal.

    Raises:
        ReceptorError: the receptor has no native ligand, or its file cannot be read.
        DockingError: the dock gave no pose.
    """
    from rdkit import Chem
    from rdkit.Chem import rdMolAlign

    native = _native(receptor)
    smiles = Chem.MolToSmiles(native)
    with Docker(receptor, exhaustiveness=exhaustiveness, seed=seed, workers=1, timeout=timeout) as docker:
        (result,) = docker.dock([smiles])
    if result.affinity is None:
        raise DockingError(f"{receptor.name}: the native ligand could not be redocked: {result.reason}")
    pose = Chem.RemoveHs(Chem.MolFromMolBlock(result.poses[0]))
    rmsd = float(rdMolAlign.CalcRMS(_bare(pose), _bare(native)))
    return Redocking(receptor.name, smiles, round(rmsd, 3), result.affinity, exhaustiveness)


def _native(receptor: Receptor) -> Chem.Mol:
    from rdkit import Chem

    if receptor.ligand is None:
        raise ReceptorError(f"{receptor.name} has no native ligand (ligand.sdf) to redock")
    native = next(iter(Chem.SDMolSupplier(str(receptor.ligand))), None)
    if native is None:
        raise ReceptorError(f"{receptor.name}: {receptor.ligand} cannot be read as a molecule")
    return Chem.RemoveHs(native)


def _bare(mol: Chem.Mol) -> Chem.Mol:
    """The skeleton without charges and bond orders: the docked state may be another than the crystal's."""
    from rdkit import Chem

    bare = Chem.RWMol()
    for atom in mol.GetAtoms():
        bare.AddAtom(Chem.Atom(atom.GetAtomicNum()))
    for bond in mol.GetBonds():
        bare.AddBond(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx(), Chem.BondType.SINGLE)
    bare.AddConformer(mol.GetConformer())
    return bare.GetMol()
