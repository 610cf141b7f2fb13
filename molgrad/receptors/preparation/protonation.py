"""The protonation state of each residue: what the user, metals, disulfides, hydrogens and names say, in this order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from molgrad.receptors.preparation.residue import Residue, apart

PARENTS = {"HID": "HIS", "HIE": "HIS", "HIP": "HIS", "ASH": "ASP", "GLH": "GLU", "LYN": "LYS", "ARN": "ARG"}
PARENTS |= {"TYM": "TYR", "CYM": "CYS", "CYX": "CYS"}
# What is built when nothing else is said; meeko's first choice too.
USUAL = {"HIS": "HIE", "ASP": "ASP", "GLU": "GLU", "LYS": "LYS", "ARG": "ARG", "TYR": "TYR", "CYS": "CYS"}
TEMPLATES = {"CYM": "CYX-", "CYX": "CYX-"}  # names of meeko's templates that are not those of the states
COORDINATED = 2.8  # Å; nitrogen to zinc is 2.0 to 2.3, sulfur 2.3, to other metals up to 2.6
DISULFIDE = 2.5  # Å; S-S is 2.05
# Hydroxyl hydrogens: many crystal files have hydrogens but none of these, and then a missing one says nothing.
HYDROXYL = {"SER": {"HG", "HG1"}, "THR": {"HG1"}, "TYR": {"HH"}}


@dataclass(frozen=True)
class Decision:
    """The state of one residue.

    Attributes:
        state: e.g. `HID`; `CYX` for a cysteine in a disulfide.
        source: who decided: asked, disulfide, metal, hydrogens, name, or assumed.
        words: the reason, and what it overruled.
    """

    state: str
    source: str
    words: str

    @property
    def template(self) -> str | None:
        """The name of meeko's template; None where meeko chooses that by itself."""
        if self.state in USUAL.values() or self.source == "disulfide":
            return None
        return TEMPLATES.get(self.state, self.state)


@dataclass(frozen=True)
class Evidence:
    """What the whole file shows about single residues.

    Attributes:
        metals: ions that coordinate nitrogen and sulfur.
        bridged: cysteines of disulfides, as `A:57`.
        complete: hydrogens of hydroxyl groups are shown, so that one that is missing is really not there.
    """

    metals: Sequence[Residue] = ()
    bridged: frozenset[str] = frozenset()
    complete: bool = False

    @classmethod
    def of(cls, members: Iterable[Residue], metals: Sequence[Residue]) -> Evidence:
        """The evidence in a file.

        Args:
            members: residues of all chains.
            metals: ions but for those of buffers.
        """
        members = list(members)
        sulfurs = [(residue.key, atom) for residue in members if residue.name == "CYS" if (atom := residue.atom("SG"))]
        bridged = {
            key
            for (one, first), (two, second) in combinations(sulfurs, 2)
            if np.linalg.norm(np.subtract(first.position, second.position)) < DISULFIDE
            for key in (one, two)
        }
        complete = any(HYDROXYL.get(residue.name, set()) & usual(residue.hydrogens) for residue in members)
        return cls(metals, frozenset(bridged), complete)


def decide(residue: Residue, asked: Mapping[str, str], evidence: Evidence) -> Decision | None:
    """The state of a residue; None for one that has only one.

    Args:
        residue: with its PDB name.
        asked: states by residue, as the user gave them.
        evidence: of the whole file.
    """
    if residue.name not in USUAL:
        return None
    for place, state in asked.items():
        if residue.named(place):
            return Decision(state, "asked", "as asked")
    shown = from_hydrogens(residue, complete=evidence.complete)
    if (shown, residue.state) == ("CYM", "CYX"):
        shown = None  # half of a disulfide whose other half the file lacks; a thiolate has no hydrogen either
    ranked = [
        _bridged(residue, evidence),
        _at_metal(residue, evidence.metals),
        Decision(shown, "hydrogens", "hydrogens in the file") if shown else None,
        Decision(residue.state, "name", f"its name in the file, {residue.called or residue.name}")
        if residue.state
        else None,
    ]
    found = [decision for decision in ranked if decision is not None]
    if not found:
        return Decision(USUAL[residue.name], "assumed", "")
    first, *others = found
    against = [
        f"its name {residue.called} says {o.state}" if o.source == "name" else f"its hydrogens say {o.state}"
        for o in others
        if o.state != first.state and o.source in ("hydrogens", "name")
        if first.state != "CYX" or o.state != "CYM"  # a file cannot show the difference
    ]
    return Decision(first.state, first.source, "; ".join([first.words, *against]))


def _bridged(residue: Residue, evidence: Evidence) -> Decision | None:
    if residue.key not in evidence.bridged:
        return None
    return Decision("CYX", "disulfide", "in a disulfide")


def _at_metal(residue: Residue, metals: Sequence[Residue]) -> Decision | None:
    """A histidine's hydrogen is on the other nitrogen, a cysteine is a thiolate."""
    places = {"HIS": (("NE2", "HID"), ("ND1", "HIE")), "CYS": (("SG", "CYM"),)}.get(residue.name, ())
    for name, state in places:
        atom = residue.only(frozenset({name})).points
        if any(apart(metal.points, atom) < COORDINATED for metal in metals):
            return Decision(state, "metal", f"{name} holds a metal")
    return None


def usual(hydrogens: Iterable[str]) -> set[str]:
    """Names of hydrogens as the PDB has them: `1HZ` is HZ1, deuterium a hydrogen.

    Args:
        hydrogens: names as they stand in the file.
    """
    split = (re.fullmatch(r"(\d*)D?(.*)", name.upper()) for name in hydrogens)
    turned = (f"{found[2]}{found[1]}" for found in split if found)
    return {name if name.startswith("H") else f"H{name}" for name in turned}


def begins(residue: Residue) -> bool:
    """Whether a name like NLEU or three hydrogens at the nitrogen say that a chain begins here, as ammonium.

    Args:
        residue: an amino acid, under the name that the file calls it (`called`).
    """
    if len(residue.called) == 4 and residue.called[0] == "N":
        return True
    shown = {name for name in usual(residue.hydrogens) if re.fullmatch(r"H[NT]?[123]", name)}
    return len(shown) >= (2 if residue.name == "PRO" else 3)


def from_hydrogens(residue: Residue, *, complete: bool) -> str | None:
    """The state that the hydrogens of a file show; None where they leave it open.

    Args:
        residue: whose hydrogens are looked at.
        complete: a hydrogen that is missing is really not there.
    """
    names = usual(residue.hydrogens)
    absent = complete and any(name.startswith("HB") for name in names)
    if residue.name == "HIS":
        return {(True, True): "HIP", (True, False): "HID", (False, True): "HIE"}.get(("HD1" in names, "HE2" in names))
    if residue.name == "LYS":
        return {2: "LYN", 3: "LYS"}.get(sum(name.startswith("HZ") for name in names))
    if residue.name == "ARG":
        return {4: "ARN", 5: "ARG"}.get(sum(name.startswith("HH") or name == "HE" for name in names))
    own, with_it, without = {
        "ASP": ({"HD1", "HD2"}, "ASH", "ASP"),
        "GLU": ({"HE1", "HE2"}, "GLH", "GLU"),
        "TYR": ({"HH"}, "TYR", "TYM"),
        "CYS": ({"HG", "HG1", "HSG"}, "CYS", "CYM"),
    }[residue.name]
    return with_it if own & names else without if absent else None
