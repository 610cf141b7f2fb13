"""A chemist's words for changes between two ends: links exchanged, put in, taken out, turned round, bonds changed."""

from __future__ import annotations

from dataclasses import replace

from rdkit import Chem

from molgrad.chem.change_side import Side
from molgrad.chem.positions import TWO_SIDED, beside, groups_of, labelled, position
from molgrad.chem.ring_names import ring_at
from molgrad.chem.side_chains import chain

_SIGNS = {Chem.BondType.SINGLE: "-", Chem.BondType.DOUBLE: "=", Chem.BondType.TRIPLE: "#"}
_WIDER = 4  # times that a place is widened by atoms of a chain whose bonds changed


def turned(old: Side, new: Side) -> str:
    """A link between two ends that stands the other way round.

    Args:
        old: the place in the parent.
        new: the same place in the child.
    """
    links = [chain(side) for side in (old, new)]
    if not links[0] or not links[1] or links[0] == links[1] or chain(old, forward=False) != links[1]:
        return ""
    group = beside(old.smiles, old.out(old.ends[0])[0], old.ends[0]).partition(" ")[0]
    return f"{group if group in TWO_SIDED else links[0]} turned round"


def link_changed(old: Side, new: Side) -> str:
    """What joins two parts: exchanged, inserted or taken out.

    Args:
        old: the place in the parent.
        new: the same place in the child.
    """
    old, new = widened(old, new)
    if len(old.ends) != 2 or _ring_of(old):
        return ""
    before, after = _link_name(old), _link_name(new)
    bonded = [side.mol.GetBondBetweenAtoms(*side.ends) is not None for side in (old, new)]
    if not (before or bonded[0]) or not (after or bonded[1]) or before == after:
        return ""
    names = [_end_name(old, end) for end in old.ends]
    sides = f"two {names[0]} groups" if names[0] == names[1] else " and the ".join(names)
    became = "" if after in TWO_SIDED or before in TWO_SIDED else _became(old, new)
    if before and after:
        return f"{before} between the {sides} -> {after}{became}"
    if after:
        return f"{after} inserted between the {sides}{became}"
    return f"{before} between the {sides} taken out{became}"


def widened(old: Side, new: Side) -> tuple[Side, Side]:
    """The place with the atoms of the chain at its ends whose hydrogens or bonds changed too.

    Args:
        old: the place in the parent.
        new: the same place in the child.
    """
    for _ in range(_WIDER):
        end = next((i for i in old.ends if _differs(old, new, i)), None)
        if end is None or len(old.ends) > 3:
            return old, new
        old, new = _without(old, new, end)
    return old, new


def _differs(old: Side, new: Side, end: int) -> bool:
    theirs = old.images[end]
    if ring_at(old.smiles, end) or ring_at(new.smiles, theirs):
        return False
    one, other = old.mol.GetAtomWithIdx(end), new.mol.GetAtomWithIdx(theirs)
    return _along(one) != _along(other)


def _along(atom: Chem.Atom) -> list[float]:
    """The orders of an atom's bonds to others that are not at an end."""
    return sorted(bond.GetBondTypeAsDouble() for bond in atom.GetBonds() if bond.GetOtherAtom(atom).GetDegree() > 1)


def _without(old: Side, new: Side, end: int) -> tuple[Side, Side]:
    """Both sides with one atom of the core counted among what changed."""
    theirs = old.images[end]
    images = {a: b for a, b in old.images.items() if a != end}
    back = {b: a for a, b in images.items()}
    ends = set(old.ends) - {end}
    ends |= {n.GetIdx() for n in old.mol.GetAtomWithIdx(end).GetNeighbors() if n.GetIdx() in images}
    ends |= {back[n.GetIdx()] for n in new.mol.GetAtomWithIdx(theirs).GetNeighbors() if n.GetIdx() in back}
    order = tuple(sorted(ends))
    return (
        replace(old, images=images, changed=old.changed | {end}, ends=order),
        replace(new, images=back, changed=new.changed | {theirs}, ends=tuple(images[i] for i in order)),
    )


