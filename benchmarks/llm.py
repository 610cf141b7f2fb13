"""What a language model costs and how much it may err: molgrad and the package `textgrad` side by side.

    python benchmarks/llm.py [--textgrad-python PATH] [--molecules 8] [--steps 5] [--latency 1.0] [--calls 10000]

Both talk to the same scripted model on 127.0.0.1 (benchmarks/llm_server.py), which takes a second for each answer, and
measure with the same oracle: QED, and Vina docks into 1ia1 at effort fast. Every molecule is docked beforehand, in a
run without latency, so that the times hold what the packages do and not Vina. Then 30 % of the answers that propose
are spoiled in each of eight ways, with QED alone as the oracle. TextGrad 0.1.8 runs in a process of its own, with the
Python that has it. MOLGRAD_CACHE=FILE keeps the docks for the next time. The last line is benchmarks/llm_transcript.py.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llm_server import WAYS, Model, oracle, served

import molgrad as mg
from molgrad.advisors.model.model import ModelAdvisor
from molgrad.autograd.functional import total
from molgrad.autograd.loss import Loss
from molgrad.campaign.campaign import Campaign
from molgrad.config.objectives import build_loss
from molgrad.llm import open_model
from molgrad.molecule.domain import MOLECULES
from molgrad.optim.settings import SearchSettings

STARTS = (
    "Cc1ccc(C(N)=O)cc1", "COc1ccccc1CN", "Nc1ncccn1", "CC(=O)Nc1ccccc1", "O=C1CCc2ccccc21", "Cc1nc2ccccc2[nH]1",
    "OCC1CCNCC1", "c1ccc(-c2ccccn2)cc1",
)  # fmt: skip
FULL = ({"loss": "docking", "weight": 1.0}, {"loss": "qed", "weight": 10.0})
CHEAP = ({"loss": "qed", "weight": 10.0},)


@dataclass
class Run:
    """What one run took and where it came to."""

    name: str
    seconds: float
    calls: int
    tokens: int
    finished: int
    values: list[list[str]]
    errors: list[str]
    spoiled: int = 0
    sound: int = 0


def loss_of(terms: Sequence[dict[str, Any]]) -> Loss:
    return build_loss(terms, {"docking": {"receptor": "1ia1", "effort": "fast"}})


def ours(model: Model, loss: Loss, starts: Sequence[str], steps: int, *, chemist: bool = False) -> Run:
    """TextGrad's program in molgrad: one trajectory a molecule, all of them at once; the chemist fills up if asked."""
    with served(model) as server:
        advisor = ModelAdvisor(open_model(server.spec(), cache=False), chemist=chemist)
        molecules = [mg.Molecule(start, role_description="ligand of 1ia1") for start in starts]
        optimizer = mg.TGD(molecules, loss=loss, engine=advisor, proposals=5)
        values = [[m.value] for m in molecules]
        began = time.perf_counter()
        for _ in range(steps):
            optimizer.zero_grad()
            found = loss.evaluate([m.value for m in molecules])
            total([loss.node(m, e) for m, e in zip(molecules, found, strict=True)]).backward(advisor)
            optimizer.step()
            for path, molecule in zip(values, molecules, strict=True):
                path.append(molecule.value)
        seconds = time.perf_counter() - began
    return Run(
        "molgrad, TGD", seconds, model.calls, model.tokens, len(starts), values, [], model.spoiled, advisor.offers[1]
    )


def campaign(model: Model, loss: Loss, starts: Sequence[str], steps: int) -> Run:
    """The same budget as a campaign: the model and the chemist in one pool, with surrogate and acquisition."""
    with served(model) as server, tempfile.TemporaryDirectory() as room:
        advisor = ModelAdvisor(open_model(server.spec(), cache=False))
        began = time.perf_counter()
        with Campaign(
            Path(room) / "run", start=starts, loss=loss, engine=advisor, batch=len(starts), role="ligand of 1ia1",
            search=SearchSettings(),
        ) as made:  # fmt: skip
            made.run(len(starts) * (steps + 1))  # the starts, and a batch for each step
            values = [[r.value for r in made.records()]]
        seconds = time.perf_counter() - began
    return Run("molgrad, campaign", seconds, model.calls, model.tokens, len(starts), values, [])


