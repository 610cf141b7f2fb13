"""Add, exchange or remove a group at given atoms: edits that are not rules of the library."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from rdkit import Chem, rdBase

from molgrad.chem.parse import read
from molgrad.chem.tables import read_table
from molgrad.chem.transforms.engine import finished
from molgrad.chem.transforms.library import LIBRARY

KINDS = ("grow", "replace", "remove")
MAX_GROUP = 60  # characters of a group's SMILES: a group, not a second molecule
_WHOLE = 1.0  # bond order of what is put on

_GROWTH = "grow_arene_"
# Name -> SMILES with the attachment first: those of the growth rules, and the usual names.
GROUPS: Mapping[str, str] = MappingProxyType(
    {
        name.removeprefix(_GROWTH).replace("_", " "): rule.smarts.partition(">>[c:1]-")[2]
        for name, rule in LIBRARY.items()
        if name.startswith(_GROWTH)
    }
    | dict(read_table("substituents.tsv"))
)


class GraftError(ValueError):
    """An edit that cannot be made; says why in words that the one who asked for it can use."""


def graft(smiles: str, kind: str, atoms: Sequence[int], group: str = "") -> list[str]:
    """The sound products of an edit, canonical, in the order of the atoms.

    Args:
        smiles: the molecule; atom numbers count along its canonical SMILES.
        kind: `grow` puts the group on each of the atoms, which gives as many products; `replace` takes the atoms out
            and puts the group where they hung (a single ring or chain atom may become another element);
            `remove` takes the atoms out.
        atoms: where.
        group: a name ("cyano", "4-fluorophenyl") or a SMILES whose first atom is the attachment.

    Raises:
        GraftError: the edit cannot be made, and why. InvalidMoleculeError: `smiles` is no molecule.
    """
    parent = read(smiles).mol
    where = list(dict.fromkeys(atoms))
    if kind not in KINDS:
        raise GraftError(f"no such edit: {kind[:40]!r}; there are {', '.join(KINDS)}")
    size = parent.GetNumAtoms()
    if not where or not all(0 <= i < size for i in where):
        raise GraftError(f"the atoms must be numbers from 0 to {size - 1}")
    with rdBase.BlockLogs():
        if kind == "grow":
            made = [_grown(parent, at, read_group(group)) for at in where]
        else:
            made = [_exchanged(parent, where, read_group(group) if kind == "replace" else None)]
        products = [product for mol in made if (product := finished(mol)) is not None]
    if not products:
        raise GraftError("the product is no sound molecule")
    return [p for p in dict.fromkeys(products) if p != read(smiles).smiles]


def read_group(group: str) -> Chem.Mol:
    """The group behind a name or a SMILES; its first atom is the attachment.

    Raises:
        GraftError: neither.
    """
    words = group.strip()
    name = words.lower().replace("_", " ").replace("-", " ").removesuffix(" group")
    text = GROUPS.get(name, words)
    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(text) if text and len(text) <= MAX_GROUP and "." not in text else None
        if mol is None and text.startswith("n") and len(text) <= MAX_GROUP:  # bound through an azole's nitrogen
            mol = Chem.MolFromSmiles(f"[nH]{text[1:]}")
    if mol is None or mol.GetNumAtoms() == 0 or any(atom.GetAtomicNum() == 0 for atom in mol.GetAtoms()):
        raise GraftError(
            f"the group {words[:40]!r} is neither a name such as cyano or 4-fluorophenyl nor a SMILES that begins "
            "with the attachment"
        )
    return mol


def _grown(parent: Chem.Mol, at: int, group: Chem.Mol) -> Chem.Mol:
    if parent.GetAtomWithIdx(at).GetTotalNumHs() == 0:
        raise GraftError(f"atom {at} ({parent.GetAtomWithIdx(at).GetSymbol()}) has no hydrogen to give")
    mol = Chem.RWMol(parent)
    _attached(mol, at, group)
    return mol


def _exchanged(parent: Chem.Mol, atoms: Collection[int], group: Chem.Mol | None) -> Chem.Mol:
    """The parent without the atoms, and with the group, if any, where they hung."""
    gone = set(atoms)
    bonds = ((i, n.GetIdx()) for i in sorted(gone) for n in parent.GetAtomWithIdx(i).GetNeighbors())
    hung = [(n, parent.GetBondBetweenAtoms(i, n).GetBondTypeAsDouble()) for i, n in bonds if n not in gone]
    if not hung:
        raise GraftError("these atoms are the whole molecule")
    if group is not None and len(gone) == 1 and group.GetNumAtoms() == 1 and len(hung) > 1:
        element = group.GetAtomWithIdx(0)
        if max(Chem.GetPeriodicTable().GetValenceList(element.GetAtomicNum())) < len(hung):
            raise GraftError(f"{element.GetSymbol()} cannot hang at {len(hung)} places; name all the atoms that go")
        return _transmuted(parent, next(iter(gone)), element.GetAtomicNum())
    if group is not None and len(hung) > 1:
        raise GraftError(f"these atoms hang at {len(hung)} places, a group at one; name the end of a chain or a ring")
    mol = Chem.RWMol(parent)
    for at, order in hung:
        _freed(mol.GetAtomWithIdx(at), order)
    if group is not None:
        _attached(mol, hung[0][0], group)
    for i in sorted(gone, reverse=True):
        mol.RemoveAtom(i)
    if len(Chem.GetMolFrags(mol)) > 1:
        raise GraftError("without these atoms the molecule falls apart")
    return mol


def _transmuted(parent: Chem.Mol, at: int, number: int) -> Chem.Mol:
    """One atom turned into another element, its bonds as they are."""
    mol = Chem.RWMol(parent)
    atom = mol.GetAtomWithIdx(at)
    atom.SetAtomicNum(number)
    atom.SetFormalCharge(0)
    atom.SetNumExplicitHs(0)
    atom.SetNoImplicit(False)
    atom.SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
    return mol


def _attached(mol: Chem.RWMol, at: int, group: Chem.Mol) -> None:
    first = mol.GetNumAtoms()
    mol.InsertMol(group)
    mol.AddBond(at, first, Chem.BondType.SINGLE)
    for i in (at, first):
        atom = mol.GetAtomWithIdx(i)
        if atom.GetNumExplicitHs():  # written in brackets, [nH] or [C@H]: its hydrogens do not adjust by themselves
            atom.SetNumExplicitHs(atom.GetNumExplicitHs() - int(_WHOLE))


def _freed(atom: Chem.Atom, order: float) -> None:
    """Hydrogens for an atom that lost a bond, where they do not come by themselves."""
    pyrrole_like = atom.GetIsAromatic() and atom.GetSymbol() == "N" and order == _WHOLE
    if atom.GetNoImplicit() or pyrrole_like:
        atom.SetNumExplicitHs(atom.GetNumExplicitHs() + int(order))
