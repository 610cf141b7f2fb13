"""TextGrad's molecule program (arXiv 2406.07496, 3.4), for the package `textgrad` 0.1.8: a process of its own.

    OLLAMA_BASE_URL=... python benchmarks/llm_textgrad.py ORACLE_URL STEPS SMILES...

One line of JSON for each molecule: the values it went through, or the exception that ended its run and at which step.
The endpoint is given as Ollama's because that is the one address that this version of the package lets one choose.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

ROLE = "molecule as a SMILES string, to be improved as a ligand of the protein 1ia1"
EVALUATE = (
    "Given a docking score and a druglikeness score, and a molecule as a SMILES string, provide a short criticism to "
    "improve the druglikeness of this molecule and its binding affinity with the protein 1ia1. For docking, lower is "
    "better (less than -10 is good), for druglikeness, 1 is the best and 0 is the worst (greater than 0.8 is good). "
    "The docking score is ten times as important as druglikeness. Answer with the criticism only."
)


def measured(oracle: str, smiles: str) -> dict[str, Any]:
    with urlopen(f"{oracle}?smiles={quote(smiles, safe='')}", timeout=300) as answer:  # noqa: S310 - our own server
        found: dict[str, Any] = json.load(answer)
    return found


def improve(tg: Any, engine: Any, oracle: str, start: str, steps: int) -> dict[str, Any]:
    from textgrad.autograd import FormattedLLMCall

    prompt = tg.Variable(EVALUATE, requires_grad=False, role_description="evaluation instruction")
    fields = {"smiles": None, "scores": None}
    judge = FormattedLLMCall(engine, "SMILES: {smiles}\n{scores}", fields, prompt)
    molecule = tg.Variable(start, role_description=ROLE, requires_grad=True)
    optimizer = tg.TGD(parameters=[molecule], engine=engine)
    values: list[str] = [start]
    for step in range(steps):
        try:
            found = measured(oracle, molecule.value)
            raw = found["raw"]
            text = f"Vina: {raw.get('affinity', 'none')}, QED: {raw.get('qed', 'none')}"
            scores = tg.Variable(text, requires_grad=False, role_description="scores of the molecule")
            optimizer.zero_grad()
            loss = judge({"smiles": molecule, "scores": scores}, response_role_description="criticism of the molecule")
            loss.backward(engine)
            optimizer.step()
        except Exception as error:  # whatever it is, it ended the run
            return {"start": start, "values": values, "step": step, "error": f"{type(error).__name__}: {error}"[:200]}
        values.append(str(molecule.value))
    return {"start": start, "values": values, "step": steps, "error": ""}


def main() -> None:
    oracle, steps, starts = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    import textgrad as tg
    from textgrad.engine.openai import ChatOpenAI

    engine = ChatOpenAI("loopback", base_url=os.environ["OLLAMA_BASE_URL"])
    began = time.perf_counter()
    for start in starts:
        print("RESULT " + json.dumps(improve(tg, engine, oracle, start, steps)), flush=True)
    print("SECONDS " + json.dumps(time.perf_counter() - began), flush=True)


if __name__ == "__main__":
    main()
