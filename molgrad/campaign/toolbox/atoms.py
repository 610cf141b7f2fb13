"""The tool `atom`: what an atom of a docked pose gains, what is around it, and the room to grow from it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from molgrad.errors import UnknownNameError
from molgrad.evaluation import DOCKING, Evaluation
from molgrad.interactions import TERMS, PoseEnergies, growth_vectors, per_atom_energies
from molgrad.receptors import load_receptor

NAME = "atom"
WORDS = (
    "One atom of a docked pose (numbered from 0 in the canonical SMILES): its energy by term, the receptor atoms "
    "around it, the contacts it is part of, and the room to grow from it. Energies in kcal/mol. Costs nothing"
)
_AROUND = 6  # receptor residues that are named
_REACH = 5.0  # Å within which a residue is a neighbour


def atom_words(evaluation: Evaluation, atom: int) -> str:
    """An atom of a measured molecule, in each receptor that it was docked into; empty where it has no pose.

    Args:
        evaluation: of the molecule.
        atom: its number.

    Raises:
        UnknownNameError: it has no such atom.
    """
    docked = [one for one in evaluation.all_terms() if one.kind == DOCKING and one.ok and one.details.get("poses")]
    return "\n".join(pose_words(one, load_receptor(str(one.details["receptor"])).pdbqt, atom) for one in docked)


def pose_words(term: Evaluation, receptor: Path, atom: int) -> str:
    """An atom of a dock.

    Args:
        term: the dock.
        receptor: PDBQT file of its receptor.
        atom: its number.

    Raises:
        UnknownNameError: there is no such atom.
    """
    found = per_atom_energies(str(term.details["poses"][0]), receptor)
    elements = found.ligand.types.elements
    if atom >= len(elements):
        raise UnknownNameError("heavy atom", str(atom), [f"0 to {len(elements) - 1}"])
    own = found.atoms[atom]
    terms = ", ".join(f"{name} {value:+.2f}" for name, value in zip(TERMS, own, strict=True) if abs(value) >= 0.005)
    rank = int((found.atoms.sum(axis=1) < own.sum()).sum()) + 1
    lines = [
        f"Atom {atom} ({elements[atom]}) in {term.details.get('receptor')}: {own.sum():+.2f} kcal/mol ({terms}), "
        f"place {rank} of {len(elements)} atoms; the pose as a whole {found.inter:+.2f}.",
        f"Around it: {_around(found, atom)}.",
        *[f"Contact: {fact.text}" for fact in term.facts if atom in fact.atoms],
        _room(found, atom),
    ]
    return "\n".join(lines)


def _around(found: PoseEnergies, atom: int) -> str:
    pairs = np.flatnonzero((found.i == atom) & (found.gap <= _REACH))
    nearest: dict[str, tuple[float, str]] = {}
    for pair in pairs[np.argsort(found.gap[pairs], kind="stable")].tolist():
        place = int(found.j[pair])
        nearest.setdefault(found.pocket.residues[place], (float(found.gap[pair]), found.pocket.types.elements[place]))
    said = [f"{residue} ({element} at {gap:.1f} Å)" for residue, (gap, element) in list(nearest.items())[:_AROUND]]
    return ", ".join(said) or f"nothing of the receptor within {_REACH:g} Å"


def _room(found: PoseEnergies, atom: int) -> str:
    own = [one for one in growth_vectors(found) if one.atom == atom]
    if not own:
        return "Room: it carries no hydrogen in whose place a group could go."
    best = min(own, key=lambda one: (one.energy, -one.free))
    if best.free < 0:
        return f"Room: none, {best.residue} is in the way."
    where = f"{best.free:.1f} Å beyond a first carbon, towards {best.residue}"
    return f"Room: {where}; a carbon there {best.energy:+.2f} kcal/mol."
