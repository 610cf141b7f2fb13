"""The tool by which a client hands in molecules for a measurement that only the operator sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from molgrad.errors import BudgetReachedError, InvalidMoleculeError
from molgrad.serve.models import HandedIn
from molgrad.serve.tools.tool import Arguments, SmilesList, Text, Tool
from molgrad.validation import Validator

if TYPE_CHECKING:
    from molgrad.serve.session import Session


class HandInArguments(Arguments):
    """What is handed in."""

    smiles: SmilesList
    note: Text = ""


def hand_in(session: Session, given: HandInArguments) -> HandedIn:
    """Take molecules for the sealed measurement, all or none.

    Args:
        session: what is served.
        given: the molecules.

    Raises:
        InvalidMoleculeError: one of them cannot be docked.
        BudgetReachedError: fewer may be handed in.
    """
    name, most = session.terms.session, session.terms.hand_in
    before = set(session.store.handed_in(name))
    fresh: dict[str, str] = {}
    for text in given.smiles:
        found = Validator("dockable").check(text)
        if not found.ok or found.smiles is None:
            raise InvalidMoleculeError(text, [reason.text for reason in found.reasons])
        if found.smiles not in before:
            fresh[found.smiles] = given.note
    if not session.store.hand_in(name, most, list(fresh.items())):
        left = max(0, most - len(before))
        raise BudgetReachedError(f"{len(fresh)} molecules are too many: {left} of {most} may still be handed in")
    return HandedIn(taken=list(fresh), left=max(0, most - len(session.store.handed_in(name))))


TOOLS = (
    Tool(
        "hand_in",
        "Hand in your final molecules for a held-out measurement. You will not see its results; what was handed in "
        "stays so, and few may be.",
        HandInArguments,
        HandedIn,
        hand_in,
    ),
)
