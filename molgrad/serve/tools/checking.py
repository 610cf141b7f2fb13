"""The tool that tells what is known of molecules without docking them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from molgrad.campaign.toolbox import checking
from molgrad.serve.models import Checked, Checks
from molgrad.serve.tools.tool import Arguments, SmilesList, Tool
from molgrad.serve.tools.views import quantity, term_of

if TYPE_CHECKING:
    from molgrad.autograd.loss import Loss
    from molgrad.campaign.campaign import Campaign
    from molgrad.serve.session import Session


class CheckArguments(Arguments):
    """What to check."""

    smiles: SmilesList


def check(session: Session, given: CheckArguments) -> Checks:
    """Validator, exact terms and alerts of molecules.

    Args:
        session: what is served.
        given: the molecules.
    """
    if not session.has_campaign:
        return Checks(molecules=[_told(checking.checked(text, session.preset)) for text in given.smiles])
    with session.campaign() as campaign:
        loss = campaign.remade_loss()
        return Checks(molecules=[_checked(session, text, campaign, loss) for text in given.smiles])


def _checked(session: Session, text: str, campaign: Campaign, loss: Loss | None) -> Checked:
    found = checking.checked(text, session.preset, campaign.domain, loss)
    row = campaign.find(found.smiles) if found.smiles else None
    return _told(found, "" if row is None else campaign.name_of(row))


def _told(found: checking.Check, known_as: str = "") -> Checked:
    return Checked(
        given=found.given,
        smiles=found.smiles,
        sound=not found.reasons,
        reasons=list(found.reasons),
        notes=list(found.notes),
        passes_filters=found.passes_filters,
        alerts=list(found.alerts),
        terms={name: quantity(value, checking.UNITS.get(name, "")) for name, value in found.descriptors.items()},
        objective=[term_of(term) for term in found.terms],
        known_as=known_as,
    )


TOOLS = (
    Tool(
        checking.NAME,
        f"{checking.WORDS}; do it before 'dock' and 'measure'.",
        CheckArguments,
        Checks,
        check,
        reads=True,
    ),
)
