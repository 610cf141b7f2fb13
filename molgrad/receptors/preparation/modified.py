"""Modified amino acids of a chain, built from the molecule of the free amino acid."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from molgrad.receptors.preparation.cofactors import Cofactor
from molgrad.receptors.preparation.matching import compare, skeleton
from molgrad.receptors.preparation.residue import Residue

if TYPE_CHECKING:
    from rdkit import Chem


@dataclass(frozen=True)
class Modified:
    """A modified amino acid as meeko builds it.

    Attributes:
        mol: its heavy atoms; None where the molecule given is another one.
        reason: why there is none.
        entry: for meeko's table of residues, with its bonds to the neighbours.
    """

    mol: Chem.Mol | None
    reason: str = ""
    entry: dict[str, Any] = field(default_factory=dict)


def modified(residue: Residue, cofactor: Cofactor, *, follows: bool) -> Modified:
    """Lay the free amino acid on a residue of a chain, which lacks an O where the chain goes on.

    Args:
        residue: with backbone atoms N and C.
        cofactor: the free amino acid.
        follows: whether it is bonded to a residue before it.
    """
    names = [atom.name for atom in residue.atoms]
    if not {"N", "C"} <= set(names):
        return Modified(None, "lacks N or C of the backbone")
    nitrogen, carbon = names.index("N"), names.index("C")
    ends = {nitrogen} if follows else set()
    match = compare(residue, cofactor.mol, cofactor.source, ends | {carbon})
    goes_on = match.missing == ("O",) and match.ends == ((carbon, 1),)
    if match.mol is None or (match.missing and not goes_on):
        lost = f"lacks {' '.join(match.missing)} of {cofactor.source}"
        return Modified(None, match.reason or lost)
    return Modified(skeleton(residue), "", _entry(match.mol, nitrogen, carbon if goes_on else None, follows=follows))


def _entry(mol: Chem.Mol, nitrogen: int, carbon: int | None, *, follows: bool) -> dict[str, Any]:
    """The residue for meeko: one hydrogen less, and left implicit, on each atom that is bonded to a neighbour."""
    from rdkit import Chem

    own = Chem.RWMol(mol)
    for atom in own.GetAtoms():
        atom.SetMonomerInfo(None)
    links = ({nitrogen: "N-term"} if follows else {}) | ({carbon: "C-term"} if carbon is not None else {})
    own.GetAtomWithIdx(nitrogen).SetFormalCharge(0 if follows else own.GetAtomWithIdx(nitrogen).GetFormalCharge())
    Chem.SanitizeMol(own)
    whole = Chem.RWMol(Chem.AddHs(own))
    for index in links:
        hydrogen = next((a for a in whole.GetAtomWithIdx(index).GetNeighbors() if a.GetAtomicNum() == 1), None)
        if hydrogen is not None:  # the nitrogen of a proline has none to give
            whole.RemoveAtom(hydrogen.GetIdx())
    for index in links:
        atom = whole.GetAtomWithIdx(index)
        atom.SetNoImplicit(False)
        atom.SetNumExplicitHs(0)
    made = whole.GetMol()
    Chem.SanitizeMol(made)
    smiles = Chem.MolToSmiles(made)
    order = list(made.GetPropsAsDict(includePrivate=True, includeComputed=True)["_smilesAtomOutputOrder"])
    labels = {order.index(index): label for index, label in links.items()}
    return {"smiles": smiles, "atom_name": None, "link_labels": labels}
