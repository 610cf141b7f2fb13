"""The tools of a campaign, as a language model that advises it is offered them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, StringConstraints

from molgrad.autograd.domain import too_far
from molgrad.autograd.gradient import Proposal
from molgrad.campaign.toolbox import atoms, checking, docking, finding, routes
from molgrad.chem.substructure import LONGEST as LONGEST_SMARTS
from molgrad.errors import UnknownNameError, listed, one_line
from molgrad.llm.limits import ToolLimits
from molgrad.llm.tools import Allowance, Arguments, Tool, ToolRun
from molgrad.optim.record import Record

if TYPE_CHECKING:
    from molgrad.campaign.measuring import Measuring

MOLECULES = 8  # of one check
NEAR = 20  # of the best measured molecules, from one of which an analogue may be made

Smiles = Annotated[str, StringConstraints(min_length=1, max_length=400, strip_whitespace=True)]
Reference = Annotated[Smiles, Field(description="An id such as m0007, a name, or a SMILES.")]


class CheckArguments(Arguments):
    """What to check."""

    smiles: Annotated[list[Smiles], Field(min_length=1, max_length=MOLECULES, description="SMILES.")]


class RouteArguments(Arguments):
    """What is to be made."""

    smiles: Smiles


class AtomArguments(Arguments):
    """Which atom."""

    molecule: Reference
    atom: Annotated[int, Field(ge=0, le=500)]


class FindArguments(Arguments):
    """Which substructure."""

    smarts: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_SMARTS)]


class DockArguments(Arguments):
    """What to measure."""

    smiles: Smiles
    parent: Annotated[
        str, StringConstraints(max_length=400), Field(description="The measured molecule that it was made from.")
    ] = ""
    reason: Annotated[str, StringConstraints(max_length=500), Field(description="Why it should be better.")] = ""


class CampaignTools:
    """The tools of a campaign, so many calls and docks a step; a Toolbox.

    What was measured by `dock` counts towards the budget and is a molecule of the campaign; it joins what was measured
    with the batch of its step, so that nothing else in the step depends on it.

    Args:
        campaign: whose tools they are.
        limits: calls and docks of a step.
    """

    def __init__(self, campaign: Measuring, limits: ToolLimits) -> None:
        self._campaign, self._limits = campaign, limits
        self._notes: dict[str, None] = {}
        self._allowance = Allowance(limits.calls)
        self._docked: dict[str, None] = {}

    @property
    def notes(self) -> Sequence[str]:
        """What a reader of the results should know of how tools were called."""
        return tuple(self._notes)

    def begin(self) -> None:
        """Grant all calls and docks anew, to a new set of requests."""
        self._allowance.left, self._docked = self._limits.calls, {}

    def about(self, parents: Sequence[str]) -> ToolRun:
        """The tools of one request.

        Args:
            parents: the molecules that it is about; what is docked is a child of the first, if the model names none.
        """
        tools = [
            Tool(checking.NAME, f"{checking.WORDS}.", CheckArguments, self._check),
            Tool(routes.NAME, f"{routes.WORDS}.", RouteArguments, self._route),
            Tool(atoms.NAME, f"{atoms.WORDS}.", AtomArguments, self._atom),
            Tool(finding.NAME, f"{finding.WORDS}.", FindArguments, self._find),
        ]
        if self._limits.docks and self._campaign.left_aside > 0:
            tools.append(Tool(docking.NAME, f"{docking.WORDS}.", DockArguments, self._dock_of(parents)))
        return ToolRun(tools, self._allowance, self._said, self._note)

    def _note(self, said: str) -> None:
        self._notes.setdefault(said)

    def _said(self) -> str:
        left = min(self._limits.docks - len(self._docked), self._campaign.left_aside)
        return f"of these {docking.NAME} at most {left}" if left > 0 else ""

    def _check(self, given: CheckArguments) -> str:
        return "\n\n".join(checking.check_words(self._checked(one)) for one in given.smiles)

    def _checked(self, text: str) -> checking.Check:
        domain = self._campaign.domain
        return checking.checked(text, str(domain.spec().get("preset") or "druglike"), domain, self._campaign.loss)

    def _route(self, given: RouteArguments) -> str:
        return routes.route_words(given.smiles, self._campaign.domain.spec().get("stock") or None)

    def _atom(self, given: AtomArguments) -> str:
        record = self._measured(given.molecule)
        return atoms.atom_words(record.evaluation, given.atom) or f"{record.name} has no docked pose."

    def _find(self, given: FindArguments) -> str:
        return finding.found_words(self._campaign.records(), given.smarts)

    def _measured(self, molecule: str) -> Record:
        row = self._campaign.find(molecule)
        record = None if row is None else self._campaign.archive().of(row.proposal.value)
        if record is None:
            raise UnknownNameError("measured molecule", molecule, [one.name for one in self._campaign.records()])
        return record

    def _dock_of(self, parents: Sequence[str]) -> Callable[[DockArguments], str]:
        def dock(given: DockArguments) -> str:
            return self._dock(given, parents)

        return dock

    def _dock(self, given: DockArguments, parents: Sequence[str]) -> str:
        campaign = self._campaign
        value = campaign.domain.canonical(given.smiles)
        if (row := campaign.find(value)) is not None:
            record = campaign.archive().of(row.proposal.value)
            if record is None:
                return f"{given.smiles} was proposed already and is not measured yet; it counted no dock."
            return f"Measured before, so that it counted no dock. {finding.record_words(record)}"
        parent = self._measured(given.parent or parents[0]).value
        near = [parent, *(record.value for record in campaign.archive().ranked(NEAR))]
        reasons = list(campaign.domain.validate(value)) or [too_far(campaign.domain, value, near)]
        if reasons[0]:
            return f"{given.smiles} was not docked, it breaks the campaign's rules: {listed(reasons)}"
        if refusal := self._refusal(value):
            self._note("the model asked for more docks than a step allows; those beyond were not done")
            return refusal
        self._docked.setdefault(value)
        reason = one_line(given.reason) or "docked at the model's wish"
        proposal = Proposal(value, parent, reason=reason, advisor=campaign.advisor.name, by_model=True)
        return docking.docked_words(value, campaign.measure_aside(proposal), campaign.archive().of(parent))

    def _refusal(self, value: str) -> str:
        """Why a molecule is not docked now; empty where it may be."""
        begun = self._campaign.begun_aside()
        if value in self._docked:
            return ""
        if len(self._docked) >= self._limits.docks:
            why = f"{self._limits.docks} docks are allowed in a step"
        elif value not in begun and len(begun) >= self._campaign.left_aside:
            why = "no docks are left for tools"
        else:
            return ""
        return f"Not docked: {why}. Propose it in your answer instead, if it is worth a place."
