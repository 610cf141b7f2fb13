"""Which charge states of a molecule there are in water at a pH, and how much of it is in each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem, rdBase

from molgrad.chem.ionization.groups import Ionizable, ionizable
from molgrad.chem.ionization.neutral import neutralized, permanent_charges
from molgrad.chem.ionization.pairs import fields, interactions
from molgrad.chem.parse import numbered, read

FREE = 12  # groups of which every combination is counted: 4096 states; the others stay as they are near this pH
WINDOW = 7.0  # pH units from the balance beyond which a group counts as fixed: one in ten million
LEAST = 0.01  # share below which a state is not listed
LISTED = 16  # combinations looked at, largest first, before equal ones are joined


@dataclass(frozen=True)
class Site:
    """An ionizable group in one charge state of a molecule.

    Attributes:
        atom: index in the designed canonical SMILES of the atom that gains or loses the proton.
        kind: `acid` or `base`.
        pka: with the other groups charged as in the dominant state.
        spread: standard deviation of the pKa.
        group: name of the group.
        source: where the value of the group comes from; substituents are counted on top.
        charged: whether it carries its charge in the dominant state.
    """

    atom: int
    kind: str
    pka: float
    spread: float
    group: str
    source: str
    charged: bool


@dataclass(frozen=True)
class Microstate:
    """One charge state of a molecule.

    Attributes:
        smiles: canonical.
        share: fraction of the molecule that is in this state, 0 to 1.
        charge: net charge.
        sites: every ionizable group, by atom; the same for each state of a molecule.
        mol: heavy atoms in the order of the designed canonical SMILES. Shared: copy before changing.
        atom_map: `atom_map[i]` is the index in `smiles` of designed atom i.
    """

    smiles: str
    share: float
    charge: int
    sites: tuple[Site, ...]
    mol: Chem.Mol
    atom_map: tuple[int, ...]


@lru_cache(maxsize=5_000)
def species_at(smiles: str, ph: float) -> tuple[Microstate, ...]:
    """The charge states of a molecule at a pH.

    The order is by net charge, the most common first, and by share within each: the first one is the most common
    state of the most common charge. Charges that protons made are taken off before, so that a drawn cation or
    zwitterion gives what its neutral form gives.

    Args:
        smiles: the designed molecule.
        ph: -2 to 16.

    Raises:
        InvalidMoleculeError: the text is no molecule.
        Chem.MolSanitizeException: RDKit cannot take one of its forms.
    """
    mol = neutralized(read(smiles).mol)
    groups = ionizable(mol)
    pkas = np.array(
        [g.pka + shift for g, shift in zip(groups, fields(mol, groups, permanent_charges(mol)), strict=True)]
    )
    signs = np.array([1 if group.kind == "base" else -1 for group in groups], dtype=np.int64)
    pairs = interactions(mol, groups)
    states, shares = _populations(signs * (ph - pkas), pairs)
    totals: dict[int, float] = {}
    for net, share in zip(states @ signs, shares, strict=True):
        totals[int(net)] = totals.get(int(net), 0.0) + float(share)
    order = sorted(range(len(shares)), key=lambda i: (-totals[int(states[i] @ signs)], -shares[i], i))
    sites = tuple(_sites(groups, pkas - signs * (pairs @ states[order[0]]), states[order[0]]))
    listed = [i for i in order if shares[i] >= LEAST or i == order[0]][:LISTED]
    return _joined([(_charged(mol, groups, states[i]), float(shares[i])) for i in listed], sites)


def _populations(
    costs: NDArray[np.float64], pairs: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Every combination of charged groups with its share (Boltzmann); `costs` of charging one alone, in pKa units."""
    base = _settled(costs, pairs)
    flips = (1 - 2 * base) * (costs + pairs @ base)
    free = [int(i) for i in np.argsort(flips, kind="stable")[:FREE] if flips[i] <= WINDOW]
    count = 2 ** len(free)
    states = np.tile(base, (count, 1))
    for place, site in enumerate(free):
        states[:, site] = (np.arange(count) >> place) & 1
    energies = states @ costs + 0.5 * np.einsum("ni,ij,nj->n", states, pairs, states)
    weights = 10.0 ** -(energies - energies.min())
    return states, weights / weights.sum()


def _settled(costs: NDArray[np.float64], pairs: NDArray[np.float64]) -> NDArray[np.int64]:
    """A combination that no single proton improves."""
    state = np.zeros(len(costs), dtype=np.int64)
    for _ in range(4 * len(costs)):
        flips = (1 - 2 * state) * (costs + pairs @ state)
        best = int(np.argmin(flips))
        if flips[best] >= 0:
            break
        state[best] = 1 - state[best]
    return state


def _sites(groups: Sequence[Ionizable], pkas: NDArray[np.float64], state: NDArray[np.int64]) -> Iterator[Site]:
    for group, pka, charged in zip(groups, pkas, state, strict=True):
        value = round(float(pka), 1)
        yield Site(group.atom, group.kind, value, group.spread, group.group, group.source, bool(charged))


def _charged(mol: Chem.Mol, groups: Sequence[Ionizable], state: NDArray[np.int64]) -> Chem.Mol:
    """The molecule with these groups charged."""
    copy = Chem.RWMol(mol)
    for group, charged in zip(groups, state, strict=True):
        if not charged:
            continue
        proton = 1 if group.kind == "base" else -1
        atom = copy.GetAtomWithIdx(group.atom)
        atom.SetNumExplicitHs(mol.GetAtomWithIdx(group.atom).GetTotalNumHs() + proton)
        atom.SetNoImplicit(True)
        if group.enolate is None:
            atom.SetFormalCharge(atom.GetFormalCharge() + proton)
        else:
            between, oxygen = group.enolate
            copy.GetBondBetweenAtoms(group.atom, between).SetBondType(Chem.BondType.DOUBLE)
            copy.GetBondBetweenAtoms(between, oxygen).SetBondType(Chem.BondType.SINGLE)
            copy.GetAtomWithIdx(oxygen).SetFormalCharge(-1)
            atom.SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
    result = copy.GetMol()
    with rdBase.BlockLogs():
        Chem.SanitizeMol(result)
        Chem.AssignStereochemistry(result, cleanIt=True, force=True)
    return result


def _joined(found: Sequence[tuple[Chem.Mol, float]], sites: tuple[Site, ...]) -> tuple[Microstate, ...]:
    """Combinations of one SMILES (equal groups, such as the two hydroxyls of a phosphate) as one state."""
    joined: dict[str, Microstate] = {}
    for mol, share in found:
        smiles, atom_map = numbered(mol)
        if smiles in joined:
            first = joined[smiles]
            joined[smiles] = Microstate(smiles, first.share + share, first.charge, sites, first.mol, first.atom_map)
        else:
            joined[smiles] = Microstate(smiles, share, Chem.GetFormalCharge(mol), sites, mol, atom_map)
    return tuple(_by_charge(list(joined.values())))


def _by_charge(states: list[Microstate]) -> list[Microstate]:
    totals: dict[int, float] = {}
    for state in states:
        totals[state.charge] = totals.get(state.charge, 0.0) + state.share
    return sorted(states, key=lambda state: (-totals[state.charge], -state.share, state.smiles))
