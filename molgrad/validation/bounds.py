"""Constraints of a run: parts that must or must not be there, the core and size of a series, similarity to a lead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rdkit import Chem, rdBase

from molgrad.chem.core import holds
from molgrad.chem.parse import Parsed
from molgrad.chem.similarity import tanimoto
from molgrad.errors import InputFileError, shorten
from molgrad.synthesis.routes import planner
from molgrad.synthesis.search import MAX_STEPS, WATCHDOG
from molgrad.validation.reason import Check, Reason


@dataclass(frozen=True, slots=True)
class Bounds:
    """Constraints of a run that no proposal may break, whoever makes it.

    Attributes:
        keep: SMARTS of parts that must be there.
        exclude: SMARTS of parts that must not be there.
        core: SMARTS of cores, one of which must be there, in any stereochemistry.
        fixed: SMARTS of all that may not change of a lead; see `chem.varied`.
        positions: what may change, in words, for the reasons.
        sizes: fewest and most heavy atoms; None where the preset alone decides.
        similar_to: canonical SMILES; similarity to the nearest of them counts.
        min_similarity: Tanimoto on Morgan bits (radius 2), 0 to 1; 0 asks nothing.
        routes: whether a proposal must have a synthesis route.
        stock: the file from which, before common reagents; empty for these alone.
        building_blocks: a further such file, asked first; empty for none.

    Raises:
        InputFileError: a SMARTS that cannot be read, or a similarity that makes no sense.
    """

    keep: tuple[str, ...] = ()
    similar_to: tuple[str, ...] = ()
    min_similarity: float = 0.0
    exclude: tuple[str, ...] = ()
    core: tuple[str, ...] = ()
    fixed: str = ""
    positions: str = ""
    sizes: tuple[int, int] | None = None
    routes: bool = False
    stock: str = ""
    building_blocks: str = ""

    def __post_init__(self) -> None:
        for smarts in (*self.keep, *self.exclude, *self.core):
            pattern_of(smarts)
        if not 0.0 <= self.min_similarity <= 1.0:
            raise InputFileError(f"a similarity lies between 0 and 1, not at {self.min_similarity:g}")
        if self.min_similarity and not self.similar_to:
            raise InputFileError("a least similarity needs a molecule to be similar to")

    def spec(self) -> dict[str, Any]:
        """The constraints as JSON; empty without any."""
        near = {"similar_to": list(self.similar_to), "min_similarity": self.min_similarity}
        parts = {"keep": self.keep, "exclude": self.exclude, "core": self.core, "sizes": self.sizes or ()}
        found: dict[str, Any] = {name: list(part) for name, part in parts.items() if part}
        found |= {"routes": True} if self.routes else {}
        found |= {"stock": self.stock} if self.routes or self.stock else {}
        found |= {"building_blocks": self.building_blocks} if self.building_blocks else {}
        return found | ({"fixed": self.fixed} if self.fixed else {}) | (near if self.min_similarity else {})

    def sentences(self) -> tuple[str, ...]:
        """The constraints in words, for those who propose."""
        said = [f"Hold the core of the series, SMARTS {' or '.join(self.core)}."] if self.core else []
        said += [f"Change only these atoms of the lead: {self.positions}."] if self.positions else []
        said += [f"From {self.sizes[0]} to {self.sizes[1]} heavy atoms."] if self.sizes else []
        said += [f"Hold the part {smarts}." for smarts in self.keep]
        said += [f"Do not hold the part {smarts}." for smarts in self.exclude]
        if self.routes:
            said.append(f"Be made in at most {MAX_STEPS} known reactions from what can be bought.")
        if self.min_similarity:
            near = " or ".join(self.similar_to)
            said += [f"Tanimoto similarity (Morgan, radius 2) of at least {self.min_similarity:g} to {near}."]
        return tuple(said)

    def checks(self) -> tuple[Check, ...]:
        """The constraints as checks of a validator."""
        checks: list[Check] = [] if self.sizes is None else [_within(*self.sizes)]
        checks += [_keeps_core(self.core)] if self.core else []
        checks += [_stays(self.fixed, self.positions)] if self.fixed else []
        checks += [*map(_holds, self.keep), *map(_lacks, self.exclude)]
        return (*checks, self._near) if self.min_similarity else tuple(checks)

    def last(self) -> tuple[Check, ...]:
        """Those constraints that take long to look at."""
        return (_made_from(self.stock or None, self.building_blocks or None),) if self.routes else ()

    def _near(self, parsed: Parsed) -> tuple[Reason, ...]:
        best = max(tanimoto(parsed.smiles, one) for one in self.similar_to)
        if best >= self.min_similarity:
            return ()
        text = f"similarity to the lead is {best:.2f}, at least {self.min_similarity:g} is asked"
        return (Reason("similarity", text),)


def _made_from(stock: str | None, building_blocks: str | None) -> Check:
    found = planner(stock, building_blocks=building_blocks, deadline=WATCHDOG)

    def check(parsed: Parsed) -> tuple[Reason, ...]:
        plan = found.plan(parsed.smiles)
        return () if plan.solved else (Reason("route", plan.why),)

    return check


def pattern_of(smarts: str) -> Chem.Mol:
    """A SMARTS of a user as RDKit's query.

    Args:
        smarts: without blanks.

    Raises:
        InputFileError: it cannot be read.
    """
    with rdBase.BlockLogs():
        # RDKit takes what follows a blank for a name; what a user meant to be kept would not be.
        pattern = None if any(map(str.isspace, smarts)) else Chem.MolFromSmarts(smarts)
        # [H]N asks for a hydrogen that molecules hold as a count.
        pattern = None if pattern is None else Chem.MergeQueryHs(pattern)
    if pattern is None or not pattern.GetNumAtoms():
        raise InputFileError(
            f"{shorten(smarts)!r} is no SMARTS that RDKit can read; check brackets, blanks and ring closures"
        )
    return pattern


def _holds(smarts: str) -> Check:
    pattern = pattern_of(smarts)

    def check(parsed: Parsed) -> tuple[Reason, ...]:
        if parsed.mol.HasSubstructMatch(pattern, useChirality=True):
            return ()
        return (Reason("keep", f"the part {shorten(smarts)} that must be kept is not there"),)

    return check


def _lacks(smarts: str) -> Check:
    pattern = pattern_of(smarts)

    def check(parsed: Parsed) -> tuple[Reason, ...]:
        match = parsed.mol.GetSubstructMatch(pattern, useChirality=True)
        return (Reason("exclude", f"the part {shorten(smarts)} is excluded", tuple(match)),) if match else ()

    return check


def _keeps_core(cores: tuple[str, ...]) -> Check:
    patterns = [pattern_of(smarts) for smarts in cores]

    def check(parsed: Parsed) -> tuple[Reason, ...]:
        if holds(parsed.smiles, patterns):
            return ()
        return (Reason("core", f"the core of the series is changed: {shorten(cores[0], 200)} is not there"),)

    return check


def _stays(smarts: str, positions: str) -> Check:
    pattern = pattern_of(smarts)

    def check(parsed: Parsed) -> tuple[Reason, ...]:
        if parsed.mol.HasSubstructMatch(pattern):
            return ()
        return (Reason("vary", f"something else changes than what may vary ({positions})"),)

    return check


def _within(fewest: int, most: int) -> Check:
    def check(parsed: Parsed) -> tuple[Reason, ...]:
        heavy = parsed.mol.GetNumHeavyAtoms()
        if fewest <= heavy <= most:
            return ()
        return (Reason("size", f"{heavy} heavy atoms are no analogue's: {fewest} to {most} are in this run's scope"),)

    return check
