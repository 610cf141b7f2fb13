"""Tools that dock molecules outside the campaign, and explain poses."""

from __future__ import annotations

import warnings
from functools import partial
from typing import TYPE_CHECKING

from molgrad.docking.result import DockResult
from molgrad.docking.worth import WORTH
from molgrad.errors import CampaignError, InvalidMoleculeError, ReceptorError
from molgrad.evaluation import DOCKING, Evaluation
from molgrad.interactions import per_atom_energies
from molgrad.losses.docking import Docking
from molgrad.receptors import Receptor
from molgrad.receptors.size import size_fit
from molgrad.serve.jobs import Work
from molgrad.serve.models import Answer, AtomEnergy, Explained, Job
from molgrad.serve.tools import views
from molgrad.serve.tools.tool import Arguments, Name, Reference, SmilesList, Tool, Wait, Waiting
from molgrad.validation import Validator

if TYPE_CHECKING:
    from molgrad.serve.session import Session


class DockArguments(Arguments):
    """What to dock."""

    smiles: SmilesList
    receptor: Name = ""
    wait_seconds: Wait = None


class ExplainArguments(Arguments):
    """Which pose."""

    molecule: Reference
    receptor: Name = ""
    pose: bool = False


def dock(session: Session, given: DockArguments) -> Waiting:
    """Begin to dock.

    Args:
        session: what is served.
        given: the molecules.

    Raises:
        BudgetReachedError: fewer docks are left.
        UnknownNameError: no such receptor.
    """
    receptor, check = session.targets.get(given.receptor), Validator("dockable")
    docks = len({one.smiles for one in map(check.check, given.smiles) if one.ok})
    session.budget.check_docks(docks, promised=session.jobs.promised())
    work = session.jobs.add("dock", partial(_docked, session, receptor, given.smiles), docks)
    return Waiting.on(work, given.wait_seconds)


def _docked(session: Session, receptor: Receptor, smiles: list[str], work: Work) -> Answer:
    docker = session.docker(receptor, work)
    fit, found = size_fit(receptor, docker.engine.name), dict[int, DockResult]()
    key = receptor.sha256  # of its file: another one may come under the same name
    work.report(0, len(smiles))
    try:
        for place, result in docker.stream(smiles):
            found[place] = result
            if result.ok:
                session.store.keep_result(key, result.smiles, result.to_json())
            last = f"{result.affinity:.2f} kcal/mol" if result.affinity is not None else result.status.value
            work.report(len(found), len(smiles), f"{result.smiles}: {last}")
    finally:  # what was docked before a stop is told all the same
        work.answer = Answer(
            docked=[views.docked(found[place], receptor.name, fit) for place in sorted(found)],
            notes=[WORTH] if sum(one.ok for one in found.values()) > 1 else [],
        )
    return work.answer


def explain(session: Session, given: ExplainArguments) -> Explained:
    """A pose in words.

    Args:
        session: what is served.
        given: which one.

    Raises:
        CampaignError: it was not docked.
        UnknownNameError: no such receptor.
    """
    name, smiles, receptor, evaluation = measured(session, given.molecule, given.receptor)
    poses, details = evaluation.details.get("poses") or [], evaluation.details
    inter, atoms = _energies(poses, receptor)
    return Explained(
        molecule=name,
        smiles=smiles,
        docked_smiles=str(details.get("docked_smiles", "")),
        receptor=receptor.name,
        affinity=views.kcal(evaluation.raw.get("affinity"), evaluation.sd),
        intermolecular=views.kcal(inter),
        text=evaluation.feedback,
        facts=views.facts(evaluation.facts),
        atoms=atoms,
        pose=str(poses[0]) if given.pose and poses else "",
    )


def measured(session: Session, molecule: str, named: str) -> tuple[str, str, Receptor, Evaluation]:
    """Name and SMILES of a molecule, and its dock.

    Args:
        session: what is served.
        molecule: an id, a name or a SMILES.
        named: the receptor; the only one by default.

    Raises:
        CampaignError: it was not docked.
        UnknownNameError: no such receptor.
    """
    receptor = session.targets.get(named) if named or session.targets.default else None
    name, smiles, evaluation = _measured(session, molecule, receptor)
    if receptor is None or evaluation is None:
        where = "" if receptor is None else f" into {receptor.name}"
        raise CampaignError(f"{name} was not docked{where} in this session: 'dock' it first, or name the receptor")
    return name, smiles, receptor, evaluation


def _measured(session: Session, wanted: str, receptor: Receptor | None) -> tuple[str, str, Evaluation | None]:
    """Name and SMILES of a molecule, and its dock into a receptor: by the campaign, else by this server."""
    if session.has_campaign:
        with session.campaign() as campaign:
            row = campaign.find(wanted)
            record = None if row is None else campaign.archive().of(row.proposal.value)
            if row is not None and record is not None and receptor is not None:
                for term in record.evaluation.all_terms():
                    if term.kind == DOCKING and term.ok and term.details.get("receptor") == receptor.name:
                        return campaign.name_of(row), record.value, term
            wanted = wanted if row is None else row.proposal.value
    checked = Validator("parse").check(wanted)
    if checked.smiles is None:
        raise InvalidMoleculeError(wanted, [checked.text, "ids such as m0007 are those of the campaign"])
    if receptor is None:
        return checked.smiles, checked.smiles, None
    kept = session.store.result(receptor.sha256, checked.smiles)
    if kept is None:
        return checked.smiles, checked.smiles, None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # remarks on the receptor, which 'receptor' tells
        loss = Docking(receptor, engine=session.settings.engine)
    return checked.smiles, checked.smiles, loss.evaluation(DockResult.from_json(kept))


def _energies(poses: list[str], receptor: Receptor) -> tuple[float | None, list[AtomEnergy]]:
    if not poses:
        return None, []
    try:
        found = per_atom_energies(poses[0], receptor.pdbqt)
    except (OSError, ValueError, ReceptorError):
        return None, []
    rows = [(int(str(row["index"])), str(row["element"]), float(str(row["total"]))) for row in found.atom_rows()]
    return found.inter, [AtomEnergy(index=index, element=element, energy=energy) for index, element, energy in rows]


TOOLS = (
    Tool(
        "dock",
        "Dock molecules into a receptor, outside the campaign. Each counts one dock of the budget, also if it was "
        "docked before. Answers a job at once where it takes longer than some seconds; ask 'job' for the result.",
        DockArguments,
        Job,
        dock,
    ),
    Tool(
        "explain",
        "Explain a docked pose in words: what holds it, what clashes, what has no partner, where it can grow, with "
        "atoms (numbered from 0 in the canonical SMILES), residues and energies in kcal/mol. Costs nothing.",
        ExplainArguments,
        Explained,
        explain,
        reads=True,
    ),
)
