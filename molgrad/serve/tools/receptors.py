"""Tools that tell what can be docked into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from molgrad.interactions.native import native_contacts
from molgrad.receptors.remarks import receptor_remarks
from molgrad.receptors.residues import around
from molgrad.serve.models import ReceptorOut, Receptors
from molgrad.serve.tools.tool import Arguments, Name, Tool

if TYPE_CHECKING:
    from molgrad.serve.session import Session


class NoArguments(Arguments):
    """Nothing."""


class OneReceptor(Arguments):
    """The receptor."""

    receptor: Name = ""


def receptors(session: Session, _: NoArguments) -> Receptors:
    """The names of the receptors that are offered.

    Args:
        session: what is served.
    """
    return Receptors(receptors=session.targets.names(), default=session.targets.default)


def receptor(session: Session, given: OneReceptor) -> ReceptorOut:
    """What is known of one.

    Args:
        session: what is served.
        given: its name.
    """
    found = session.targets.get(given.receptor)
    contacts = [str(one) for one in native_contacts(found)] if found.ligand is not None else []
    return ReceptorOut(
        name=found.name,
        origin=found.origin,
        box_center=list(found.box.center),
        box_size=list(found.box.size),
        native_contacts=contacts,
        residues=around(found),
        notes=list(receptor_remarks(found)),
    )


TOOLS = (
    Tool("receptors", "List the proteins that can be docked into.", NoArguments, Receptors, receptors, reads=True),
    Tool(
        "receptor",
        "Show one receptor: where it is from, its box, the residues around it, the native ligand's contacts.",
        OneReceptor,
        ReceptorOut,
        receptor,
        reads=True,
    ),
)
