"""A route: a molecule, the reaction that gives it, and so on down to what is bought."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from molgrad.synthesis.catalogue import Offer
from molgrad.synthesis.reactions import Reaction

# Costs in the unit of -ln(chance).
STEP = 1.0  # of every step beside its chance to fail, so that a shorter route comes first
ELSEWHERE = (0.0, 0.15, 0.3, 0.6)  # a leaf from the first source, from the second, and so on
PRICED = 0.1  # a factor of ten in price; at a price of 1 nothing
UNKNOWN_PRICE = 0.1  # of a leaf without a price
MISSING = 5.0  # of a leaf that no source has


@dataclass(frozen=True, slots=True)
class Step:
    """One reaction of a route.

    Attributes:
        reaction: by name, with its conditions.
        reactants: in the order of its templates.
        chance: that a run gives the product, 0 to 1.
        note: what a chemist should mind; empty for nothing.
    """

    reaction: Reaction
    reactants: tuple[Route, ...]
    chance: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """How a molecule is had: made by a step, or bought.

    Attributes:
        smiles: canonical SMILES.
        step: the last reaction; None for a leaf.
        offer: of a leaf, where it is bought; None where no source has it.
        instead: of such a leaf, what is there instead: a clause, empty for nothing.
    """

    smiles: str
    step: Step | None = None
    offer: Offer | None = None
    instead: str = ""

    @property
    def solved(self) -> bool:
        """Whether every leaf can be bought."""
        return all(leaf.offer is not None for leaf in self.leaves())

    def leaves(self) -> Iterator[Route]:
        """What is bought, from the first step on."""
        if self.step is None:
            yield self
        else:
            for reactant in self.step.reactants:
                yield from reactant.leaves()

    def made(self) -> Iterator[Route]:
        """Every molecule that is made, in the order of the work: the first step first, the target last."""
        if self.step is not None:
            for reactant in self.step.reactants:
                yield from reactant.made()
            yield self

    @property
    def steps(self) -> int:
        """The number of reactions."""
        return sum(1 for _ in self.made())

    @property
    def chance(self) -> float:
        """That all steps give their product, 0 to 1."""
        return math.prod(one.step.chance for one in self.made() if one.step)

    def cost(self, sources: tuple[str, ...] = ()) -> float:
        """Smaller is better: steps, their chances, where leaves come from and at what price.

        Args:
            sources: of leaves, the preferred first.
        """
        steps = sum(STEP - math.log(one.step.chance) for one in self.made() if one.step)
        return steps + sum(_price(leaf.offer, sources) for leaf in self.leaves())


def _price(offer: Offer | None, sources: tuple[str, ...]) -> float:
    if offer is None:
        return MISSING
    place = sources.index(offer.source) if offer.source in sources else len(ELSEWHERE) - 1
    price = UNKNOWN_PRICE if offer.price is None else PRICED * math.log10(1.0 + offer.price)
    return ELSEWHERE[min(place, len(ELSEWHERE) - 1)] + price
