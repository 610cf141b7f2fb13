"""A campaign whose model calls tools, cheap to measure: run by tests, and by a process of its own that is killed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from molgrad.advisors.model import ModelAdvisor
from molgrad.autograd.loss import Context, Loss
from molgrad.campaign.campaign import Campaign
from molgrad.evaluation import Evaluation, Status
from molgrad.llm.limits import ToolLimits
from molgrad.llm.openai import OpenAIModel
from molgrad.llm.replay import ReplayModel
from molgrad.llm.types import LanguageModel
from tests.loopback import Request, Scripted, calls

LEAD = "Nc1nc(N)c2cc(Cl)ccc2n1"
DOCKED = ("Nc1nc(N)c2cc(Br)ccc2n1", "Cc1ccc2nc(N)nc(N)c2c1", "CCc1ccc2nc(N)nc(N)c2c1", "COc1ccc2nc(N)nc(N)c2c1")
PROPOSED = ("Nc1nc(N)c2cc(F)ccc2n1", "Nc1nc(N)c2cc(O)ccc2n1", "N#Cc1ccc2nc(N)nc(N)c2c1")


class Heavy(Loss):
    """The mass, as if it were measured at a cost."""

    name = "heavy"
    expensive = True
    cost = 1

    def _evaluate(self, value: str, context: Context) -> Evaluation:
        return Evaluation(self.name, Status.OK, -float(len(value)), text="light")


def script(request: Request) -> Scripted:
    """Docks twice, looks for what was measured, and proposes."""
    told = request.results
    if request.tools and len(told) < 3:
        at = request.prompt.count("m000") % 2 * 2
        asked = [("dock", {"smiles": DOCKED[at]}), ("dock", {"smiles": DOCKED[at + 1]}), ("find", {"smarts": "c"})]
        return calls(request, asked[len(told)])
    return json.dumps({"critique": "Grow.", "smiles": list(PROPOSED)})


def made(folder: Path, model: LanguageModel) -> Campaign:
    """The campaign."""
    advisor = ModelAdvisor(model, tools=ToolLimits(calls=4), chemist=False)
    return Campaign(folder, start=LEAD, loss=Heavy(), engine=advisor, batch=2, seed=1)


def outcome(run: Campaign) -> list[tuple[object, ...]]:
    """What a run came to."""
    return [
        (r.id, r.batch, r.kind, r.proposal.value, r.proposal.parent, r.evaluation and r.evaluation.score)
        for r in run.rows()
    ]


if __name__ == "__main__":
    name = sys.argv[2]
    made(Path(sys.argv[1]), ReplayModel(name) if "://" not in name else OpenAIModel(name)).run(docks=7)
