"""The interface to docking programs, and a base class for new ones with two hooks to write."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.metadata import version
from typing import Any, ClassVar, Protocol, cast

from rdkit import rdBase

from molgrad import registry
from molgrad.docking.box_fit import OUTSIDE, cannot_fit, extent
from molgrad.docking.ligand import Ligand, prepare_ligand
from molgrad.docking.ligand_remarks import remarked
from molgrad.docking.request import DockRequest, EngineRef, ReceptorContent
from molgrad.docking.result import DockResult, Provenance
from molgrad.docking.searching import PLACEMENT as PLACEMENT
from molgrad.docking.searching import POSE_SEEDING as POSE_SEEDING
from molgrad.docking.searching import Found, Search, SearchError, dock
from molgrad.errors import InputFileError, LigandPreparationError, ReceptorError

ATOM_ENERGIES = "atom_energies"  # its affinity is Vina's function, which `interactions` takes apart by atom
LOCAL_OPTIMIZATION = "local_optimization"  # `relax` exists, whether or not seeded poses make sense with it
THREADS = "threads"  # one search uses every core or a graphics card: one worker is enough
OFFERS = frozenset({POSE_SEEDING, PLACEMENT, ATOM_ENERGIES, LOCAL_OPTIMIZATION, THREADS})
WARM_UP = "CC(=O)Nc1ccccc1"  # prepared once before forking, so that tables are built in shared memory


class DockEngine(Protocol):
    """A docking program. It runs in a process of its own, which it may end without harm.

    Order: made without arguments or with its options, `warm_up`, `prepare`, then `dock` any number of times. The
        main process makes one too, for `spec`, `title` and `offers`: nothing heavy is imported before `warm_up`.
    Determinism: the same request gives the same result, whatever was docked before.
    Failure: a molecule that cannot be docked is a DockResult with a reason; `prepare` may raise anything.

    Attributes:
        name: in provenance, settings and file names; lower case.
        title: in sentences, such as "Vina gives -7.10 kcal/mol".
        version: of the program; scores of another version are other scores.
        offers: of `OFFERS`, what it can do.
    """

    name: str
    title: str
    version: str
    offers: frozenset[str]

    def spec(self) -> dict[str, Any]:
        """A JSON object with name, version and everything else of the engine that decides a result."""
        ...

    def versions(self) -> dict[str, str]:
        """The versions of the programs on which a score depends."""
        ...

    def warm_up(self) -> None:
        """Import and build what all workers share, before there is a receptor."""
        ...

    def prepare(self, receptor: ReceptorContent, seed: int = 0) -> None:
        """Load a receptor, once, before workers are forked; all requests to come have this receptor and seed."""
        ...

    def dock(self, request: DockRequest, tell: Callable[[], object] = lambda: None) -> DockResult:
        """Dock one molecule; `tell` is called between two species, each of which has the request's timeout."""
        ...


