"""Names of rings and substituents as chemists write them: `pyrimidine`, `4-fluorophenyl`, `OCH3`, `NH-cyclopropyl`."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rdkit import Chem

from molgrad.chem.parse import read
from molgrad.chem.ring_systems import ring_systems
from molgrad.chem.tables import read_table

_CHAIN = 6  # links of a chain that are written one after another
_OXYGEN = "-"  # in place of a locant: an oxygen outside the ring
_PYRIDYL = {"pyridine": "pyridyl", "thiophene": "thienyl"}  # names older than the systematic ones, and in use
_UNNUMBERED = {"benzene": "phenyl"} | {f"cyclo{n}ane": f"cyclo{n}yl" for n in ("prop", "but", "pent", "hex", "hept")}


@dataclass(frozen=True, slots=True)
class RingName:
    """A ring system that has a name.

    Attributes:
        name: such as `indole`.
        locants: atoms of the molecule with all the locants each may bear, by the ring's symmetry one list a numbering.
    """

    name: str
    locants: tuple[dict[int, str], ...]


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    mol: Chem.Mol
    locants: tuple[str, ...]


def _rows() -> Iterator[tuple[str, _Row]]:
    for name, smiles, locants, _ in read_table("ring_names.tsv"):
        mol = Chem.MolFromSmiles(smiles)
        counted = tuple(str(i + 1) for i in range(mol.GetNumAtoms())) if locants == "=" else tuple(locants.split())
        yield Chem.MolToSmiles(mol), _Row(name, mol, counted)


_RINGS = dict(_rows())
_GROUPS = {Chem.CanonSmiles(smiles): (text, prefix) for smiles, text, prefix, _ in read_table("group_names.tsv")}


@lru_cache(maxsize=4_000)
def rings_of(smiles: str) -> tuple[tuple[frozenset[int], RingName], ...]:
    """Each ring system of a molecule with its name; one that has none is described by its size.

    Args:
        smiles: a SMILES; atoms are numbered as its canonical form.
    """
    mol = read(smiles).mol
    return tuple((frozenset(ring), _ring_name(mol, frozenset(ring))) for ring in ring_systems(mol))


def ring_at(smiles: str, atom: int) -> tuple[frozenset[int], RingName] | None:
    """The ring system that holds an atom, with its name; None for an atom outside rings.

    Args:
        smiles: a SMILES.
        atom: counted along its canonical form.
    """
    return next((found for found in rings_of(smiles) if atom in found[0]), None)


def _ring_name(mol: Chem.Mol, ring: frozenset[int]) -> RingName:
    whole = ring | {
        near.GetIdx()
        for i in ring
        for near in mol.GetAtomWithIdx(i).GetNeighbors()
        if near.GetIdx() not in ring
        and near.GetDegree() == 1
        and mol.GetBondBetweenAtoms(i, near.GetIdx()).GetBondType() == Chem.BondType.DOUBLE
    }
    piece, order = _cut_out(mol, whole)
    row = _RINGS.get(Chem.MolToSmiles(piece))
    if row is None:
        return RingName(_described(mol, ring), ())
    matches = piece.GetSubstructMatches(row.mol, uniquify=False, maxMatches=24)
    numberings = tuple(
        {order[at]: locant for at, locant in zip(match, row.locants, strict=True) if locant != _OXYGEN}
        for match in matches
    )
    return RingName(row.name, numberings)


def _cut_out(mol: Chem.Mol, atoms: Collection[int]) -> tuple[Chem.Mol, list[int]]:
    """These atoms with hydrogens where bonds were cut, without stereo, and each one's number in the molecule."""
    keep = Chem.RWMol(mol)
    Chem.RemoveStereochemistry(keep)
    for bond in mol.GetBonds():
        a, b = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        if (a in atoms) != (b in atoms):
            inside = keep.GetAtomWithIdx(a if a in atoms else b)
            # RDKit fills up carbon outside brackets by itself.
            if inside.GetNoImplicit() or (inside.GetIsAromatic() and inside.GetAtomicNum() != 6):
                inside.SetNumExplicitHs(inside.GetNumExplicitHs() + int(bond.GetBondTypeAsDouble()))
    order = sorted(atoms)
    for i in reversed([i for i in range(mol.GetNumAtoms()) if i not in atoms]):
        keep.RemoveAtom(i)
    piece = keep.GetMol()
    Chem.SanitizeMol(piece)
    return piece, order


