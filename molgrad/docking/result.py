"""What one dock gave: an affinity and poses, or a status and a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from molgrad.evaluation import Status


@dataclass(frozen=True, slots=True)
class DockResult:
    """The outcome of docking one molecule.

    Attributes:
        smiles: the designed molecule, canonical; as it was given where it could not be read.
        docked_smiles: the protonation state, stereoisomer and tautomer whose result this is; empty if there is none.
        status: OK; INVALID (the molecule's fault) or FAILED (the machine's fault), both with a reason.
        affinity: Vina's estimate for the best pose in kcal/mol, lower is better; None unless OK.
        reason: why there is no affinity; empty when OK.
        note: what was done to the molecule: salt stripped, state chosen, stereoisomers docked.
        poses: V2000 mol blocks, best first, all hydrogens written, heavy atom i = atom i of `smiles`.
        affinities: kcal/mol of each pose. Vina subtracts the first pose's internal energy from every pose,
            so only the first equals Vina's own score of that pose.
        atom_map: atom_map[i] is the index in `docked_smiles` of atom i of `smiles`.
        effort: everything else that decides the outcome: exhaustiveness, seed, receptor, box, versions;
            and `species`: smiles and affinity of each that was docked, or None and the reason.
        seconds: wall time of the dock, which two runs do not share.
        cached: whether the result was found again instead of docked again.
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
    effort: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = field(default=0.0, compare=False)
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
    def searches_made(self) -> int:
        """Searches of the species that was kept, those that found no pose included."""
        return int(self.effort.get("searches", 0)) + int(self.effort.get("failed_searches", 0))

    @property
    def remarks(self) -> str:
        """What was done to the molecule, and what a reader should know of the search; for a table's column."""
        said = [self.note] if self.note else []
        if failed := self.effort.get("failed_searches"):
            said.append(f"{failed} of {self.searches_made} searches found no pose")
        if self.effort.get("agreed") is False:
            said.append(f"{self.searches_made} searches did not agree on the pose")
        if self.effort.get("inherited"):
            said.append("seeded from the parent's pose")
        return "; ".join(said)

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `from_json` makes the same result."""
        data = asdict(self)
        return {**data, "status": self.status.value, **{k: list(data[k]) for k in _SEQUENCES}}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> DockResult:
        """The result that `to_json` wrote."""
        return cls(**{**data, "status": Status(data["status"]), **{k: tuple(data.get(k, ())) for k in _SEQUENCES}})


_SEQUENCES = ("poses", "affinities", "atom_map")
