"""The form of a molecule without the charges that protons make, from which states of charge are counted."""

from __future__ import annotations

from rdkit import Chem, rdBase

_LOSES = (7, 8, 15, 16)  # N, O, P, S: a cation with a hydrogen has it from water
_CHARGED = Chem.MolFromSmarts("[!+0]")
_GAINS = (6, 7, 8, 15, 16, 34)  # C (enolates, drawn as carbanions), N, O, P, S, Se
# Mesoionic rings (sydnones, sydnonimines): no drawing of them is without charges.
_MESOIONIC = [
    Chem.MolFromSmarts(text) for text in ("[O,S,N;-]-[c;r5]:[n+;r5;H0]", "[O,S,N;-]-[c;r5]:[a;r5]:[n+;r5;H0]")
]


def neutralized(mol: Chem.Mol) -> Chem.Mol:
    """A copy with every charge taken away that a proton brought or took.

    Nitro groups, N-oxides, azides, isonitriles and other charges beside their opposite stay, and so do quaternary
    nitrogen, sulfonium and pyridinium, which have no hydrogen.

    Args:
        mol: sanitized; atoms keep their order.

    Raises:
        Chem.MolSanitizeException: RDKit cannot take the neutral form.
    """
    if not mol.HasSubstructMatch(_CHARGED):
        return Chem.Mol(mol)
    copy = Chem.RWMol(mol)
    mesoionic = {match[0] for pattern in _MESOIONIC for match in mol.GetSubstructMatches(pattern)}
    for atom in copy.GetAtoms():
        if atom.GetIdx() in mesoionic:
            continue
        charge = atom.GetFormalCharge()
        beside = {n.GetFormalCharge() for n in atom.GetNeighbors()}
        if charge > 0 and atom.GetAtomicNum() in _LOSES and not any(other < 0 for other in beside):
            taken = min(charge, atom.GetTotalNumHs())
            _shift(atom, -taken)
        elif charge < 0 and atom.GetAtomicNum() in _GAINS and not any(other > 0 for other in beside):
            _shift(atom, -charge)
    result = copy.GetMol()
    with rdBase.BlockLogs():
        Chem.SanitizeMol(result)
    return result


def _shift(atom: Chem.Atom, protons: int) -> None:
    """Add protons to an atom, or take as many away."""
    if protons:
        hydrogens = atom.GetTotalNumHs() + protons
        atom.SetFormalCharge(atom.GetFormalCharge() + protons)
        atom.SetNoImplicit(True)
        atom.SetNumExplicitHs(hydrogens)


def permanent_charges(mol: Chem.Mol) -> dict[int, int]:
    """Charge by atom of what has no opposite charge beside it.

    Args:
        mol: a neutralized molecule.
    """
    return {
        atom.GetIdx(): atom.GetFormalCharge()
        for atom in (mol.GetAtomWithIdx(index) for (index,) in mol.GetSubstructMatches(_CHARGED))
        if not any(n.GetFormalCharge() * atom.GetFormalCharge() < 0 for n in atom.GetNeighbors())
    }
