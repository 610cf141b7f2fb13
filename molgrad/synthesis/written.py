"""A route as reaction SMILES, on a line, and as the JSON that AiZynthFinder writes."""

from __future__ import annotations

import hashlib
from typing import Any

from rdkit.Chem import rdChemReactions

from molgrad.synthesis.catalogue import Offer
from molgrad.synthesis.route import Route, Step


def reaction_smiles(route: Route) -> list[str]:
    """A reaction SMILES, `reactants>>product`, for each step in the order of the work.

    Args:
        route: to write.
    """
    return [forward(made) for made in route.made()]


def as_tree(route: Route) -> dict[str, Any]:
    """The tree of molecules and reactions in the shape of AiZynthFinder's `trees.json`.

    Args:
        route: to write.

    Source:
        https://molecularai.github.io/aizynthfinder; further keys of ours stand in `metadata` and beside `in_stock`.
    """
    tree = _molecule(route)
    leaves = list(route.leaves())
    bought = sum(leaf.offer is not None for leaf in leaves)
    tree["scores"] = {
        "state score": round(route.chance * bought / len(leaves), 4),
        "number of reactions": route.steps,
        "number of pre-cursors": len(leaves),
        "number of pre-cursors in stock": bought,
    }
    tree["metadata"] = {"is_solved": route.solved, "reaction_smiles": reaction_smiles(route)}
    return tree


def summary(route: Route) -> str:
    """A route on one line: its steps by name, then what is bought.

    Args:
        route: to write.
    """
    names = "; ".join(made.step.reaction.name for made in route.made() if made.step)
    leaves = " + ".join(
        leaf.smiles + (f" ({leaf.offer.id})" if leaf.offer and leaf.offer.id else "") for leaf in route.leaves()
    )
    return f"{names}; from {leaves}" if names else f"bought: {leaves}"


def bought(offer: Offer) -> str:
    """Where a compound is bought, with its number and price.

    Args:
        offer: of a catalogue.
    """
    parts = [
        offer.source,
        *([offer.id] if offer.id else []),
        "no price" if offer.price is None else f"price {offer.price:g}",
    ]
    return ", ".join(parts) + (f"; {offer.note}" if offer.note else "")


def forward(made: Route) -> str:
    """The reaction SMILES of the last step of a route.

    Args:
        made: a molecule that is made.
    """
    reactants = made.step.reactants if made.step else ()
    return f"{'.'.join(one.smiles for one in reactants)}>>{made.smiles}"


def _molecule(route: Route) -> dict[str, Any]:
    node: dict[str, Any] = {
        "type": "mol",
        "hide": False,
        "smiles": route.smiles,
        "is_chemical": True,
        "in_stock": route.offer is not None,
    }
    if route.offer is not None:
        node["stock"] = {
            "source": route.offer.source,
            "id": route.offer.id,
            "price": route.offer.price,
            "smiles": route.offer.smiles,
            "note": route.offer.note,
        }
    elif route.step is None:
        node["instead"] = route.instead
    if route.step is not None:
        node["children"] = [_reaction(route, route.step)]
    return node


def _reaction(route: Route, step: Step) -> dict[str, Any]:
    template = str(rdChemReactions.ReactionToSmarts(step.reaction.retro[0].templates[0]))
    return {
        "type": "reaction",
        "hide": False,
        "smiles": f"{route.smiles}>>{'.'.join(one.smiles for one in step.reactants)}",
        "is_reaction": True,
        "metadata": {
            "classification": step.reaction.name,
            "template": template,
            "template_hash": hashlib.sha224(template.encode()).hexdigest(),
            "policy_name": "molgrad",
            "policy_probability": round(step.chance, 3),
            "reaction_smiles": forward(route),
            "conditions": step.reaction.conditions,
            "needs": step.reaction.needs,
            "reference": step.reaction.reference,
            "note": step.note,
        },
        "children": [_molecule(one) for one in step.reactants],
    }
