"""A chemist's words for each place at which two molecules differ: `F para to the amide -> CF3`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from rdkit import Chem

from molgrad.chem.branches import branch_exchanged, branch_written, fragments_exchanged, small_branch
from molgrad.chem.change_side import Side
from molgrad.chem.common_atoms import Pairs
from molgrad.chem.link_words import bond_changed, link_changed, turned
from molgrad.chem.naming import branch, formula, substituent
from molgrad.chem.parse import read
from molgrad.chem.parted import parts
from molgrad.chem.places import Place
from molgrad.chem.positions import TWO_SIDED, beside, groups_of, labelled, position, two_sided
from molgrad.chem.ring_additions import ring_grown
from molgrad.chem.ring_changes import end_ring_exchanged, is_end_ring, ring_changed, ring_turned, which
from molgrad.chem.ring_names import ring_at, rings_of

SHARED = 0.5  # of the smaller molecule; where less is shared, several places are no longer told
LEAST_SHARED = 0.3  # same, for one place
DRUG_SIZED = 13  # heavy atoms; of smaller molecules a ring may be nearly all
MOST = 3  # places that a sentence names
_ELEMENTS = {"N", "O", "S"}
_TIMES = ("", "", "two", "three", "four")
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
        return f"another structure: {_held(parent)} -> {_held(child)}"
    said = list(dict.fromkeys(_at(*_sides(parent, child, core, place)) for place in where))
    left = len(said) - MOST
    more = f"; and {'one more change' if left == 1 else f'{left} more changes'}" if left > 0 else ""
    return "; ".join(said[:MOST]) + more


def _held(smiles: str) -> str:
    """The ring systems of a molecule; its SMILES where it has none."""
    rings = Counter("phenyl" if named.name == "benzene" else named.name for _, named in rings_of(smiles))
    return ", ".join(f"{count} x {name}" if count > 1 else name for name, count in sorted(rings.items())) or smiles


def _sides(parent: str, child: str, core: Pairs, place: Place) -> tuple[Side, Side]:
    ends = tuple(sorted(place.ends))
    back = {b: a for a, b in core.items()}
    ours = Side(parent, read(parent).mol, core, place.lost, ends)
    theirs = Side(child, read(child).mol, back, place.gained, tuple(core[i] for i in ends))
    return ours, theirs


def _at(old: Side, new: Side) -> str:
    if text := _in_words(old, new):
        return text
    several = [_in_words(*pair) for pair in parts(old, new)]
    if several and all(several):
        return "; ".join(dict.fromkeys(several))
    return branch_written(old, new) or fragments_exchanged(old, new)


def _in_words(old: Side, new: Side) -> str:
    return next((text for describe in _WORDS if (text := describe(old, new))), "")


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


def _same_ring(before: str, after: str) -> bool:
    """Whether two places such as `at C4 of the piperidine` are in one ring."""
    return before.partition(" of the ")[2].split(",")[0] == after.partition(" of the ")[2].split(",")[0]


def _short(before: str, after: str) -> str:
    """`meta` where only this word differs from `ortho to the amide`."""
    same = before.partition(" ")[2] == after.partition(" ")[2]
    if before.startswith("at ") and after.startswith("at ") and _same_ring(before, after):
        return after.split()[1]
    return after.partition(" ")[0] if same and after.split()[0] in ("ortho", "meta", "para") else f"be {after}"


def _substituent(old: Side, new: Side) -> str:
    """What one atom bears: exchanged, added or taken away."""
    if len(old.ends) != 1:
        return ""
    end, theirs = old.ends[0], new.ends[0]
    before, after = (_borne(side, side.ends[0]) for side in (old, new))
    whole, at_core = _named_whole(old, new, end, theirs)
    if whole and (at_core or not (before and after)):
        return whole
    if before is None or after is None:
        return ""
    atom, other = old.mol.GetAtomWithIdx(end), new.mol.GetAtomWithIdx(theirs)
    if "=" in (before[:1], after[:1]) or " =" in before + after:
        labels = [_with(a, n) for a, n in ((atom, before), (other, after))]
        return f"{labels[0]}{_of(old, end)} -> {labels[1]}"
    if atom.GetSymbol() in _ELEMENTS and not (before and after):
        symbol = atom.GetSymbol()
        return f"{symbol}-{_after_dash(before)}{_of(old, end)} -> {symbol}-{_after_dash(after)}"
    if before and after:
        where = which(old, before) if is_end_ring(old) else f" {position(old.smiles, end, old.changed)}"
        return f"{before}{where} -> {after}"
    where = position(old.smiles, end, old.changed)
    return f"{after} added {where}" if after else f"{before} removed {where}"


def _on_chain(old: Side, new: Side) -> str:
    """What an atom in a short chain bears: the chain's names before and after, from the ring or amide that bears it."""
    chained = len(old.ends) == 1 and labelled(old.mol.GetAtomWithIdx(old.ends[0])) == "CH2" and old.changed
    return small_branch(old, new) if chained and not ring_at(old.smiles, old.ends[0]) else ""


