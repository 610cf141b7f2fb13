"""Tools that tell more of molecules, in words: a route, an atom of a pose, what was measured with a substructure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field, StringConstraints

from molgrad.campaign.toolbox import atoms, finding, routes
from molgrad.chem.substructure import LONGEST
from molgrad.serve.models import Said
from molgrad.serve.tools.docking import measured
from molgrad.serve.tools.tool import Arguments, Name, Reference, Smiles, Tool

if TYPE_CHECKING:
    from molgrad.serve.session import Session


class RouteArguments(Arguments):
    """What is to be made."""

    smiles: Smiles


class AtomArguments(Arguments):
    """Which atom of which pose."""

    molecule: Reference
    atom: Annotated[int, Field(ge=0, le=500)]
    receptor: Name = ""


class FindArguments(Arguments):
    """Which substructure."""

    smarts: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]


def route(session: Session, given: RouteArguments) -> Said:
    """How a molecule can be made.

    Args:
        session: what is served.
        given: the molecule.

    Raises:
        InvalidMoleculeError: it is none.
    """
    stock = None
    if session.has_campaign:
        with session.campaign() as campaign:
            stock = campaign.domain.spec().get("stock") or None
    return Said(text=routes.route_words(given.smiles, stock))


def atom(session: Session, given: AtomArguments) -> Said:
    """One atom of a pose.

    Args:
        session: what is served.
        given: which one.

    Raises:
        CampaignError: the molecule was not docked.
        UnknownNameError: no such receptor or atom.
    """
    _, _, receptor, evaluation = measured(session, given.molecule, given.receptor)
    return Said(text=atoms.pose_words(evaluation, receptor.pdbqt, given.atom))


def find(session: Session, given: FindArguments) -> Said:
    """What was measured with a substructure.

    Args:
        session: what is served.
        given: the substructure.

    Raises:
        CampaignError: there is no campaign.
        ConflictingSettingsError: it is no SMARTS.
    """
    with session.campaign() as campaign:
        return Said(text=finding.found_words(campaign.records(), given.smarts))


TOOLS = (
    Tool(routes.NAME, f"{routes.WORDS}.", RouteArguments, Said, route, reads=True),
    Tool(atoms.NAME, f"{atoms.WORDS}.", AtomArguments, Said, atom, reads=True),
    Tool(finding.NAME, f"{finding.WORDS}.", FindArguments, Said, find, reads=True),
)
