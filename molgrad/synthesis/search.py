"""Find routes: cut backward, and run every step forward before it counts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import RLock
from typing import Any, NamedTuple

from molgrad.chem.parse import read
from molgrad.chem.salts import choose
from molgrad.synthesis.plan import Plan
from molgrad.synthesis.reactions import Reaction, reactions
from molgrad.synthesis.route import Route, Step
from molgrad.synthesis.running import Cut, cuts, judge
from molgrad.synthesis.stock import Stock
from molgrad.synthesis.structures import mol_of, settled

MAX_STEPS = 3
DEADLINE = 5.0  # seconds for a molecule
WATCHDOG = 20.0  # seconds for one of a run's; a search ends by itself in one or two
ROUTES = 5  # of one molecule
_REFUSED = 3  # reasons that are told
_CLOSE = 3  # routes with leaves that nobody has, from which the best is told


class _Way(NamedTuple):
    """One cut of a molecule.

    Attributes:
        reaction: by which it is made.
        cut: its reactants.
        missing: those that cannot be bought.
    """

    reaction: Reaction
    cut: Cut
    missing: tuple[str, ...]


class _OutOfTimeError(Exception):
    pass


class Planner:
    """Finds routes from one stock; what it learns of intermediates serves the next molecule too.

    Threads may share one: each waits for its turn, and its seconds are counted from then.

    Args:
        stock: what can be bought.
        max_steps: reactions of a route, all of them counted.
        deadline: seconds for a molecule.
    """

    def __init__(self, stock: Stock, *, max_steps: int = MAX_STEPS, deadline: float = DEADLINE) -> None:
        self.stock = stock
        self.max_steps = max_steps
        self.deadline = deadline
        self._sources = tuple(catalogue.source for catalogue in stock.catalogues)
        self._plans: dict[str, Plan] = {}
        self._ways: dict[str, tuple[_Way, ...]] = {}
        self._solved: dict[tuple[str, int], Route | None] = {}
        self._refused: dict[str, None] = {}
        self._end = 0.0
        self._lock = RLock()

    def __getstate__(self) -> dict[str, Any]:
        """What a copy has: all but the lock."""
        return {name: value for name, value in vars(self).items() if name != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """A copy has a lock of its own.

        Args:
            state: of `__getstate__`.
        """
        vars(self).update(state, _lock=RLock())

    def plan(self, smiles: str) -> Plan:
        """The routes of a molecule.

        Args:
            smiles: a SMILES.

        Raises:
            InvalidMoleculeError: the text is no molecule.
        """
        target, notes = target_of(smiles)
        with self._lock:
            return self._planned(target, notes)

    def _planned(self, target: str, notes: tuple[str, ...]) -> Plan:
        if (known := self._plans.get(target)) is not None and known.notes == notes:
            return known
        began = time.monotonic()
        self._end, self._refused = began + self.deadline, {}
        if len(self._ways) > 20_000:
            self._plans.clear()
            self._ways.clear()
            self._solved.clear()
        offer = self.stock.find(target)
        routes = [Route(target, offer=offer)] if offer else []
        in_time = True
        for steps in range(1, self.max_steps + 1):
            if routes or not in_time:
                break
            routes, in_time = self._routes(target, steps)
        routes = sorted(routes, key=self._cost)[:ROUTES] or self._close(target)
        refused = tuple(self._refused)[:_REFUSED]
        why = "" if routes and routes[0].solved else self._why(target, routes, in_time)
        plan = Plan(target, tuple(routes), why, refused, in_time, time.monotonic() - began, notes)
        if in_time:
            self._plans[target] = plan
        return plan

    def last_steps(self, smiles: str) -> list[tuple[Reaction, tuple[str, ...]]]:
        """The reactions that give a molecule in their usual way, each with its reactants, the likeliest first.

        Args:
            smiles: a SMILES.

        Raises:
            InvalidMoleculeError: the text is no molecule.
        """
        target, _ = target_of(smiles)
        with self._lock:
            self._end = time.monotonic() + self.deadline
            try:
                ways = [way for way in self._expand(target) if way.cut.usual]
            except _OutOfTimeError:
                ways = []
        found = dict.fromkeys(
            (w.reaction, w.cut.reactants) for w in ways if judge(w.reaction, w.cut.reactants, target).ok
        )
        return list(found)

    def had(self, smiles: str, steps: int) -> Route:
        """How an intermediate is had: bought, made in at most so many steps, or else a leaf that nobody has.

        Args:
            smiles: canonical SMILES.
            steps: reactions, at most.
        """
        with self._lock:
            self._end = time.monotonic() + self.deadline
            leaf = self._leaf(smiles)
            if leaf.offer is not None:
                return leaf
            try:
                return self._least(smiles, steps) or leaf
            except _OutOfTimeError:
                return leaf

    def _cost(self, route: Route) -> tuple[float, str]:
        return route.cost(self._sources), route.step.reaction.name if route.step else ""

    def _routes(self, target: str, steps: int) -> tuple[list[Route], bool]:
        """Routes of exactly or at most so many steps, and whether all were looked for before the time was over."""
        found: list[Route] = []
        try:
            for way in self._expand(target):
                if (route := self._made(target, way, steps, tell=True)) is not None:
                    found.append(route)
                if steps >= MAX_STEPS and len(found) == ROUTES:
                    break
        except _OutOfTimeError:
            return found, False
        return found, True

    def _made(self, smiles: str, way: _Way, steps: int, *, tell: bool = False) -> Route | None:
        """The route that begins with this cut, if its reactants are had in the steps that are left."""
        left = steps - 1
        if len(way.missing) > left or (way.missing and not way.cut.usual):
            return None
        had: dict[str, Route] = {}
        for place, one in enumerate(way.missing):
            others = len(way.missing) - place - 1  # each takes a step at least
            route = self._least(one, left - others)
            if route is None:
                return None
            had[one] = route
            left -= route.steps
        verdict = judge(way.reaction, way.cut.reactants, smiles)
        if not verdict.ok:
            if tell:
                self._refused[verdict.why] = None
            return None
        parts = tuple(had.get(one) or Route(one, offer=self.stock.find(one)) for one in way.cut.reactants)
        return Route(smiles, Step(way.reaction, parts, verdict.chance, verdict.note))

    def _least(self, smiles: str, steps: int) -> Route | None:
        """The best of the shortest routes to a molecule that cannot be bought, in at most so many steps."""
        for count in range(1, steps + 1):
            if (smiles, count) not in self._solved:
                made = (self._made(smiles, way, count) for way in self._expand(smiles))
                self._solved[smiles, count] = min((one for one in made if one), key=self._cost, default=None)
            if (route := self._solved[smiles, count]) is not None:
                return route
        return None

    def _expand(self, smiles: str) -> tuple[_Way, ...]:
        """The cuts of a molecule, the likeliest first."""
        if time.monotonic() > self._end:
            raise _OutOfTimeError
        if smiles not in self._ways:
            self._ways[smiles] = tuple(sorted(self._all_ways(smiles), key=_promise))
        return self._ways[smiles]

    def _all_ways(self, smiles: str) -> Iterator[_Way]:
        for reaction in reactions().values():
            if time.monotonic() > self._end:  # all cuts of a hundred atoms take a second
                raise _OutOfTimeError
            for cut in cuts(reaction, smiles):
                missing = tuple(one for one in cut.reactants if self.stock.find(one) is None)
                if cut.usual or not missing:
                    yield _Way(reaction, cut, missing)

    def _close(self, target: str) -> list[Route]:
        """The route of one step that lacks least; it says what is there instead."""
        try:
            ways = self._expand(target)
        except _OutOfTimeError:
            ways = self._ways.get(target, ())
        for way in ways[: 10 * _CLOSE]:
            verdict = judge(way.reaction, way.cut.reactants, target)
            if verdict.ok:
                parts = tuple(self._leaf(one) for one in way.cut.reactants)
                return [Route(target, Step(way.reaction, parts, verdict.chance, verdict.note))]
        return []

    def _leaf(self, smiles: str) -> Route:
        offer = self.stock.find(smiles)
        return Route(smiles, offer=offer, instead="" if offer else self.stock.instead(smiles))

    def _why(self, target: str, routes: list[Route], in_time: bool) -> str:
        if in_time and not self._ways.get(target):
            return "no reaction of the table makes a bond of this molecule, so nothing can be cut; it is not in stock"
        said = [f"no route of at most {self.max_steps} steps from {self.stock.words()}"]
        if not in_time:
            said = [f"no route found within {self.deadline:g} s"]
        lacking = [leaf for route in routes[:1] for leaf in route.leaves() if leaf.offer is None]
        said += [f"{leaf.smiles} is not in stock" + (f"; {leaf.instead}" if leaf.instead else "") for leaf in lacking]
        if not routes and self._refused:
            said.append(next(iter(self._refused)))
        return ". ".join(said)


def target_of(smiles: str) -> tuple[str, tuple[str, ...]]:
    """The canonical SMILES of the neutral parent, and what was changed to come to it.

    Args:
        smiles: a SMILES.

    Raises:
        InvalidMoleculeError: the text is no molecule.
    """
    parsed = read(smiles)
    drawn = parsed.smiles.partition(" ")[0]
    parent, notes, _ = choose(mol_of(drawn))
    target = settled(parent) if parent is not None else drawn
    told = [*parsed.notes, *notes]
    if parsed.groups:
        told.append("the stereo groups are left out: the route is to the isomer as drawn")
    return target or drawn, tuple(told)


def _promise(way: _Way) -> tuple[int, int, float, tuple[str, ...]]:
    """Little that is missing, the largest missing part small, a reaction that works."""
    largest = max((mol_of(one).GetNumHeavyAtoms() for one in way.missing), default=0)
    return len(way.missing), largest, -way.reaction.chance, way.cut.reactants
