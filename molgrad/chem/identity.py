"""When two structures are one compound: a key that tautomers, protonation states and spellings share."""

from __future__ import annotations

from functools import lru_cache

from rdkit import Chem, rdBase

from molgrad.chem.extension import forms
from molgrad.chem.parse import as_labelled, read
from molgrad.chem.stable import shifted

_LAST = 2  # characters of an InChIKey that tell the number of protons: an acid and its anion are one compound

# InChI moves hydrogens between N, O and S, not to carbon, nor between the ends of a pyrazolone. An open 1,3-dicarbonyl
# becomes its keto form, a ring that can be aromatic its enol, whichever was drawn. Each with the atoms of the pattern
# from which the proton goes, over which, and to which; and whether what comes out must be aromatic.
_FORMS = tuple(
    (Chem.MolFromSmarts(smarts), path, aromatic)
    for smarts, path, aromatic in (
        ("[OX2H1]-[CX3]=[CX3]-[CX3]=O", (0, 1, 2), False),
        ("O=[CX3;r6;$(C(C)(C)=O),$(C(C)(c)=O)]-[CX4;r6;!H0]-[CX3;r6]=O", (2, 1, 0), True),  # before a lactone's
        ("O=[CX3;r6]-[CX4;r6;!H0]-[CX3;r6]=O", (2, 1, 0), True),
        ("O=[CX3;r5](-[NX3;r5])-[CX4;r5;!H0]-[CX3;r5]=[NX2;r5]", (3, 1, 0), True),
        ("O=[c;r5]1[n;!H][nH][c][c]1", (3, 1, 0), True),
    )
)


@lru_cache(maxsize=20_000)
def identity(smiles: str) -> str:
    """The key of the compound that a SMILES draws: equal keys, the same compound.

    It is the standard InChIKey without its protonation, so that annular tautomers, lactams and lactims, amides and
    imidic acids, thiones, guanidines, imines of amines and charge states that differ by protons share it; stereoisomers
    and isotopes do not. The enols of 1,3-dicarbonyls are taken for their ketones. Of a molecule with stereo groups it
    names the groups' kinds and every form.

    Args:
        smiles: a SMILES.

    Raises:
        InvalidMoleculeError: the text is no molecule.

    Source:
        Heller et al., J. Cheminform. 7 (2015) 23, for what InChI takes for one compound.
    """
    parsed = read(smiles)
    mol, places = as_labelled(parsed)
    if not parsed.groups:
        return _key(mol) or parsed.smiles
    drawn = forms(mol, [(kind, [places[i] for i in atoms]) for kind, atoms in parsed.groups])
    kinds = "".join(sorted(kind for kind, _ in parsed.groups))
    return " ".join([kinds, *sorted({_key(form) or Chem.MolToSmiles(form) for form in drawn})])


def same_compound(first: str, second: str) -> bool:
    """Whether two SMILES draw one compound.

    Args:
        first: a SMILES.
        second: another.

    Raises:
        InvalidMoleculeError: one of them is no molecule.
    """
    return read(first).smiles == read(second).smiles or identity(first) == identity(second)


def _key(mol: Chem.Mol) -> str:
    with rdBase.BlockLogs():
        return str(Chem.MolToInchiKey(_one_dicarbonyl(mol)))[:-_LAST]


def _one_dicarbonyl(mol: Chem.Mol) -> Chem.Mol:
    """The molecule with 1,3-dicarbonyls and pyrazolones in one form."""
    for pattern, path, aromatic in _FORMS:
        while match := mol.GetSubstructMatch(pattern):
            try:
                moved = shifted(mol, [match[i] for i in path])
            except Chem.MolSanitizeException:
                break
            if aromatic and not moved.GetAtomWithIdx(match[1]).GetIsAromatic():
                break
            mol = moved
    return mol
