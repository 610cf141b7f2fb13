"""How well a molecule docks: a docking program's affinity, with what its best pose touches and misses."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, Literal, Protocol, Unpack, get_args

from molgrad.autograd.loss import Context, Loss
from molgrad.chem.parse import canonical, parse
from molgrad.docking.cache import default_cache
from molgrad.docking.core_shift import core_shift
from molgrad.docking.dock import Asked, Docker
from molgrad.docking.engine import ATOM_ENERGIES, POSE_SEEDING, load_engine
from molgrad.docking.executor import DockExecutor, load_executor
from molgrad.docking.known_pose import read_pose
from molgrad.docking.request import DockFields, DockSettings
from molgrad.docking.result import IN_MODE, DockResult, Provenance
from molgrad.errors import ConflictingSettingsError, UnknownNameError, whole
from molgrad.evaluation import DOCKING, Evaluation, Fact, Status
from molgrad.interactions import kinds
from molgrad.interactions.facts import pose_facts
from molgrad.interactions.plausibility import BEST, FAILED, plausibility_facts, require_posebusters
from molgrad.losses.docking_facts import details_of, modes, steadiness
from molgrad.losses.one_species import one_species, priced, told
from molgrad.losses.repeats import docks_of, joined, lines
from molgrad.receptors.receptor import Receptor, load_receptor
from molgrad.receptors.remarks import receptor_remarks
from molgrad.receptors.size import FITTED, size_fit

DOUBT = 0.3  # kcal/mol; a score less certain is worth a second dock: `standard` is to be within as much in 95 %
# The detail, and the key of a context: residues whose hydrogen bond with the lead counts.
LEAD_CONTACTS = "lead_contacts"
LEAD_RMSD = "lead_rmsd"  # the raw value: Å between the places of what a molecule shares with its lead
Checks = Literal["off", "facts", "gate"]
_MAKING = Lock()  # threads that measure at once share one docker; not of the loss, which travels to other processes


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

    Scale: the engine's affinity in kcal/mol, lower is better, about -4 to -12; not a penalty from 0 to 1.
    Raw: `affinity`; `ligand_efficiency` (affinity by heavy atom); `size_residual` (affinity minus what that many heavy
        atoms typically get in this receptor, kcal/mol, negative for better; see `receptors.size`), where there is a fit
        for the engine. Where a known pose is given or the parent's: `affinity_built` (of the pose built on it, where
        one can be built) and `affinity_unseeded` (of the search), kcal/mol.
    Facts: `docking` (value = affinity). For an engine that offers `atom_energies` (Vina does) also what the best pose
        says, most at stake first, each with its atoms, residue, distance or energy: groups that hold it
        (`pose_keep`), what rotatable bonds cost (`pose_efficiency`), hydrogen bonds (`pose_hbond`), those Vina counts
        and angles deny (`pose_hbond_bent`), hydrophobic contacts, clashes, polar atoms buried without a partner or
        next to their like, unsatisfied sites, inefficient and exposed groups, growth vectors; see `interactions`.
        A fact's weight is its stake in kcal/mol, at most 1. `pose_unsteady` says that few searches found the pose;
        the weights are multiplied by the fraction that did (`repeatability`).
    Text: the affinity, then the strongest facts, a line each, at most twelve.
    Details: docked species, atom map, poses as mol blocks, their affinities, note, receptor; `provenance` (see
        `docking.result.Provenance`); `size_fit`, the affinity expected by size, the fit's standard deviation and where
        it is from; `timed_out` when the watchdog ended the dock, `cached` when it was found again.
    Repeats: a dock from other conformers, where the standard deviation is above 0.3 kcal/mol or not known. A search can
        only miss a better pose, never find one that is not there, so the lowest score is the score, with its pose;
        `details["docks"]` holds affinity, standard deviation and seed of each dock.
    Context: `docked_smiles` gives the species to dock instead of the one chosen for pH 7.4. Of several receptors in a
        composite the first chooses among stereoisomers, tautomers and charge states, and the others dock what it chose;
        a molecule of which they dock two species all the same (other settings) is INVALID. From the best pose of
        `parent_evaluation` in this receptor a pose is built, where effort and engine allow it, or from the one that
        `known_poses` has for the receptor's name; `dock_as` has fields of `DockSettings` that differ for this molecule;
        `lead_contacts` has residues by receptor, kept as a detail for `LeadContacts`;
        with `lead_evaluation` there is a raw `lead_rmsd`, Å between the places of what it shares with the lead.
    Failure: a molecule that cannot be docked is INVALID, a machine that failed FAILED, both with the reason;
        a receptor that cannot be used raises ReceptorError, since nothing can be docked then. With `checks="gate"`
        a molecule whose best pose fails PoseBusters is INVALID, with the checks it fails.
    Source: Eberhardt et al., J. Chem. Inf. Model. 61 (2021) 3891; the terms: Trott & Olson, J. Comput. Chem. 31
        (2010) 455.

    Args:
        receptor: from `load_receptor`, or its name.
        workers: molecules docked at once, all cores when None; no result depends on it.
        docked_states: the species to dock for some molecules, by SMILES, instead of the one chosen for pH 7.4.
        pose: SDF file with a known binding mode of the lead in this receptor: the pose of molecules without a
            parent's is built on it. Its first record counts; how it was read is a warning where that matters.
        cache: whether docks that this user made before are found again instead of docked again.
        checks: PoseBusters' checks of the kept poses, about a second a molecule: `off`, `facts` (they are
            said) or `gate` (a best pose that fails is no result); needs the extra `poses`.
        executor: where docks run, as for `Docker`; processes of this machine when None.
        docker: what docks; made from the settings at the first dock when None.
        fields: how to dock, each a keyword argument. `effort`: "fast", "standard" (the default), "thorough", or an
            `Effort` of your own; `exhaustiveness`: instead of an effort, one plain search a molecule; `seed`: another
            seed gives an independent dock; `poses`: kept at most; `protonation`: "pka" (charges at pH 7.4 by
            the pKa of each group), "openbabel" (by its rules) or "none" (docked as written); `tautomers`: docked of
            each stereoisomer, 1 to 4; `states`: charge states docked of each, 1 to 4, their free energy added;
            `pose_mode`: "lower" (the lower score of the search and of the pose built on a known one counts), "keep"
            (the built pose counts wherever one can be built and fits) or "auto" (the default: keep in a campaign from
            a lead whose pose is given or trusted, else lower); `timeout`: seconds that a species may take;
            `engine`: the docking program, "vina" or another one.

    Raises:
        ValueError: a setting out of its range, with its name.
        UnknownNameError: no such receptor, effort, protonation, engine or kind of checks.
        ConflictingSettingsError: a pose for an effort or engine that does not use one.
    """

    name = "docking"
    kind = DOCKING
    unit_of_cost = "docked"
    expensive = True
    cost = 1
    # Vina's, kcal/mol a unit of the molecule domain's linear features: root of heavy atoms, logP, rotatable bonds, six
    # ring atoms, aromatic ring. Near the medians of ridge fits to runs on DRD2 and KIT (benchmarks/surrogate.py).
    prior_slopes: tuple[float, ...] = (-1.3, -0.25, 0.1, -0.4, -0.3)

    def __init__(
        self,
        receptor: Receptor | str,
        *,
        workers: int | None = None,
        docked_states: Mapping[str, str] | None = None,
        pose: str | Path | None = None,
        cache: bool = True,
        checks: Checks = "off",
        executor: str | DockExecutor | Executor | None = None,
        docker: DockerLike | None = None,
        **fields: Unpack[DockFields],
    ) -> None:
        if checks not in get_args(Checks):
            raise UnknownNameError("kind of checks", checks, get_args(Checks))
        if checks != "off":
            require_posebusters()
        if workers is not None:
            whole("workers", workers, 1)
        self.checks = checks
        self.settings = DockSettings.of(**fields)
        self.engine = load_engine(self.settings.engine)
        self.receptor = receptor if isinstance(receptor, Receptor) else load_receptor(receptor)
        for remark in receptor_remarks(self.receptor):
            warnings.warn(remark, UserWarning, stacklevel=2)
        self.size_fit = size_fit(self.receptor, self.engine.name)
        if self.engine.name != FITTED:
            self.prior_slopes = ()
        effort = self.settings.effort
        if pose is not None and not self.settings.builds_poses:
            raise ConflictingSettingsError(
                f"effort {effort.name} docks without a seeded pose: a pose is used by fast, standard and pose_mode keep"
            )
        if pose is not None and POSE_SEEDING not in self.engine.offers:
            raise ConflictingSettingsError(f"{self.engine.title} cannot start from a pose: leave out the pose")
        self.workers = workers
        self.docked_states = {canonical(smiles): state for smiles, state in (docked_states or {}).items()}
        known = None if pose is None else read_pose(pose, self.receptor)
        for note in known.notes if known else ():
            warnings.warn(note, UserWarning, stacklevel=2)
        self.pose = None if known is None else known.block
        self.cache = cache
        if isinstance(executor, str):
            load_executor(executor, workers)  # a name that leads nowhere is told at once
        self._where = executor
        self._given = docker
        self._own: Docker | None = None

    def spec(self) -> dict[str, Any]:
        """Receptor (name, hash of its file, box), engine with its version, effort, seed, binding mode.

        `checks`, `protonation`, `tautomers`, `states` and `pose_mode` stand there unless they are the usual ones.
        """
        settings, usual = self.settings, DockSettings()
        box = {key: list(numbers) for key, numbers in asdict(self.receptor.box).items()}
        spec: dict[str, Any] = {"loss": self.name, "receptor": self.receptor.name, "sha256": self.receptor.sha256}
        spec |= {"box": box, "engine": self.engine.spec(), "effort": settings.effort.to_json(), "seed": settings.seed}
        spec |= {
            "docked_states": self.docked_states,
            "pose": None if self.pose is None else sha256(self.pose.encode()).hexdigest(),
        }
        more = {name: getattr(settings, name) for name in ("protonation", "tautomers", "states", "pose_mode")}
        spec |= {name: value for name, value in more.items() if value != getattr(usual, name)}
        return spec if self.checks == "off" else spec | {"checks": self.checks}

    @property
    def docker(self) -> DockerLike:
        """What docks: the one given, or our own, made when first needed."""
        if self._given is not None:
            return self._given
        with _MAKING:
            if self._own is None:
                cache = default_cache() if self.cache else None
                made = Docker(self.receptor, self.settings, workers=self.workers, cache=cache, executor=self._where)
                self._own = made
            return self._own

    def use(self, docker: DockerLike) -> None:
        """Dock through another docker from now on, such as one that counts.

        Args:
            docker: of the same receptor and settings; whoever made it closes it.
        """
        self.close()
        self._own, self._given = None, docker

    def close(self) -> None:
        """End our own docking processes; the next dock starts new ones."""
        if self._own is not None:
            self._own.close()

    def _stream(self, values: Sequence[str], contexts: Sequence[Context]) -> Iterator[tuple[int, Evaluation]]:
        if not values:  # no docking process is started for nothing
            return
        asked = [self._asked(value, context) for value, context in zip(values, contexts, strict=True)]
        for i, result in self._docked(asked):
            evaluation = self._in_context(self.evaluation(priced(result, contexts[i])), contexts[i])
            yield i, one_species(evaluation, contexts[i])

    def shared(self, evaluation: Evaluation) -> Context:
        """The species that was docked: other receptors of a composite dock the same one; see `losses.one_species`."""
        return told(evaluation, self.receptor.name)

    def _docked(self, asked: Sequence[Asked]) -> Iterator[tuple[int, DockResult]]:
        if any(one.settings for one in asked):
            docker: Any = self.docker  # `takes_settings` was looked at
            return iter(docker.each(asked))
        states, parents = [one.docked_state for one in asked], [one.parent for one in asked]
        given = states if any(states) else None, parents if any(parents) else None
        return self.docker.stream([one.smiles for one in asked], *given)

    @property
    def takes_settings(self) -> bool:
        """Whether single molecules can be docked with other settings; a docker that was given may not do that."""
        return self._given is None or hasattr(self._given, "each")

    def settings_in(self, context: Context) -> DockSettings:
        """The settings by which a molecule is docked.

        Args:
            context: of the molecule; its `dock_as` has what differs.
        """
        fields = context.get("dock_as") if self.takes_settings else None
        return replace(self.settings, **fields) if fields else self.settings

    def _asked(self, value: str, context: Context) -> Asked:
        settings = self.settings_in(context)
        state = context.get("docked_smiles") or self.docked_states.get(value)
        own = None if settings == self.settings else settings
        return Asked(value, state, self._parent_pose(context, settings), own)

    def _in_context(self, evaluation: Evaluation, context: Context) -> Evaluation:
        """The evaluation with what the campaign asked for: the mode of its poses, and how far it is from the lead's."""
        if self.settings_in(context).pose_mode == "keep" != self.settings.pose_mode:
            evaluation = replace(evaluation, details={**evaluation.details, "pose_mode": "keep"})
        if held := context.get(LEAD_CONTACTS, {}).get(self.receptor.name):
            evaluation = replace(evaluation, details={**evaluation.details, LEAD_CONTACTS: list(held)})
        lead = self._pose_of(context.get("lead_evaluation"))
        poses = evaluation.details.get("poses")
        shift = core_shift(poses[0], lead) if lead and poses and evaluation.ok else None
        return evaluation if shift is None else replace(evaluation, raw={**evaluation.raw, LEAD_RMSD: shift})

    def _parent_pose(self, context: Context, settings: DockSettings) -> str | None:
        """The best pose in this receptor of the molecule that this one was made from, else the one given."""
        usable = settings.builds_poses and POSE_SEEDING in self.engine.offers
        parent = self._pose_of(context.get("parent_evaluation")) if usable else None
        known: str | None = context.get("known_poses", {}).get(self.receptor.name) if usable else None
        return known or parent or self.pose

    def _pose_of(self, evaluation: object) -> str | None:
        """The best pose in this receptor that an evaluation holds."""
        terms = evaluation.all_terms() if isinstance(evaluation, Evaluation) else []
        poses = (term.details.get("poses") for term in terms if self._is_ours(term.details))
        return next((str(found[0]) for found in poses if found), None)

    def _is_ours(self, details: Mapping[str, Any]) -> bool:
        """Whether a dock was made with this term's engine, receptor, box and seed; poses of others are not used."""
        if "provenance" not in details:
            return False
        made, box = Provenance.from_json(details["provenance"]), self.receptor.box
        first = next((one["seed"] for one in details.get("docks", ())), made.seed)  # repeats have other seeds
        here = (self.engine.name, self.receptor.sha256, tuple(box.center), tuple(box.size), self.settings.seed)
        return (made.engine, made.receptor_sha256, made.center, made.size, first) == here

    def _evaluate(self, value: str, context: Context) -> Evaluation:
        return next(evaluation for _, evaluation in self._stream([value], [context]))

    def evaluation(self, result: DockResult) -> Evaluation:
        """What a dock's result means as a measurement."""
        details: dict[str, Any] = {**details_of(result), "receptor": self.receptor.name}
        if not result.ok or result.affinity is None:
            return Evaluation(self.name, result.status, reason=result.reason, details=details)
        affinity, heavy = result.affinity, parse(result.smiles).GetNumHeavyAtoms()
        try:
            checked = self._checked(result)
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            why = f"the poses could not be checked: {error}"
            if self.checks == "gate":  # a check that was not made is not passed
                return Evaluation(self.name, Status.FAILED, reason=why, details=details)
            checked = (Fact(kinds.UNREAD, why),)
        if self.checks == "gate" and checked and (checked[0].kind, checked[0].partner) == (FAILED, BEST):
            return Evaluation(self.name, Status.INVALID, reason=checked[0].text, details=details)
        raw = {"affinity": affinity, **result.both_scores}
        text = f"{self.engine.title} gives {affinity:.2f} kcal/mol in {self.receptor.name}"
        if heavy:
            raw["ligand_efficiency"] = affinity / heavy
        if heavy and (fit := self.size_fit) is not None:
            raw["size_residual"] = fit.residual(affinity, heavy)
            details["size_fit"] = {"expected": fit.expected(heavy), "sd": fit.sd, "source": fit.source}
        first = Fact("docking", text, (), self.receptor.name, affinity, "kcal/mol", 1.0)
        facts = (first, *checked, *steadiness(result), *modes(result), *self._located(result))
        return Evaluation(self.name, Status.OK, affinity, raw, facts, lines(facts), details=details, sd=result.sd)

    def doubtful(self, evaluation: Evaluation) -> bool:
        """Whether the standard deviation is above `DOUBT`, or not known; a built pose that is kept is what it is."""
        if self._keeps(evaluation):
            return False
        can = self._given is None or hasattr(self._given, "again")
        return can and evaluation.ok and (evaluation.sd is None or evaluation.sd > DOUBT)

    def _keeps(self, evaluation: Evaluation) -> bool:
        """Whether a pose in the known binding mode counts, whatever further searches find."""
        made = evaluation.details.get("provenance", {})
        mode = evaluation.details.get("pose_mode", self.settings.pose_mode)
        return bool(mode == "keep" and made.get("counted") in IN_MODE)

    def repeat(self, value: str, evaluation: Evaluation, context: Context) -> Evaluation:
        """The evaluation with one more dock in it; as it was where that gave no result."""
        if not evaluation.ok or self._keeps(evaluation):
            return evaluation
        asked = self._asked(value, context)._replace(repeat=len(evaluation.repeats) or 1)
        docker: Any = self.docker
        if self.takes_settings:
            result = dict(docker.each([asked]))[0]
        else:
            result = docker.again(value, asked.repeat, asked.docked_state, asked.parent)
        again = replace(self._in_context(self.evaluation(priced(result, context)), context), kind=self.kind)
        seeds = [one["seed"] for one in docks_of(evaluation)]
        # An engine that takes no notice of `repeat` docks the same once more, which tells nothing.
        return evaluation if not again.ok or result.provenance.seed in seeds else joined(evaluation, again)

    def _located(self, result: DockResult) -> tuple[Fact, ...]:
        """Facts of the best pose, as heavy as the pose is steady; none where the energies are not this engine's."""
        if not result.poses or ATOM_ENERGIES not in self.engine.offers:
            return ()
        repeatability = result.provenance.repeatability
        steady = 1.0 if repeatability is None else repeatability
        try:
            found = pose_facts(result.smiles, result.poses[0], self.receptor.pdbqt, result.affinity)
            return tuple(replace(fact, weight=fact.weight * steady) for fact in found)
        except (OSError, ValueError, IndexError, RuntimeError, KeyError) as error:  # the affinity stands all the same
            return (Fact(kinds.UNREAD, f"the pose's contacts could not be read: {error}"),)

    def _checked(self, result: DockResult) -> tuple[Fact, ...]:
        """What PoseBusters says of the kept poses, the best first."""
        if self.checks == "off" or not result.poses:
            return ()
        return plausibility_facts(result.poses, self.receptor.pdbqt)


def docking_named(loss: Loss, receptor: Receptor | str | None) -> bool:
    """Whether a loss docks, into this receptor or the one of this name if one is given.

    Args:
        loss: any loss.
        receptor: the receptor, its name, or None for any.
    """
    if not isinstance(loss, Docking) or receptor is None:
        return isinstance(loss, Docking)
    if isinstance(receptor, Receptor):
        return loss.receptor == receptor
    return loss.receptor.name.lower() == receptor.lower()
