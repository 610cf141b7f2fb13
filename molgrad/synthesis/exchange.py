"""Analogues that come with their route: the lead is cut by its own last step, and one partner exchanged from stock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from molgrad.chem.similarity import tanimoto
from molgrad.errors import InputFileError
from molgrad.synthesis.catalogue import Offer, parent_of
from molgrad.synthesis.reactions import Reaction, find_reactions
from molgrad.synthesis.reactions import reactions as get_reactions
from molgrad.synthesis.route import Route, Step
from molgrad.synthesis.running import judge, products
from molgrad.synthesis.search import Planner, target_of
from molgrad.synthesis.stock import COMMON, Stock, open_stock
from molgrad.synthesis.structures import mol_of, settled

MOST = 60
MAX_BLOCKS = 20_000  # building blocks that are looked at
KEPT = 0.4  # share of the lead's heavy atoms that the partner that stays has at least
LARGEST = 25  # heavy atoms of one
TRIED = 300  # building blocks that are run with one partner, the most alike
_TWO = 2  # partners
_NAMED = 4  # reactions that a sentence names


class Exchanged(NamedTuple):
    """An analogue of a lead by the exchange of one partner.

    Attributes:
        smiles: canonical SMILES.
        route: how it is made; of its two partners one is the lead's own.
        partner: what was bought in the place of the lead's partner.
        bought: the same, as it reacts, canonical SMILES.
        replaced: the lead's partner, SMILES.
        likeness: of the two partners, Tanimoto similarity of Morgan fingerprints.
    """

    smiles: str
    route: Route
    partner: Offer
    bought: str
    replaced: str
    likeness: float


def exchange_partners(
    lead: str,
    building_blocks: str | Path | Stock | None = None,
    *,
    reactions: Sequence[str] = (),
    n: int = MOST,
    max_steps: int = 3,
) -> list[Exchanged]:
    """Analogues of a lead, each with a route: one of the two partners of its last step is exchanged.

    The partner that stays has 40 % of the lead or more. Where the lead can be cut in several places, all are used. The
    partner that stays is bought, from the building blocks or as a common reagent, or made by the rest of the lead's
    route; where neither is possible it is taken as there, since the lead was made.

    Args:
        lead: a SMILES.
        building_blocks: what may be put in: a file with SMILES, identifiers and prices, or a `Stock`; by default the
            list of common reagents.
        reactions: names of those by which the lead may be cut, or how they begin ("amide coupling"); all by default.
        n: analogues at most; those whose partner is most like the lead's own.
        max_steps: reactions of a route, at most.

    Raises:
        InvalidMoleculeError: the lead is no molecule.
        InputFileError: the building blocks cannot be read, or no reaction cuts the lead into two partners.
        UnknownNameError: there is no reaction of a name.
    """
    blocks = building_blocks if isinstance(building_blocks, Stock) else open_stock(building_blocks, common=False)
    exchanger = Exchanger(Planner(_with_common(blocks), max_steps=max_steps), blocks, find_reactions(reactions))
    if not exchanger.ways(lead):
        raise InputFileError(exchanger.uncut(lead))
    return exchanger.of(lead, n)


class Exchanger:
    """Exchanges partners of one molecule after another; what it learns of the building blocks serves the next.

    Args:
        planner: finds how the partner that stays is had.
        blocks: what may be put in.
        reactions: by which a molecule may be cut; all where there are none.
    """

    def __init__(self, planner: Planner, blocks: Stock, reactions: Sequence[Reaction] = ()) -> None:
        self.planner, self.blocks, self.reactions = planner, blocks, tuple(reactions)
        self._fitting: dict[tuple[str, int], list[tuple[str, Offer]]] = {}

    def ways(self, lead: str) -> list[tuple[Reaction, tuple[str, ...]]]:
        """The reactions that join a molecule from two partners, each with these.

        Args:
            lead: a SMILES.

        Raises:
            InvalidMoleculeError: the text is no molecule.
        """
        steps = self.planner.last_steps(lead)
        return [one for one in steps if len(one[1]) == _TWO and (not self.reactions or one[0] in self.reactions)]

    def uncut(self, lead: str) -> str:
        """Why nothing of a molecule can be exchanged, with the reactions that do cut it: a sentence.

        Args:
            lead: a SMILES.
        """
        some = ", ".join(one.name for one in self.reactions[:_NAMED])
        named = f" of {some}{' ...' if len(self.reactions) > _NAMED else ''}" if some else ""
        others = dict.fromkeys(one.name for one, parts in self.planner.last_steps(lead) if len(parts) == _TWO)
        which = f"; these do: {', '.join(others)}" if others else ""
        return f"no reaction{named} cuts {lead} into two partners, so none can be exchanged{which}"

    def of(self, lead: str, n: int = MOST, *, bought: bool = False) -> list[Exchanged]:
        """Analogues of a molecule, those first whose partner is most like its own.

        Args:
            lead: a SMILES.
            n: how many at most.
            bought: leave out those with a leaf that nobody has.

        Raises:
            InvalidMoleculeError: the lead is no molecule.
        """
        found: dict[str, Exchanged] = {}
        own = target_of(lead)[0]
        size = mol_of(own).GetNumHeavyAtoms()
        for reaction, reactants in self.ways(lead):
            for place in (0, 1):
                if mol_of(reactants[1 - place]).GetNumHeavyAtoms() < KEPT * size:
                    continue  # what is left would be no analogue
                kept = self.planner.had(reactants[1 - place], self.planner.max_steps - 1)
                if bought and not kept.solved:
                    continue
                for one in islice(_exchanged(reaction, reactants, place, kept, self.fitting(reaction, place)), n):
                    if one.smiles != own and (one.smiles not in found or one.likeness > found[one.smiles].likeness):
                        found[one.smiles] = one
        return sorted(found.values(), key=lambda one: (-one.likeness, one.smiles))[:n]

    def fitting(self, reaction: Reaction, place: int) -> list[tuple[str, Offer]]:
        """The building blocks that a reaction takes in one place, canonical, each with its offer.

        Args:
            reaction: of two partners.
            place: 0 or 1.
        """
        key = reaction.name, place
        if key not in self._fitting:
            takes = [
                one.GetReactantTemplate(place) for one in reaction.forward if one.GetNumReactantTemplates() > place
            ]
            self._fitting[key] = [one for one in self._offers if any(map(mol_of(one[0]).HasSubstructMatch, takes))]
        return self._fitting[key]

    def fits(self, n: int) -> bool:
        """Whether any of the first so many building blocks can take part in a reaction of two partners.

        Args:
            n: how many are looked at.
        """
        pairs = (
            one.GetReactantTemplate(place)
            for reaction in self.reactions or get_reactions().values()
            for one in reaction.forward
            for place in range(one.GetNumReactantTemplates())
            if one.GetNumReactantTemplates() == _TWO
        )
        return any(mol_of(smiles).HasSubstructMatch(takes) for takes in pairs for smiles, _ in self._offers[:n])

    @cached_property
    def _offers(self) -> list[tuple[str, Offer]]:
        return list(_parents(self.blocks))


def _with_common(blocks: Stock) -> Stock:
    """Where the partner that stays is looked for: what may be put in, then common reagents."""
    own = tuple(one for one in blocks.catalogues if one.source != COMMON)
    return Stock((*own, *open_stock().catalogues))


def _parents(stock: Stock) -> Iterator[tuple[str, Offer]]:
    """The neutral parents of what the catalogues offer, canonical, each once."""
    seen: set[str] = set()
    for offer in (offer for catalogue in stock.catalogues for offer in catalogue):
        parent, _ = parent_of(offer.smiles.partition(" ")[0])
        smiles = None if parent is None or parent.GetNumHeavyAtoms() > LARGEST else settled(parent)
        if smiles is not None and smiles not in seen:
            seen.add(smiles)
            yield smiles, offer
        if len(seen) == MAX_BLOCKS:
            return


def _exchanged(
    reaction: Reaction, reactants: tuple[str, ...], place: int, kept: Route, offers: Sequence[tuple[str, Offer]]
) -> Iterator[Exchanged]:
    """What the reaction gives with each building block in the place of one partner, the most alike first."""
    replaced = reactants[place]
    others = [(tanimoto(smiles, replaced), smiles, offer) for smiles, offer in offers if smiles != replaced]
    for likeness, smiles, offer in sorted(others, key=lambda one: (-one[0], one[1]))[:TRIED]:
        given = (smiles, kept.smiles) if place == 0 else (kept.smiles, smiles)
        made = products(reaction, given)
        if len(made) != 1 or not (verdict := judge(reaction, given, made[0])).ok:
            continue
        bought = Route(smiles, offer=offer)
        parts = (bought, kept) if place == 0 else (kept, bought)
        route = Route(made[0], Step(reaction, parts, verdict.chance, verdict.note))
        yield Exchanged(made[0], route, offer, smiles, replaced, likeness)
