"""What was found for one molecule: its routes, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from molgrad.synthesis.picture import as_svg
from molgrad.synthesis.route import Route
from molgrad.synthesis.written import as_tree, bought, forward

_INDENT = "   "


@dataclass(frozen=True, slots=True)
class Plan:
    """What was found for a molecule.

    Attributes:
        smiles: canonical SMILES of the target.
        routes: the best first; with leaves that nobody has where no other was found.
        why: why there is no route whose leaves can be bought, in sentences; empty where there is one.
        refused: routes that would not work, each with its reason.
        in_time: whether the search ended before its deadline.
        seconds: that it took.
        notes: what was changed of the target before the search, sentences.
    """

    smiles: str
    routes: tuple[Route, ...]
    why: str
    refused: tuple[str, ...]
    in_time: bool
    seconds: float
    notes: tuple[str, ...] = ()

    @property
    def solved(self) -> bool:
        """Whether there is a route whose leaves can all be bought."""
        return bool(self.routes) and self.routes[0].solved

    @property
    def text(self) -> str:
        """For the terminal: each route step by step, with conditions and where the leaves come from."""
        lines = [self.smiles, *self.notes]
        if self.why:
            lines.append(f"{self.why[0].upper()}{self.why[1:]}.")
        lines += [f"Would not work: {why}." for why in self.refused if self.why and why not in self.why]
        for number, route in enumerate(self.routes, 1):
            lines += ["", *_route_lines(route, number)]
        return "\n".join(lines)

    @property
    def trees(self) -> list[dict[str, Any]]:
        """The routes in the shape of AiZynthFinder's `trees.json`, the best first."""
        return [as_tree(one) for one in self.routes]

    def svg(self) -> str:
        """The best route as one `<svg>` element; empty where there is none."""
        return as_svg(self.routes[0]) if self.routes else ""

    def _repr_svg_(self) -> str | None:
        return self.svg() or None

    def record(self) -> dict[str, Any]:
        """One object with the columns of AiZynthFinder's output table, and ours; values of JSON."""
        best = self.routes[0] if self.routes else None
        leaves = list(best.leaves()) if best else []
        trees = self.trees
        return {
            "target": self.smiles,
            "search_time": round(self.seconds, 3),
            "is_solved": self.solved,
            "number_of_routes": len(self.routes),
            "number_of_solved_routes": sum(one.solved for one in self.routes),
            "top_score": trees[0]["scores"]["state score"] if trees else 0.0,
            "number_of_steps": best.steps if best else 0,
            "number_of_precursors": len(leaves),
            "number_of_precursors_in_stock": sum(leaf.offer is not None for leaf in leaves),
            "precursors_in_stock": ", ".join(leaf.smiles for leaf in leaves if leaf.offer),
            "precursors_not_in_stock": ", ".join(leaf.smiles for leaf in leaves if not leaf.offer),
            "reason": self.why,
            "notes": list(self.notes),
            "refused": list(self.refused),
            "trees": trees,
        }


def _route_lines(route: Route, number: int) -> Iterator[str]:
    if route.step is None:
        yield f"Route {number}: nothing to make"
    else:
        steps = f"{route.steps} step{'s'[: route.steps != 1]}"
        yield f"Route {number}: {steps}, chance that all succeed {route.chance:.0%}" + (
            "" if route.solved else "; not every leaf is in stock"
        )
    for place, made in enumerate(route.made(), 1):
        if made.step is not None:
            yield f"{_INDENT}{place}. {made.step.reaction.name}: {forward(made)}"
            yield f"{_INDENT * 2}{made.step.reaction.conditions}"
            if made.step.note:
                yield f"{_INDENT * 2}{made.step.note}"
    for leaf in dict.fromkeys(route.leaves()):
        where = bought(leaf.offer) if leaf.offer else "not in stock" + (f"; {leaf.instead}" if leaf.instead else "")
        yield f"{_INDENT}- {leaf.smiles}  {where}"
