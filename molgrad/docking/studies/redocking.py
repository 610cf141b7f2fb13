"""Redocking: whether a receptor puts its own ligand back where the crystal has it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from molgrad.docking.dock import Docker
from molgrad.docking.request import DockSettings, EngineRef
from molgrad.errors import DockingError, ReceptorError
from molgrad.receptors.preparation.native import from_file
from molgrad.receptors.receptor import Receptor

if TYPE_CHECKING:
    from rdkit import Chem

NATIVE = 2.0  # Å; the usual limit below which a redocked pose counts as the crystal's
POSES = 9  # Vina's own default; enough to see whether the crystal's pose was found and ranked low


@dataclass(frozen=True, slots=True)
class Redocking:
    """What redocking gave.

    Attributes:
        rmsd: of the best pose's heavy atoms from the crystal's in Å; symmetric atoms may swap, nothing is
            aligned.
        affinity: of that pose, kcal/mol.
        smiles: the native ligand.
        exhaustiveness: Monte Carlo runs that were made.
        rmsds: of every pose, in the engine's order, Å.
        engine: title of the docking program.
    """

    receptor: str
    smiles: str
    rmsd: float
    affinity: float
    exhaustiveness: int
    rmsds: tuple[float, ...] = ()
    engine: str = "Vina"

    @property
    def native_like(self) -> bool:
        """Whether the best pose lies within 2 Å of the crystal's."""
        return self.rmsd <= NATIVE

    @property
    def verdict(self) -> str:
        """What the figures mean, in a sentence."""
        if self.native_like:
            return f"good: {self.engine} puts the crystal's pose first (within {NATIVE:g} Å)"
        rank = next((number for number, rmsd in enumerate(self.rmsds, start=1) if rmsd <= NATIVE), None)
        if rank is not None:
            return (
                f"doubtful: the crystal's pose was found, as number {rank} of {len(self.rmsds)}; {self.engine}'s "
                "scoring ranks another first, so poses of other molecules may be wrong too"
            )
        return (
            "bad: the crystal's pose was not found; look at cofactors, metals, waters and protonation near the ligand, "
            "at the ligand's bond orders, and try a higher --exhaustiveness"
        )

    def __str__(self) -> str:
        return (
            f"{self.receptor}: redocked its native ligand {self.smiles} at {self.rmsd:.2f} Å RMSD, "
            f"{self.affinity:.2f} kcal/mol (exhaustiveness {self.exhaustiveness})"
        )


def redock(
    receptor: Receptor,
    *,
    exhaustiveness: int = 4,
    seed: int = 0,
    timeout: float = 600.0,
    engine: str | EngineRef = "vina",
    ligand: Path | None = None,
) -> Redocking:
    """Dock the native ligand from a fresh conformer and compare with the crystal.

    Args:
        receptor: with a native ligand, unless `ligand` is given.
        exhaustiveness: Monte Carlo runs of the one search.
        seed: of conformer and search.
        timeout: seconds.
        engine: the docking program.
        ligand: an SDF, MOL or MOL2 file of the native ligand in the crystal's frame, instead of the receptor's own.

    Raises:
        ReceptorError: the receptor has no native ligand, or it lies outside the box.
        InputFileError: the ligand's file cannot be read, or holds more than one molecule.
        DockingError: the dock gave no pose.
    """
    from rdkit import Chem
    from rdkit.Chem import rdMolAlign

    if ligand is not None:
        receptor = replace(receptor, ligand=ligand)
    native = _native(receptor)
    smiles = Chem.MolToSmiles(native)
    settings = DockSettings.of(exhaustiveness=exhaustiveness, seed=seed, poses=POSES, timeout=timeout, engine=engine)
    with Docker(receptor, settings, workers=1) as docker:
        (result,) = docker.dock([smiles])
    if result.affinity is None:
        raise DockingError(f"{receptor.name}: the native ligand could not be redocked: {result.reason}")
    poses = [Chem.RemoveHs(Chem.MolFromMolBlock(block)) for block in result.poses]
    rmsds = tuple(round(float(rdMolAlign.CalcRMS(_bare(pose), _bare(native))), 3) for pose in poses)
    return Redocking(receptor.name, smiles, rmsds[0], result.affinity, exhaustiveness, rmsds, docker.engine.title)


def _native(receptor: Receptor) -> Chem.Mol:
    if receptor.ligand is None:
        raise ReceptorError(
            f"{receptor.name} has no native ligand (ligand.sdf) to redock; "
            "'receptor validate' takes one in the crystal's frame with --ligand"
        )
    native = from_file(receptor.ligand).mol
    assert native is not None  # noqa: S101 - for the type checker; a file has bond orders
    outside = [p for p in native.GetConformer().GetPositions().tolist() if not receptor.box.holds((p[0], p[1], p[2]))]
    if outside:
        raise ReceptorError(
            f"{receptor.name}: {len(outside)} of {native.GetNumAtoms()} atoms of {receptor.ligand} lie outside the "
            "box; is it the ligand of this site, in the crystal's frame?"
        )
    return native


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
