"""Two receptors score one species: the stereoisomer, tautomer and charge state that the first of them chose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from molgrad.autograd.loss import Context
from molgrad.chem.parse import canonical
from molgrad.docking.result import DockResult
from molgrad.docking.species import with_price
from molgrad.evaluation import Evaluation, Status

FIRST = "docked_first"  # of a context: what the first dock of a composite docked, and in which receptor


def told(evaluation: Evaluation, receptor: str) -> Context:
    """What a dock tells further docks of the same molecule: its species, to dock where it chose among several.

    Args:
        evaluation: of a dock.
        receptor: its name.
    """
    docked = evaluation.details.get("docked_smiles")
    if not evaluation.ok or not docked:
        return {}
    species: list[Mapping[str, Any]] = evaluation.details.get("provenance", {}).get("species", [])
    price = next((one["price"] for one in species if one["smiles"] == docked), 0.0)
    first: dict[str, Any] = {FIRST: {"species": docked, "receptor": receptor, "price": price}}
    return first | ({"docked_smiles": docked} if len(species) > 1 else {})


def priced(result: DockResult, context: Context) -> DockResult:
    """A dock of the species that another receptor chose, with what its charge state costs there.

    Args:
        result: of the dock.
        context: of the molecule.
    """
    first = context.get(FIRST)
    if not first or not first["price"] or context.get("docked_smiles") != first["species"]:
        return result
    return with_price(result, first["price"])


def one_species(evaluation: Evaluation, context: Context) -> Evaluation:
    """The evaluation, INVALID where another species was docked than in the first receptor.

    Args:
        evaluation: of a dock.
        context: of the molecule.
    """
    first, docked = context.get(FIRST), evaluation.details.get("docked_smiles")
    if not first or not evaluation.ok or not docked or canonical(docked) == canonical(first["species"]):
        return evaluation
    reason = (
        f"docked as {docked} here and as {first['species']} in {first['receptor']}: scores of two species do not "
        "compare; give both receptors the same protonation and docked state"
    )
    return replace(evaluation, status=Status.INVALID, score=None, reason=reason, facts=(), text="")
