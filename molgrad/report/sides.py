"""Molecules as a user names them - SMILES, records, variables, ids of a campaign - with what is known of each."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from molgrad.autograd.variable import Variable
from molgrad.campaign.store import Row
from molgrad.campaign.view import View
from molgrad.chem.parse import read
from molgrad.docking.result import DockResult
from molgrad.errors import DockingError, InvalidMoleculeError, ReceptorError, shorten
from molgrad.evaluation import DOCKING, Evaluation
from molgrad.optim.record import Record
from molgrad.receptors.receptor import Receptor, load_receptor
from molgrad.report.poses import Posed, docked_pose

_ID = re.compile(r"m\d{4,}")


class Side(NamedTuple):
    """A molecule and what is known of it.

    Attributes:
        smiles: canonical.
        name: its name in a campaign; empty elsewhere.
        evaluation: what was measured; None where nothing was.
        record: its place in a campaign; None where it has none.
    """

    smiles: str
    name: str
    evaluation: Evaluation | None
    record: Record | None


def side(what: str | Variable | Record, campaign: View | None = None) -> Side:
    """A molecule with what is known of it.

    Args:
        what: a SMILES, a molecule, a record; with a campaign also an id (m0007) or a name.
        campaign: whose ids and measurements are meant.

    Raises:
        InvalidMoleculeError: a text that is no SMILES, and no name of the campaign.
    """
    if isinstance(what, Record):
        return Side(read(what.value).smiles, what.name, what.evaluation, what)
    if isinstance(what, Variable):
        return Side(read(str(what.value)).smiles, "", what.evaluation, None)
    row = None if campaign is None else campaign.find(what)
    if campaign is None and _ID.fullmatch(what.strip()):
        raise InvalidMoleculeError(what, ["an id means something in its campaign only: give campaign=..., or a record"])
    if campaign is None or row is None:
        return Side(read(what).smiles, "", None, None)
    record = _record(campaign, row)
    evaluation = None if record is None else record.evaluation
    return Side(read(row.proposal.value).smiles, campaign.name_of(row), evaluation, record)


def measured(what: Posed | str, campaign: View | None = None) -> Posed:
    """What was measured of a molecule.

    Args:
        what: a record, an evaluation, a variable, the result of a dock; with a campaign also an id, a name or a SMILES.
        campaign: whose ids are meant.

    Raises:
        UnknownNameError: the campaign has no such molecule.
        DockingError: it was not measured yet, or there is no campaign to look it up in.
        TypeError: a campaign, which has many.
    """
    if isinstance(what, View):
        raise TypeError("a campaign has many poses: give one of its records, such as campaign.best(1)[0]")
    if not isinstance(what, str):
        return what
    if campaign is None:
        raise DockingError(f"{shorten(what)!r} is a text: give campaign=..., whose molecule it names, or a record")
    record = _record(campaign, campaign.resolve(what))
    if record is not None:
        return record
    raise DockingError(f"{what} was proposed and is not measured yet, so there is no pose")


def _record(campaign: View, row: Row) -> Record | None:
    """The record of a row; of one that waits for an assay, one of what was measured so far; None where nothing was."""
    found = campaign.archive().of(row.proposal.value)
    if found is None and row.evaluation is not None:
        return Record(row.proposal, row.evaluation, row.batch, campaign.name_of(row))
    return found


def home(of: Posed, receptor: Receptor | str | None, campaign: View | None) -> Receptor | str | None:
    """The receptor of a pose: the one given, else the one that the pose names, else the one of the campaign.

    The last is for receptors prepared by the user, whose folder only the campaign knows.

    Args:
        of: what was docked.
        receptor: as the user gave it.
        campaign: in which it was docked.

    Returns:
        None without a campaign, and where no receptor is found.

    Raises:
        DockingError: there is no pose, with the reason.
    """
    if receptor is not None or campaign is None:
        return receptor
    try:
        return docked_pose(of).receptor
    except ReceptorError:
        folder = campaign.record.get("receptor")
        return load_receptor(Path(folder)) if folder and Path(folder).is_dir() else None


def parent_of(what: Posed, campaign: View | None, *, docked: bool = False) -> Record | None:
    """The record of what a molecule was made from; None where that is not known.

    Args:
        what: of a molecule.
        campaign: where its parent is looked up.
        docked: leave it out where it has no pose.
    """
    if campaign is None or isinstance(what, Evaluation | DockResult | Variable):
        return None
    found = campaign.archive().of(what.proposal.parent or "")
    if found is None or not docked:
        return found
    posed = any(term.kind == DOCKING and term.details.get("poses") for term in found.evaluation.all_terms())
    return found if posed else None
