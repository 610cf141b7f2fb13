"""One medicinal-chemistry transformation: a reaction SMARTS with its reason and a worked example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from rdkit import Chem, rdBase
from rdkit.Chem import AllChem, Crippen, rdMolDescriptors

# An amine is a base where nothing draws on its lone pair: no acyl, sulfonyl, aryl, vinyl, heteroatom or CF2 beside it.
_BASE = Chem.MolFromSmarts(
    "[$([NX3;+0;!$(N~[!#6;!#1]);!$(N-[#6]=,#[!#6]);!$(N-a);!$(N-[#6]=[#6]);!$(N-[CX4]F);!$(N-[CX4]-[CX4]([F,Cl])[F,Cl])]),"
    "$([NX2;+0;!$(N~[!#6;!#1]);!$(N-[#6]=O);!$(N-a)]=[CX3;!$(C-[O,S])][NX3;!$(N-[#6]=O);!$(N-[!#6;!#1])])]"
)
_ACID = Chem.MolFromSmarts(
    "[$([OX2H][CX3,SX4]=O),$([OX2H][PX4]=O),$([OX2H][NX3][CX3]=O),$([NX3;H1]([CX3]=O)[SX4](=O)=O),$([nH]1nnnc1),$([nH]1nncn1)]"
)
KINDS = ("grow", "replace", "remove", "link", "rigidify")


@dataclass(frozen=True, slots=True)
class Transform:
    """A rule that turns one molecule into others.

    Attributes:
        name: unique, in snake case; what an edit's payload calls it.
        smarts: a reaction SMARTS with one reactant and one product.
        reason: why a medicinal chemist would try it.
        kind: grow, replace, remove, link or rigidify.
        example: (molecule, one expected product): the rule's own test, and the origin of `effect`.
    """

    name: str
    smarts: str
    reason: str
    kind: str
    example: tuple[str, str]

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.name}: kind is one of {', '.join(KINDS)}, not {self.kind!r}")

    @property
    def effect(self) -> Mapping[str, float]:
        """Change of logp, tpsa (Å²), rotatable_bonds, hbd, heavy (atoms), bases and acids, on the rule's example.

        Bases and acids are centres that carry a charge at pH 7.4: alkylamines, amidines and guanidines; carboxylic,
        sulfonic and hydroxamic acids, acylsulfonamides and tetrazoles.
        """
        return _effect(*self.example)


@cache
def compiled(smarts: str) -> AllChem.ChemicalReaction:
    """The reaction, parsed once per process. Shared: do not change it."""
    with rdBase.BlockLogs():
        reaction = AllChem.ReactionFromSmarts(smarts)
        reaction.Initialize()
    if reaction.GetNumReactantTemplates() != 1 or reaction.GetNumProductTemplates() != 1:
        raise ValueError(f"a transformation has one reactant and one product: {smarts}")
    return reaction


@cache
def _effect(before: str, after: str) -> Mapping[str, float]:
    first, second = _properties(before), _properties(after)
    return MappingProxyType({name: second[name] - first[name] for name in first})


def _properties(smiles: str) -> dict[str, float]:
    mol = Chem.MolFromSmiles(smiles)
    return {
        "logp": float(Crippen.MolLogP(mol)),
        "tpsa": float(rdMolDescriptors.CalcTPSA(mol)),
        "rotatable_bonds": float(rdMolDescriptors.CalcNumRotatableBonds(mol)),
        "hbd": float(rdMolDescriptors.CalcNumHBD(mol)),
        "heavy": float(mol.GetNumHeavyAtoms()),
        "bases": float(len(mol.GetSubstructMatches(_BASE))),
        "acids": float(len(mol.GetSubstructMatches(_ACID))),
    }
