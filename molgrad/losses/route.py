"""Whether a molecule can be made in a few reactions from what can be bought, as a penalty."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from molgrad.autograd.loss import Context, Loss
from molgrad.evaluation import Evaluation, Fact, Status
from molgrad.synthesis.plan import Plan
from molgrad.synthesis.routes import planner
from molgrad.synthesis.search import MAX_STEPS, WATCHDOG, Planner
from molgrad.synthesis.stock import Stock
from molgrad.synthesis.structures import mol_of
from molgrad.synthesis.written import reaction_smiles, summary

_HALF = 0.5


class Route(Loss):
    """A synthesis route of a few named reactions from a stock; see `mg.route`.

    Scale: 0 for what is in stock, (1 - chance that all steps succeed) / 2 where there is a route, else from 0.5 to 1 by
    the share of the heavy atoms of the leaves that are not in stock; 1 where nothing can be cut. Raw `steps`, `chance`,
    and `missing`, that share. Where the time is over before a route is found there is no number.
    Facts: `not_in_stock`, a leaf that cannot be bought, with what is there instead.
    Details: `route`, the best route on a line; `reactions`, its reaction SMILES.

    Args:
        stock: a file with SMILES, identifiers and prices, asked before common reagents; or a `Stock`.
        max_steps: reactions of a route, at most.
        building_blocks: a further file of what can be bought, asked first; not beside a `Stock`.
    """

    name = kind = "route"
    slow = True  # 0.1 to 1 s a molecule

    def __init__(
        self,
        stock: str | Path | Stock | None = None,
        max_steps: int = MAX_STEPS,
        building_blocks: str | Path | None = None,
    ) -> None:
        self.stock = stock if stock is None or isinstance(stock, Stock) else str(stock)
        self.max_steps = int(max_steps)
        self.building_blocks = None if building_blocks is None else str(building_blocks)
        self._planner: Planner | None = self._made()

    def _made(self) -> Planner:
        blocks, steps = self.building_blocks, self.max_steps
        return planner(self.stock, building_blocks=blocks, max_steps=steps, deadline=WATCHDOG)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be said of the stock, sentences."""
        return self._made().stock.notes

    def spec(self) -> dict[str, Any]:
        """What can be bought, and the number of steps."""
        named = self.stock.words() if isinstance(self.stock, Stock) else self.stock
        blocks = {"building_blocks": self.building_blocks} if self.building_blocks else {}
        return {"loss": self.name, "stock": named, "max_steps": self.max_steps, **blocks}

    def __getstate__(self) -> dict[str, Any]:
        """What a copy has: the planner is made anew where the stock is a file."""
        state = super().__getstate__()
        return state if isinstance(self.stock, Stock) else {**state, "_planner": None}

    def _evaluate(self, value: str, context: Context) -> Evaluation:  # noqa: ARG002 - the hook's signature
        if self._planner is None:
            self._planner = self._made()
        plan = self._planner.plan(value)
        if not plan.solved and not plan.in_time:
            raise TimeoutError(plan.why)
        if not plan.routes:
            raw = {"steps": 0.0, "chance": 0.0, "missing": 1.0}
            return Evaluation(self.name, Status.OK, 1.0, raw, text=plan.why)
        return self._judged(plan)

    def _judged(self, plan: Plan) -> Evaluation:
        best, missing = plan.routes[0], _missing(plan)
        chance = best.chance if plan.solved else 0.0
        score = _HALF * (1.0 - chance) if plan.solved else _HALF * (1.0 + missing)
        facts = tuple(
            Fact("not_in_stock", f"{leaf.smiles} is not in stock; {leaf.instead}".removesuffix("; "), (), leaf.smiles)
            for leaf in best.leaves()
            if leaf.offer is None
        )
        raw = {"steps": float(best.steps), "chance": chance, "missing": missing}
        text = f"made in {best.steps} step{'s'[: best.steps != 1]}: {summary(best)}" if plan.solved else plan.why
        details = {"route": summary(best), "reactions": reaction_smiles(best)} if plan.solved else {}
        return Evaluation(self.name, Status.OK, score, raw, facts, text, details=details)


def _missing(plan: Plan) -> float:
    """The share of the heavy atoms of the best route's leaves that are not in stock."""
    leaves = list(plan.routes[0].leaves())
    sizes = [mol_of(leaf.smiles).GetNumHeavyAtoms() for leaf in leaves]
    lacking = sum(size for size, leaf in zip(sizes, leaves, strict=True) if leaf.offer is None)
    return float(lacking / sum(sizes))
