"""The runs whose results must not change: each writes what a user would keep into a folder.

`python -m tests.golden.runs [NAME ...]` makes the records of tests/data/golden anew, after a change of results that is
meant and told in CHANGELOG.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import molgrad as mg
from molgrad.llm.types import Completion, Message, Usage

RECORDS = Path(__file__).parents[1] / "data" / "golden"
LEAD = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"  # trimethoprim
ANSWERS = "answers.json"  # what the replayed model says of each molecule
UNKNOWN = '{"critique": "Nothing stands out.", "edits": [], "smiles": []}'  # of a molecule that it had not seen


def dock(folder: Path) -> None:
    """Twelve molecules: salts, states, tautomers, open centres, faults, a pose to seed from."""
    pose = Path(__file__).parents[2] / "receptors" / "1ia1" / "ligand.sdf"
    arguments = ["-i", str(RECORDS / "library.csv"), "--pose", str(pose), "--tautomers", "2", "--poses", "2"]
    found = _molgrad("dock", "-r", "1ia1", *arguments, "-o", str(folder / "poses.sdf"), "--effort", "fast")
    (folder / "scores.csv").write_text(found.replace(f"{RECORDS}/", ""))  # the same in every checkout
    plain = _molgrad("dock", "-r", "1ia1", "--seed", "5", "Cc1ccccc1O", "CC(=O)Nc1ccc(O)cc1")
    (folder / "standard.csv").write_text(plain)


def lead(folder: Path) -> None:
    """Fourteen docks from a lead, with a contact that poses should keep."""
    _optimize(folder, "-r", "1ia1", "-s", LEAD, "--objective", "lead", "--contact", "B:GLU32", "--seed", "7")


def fragments(folder: Path) -> None:
    """Fourteen docks from the eight fragments."""
    starts = Path(__file__).parents[2] / "examples" / "fragments.smi"
    _optimize(folder, "-r", "DRD2", "-s", str(starts), "--objective", "dockstring", "--seed", "3")


def tgd(folder: Path) -> None:
    """Four steps of textual gradient descent on one molecule."""
    molecule = mg.Molecule(LEAD, role_description="inhibitor of DHFR")
    loss = mg.Docking("1ia1", effort="fast", workers=1, cache=False) + 10 * mg.QED() + mg.Alerts() + mg.LogP(1, 3)
    mg.set_backward_engine("chemist")
    optimizer = mg.TGD([molecule], loss=loss, seed=7)
    steps = []
    for _ in range(4):
        optimizer.zero_grad()
        total = loss(molecule)
        total.backward()
        step = optimizer.step()[0]
        steps.append(
            {"value": step.before, "score": float(total), "next": step.after, "back": step.rolled_back,
             "edits": len(molecule.gradients)}
        )  # fmt: skip
    loss.close()
    mg.set_backward_engine(None)
    best = optimizer.best
    _write(folder / "trajectory.json", {"steps": steps, "best": [best.value, best.evaluation.number()]})


class Replayed:
    """A language model that says of each molecule what it said when the run was recorded."""

    name = "replayed"

    def __init__(self, answers: Mapping[str, str]) -> None:
        self.answers = answers

    def complete(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> Completion:
        """The recorded answer to the last molecule that is shown."""
        prompt = str(messages[-1]["content"])
        about = prompt.partition("<smiles")[2].partition(">\n")[2].partition("\n")[0]
        return Completion(self.answers.get(about, UNKNOWN), Usage(1, 100, 10))


def model(folder: Path) -> None:
    """A campaign that a model advises beside the chemist."""
    answers = json.loads((RECORDS / "model" / ANSWERS).read_text())
    _advised(folder, Replayed(answers))


def _advised(folder: Path, language_model: Any) -> None:
    loss = mg.Docking("1ia1", effort="fast", cache=False) + 10 * mg.QED() + mg.Synthesizability()
    start = [LEAD, "Nc1ncc(Cc2ccccc2)c(N)n1"]
    with mg.Campaign(folder / "run", start=start, loss=loss, engine=language_model, seed=2, batch=4) as run:
        run.run(docks=10)
        run.frame().to_csv(folder / "molecules.csv", index=False, float_format="%.9g")
        run.hypotheses().to_csv(folder / "hypotheses.csv", index=False, float_format="%.9g")
    loss.close()


def asked(folder: Path) -> None:
    """Ask, tell, ask again: an assay beside computed terms, a value corrected, a molecule of the user's own."""
    loss = 10 * mg.QED() + mg.LogP(1, 3) + 2 * mg.Assay("pIC50", direction="maximize")
    with mg.Campaign(folder / "run", start=[LEAD], loss=loss, engine="chemist", seed=5) as run:
        for turn in range(3):
            batch = run.ask(4)
            for place, record in enumerate(batch[:3]):
                run.tell(record, 5.0 + 0.5 * turn + 0.1 * place)
        run.tell("Nc1ncc(Cc2ccccc2)c(N)n1", 6.25)
        run.tell("Nc1ncc(Cc2ccccc2)c(N)n1", 6.5, replace=True)
        run.frame().to_csv(folder / "molecules.csv", index=False, float_format="%.9g")
        run.hypotheses().to_csv(folder / "hypotheses.csv", index=False, float_format="%.9g")


