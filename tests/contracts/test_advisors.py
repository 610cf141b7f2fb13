"""Every registered advisor keeps its contract, and so does one of three short methods."""

from __future__ import annotations

from collections.abc import Collection

import molgrad as mg
from molgrad.autograd.advisor import Advisor, AdvisorBase, ProposalRequest, Subject
from molgrad.autograd.loss import Loss
from molgrad.evaluation import Evaluation, Status
from molgrad.testing.advisor import AdvisorSuite, RegisteredAdvisors


class TestRegistered(RegisteredAdvisors):
    pass


class Halogens(AdvisorBase):
    """Trades a methoxy group for a halogen."""

    name = "halogens"

    def judge(self, instruction: str, value: str, role: str) -> Evaluation:
        return Evaluation("text", Status.OK, text=f"{value} as {role}: {instruction}")

    def _critique(self, subject: Subject) -> mg.Gradient:
        return mg.Gradient(f"{subject.variable.value} has no halogen.", source=self.name)

    def _propose(
        self, request: ProposalRequest, n: int, avoid: Collection[str], exact: Loss | None
    ) -> list[mg.Proposal]:
        parent = request.parents[0]
        made = [parent.domain.canonical(parent.value.replace("COc1", f"{x}c1", 1)) for x in ("F", "Cl", "Br")]
        return [mg.Proposal(v, parent.value, advisor=self.name) for v in made if v not in avoid][:n]


class TestShortAdvisor(AdvisorSuite):
    def make(self) -> Advisor:
        return Halogens()
