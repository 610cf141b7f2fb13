"""The tool `route`: how a molecule can be made."""

from __future__ import annotations

from molgrad.errors import listed
from molgrad.synthesis.route import Route
from molgrad.synthesis.routes import planner
from molgrad.synthesis.search import MAX_STEPS, WATCHDOG
from molgrad.synthesis.written import summary
from molgrad.validation import Validator

NAME = "route"
WORDS = (
    "Whether and how a molecule can be made, in at most three named reactions from what can be bought, or why no such "
    "route is found; and what is wrong with the structure, if anything is. Costs nothing"
)
_ROUTES = 2  # that are told


def route_words(smiles: str, stock: str | None = None) -> str:
    """The routes of a molecule in words.

    Args:
        smiles: as it was written.
        stock: a file with what can be bought; common reagents by default.

    Raises:
        InvalidMoleculeError: it is no molecule.
    """
    dockable = Validator("dockable").check(smiles)
    if not dockable.ok or dockable.smiles is None:
        return f"{smiles} cannot be used: {listed([reason.text for reason in dockable.reasons])}"
    plan = planner(stock, max_steps=MAX_STEPS, deadline=WATCHDOG).plan(dockable.smiles)
    if not plan.solved:
        refused = f" Would not work: {listed(plan.refused)}." if plan.refused else ""
        return f"{plan.smiles}: no route. {plan.why}.{refused}"
    told = [f"Route {number}: {_words(one)}" for number, one in enumerate(plan.routes[:_ROUTES], 1)]
    return "\n".join([plan.smiles, *plan.notes, *told])


def _words(route: Route) -> str:
    steps = f"{route.steps} step{'s'[: route.steps != 1]}"
    return f"{steps}, chance that all succeed {route.chance:.0%}: {summary(route)}"
