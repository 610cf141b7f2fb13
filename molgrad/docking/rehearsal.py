"""What a dock would do with molecules, up to the search: read, species chosen, shape made, atoms typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rdkit import rdBase

from molgrad.docking.box_fit import cannot_fit, too_short
from molgrad.docking.dock import kept_notes
from molgrad.docking.ligand import prepare_ligand
from molgrad.docking.ligand_remarks import molecule_remarks
from molgrad.docking.request import DockSettings
from molgrad.docking.species import choose
from molgrad.errors import LigandPreparationError
from molgrad.evaluation import Status
from molgrad.receptors.receptor import Box
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


def rehearse(
    smiles: Sequence[str], states: Sequence[str | None], settings: DockSettings, box: Box | None = None
) -> Iterator[Rehearsed]:
    """What a dock would say of each molecule before its search, in the order given.

    Args:
        smiles: designed molecules.
        states: for each the species to dock instead of those chosen, or None.
        settings: how they would be docked.
        box: where; None for a receptor that is not known yet.
    """
    for text, state in zip(smiles, states, strict=True):
        yield _rehearsed(text, state, settings, box)


def _rehearsed(smiles: str, state: str | None, settings: DockSettings, box: Box | None) -> Rehearsed:
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
                ligand = prepare_ligand(species, seed=settings.seed)
            except LigandPreparationError as error:
                reasons.append(str(error))
                continue
            if box is not None and (reason := cannot_fit(ligand, box)):
                reasons.append(reason)
                continue
            count = len(choice.species)
            several = f"{count} of up to {choice.possible} {choice.kind}" if choice.possible > count else ""
            several = several or (f"{count} {choice.kind}" if count > 1 else "")
            said = [kept_notes(verdict.notes), choice.note, several and f"{several} to dock", species.note]
            said += [*molecule_remarks(species.state.mol), too_short(ligand.mol, box) if box is not None else ""]
            return Rehearsed(Status.OK, note="; ".join(part for part in said if part))
    return Rehearsed(Status.INVALID, reasons[0])
