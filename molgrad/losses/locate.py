"""Which atoms a property comes from, as indices in the canonical SMILES."""

from __future__ import annotations

from collections.abc import Sequence

from rdkit import Chem
from rdkit.Chem import QED, Lipinski, rdFingerprintGenerator

from molgrad.chem.descriptors import atom_logp, atom_tpsa
from molgrad.chem.parse import parse

TOP = 3  # atoms named for a property that every atom adds to: more would point nowhere
_AMIDE = Chem.MolFromSmarts("[#6X3;$([#6](=[O,S,N]))]-[#7]")  # amides, thioamides and amidines: C-N is stiff
_ENVIRONMENTS = rdFingerprintGenerator.GetMorganGenerator(radius=2)


def largest(values: Sequence[float], n: int = TOP) -> tuple[int, ...]:
    """Indices of the `n` largest positive values, largest first; ties by index."""
    order = sorted(range(len(values)), key=lambda i: (-values[i], i))
    return tuple(i for i in order[:n] if values[i] > 0)


def lipophilic(smiles: str) -> tuple[int, ...]:
    """The atoms that raise Crippen's logP most."""
    return largest(atom_logp(smiles))


def hydrophilic(smiles: str) -> tuple[int, ...]:
    """The atoms that lower Crippen's logP most."""
    return largest([-share for share in atom_logp(smiles)])


def polar(smiles: str) -> tuple[int, ...]:
    """The atoms with the largest polar surface."""
    return largest(atom_tpsa(smiles))


def rotatable_bonds(smiles: str) -> tuple[int, ...]:
    """Atoms of rotatable bonds; amide bonds, which the strict count leaves out, are left out."""
    mol = parse(smiles)
    stiff = {frozenset(hit) for hit in mol.GetSubstructMatches(_AMIDE)}
    hits = mol.GetSubstructMatches(Lipinski.RotatableBondSmarts)
    return tuple(sorted({atom for hit in hits if frozenset(hit) not in stiff for atom in hit}))


def aromatic(smiles: str) -> tuple[int, ...]:
    """Atoms of aromatic rings."""
    return tuple(atom.GetIdx() for atom in parse(smiles).GetAromaticAtoms())


def donors(smiles: str) -> tuple[int, ...]:
    """Hydrogen-bond donors, Lipinski's count."""
    return _matched(smiles, Lipinski.HDonorSmarts)


def acceptors(smiles: str) -> tuple[int, ...]:
    """Hydrogen-bond acceptors as QED counts them."""
    return tuple(sorted({a for smarts in QED.Acceptors for a in _matched(smiles, smarts)}))


def structural_alerts(smiles: str) -> tuple[int, ...]:
    """Atoms of QED's own structural alerts (Brenk 2008), a smaller list than `Alerts` uses."""
    return tuple(sorted({a for smarts in QED.StructuralAlerts for a in _matched(smiles, smarts)}))


def unlike(smiles: str, reference: str) -> tuple[int, ...]:
    """Atoms whose surroundings (radius 1) do not occur in the reference."""
    known = {key[0] for key in _environments(reference)}
    return tuple(sorted({atom for bit, atom in _environments(smiles) if bit not in known}))


def _environments(smiles: str, radius: int = 1) -> list[tuple[int, int]]:
    output = rdFingerprintGenerator.AdditionalOutput()
    output.AllocateBitInfoMap()
    _ENVIRONMENTS.GetSparseFingerprint(parse(smiles), additionalOutput=output)
    found = output.GetBitInfoMap()
    return [(bit, atom) for bit, places in found.items() for atom, r in places if r == radius]


def _matched(smiles: str, query: Chem.Mol) -> tuple[int, ...]:
    hits = parse(smiles).GetSubstructMatches(query)
    return tuple(sorted({atom for hit in hits for atom in hit}))
