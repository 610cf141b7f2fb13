"""A receptor's residues by the names that people write: `A:GLU30`, `GLU30`, `GLU:A30`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from molgrad.errors import ReceptorError
from molgrad.receptors.receptor import REACH, Receptor


class Residue(NamedTuple):
    """A residue of a receptor file; `near` tells whether any of its atoms is in or within 4 Å of the box."""

    name: str
    chain: str
    number: str
    near: bool

    @property
    def label(self) -> str:
        """As facts name it: `Glu30:A`."""
        return f"{self.name.capitalize()}{self.number}" + (f":{self.chain}" if self.chain else "")

    @property
    def written(self) -> str:
        """As an error names it: `A:GLU30`."""
        return f"{self.chain}:{self.name}{self.number}" if self.chain else f"{self.name}{self.number}"

    @property
    def forms(self) -> frozenset[str]:
        """All ways to write it, in capitals."""
        bare = f"{self.name}{self.number}"
        forms = (bare, self.written, self.label, f"{self.name}:{self.chain}{self.number}")
        return frozenset(form.upper() for form in forms)


def find_residue(receptor: Receptor, wanted: str) -> Residue:
    """The one residue of this name.

    Raises:
        ReceptorError: there is none, with those of the same number or near the box of the same name; or
            several, with their full names.
        OSError: the receptor cannot be read.
    """
    residues = _residues(receptor)
    found = [residue for residue in residues if wanted.upper() in residue.forms]
    if len(found) > 1:  # chains a and A are two where the case tells them apart
        found = [r for r in found if wanted in (r.written, r.label, f"{r.name}:{r.chain}{r.number}")] or found
    if len(found) == 1:
        return found[0]
    if found:
        raise ReceptorError(f"{wanted} is in {receptor.name} several times: {', '.join(r.written for r in found)}")
    number, text = re.findall(r"-?\d+", wanted)[-1:], wanted.upper()
    near = [r for r in residues if r.number in number or (r.near and r.name.upper() in text)]
    hint = f"near ones: {', '.join(r.written for r in near[:8])}" if near else "'receptor show' tells what it holds"
    raise ReceptorError(f"{receptor.name} has no residue {wanted}; {hint}")


def around(receptor: Receptor) -> list[str]:
    """The residues in or within 4 Å of the box, as an option takes them: `A:GLU30`."""
    return [residue.written for residue in _residues(receptor) if residue.near]


def _residues(receptor: Receptor) -> tuple[Residue, ...]:
    stat = receptor.pdbqt.stat()
    return _read(receptor, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=8)
def _read(receptor: Receptor, _changed: int, _size: int) -> tuple[Residue, ...]:
    near: dict[tuple[str, str, str], bool] = {}
    for line in receptor.pdbqt.read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith(("ATOM", "HETATM")):
            key = (line[17:20].strip(), line[21].strip(), line[22:27].strip())
            x, y, z = (float(line[a : a + 8]) for a in (30, 38, 46))
            near[key] = near.get(key, False) or receptor.box.holds((x, y, z), REACH)
    return tuple(Residue(*key, close) for key, close in near.items())
