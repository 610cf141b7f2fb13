"""The tool that tells what is known of molecules without docking them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from molgrad.chem.descriptors import describe
from molgrad.errors import one_line
from molgrad.losses.alerts import Alerts
from molgrad.serve.models import Checked, Checks
from molgrad.serve.tools.tool import Arguments, SmilesList, Tool
from molgrad.serve.tools.views import quantity
from molgrad.validation import Validator

if TYPE_CHECKING:
    from molgrad.campaign.campaign import Campaign
    from molgrad.serve.session import Session

_UNITS = {"weight": "g/mol", "tpsa": "Å²"}


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
        return Checks(molecules=[_checked(session, text, None) for text in given.smiles])
    with session.campaign() as campaign:
        return Checks(molecules=[_checked(session, text, campaign) for text in given.smiles])


def _checked(session: Session, text: str, campaign: Campaign | None) -> Checked:
    found = Validator(session.preset).check(text)
    if found.smiles is None:
        return Checked(given=text, sound=False, reasons=[reason.text for reason in found.reasons])
    reasons = [reason.text for reason in found.reasons]
    row = None if campaign is None else campaign.find(found.smiles)
    if campaign is not None:  # its own rules: what is kept, how similar, which preset
        reasons = list(campaign.domain.validate(found.smiles))
    notes, known_as = list(found.notes), "" if campaign is None or row is None else campaign.name_of(row)
    if not Validator("dockable").passes(found.smiles):  # alerts and descriptors of a protein tell nothing, slowly
        return Checked(given=text, smiles=found.smiles, sound=False, reasons=reasons, notes=notes, known_as=known_as)
    known = describe(found.smiles)
    (alerts,) = Alerts().evaluate([found.smiles])
    return Checked(
        given=text,
        smiles=found.smiles,
        sound=not reasons,
        reasons=[one_line(reason) for reason in reasons],
        notes=notes,
        passes_filters=Validator("passes_filters").passes(found.smiles),
        alerts=[fact.text for fact in alerts.facts],
        terms={name: quantity(value, _UNITS.get(name, "")) for name, value in known.items()},
        known_as=known_as,
    )


TOOLS = (
    Tool(
        "check",
        "Check molecules without docking: are they sound and within the campaign's rules, alerts, and exact terms "
        "(QED, SA, logP, TPSA, weight ...). Costs nothing; do it before 'dock' and 'measure'.",
        CheckArguments,
        Checks,
        check,
        reads=True,
    ),
)
