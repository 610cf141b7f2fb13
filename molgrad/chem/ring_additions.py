"""A chemist's words for a ring that came onto a ring or left it: fused, spiro, a bridge, a ring closed between two."""

from __future__ import annotations

from collections.abc import Collection

from rdkit import Chem

from molgrad.chem.change_side import Side
from molgrad.chem.naming import substituent
from molgrad.chem.places import end_rings
from molgrad.chem.positions import position
from molgrad.chem.ring_names import MACROCYCLE, ring_at, ring_name
from molgrad.chem.side_chains import chain


def ring_grown(old: Side, new: Side) -> str:
    """A ring added to a ring that stays, or taken from it: `spiro-cyclopropane added at C4 of the piperidine`.

    Args:
        old: the place in the parent.
        new: the same place in the child.
    """
    if not old.changed and new.changed:
        return _told(old, new, "added")
    return _told(new, old, "removed") if old.changed and not new.changed else ""


def _told(bare: Side, full: Side, verb: str) -> str:
    rings = [frozenset(ring) for ring in full.mol.GetRingInfo().AtomRings()]
    partly = [ring for ring in rings if ring & full.changed and ring & full.core]
    if not partly:
        return ""
    ring = min(partly, key=lambda one: (len(one), sorted(one)))
    kept = sorted(ring & full.core)
    images = [full.images[i] for i in kept]
    base = ring_at(bare.smiles, images[0])
    if base and _aromatic(full, ring) and any(base[0] <= unit for unit in end_rings(bare.smiles)):
        return ""  # a ring at an end is named whole before and after
    if base is None or not base[0].issuperset(images):
        return _closed(bare, full, verb)
    more = _borne(full, ring)
    if len(ring) >= MACROCYCLE or more is None:
        return ""
    whole = _whole(full, kept[0], base[1].name)
    if len(kept) == 1:
        return f"spiro-{_ring(full, ring)}{more} {verb} {position(bare.smiles, images[0])}{whole}"
    if len(kept) == 2:
        moved = " removed" if verb == "removed" else ""
        link = "" if _aromatic(full, ring) or not _aromatic(bare, images) else chain(full, rings=True)
        name, more = (link, "") if link else (_ring(full, ring), more)
        return f"{name} ring{more} fused to {_atoms(bare, images)}{moved}{whole}"
    ends = _ends(full)
    if len(ends) == 2 and bare.mol.GetBondBetweenAtoms(*ends):
        return ""  # a wider ring
    link = chain(full, rings=True)
    return f"{link} bridge {verb} between {_atoms(bare, ends)}{whole}" if link else ""


def _aromatic(side: Side, ring: Collection[int]) -> bool:
    return all(side.mol.GetAtomWithIdx(i).GetIsAromatic() for i in ring)


def _ends(full: Side) -> list[int]:
    return [full.images[i] for i in full.ends if full.out(i)]


def _whole(full: Side, at: int, before: str) -> str:
    """The ring system that it makes, in brackets."""
    found = ring_at(full.smiles, at)
    return f" ({found[1].name})" if found and found[1].locants and found[1].name != before else ""


def _ring(side: Side, ring: frozenset[int]) -> str:
    carbon = all(side.mol.GetAtomWithIdx(i).GetAtomicNum() == 6 for i in ring)
    if len(ring) == 6 and carbon and _aromatic(side, ring):
        return "benzo"
    return ring_name(side.mol, ring).name.removeprefix("ring ")


def _borne(side: Side, ring: Collection[int]) -> str | None:
    """What the new atoms of a ring bear; None where they are in a further ring."""
    names = []
    for i in sorted(set(ring) & side.changed):
        for near in side.mol.GetAtomWithIdx(i).GetNeighbors():
            out, bond = near.GetIdx(), side.mol.GetBondBetweenAtoms(i, near.GetIdx())
            if out in side.changed and out not in ring:
                if bond.IsInRing():
                    return None
                if bond.GetBondType() != Chem.BondType.DOUBLE:
                    names.append(substituent(side.smiles, out, i))
    return f" with {' and '.join(names)}" if names else ""


def _atoms(side: Side, atoms: Collection[int]) -> str:
    """`C3 and C4 of the piperidine`; `the phenyl` where its atoms bear no locants that tell."""
    found = ring_at(side.smiles, min(atoms))
    if found is None:
        return " and ".join(position(side.smiles, i).removeprefix("at ") for i in atoms)
    ring, named = found
    word = "phenyl" if named.name == "benzene" else named.name
    if not named.locants or named.name == "benzene" or not ring.issuperset(atoms):
        return f"the {word}"
    best = min(sorted((len(at[i]), at[i], i) for i in atoms) for at in named.locants)
    labels = [f"{side.mol.GetAtomWithIdx(i).GetSymbol()}{locant}" for _, locant, i in best]
    return f"{' and '.join(labels)} of the {word}"


def _closed(bare: Side, full: Side, verb: str) -> str:
    """A link between two rings that makes a further ring."""
    link = chain(full, rings=True)
    if not link or len(full.ends) != 2:
        return ""
    ends = [_atoms(bare, [full.images[i]]) for i in full.ends]
    whole = _whole(full, full.ends[0], "")
    if verb == "added":
        return f"{link} closes a ring between {' and '.join(ends)}{whole}"
    return f"ring opened{whole}: {link} between {' and '.join(ends)} taken out"
