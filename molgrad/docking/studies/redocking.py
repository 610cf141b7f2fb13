"""Redocking: whether a receptor puts its own ligand back where the crystal has it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from molgrad.docking.dock import Docker
from molgrad.docking.effort import Effort
from molgrad.docking.engine import POSE_SEEDING
from molgrad.docking.executor import ProcessExecutor
from molgrad.docking.request import DockSettings, EngineRef
from molgrad.docking.result import DockResult
from molgrad.errors import DockingError, ReceptorError
from molgrad.receptors.preparation.native import from_file
from molgrad.receptors.receptor import Receptor
from molgrad.receptors.remarks import cut_words

if TYPE_CHECKING:
    from rdkit import Chem

NATIVE = 2.0  # Å; the usual limit below which a redocked pose counts as the crystal's
MISSED = 0.3  # kcal/mol; bond lengths and angles of the crystal instead of a force field's are worth up to 0.2
CLOSE_SCORE = 0.5  # kcal/mol; two modes closer than this are both possible: scores of Vina err by 2 and more
POSES = 9  # Vina's own default; enough to see whether the crystal's pose was found and ranked low
# The crystal's pose is taken to its nearest minimum; the search beside it, which a dock must have, is kept short.
IN_PLACE = Effort("in place", evaluations=2_000, seed_poses=True)


@dataclass(frozen=True, slots=True)
class InPlace:
    """The crystal's pose relaxed where it lies.

    Attributes:
        affinity: kcal/mol.
        rmsd: how far its heavy atoms moved, Å.
    """

    affinity: float
    rmsd: float

    @property
    def stays(self) -> bool:
        """Whether it is the crystal's pose still."""
        return self.rmsd <= NATIVE


@dataclass(frozen=True, slots=True)
class Redocking:
    """What redocking gave.

    Attributes:
        receptor: its name.
        smiles: the native ligand.
        rmsd: of the best pose's heavy atoms from the crystal's in Å; symmetric atoms may swap, nothing is
            aligned.
        affinity: of that pose, kcal/mol.
        plan: how it was searched for, such as `effort standard`.
        rmsds: of every pose, in the engine's order, Å.
        engine: title of the docking program.
        crystal: the crystal's pose relaxed in place; None where the engine cannot, or nothing could be built on it.
        remarks: what the dock said of the molecule and of the search.
    """

    receptor: str
    smiles: str
    rmsd: float
    affinity: float
    plan: str
    rmsds: tuple[float, ...] = ()
    engine: str = "Vina"
    crystal: InPlace | None = None
    remarks: str = ""

    @property
    def native_like(self) -> bool:
        """Whether the best pose lies within 2 Å of the crystal's."""
        return self.rmsd <= NATIVE

    @property
    def missed(self) -> bool:
        """Whether the crystal's pose scores better than what the search found: the search is at fault."""
        held = self.crystal
        return held is not None and held.stays and held.affinity < self.affinity - MISSED

    @property
    def verdict(self) -> str:
        """What the figures mean, in a sentence that begins with good, doubtful or bad."""
        held = self.crystal
        if self.native_like:
            more = f", though the search stops at {self._against()}" if self.missed else ""
            return f"good: {self.engine} puts the crystal's pose first (within {NATIVE:g} Å){more}"
        if held is None:
            return self._unknown()
        if not held.stays:
            return (
                f"bad, the receptor: the crystal's pose does not hold: relaxed in place it moves by {held.rmsd:.1f} Å "
                f"({held.affinity:.2f} kcal/mol); {_LOOK_AT}"
            )
        if self.missed:
            return f"bad, the search: it stops at {self._against()}; give it more (--effort thorough), or a smaller box"
        rank = self._rank()
        found = f"number {rank} of {len(self.rmsds)}" if rank else f"not among the {len(self.rmsds)} poses listed"
        near = held.affinity - self.affinity < CLOSE_SCORE
        close = "; so small a difference decides nothing, both are possible" if near else ""
        return (
            f"doubtful, the scoring: {self.affinity:.2f} kcal/mol for another pose against {held.affinity:.2f} for the "
            f"crystal's pose relaxed in place ({found}){close}; poses of other molecules may be wrong too: "
            f"{_LOOK_AT}, or give a known pose (--pose)"
        )

    def _against(self) -> str:
        held = f"{self.crystal.affinity:.2f}" if self.crystal else ""
        return f"{self.affinity:.2f} kcal/mol where the crystal's pose relaxed in place scores {held}"

    def _unknown(self) -> str:
        rank = self._rank()
        if rank is not None:
            return (
                f"doubtful: the crystal's pose was found, as number {rank} of {len(self.rmsds)}; {self.engine}'s "
                "scoring ranks another first, so poses of other molecules may be wrong too"
            )
        return f"bad: the crystal's pose was not found; {_LOOK_AT}, and try a higher --exhaustiveness"

    def _rank(self) -> int | None:
        return next((number for number, rmsd in enumerate(self.rmsds, start=1) if rmsd <= NATIVE), None)

    def __str__(self) -> str:
        held = ""
        if self.crystal is not None:
            held = (
                f"\nthe crystal's pose relaxed in place: {self.crystal.affinity:.2f} kcal/mol, "
                f"{self.crystal.rmsd:.2f} Å from where it was"
            )
        said = f"\nnote: {self.remarks}" if self.remarks else ""
        return (
            f"{self.receptor}: redocked its native ligand {self.smiles} at {self.rmsd:.2f} Å RMSD, "
            f"{self.affinity:.2f} kcal/mol ({self.plan}){held}{said}"
        )


