"""How sure a pose is: how many searches found it, and which polar contacts of the crystal's ligand it makes."""

from __future__ import annotations

from functools import lru_cache

from molgrad.errors import MolgradError
from molgrad.evaluation import Evaluation
from molgrad.interactions.native import native_contacts, polar_residues
from molgrad.receptors.receptor import Receptor, load_receptor


def agreement(term: Evaluation) -> list[str]:
    """The searches and the crystal's ligand, a sentence each; nothing where they are not known.

    Args:
        term: a dock's evaluation.
    """
    return [*_searches(term), *_native(term)]


def _searches(term: Evaluation) -> list[str]:
    made = term.details.get("provenance", {})
    share, count = made.get("repeatability"), made.get("searches", 0) + made.get("failed_searches", 0)
    if share is None:
        return []
    sure = "" if term.sd is None else f"; the score's standard deviation is {term.sd:.1f} kcal/mol"
    return [f"{round(share * count)} of {count} independent searches ended in this pose{sure}"]


def _native(term: Evaluation) -> list[str]:
    made, poses = term.details.get("provenance", {}), term.details.get("poses") or ()
    receptor = _receptor(str(term.details.get("receptor", "")), str(made.get("receptor_sha256", "")))
    if receptor is None or not poses:
        return []
    try:
        native = _polar(receptor)
        own = polar_residues(str(poses[0]), receptor.pdbqt)
    except (MolgradError, OSError, ValueError):  # a receptor changed on disk is no reason to ask nothing
        return []
    if not native:
        return []
    kept, lost = ([one for one in native if (one in own) is there] for there in (True, False))
    missing = f"; not {', '.join(lost)}" if lost else ""
    of = f"{len(kept)} of the {len(native)} residues with which the crystal's own ligand has one"
    return [f"the pose has polar contacts with {of}{': ' + ', '.join(kept) if kept else ''}{missing}"]


@lru_cache(maxsize=32)
def _receptor(name: str, sha256: str) -> Receptor | None:
    """The receptor of that name, where it is the one that was docked into and its ligand is known."""
    if not name or not sha256:
        return None
    try:
        found = load_receptor(name)
        same = found.ligand is not None and found.sha256 == sha256
    except (MolgradError, OSError):
        return None
    return found if same else None


@lru_cache(maxsize=32)
def _polar(receptor: Receptor) -> tuple[str, ...]:
    return tuple(contact.residue for contact in native_contacts(receptor) if contact.polar)
