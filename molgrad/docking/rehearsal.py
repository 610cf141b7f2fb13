"""What a dock would do with molecules, up to the search: read, species chosen, shape made, atoms typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rdkit import rdBase

from molgrad.docking.dock import kept_notes
from molgrad.docking.ligand import prepare_ligand
from molgrad.docking.request import DockSettings
from molgrad.docking.species import choose
from molgrad.errors import LigandPreparationError
from molgrad.evaluation import Status
from molgrad.validation import Validator


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What can be said of a molecule before it is docked.

    Attributes:
        status: OK if it would be docked; INVALID, with a reason, if the molecule cannot be.
        reason: why it cannot be docked; empty when OK.
        note: what would be done to it: salt stripped, state chosen, stereoisomers docked.
    """

    status: Status
    reason: str = ""
    note: str = ""


def rehearse(smiles: Sequence[str], states: Sequence[str | None], settings: DockSettings) -> Iterator[Rehearsed]:
    """What a dock would say of each molecule before its search, in the order given.

    Args:
        smiles: designed molecules.
        states: for each the species to dock instead of those chosen, or None.
        settings: how they would be docked.
    """
    for text, state in zip(smiles, states, strict=True):
        yield _rehearsed(text, state, settings)


def _rehearsed(smiles: str, state: str | None, settings: DockSettings) -> Rehearsed:
    verdict = Validator("dockable").check(smiles)
    if not verdict.ok or verdict.smiles is None:
        return Rehearsed(Status.INVALID, verdict.text)
    try:
        choice = choose(verdict.smiles, state, settings.protonation, settings.tautomers, settings.states)
    except LigandPreparationError as error:
        return Rehearsed(Status.INVALID, str(error))
    reasons = []
    with rdBase.BlockLogs():
        for species in choice.species:
            try:
                prepare_ligand(species, seed=settings.seed)
            except LigandPreparationError as error:
                reasons.append(str(error))
                continue
            count = len(choice.species)
            several = f"{count} of up to {choice.possible} {choice.kind}" if choice.possible > count else ""
            several = several or (f"{count} {choice.kind}" if count > 1 else "")
            said = [kept_notes(verdict.notes), choice.note, several and f"{several} to dock", species.note]
            return Rehearsed(Status.OK, note="; ".join(part for part in said if part))
    return Rehearsed(Status.INVALID, reasons[0])
