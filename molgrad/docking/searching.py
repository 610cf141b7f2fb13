"""One molecule docked by a plan: for each species searches until they agree, and poses built on a relative's."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from rdkit import Chem
from rdkit.Chem import rdMolAlign

from molgrad.docking.effort import AGREE_RMSD, AGREE_SCORE, Effort
from molgrad.docking.ligand import Ligand, derive_seed, mol_block, placed, prepare_ligand, reshaped
from molgrad.docking.seed_poses import seeded_conformers
from molgrad.docking.species import Species, best_of, choose, renumbered
from molgrad.docking.vina import Engine, Found, SearchError
from molgrad.errors import LigandPreparationError

SYMMETRIES = 100  # ways to lay one pose over the other that are tried when poses are compared


def dock(engine: Engine, job: dict[str, Any], tell: Callable[[], object] = lambda: None) -> dict[str, Any]:
    """Dock one molecule in each of its species; the fields of a DockResult that the docking process knows.

    `job` holds smiles, docked_smiles (or None), protonation, tautomers, effort (an Effort's JSON), poses, parent
    (a mol block or None). `tell` is called between two species, so that a watchdog times each on its own.
    """
    started = time.monotonic()
    try:
        choice = choose(job["smiles"], job["docked_smiles"], job["protonation"], job["tautomers"])
    except LigandPreparationError as error:
        outcome: dict[str, Any] = {"status": "invalid", "reason": str(error)}
    else:
        outcomes: list[dict[str, Any]] = []
        for species in choice.species:
            if outcomes:
                tell()
            outcomes.append(_docked(engine, species, job))
        outcome = best_of(choice, outcomes)
    return {**outcome, "seconds": round(time.monotonic() - started, 3)}


def _docked(engine: Engine, species: Species, job: dict[str, Any]) -> dict[str, Any]:
    """What one species gives; its poses are numbered as the designed molecule is."""
    plan, parent = Effort(**job["effort"]), job["parent"]
    try:
        ligand = prepare_ligand(species, seed=engine.seed)
        unseeded, failed = _searches(engine, ligand, plan, job["poses"])
        near = _seeded(engine, ligand, parent) if parent and plan.seed_poses else None
    except LigandPreparationError as error:
        return {"status": "invalid", "reason": str(error)}
    except SearchError as error:
        return {"status": "failed", "reason": str(error)}
    finally:
        engine.forget()
    best = min(unseeded, key=_affinity)
    seeded = near is not None and _affinity(near) < _affinity(best)
    if near is not None and seeded:
        best = near
    return {
        "status": "ok", "affinity": best.affinities[0], "affinities": list(best.affinities),
        "poses": [mol_block(renumbered(pose, species.order)) for pose in best.poses],
        "effort": {**_agreement(unseeded, best, failed), "inherited": seeded},
    }  # fmt: skip


def _searches(engine: Engine, ligand: Ligand, plan: Effort, count: int) -> tuple[list[Found], int]:
    """The searches of the plan, until two agree where it says so, and how many failed.

    Raises:
        SearchError: all failed; with the reason of the first.
        LigandPreparationError: Vina does not take the ligand.
    """
    found: list[Found] = []
    failure: SearchError | None = None
    failed = 0
    for turn in range(plan.searches):
        try:
            shape = ligand if turn == 0 else reshaped(ligand, engine.seed, turn)
            found.append(engine.search(shape, plan.exhaustiveness, plan.evaluations, count))
        except SearchError as error:
            failure, failed = failure or error, failed + 1
        except LigandPreparationError:
            if turn == 0:
                raise
            failed += 1
        if plan.agree and turn + 1 >= plan.least and _agreed(found):
            break
    if not found:
        raise failure or SearchError("Vina found no pose")
    return found, failed


def _seeded(engine: Engine, ligand: Ligand, parent: str) -> Found | None:
    """The best pose built on the relative's; None where nothing can be built, since the unseeded search stands."""
    seed = derive_seed("inherited", engine.seed, ligand.docked_smiles)
    found = []
    try:
        shapes = seeded_conformers(ligand.mol, parent, seed)
    except (RuntimeError, ValueError):  # RDKit gives up on bounds or alignment
        return None
    for shape in shapes:
        try:
            found.append(engine.relax(placed(ligand, shape)))
        except (SearchError, LigandPreparationError):
            continue
    return min(found, key=_affinity, default=None)


def _affinity(found: Found) -> float:
    return found.affinities[0]


def _agreement(found: Sequence[Found], best: Found, failed: int) -> dict[str, Any]:
    """How many searches gave a pose, what each found (kcal/mol), and whether they agree.

    `agreed`: a second search found the best one's score and pose; None where one search was made. `stability`: the
    share of all searches made whose pose is the one that was kept, whatever its score. `failed_searches`: those that
    gave none, where there are any.
    """
    made = len(found) + failed
    said: dict[str, Any] = {"searches": len(found), "agreed": None}
    if failed:
        said["failed_searches"] = failed
    if made > 1:
        scores = [_affinity(one) for one in found]
        same = [_rmsd(one.poses[0], best.poses[0]) <= AGREE_RMSD for one in found]
        said |= {
            "agreed": _agreed(found), "scores": scores, "mean": round(sum(scores) / len(scores), 3),
            "spread": round(max(scores) - min(scores), 3), "stability": round(sum(same) / made, 3),
        }  # fmt: skip
    return said


def _agreed(found: Sequence[Found]) -> bool:
    """Whether another search found what the best one did: `AGREE_SCORE` and `AGREE_RMSD` apart at most."""
    best = min(found, key=_affinity, default=None)
    if best is None:
        return False
    close = [one for one in found if one is not best and _affinity(one) - _affinity(best) <= AGREE_SCORE]
    return any(_rmsd(one.poses[0], best.poses[0]) <= AGREE_RMSD for one in close)


def _rmsd(first: Chem.Mol, second: Chem.Mol) -> float:
    """Between two poses in one frame, heavy atoms, Å; symmetric atoms may swap, nothing is aligned."""
    heavy = Chem.RemoveAllHs(first), Chem.RemoveAllHs(second)
    return float(rdMolAlign.CalcRMS(*heavy, maxMatches=SYMMETRIES))