def _described(mol: Chem.Mol, ring: frozenset[int]) -> str:
    info = mol.GetRingInfo()
    sizes = sorted(len(one) for one in info.AtomRings() if ring.issuperset(one))
    aromatic = all(mol.GetAtomWithIdx(i).GetIsAromatic() for i in ring)
    hetero = any(mol.GetAtomWithIdx(i).GetAtomicNum() != 6 for i in ring)
    kind = ("heteroaromatic " if hetero else "aromatic ") if aromatic else ("heterocyclic " if hetero else "")
    return f"{kind}{'/'.join(map(str, sizes))}-membered ring" + (" system" if len(sizes) > 1 else "")


def substituent(smiles: str, root: int, bearer: int) -> str:
    """The name of what hangs on an atom by one of its bonds: `OCH3`, `4-pyridyl`, `NH-phenyl`.

    Args:
        smiles: a SMILES; atoms are numbered as its canonical form.
        root: the substituent's first atom.
        bearer: the atom that bears it; the bond between the two is in no ring.

    Returns:
        Its SMILES from the bond on, such as `*C1CCC12CC2`, where it has no name.
    """
    mol = read(smiles).mol
    return _named(mol, root, bearer) or _piece(mol, root, bearer)


def branch(mol: Chem.Mol, root: int, bearer: int) -> set[int]:
    """The atoms on the root's side of a bond.

    Args:
        mol: any molecule.
        root: the atom on this side.
        bearer: the atom on the other.
    """
    found, waiting = {root}, [root]
    while waiting:
        for near in mol.GetAtomWithIdx(waiting.pop()).GetNeighbors():
            i = near.GetIdx()
            if i not in found and i != bearer:
                found.add(i)
                waiting.append(i)
    return found


def _piece(mol: Chem.Mol, root: int, bearer: int) -> str:
    atoms = branch(mol, root, bearer)
    keep = Chem.RWMol(mol)
    Chem.RemoveStereochemistry(keep)
    keep.GetAtomWithIdx(bearer).SetAtomicNum(0)
    keep.GetAtomWithIdx(bearer).SetIsAromatic(False)
    keep.GetAtomWithIdx(bearer).SetNumExplicitHs(0)
    keep.GetAtomWithIdx(bearer).SetFormalCharge(0)
    for near in list(keep.GetAtomWithIdx(bearer).GetNeighbors()):
        if near.GetIdx() != root:
            keep.RemoveBond(bearer, near.GetIdx())
    at = sorted(atoms | {bearer}).index(bearer)
    for i in reversed([i for i in range(mol.GetNumAtoms()) if i not in atoms and i != bearer]):
        keep.RemoveAtom(i)
    text = Chem.MolToSmiles(keep, rootedAtAtom=at, canonical=True)
    return str(text)


def formula(smiles: str, root: int, bearer: int) -> str | None:
    """The usual short form of a small substituent, `CF3` or `ethyl`; None for others.

    Args:
        smiles: a SMILES; atoms are numbered as its canonical form.
        root: the substituent's first atom.
        bearer: the atom that bears it.
    """
    known = _GROUPS.get(Chem.CanonSmiles(_piece(read(smiles).mol, root, bearer)))
    return known[0] if known else None


def _named(mol: Chem.Mol, root: int, bearer: int) -> str | None:
    known = _GROUPS.get(Chem.CanonSmiles(_piece(mol, root, bearer)))
    if known:
        return known[0]
    if mol.GetAtomWithIdx(root).IsInRing():
        return _ring_substituent(mol, root, bearer)
    return _chain(mol, root, bearer)


def _chain(mol: Chem.Mol, root: int, bearer: int) -> str | None:
    """Links written one after another up to a ring or a group with a name: `CH2CH2-phenyl`, `C(=O)NH-cyclopropyl`."""
    text = ""
    for _ in range(_CHAIN):
        step = link(mol, root, bearer)
        if step is None:
            return None
        text, (bearer, root) = text + step[0], (root, step[1])
        known = _GROUPS.get(Chem.CanonSmiles(_piece(mol, root, bearer)))
        if known:
            return text + (known[0] if known[0][0].isupper() else f"-{known[0]}")
        if mol.GetAtomWithIdx(root).IsInRing():
            name = _ring_substituent(mol, root, bearer)
            return f"{text}-{name}" if name and "-" not in name else f"{text}-({name})" if name else None
    return None


