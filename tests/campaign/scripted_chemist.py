"""A chemist behind a loopback endpoint: it reads the molecule that it is shown and answers with ranked neighbours."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from molgrad.advisors.model.model import ModelAdvisor
from molgrad.autograd.advisor import Keep, Subject
from molgrad.autograd.gradient import Gradient
from molgrad.autograd.loss import Context, Loss
from molgrad.autograd.standing import Standing
from molgrad.campaign.campaign import Campaign
from molgrad.chem.descriptors import describe
from molgrad.evaluation import Evaluation, Status
from molgrad.llm import open_model
from molgrad.molecule.domain import MOLECULES
from tests.loopback import Loopback, Request

LEAD = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"
Answer = Callable[[str, int], list[dict[str, Any]]]  # proposals on a molecule, by how many requests came before


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
    """The same neighbours of a molecule each time, ranked as they come."""

    def answer(value: str, turn: int) -> list[dict[str, Any]]:
        made = [smiles for smiles, _ in MOLECULES.neighbours(value, 11 + turn, n)]
        return [
            {"rank": place, "smiles": smiles, "hypothesis": f"idea {place}"}
            | ({} if expected is None else {"expected": expected / place})
            for place, smiles in enumerate(made, 1)
        ]

    return answer


def endpoint(answer: Answer) -> Loopback:
    """A server that answers so."""
    turns: dict[str, int] = {}

    def script(request: Request) -> str:
        value = shown(request)[0]
        turn = turns[value] = turns.get(value, -1) + 1
        return json.dumps({"critique": "As said.", "proposals": answer(value, turn)})

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


def campaign(folder: Path, url: str, *, batch: int = 3, **more: Any) -> Campaign:
    """A campaign that the endpoint advises."""
    settings: dict[str, Any] = {"start": [LEAD], "loss": Hidden() + 10 * _qed(), "seed": 4, "batch": batch}
    advisor = Listening(open_model(url, cache=False), workers=1)
    return Campaign(folder, engine=advisor, **{**settings, **more})


def _qed() -> Loss:
    import molgrad as mg

    return mg.QED()


def spread_of(values: Sequence[float]) -> float:
    """Their standard deviation."""
    return float(np.std(values))
