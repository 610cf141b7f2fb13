"""Which fragment of a multi-component SMILES is the molecule, and which are salts and solvents."""

from __future__ import annotations

from functools import lru_cache

from rdkit import Chem, rdBase
from rdkit.Chem.MolStandardize import rdMolStandardize

# Heavy atoms. An unknown organic fragment up to this size, and less than half the parent, is taken for a
# solvent or counter-ion; larger ones may be a second drug, which nobody wants cut away in silence.
SMALL_FRAGMENT = 8

# Counter-ions and solvents, neutral and without stereo.
# Origin: the salt formers of marketed drugs (handbook names), written by hand.
# Two or three a line: a table that is read across.
# fmt: off
KNOWN = {
    "O=C(O)C(O)C(O)C(=O)O": "tartaric acid", "O=C(O)CC(O)(CC(=O)O)C(=O)O": "citric acid",
    "Cc1ccc(S(=O)(=O)O)cc1": "toluenesulfonic acid", "O=S(=O)(O)c1ccccc1": "benzenesulfonic acid",
    "CC1(C)C2CCC1(CS(=O)(=O)O)C(=O)C2": "camphorsulfonic acid", "O=C(O)c1ccccc1": "benzoic acid",
    "O=C(O)c1ccccc1O": "salicylic acid", "O=C(O)C(O)c1ccccc1": "mandelic acid",
    "O=C(O)C(O)CC(=O)O": "malic acid", "CNCC(O)C(O)C(O)C(O)CO": "meglumine",
    "O=C(O)C(O)C(O)C(O)C(O)CO": "gluconic acid", "O=C(O)CNC(=O)c1ccccc1": "hippuric acid",
    "NCCCCC(N)C(=O)O": "lysine", "N=C(N)NCCCC(N)C(=O)O": "arginine", "NC(CCC(=O)O)C(=O)O": "glutamic acid",
    "NC(CC(=O)O)C(=O)O": "aspartic acid", "O=C(O)C1OC(O)C(O)C(O)C1O": "glucuronic acid",
    "O=S(=O)(O)c1cccc2ccccc12": "naphthalenesulfonic acid",
    "O=S(=O)(O)c1ccc2ccccc2c1": "naphthalenesulfonic acid",
    "O=S(=O)(O)c1cccc2c(S(=O)(=O)O)cccc12": "naphthalenedisulfonic acid",
    "O=C(O)c1cc2ccccc2c(Cc2c(O)c(C(=O)O)cc3ccccc23)c1O": "pamoic acid", "NC(CO)(CO)CO": "tromethamine",
    "O=C(O)C=CC(=O)O": "maleic or fumaric acid", "O=C(O)CCC(=O)O": "succinic acid",
    "O=C(O)CCCCC(=O)O": "adipic acid", "CC(=O)O": "acetic acid", "O=CO": "formic acid",
    "O=C(O)C(F)(F)F": "trifluoroacetic acid", "CS(=O)(=O)O": "methanesulfonic acid",
    "CCS(=O)(=O)O": "ethanesulfonic acid", "O=C(O)C(=O)O": "oxalic acid",
    "O=S(=O)(O)CCO": "isethionic acid", "O=S(=O)(O)CCS(=O)(=O)O": "ethanedisulfonic acid",
    "CC(O)C(=O)O": "lactic acid", "O=S(=O)(O)C(F)(F)F": "triflic acid", "O=C(O)CO": "glycolic acid",
    "O=C(O)CC(=O)O": "malonic acid", "CCO": "ethanol", "CO": "methanol", "CC(C)O": "isopropanol",
    "CC(C)=O": "acetone", "CCOC(C)=O": "ethyl acetate", "CS(C)=O": "DMSO", "CN(C)C=O": "DMF",
    "CC#N": "acetonitrile", "ClCCl": "dichloromethane", "ClC(Cl)Cl": "chloroform", "C1CCOC1": "THF",
    "CCOCC": "diethyl ether", "C1COCCO1": "dioxane", "Cc1ccccc1": "toluene", "CCN(CC)CC": "triethylamine",
    "NCCO": "ethanolamine", "OCCNCCO": "diethanolamine", "OCCN(CCO)CCO": "triethanolamine",
    "C[N+](C)(C)CCO": "choline", "CC(C)(C)N": "tert-butylamine", "CCNCC": "diethylamine",
    "C1CNCCN1": "piperazine", "CC(O)CO": "propylene glycol",
}
# fmt: on


def choose(mol: Chem.Mol) -> tuple[Chem.Mol | None, tuple[str, ...], str]:
    """(parent, notes, problem): the one fragment to keep, what was done, or why nothing can be kept.

    The parent of a salt is neutralised by protons; permanent charges (quaternary nitrogen) stay.
    """
    fragments = sorted(Chem.GetMolFrags(mol, asMols=True), key=_rank)
    organic = [f for f in fragments if any(a.GetAtomicNum() == 6 for a in f.GetAtoms())]
    if not organic:
        return (
            None,
            (),
            "no fragment holds carbon: there is no organic molecule here, only ions or small inorganics",
        )
    parent = next((f for f in organic if _known(f) is None), organic[0])
    parent_smiles = Chem.MolToSmiles(parent)
    notes: list[str] = []
    for fragment in fragments:
        if fragment is parent:
            continue
        smiles = Chem.MolToSmiles(fragment)
        if smiles == parent_smiles:
            notes.append(f"repeated fragment kept once: {smiles}")
        elif problem := _second_molecule(fragment, parent, smiles, parent_smiles):
            return None, (), problem
        else:
            name = _known(fragment)
            notes.append(f"salt stripped: {smiles}" + (f" ({name})" if name else ""))
    neutral = _neutral(parent)
    if Chem.MolToSmiles(neutral) != parent_smiles:
        notes.append(f"neutralised: {parent_smiles} to {Chem.MolToSmiles(neutral)}")
    return neutral, tuple(notes), ""


def _rank(fragment: Chem.Mol) -> tuple[int, str]:
    return -fragment.GetNumHeavyAtoms(), Chem.MolToSmiles(fragment)


def _second_molecule(fragment: Chem.Mol, parent: Chem.Mol, smiles: str, parent_smiles: str) -> str:
    """Why `fragment` cannot be cut away as a salt; empty when it can."""
    if not any(atom.GetAtomicNum() == 6 for atom in fragment.GetAtoms()) or _known(fragment) is not None:
        return ""
    size = fragment.GetNumHeavyAtoms()
    if size <= SMALL_FRAGMENT and 2 * size < parent.GetNumHeavyAtoms():
        return ""
    return f"a mixture of {parent_smiles} and {smiles}, neither a known salt former: give one of them"


def _known(fragment: Chem.Mol) -> str | None:
    if fragment.GetNumHeavyAtoms() > 30:
        return None
    flat = Chem.MolToSmiles(_neutral(fragment), isomericSmiles=False)
    return _known_canonical().get(flat)


@lru_cache(maxsize=1)
def _known_canonical() -> dict[str, str]:
    return {Chem.CanonSmiles(smiles, useChiral=0): name for smiles, name in KNOWN.items()}


def _neutral(mol: Chem.Mol) -> Chem.Mol:
    with rdBase.BlockLogs():
        return rdMolStandardize.Uncharger().uncharge(mol)