def _with(atom: Chem.Atom, name: str) -> str:
    """An atom with what it bears: `CH-OH`, `C=S`, `CF2`."""
    label = labelled(atom)
    if name.startswith("two ") and label == "C":
        inner = name.removeprefix("two ")
        return f"C{inner}2" if inner.isalpha() else f"C({inner})2"
    return label if not name or name == "=O" else label + name if name[0] == "=" else f"{label}-{name}"


def _after_dash(name: str) -> str:
    return "H" if not name else f"({name})" if "-" in name and not name[0].isupper() else name


def _of(old: Side, end: int) -> str:
    """Which of several nitrogens, oxygens or carbonyls, to follow its label; empty where there is one."""
    mol, label = old.mol, labelled(old.mol.GetAtomWithIdx(end))
    group = next((name for name, hit in groups_of(old.smiles) if end in hit), "")
    if found := ring_at(old.smiles, end):
        carbon = mol.GetAtomWithIdx(end).GetAtomicNum() == 6
        return f" {position(old.smiles, end, old.changed)}" if carbon else f" of the {found[1].name}"
    if group in TWO_SIDED:
        return f" of the {group}"
    if sum(labelled(atom) == label for atom in mol.GetAtoms()) < 2:
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
    return " and ".join(f"{_TIMES[names.count(n)]} {n}" if names.count(n) > 1 else n for n in dict.fromkeys(names))


def _named_whole(old: Side, new: Side, end: int, theirs: int) -> tuple[str, bool]:
    """The substituent of which a part changes, by the names of both, `OCH3 -> OCH2CH3`; whether a ring bears it."""
    first, said, at_core = "", "", False
    while True:
        near = [n.GetIdx() for n in old.mol.GetAtomWithIdx(end).GetNeighbors() if n.GetIdx() in old.core]
        near = [i for i in near if len(branch(old.mol, i, end)) > len(old.core) / 2]
        if len(near) != 1 or old.mol.GetAtomWithIdx(end).IsInRing():
            break
        bearer, other = near[0], old.images[near[0]]
        if new.mol.GetBondBetweenAtoms(theirs, other) is None:
            break
        short = formula(old.smiles, end, bearer), formula(new.smiles, theirs, other)
        sizes = len(branch(old.mol, end, bearer)), len(branch(new.mol, theirs, other))
        if not any(short) or min(sizes) > _SMALL:
            break
        before = short[0] or substituent(old.smiles, end, bearer)
        after = short[1] or substituent(new.smiles, theirs, other)
        if before.startswith("*") or after.startswith("*"):
            break
        said = f"{before} {position(old.smiles, bearer, branch(old.mol, end, bearer))} -> {after}"
        first = first or said
        at_core = old.mol.GetAtomWithIdx(bearer).IsInRing() or bool(two_sided(old.smiles, bearer))
        end, theirs = bearer, other
    return (said if at_core else first), at_core  # in the middle of a chain the smallest part is the plainest


# From the most particular words to the most general ones; the first that fit are said.
_WORDS = (
    *(_moved, ring_grown, end_ring_exchanged, turned, ring_changed, _on_chain, _substituent),
    *(small_branch, link_changed, bond_changed, branch_exchanged, ring_turned),
)
