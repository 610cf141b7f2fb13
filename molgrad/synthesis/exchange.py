"""Analogues that come with their route: the lead is cut by its own last step, and one partner exchanged from stock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from molgrad.chem.similarity import tanimoto
from molgrad.errors import InputFileError
from molgrad.synthesis.catalogue import Offer, parent_of
from molgrad.synthesis.reactions import Reaction, get_reaction
from molgrad.synthesis.route import Route, Step
from molgrad.synthesis.running import judge, products
from molgrad.synthesis.search import Planner, target_of
from molgrad.synthesis.stock import COMMON, Stock, open_stock
from molgrad.synthesis.structures import mol_of, settled

MOST = 60
MAX_BLOCKS = 20_000  # building blocks that are looked at
KEPT = 0.4  # share of the lead's heavy atoms that the partner that stays has at least
LARGEST = 25  # heavy atoms of one


class Exchanged(NamedTuple):
    """An analogue of a lead by the exchange of one partner.

    Attributes:
        smiles: canonical SMILES.
        route: how it is made; of its two partners one is the lead's own.
        partner: what was bought in the place of the lead's partner.
        replaced: the lead's partner, SMILES.
        likeness: of the two partners, Tanimoto similarity of Morgan fingerprints.
    """

    smiles: str
    route: Route
    partner: Offer
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
        reactions: names of those by which the lead may be cut, such as "Suzuki coupling"; all by default.
        n: analogues at most; those whose partner is most like the lead's own.
        max_steps: reactions of a route, at most.

    Raises:
        InvalidMoleculeError: the lead is no molecule.
        InputFileError: the building blocks cannot be read, or no reaction cuts the lead into two partners.
        UnknownNameError: there is no reaction of a name.
    """
    allowed = {get_reaction(name).name for name in reactions}
    blocks = building_blocks if isinstance(building_blocks, Stock) else open_stock(building_blocks, common=False)
    planner = Planner(_with_common(blocks))
    ways = [one for one in planner.last_steps(lead) if len(one[1]) == 2 and (not allowed or one[0].name in allowed)]
    if not ways:
        named = f" of {', '.join(sorted(allowed))}" if allowed else ""
        raise InputFileError(f"no reaction{named} cuts {lead} into two partners, so none can be exchanged")
    offers = list(_parents(blocks))
    found: dict[str, Exchanged] = {}
    own = target_of(lead)[0]
    size = mol_of(own).GetNumHeavyAtoms()
    for reaction, reactants in ways:
        for place in (0, 1):
            if mol_of(reactants[1 - place]).GetNumHeavyAtoms() < KEPT * size:
                continue  # what is left would be no analogue
            kept = planner.had(reactants[1 - place], max_steps - 1)
            for one in islice(_exchanged(reaction, reactants, place, kept, offers), n):
                if one.smiles != own and (one.smiles not in found or one.likeness > found[one.smiles].likeness):
                    found[one.smiles] = one
    return sorted(found.values(), key=lambda one: (-one.likeness, one.smiles))[:n]


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
    """What the reaction gives with each building block that fits in the place of one partner, the most alike first."""
    patterns = [template.GetReactantTemplate(place) for template in reaction.forward]
    replaced = reactants[place]
    fitting = [
        (tanimoto(smiles, replaced), smiles, offer)
        for smiles, offer in offers
        if smiles != replaced and any(map(mol_of(smiles).HasSubstructMatch, patterns))
    ]
    for likeness, smiles, offer in sorted(fitting, key=lambda one: (-one[0], one[1])):
        given = (smiles, kept.smiles) if place == 0 else (kept.smiles, smiles)
        made = products(reaction, given)
        if len(made) != 1 or not (verdict := judge(reaction, given, made[0])).ok:
            continue
        bought = Route(smiles, offer=offer)
        parts = (bought, kept) if place == 0 else (kept, bought)
        route = Route(made[0], Step(reaction, parts, verdict.chance, verdict.note))
        yield Exchanged(made[0], route, offer, replaced, likeness)
