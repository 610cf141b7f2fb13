"""One medicinal-chemistry transformation: a reaction SMARTS with its reason and a worked example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from rdkit import Chem, rdBase
from rdkit.Chem import AllChem, Crippen, rdMolDescriptors

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
        """Change of logp, tpsa (Å²), rotors, hbd and heavy (atoms), measured on the rule's example."""
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
        "rotors": float(rdMolDescriptors.CalcNumRotatableBonds(mol)),
        "hbd": float(rdMolDescriptors.CalcNumHBD(mol)),
        "heavy": float(mol.GetNumHeavyAtoms()),
    }
