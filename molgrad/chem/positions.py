"""Where in a molecule something hangs, as a chemist says it: `para to the amide`, `at C5 of the indole`."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from rdkit import Chem

from molgrad.chem.naming import branch, formula
from molgrad.chem.parse import read
from molgrad.chem.ring_names import RingName, ring_at
from molgrad.chem.tables import read_table

_AWAY = {1: "ortho", 2: "meta", 3: "para"}
# Words of a sentence in place of a group's name where an atom of it stands on a ring.
_SHORT = {"aryl amine": "NH", "benzylic CH2": "CH2", "methyl on arene": "CH3", "benzene ring": "phenyl"}
TWO_SIDED = ("amide", "sulfonamide", "urea", "ester", "carbamate")
NAMED_GROUPS = tuple((name, smarts) for name, smarts, _ in read_table("named_groups.tsv"))


@lru_cache(maxsize=256)
def pattern(smarts: str) -> Chem.Mol:
    """A compiled SMARTS, shared."""
    return Chem.MolFromSmarts(smarts)


@lru_cache(maxsize=1_000)
def groups_of(smiles: str) -> tuple[tuple[str, frozenset[int]], ...]:
    """The groups of a molecule that have names, with their atoms; those that name an atom first stand first.

    Args:
        smiles: a SMILES; atoms are numbered as its canonical form.
    """
    mol = read(smiles).mol
    return tuple(
        (name, frozenset(hit)) for name, smarts in NAMED_GROUPS for hit in mol.GetSubstructMatches(pattern(smarts))
    )


def position(smiles: str, atom: int, but: Collection[int] = ()) -> str:
    """Where an atom is, to follow the name of what it bears.

    Args:
        smiles: a SMILES; atoms are numbered as its canonical form.
        atom: the atom that bears a substituent.
        but: atoms that change, by which nothing is located.
    """
    mol = read(smiles).mol
    found = ring_at(smiles, atom)
    if found is None:
        return _on_chain(smiles, mol, atom, but)
    ring, named = found
    near = _relative(smiles, mol, atom, ring, but)
    word = "phenyl" if named.name == "benzene" else named.name
    if named.name == "benzene":
        return near or "on the phenyl"
    if not named.locants or named.name.startswith("cyclo"):
        return f"on the {word}"
    locant = _numbering(mol, atom, ring, named, but)[atom]
    at = f"at {mol.GetAtomWithIdx(atom).GetSymbol()}{locant} of the {word}"
    return f"{at}, {near}" if near else at


def _numbering(mol: Chem.Mol, atom: int, ring: frozenset[int], named: RingName, but: Collection[int]) -> dict[int, str]:
    """The numbering by which what stays on a ring has the lowest locants, and then what changes."""
    stays, comes = [], []
    for i in sorted(ring):
        out = [n.GetIdx() for n in mol.GetAtomWithIdx(i).GetNeighbors() if n.GetIdx() not in ring]
        stays += [i for j in out if j not in but]
        comes += [i for j in out if j in but]

    def low(at: dict[int, str], some: list[int]) -> list[tuple[int, str]]:
        return sorted((len(at[i]), at[i]) for i in some if i in at)

    return min(named.locants, key=lambda at: (low(at, stays), low(at, [*comes, atom]), sorted(at.items())))


def _relative(smiles: str, mol: Chem.Mol, atom: int, ring: frozenset[int], but: Collection[int]) -> str:
    """Ortho, meta or para to the greatest other substituent of a six-membered aromatic ring; empty without one."""
    if len(ring) != 6 or not all(mol.GetAtomWithIdx(i).GetIsAromatic() for i in ring):
        return ""
    order = next(r for r in mol.GetRingInfo().AtomRings() if atom in r)
    place = order.index(atom)
    best: tuple[int, int, int, int] | None = None
    for at, i in enumerate(order):
        away = min((at - place) % 6, (place - at) % 6)
        for near in mol.GetAtomWithIdx(i).GetNeighbors():
            out = near.GetIdx()
            if away and out not in ring and out not in but:
                mass = len(branch(mol, out, i)) if not mol.GetBondBetweenAtoms(i, out).IsInRing() else 0
                best = max(best or (-1, 0, 0, 0), (mass, -away, i, out))
    if best is None:
        return ""
    return f"{_AWAY[-best[1]]} to the {beside(smiles, best[3], best[2])}"


def beside(smiles: str, out: int, bearer: int) -> str:
    """The name of a group as seen from an atom that bears it: `amide`, `OCH3`, `pyrimidine`.

    Args:
        smiles: a SMILES; atoms are numbered as its canonical form.
        out: the group's first atom.
        bearer: the atom that bears it.
    """
    mol = read(smiles).mol
    if found := ring_at(smiles, out):
        return "phenyl" if found[1].name == "benzene" else found[1].name
    if not mol.GetBondBetweenAtoms(out, bearer).IsInRing():
        hanging = branch(mol, out, bearer)
        if not any(mol.GetAtomWithIdx(i).IsInRing() for i in hanging) and (short := formula(smiles, out, bearer)):
            return short
    atom = mol.GetAtomWithIdx(out)
    group = next((found for found in groups_of(smiles) if out in found[1]), None)
    if group is None or group[0] in _SHORT or (atom.GetAtomicNum() == 7 and "amine" in group[0]):
        return labelled(atom)
    if group[0] in TWO_SIDED and _rings_beside(mol, group[1]) > 1:
        return f"{group[0]} {'C=O' if atom.GetAtomicNum() == 6 else atom.GetSymbol()}"
    return group[0]


def _rings_beside(mol: Chem.Mol, group: Collection[int]) -> int:
    return len({n.GetIdx() for i in group for n in mol.GetAtomWithIdx(i).GetNeighbors() if n.IsInRing()} - set(group))


def two_sided(smiles: str, index: int) -> str:
    """The amide, ester or other group with two sides of which an atom is a carbonyl carbon or heteroatom, or nothing.

    Args:
        smiles: a SMILES; atoms are numbered as its canonical form.
        index: the atom.
    """
    atom = read(smiles).mol.GetAtomWithIdx(index)
    group = next((name for name, hit in groups_of(smiles) if index in hit), "")
    return group if group in TWO_SIDED and (atom.GetSymbol() != "C" or labelled(atom).endswith("=O")) else ""


def labelled(atom: Chem.Atom) -> str:
    """An atom with its hydrogens: `CH2`, `NH`, `O`; with a doubly bound oxygen `C=O`, with two `SO2`."""
    count = atom.GetTotalNumHs()
    oxygens = atom.GetAtomicNum() != 8 and sum(
        bond.GetBondType() == Chem.BondType.DOUBLE and bond.GetOtherAtom(atom).GetAtomicNum() == 8
        for bond in atom.GetBonds()
    )
    tail = {0: "", 1: "=O" if atom.GetAtomicNum() == 6 else "O"}.get(oxygens, f"O{oxygens}")
    return f"{atom.GetSymbol()}{'H' if count else ''}{count if count > 1 else ''}{tail}"


def _on_chain(smiles: str, mol: Chem.Mol, index: int, but: Collection[int]) -> str:
    atom = mol.GetAtomWithIdx(index)
    near = [n for n in atom.GetNeighbors() if n.GetIdx() not in but]
    if group := two_sided(smiles, index):
        return f"on the {group} {atom.GetSymbol()}"
    if not near:
        return f"on the {labelled(atom)}"
    by = max(near, key=lambda n: (n.GetAtomicNum() != 6, n.IsInRing(), n.GetDegree(), -n.GetIdx()))
    return f"on the {labelled(atom)} beside the {beside(smiles, by.GetIdx(), index)}"
