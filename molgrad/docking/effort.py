"""How hard a molecule is docked: how many searches of Vina, how long, and when they have found enough."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from molgrad.errors import ConflictingSettingsError, UnknownNameError


@dataclass(frozen=True, slots=True)
class Effort:
    """A plan of independent searches, each from a conformer of its own.

    Attributes:
        name: as recorded with each result.
        exhaustiveness: Monte Carlo runs within one search of Vina.
        evaluations: energy evaluations that a run may spend; 0 leaves it to Vina, which grows it with the ligand.
        per_torsion: further evaluations for each bond that turns.
        searches: searches at most.
        repeats: stop once so many searches, and 70 % of those made, found the best pose, within 0.2 kcal/mol and 2 Å; 0
            makes all of them.
        least: searches made before that is looked for; each ring shape has one in any case.
        placed: of the searches so many start from poses laid into the receptor's cavities; 2 at most. Where more than
            three bonds turn, or the engine cannot, they start anywhere in the box as the others do.
        conformers: looked at for ring shapes that are worth docking.
        seed_poses: where a relative's pose is known, try poses seeded from it too.
    """

    name: str
    exhaustiveness: int = 1
    evaluations: int = 0
    per_torsion: int = 0
    searches: int = 1
    repeats: int = 0
    least: int = 2
    placed: int = 0
    conformers: int = 24
    seed_poses: bool = False

    def __post_init__(self) -> None:
        if min(self.exhaustiveness, self.searches, self.least) < 1:
            raise ValueError(f"an effort needs an exhaustiveness and searches of at least 1, not {self}")
        if min(self.evaluations, self.per_torsion, self.repeats, self.placed) < 0:
            raise ValueError(f"the numbers of an effort are not negative: {self}")

    def evaluations_for(self, torsions: int) -> int:
        """Energy evaluations of one run; 0 leaves it to the engine.

        Args:
            torsions: bonds of the ligand that turn.
        """
        return self.evaluations + self.per_torsion * torsions if self.evaluations else 0

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `Effort(**...)` makes the same plan."""
        return asdict(self)


def plain(exhaustiveness: int) -> Effort:
    """One search of this exhaustiveness from one conformer, as Vina's own program does."""
    return Effort(f"exhaustiveness {exhaustiveness}", exhaustiveness)


EFFORTS = {
    # docs/benchmarks_docking.md has what each finds, and what it costs beside exhaustiveness 8.
    "fast": Effort(
        "fast",
        exhaustiveness=2,
        evaluations=30_000,
        per_torsion=5_000,
        searches=3,
        placed=1,
        conformers=8,
        seed_poses=True,
    ),
    "standard": Effort(
        "standard", evaluations=80_000, per_torsion=20_000, searches=10, repeats=4, least=6, placed=2, seed_poses=True
    ),
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
