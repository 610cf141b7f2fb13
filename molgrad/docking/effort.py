"""How hard a molecule is docked: how many searches of Vina, how long, and when they have found enough."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from molgrad.errors import ConflictingSettingsError, UnknownNameError

AGREE_SCORE = 0.1  # kcal/mol; two searches whose best poses differ by more did not find the same thing
AGREE_RMSD = 2.0  # Å; the usual limit below which two poses count as the same


@dataclass(frozen=True, slots=True)
class Effort:
    """A plan of independent searches, each from a conformer of its own.

    Attributes:
        name: as recorded with each result.
        exhaustiveness: Monte Carlo runs within one search of Vina.
        evaluations: energy evaluations that a run may spend; 0 leaves it to Vina, which grows it with the ligand.
        searches: searches at most.
        agree: stop as soon as a second search agrees with the best one in score and pose.
        least: searches made before agreement is looked for.
        seed_poses: where a relative's pose is known, try poses seeded from it too.
    """

    name: str
    exhaustiveness: int = 1
    evaluations: int = 0
    searches: int = 1
    agree: bool = False
    least: int = 2
    seed_poses: bool = False

    def __post_init__(self) -> None:
        if min(self.exhaustiveness, self.searches, self.least) < 1 or self.evaluations < 0:
            raise ValueError(f"an effort needs an exhaustiveness and searches of at least 1, not {self}")

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `Effort(**...)` makes the same plan."""
        return asdict(self)


def plain(exhaustiveness: int) -> Effort:
    """One search of this exhaustiveness from one conformer, as Vina's own program does."""
    return Effort(f"exhaustiveness {exhaustiveness}", exhaustiveness)


EFFORTS = {
    # The cheapest plan tried whose scores rank molecules 90 % as long searches do; docs/docking.md has the table.
    "fast": Effort("fast", evaluations=50_000, searches=4, seed_poses=True),
    "standard": Effort("standard", evaluations=150_000, searches=8, agree=True, least=3, seed_poses=True),
    "thorough": Effort("thorough", exhaustiveness=8, searches=3),
}


def chosen(effort: str | Effort | None, exhaustiveness: int | None) -> Effort:
    """The effort that a caller asked for by name or by exhaustiveness, or "standard".

    Raises:
        ConflictingSettingsError: both were given.
    """
    if effort is not None and exhaustiveness is not None:
        name = effort.name if isinstance(effort, Effort) else effort
        raise ConflictingSettingsError(f"give an effort ({name}) or an exhaustiveness ({exhaustiveness}), not both")
    given = effort if effort is not None else exhaustiveness
    return load_effort("standard" if given is None else given)


def load_effort(given: str | int | Effort) -> Effort:
    """The effort of this name, the plain one of this exhaustiveness, or the one given.

    Raises:
        UnknownNameError: no effort has this name.
        ValueError: an exhaustiveness below 1.
        TypeError: neither a name nor a whole number.
    """
    if isinstance(given, Effort):
        return given
    if isinstance(given, int) and not isinstance(given, bool):
        return plain(given)
    if not isinstance(given, str):
        raise TypeError(f"an effort is a name or a whole number, not {given!r}")
    if given not in EFFORTS:
        raise UnknownNameError("effort", given, EFFORTS)
    return EFFORTS[given]