def link(mol: Chem.Mol, at: int, bearer: int) -> tuple[str, int] | None:
    """A link of a chain, such as `CH2` or `C(=O)`, and the atom behind it; None where the chain branches.

    Args:
        mol: any molecule.
        at: the link's atom.
        bearer: the atom before it.
    """
    atom = mol.GetAtomWithIdx(at)
    out = [near for near in atom.GetNeighbors() if near.GetIdx() != bearer]
    leaves = [near for near in out if near.GetDegree() == 1]
    single = [n for n in out if mol.GetBondBetweenAtoms(at, n.GetIdx()).GetBondType() == Chem.BondType.SINGLE]
    double = [n.GetAtomicNum() for n in out if n not in single and n.GetDegree() == 1]
    symbol, hydrogens = atom.GetSymbol(), atom.GetTotalNumHs()
    if atom.GetFormalCharge() or len(single) + len(double) != len(out):
        return None
    if len(single) == 1 and all(z == 8 for z in double):
        label = {("C", 1): "C(=O)", ("S", 1): "SO", ("S", 2): "SO2"}.get((symbol, len(double)))
        if not double:
            label = symbol + ("H" if hydrogens else "") + (str(hydrogens) if hydrogens > 1 else "")
        return (label, single[0].GetIdx()) if label else None
    if len(single) == 2 and not double and len(leaves) == 1 and leaves[0].GetAtomicNum() == 6:
        behind = next(n for n in single if n.GetDegree() > 1) if any(n.GetDegree() > 1 for n in single) else None
        return (f"{symbol}{'H' if hydrogens else ''}(CH3)", behind.GetIdx()) if behind is not None else None
    return None


def _ring_substituent(mol: Chem.Mol, root: int, bearer: int) -> str | None:
    ring = next(frozenset(found) for found in ring_systems(mol) if root in found)
    named = _ring_name(mol, ring)
    if not named.locants:
        return None
    prefixes = _prefixes(mol, ring, {bearer} | _drawn_in(mol, ring))
    if prefixes is None:
        return None
    best = min(named.locants, key=lambda at: (_number(at[root]), sorted(_number(at[i]) for i, _ in prefixes)))
    stem = _stem(named.name, best[root], bool(prefixes))
    front = "-".join(_counted([(best[i], name) for i, name in prefixes]))
    return front + ("-" if front and stem[0].isdigit() else "") + stem


def _drawn_in(mol: Chem.Mol, ring: frozenset[int]) -> set[int]:
    """Oxygens on a ring that belong to its name."""
    return {
        near.GetIdx()
        for i in ring
        for near in mol.GetAtomWithIdx(i).GetNeighbors()
        if near.GetIdx() not in ring
        and mol.GetBondBetweenAtoms(i, near.GetIdx()).GetBondType() == Chem.BondType.DOUBLE
        and near.GetDegree() == 1
    }


def _prefixes(mol: Chem.Mol, ring: frozenset[int], but: Collection[int]) -> list[tuple[int, str]] | None:
    """(atom of the ring, prefix) of each substituent; None where one has no prefix."""
    found = []
    for i in sorted(ring):
        for near in mol.GetAtomWithIdx(i).GetNeighbors():
            out = near.GetIdx()
            if out in ring or out in but:
                continue
            known = _GROUPS.get(Chem.CanonSmiles(_piece(mol, out, i)))
            name = known[1] if known else _bracketed(_named(mol, out, i))
            if name is None:
                return None
            found.append((i, name))
    return found


def _bracketed(name: str | None) -> str | None:
    return f"({name})" if name else None


_TIMES = {1: "", 2: "di", 3: "tri", 4: "tetra", 5: "penta"}


def _counted(prefixes: list[tuple[str, str]]) -> Iterator[str]:
    """`2,6-difluoro` and the like, by the alphabet; the last one without what joins it to the next."""
    by_name: dict[str, list[str]] = {}
    for locant, name in prefixes:
        by_name.setdefault(name, []).append(locant)
    for name, locants in sorted(by_name.items()):
        yield f"{','.join(sorted(locants, key=_number))}-{_TIMES[len(locants)]}{name}"


def _stem(name: str, locant: str, substituted: bool) -> str:
    if name in _UNNUMBERED:
        return _UNNUMBERED[name]
    if name in _PYRIDYL and not substituted:
        return f"{locant}-{_PYRIDYL[name]}"
    name, _, rest = name.partition(" ")
    return f"{name.removesuffix('e')}-{locant}-yl{' ' if rest else ''}{rest}"


def _number(locant: str) -> tuple[int, str]:
    digits = "".join(char for char in locant if char.isdigit())
    return int(digits or 0), locant
