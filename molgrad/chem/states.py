"""The species that is docked: protonation at a pH, or as given, with the map back to the designed atoms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol

from rdkit import Chem, rdBase

from molgrad.chem.charges import movable, thin_out
from molgrad.chem.ionization import Microstate, species_at
from molgrad.chem.parse import numbered, read
from molgrad.chem.skeleton import skeleton
from molgrad.errors import InvalidMoleculeError, UnknownNameError, shorten

UNCHANGED = "no change at pH"  # how a note begins on a molecule that is docked in the charge state it was drawn in
PH = 7.4  # blood; what assays in buffer and docking papers assume
CLEAR = 0.8  # share from which a state is not worth a word: half a pH unit from the balance of two
MINOR = 0.2  # share below which a state is not docked: it would cost 1 kcal/mol or more


@dataclass(frozen=True)
class ProtonationState:
    """A designed molecule in the charge state that is docked.

    Attributes:
        smiles: canonical SMILES of this state.
        mol: heavy atoms in the order of the *designed* canonical SMILES, which differ only in charges and H
            counts (in bond orders too, where a tautomer was given). Shared: copy before changing.
        atom_map: `atom_map[i]` is the index in `smiles` of designed atom i.
        method: `pka`, `openbabel`, `given`, `none`, or `fallback` where the designed state had to be kept.
        note: what was charged or corrected, or why nothing was.
        changes: the same by atom: (designed atom, words with `{}` for its number).
        share: fraction of the molecule that is in this state; None where the method tells none.
    """

    smiles: str
    mol: Chem.Mol
    atom_map: tuple[int, ...]
    method: str
    note: str = ""
    changes: tuple[tuple[int, str], ...] = ()
    share: float | None = None

    def note_for(self, numbers: Sequence[int]) -> str:
        """The note, with designed atom i called `numbers[i]`."""
        said = "; ".join(words.format(numbers[i]) for i, words in self.changes) or self.note
        mixed = self.share is not None and self.share < CLEAR and self.changes
        return f"{said}; {self.share:.0%} of the molecule at this pH" if mixed else said


class Protonation(Protocol):
    """A way to choose the charges that are docked."""

    def __call__(self, smiles: str) -> ProtonationState:
        """The state of one molecule. Raises InvalidMoleculeError for text that is no molecule."""
        ...


@lru_cache(maxsize=5_000)
def protonate(smiles: str, ph: float = PH) -> ProtonationState:
    """The dominant state at `ph` by Open Babel's rules, with its known faults corrected.

    When the rules cannot be applied the designed state is returned, with `method` `fallback` and the reason.

    Args:
        smiles: the designed molecule.
        ph: 0 to 14.

    Raises:
        InvalidMoleculeError: the text is no molecule.
    """
    parsed = read(smiles)
    designed = [atom.GetFormalCharge() for atom in parsed.mol.GetAtoms()]
    try:
        from molgrad.chem.openbabel import charges_at_ph

        charges = list(charges_at_ph(Chem.MolToMolBlock(parsed.mol, forceV3000=False), ph))
        dropped = thin_out(parsed.mol, designed, charges)
        moved, refused = movable(parsed.mol, designed, charges)
        mol, smiles_out, atom_map = _apply(parsed.mol, moved)
    except (ImportError, ValueError, RuntimeError, Chem.MolSanitizeException) as error:
        return _as_designed(smiles, "fallback", f"designed state kept: {error}")
    changes = _changes(mol, designed)
    changes += tuple((i, "atom {} kept as designed: it has no hydrogen to lose") for i in refused)
    changes += tuple((i, "N {} left neutral beside a stronger cation") for i in dropped)
    state = ProtonationState(smiles_out, mol, atom_map, "openbabel", f"{UNCHANGED} {ph:g}", changes)
    return replace(state, note=state.note_for(range(len(designed))))


def populated(smiles: str, most: int = 1, ph: float = PH) -> tuple[ProtonationState, ...]:
    """The states of a molecule in water by the pKa of its groups, the dominant one first.

    When they cannot be counted the designed state is returned, with `method` `fallback` and the reason.

    Args:
        smiles: the designed molecule.
        most: at most so many; further ones only from a share of `MINOR`.
        ph: 0 to 14.

    Raises:
        InvalidMoleculeError: the text is no molecule.
    """
    designed = [atom.GetFormalCharge() for atom in read(smiles).mol.GetAtoms()]
    try:
        found = species_at(smiles, ph)
    except (ValueError, RuntimeError, Chem.MolSanitizeException) as error:
        return (_as_designed(smiles, "fallback", f"designed state kept: {error}"),)
    kept = [found[0], *(state for state in found[1:] if state.share >= MINOR)]
    return tuple(_state(one, designed, ph) for one in kept[:most])


def by_pka(smiles: str) -> ProtonationState:
    """The dominant state in water at pH 7.4 by the pKa of its groups; `method` is `pka`. See `populated`."""
    return populated(smiles)[0]


def unprotonated(smiles: str) -> ProtonationState:
    """The designed state itself, charges as written; `method` is `none`."""
    return _as_designed(smiles, "none", "docked as designed")


AS_WRITTEN = "none"
PROTONATIONS: Mapping[str, Protonation] = {"pka": by_pka, "openbabel": protonate, AS_WRITTEN: unprotonated}
DEFAULT_PROTONATION = "pka"


def load_protonation(name: str) -> Protonation:
    """Look up a way to choose charges.

    Args:
        name: `pka`, `openbabel` or `none`.

    Raises:
        UnknownNameError: there is none.
    """
    if name not in PROTONATIONS:
        raise UnknownNameError("protonation", name, PROTONATIONS)
    return PROTONATIONS[name]


def load_states(name: str, smiles: str, most: int) -> tuple[ProtonationState, ...]:
    """The charge states of a molecule that are docked, the dominant one first.

    Args:
        name: of a way to choose charges; only `pka` tells of more than one state.
        smiles: the designed molecule.
        most: at most so many.

    Raises:
        UnknownNameError: no such way.
        InvalidMoleculeError: the text is no molecule.
    """
    return populated(smiles, most) if name == "pka" else (load_protonation(name)(smiles),)


def state_given(smiles: str, docked_smiles: str) -> ProtonationState:
    """The state that a user gives to be docked, mapped to the designed atoms.

    Args:
        smiles: the designed molecule.
        docked_smiles: the species to dock.

    Raises:
        InvalidMoleculeError: when `docked_smiles` is no molecule, or differs in more than charges,
            hydrogens and the bond orders that tautomers change (same heavy atoms, same connections).
    """
    designed, docked = read(smiles), read(docked_smiles)
    same = skeleton(docked.mol).GetSubstructMatch(skeleton(designed.mol))
    n_atoms = designed.mol.GetNumAtoms()
    if n_atoms != docked.mol.GetNumAtoms() or designed.mol.GetNumBonds() != docked.mol.GetNumBonds() or not same:
        atoms = f"its heavy atoms and bonds are not those of {shorten(designed.smiles)}"
        raise InvalidMoleculeError(docked_smiles, [f"{atoms}; only charges and hydrogens may differ"])
    mapped = _best_match(designed.mol, docked.mol) or tuple(same)
    mol = Chem.RenumberAtoms(docked.mol, list(mapped))
    return ProtonationState(docked.smiles, mol, mapped, "given", "state given by the user")


def _as_designed(smiles: str, method: str, note: str) -> ProtonationState:
    parsed = read(smiles)
    return ProtonationState(parsed.smiles, Chem.Mol(parsed.mol), tuple(range(parsed.mol.GetNumAtoms())), method, note)


def _state(one: Microstate, designed: list[int], ph: float) -> ProtonationState:
    changes = _changes(one.mol, designed)
    state = ProtonationState(
        one.smiles, one.mol, one.atom_map, "pka", f"{UNCHANGED} {ph:g}", changes, round(one.share, 4)
    )
    return replace(state, note=state.note_for(range(len(designed))))


def _best_match(designed: Chem.Mol, docked: Chem.Mol) -> tuple[int, ...] | None:
    """Of the ways to lay one skeleton on the other, the one that keeps most bond orders and hydrogens."""
    ways = skeleton(docked).GetSubstructMatches(skeleton(designed), uniquify=False, maxMatches=256)

    def agreement(way: tuple[int, ...]) -> tuple[int, int]:
        bonds = sum(
            docked.GetBondBetweenAtoms(way[b.GetBeginAtomIdx()], way[b.GetEndAtomIdx()]).GetBondType()
            == b.GetBondType()
            for b in designed.GetBonds()
        )
        atoms = sum(
            docked.GetAtomWithIdx(way[a.GetIdx()]).GetTotalNumHs() == a.GetTotalNumHs() for a in designed.GetAtoms()
        )
        return bonds, atoms

    return max(ways, key=agreement, default=None)


def _apply(mol: Chem.Mol, charges: list[int]) -> tuple[Chem.Mol, str, tuple[int, ...]]:
    """Charged copy in the order of `mol`, its canonical SMILES, and where each atom stands in that."""
    charged = Chem.RWMol(mol)
    for atom, charge in zip(charged.GetAtoms(), charges, strict=True):
        shift = charge - atom.GetFormalCharge()
        if shift:
            hydrogens = atom.GetTotalNumHs() + shift
            atom.SetFormalCharge(charge)
            atom.SetNoImplicit(True)
            atom.SetNumExplicitHs(hydrogens)
    result = charged.GetMol()
    with rdBase.BlockLogs():
        Chem.SanitizeMol(result)
    return result, *numbered(result)


def _changes(mol: Chem.Mol, designed: list[int]) -> tuple[tuple[int, str], ...]:
    """(atom, what was done to it) for each whose charge is not the designed one."""
    return tuple(
        (i, f"{atom.GetSymbol()} {{}} {'protonated' if atom.GetFormalCharge() > before else 'deprotonated'}")
        for i, (atom, before) in enumerate(zip(mol.GetAtoms(), designed, strict=True))
        if atom.GetFormalCharge() != before
    )
