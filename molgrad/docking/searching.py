"""One molecule docked by a plan: searches of each species until the best pose repeats, and a built pose."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from rdkit import Chem

from molgrad.docking.built_pose import BuiltPose, build_pose
from molgrad.docking.effort import Effort
from molgrad.docking.ligand import Ligand, mol_block, placed, prepare_ligand, reshaped
from molgrad.docking.repeatability import SAME_POSE, rmsd, summary, times_found
from molgrad.docking.request import DockRequest
from molgrad.docking.result import HELD, UNSEEDED, DockResult, Provenance
from molgrad.docking.seeds import derive_seed
from molgrad.docking.species import Species, best_of, choose, renumbered
from molgrad.errors import LigandPreparationError
from molgrad.evaluation import Status

POSE_SEEDING = "pose_seeding"  # what an engine offers that takes a pose made from a relative's to the nearest minimum
PLACEMENT = "placement"  # what an engine offers that can start from poses laid into the receptor's cavities
SHARE = 0.7  # of the searches made that have found the best pose when no more are made
PLACED = (1, 3)  # which searches start in cavities
PLACED_TORSIONS = 3  # bonds that turn; with more of them a conformer laid into a cavity rarely fits


class SearchError(Exception):
    """A search gave no credible result; another conformer may."""


@dataclass(frozen=True, slots=True)
class Search:
    """One search that an engine is asked for.

    Attributes:
        ligand: the species with the conformer to start from.
        exhaustiveness: Monte Carlo runs.
        evaluations: energy evaluations that a run may spend; 0 leaves it to the engine.
        poses: poses wanted, at most.
        seed: from 1 to 2^31 - 1, another one for each search of a molecule.
    """

    ligand: Ligand
    exhaustiveness: int = 1
    evaluations: int = 0
    poses: int = 1
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """What one search found.

    Attributes:
        affinities: kcal/mol, best first.
        poses: of each; the atoms of the ligand's `mol`, all hydrogens.
    """

    affinities: tuple[float, ...]
    poses: tuple[Chem.Mol, ...]

    def best_first(self) -> Found:
        """The same with plain numbers, in order.

        Raises:
            SearchError: an affinity that is no number, or not one for each pose.
        """
        if len(self.affinities) != len(self.poses) or not self.poses:
            raise SearchError(f"the search gave {len(self.affinities)} affinities and {len(self.poses)} poses")
        try:
            numbers = [float(affinity) for affinity in self.affinities]
        except (TypeError, ValueError):
            numbers = [math.nan]
        if not all(math.isfinite(number) for number in numbers):
            raise SearchError(f"impossible affinity in kcal/mol: {', '.join(map(str, self.affinities))}")
        order = sorted(range(len(numbers)), key=numbers.__getitem__)
        return Found(tuple(numbers[i] for i in order), tuple(self.poses[i] for i in order))


class Searcher(Protocol):
    """What docking a molecule asks of an engine that has its receptor; `EngineBase` does these."""

    title: str
    offers: frozenset[str]

    def search(self, search: Search) -> Found:
        """One search, its outcome checked."""
        ...

    def relax(self, ligand: Ligand) -> Found:
        """The nearest minimum to the ligand as it lies in the receptor."""
        ...

    def place(self, ligand: Ligand, seed: int, poses: int) -> Found:
        """The minima nearest to the ligand's shapes laid into the receptor's cavities."""
        ...

    def forget(self) -> None:
        """Let go of the ligand."""
        ...


def dock(
    engine: Searcher, request: DockRequest, begun: Provenance, tell: Callable[[], object] = lambda: None
) -> DockResult:
    """Dock one molecule in each of its species.

    Args:
        engine: what searches.
        request: the dock.
        begun: the provenance as far as it is known beforehand.
        tell: called between two species, so that a watchdog times each on its own.

    Returns:
        The result; INVALID or FAILED with a reason where there is no number. Nothing is raised for a molecule.
    """
    started, settings = time.monotonic(), request.settings
    try:
        how = settings.protonation, settings.tautomers, settings.states
        choice = choose(request.smiles, request.docked_smiles, *how)
    except LigandPreparationError as error:
        result = DockResult(request.smiles, status=Status.INVALID, reason=str(error), provenance=begun)
    else:
        outcomes: list[DockResult] = []
        for species in choice.species:
            if outcomes:
                tell()
            outcomes.append(_docked(engine, species, request, begun))
        result = best_of(choice, outcomes, built_first=settings.pose_mode == "keep")
    seconds = round(time.monotonic() - started, 3)
    return replace(result, provenance=replace(result.provenance, seconds=seconds))


def _docked(engine: Searcher, species: Species, request: DockRequest, begun: Provenance) -> DockResult:
    """What one species gives; its poses are numbered as the designed molecule is."""
    settings, parent = request.settings, request.parent_pose
    try:
        ligand = prepare_ligand(species, seed=settings.seed, conformers=settings.effort.conformers)
        unseeded, failed, lost = _tried(engine, ligand, request)
        may_build = settings.builds_poses and POSE_SEEDING in engine.offers
        built = _built(engine, ligand, parent, settings.seed) if parent and may_build else None
    except LigandPreparationError as error:
        return DockResult(request.smiles, status=Status.INVALID, reason=str(error), provenance=begun)
    finally:
        engine.forget()
    best, told = _counted(unseeded, built, settings.pose_mode)
    if best is None:
        done = replace(begun, **told)
        return DockResult(request.smiles, status=Status.FAILED, reason=str(lost), provenance=done)
    poses = tuple(mol_block(renumbered(pose, species.order)) for pose in best.poses)
    made = summary(unseeded, failed) if unseeded else {"failed_searches": failed}
    done = replace(begun, **made, **told)
    return DockResult(
        request.smiles, affinity=best.affinities[0], affinities=best.affinities, poses=poses, provenance=done
    )


def _counted(unseeded: Sequence[Found], built: BuiltPose | None, mode: str) -> tuple[Found | None, dict[str, Any]]:
    """What is the result, the best search or the built pose; None where there is neither; and what provenance says."""
    best = min(unseeded, key=_affinity, default=None)
    if built is None:
        return best, {}
    score = None if best is None else _affinity(best)
    told = built.told(score, mode)
    if mode == "keep" and (held := _held(unseeded, built)) is not None:
        other = best is not None and held is not best and rmsd(held.poses[0], best.poses[0]) > SAME_POSE
        return held, told | {"counted": HELD, "held": _affinity(held), "not_built": "", "other_mode": other}
    if built.pose is None or built.affinity is None or not built.counts(score, mode):
        return best, told
    if best is not None and score is not None:
        told["other_mode"] = rmsd(built.pose, best.poses[0]) > SAME_POSE
        if not told["other_mode"] and score < built.affinity:  # the search refined the same mode further
            return best, told | {"counted": UNSEEDED}
    return Found((built.affinity,), (built.pose,)), told


def _held(unseeded: Sequence[Found], built: BuiltPose) -> Found | None:
    """The best search that keeps the known binding mode, where it scores lower than the built pose.

    The built pose is a few conformers taken to the nearest minimum; a search looks further within the same mode.
    """
    held = min((one for one in unseeded if built.holds(one.poses[0])), key=_affinity, default=None)
    beaten = held is None or (built.affinity is not None and built.affinity <= _affinity(held))
    return None if beaten else held


def _tried(engine: Searcher, ligand: Ligand, request: DockRequest) -> tuple[list[Found], int, SearchError | None]:
    """The searches of the plan; none, with the reason, where all failed: a pose may still be built."""
    try:
        return *_searches(engine, ligand, request), None
    except SearchError as error:
        return [], request.settings.effort.searches, error


def _searches(engine: Searcher, ligand: Ligand, request: DockRequest) -> tuple[list[Found], int]:
    """The searches of the plan, until the best pose was found as often as it asks for; and how many failed.

    Raises:
        SearchError: all failed; with the reason of the first.
        LigandPreparationError: the engine does not take the ligand.
    """
    plan, shapes = request.settings.effort, len(ligand.shapes)
    may_place = PLACEMENT in engine.offers and ligand.torsions <= PLACED_TORSIONS
    cavities = PLACED[: plan.placed] if may_place else ()
    found: list[Found] = []
    scores: list[tuple[float, int]] = []  # of the searches from anywhere, and the shape of each
    failure: SearchError | None = None
    failed = 0
    for turn in range(plan.searches):
        own = derive_seed("search", request.settings.seed, ligand.docked_smiles, turn)
        started = turn - sum(place < turn for place in cavities)
        # Each shape in turn; once all had theirs, every second search goes to the one that scored best.
        which = min(scores)[1] if scores and started >= shapes and started % 2 else started % shapes
        try:
            if turn in cavities:
                found.append(engine.place(ligand, own, request.settings.poses))
            else:
                found.append(_search(engine, ligand, request, turn, which, own))
                scores.append((_affinity(found[-1]), which))
        except SearchError as error:
            failure, failed = failure or error, failed + 1
        except LigandPreparationError:
            if turn == 0:
                raise
            failed += 1
        if turn + 1 >= max(plan.least, shapes + len(cavities)) and _enough(plan, found, turn + 1):
            break
    if not found:
        raise failure or SearchError(f"{engine.title} found no pose")
    return found, failed


def _enough(plan: Effort, found: Sequence[Found], made: int) -> bool:
    """Whether the best pose was found as often as the plan asks for, and by `SHARE` of the searches made.

    Four of six may agree on a wide and wrong minimum: of 24 searches of c-Met's ligand five find the right one.
    """
    if not plan.repeats:
        return False
    times = times_found(found)
    return times >= plan.repeats and times >= SHARE * made


def _search(engine: Searcher, ligand: Ligand, request: DockRequest, turn: int, which: int, seed: int) -> Found:
    """One search from anywhere in the box, with a conformer of this shape."""
    settings = request.settings
    plan = settings.effort
    start = ligand if turn == 0 else reshaped(ligand, settings.seed, turn, which)
    evaluations = plan.evaluations_for(ligand.torsions)
    return engine.search(Search(start, plan.exhaustiveness, evaluations, settings.poses, seed))


def _built(engine: Searcher, ligand: Ligand, known: str, seed: int) -> BuiltPose:
    """The ligand's pose built on a known one, or why there is none."""

    def refine(shape: Chem.Mol) -> tuple[float, Chem.Mol] | None:
        try:
            found = engine.relax(placed(ligand, shape))
        except (SearchError, LigandPreparationError):
            return None
        return found.affinities[0], found.poses[0]

    return build_pose(ligand.mol, known, derive_seed("inherited", seed, ligand.docked_smiles), refine)


def _affinity(found: Found) -> float:
    return found.affinities[0]
