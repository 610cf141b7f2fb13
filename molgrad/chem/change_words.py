"""A chemist's words for each place at which two molecules differ: `F para to the amide -> CF3`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from rdkit import Chem

from molgrad.chem.change_side import Side
from molgrad.chem.common_atoms import Pairs
from molgrad.chem.naming import branch, formula, link, ring_at, rings_of, substituent
from molgrad.chem.parse import read
from molgrad.chem.places import Place
from molgrad.chem.positions import TWO_SIDED, beside, groups_of, labelled, position
from molgrad.chem.ring_changes import end_ring_exchanged, is_end_ring, ring_changed, which

SHARED = 0.5  # of the smaller molecule; where less is shared, several places are no longer told
LEAST_SHARED = 0.3  # same, for one place
DRUG_SIZED = 13  # heavy atoms; of smaller molecules a ring may be nearly all
MOST = 3  # places that a sentence names
_ELEMENTS = {"N", "O", "S"}
_SHOWN = 20  # characters of a SMILES in a sentence
_SMALL = 5  # heavy atoms of a substituent that is named whole where a part of it changes


def words(parent: str, child: str, core: Pairs, where: Collection[Place]) -> str:
    """What changed, place by place.

    Args:
        parent: canonical SMILES.
        child: another.
        core: atoms of the parent with their counterparts in the child.
        where: the places, as `places.places` finds them.
    """
    size = min(read(parent).mol.GetNumAtoms(), read(child).mol.GetNumAtoms())
    if size >= DRUG_SIZED and len(core) < (SHARED if len(where) > 1 else LEAST_SHARED) * size:
        rings = Counter(named.name for _, named in rings_of(child))
        held = ", ".join(f"{count} x {name}" if count > 1 else name for name, count in sorted(rings.items()))
        return f"another structure ({held or 'no ring'}), {len(core)} of {size} atoms shared"
    said = [_at(*_sides(parent, child, core, place)) for place in where]
    more = f"; and {len(said) - MOST} more changes" if len(said) > MOST else ""
    return "; ".join(said[:MOST]) + more


def _sides(parent: str, child: str, core: Pairs, place: Place) -> tuple[Side, Side]:
    ends = tuple(sorted(place.ends))
    back = {b: a for a, b in core.items()}
    ours = Side(parent, read(parent).mol, core, place.lost, ends)
    theirs = Side(child, read(child).mol, back, place.gained, tuple(core[i] for i in ends))
    return ours, theirs


def _at(old: Side, new: Side) -> str:
    for describe in (_moved, end_ring_exchanged, _turned, ring_changed, _substituent, _link, _bond):
        if text := describe(old, new):
            return text
    return f"{_roughly(old)} -> {_roughly(new)}"


def _roughly(side: Side) -> str:
    """What changed where no other words are found: its rings, its SMILES, or how many atoms it is."""
    names = dict.fromkeys(found[1].name for i in sorted(side.changed) if (found := ring_at(side.smiles, i)))
    if names:
        return " and ".join(names)
    if not side.changed:
        return "bonds"
    text = Chem.MolFragmentToSmiles(side.mol, sorted(side.changed), isomericSmiles=False)
    return text if "." not in text and len(text) <= _SHOWN else f"{len(side.changed)} atoms"


def _moved(old: Side, new: Side) -> str:
    """One group that left one atom of a ring and came at another."""
    if len(old.ends) != 2 or not old.changed or len(old.changed) != len(new.changed):
        return ""
    left, came = ([i for i in range(2) if side.out(side.ends[i])] for side in (old, new))
    if len(left) != 1 or len(came) != 1 or left == came:
        return ""
    away, arrived = old.ends[left[0]], new.ends[came[0]]
    if old.mol.GetAtomWithIdx(min(old.changed)).IsInRing() and old.rings() & set(old.ends):
        return ""
    name = substituent(old.smiles, old.out(away)[0], away)
    if name != substituent(new.smiles, new.out(arrived)[0], arrived):
        return ""
    before, after = position(old.smiles, away, old.changed), position(new.smiles, arrived, new.changed)
    return f"{name} {before} moved" + (f" to {_short(before, after)}" if before != after else "")


def _short(before: str, after: str) -> str:
    """`meta` where only this word differs from `ortho to the amide`."""
    same = before.partition(" ")[2] == after.partition(" ")[2]
    return after.partition(" ")[0] if same and after.split()[0] in ("ortho", "meta", "para") else f"be {after}"


def _turned(old: Side, new: Side) -> str:
    """A link between two ends that stands the other way round."""
    links = [_linked(side) for side in (old, new)]
    if len(old.ends) != 2 or not links[0] or not links[1] or links[0] == links[1]:
        return ""
    mine, other = (_linked(old, forward=False), links[1])
    if mine != other:
        return ""
    start = old.out(old.ends[0])[0]
    name = beside(old.smiles, start, old.ends[0]).partition(" ")[0]
    return f"{name} turned round"


def _linked(side: Side, forward: bool = True) -> str:
    """A chain of changed atoms between two ends: `C(=O)NH`; empty where there is none."""
    if len(side.ends) != 2:
        return ""
    start, stop = side.ends if forward else side.ends[::-1]
    text, bearer, at = "", start, next(iter(side.out(start)), None)
    seen = set()
    while at is not None and at in side.changed and at not in seen:
        seen.add(at)
        step = link(side.mol, at, bearer)
        if step is None:
            return ""
        text, (bearer, at) = text + step[0], (at, step[1])
    return text if at == stop else ""


def _substituent(old: Side, new: Side) -> str:
    """What one atom bears: exchanged, added or taken away."""
    if len(old.ends) != 1:
        return ""
    end, theirs = old.ends[0], new.ends[0]
    if whole := _named_whole(old, new, end, theirs):
        return whole
    before, after = (_borne(side, side.ends[0]) for side in (old, new))
    if before is None or after is None:
        return ""
    atom, other = old.mol.GetAtomWithIdx(end), new.mol.GetAtomWithIdx(theirs)
    if "=" in (before[:1], after[:1]) or " =" in before + after:
        labels = [labelled(a) + (f"-{n}" if n and "=" not in n else "") for a, n in ((atom, before), (other, after))]
        return f"{labels[0]}{_of(old, end)} -> {labels[1]}"
    if atom.GetSymbol() in _ELEMENTS and not (before and after):
        symbol = atom.GetSymbol()
        return f"{symbol}-{_after_dash(before)}{_of(old, end)} -> {symbol}-{_after_dash(after)}"
    if before and after:
        where = which(old, before) if is_end_ring(old) else f" {position(old.smiles, end, old.changed)}"
        return f"{before}{where} -> {after}"
    where = position(old.smiles, end, old.changed)
    return f"{after} added {where}" if after else f"{before} removed {where}"


def _after_dash(name: str) -> str:
    return "H" if not name else f"({name})" if "-" in name and not name[0].isupper() else name


def _of(old: Side, end: int) -> str:
    """Which of several nitrogens, oxygens or carbonyls, to follow its label; empty where there is one."""
    mol, label = old.mol, labelled(old.mol.GetAtomWithIdx(end))
    group = next((name for name, hit in groups_of(old.smiles) if end in hit), "")
    if found := ring_at(old.smiles, end):
        return f" of the {found[1].name}"
    if group in TWO_SIDED:
        return f" of the {group}"
    if sum(labelled(atom) == label and not atom.IsInRing() for atom in mol.GetAtoms()) < 2:
        return ""
    near = [n for n in mol.GetAtomWithIdx(end).GetNeighbors() if n.GetIdx() not in old.changed]
    by = max(near, key=lambda n: (n.IsInRing(), n.GetAtomicNum() != 6, n.GetDegree(), -n.GetIdx()), default=None)
    return f" beside the {beside(old.smiles, by.GetIdx(), end)}" if by is not None else ""


def _borne(side: Side, end: int) -> str | None:
    """The names of what changes at an end; empty for hydrogen, None where it hangs on two bonds."""
    out = side.out(end)
    reached = set().union(*(branch(side.mol, i, end) for i in out)) if out else set()
    if reached != set(side.changed):
        return None
    names = sorted(substituent(side.smiles, i, end) for i in out)
    return " and ".join(f"{names.count(n)} x {n}" if names.count(n) > 1 else n for n in dict.fromkeys(names))


def _named_whole(old: Side, new: Side, end: int, theirs: int) -> str:
    """The substituent of which a part changes, by the names of both: `CH3 -> CF3`, `OCH3 -> OCH2CH3`."""
    said = ""
    while True:
        near = [n.GetIdx() for n in old.mol.GetAtomWithIdx(end).GetNeighbors() if n.GetIdx() in old.core]
        near = [i for i in near if len(branch(old.mol, i, end)) > len(old.core) / 2]
        if len(near) != 1 or old.mol.GetAtomWithIdx(end).IsInRing():
            return said
        bearer, other = near[0], old.images[near[0]]
        if new.mol.GetBondBetweenAtoms(theirs, other) is None:
            return said
        short = formula(old.smiles, end, bearer), formula(new.smiles, theirs, other)
        sizes = len(branch(old.mol, end, bearer)), len(branch(new.mol, theirs, other))
        if not any(short) or min(sizes) > _SMALL:
            return said
        before = short[0] or substituent(old.smiles, end, bearer)
        after = short[1] or substituent(new.smiles, theirs, other)
        if before.startswith("*") or after.startswith("*"):
            return said
        said = f"{before} {position(old.smiles, bearer, branch(old.mol, end, bearer))} -> {after}"
        end, theirs = bearer, other


def _link(old: Side, new: Side) -> str:
    """What joins two parts: exchanged, put in or taken out."""
    if len(old.ends) != 2:
        return ""
    before, after = _link_name(old), _link_name(new)
    joined = [side.mol.GetBondBetweenAtoms(*side.ends) is not None for side in (old, new)]
    if not (before or joined[0]) or not (after or joined[1]) or not (before or after):
        return ""
    names = [_end_name(old, end) for end in old.ends]
    sides = f"two {names[0]} groups" if names[0] == names[1] else " and the ".join(names)
    if before and after:
        return f"{before} between the {sides} -> {after}"
    return f"{after} put between the {sides}" if after else f"{before} between the {sides} taken out"


def _link_name(side: Side) -> str:
    """A link: as a chain, or by its ring or its group."""
    if chain := _linked(side):
        return chain
    held = [found for i in side.changed if (found := ring_at(side.smiles, i))]
    if held and side.changed <= held[0][0]:
        return held[0][1].name
    return next((name for name, hit in groups_of(side.smiles) if side.changed and side.changed <= hit), "")


def _end_name(side: Side, end: int) -> str:
    if found := ring_at(side.smiles, end):
        return "phenyl" if found[1].name == "benzene" else found[1].name
    bonded = [n.GetIdx() for n in side.mol.GetAtomWithIdx(end).GetNeighbors()]
    bearer = next((i for i in bonded if i in side.changed or i in side.ends), None)
    return labelled(side.mol.GetAtomWithIdx(end)) if bearer is None else beside(side.smiles, end, bearer)


def _bond(old: Side, new: Side) -> str:
    """A bond of the core that became double or single, or that was made or cut."""
    if old.changed or new.changed or len(old.ends) != 2:
        return ""
    return f"{_bonded(old)} -> {_bonded(new)}"


def _bonded(side: Side) -> str:
    signs = {Chem.BondType.SINGLE: "-", Chem.BondType.DOUBLE: "=", Chem.BondType.TRIPLE: "#"}
    order = sorted(side.ends, key=lambda i: (side.mol.GetAtomWithIdx(i).GetAtomicNum() != 6, i))
    first, last = (labelled(side.mol.GetAtomWithIdx(i)).removesuffix("=O") for i in order)
    bond = side.mol.GetBondBetweenAtoms(*side.ends)
    return f"{first}{' and ' if bond is None else signs.get(bond.GetBondType(), '~')}{last}"
