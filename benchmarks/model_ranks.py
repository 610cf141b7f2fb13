"""How a model's order and expectations should count: three rules, three scripted models that know more or less.

    python benchmarks/model_ranks.py [--seeds 3] [--docks 25] [--rules RULE ...]

A scripted chemist behind a loopback server proposes the five neighbours of a molecule of which it expects most. The
total is QED and a function of descriptors with a part that no descriptor tells: nothing docks, and a run takes seconds.
The chemist `informed` knows the change of the total within 0.3, `vague` within 1.2 and promises twice as much, `blind`
knows nothing. Printed: the best total and the mean of the best five, over leads and seeds; lower is better.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import cache
from itertools import product
from pathlib import Path
from statistics import mean
from unittest.mock import patch
from zlib import crc32

import molgrad as mg
from molgrad.autograd.gradient import Proposal
from molgrad.autograd.loss import Context, Loss
from molgrad.chem.descriptors import describe
from molgrad.evaluation import Evaluation, Status
from molgrad.llm import open_model
from molgrad.molecule.domain import MOLECULES
from molgrad.optim.forecasts import Forecasts
from tests.loopback import Loopback, Request

LEADS = {
    "trimethoprim": "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC",
    "celecoxib": "Cc1ccc(-c2cc(C(F)(F)F)nn2-c2ccc(S(N)(=O)=O)cc2)cc1",
    "metoclopramide": "CCN(CC)CCNC(=O)c1cc(Cl)c(N)cc1OC",
}
KNOWS = {"informed": (1.0, 0.3), "vague": (2.0, 1.2), "blind": (0.0, 1.0)}  # factor on the truth, and noise
DRAWN = 30  # neighbours that the scripted chemist thinks of
Lean = Callable[[Forecasts, Proposal, float | None, tuple[float, float]], float]


class Hidden(Loss):
    """What a dock would be: an optimum of a few descriptors, and a part that nothing tells."""

    name, expensive, cost = "hidden", True, 1

    def _evaluate(self, value: str, context: Context) -> Evaluation:
        del context
        return Evaluation(self.name, Status.OK, hidden(value), {}, text="the hidden term")


@cache
def hidden(value: str) -> float:
    """Lower is better; a spread of about one unit among neighbours, a third of which is luck."""
    known = describe(value)
    luck = random.Random(crc32(value.encode())).gauss(0.0, 0.5)
    return abs(known["logp"] - 3.2) + 0.02 * abs(known["tpsa"] - 75.0) - 0.1 * known["heavy_atoms"] + luck


@cache
def total(value: str) -> float:
    """The whole loss."""
    return hidden(value) + 10.0 * mg.QED().evaluate([value])[0].number()


def chemist(knows: str) -> Callable[[Request], str]:
    """A scripted chemist: of the neighbours it thinks of, the five of which it expects most."""
    factor, noise = KNOWS[knows]
    asked: Counter[str] = Counter()

    def answer(request: Request) -> str:
        parent = re.findall(r"<smiles[^>]*>\n(\S+)", request.prompt)[0]
        asked[parent] += 1
        seed = crc32(f"{parent} {asked[parent]}".encode())  # not of the prompt, whose words change
        rng = random.Random(seed)
        made = [one for one, _ in MOLECULES.neighbours(parent, seed, DRAWN)]
        thought = sorted((factor * (total(one) - total(parent)) + rng.gauss(0.0, noise), one) for one in made)[:5]
        ideas = [
            {"rank": rank, "smiles": one, "hypothesis": "it fits", "expected": round(expected, 2)}
            for rank, (expected, one) in enumerate(thought, 1)
        ]
        return json.dumps({"critique": "It can be better.", "proposals": ideas})

    return answer


def _order(_: Forecasts, proposal: Proposal, __: float | None, ___: tuple[float, float]) -> float:
    return 100.0 * proposal.rank


RULES: dict[str, Lean] = {
    "surrogate alone": lambda *_: 0.0,
    "order alone": _order,
    "weighed": Forecasts.lean,
}


def run(rule: str, knows: str, lead: str, seed: int, docks: int) -> tuple[float, float, int]:
    """Best total, mean of the best five, and calls of one campaign."""
    with tempfile.TemporaryDirectory() as folder, Loopback(chemist(knows)) as server:
        model = open_model(server.spec(), cache=False)
        loss = Hidden() + 10 * mg.QED()
        settings = {"start": [LEADS[lead]], "loss": loss, "engine": model, "seed": seed, "batch": 4}
        with patch.object(Forecasts, "lean", RULES[rule]), mg.Campaign(Path(folder) / "run", **settings) as campaign:
            campaign.run(docks=docks)
            best = [one.evaluation.number() for one in campaign.best(5)]
    return best[0], mean(best), len(server.requests)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--docks", type=int, default=25)
    parser.add_argument("--rules", nargs="+", choices=RULES, default=list(RULES))
    given = parser.parse_args()
    print(f"{'rule':16s} {'chemist':9s} {'best':>7s} {'top 5':>7s} {'calls a dock':>13s}")
    for rule, knows in product(given.rules, KNOWS):
        found = [run(rule, knows, lead, seed, given.docks) for lead in LEADS for seed in range(given.seeds)]
        best, five, calls = (mean(column) for column in zip(*found, strict=True))
        print(f"{rule:16s} {knows:9s} {best:7.2f} {five:7.2f} {calls / given.docks:13.2f}", flush=True)


if __name__ == "__main__":
    main()
