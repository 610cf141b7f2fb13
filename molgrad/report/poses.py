"""The docked pose of whatever a user has at hand: a record, an evaluation, a measured variable, a dock's result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from molgrad.autograd.variable import Variable
from molgrad.docking.result import DockResult
from molgrad.errors import DockingError, MolgradError, ReceptorError, UnknownNameError
from molgrad.evaluation import DOCKING, Evaluation
from molgrad.interactions import PoseEnergies, per_atom_energies
from molgrad.optim.record import Record
from molgrad.receptors.receptor import Receptor, load_receptor

Posed = Record | Evaluation | Variable | DockResult


class DockedPose(NamedTuple):
    """A molecule's best pose in a receptor.

    Attributes:
        name: what to call the molecule: its name in a campaign, else its SMILES.
        smiles: the designed molecule, whose atom numbers the pose has.
        block: V2000 mol block, Å, in the receptor's frame.
        affinity: kcal/mol; None where it is not known.
        receptor: that it was docked into.
    """

    name: str
    smiles: str
    block: str
    affinity: float | None
    receptor: Receptor

    def energies(self) -> PoseEnergies:
        """The pose's energy by Vina, pair by pair; of another docking program's poses, too."""
        return per_atom_energies(self.block, self.receptor.pdbqt)


def docked_pose(what: Posed, receptor: Receptor | str | None = None) -> DockedPose:
    """The best pose of a molecule, with the receptor that it was docked into.

    Args:
        what: a record of a campaign, an evaluation, a variable that a loss measured, or the result of a dock.
        receptor: of several, which one; needed too where the receptor is a folder that its name does not lead to.

    Raises:
        DockingError: there is no pose, with the reason.
        ReceptorError: the receptor is not the one that the pose belongs to, or cannot be found.
    """
    if isinstance(what, DockResult):
        if not what.poses:
            raise DockingError(f"{what.smiles} has no pose: {what.reason or 'it was not docked'}")
        made = {"receptor": what.provenance.receptor, "receptor_sha256": what.provenance.receptor_sha256}
        home = _receptor(made, receptor)
        return DockedPose(what.smiles, what.smiles, what.poses[0], what.affinity, home)
    evaluation = what if isinstance(what, Evaluation) else what.evaluation
    term = _term(evaluation, receptor)
    details = term.details
    home = _receptor(details.get("provenance") or {"receptor": details.get("receptor", "")}, receptor)
    named, value = (what.name, what.value) if isinstance(what, Record) else ("", "")
    smiles = str(details.get("smiles") or value)
    return DockedPose(named or smiles, smiles, str(details["poses"][0]), term.raw.get("affinity"), home)


def _term(evaluation: Evaluation | None, receptor: Receptor | str | None) -> Evaluation:
    """The docking term with a pose: of several the one asked for, else the first that is to get better."""
    if evaluation is None:
        raise DockingError("it was not measured yet, so there is no pose: dock it first")
    docked = [term for term in evaluation.all_terms() if term.kind == DOCKING]
    posed = [term for term in docked if term.details.get("poses")]
    if not posed:
        why = next((term.reason for term in docked if term.reason), evaluation.reason or "no term of its loss docks")
        raise DockingError(f"there is no pose: {why}")
    aimed = sorted(posed, key=lambda term: not (term.active and term.weight > 0))
    if receptor is None or len(posed) == 1:
        return aimed[0]
    name = receptor.name if isinstance(receptor, Receptor) else receptor
    for term in aimed:
        if str(term.details.get("receptor", "")).lower() == name.lower():
            return term
    raise UnknownNameError("receptor", name, [str(term.details.get("receptor", "")) for term in posed])


def _receptor(made: Mapping[str, Any], given: Receptor | str | None) -> Receptor:
    """The receptor given, else the one of the name that a dock was made with, if it is the same file."""
    name, expected = str(made.get("receptor", "")), made.get("receptor_sha256")
    try:
        found = given if isinstance(given, Receptor) else load_receptor(given or name)
    except MolgradError as error:
        raise ReceptorError(f"the pose was docked into {name!r}; give receptor=... with its folder ({error})") from None
    if expected and found.sha256 != expected:
        raise ReceptorError(
            f"{found.name} is not the receptor of this pose, {name}: their files differ; give receptor=..."
        )
    return found
