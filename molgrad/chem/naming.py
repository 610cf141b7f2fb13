"""Names of rings and substituents as chemists write them: `pyrimidine`, `4-fluorophenyl`, `OCH3`, `NH-cyclopropyl`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from rdkit import Chem

from molgrad.chem.connected import reached
from molgrad.chem.parse import read
from molgrad.chem.ring_names import ring_atoms, ring_name
from molgrad.chem.tables import read_table

_LARGE = 24  # heavy atoms of a substituent that is written out
_ENDINGS = ("isopropyl", "isobutyl", "sec-butyl", "tert-butyl")  # of chains; others are written out
_PYRIDYL = {"pyridine": "pyridyl", "thiophene": "thienyl"}  # names older than the systematic ones, and in use
_UNNUMBERED = {"benzene": "phenyl"} | {f"cyclo{n}ane": f"cyclo{n}yl" for n in ("prop", "but", "pent", "hex", "hept")}


_GROUPS = {Chem.CanonSmiles(smiles): (text, prefix) for smiles, text, prefix, _ in read_table("group_names.tsv")}


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
    name = _named(mol, root, bearer)
    double = mol.GetBondBetweenAtoms(root, bearer).GetBondType() == Chem.BondType.DOUBLE
    return (f"={name}" if double and name[0] != "=" else name) if name else _piece(mol, root, bearer)


def branch(mol: Chem.Mol, root: int, bearer: int) -> set[int]:
    """The atoms on the root's side of a bond.

    Args:
        mol: any molecule.
        root: the atom on this side.
        bearer: the atom on the other.
    """

    def near(atom: int) -> list[int]:
        return [i for one in mol.GetAtomWithIdx(atom).GetNeighbors() if (i := one.GetIdx()) != bearer]

    return reached(root, near)


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
    return _ring_substituent(mol, root, bearer) if _ring_of(mol, root) else _condensed(mol, root, bearer)


def _ring_of(mol: Chem.Mol, atom: int) -> frozenset[int] | None:
    return next((ring for ring in ring_atoms(mol) if atom in ring), None)


def _condensed(mol: Chem.Mol, root: int, bearer: int) -> str | None:
    """Atom by atom, branches in brackets: `CH2CH2-phenyl`, `C(=O)NH-cyclopropyl`, `N(CH2CH3)2`; None for large ones."""
    if len(branch(mol, root, bearer)) > _LARGE or mol.GetBondBetweenAtoms(root, bearer).IsInRing():
        return None
    head, behind = atom_text(mol, root, bearer)
    texts = sorted((len(branch(mol, i, root)), text) for i in behind if (text := joined(mol, i, root)) is not None)
    if len(texts) < len(behind):
        return None
    *side, last = [text for _, text in texts] or [""]
    if side and last in side and len(set(side)) == 1:
        return f"{head}({inside(last)}){len(texts)}"
    counts = {text: side.count(text) for text in side}
    brackets = "".join(f"({inside(text)}){count if count > 1 else ''}" for text, count in counts.items())
    return head + brackets + last


def inside(text: str) -> str:
    """What follows an atom, for brackets.

    Args:
        text: as `joined` gives it.
    """
    text = text.removeprefix("-")
    return text[1:-1] if text.startswith("(") and text.endswith(")") else text


def atom_text(mol: Chem.Mol, at: int, bearer: int) -> tuple[str, list[int]]:
    """An atom with its hydrogens and doubly bound oxygens, and the neighbours behind it.

    Args:
        mol: any molecule.
        at: the atom.
        bearer: the atom before it.
    """
    atom = mol.GetAtomWithIdx(at)
    behind = [n.GetIdx() for n in atom.GetNeighbors() if n.GetIdx() != bearer]
    oxygens = [
        i
        for i in behind
        if mol.GetAtomWithIdx(i).GetAtomicNum() == 8
        and mol.GetBondBetweenAtoms(at, i).GetBondType() == Chem.BondType.DOUBLE
    ]
    count, charge = atom.GetTotalNumHs(), atom.GetFormalCharge()
    text = atom.GetSymbol() + ("H" if count else "") + (str(count) if count > 1 else "")
    text += "+" if charge > 0 else "-" if charge < 0 else ""
    if oxygens:
        many = f"O{len(oxygens)}" if len(oxygens) > 1 else "O"
        text += many if atom.GetSymbol() == "S" else "(=O)" * len(oxygens)
    return text, [i for i in behind if i not in oxygens]


def joined(mol: Chem.Mol, root: int, bearer: int) -> str | None:
    """What follows an atom of a chain, with the sign of the bond where it is written; None where it has no name.

    Args:
        mol: any molecule.
        root: the atom that follows.
        bearer: the atom of the chain.
    """
    kind = mol.GetBondBetweenAtoms(root, bearer).GetBondType()
    sign = {Chem.BondType.DOUBLE: "=", Chem.BondType.TRIPLE: "#"}.get(kind, "")
    if _ring_of(mol, root):
        name = _ring_substituent(mol, root, bearer)
        if name is None:
            return None
        ends = f"{name}idene" if sign else name
        return f"{sign or '-'}({ends})" if "-" in ends else f"{sign or '-'}{ends}"
    known = None if sign else _GROUPS.get(Chem.CanonSmiles(_piece(mol, root, bearer)))
    if known and (known[0][0].isupper() or known[0] in _ENDINGS):
        return known[0] if known[0][0].isupper() else f"-{known[0]}"
    text = _condensed(mol, root, bearer)
    return text and sign + text


def _ring_substituent(mol: Chem.Mol, root: int, bearer: int) -> str | None:
    ring = _ring_of(mol, root)
    named = ring_name(mol, ring) if ring else None
    if not ring or not named or not named.locants or mol.GetBondBetweenAtoms(root, bearer).IsInRing():
        return None
    prefixes = _prefixes(mol, ring, {bearer} | _drawn_in(mol, ring))
    if prefixes is None:
        return None
    best = min(named.locants, key=lambda at: _lowest(at, root, prefixes))
    stem = _stem(named.name, best[root], bool(prefixes))
    front = "-".join(_counted([(best[i], name) for i, name in prefixes]))
    return front + ("-" if front and stem[0].isdigit() else "") + stem


def _lowest(at: Mapping[int, str], root: int, prefixes: Sequence[tuple[int, str]]) -> tuple[object, ...]:
    """A numbering's rank: the bond, all substituents, then these by the alphabet (IUPAC Recommendations 2013, P-31)."""
    by_name = sorted((name.lstrip("("), _number(at[i])) for i, name in prefixes)
    return _number(at[root]), sorted(number for _, number in by_name), [number for _, number in by_name]


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
    return f"({name})" if name and not name.isalpha() else name


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
