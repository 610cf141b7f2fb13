"""Objectives by name, and the losses that the terms of a file or a command stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from molgrad import registry
from molgrad.autograd.compose import as_weight
from molgrad.autograd.composite import Sum
from molgrad.autograd.loss import Loss
from molgrad.errors import InputFileError, MolgradError, UnknownNameError

if TYPE_CHECKING:
    from molgrad.autograd.domain import Domain
    from molgrad.receptors import Receptor

Term = dict[str, Any]  # {"loss": name, "weight": number, ...arguments of the loss}

# Weights are in units of the docking term, kcal/mol. A molecule gains about 0.3 kcal/mol a heavy atom by size
# alone; 10 (1 - QED) is what DOCKSTRING's published benchmarks use against that.
OBJECTIVES: Mapping[str, tuple[Term, ...]] = {
    "default": (
        {"loss": "docking", "weight": 1.0},
        {"loss": "qed", "weight": 10.0},
        {"loss": "alerts", "weight": 1.0},
        {"loss": "synthesizability", "weight": 1.0},
    ),
    "dockstring": ({"loss": "docking", "weight": 1.0}, {"loss": "qed", "weight": 10.0}),
    "textgrad": ({"loss": "docking", "weight": 1.0}, {"loss": "qed", "weight": 1.0}),
    # For a lead that must stay one: what is hard to make costs twice, and going far away costs. Affinity counts whole:
    # in measured series its part beyond size ranked nothing (docs/docking.md), and size is bounded by the scope. The
    # reference of the similarity is the first start; 0.4 is where Morgan similarity ceases to mean the same series.
    "lead": (
        {"loss": "docking", "weight": 1.0},
        {"loss": "qed", "weight": 10.0},
        {"loss": "alerts", "weight": 1.0},
        {"loss": "synthesizability", "weight": 2.0},
        {"loss": "similarity", "weight": 3.0, "at_least": 0.4},
    ),
}


def objective(name: str, receptor: Receptor | str, *, lead: str = "", **docking: Any) -> Loss:
    """A preset objective of `molgrad optimize` as a loss: `mg.objective("lead", "F2", lead=smiles, effort="fast")`.

    Args:
        name: default, dockstring, textgrad or lead.
        receptor: what is docked into.
        lead: SMILES that `lead` keeps similar to.
        docking: further arguments of `Docking`.

    Raises:
        UnknownNameError: no such preset.
        InputFileError: `lead` without a lead, or arguments that Docking refuses.
    """
    terms = objective_terms(name)
    if not lead and any(term["loss"] == "similarity" for term in terms):
        raise InputFileError(f"the objective {name!r} needs the molecule to stay similar to: give lead=SMILES")
    return build_loss(terms, {"docking": {"receptor": receptor, **docking}, "similarity": {"reference": lead}})


def suited_objective(domain: Domain, starts: Sequence[str]) -> str:
    """The preset where none is asked for: `lead` from drug-sized starts, `default` from fragments and for hops.

    Args:
        domain: within its scope of the starts; a hop leaves the lead that `lead` keeps near to.
        starts: canonical values.
    """
    leads = domain.scope != "hop" and not any(domain.fragments([start]) for start in starts)
    return "lead" if leads else "default"


def objective_terms(name: str) -> list[Term]:
    """The terms of a preset objective.

    Args:
        name: default, dockstring, textgrad or lead.

    Raises:
        UnknownNameError: no such preset.
    """
    if name not in OBJECTIVES:
        raise UnknownNameError("objective", name, OBJECTIVES)
    return [dict(term) for term in OBJECTIVES[name]]


# A kept hydrogen bond is worth 5: more than any one edit gains otherwise, as much as half of QED's whole range.
_CONTACT_WEIGHT = 5.0


def contacts(residues: Sequence[str], required: Sequence[str] = ()) -> list[Term]:
    """The terms that ask for a hydrogen bond with each of these residues.

    Args:
        residues: a pose without the bond pays for it.
        required: a pose without the bond is no result.
    """
    asked: list[tuple[str, dict[str, Any]]] = [(residue, {}) for residue in residues] + [
        (residue, {"gate": True}) for residue in required
    ]
    return [{"loss": "contact", "residue": one, "weight": _CONTACT_WEIGHT, **more} for one, more in asked]


def kept_in_hops(scope: str, terms: Sequence[Mapping[str, Any]]) -> list[Term]:
    """The term that keeps the lead's own hydrogen bonds in a hop, unless a contact is asked for or nothing is docked.

    Args:
        scope: of the run.
        terms: of the objective, contacts included.
    """
    named = [str(term.get("loss", "")) for term in terms]
    wanted = scope == "hop" and named.count("docking") == 1 and not {"contact", "lead_contacts"} & set(named)
    return [{"loss": "lead_contacts", "weight": 2 * _CONTACT_WEIGHT}] if wanted else []


def routes(terms: Sequence[Mapping[str, Any]], asked: bool) -> list[Term]:
    """The term that tells the route of each molecule, where anything of routes is asked for and none is there.

    Args:
        terms: of the objective.
        asked: whether the settings say anything of routes: that they must be, a stock, reactions, building blocks.
    """
    there = any(term.get("loss") == "route" for term in terms)
    return [{"loss": "route", "weight": 1.0}] if asked and not there else []


def build_loss(terms: Sequence[Mapping[str, Any]], shared: Mapping[str, Mapping[str, Any]] | None = None) -> Loss:
    """The composite that the terms describe.

    Args:
        terms: each with the registered name of a loss, a weight (1 by default) and the loss's own arguments.
        shared: arguments by loss name that hold unless a term has its own, e.g. the receptor of a command.

    Raises:
        UnknownNameError: no loss has this name.
        InputFileError: a loss refuses its arguments; says which.
    """
    parts: list[tuple[float, Loss]] = []
    for term in terms:
        arguments = {k: v for k, v in term.items() if k not in ("loss", "weight")}
        name = str(term.get("loss", ""))
        whole = {**(shared or {}).get(name, {}), **arguments}
        try:
            weight = as_weight(term.get("weight", 1.0))
        except (TypeError, ValueError) as error:
            raise InputFileError(f"the term {name!r}: {error}") from error
        try:
            parts.append((weight, registry.load("losses", name)(**whole)))
        except MolgradError:
            raise
        except (TypeError, ValueError, AttributeError) as error:
            raise InputFileError(f"the term {name!r} does not take {arguments}: {error}") from error
    return Sum(parts)
