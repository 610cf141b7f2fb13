"""Which residues of a file are the ligand: one, several that are bonded, a range, or a chain."""

from __future__ import annotations

import re

from molgrad.errors import ReceptorError
from molgrad.receptors.preparation.bonds import molecule
from molgrad.receptors.preparation.ions import is_ion
from molgrad.receptors.preparation.read import Structure
from molgrad.receptors.preparation.residue import WATERS, Residue

LONGEST = 40  # residues of a peptide or nucleic acid that is a ligand; those that are docked have a dozen at most


def chosen(wanted: str, structure: Structure, chains: tuple[str, ...] = ()) -> list[Residue]:
    """The residues that a text names, in the order of the file.

    Args:
        wanted: `TQ3` or `B:TQ3194`; a range, `A:NAG1-A:NAG4`; several, `A:NAG1,A:NAG2`; or a chain, `C`.
        structure: the file.
        chains: only residues of these are looked at; of all when empty.

    Raises:
        ReceptorError: there is none, says which there are; or several, says how to choose.
    """
    residues = [r for r in structure.residues if r.name not in WATERS and (not chains or r.chain in chains)]
    parts = [part.strip() for part in wanted.split(",") if part.strip()]
    if len(parts) == 1:
        found = _one(parts[0], residues)
    else:
        keys = {residue.key for part in parts for residue in (_ranged(part, residues) or _one(part, residues))}
        found = [residue for residue in residues if residue.key in keys]
    if {r.key for r in structure.polymer()} <= {r.key for r in found}:
        raise ReceptorError(f"ligand {wanted}: without {_listed(found)} the file holds no protein to dock into")
    return found


def _one(wanted: str, residues: list[Residue]) -> list[Residue]:
    groups = [r for r in residues if not r.polymer and len(r.atoms) > 1 and not is_ion(r)]
    if found := [residue for residue in groups if residue.named(wanted)]:
        whole = molecule(found[0], groups)
        if {r.key for r in found} <= {r.key for r in whole}:
            return whole
        raise ReceptorError(
            f"there are {len(found)} ligands {wanted}: {', '.join(r.label for r in found)}; "
            f"choose one, e.g. --ligand {found[0].label}"
        )
    if found := _chain(wanted, residues) or _ranged(wanted, residues):
        return found
    members = [residue for residue in residues if residue.polymer and residue.named(wanted)]
    if len(members) == 1:
        return _peptide(members[0], residues)
    held = ", ".join(residue.label for residue in groups) or "none besides water and ions"
    if members:
        more = ", ".join(r.label for r in members[:6]) + (", ..." if len(members) > 6 else "")
        raise ReceptorError(f"{wanted} are {len(members)} residues of chains: {more}; name one place, or a chain")
    known = ", ".join(dict.fromkeys(residue.chain for residue in residues if residue.polymer))
    raise ReceptorError(f"there is no ligand {wanted!r} in the file; it holds {held}; and the chains {known}")


def _chain(wanted: str, residues: list[Residue]) -> list[Residue]:
    """A chain with what is bonded to it; or the only molecule of a chain that is none."""
    members = [residue for residue in residues if residue.chain == wanted and residue.polymer]
    groups = [r for r in residues if not r.polymer and len(r.atoms) > 1 and not is_ion(r)]
    if len(members) > LONGEST:
        held = ", ".join(residue.label for residue in groups if residue.chain == wanted) or "none"
        raise ReceptorError(
            f"chain {wanted} has {len(members)} residues, too many for a ligand (at most {LONGEST}); its groups: {held}"
        )
    if members:
        keys = {r.key for member in members for r in (member, *molecule(member, [member, *groups]))}
        return [residue for residue in residues if residue.key in keys]
    own = [residue for residue in groups if residue.chain == wanted]
    if not own:
        return []
    whole = molecule(own[0], groups)
    if not {residue.key for residue in own} <= {residue.key for residue in whole}:
        labels = ", ".join(residue.label for residue in own)
        raise ReceptorError(f"chain {wanted} holds {labels}; choose one, e.g. --ligand {own[0].label}")
    return whole


def _ranged(wanted: str, residues: list[Residue]) -> list[Residue]:
    """From one residue to another of its chain, as they stand in the file."""
    for dash in re.finditer("-", wanted):
        ends = [wanted[: dash.start()].strip(), wanted[dash.end() :].strip()]
        places = [[n for n, residue in enumerate(residues) if residue.named(end)] for end in ends]
        if all(len(place) == 1 for place in places):
            (first,), (last,) = sorted(places)
            if residues[first].chain == residues[last].chain:
                chain = residues[first].chain
                return [residue for residue in residues[first : last + 1] if residue.chain == chain]
    return []


def _peptide(member: Residue, residues: list[Residue]) -> list[Residue]:
    """A free amino acid, or the short peptide that a residue is part of."""
    whole = molecule(member, residues)
    if len(whole) > LONGEST:
        raise ReceptorError(
            f"{member.label} is part of a chain of {len(whole)} residues, too many for a ligand (at most {LONGEST})"
        )
    return whole


def _listed(residues: list[Residue]) -> str:
    labels = [residue.label for residue in residues]
    return ", ".join(labels[:6]) + (f" and {len(labels) - 6} more" if len(labels) > 6 else "")
