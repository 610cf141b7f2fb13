"""How well a molecule docks: AutoDock Vina's affinity, with what its best pose touches and misses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

from molgrad.autograd.loss import Context, Loss
from molgrad.chem.parse import canonical, parse
from molgrad.chem.states import DEFAULT_PROTONATION, load_protonation
from molgrad.docking.cache import default_cache
from molgrad.docking.dock import Docker
from molgrad.docking.effort import Effort, chosen
from molgrad.docking.result import DockResult
from molgrad.docking.seed_poses import read_pose
from molgrad.errors import ConflictingSettingsError, UnknownNameError
from molgrad.evaluation import Evaluation, Fact, Status
from molgrad.interactions.facts import pose_facts
from molgrad.interactions.plausibility import BEST, FAILED, plausibility_facts, require_posebusters
from molgrad.receptors.receptor import Receptor, load_receptor
from molgrad.receptors.size import size_fit

MAX_LINES = 12  # of the text: what a person reads beside the pose; the facts themselves are all kept
Checks = Literal["off", "facts", "gate"]


class DockerLike(Protocol):
    """What the loss needs of a docker: a stream of results."""

    def stream(
        self,
        smiles: Sequence[str],
        docked_states: Sequence[str | None] | None = None,
        parents: Sequence[str | None] | None = None,
    ) -> Iterator[tuple[int, DockResult]]:
        """(index, result) for each molecule as it finishes."""
        ...


class Docking(Loss):
    """Docking into one receptor.

    Scale: Vina's affinity in kcal/mol, lower is better, about -4 to -12; not a penalty from 0 to 1.
    Raw: `affinity`; `ligand_efficiency` (affinity by heavy atom); `size_residual` (affinity minus what that many heavy
        atoms typically get in this receptor, kcal/mol, negative for better; see `receptors.size`).
    Facts: `docking` (value = affinity), then what the best pose says, most at stake first, each with its atoms,
        residue, distance or energy: groups that hold it (`pose_keep`), what rotatable bonds cost (`pose_efficiency`),
        hydrogen bonds (`pose_hbond`), those Vina counts and angles deny (`pose_hbond_bent`), hydrophobic
        contacts, clashes, buried polar atoms without a partner, like-polar contacts, unsatisfied sites, inefficient
        and exposed atoms, growth vectors; see `interactions`. A fact's weight is its stake in kcal/mol, at most 1.
        `pose_unsteady` says that the searches did not agree; the weights are multiplied by the share that did.
    Text: the affinity, then the strongest facts, a line each, at most twelve.
    Details: docked species, atom map, poses as mol blocks, their affinities, effort, note, receptor; `size_fit`, the
        affinity expected by size, the fit's standard deviation and where it is from; `timed_out` when the watchdog
        ended the dock, `cached` when it was found again.
    Context: `docked_smiles` gives the species to dock instead of the one chosen for pH 7.4; on the best pose of
    `parent_evaluation` in this receptor poses are built, where the effort says so.
    Failure: a molecule that cannot be docked is INVALID, a machine that failed FAILED, both with the reason;
    a receptor that cannot be used raises ReceptorError, since nothing can be docked then. With `checks="gate"`
        a molecule whose best pose fails PoseBusters is INVALID, with the checks it fails.
    Source: Eberhardt et al., J. Chem. Inf. Model. 61 (2021) 3891; the terms: Trott & Olson, J. Comput. Chem. 31
        (2010) 455.

    Args:
        receptor: from `load_receptor`, or its name.
        effort: "fast", "standard" (the default) or "thorough", or a plan of your own; see `docking.effort`.
        exhaustiveness: instead of an effort, one plain search of Vina a molecule.
        seed: another seed gives an independent dock.
        workers: molecules docked at once, all cores when None; no result depends on it.
        poses: poses kept, at most.
        states: the species to dock for some molecules, by SMILES, instead of the one chosen for pH 7.4.
        pose: SDF file with a known binding mode of the lead in this receptor; molecules without a parent's
            pose are built on it too.
        cache: whether docks that this user made before are found again instead of docked again.
        checks: PoseBusters' checks of the kept poses, about a second a molecule: `off`, `facts` (they are
            said) or `gate` (a best pose that fails is no result); needs the extra `poses`.
        protonation: "openbabel" (charges at pH 7.4) or "none" (docked as designed).
        docker: what docks; made from the settings above at the first dock when None.
    """

    name = "docking"
    expensive = True
    cost = 1
    # kcal/mol a unit of the molecule domain's linear features: root of heavy atoms, logP, rotatable bonds, six ring
    # atoms, aromatic ring. Near the medians of ridge fits to runs on DRD2 and KIT (benchmarks/surrogate.py).
    prior_slopes = (-1.3, -0.25, 0.1, -0.4, -0.3)

    def __init__(
        self,
        receptor: Receptor | str,
        *,
        effort: str | Effort | None = None,
        exhaustiveness: int | None = None,
        seed: int = 0,
        workers: int | None = None,
        poses: int = 3,
        states: Mapping[str, str] | None = None,
        pose: str | Path | None = None,
        cache: bool = True,
        checks: Checks = "off",
        protonation: str = DEFAULT_PROTONATION,
        docker: DockerLike | None = None,
    ) -> None:
        if checks not in get_args(Checks):
            raise UnknownNameError("kind of checks", checks, get_args(Checks))
        if checks != "off":
            require_posebusters()
        load_protonation(protonation)
        self.checks = checks
        self.protonation = protonation
        self.receptor = receptor if isinstance(receptor, Receptor) else load_receptor(receptor)
        self.size_fit = size_fit(self.receptor)
        self.effort = chosen(effort, exhaustiveness)
        if pose is not None and not self.effort.seed_poses:
            raise ConflictingSettingsError(
                f"effort {self.effort.name} docks without a seeded pose: a pose is used by fast and standard"
            )
        for name, number in (("poses", poses), ("workers", 1 if workers is None else workers)):
            if not isinstance(number, int) or number < 1:
                raise ValueError(f"{name} must be a whole number of at least 1, not {number!r}")
        self.seed = seed
        self.workers = workers
        self.poses = poses
        self.states = {canonical(smiles): state for smiles, state in (states or {}).items()}
        self.pose = None if pose is None else read_pose(pose, self.receptor)
        self.cache = cache
        self._given = docker
        self._own: Docker | None = None

    def spec(self) -> dict[str, Any]:
        """Receptor (name, hash of its file, box), effort, seed, binding mode; `checks`, `protonation` unless usual."""
        box = asdict(self.receptor.box)
        return {
            "loss": self.name, "receptor": self.receptor.name, "sha256": self.receptor.sha256,
            "box": {key: list(numbers) for key, numbers in box.items()},
            "effort": self.effort.to_json(), "seed": self.seed, "states": self.states,
            "pose": None if self.pose is None else sha256(self.pose.encode()).hexdigest(),
            **({} if self.checks == "off" else {"checks": self.checks}),
            **({} if self.protonation == DEFAULT_PROTONATION else {"protonation": self.protonation}),
        }  # fmt: skip

    @property
    def docker(self) -> DockerLike:
        """What docks: the one given, or our own, made when first needed."""
        if self._given is not None:
            return self._given
        if self._own is None:
            self._own = Docker(
                self.receptor, effort=self.effort, seed=self.seed,
                workers=self.workers, poses=self.poses, cache=default_cache() if self.cache else None,
                protonation=self.protonation,
            )  # fmt: skip
        return self._own

    def close(self) -> None:
        """End our own docking processes; the next dock starts new ones."""
        if self._own is not None:
            self._own.close()

    def _stream(self, values: Sequence[str], contexts: Sequence[Context]) -> Iterator[tuple[int, Evaluation]]:
        if not values:  # no docking process is started for nothing
            return
        states = [
            context.get("docked_smiles") or self.states.get(value)
            for value, context in zip(values, contexts, strict=True)
        ]
        parents = [self._parent_pose(context) for context in contexts]
        found = self.docker.stream(list(values), states if any(states) else None, parents if any(parents) else None)
        for i, result in found:
            yield i, self.evaluation(result)

    def _parent_pose(self, context: Context) -> str | None:
        """The best pose in this receptor of the molecule that this one was made from, else the one given."""
        parent = context.get("parent_evaluation") if self.effort.seed_poses else None
        leaves = parent.all_terms() if isinstance(parent, Evaluation) else []
        poses = (leaf.details.get("poses") for leaf in leaves if self._is_ours(leaf.details.get("effort", {})))
        return next((found[0] for found in poses if found), self.pose)

    def _is_ours(self, effort: Mapping[str, Any]) -> bool:
        """Whether a dock was made by this term's settings: another site's pose is no help, another seed's no proof."""
        box = self.receptor.box
        return (
            effort.get("receptor_sha256") == self.receptor.sha256
            and (effort.get("center"), effort.get("size")) == (list(box.center), list(box.size))
            and effort.get("seed") == self.seed
        )

    def _evaluate(self, value: str, context: Context) -> Evaluation:
        return next(evaluation for _, evaluation in self._stream([value], [context]))

    def evaluation(self, result: DockResult) -> Evaluation:
        """What a dock's result means as a measurement."""
        details: dict[str, Any] = {**_details(result), "receptor": self.receptor.name}
        if not result.ok or result.affinity is None:
            return Evaluation(self.name, result.status, reason=result.reason, details=details)
        affinity, heavy = result.affinity, parse(result.smiles).GetNumHeavyAtoms()
        try:
            checked = self._checked(result)
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            why = f"the poses could not be checked: {error}"
            if self.checks == "gate":  # a check that was not made is not passed
                return Evaluation(self.name, Status.FAILED, reason=why, details=details)
            checked = (Fact("pose_unread", why),)
        if self.checks == "gate" and checked and (checked[0].kind, checked[0].partner) == (FAILED, BEST):
            return Evaluation(self.name, Status.INVALID, reason=checked[0].text, details=details)
        raw = {"affinity": affinity}
        text = f"Vina gives {affinity:.2f} kcal/mol in {self.receptor.name}"
        if heavy:
            fit = self.size_fit
            raw |= {"ligand_efficiency": affinity / heavy, "size_residual": fit.residual(affinity, heavy)}
            details["size_fit"] = {"expected": fit.expected(heavy), "sd": fit.sd, "source": fit.source}
        first = Fact("docking", text, (), self.receptor.name, affinity, "kcal/mol", 1.0)
        facts = (first, *checked, *_steadiness(result), *self._located(result))
        words = "\n".join(fact.text for fact in facts[:MAX_LINES])
        return Evaluation(self.name, Status.OK, affinity, raw, facts, words, details=details)

    def _located(self, result: DockResult) -> tuple[Fact, ...]:
        """Facts of the best pose, as heavy as the pose is steady."""
        if not result.poses:
            return ()
        steady = float(result.effort.get("stability", 1.0))
        try:
            found = pose_facts(result.smiles, result.poses[0], self.receptor.pdbqt, result.affinity)
            return tuple(replace(fact, weight=fact.weight * steady) for fact in found)
        except (
            OSError,
            ValueError,
            IndexError,
            RuntimeError,
            KeyError,
        ) as error:  # the affinity stands without its explanation
            return (Fact("pose_unread", f"the pose's contacts could not be read: {error}"),)

    def _checked(self, result: DockResult) -> tuple[Fact, ...]:
        """What PoseBusters says of the kept poses, the best first."""
        if self.checks == "off" or not result.poses:
            return ()
        return plausibility_facts(result.poses, self.receptor.pdbqt)


def docking_named(loss: Loss, receptor: Receptor | str | None) -> bool:
    """Whether a loss docks, into this receptor or the one of this name if one is given."""
    if not isinstance(loss, Docking) or receptor is None:
        return isinstance(loss, Docking)
    if isinstance(receptor, Receptor):
        return loss.receptor == receptor
    return loss.receptor.name.lower() == receptor.lower()


def _steadiness(result: DockResult) -> tuple[Fact, ...]:
    """That the searches did not agree: what the pose says is then a guess."""
    effort = result.effort
    if effort.get("agreed") is not False:
        return ()
    share, made = float(effort.get("stability", 0.0)), result.searches_made
    text = f"{made} searches did not agree on the pose; {share:.0%} of them found this one: believe it less"
    return (Fact("pose_unsteady", text, (), None, share),)


def _details(result: DockResult) -> Mapping[str, Any]:
    return {
        "smiles": result.smiles, "docked_smiles": result.docked_smiles, "note": result.note,
        "atom_map": list(result.atom_map), "poses": list(result.poses),
        "affinities": list(result.affinities), "effort": dict(result.effort),
        "timed_out": bool(result.effort.get("timed_out", False)), "cached": result.cached,
    }  # fmt: skip