def alias(folder: Path) -> None:
    """Every prompt that a small program written for TextGrad sends, byte for byte."""
    import molgrad.compat.textgrad as tg

    sent: list[list[str]] = []

    class Engine:
        def __call__(self, prompt: Any, system_prompt: str | None = None) -> str:
            sent.append([str(prompt), str(system_prompt)])
            asks = "<IMPROVED_VARIABLE>" in str(system_prompt)
            return f"<IMPROVED_VARIABLE>version {len(sent)}</IMPROVED_VARIABLE>" if asks else f"words {len(sent)}"

    engine = Engine()
    system = tg.Variable("Be brief.", role_description="system prompt", requires_grad=True)
    question = tg.Variable("What is 6 x 7?", role_description="question", requires_grad=False)
    draft = tg.Variable("A draft of {x}", role_description="draft", requires_grad=True)
    optimizer = tg.TGD(
        engine=engine, parameters=[system, draft], constraints=["At most ten words."],
        in_context_examples=["Answer with a number."], gradient_memory=2,
    )  # fmt: skip
    call = tg.BlackboxLLM(engine, system)
    formatted = tg.autograd.FormattedLLMCall(engine, "Q: {q}\nDraft: {d}", {"q": None, "d": None})
    for _ in range(3):
        optimizer.zero_grad()
        answer = call(question)
        second = formatted({"q": question, "d": draft}, response_role_description="second answer")
        judge = tg.TextLoss("Is it right and short?", engine=engine)
        total = tg.sum([judge(answer), judge(second)])
        total.backward(engine)
        optimizer.step()
    _write(folder / "prompts.json", sent)


RUNS: dict[str, Callable[[Path], None]] = {
    "dock": dock, "lead": lead, "fragments": fragments, "tgd": tgd, "model": model, "asked": asked, "alias": alias,
}  # fmt: skip


def _optimize(folder: Path, *arguments: str) -> None:
    run = folder / "run"
    _molgrad("optimize", *arguments, "--docks", "14", "--effort", "fast", "--no-cache", "-q", "-o", str(run))
    for name in ("molecules.csv", "poses.sdf"):
        shutil.copy(run / name, folder / name)


def _molgrad(*arguments: str) -> str:
    environment = {**os.environ, "MOLGRAD_CACHE": "off", "MOLGRAD_RECEPTORS": "no/such/folder"}
    program = [sys.executable, "-c", "from molgrad.cli import main; main()", *arguments]
    done = subprocess.run(program, capture_output=True, text=True, env=environment, timeout=280)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _write(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def record(name: str) -> None:
    """Make one record anew."""
    kept = RECORDS / name
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        RUNS[name](Path(folder))
        for path in Path(folder).iterdir():
            if path.is_file():
                shutil.copy(path, kept / path.name)


if __name__ == "__main__":
    for given in sys.argv[1:] or RUNS:
        record(given)
