"""Cofactors: bond orders and charges from a table or from the user, never guessed from coordinates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from molgrad.chem.tables import read_table
from molgrad.errors import ReceptorError
from molgrad.receptors.preparation.matching import BUILDABLE, compare, skeleton
from molgrad.receptors.preparation.residue import Residue

if TYPE_CHECKING:
    from rdkit import Chem

_TABLE = tuple(read_table("cofactors.tsv"))
COFACTORS = {name: smiles for kind, name, smiles in _TABLE if kind == "cofactor"}  # in the state at pH 7.4
MOLECULES = {name: smiles for kind, name, smiles in _TABLE if kind == "molecule"}  # ligands or parts of them, likewise
MODIFIED = {name: smiles for kind, name, smiles in _TABLE if kind == "residue"}  # amino acids of chains, likewise
ADDITIVES = frozenset(name for kind, name, _ in _TABLE if kind == "additive")  # in the crystal by the drop it grew in


@dataclass(frozen=True)
class Cofactor:
    """What a hetero group is: its molecule with all hydrogens, where that was read, and what was left out of it."""

    mol: Chem.Mol
    source: str
    notes: tuple[str, ...] = ()

    def with_hydrogens(self) -> Cofactor:
        """The same with every hydrogen as an atom, as meeko's templates have them."""
        from rdkit import Chem

        return replace(self, mol=Chem.AddHs(Chem.RemoveHs(self.mol)))


def known_cofactors(names: set[str], templates: Mapping[str, str], others: Iterable[str] = ()) -> dict[str, Cofactor]:
    """The molecules for those of `names` that the user gave or the table holds; the user's win.

    Args:
        names: of the hetero groups in the file.
        templates: SMILES, or an SDF or MOL file, by hetero name.
        others: what a template may be for as well: the ligand as the user named it.

    Raises:
        ReceptorError: a template that is no molecule, or for a name that the file does not hold.
    """
    if unknown := sorted(set(templates) - names - set(others)):
        raise ReceptorError(
            f"a template is given for {', '.join(unknown)}, which the file does not hold; it holds {_few(names)}"
        )
    given = {name: _given(name, text) for name, text in templates.items()}
    return {name: found for name in names if (found := from_table(name))} | given


def from_table(name: str) -> Cofactor | None:
    """The molecule that the table has under a name; that of the mirror image for a D-amino acid."""
    from rdkit import Chem

    smiles = COFACTORS.get(name) or MOLECULES.get(name) or MODIFIED.get(name) or MOLECULES.get(parent_of_mirror(name))
    return Cofactor(Chem.AddHs(Chem.MolFromSmiles(smiles)), "built-in table, pH 7.4") if smiles else None


def parent_of_mirror(name: str) -> str:
    """The L-amino acid of a D-amino acid's name; the name itself otherwise."""
    import gemmi

    info = gemmi.find_tabulated_residue(name)
    code = info.one_letter_code.upper().strip()
    if info.kind != gemmi.ResidueKind.AAD or not code:
        return name
    return str(gemmi.expand_one_letter(code, gemmi.ResidueKind.AA) or name)


def _few(names: set[str]) -> str:
    return ", ".join(sorted(names)[:12]) or "no hetero groups"


def _given(name: str, text: str) -> Cofactor:
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        if Path(text).suffix.lower() in (".sdf", ".mol"):
            mol = next(iter(Chem.SDMolSupplier(text)), None) if Path(text).is_file() else None
            what = "a file with a molecule that RDKit can read"
        else:
            mol, what = Chem.MolFromSmiles(text), "a SMILES, or an SDF or MOL file"
    if mol is None or not mol.GetNumAtoms():
        raise ReceptorError(f"template {name}={text}: this is not {what}")
    mol, left_out = _without_salt(mol)
    strange = sorted({atom.GetSymbol() for atom in mol.GetAtoms()} - BUILDABLE - {"H"})
    if strange or len(Chem.GetMolFrags(mol)) > 1:
        raise ReceptorError(
            f"template {name}: one connected molecule of {', '.join(sorted(BUILDABLE))} is needed"
            f"{'; it holds ' + ', '.join(strange) + ', leave metals out, they are built as ions' if strange else ''}"
        )
    notes = (f"template {name}: {left_out} left out, the largest piece is taken",) if left_out else ()
    return Cofactor(Chem.AddHs(Chem.RemoveHs(mol)), "the template given", notes)


