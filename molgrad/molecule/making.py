"""How the molecules of a run are made: exchanges of a partner from stock, and what is to be said of the stock."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import islice

from rdkit import Chem

from molgrad.autograd.gradient import Edit
from molgrad.chem.stable import settled
from molgrad.errors import InputFileError, shorten
from molgrad.synthesis.exchange import Exchanged, Exchanger
from molgrad.synthesis.partner_words import group_name
from molgrad.synthesis.reactions import find_reactions
from molgrad.synthesis.routes import planner
from molgrad.synthesis.search import WATCHDOG
from molgrad.synthesis.stock import Stock, open_stock

OFFERED = 120  # exchanges of one molecule that are known, those with the most similar partner
REMEMBERED = 500  # molecules whose exchanges are kept
TOLD = 5  # starts of which it is said that they have no route
TRIED = 5_000  # building blocks that are looked at before it is said that none fits

_GUARDS = tuple(
    Chem.MolFromSmarts(smarts)
    for smarts in (
        "O=C(-[OX2]-C(-[CH3])(-[CH3])-[CH3])-[#7]",  # Boc
        "O=C(-[OX2]-[CH2]-c1[cH][cH][cH][cH][cH]1)-[#7]",  # Cbz
        "O=C(-[OX2]-[CH2]-C1c2ccccc2-c2ccccc12)-[#7]",  # Fmoc
    )
)


class Making:
    """Exchanges of a partner for a run, all with routes whose leaves can be bought.

    Args:
        stock: a file with what can be bought, before common reagents.
        building_blocks: a file with what may be put in; by default the stock and common reagents.
        names: of the reactions by which a molecule may be cut; all where there are none.
        required: whether a proposal must have a route.

    Raises:
        UnknownNameError: there is no reaction of a name.
        InputFileError: a file cannot be read, or no building block fits a reaction.
    """

    def __init__(
        self, stock: str | None, building_blocks: str | None, names: Sequence[str] = (), *, required: bool = False
    ) -> None:
        allowed = find_reactions(names)
        self._planner = planner(stock, building_blocks=building_blocks, deadline=WATCHDOG)
        blocks = self._planner.stock
        if building_blocks is not None:
            blocks = Stock(open_stock(building_blocks, common=False).catalogues)
        self._exchanger = Exchanger(self._planner, blocks, allowed)
        self._required = required
        self._known: dict[str, list[tuple[str, Edit]]] = {}
        if building_blocks is not None and not self._exchanger.fits(TRIED):
            which = f" the reactions asked for ({', '.join(one.name for one in allowed)})" if allowed else " a reaction"
            raise InputFileError(f"no building block of {building_blocks} fits{which}, so no partner can be exchanged")

    def exchanged(self, value: str) -> list[tuple[str, Edit]]:
        """Molecules with one partner of their last reaction exchanged, each with how; remembered.

        Args:
            value: a canonical SMILES.
        """
        if value not in self._known:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            found = self._exchanger.of(value, OFFERED, bought=True)
            guarded = _guarded(value)
            self._known[value] = [_change(one) for one in found if guarded or not _guarded(one.smiles)]
        return self._known[value]

    def notes(self, starts: Sequence[str]) -> Iterator[str]:
        """What the user should know: faults of the files, starts without a route, starts that no reaction cuts.

        Args:
            starts: canonical SMILES.
        """
        yield from self._planner.stock.notes
        plans = (self._planner.plan(one) for one in starts)
        without = list(islice((plan for plan in plans if not plan.solved), TOLD))
        if not self._required:  # else it is said as a fault of the start
            yield from (f"the start {shorten(plan.smiles, 160)} has no route: {plan.why}" for plan in without)
        if without:
            more = "add to the stock what you have of its intermediates, or let scope free leave the series"
            yield f"to find more from a start without a route, {more}"
        if self._exchanger.reactions:
            uncut = (one for one in starts if not self._exchanger.ways(one))
            yield from (self._exchanger.uncut(one) for one in islice(uncut, TOLD))


def drawn(found: Sequence[tuple[str, Edit]], seed: int, n: int) -> list[tuple[str, Edit]]:
    """Some of what can be exchanged, in its order.

    Args:
        found: from `Making.exchanged`, those that may be proposed.
        seed: the same seed gives the same ones.
        n: how many at most.
    """
    rng = random.Random(seed)  # noqa: S311 - sampling, not secrets
    return [found[place] for place in sorted(rng.sample(range(len(found)), min(n, len(found))))]


def _guarded(smiles: str) -> bool:
    """Whether a molecule bears a protecting group, with which it is no analogue yet."""
    mol = Chem.MolFromSmiles(smiles)
    return any(mol.HasSubstructMatch(group) for group in _GUARDS)


def _change(made: Exchanged) -> tuple[str, Edit]:
    step = made.route.step
    assert step is not None  # noqa: S101 - an exchange is made by a reaction
    reactants = [one.smiles for one in step.reactants]
    place = reactants.index(made.bought)
    before = [made.replaced if i == place else one for i, one in enumerate(reactants)]
    groups = [group_name(step.reaction, given, place) for given in (reactants, before)]
    how = f"{groups[0]} in place of {groups[1]} by {step.reaction.name}"
    how += f" ({made.partner.id})" if made.partner.id else ""
    value = settled(made.smiles)
    return value, Edit("replace", {"smiles": value, "how": how}, how)
