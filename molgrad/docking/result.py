"""What one dock gave: an affinity and poses, or a status and a reason; and what was done for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from molgrad.docking.request import DockRequest, ReceptorContent
from molgrad.evaluation import Status

BUILT, HELD, UNSEEDED = "built", "held", "unseeded"  # which pose counts where a known one was given
IN_MODE = (BUILT, HELD)  # those of the known binding mode
RECORDED = ", recorded"  # behind the name of a program whose version need not be this machine's
STEADY = 0.5  # repeatability below which searches are said to scatter


@dataclass(frozen=True, slots=True)
class SpeciesScore:
    """One species of a molecule that was docked.

    Attributes:
        smiles: the species as docked.
        affinity: kcal/mol, price included; None where it could not be docked.
        reason: why not; empty otherwise.
        share: fraction of the molecule in this charge state; None where the way to protonate tells none.
        price: kcal/mol that the affinity holds for the share, -RT ln(share).
    """

    smiles: str
    affinity: float | None = None
    reason: str = ""
    share: float | None = None
    price: float = 0.0


@dataclass(frozen=True, slots=True)
class Provenance:
    """What was done for one dock, and with what.

    Attributes:
        engine: the docking program.
        versions: of the programs that the result depends on.
        effort: name of the plan of searches.
        exhaustiveness: Monte Carlo runs within one search.
        evaluations: energy evaluations that such a run may spend; 0 leaves it to the engine.
        seed: of conformers and searches.
        receptor: its name.
        receptor_sha256: hash of its PDBQT file.
        center: of the box, Å.
        size: of the box, Å.
        searches: searches of the kept species that gave a pose.
        failed_searches: those that gave none.
        scores: best affinity of each search, kcal/mol; empty where one search was made.
        mean: of the scores, kcal/mol.
        spread: highest minus lowest score, kcal/mol.
        repeatability: the fraction of all searches that found the best one's score and pose; None where one search
            was made.
        sd: standard deviation of the affinity as an estimate of what a converged search would give, kcal/mol; None
            where it is not known.
        built: affinity of the pose built on the known one, kcal/mol; None where none was given or could be built.
        unseeded: affinity of the best pose that the searches found, kcal/mol; None where no known pose was given.
        held: affinity of the best search that keeps the known binding mode, kcal/mol, where it counts.
        counted: which is the result: "built"; "held", a search's pose that keeps the known binding mode and scores
            lower; or "unseeded". Empty where no known pose was given.
        core_atoms: heavy atoms shared with the known pose.
        core_moved: RMSD of these between the known pose and the built one, Å.
        not_built: why no pose could be built on the known one, or none that fits; empty otherwise.
        other_mode: whether the unseeded pose is more than 2 Å from the built one that counts.
        species: every species that was docked.
        timed_out: whether the watchdog ended the dock.
        broken: whether nothing can be docked on this machine any more, whatever the molecule.
        seconds: wall time.
    """

    engine: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    effort: str = ""
    exhaustiveness: int = 0
    evaluations: int = 0
    seed: int = 0
    receptor: str = ""
    receptor_sha256: str = ""
    center: tuple[float, ...] = ()
    size: tuple[float, ...] = ()
    searches: int = 0
    failed_searches: int = 0
    scores: tuple[float, ...] = ()
    mean: float | None = None
    spread: float | None = None
    repeatability: float | None = None
    sd: float | None = None
    built: float | None = None
    unseeded: float | None = None
    held: float | None = None
    counted: str = ""
    core_atoms: int = 0
    core_moved: float | None = None
    not_built: str = ""
    other_mode: bool = False
    species: tuple[SpeciesScore, ...] = ()
    timed_out: bool = False
    broken: bool = False
    seconds: float = field(default=0.0, compare=False)

    @classmethod
    def begun(
        cls, request: DockRequest, receptor: ReceptorContent, engine: str, versions: Mapping[str, str]
    ) -> Provenance:
        """What is known of a dock before it is made."""
        settings, plan, box = request.settings, request.settings.effort, receptor.box
        planned = (plan.name, plan.exhaustiveness, plan.evaluations, settings.seed)
        return cls(engine, dict(versions), *planned, receptor.name, receptor.sha256, box.center, box.size)

    @property
    def in_mode(self) -> float | None:
        """Affinity of what counts where the known binding mode is kept, kcal/mol; None where it is not."""
        return {BUILT: self.built, HELD: self.held}.get(self.counted)

    @property
    def recorded(self) -> bool:
        """Whether the result was played back, possibly of another machine, other versions and another receptor file."""
        return any(name.endswith(RECORDED) for name in self.versions)

    @property
    def times_found(self) -> int | None:
        """How many searches found the best pose; None where one search was made."""
        return None if self.repeatability is None else round(self.repeatability * self.searches_made)

    @property
    def doubtful(self) -> bool:
        """Whether the pose was found once only, or by less than `STEADY` of the searches; never of a built pose."""
        if self.counted in IN_MODE:
            return False
        return self.times_found == 1 or (self.repeatability is not None and self.repeatability < STEADY)

    @property
    def searches_made(self) -> int:
        """Searches of the species that was kept, those that found no pose included."""
        return self.searches + self.failed_searches

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `from_json` makes the same provenance."""
        lists = {name: list(getattr(self, name)) for name in ("center", "size", "scores")}
        return {**asdict(self), **lists, "species": [asdict(one) for one in self.species]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Provenance:
        """The provenance that `to_json` wrote; what is not there has its default."""
        tuples = {name: tuple(data[name]) for name in ("center", "size", "scores") if name in data}
        return cls(**{**data, **tuples, "species": tuple(SpeciesScore(**one) for one in data.get("species", ()))})


@dataclass(frozen=True, slots=True)
class DockResult:
    """The outcome of docking one molecule.

    Attributes:
        smiles: the designed molecule, canonical; as it was given where it could not be read.
        docked_smiles: the protonation state, stereoisomer and tautomer whose result this is; empty if there is none.
        status: OK; INVALID (the molecule's fault) or FAILED (the machine's fault), both with a reason.
        affinity: the engine's estimate for the best pose in kcal/mol, lower is better; None unless OK.
        reason: why there is no affinity; empty when OK.
        note: what was done to the molecule: salt stripped, state chosen, stereoisomers docked.
        poses: V2000 mol blocks, best first, all hydrogens written, heavy atom i = atom i of `smiles`.
        affinities: kcal/mol of each pose. Vina subtracts the first pose's internal energy from every pose,
            so only the first equals Vina's own score of that pose.
        atom_map: atom_map[i] is the index in `docked_smiles` of atom i of `smiles`.
        provenance: what was done, and with what.
        cached: whether the result was found again instead of docked again.

    Raises:
        ValueError: an affinity without status OK, or a failure without a reason.
    """

    smiles: str
    docked_smiles: str = ""
    status: Status = Status.OK
    affinity: float | None = None
    reason: str = ""
    note: str = ""
    poses: tuple[str, ...] = ()
    affinities: tuple[float, ...] = ()
    atom_map: tuple[int, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)
    cached: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        if (self.status is Status.OK) != (self.affinity is not None):
            raise ValueError(f"a dock with status {self.status} cannot have affinity {self.affinity}")
        if self.status is not Status.OK and not self.reason:
            raise ValueError(f"a dock with status {self.status} needs a reason")

    @property
    def ok(self) -> bool:
        """True when there is an affinity."""
        return self.status is Status.OK

    @property
    def sd(self) -> float | None:
        """Standard deviation of the affinity as an estimate of what a converged search would give, kcal/mol."""
        return self.provenance.sd

    @property
    def price(self) -> float:
        """What the affinity holds for the share of the charge state, kcal/mol."""
        return next((one.price for one in self.provenance.species if one.smiles == self.docked_smiles), 0.0)

    @property
    def both_scores(self) -> dict[str, float]:
        """`affinity_built` and `affinity_unseeded`, kcal/mol, where a known pose was given and each could be had."""
        scores = {"affinity_built": self.provenance.built, "affinity_unseeded": self.provenance.unseeded}
        return {name: score for name, score in scores.items() if score is not None}

    @property
    def remarks(self) -> str:
        """What was done to the molecule, and what a reader should know of the search; for a table's column."""
        done = self.provenance
        said = [self.note] if self.note else []
        if done.failed_searches:
            said.append(f"{done.failed_searches} of {done.searches_made} searches found no pose")
        if done.doubtful:
            found = f"its pose was found by {done.times_found} of {done.searches_made} searches"
            said.append(f"{found}: another may score better")
        return "; ".join([*said, *_of_known_pose(done)])

    def with_note(self, note: str) -> DockResult:
        """The result with a remark in front of its note.

        Args:
            note: what was done to the text before docking, such as a salt stripped; empty for nothing.
        """
        return replace(self, note="; ".join(part for part in (note, self.note) if part)) if note else self

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `from_json` makes the same result."""
        lists = {name: list(getattr(self, name)) for name in _SEQUENCES}
        return {**asdict(self), "status": self.status.value, "provenance": self.provenance.to_json(), **lists}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> DockResult:
        """The result that `to_json` wrote."""
        tuples = {name: tuple(data.get(name, ())) for name in _SEQUENCES}
        done = Provenance.from_json(data.get("provenance", {}))
        return cls(**{**data, "status": Status(data["status"]), "provenance": done, **tuples})


_SEQUENCES = ("poses", "affinities", "atom_map")
_KEPT = {BUILT: "built on the known pose", HELD: "found by the search in the known binding mode"}
LARGE_DIFFERENCE = 0.5  # kcal/mol between built and unseeded score; below it they say the same


def _of_known_pose(done: Provenance) -> list[str]:
    """What came of a known pose that was given, with a large difference between the two scores."""
    if not done.counted:
        return []
    said = [_KEPT[done.counted]] if done.counted in _KEPT else []
    if done.not_built:
        said.append(f"not built on the known pose: {done.not_built}")
    score = done.built if done.in_mode is None else done.in_mode
    if score is None or done.unseeded is None or done.not_built:
        return said
    better = round(score - done.unseeded, 3)  # of the unseeded pose
    if done.in_mode is not None and better >= LARGE_DIFFERENCE:
        what = "another binding mode" if done.other_mode else "the search in the same binding mode"
        said.append(f"{what} scores {better:.1f} kcal/mol better")
    if done.counted == UNSEEDED and better >= LARGE_DIFFERENCE:
        said.append(f"the known binding mode scores {better:.1f} kcal/mol worse")
    return said
