"""What the report of a built receptor says: its summary, the changes with their distances, and what is doubtful."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from molgrad.receptors.preparation.bond_orders import GIVEN
from molgrad.receptors.preparation.build import Builder
from molgrad.receptors.preparation.cofactors import Cofactor
from molgrad.receptors.preparation.matching import compare
from molgrad.receptors.preparation.native import geometry_warnings
from molgrad.receptors.preparation.read import Structure
from molgrad.receptors.preparation.report import SHOWN, Change
from molgrad.receptors.preparation.residue import Residue, apart, from_box
from molgrad.receptors.preparation.site import Site
from molgrad.receptors.preparation.states import said_states

CLASH = 2.2  # Å between heavy atoms; hydrogen bonds are 2.5 and longer, covalent bonds under 1.9


def guesses(guessed: Sequence[str], near: int) -> list[str]:
    """Warnings of residues that were rebuilt near the box.

    Args:
        guessed: those residues.
        near: how many residues are near the box in all.
    """
    if not guessed:
        return []
    more = f" and {len(guessed) - SHOWN} more" if len(guessed) > SHOWN else ""
    words = [
        f"the file lacks atoms of {', '.join(guessed[:SHOWN])}{more} near the box: rebuilt as the rotamer that fits "
        "best, which is a guess; --no-rebuild refuses such a file"
    ]
    if len(guessed) > near / 2:
        words.append(
            f"{len(guessed)} of the {near} residues near the box are guesses: docking into them says little; give "
            "a model with side chains"
        )
    return words


def placed_changes(structure: Structure, site: Site, chains: Sequence[str], builder: Builder) -> tuple[Change, ...]:
    """The changes of reading, with their distances, then those of building."""
    placed = []
    for change in structure.changes:
        residue = structure.place(change.key)
        if residue is None:
            placed.append(change)
        elif residue.chain in chains:
            placed.append(replace(change, distance=round(from_box(residue.points, site.box), 1)))
    return (*placed, *builder.changes)


def summary_lines(
    structure: Structure, chains: Sequence[str], built: Sequence[Residue], builder: Builder, site: Site
) -> tuple[str, ...]:
    """The first lines of a report: what was built, the box, the protonation states near it."""
    sides = " x ".join(f"{side:.1f}" for side in site.box.size)
    center = ", ".join(f"{x:.1f}" for x in site.box.center)
    lines = [
        f"built: {chain_words(chains)}, {builder.count()} residues{with_groups(built)}",
        f"box: {sides} Å at ({center}), {site.description}",
    ]
    lines += said_states(builder.decisions, site.box)
    if any(residue.hydrogens for residue in structure.polymer()):
        lines.append("hydrogens of the file gave the protonation and were built anew; Vina reads heavy atoms only")
    return tuple(lines)


def contacts(structure: Structure, site: Site, chains: Sequence[str], built: Sequence[Residue]) -> list[str]:
    """A ligand that touches what it cannot touch: bonded to the protein, or from another frame."""
    if site.native is None:
        return []
    name, points = site.native.name, site.native.points
    close = [r.label for r in structure.polymer() if r.chain in chains and apart(r.points, points) < CLASH]
    groups = [r.label for r in built if apart(r.points, points) < CLASH]
    warnings = []
    if close:
        warnings.append(
            f"ligand {name} comes closer than {CLASH} Å to {', '.join(close[:6])}: bonded to it, or not in "
            "this frame? Vina docks without bonds to the protein"
        )
    if groups:
        warnings.append(
            f"ligand {name} comes closer than {CLASH} Å to {', '.join(groups)}, built as part of the receptor; "
            f"--drop {','.join(groups)} leaves that out"
        )
    return warnings


def doubtful(built: Sequence[Residue], known: Mapping[str, Cofactor]) -> list[str]:
    """Templates of the user whose bond orders the coordinates of a group contradict."""
    found = []
    for group in built:
        if group.name in known and known[group.name].source == GIVEN:
            match = compare(group, known[group.name].mol, GIVEN)
            labels = [atom.name for atom in group.atoms]
            found += geometry_warnings(group.label, match.mol, labels) if match.mol is not None else []
    return found


def chain_words(chains: Sequence[str]) -> str:
    """`chain A` or `chains A, B`."""
    return f"chain{'s' if len(chains) > 1 else ''} {', '.join(chains)}"


def with_groups(built: Sequence[Residue]) -> str:
    """` with A:NDP193`: the groups that were built beside the protein; empty without any."""
    labels = [residue.label for residue in built]
    if len(labels) > 6:
        labels = [*labels[:6], f"{len(labels) - 6} more"]
    return f" with {', '.join(labels)}" if labels else ""