def _without_salt(mol: Chem.Mol) -> tuple[Chem.Mol, str]:
    """The largest piece of a salt or hydrate, and the SMILES of the others; the whole where two are of one size."""
    from rdkit import Chem

    pieces = sorted(Chem.GetMolFrags(mol, asMols=True), key=lambda piece: -int(piece.GetNumHeavyAtoms()))
    if len(pieces) < 2 or pieces[0].GetNumHeavyAtoms() == pieces[1].GetNumHeavyAtoms():
        return mol, ""
    return pieces[0], ", ".join(Chem.MolToSmiles(piece) for piece in pieces[1:])


def describable(residue: Residue) -> bool:
    """Whether a template could say what it is: one connected molecule of elements that can be built."""
    from rdkit import Chem

    if {atom.element for atom in residue.atoms} - BUILDABLE:
        return False
    return len(Chem.GetMolFrags(skeleton(residue))) == 1


@dataclass(frozen=True)
class Fitted:
    """A group as meeko builds it.

    Attributes:
        mol: its heavy atoms; None where it cannot be built.
        reason: why not.
        template: what meeko makes of it; None where the cofactor's own serves.
        missing: elements of the cofactor's atoms that the file lacks.
        ends: atoms (by index) that miss a neighbour, with the order of the bond to it.
    """

    mol: Chem.Mol | None
    reason: str = ""
    template: Cofactor | None = None
    missing: tuple[str, ...] = ()
    ends: tuple[tuple[int, int], ...] = ()


def fitted(residue: Residue, cofactor: Cofactor, bonded: frozenset[int] = frozenset()) -> Fitted:
    """The residue's skeleton if it is the cofactor's, or the part of it that is bonded to the protein.

    Args:
        residue: the group in the file.
        cofactor: what it is.
        bonded: indices of its atoms that are bonded to another residue; there, atoms of the free cofactor may be
            missing.
    """
    from rdkit import Chem

    match = compare(residue, cofactor.mol, cofactor.source, bonded)
    if match.mol is None:
        return Fitted(None, match.reason)
    if match.missing and not (bonded and {index for index, _ in match.ends} <= bonded):
        wanted = Chem.RemoveHs(cofactor.mol).GetNumAtoms()
        return Fitted(None, f"has {len(residue.atoms)} heavy atoms in the file and {wanted} in {cofactor.source}")
    if not match.missing:
        return Fitted(skeleton(residue))
    own = Chem.Mol(match.mol)
    for atom in own.GetAtoms():
        atom.SetMonomerInfo(None)
    part = Cofactor(Chem.AddHs(own), cofactor.source)
    return Fitted(skeleton(residue), "", part, match.missing, match.ends)


def entry(cofactor: Cofactor) -> dict[str, Any]:
    """The cofactor as an entry of meeko's table of residues."""
    from rdkit import Chem

    return {"smiles": Chem.MolToSmiles(cofactor.mol, allHsExplicit=True), "atom_name": None, "link_labels": {}}


def check_given(templates: Mapping[str, str], hetero: Iterable[Residue], known: Mapping[str, Cofactor]) -> None:
    """Refuse a template that fits no group of its name, wherever that lies.

    Raises:
        ReceptorError: with the number of atoms in both.
    """
    groups = list(hetero)
    for name in templates:
        copies = [residue for residue in groups if residue.name == name]
        reasons = [compare(residue, known[name].mol, known[name].source).reason for residue in copies]
        if copies and all(reasons):
            raise ReceptorError(
                f"template {name}={templates[name]} is another molecule: {copies[0].label} {reasons[0]}"
            )
