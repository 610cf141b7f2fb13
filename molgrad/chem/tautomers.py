"""The few tautomers that are about as stable in water as the one that was drawn, or more so.

A proton goes from the atom mapped 1 to the atom mapped 2. A rule stands here where the form it gives lies within
about 1.5 kcal/mol (a factor of ten) of the other in water, or below it: docking knows no energy of tautomers, so a
form that is rare would win by its fit alone. Left out for that reason: 4H-1,2,4-triazoles, 2H-indazoles (2.3
kcal/mol: Catalan, de Paz, Elguero, J. Chem. Soc. Perkin Trans. 2 (1996) 57) and 2H-benzotriazoles (Tomas et al.,
J. Org. Chem. 59 (1994) 2799, stable in the gas phase alone), which are rules the other way; 2-hydroxypyridine for
2-pyridone (some 3 kcal/mol: Beak, Acc. Chem. Res. 10 (1977) 186); ketones' enols and amides' imidic acids.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rdkit import Chem, rdBase

from molgrad.chem.parse import numbered, read
from molgrad.errors import InvalidMoleculeError

# An acceptor at the carbon beside a nitrogen keeps the proton off it: log K is about 3.2 sigma_meta for imidazoles,
# 2.3 (3 kcal/mol) for nitro; Minkin et al., Adv. Heterocycl. Chem. 76 (2000) 157, also for all five-rings here.
_SMARTS_PARTS = {
    "{C}": "$([c;!$(c[F,Cl,Br,I]);!$(c[N+](=O)[O-]);!$(cC#N);!$(cS(=O)=O);!$(cC(F)(F)F)])",
    "{single}": "!$(c(:*)(:*):*)",  # in one aromatic ring
    "{fused}": "$(c(:*)(:*):*)",
    "{n}": "n;X2;+0",
}
_RULES = (
    # 1H- and 3H-imidazoles, benzimidazoles, purines: one molecule but for what the ring carries.
    "[nH:1]1c[{n}:2][c;{C}]c1",
    # 3- and 5-pyrazoles; fused to an aromatic ring only towards 1H.
    "[nH:1]1[{n}:2][c;{C};{single}][c;{single}][c;{single}]1",
    "[{n}:2]1[nH:1]c[c;{fused}][c;{fused}]1",
    # 1,2,3-triazoles: water holds 1H and 2H; Abboud et al., Eur. J. Org. Chem. (2001) 3013.
    "[nH:1]1[{n}:2][{n}][c;{single}][c;{single}]1",
    "[nH:1]1[{n}][{n}:2][c;{C};{single}][c;{single}]1",
    "[{n}:2]1[nH:1][{n}][c;{single}][c;{C};{single}]1",
    # Benzotriazoles: 1H and 3H are alike, 2H goes to either.
    "[nH:1]1[{n}][{n}:2][c;{fused}][c;{fused}]1",
    "[{n}:2]1[nH:1][{n}][c;{fused}][c;{fused}]1",
    # 1,2,4-triazoles: 1H and 2H, never 4H.
    "[nH:1]1[{n}:2][c;{C}][{n}]c1",
    "[nH:1]1c[{n}:2][{n}]c1",
    # Tetrazoles: 1H is favoured by water, 2H by the gas phase, neither by much; at pH 7.4 both are one anion.
    "[nH:1]1[{n}:2][{n}][{n}]c1",
    "[{n}:2]1[nH:1][{n}][{n}]c1",
    # Lactims with the nitrogen beside the hydroxyl: the lactam is the form that water holds (Beak, above).
    "[OX2H:1]-[c;r6]:[{n};r6:2]",
    # Back where the nitrogen's other neighbour carries a halogen or an ether oxygen, which makes the two comparable:
    # Katritzky, Rowe, Roy, J. Chem. Soc. B (1967) 758, and for methoxy the part before it.
    "[O;X1:2]=[c;r6]:[nH;r6:1]:c-[F,Cl,Br,$([OX2][#6])]",
)


def _read_rule(text: str) -> tuple[Chem.Mol, int, int]:
    for name, part in _SMARTS_PARTS.items():
        text = text.replace(name, part)
    pattern = Chem.MolFromSmarts(text)
    numbers = {atom.GetAtomMapNum(): atom.GetIdx() for atom in pattern.GetAtoms()}
    return pattern, numbers[1], numbers[2]


_PATTERNS = tuple(_read_rule(rule) for rule in _RULES)


@lru_cache(maxsize=5_000)
def tautomers(smiles: str, limit: int) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """The form that was drawn and those near to it in water, at most `limit`, in a fixed order.

    Args:
        smiles: the molecule.
        limit: how many forms at most, the drawn one included.

    Returns:
        For each its canonical SMILES and, for each atom of `canonical(smiles)`, the place in that.

    Raises:
        InvalidMoleculeError: the text is no molecule.
    """
    mol = read(smiles).mol
    found: dict[str, tuple[Chem.Mol, tuple[int, ...]]] = {read(smiles).smiles: (mol, tuple(range(mol.GetNumAtoms())))}
    level = [mol]
    while level and len(found) < limit:  # nearest first: one proton moved, then two
        further: dict[str, tuple[Chem.Mol, tuple[int, ...]]] = {}
        for form in level:
            for moved in _moved(form):
                name, places = numbered(moved)
                if name not in found:
                    further.setdefault(name, (moved, places))
        found |= dict(sorted(further.items()))
        level = [form for _, (form, _) in sorted(further.items())]
    return tuple((name, places) for name, (_, places) in found.items())[:limit]


def _moved(mol: Chem.Mol) -> Iterator[Chem.Mol]:
    """The molecule with one proton moved, its atoms in their order, for each rule and place."""
    for pattern, giver, taker in _PATTERNS:
        for match in mol.GetSubstructMatches(pattern, uniquify=False):
            with rdBase.BlockLogs():
                try:
                    moved = _move(mol, match[giver], match[taker])
                    read(Chem.MolToSmiles(moved))
                except (Chem.MolSanitizeException, InvalidMoleculeError):
                    continue
            yield moved


def _move(mol: Chem.Mol, giver: int, taker: int) -> Chem.Mol:
    edited = Chem.RWMol(mol)
    for index, hydrogens in ((giver, 0), (taker, 1)):
        atom = edited.GetAtomWithIdx(index)
        atom.SetNoImplicit(True)
        atom.SetNumExplicitHs(hydrogens)
    for index, order in ((giver, Chem.BondType.DOUBLE), (taker, Chem.BondType.SINGLE)):
        atom = edited.GetAtomWithIdx(index)
        if atom.GetAtomicNum() == 8:
            atom.GetBonds()[0].SetBondType(order)
    moved: Chem.Mol = edited.GetMol()
    Chem.SanitizeMol(moved)
    return moved
