"""Find a residue of a receptor by name: `A:GLU30`, `GLU30`, `GLU:A30`."""

from __future__ import annotations

import re
from typing import NamedTuple

from molgrad.errors import ReceptorError
from molgrad.receptors.pdbqt import read_pdbqt, residue_forms, residue_label
from molgrad.receptors.receptor import REACH, Receptor


class ReceptorResidue(NamedTuple):
    """A residue of a receptor file.

    Attributes:
        name: e.g. `GLU`.
        chain: its letter, or an empty string.
        number: with the insertion code, e.g. `30` or `52A`.
        near: whether any of its atoms lies in the box or within 4 Å of it.
    """

    name: str
    chain: str
    number: str
    near: bool

    @property
    def label(self) -> str:
        """Its label, `A:GLU30`."""
        return residue_label(*self[:3])

    def named(self, wanted: str) -> bool:
        """Whether a text names this residue: one of `residue_forms` or `GLU30`; case is ignored."""
        forms = {form.upper() for form in residue_forms(*self[:3])}
        return wanted.upper() in forms | {f"{self.name}{self.number}".upper()}


def find_residue(receptor: Receptor, wanted: str) -> ReceptorResidue:
    """Find one residue by name.

    Args:
        receptor: whose residues are searched.
        wanted: a residue as in `residue_forms`, or `GLU30` where only one chain has it; case is ignored unless
            chains differ by it.

    Raises:
        ReceptorError: there is none, with those of the same number or near the box of the same name; or
            several, with their full names.
        OSError: the receptor cannot be read.
    """
    residues = _residues(receptor)
    found = [residue for residue in residues if residue.named(wanted)]
    if len(found) > 1:  # chains a and A are two where the case tells them apart
        found = [r for r in found if wanted in residue_forms(*r[:3])] or found
    if len(found) == 1:
        return found[0]
    if found:
        raise ReceptorError(f"{wanted} is in {receptor.name} several times: {', '.join(r.label for r in found)}")
    number, text = re.findall(r"-?\d+", wanted)[-1:], wanted.upper()
    near = [r for r in residues if r.number in number or (r.near and r.name.upper() in text)]
    hint = f"near ones: {', '.join(r.label for r in near[:8])}" if near else "'receptor show' tells what it holds"
    raise ReceptorError(f"{receptor.name} has no residue {wanted}; {hint}")


def around(receptor: Receptor) -> list[str]:
    """The labels of the residues in or within 4 Å of the box, in the order of the file.

    Raises:
        OSError: the receptor cannot be read.
    """
    return [residue.label for residue in _residues(receptor) if residue.near]


def _residues(receptor: Receptor) -> list[ReceptorResidue]:
    near: dict[tuple[str, str, str], bool] = {}
    for atom in read_pdbqt(receptor.pdbqt):
        key = (atom.residue, atom.chain, atom.number)
        near[key] = near.get(key, False) or receptor.box.holds(atom.point, REACH)
    return [ReceptorResidue(*key, close) for key, close in near.items()]