class EngineBase:
    """A DockEngine whose author writes `_prepare` and `_search`.

    Species, conformers, the plan of searches, the check of what was found, and the provenance are done here.

    Args:
        options: what the user says of the engine; refused unless the class takes some.
    """

    name: str = ""
    title: str = ""
    version: str = ""
    offers: frozenset[str] = frozenset()
    plausible: ClassVar[tuple[float, float]] = (-1000.0, 1000.0)  # kcal/mol, ends excluded; else a search failed

    def __init__(self, options: Mapping[str, Any] | None = None) -> None:
        if options:
            raise ValueError(f"engine {self.name} takes no options, not {', '.join(options)}")
        self.receptor: ReceptorContent | None = None
        self.seed = 0

    def spec(self) -> dict[str, Any]:
        """Name and version."""
        return {"name": self.name, "version": self.version}

    def versions(self) -> dict[str, str]:
        """The versions of the programs on which a score depends."""
        return {self.name: self.version} | {name: version(name) for name in ("rdkit", "meeko")}

    def warm_up(self) -> None:
        """Prepare a ligand, so that its tables are built once for all workers."""
        rdBase.DisableLog("rdApp.*")
        prepare_ligand(WARM_UP)

    def prepare(self, receptor: ReceptorContent, seed: int = 0) -> None:
        """Load a receptor."""
        self.receptor, self.seed = receptor, seed
        self._prepare(receptor)

    def dock(self, request: DockRequest, tell: Callable[[], object] = lambda: None) -> DockResult:
        """Dock one molecule in each of its species.

        Raises:
            ReceptorError: the request is for another receptor, or none was prepared.
        """
        receptor = self._prepared()
        if request.receptor != receptor.key or request.settings.seed != self.seed:
            raise ReceptorError(f"engine {self.name} was prepared for {receptor.name}, seed {self.seed}, not for this")
        drawn = request.drawn()
        begun = Provenance.begun(drawn, receptor, self.name, self.versions())
        return remarked(dock(self, drawn, begun, tell), receptor.box)

    def search(self, search: Search) -> Found:
        """One search, its outcome checked.

        Args:
            search: what is asked.

        Raises:
            LigandPreparationError: the engine does not take the ligand, or it cannot fit into the box.
            SearchError: the outcome cannot be right.
        """
        if reason := cannot_fit(search.ligand, self._prepared().box):
            raise LigandPreparationError(reason)
        return self._checked(self._search(search), search.ligand)

    def relax(self, ligand: Ligand) -> Found:
        """The nearest minimum to the ligand as it lies in the receptor.

        Args:
            ligand: with coordinates in the receptor's frame.

        Raises:
            LigandPreparationError: the engine does not take the ligand.
            SearchError: the outcome cannot be right.
        """
        return self._checked(self._relax(ligand), ligand)

    def place(self, ligand: Ligand, seed: int, poses: int) -> Found:
        """The minima nearest to the ligand's shapes laid into the receptor's cavities.

        Args:
            ligand: with its shapes.
            seed: same seed, same poses.
            poses: poses wanted, at most.

        Raises:
            LigandPreparationError: the engine does not take the ligand.
            SearchError: nothing fits, or the outcome cannot be right.
        """
        found = self._checked(self._place(ligand, seed), ligand)
        return Found(found.affinities[:poses], found.poses[:poses])

    def forget(self) -> None:
        """Let go of the ligand; called after each species."""

    def _prepare(self, receptor: ReceptorContent) -> None:
        """Hook: load the receptor. Called once in a process that forks workers afterwards."""
        raise NotImplementedError

    def _search(self, search: Search) -> Found:
        """Hook: one search from the ligand's conformer, anywhere in the box; SearchError when there is no pose."""
        raise NotImplementedError

    def _relax(self, ligand: Ligand) -> Found:
        """Hook for engines that offer `pose_seeding`: the nearest minimum to the ligand as it lies."""
        raise NotImplementedError

    def _place(self, ligand: Ligand, seed: int) -> Found:
        """Hook for engines that offer `placement`: poses from the ligand's shapes laid into cavities, relaxed."""
        raise NotImplementedError

    def _prepared(self) -> ReceptorContent:
        if self.receptor is None:
            raise ReceptorError(f"engine {self.name} was asked to dock before a receptor was prepared")
        return self.receptor

    def _checked(self, found: Found, ligand: Ligand) -> Found:
        found = found.best_first()
        reason = _foreign(self.title, found, ligand)
        if reason or (reason := impossible(self.title, found, self._prepared(), self.plausible)):
            raise SearchError(reason)
        return found


def impossible(
    title: str, found: Found, receptor: ReceptorContent, plausible: tuple[float, float] = EngineBase.plausible
) -> str:
    """Why an outcome cannot be right; empty when it can. Programs report nonsense without an error.

    Args:
        title: of the engine.
        found: the outcome.
        receptor: with the box.
        plausible: affinities between which the best one must lie, kcal/mol.
    """
    affinities, poses = found.affinities, found.poses
    if not affinities or len(poses) != len(affinities):
        return f"{title} gave {len(affinities)} energies and {len(poses)} poses"
    best, (lowest, highest) = affinities[0], plausible
    if not (lowest < best < highest and math.isfinite(best)):
        sides = " x ".join(f"{side:g}" for side in receptor.box.size)
        long = f"{extent(poses[0]):.0f} Å long, the box {sides} Å"
        why = f"the molecule may not fit into the box (it is {long})" if best > 0 else "no real dock ends there"
        return f"impossible affinity {best:g} kcal/mol: {why}"
    positions = poses[0].GetConformer().GetPositions().tolist()
    outside = [
        index
        for index, atom in enumerate(poses[0].GetAtoms())
        if atom.GetAtomicNum() > 1 and not receptor.box.holds(tuple(positions[index]), OUTSIDE)
    ]
    return f"the best pose leaves the box with atoms {outside}: enlarge the box" if outside else ""


def _foreign(title: str, found: Found, ligand: Ligand) -> str:
    """Which pose is not one of this ligand; empty when all are."""
    wanted = [atom.GetAtomicNum() for atom in ligand.mol.GetAtoms() if atom.GetAtomicNum() > 1]
    for number, pose in enumerate(found.poses, start=1):
        if [atom.GetAtomicNum() for atom in pose.GetAtoms() if atom.GetAtomicNum() > 1] != wanted:
            return f"{title} gave another molecule as pose {number}"
    return ""


def settled(ref: EngineRef) -> EngineRef:
    """The same engine for another process of this machine, which need not ask a program for its version again.

    Args:
        ref: its name and options.
    """
    options = json.loads(ref.options)
    if not isinstance(options.get("version"), list):
        return ref
    return replace(ref, options=json.dumps({**options, "version": load_engine(ref).version}))


def load_engine(ref: EngineRef) -> DockEngine:
    """The engine of this name, not yet prepared.

    Args:
        ref: its name and options.

    Raises:
        UnknownNameError: no engine is registered under this name.
        InputFileError: options that it does not take.
    """
    made = registry.load("engines", ref.name)
    options = json.loads(ref.options)
    try:
        return cast("DockEngine", made(options) if options else made())
    except ValueError as error:
        raise InputFileError(f"docking program: {error}") from None