def _link_name(side: Side) -> str:
    """A link: as a chain, or by its ring or its group."""
    if text := chain(side):
        return text
    held = [found for i in side.changed if (found := ring_at(side.smiles, i))]
    if held and side.changed <= held[0][0] | _oxo(side, held[0][0]):
        return "phenyl" if held[0][1].name == "benzene" else held[0][1].name
    return next((name for name, hit in groups_of(side.smiles) if side.changed and side.changed <= hit), "")


def _oxo(side: Side, ring: frozenset[int]) -> set[int]:
    near = (n for i in ring for n in side.mol.GetAtomWithIdx(i).GetNeighbors())
    return {n.GetIdx() for n in near if n.GetAtomicNum() == 8 and n.GetDegree() == 1}


def _became(old: Side, new: Side) -> str:
    """The group that the change makes of another, in brackets: `(carbamate)`."""
    before, after = (_groups(side) for side in (old, new))
    made = [name for name in after if name not in before]
    left = [name for name in before if name not in after]
    of = f" in place of {left[0]}" if left else ""
    return f" ({made[0]}{of})" if made else ""


def _groups(side: Side) -> list[str]:
    found = [(name, hit) for name, hit in groups_of(side.smiles) if name in TWO_SIDED]
    hits = [pair for at, pair in enumerate(found) if not any(pair[1] <= wider for _, wider in found[:at])]
    hits = [(name, hit) for name, hit in hits if hit & (side.changed | set(side.ends))]
    inside = [name for name, hit in hits if hit & side.changed]
    return list(dict.fromkeys(inside or [name for name, _ in hits]))


def _end_name(side: Side, end: int) -> str:
    if found := ring_at(side.smiles, end):
        return "phenyl" if found[1].name == "benzene" else found[1].name
    bonded = [n.GetIdx() for n in side.mol.GetAtomWithIdx(end).GetNeighbors()]
    bearer = next((i for i in bonded if i in side.changed or i in side.ends), None)
    broken = any(end in hit and hit & side.changed for name, hit in groups_of(side.smiles) if name in TWO_SIDED)
    return labelled(side.mol.GetAtomWithIdx(end)) if bearer is None or broken else beside(side.smiles, end, bearer)


def bond_changed(old: Side, new: Side) -> str:
    """A bond of the core that became double or single, or that was made or cut.

    Args:
        old: the place in the parent.
        new: the same place in the child.
    """
    if old.changed or new.changed:
        return ""
    names = [_ring_of(side) for side in (old, new)]
    if all(names) and names[0] != names[1]:
        return f"{names[0]} -> {names[1]}"
    if len(old.ends) != 2:
        return f"double bonds moved in the {names[0]}" if names[0] else ""
    bonds = [side.mol.GetBondBetweenAtoms(*side.ends) for side in (old, new)]
    if bonds[0] is None or bonds[1] is None:
        sides = " and the ".join(_end_name(old, end) for end in old.ends)
        return f"bond between the {sides} {'made' if bonds[0] is None else 'cut'}"
    ring = [position(old.smiles, end) for end in old.ends if ring_at(old.smiles, end)]
    return f"{_bonded(old)}{f' {ring[0]}' if len(ring) == 1 else ''} -> {_bonded(new)}"


def _ring_of(side: Side) -> str:
    found = ring_at(side.smiles, side.ends[0]) if side.ends else None
    return found[1].name if found and found[0].issuperset(side.ends) else ""


def _bonded(side: Side) -> str:
    order = sorted(side.ends, key=lambda i: (side.mol.GetAtomWithIdx(i).GetAtomicNum() != 6, i))
    first, last = (labelled(side.mol.GetAtomWithIdx(i)).removesuffix("=O") for i in order)
    return f"{first}{_SIGNS.get(side.mol.GetBondBetweenAtoms(*side.ends).GetBondType(), '~')}{last}"