_LOOK_AT = "look at cofactors, metals, waters and protonation near the ligand, and at the ligand's bond orders"


def plan_words(effort: Effort) -> str:
    """How molecules are searched for, as a verdict names it: `effort standard`, `exhaustiveness 8`.

    Args:
        effort: the plan.
    """
    return effort.name if effort.name.startswith("exhaustiveness") else f"effort {effort.name}"


def redock(
    receptor: Receptor,
    *,
    effort: str | Effort | None = None,
    exhaustiveness: int | None = None,
    seed: int = 0,
    timeout: float = 600.0,
    engine: str | EngineRef = "vina",
    ligand: Path | None = None,
) -> Redocking:
    """Dock the native ligand from fresh conformers and compare with the crystal.

    The crystal's pose is also relaxed in place, where the engine can, so that a pose that was not found is told from
    one that scores worse.

    Args:
        receptor: with a native ligand, unless `ligand` is given.
        effort: the plan of searches, as for any dock; `standard` when neither it nor an exhaustiveness is given.
        exhaustiveness: instead of an effort, one plain search of so many Monte Carlo runs.
        seed: of conformers and searches.
        timeout: seconds.
        engine: the docking program.
        ligand: an SDF, MOL or MOL2 file of the native ligand in the crystal's frame, instead of the receptor's own.

    Raises:
        ConflictingSettingsError: both an effort and an exhaustiveness.
        ReceptorError: the receptor has no native ligand, or it lies outside the box.
        InputFileError: the ligand's file cannot be read, or holds more than one molecule.
        DockingError: the dock gave no pose.
    """
    from rdkit import Chem

    if ligand is not None:
        receptor = replace(receptor, ligand=ligand)
    native = _native(receptor)
    smiles = Chem.MolToSmiles(native)
    settings = DockSettings.of(effort, exhaustiveness, engine, seed=seed, poses=POSES, timeout=timeout)
    executor = ProcessExecutor(1)  # both docks with one set of maps
    try:
        docker = Docker(receptor, settings, executor=executor)
        (result,) = docker.dock([smiles])
        if result.affinity is None:
            raise DockingError(f"{receptor.name}: the native ligand could not be redocked: {result.reason}")
        crystal = None
        if POSE_SEEDING in docker.engine.offers:
            near = Docker(receptor, replace(settings, effort=IN_PLACE, poses=1, pose_mode="keep"), executor=executor)
            # The state that was docked, so that the two scores are of one molecule.
            (held,) = near.dock([smiles], [result.docked_smiles], [Chem.MolToMolBlock(native)])
            crystal = _in_place(held, native)
    finally:
        executor.shutdown(cancel_futures=True)
    rmsds = tuple(_from_crystal(block, native) for block in result.poses)
    title, plan = docker.engine.title, plan_words(settings.effort)
    return Redocking(receptor.name, smiles, rmsds[0], result.affinity, plan, rmsds, title, crystal, result.remarks)


def _in_place(held: DockResult, native: Chem.Mol) -> InPlace | None:
    """The crystal's pose at its nearest minimum; None where no pose could be built on it."""
    if held.affinity is None or held.provenance.in_mode is None:
        return None
    return InPlace(held.affinity, _from_crystal(held.poses[0], native))


def _from_crystal(block: str, native: Chem.Mol) -> float:
    """RMSD of a pose (mol block) from the crystal's, heavy atoms, Å; symmetric atoms may swap."""
    from rdkit import Chem
    from rdkit.Chem import rdMolAlign

    pose = Chem.RemoveHs(Chem.MolFromMolBlock(block))
    return round(float(rdMolAlign.CalcRMS(_bare(pose), _bare(native))), 3)


def _native(receptor: Receptor) -> Chem.Mol:
    if receptor.ligand is None:
        raise ReceptorError(
            f"{receptor.name} has no native ligand (ligand.sdf) to redock; "
            "'receptor validate' takes one in the crystal's frame with --ligand"
        )
    native = from_file(receptor.ligand).mol
    assert native is not None  # noqa: S101 - for the type checker; a file has bond orders
    points = native.GetConformer().GetPositions()
    outside = sum(not receptor.box.holds((p[0], p[1], p[2])) for p in points.tolist())
    if outside == len(points):
        raise ReceptorError(
            f"{receptor.name}: all {outside} atoms of {receptor.ligand} lie outside the box; is it the ligand of this "
            "site, in the crystal's frame?"
        )
    if outside:
        raise ReceptorError(f"{receptor.name}: {cut_words(receptor.box, points, str(receptor.ligand))}")
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
