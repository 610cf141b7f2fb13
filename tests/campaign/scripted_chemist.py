"""A chemist behind a loopback endpoint: it reads the molecule that it is shown and answers with ranked neighbours."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import molgrad as mg
from molgrad.advisors.model.model import ModelAdvisor
from molgrad.autograd.advisor import Keep, Subject
from molgrad.autograd.gradient import Gradient
from molgrad.autograd.loss import Context, Loss
from molgrad.autograd.standing import Standing
from molgrad.campaign.campaign import Campaign
from molgrad.chem.descriptors import describe
from molgrad.evaluation import Evaluation, Status
from molgrad.llm import open_model
from molgrad.llm.types import LanguageModel
from molgrad.molecule.domain import MOLECULES
from tests.loopback import Loopback, Request

LEAD = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"
Answer = Callable[[str, str], list[dict[str, Any]]]  # proposals on a molecule, by the whole prompt


class Hidden(Loss):
    """What a dock would be here: the distance of a few descriptors from an optimum that nobody is told."""

    name, expensive, cost = "hidden", True, 1

    def _evaluate(self, value: str, context: Context) -> Evaluation:
        return Evaluation(self.name, Status.OK, hidden(value), {}, text="the hidden term")


def hidden(value: str) -> float:
    """Lower is better."""
    known = describe(value)
    return 2.0 * abs(known["logp"] - 3.2) + 0.03 * abs(known["tpsa"] - 75.0) - 6.0 + 0.4 * known["rotatable_bonds"] / 4


def shown(request: Request) -> list[str]:
    """The molecules that a request is about."""
    return re.findall(r"<smiles[^>]*>\n(\S+)", request.prompt)


def neighbours(n: int = 5, expected: float | None = -0.5) -> Answer:
    """Ranked neighbours of a molecule; another prompt, others."""

    def answer(value: str, prompt: str) -> list[dict[str, Any]]:
        made = [smiles for smiles, _ in MOLECULES.neighbours(value, zlib.crc32(prompt.encode()), n)]
        return [
            {"rank": place, "smiles": smiles, "hypothesis": f"idea {place}"}
            | ({} if expected is None else {"expected": expected / place})
            for place, smiles in enumerate(made, 1)
        ]

    return answer


def endpoint(answer: Answer) -> Loopback:
    """A server that answers so; of several molecules about the first."""

    def script(request: Request) -> str:
        return json.dumps({"critique": "As said.", "proposals": answer(shown(request)[0], request.prompt)})

    return Loopback(script)


class Listening(ModelAdvisor):
    """Remembers what it was told."""

    def __init__(self, engine: Any, **more: Any) -> None:
        super().__init__(engine, **more)
        self.told: list[tuple[list[str], Standing]] = []

    def critiques(self, subjects: Sequence[Subject], keep: Keep | None = None) -> list[Gradient]:
        assert all(one.standing is not None for one in subjects)
        self.told += [([one.variable.value for one in subjects], subjects[0].standing)] if subjects else []  # type: ignore[list-item]
        return super().critiques(subjects, keep)


def campaign(
    folder: Path, server: Loopback, model: LanguageModel | None = None, *, prompts: str = "parent", **more: Any
) -> Campaign:
    """A campaign that the endpoint advises, whose calls are in its transcript."""
    advisor = Listening(model or open_model(server.spec(), cache=False), workers=1, prompts=prompts)
    settings: dict[str, Any] = {"start": [LEAD], "loss": Hidden() + 10 * mg.QED(), "seed": 4, "batch": 3}
    return Campaign(folder, engine=advisor, **{**settings, **more})


def told(run: Campaign) -> list[tuple[list[str], Standing]]:
    """What its advisor was told, and of which molecules."""
    found: list[tuple[list[str], Standing]] = run.advisor.told  # type: ignore[attr-defined]
    return found