def theirs(model: Model, loss: Loss, starts: Sequence[str], steps: int, python: str) -> Run:
    with served(model) as server, oracle(loss) as address, tempfile.TemporaryDirectory() as room:
        environment = {
            **os.environ, "OLLAMA_BASE_URL": server.url, "OPENAI_API_KEY": "none", "XDG_CACHE_HOME": room,
            "LITELLM_LOCAL_MODEL_COST_MAP": "True", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1",
        }  # fmt: skip
        script = str(Path(__file__).with_name("llm_textgrad.py"))
        done = subprocess.run(
            [python, script, address, str(steps), *starts], capture_output=True, text=True, env=environment, cwd=room,
            check=False,
        )  # fmt: skip
    found = [json.loads(line[7:]) for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    seconds = [float(line[8:]) for line in done.stdout.splitlines() if line.startswith("SECONDS ")]
    if not seconds:
        raise SystemExit(f"TextGrad did not run with {python}; --textgrad-python PATH names one that has it:\n"
                         + done.stderr[-2000:])  # fmt: skip
    errors = [f"{one['error']} (step {one['step']})" for one in found if one["error"]]
    finished = sum(not one["error"] for one in found)
    values = [one["values"] for one in found]
    return Run("textgrad 0.1.8", seconds[0], model.calls, model.tokens, finished, values, errors, model.spoiled)


def unsound(run: Run) -> int:
    """How many values were assigned that are no molecule."""
    return sum(not _sound(value) for path in run.values for value in path)


def _sound(value: str) -> bool:
    try:
        MOLECULES.canonical(value)
    except ValueError:
        return False
    return bool(value)


def cost(args: argparse.Namespace) -> None:
    """Tokens, time and calls, with real docks."""
    starts, steps = STARTS[: args.molecules], args.steps
    with tempfile.TemporaryDirectory() as room:
        os.environ.setdefault("MOLGRAD_CACHE", str(Path(room) / "docks.db"))
        loss = loss_of(FULL)
        ours(Model(), loss, starts, steps)  # every dock made once
        campaign(Model(), loss, starts, steps)
        theirs(Model(), loss, starts, steps, args.textgrad_python)
        runs = [
            theirs(Model(args.latency), loss, starts, steps, args.textgrad_python),
            ours(Model(args.latency), loss, starts, steps),
            campaign(Model(args.latency), loss, starts, steps),
        ]
        loss.close()
    print(f"\n{len(starts)} molecules x {steps} steps, {args.latency:g} s an answer, docks made beforehand\n")
    print(
        "| | tokens a molecule and step | against textgrad | calls a molecule and step | seconds | against textgrad |"
    )
    print("|---|---|---|---|---|---|")
    each = len(starts) * steps
    for run in runs:
        tokens, seconds = run.tokens / runs[0].tokens, run.seconds / runs[0].seconds
        print(f"| {run.name} | {run.tokens / each:.0f} | {tokens:.2f} | {run.calls / each:.2f} | {run.seconds:.1f} "
              f"| {seconds:.3f} |", flush=True)  # fmt: skip


def faults(args: argparse.Namespace) -> None:
    """Spoiled answers, with QED alone as the oracle."""
    starts, steps = STARTS[: args.molecules], args.steps
    loss = loss_of(CHEAP)
    print("\n30 % of the answers that propose are spoiled\n")
    print("| answers | molgrad: finished | answers spoiled | proposals used | steps without a new molecule | unsound "
          "values | textgrad: finished | unsound values | what ended the others |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|")
    for way in ("", *WAYS):
        mine = ours(Model(way=way), loss, starts, steps, chemist=True)
        still = sum(a == b for path in mine.values for a, b in itertools.pairwise(path))
        other = theirs(Model(way=way), loss, starts, steps, args.textgrad_python)
        kinds = sorted({error.partition(":")[0] for error in other.errors})
        cells = [
            way or "as they are", f"{mine.finished} of {len(starts)}", f"{mine.spoiled} of {mine.calls}",
            str(mine.sound), f"{still} of {len(starts) * steps}", str(unsound(mine)),
            f"{other.finished} of {len(starts)}", str(unsound(other)), ", ".join(kinds) or "-",
        ]  # fmt: skip
        print("| " + " | ".join(cells) + " |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--textgrad-python", default=sys.executable, help="a Python that has textgrad 0.1.8")
    parser.add_argument("--molecules", type=int, default=8)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--latency", type=float, default=1.0, help="seconds an answer takes")
    parser.add_argument("--calls", type=int, default=10_000, help="of the transcript; 0 leaves it out")
    args = parser.parse_args()
    cost(args)
    faults(args)
    if args.calls:
        script = Path(__file__).with_name("llm_transcript.py")
        print()
        subprocess.run([sys.executable, str(script), str(args.calls)], check=True)


if __name__ == "__main__":
    main()
