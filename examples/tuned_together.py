"""Tune a molecule, a piece of code and a prompt together, and see each change with its reason.

    python examples/tuned_together.py --run-code
    python examples/tuned_together.py --run-code --engine gpt-5-mini --folder runs/card

The program writes a line about a compound: a function counts the atoms of an element in its SMILES, and a language
model puts the number into words. The loss adds what is wrong with the molecule (QED), the number and the words. By
default a scripted model answers and rewrites, so that nothing is needed; code is run only because you say --run-code,
in a child process without network, keys or files. With a folder, the same command goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import molgrad as mg
from molgrad.autograd.compose import sum_of
from molgrad.llm.types import Completion, LanguageModel, Message, Usage

COUNT = "def count(smiles, element):\n    return len(smiles)"
RIGHT = "def count(smiles, element):\n    return smiles.upper().count(element)"
EXAMPLES = [{"element": symbol, "expected": word} for symbol, word in (("N", "nitrogen"), ("O", "oxygen"))]


class Card(mg.Module):
    """A line about a compound, from three parameters: a molecule, a function, a prompt."""

    def __init__(self, model: str | LanguageModel) -> None:
        self.compound = mg.Molecule("CCCCCCCCCC(=O)NCCO")
        self.code = mg.Variable(COUNT, role_description="Python function that counts the atoms of an element")
        self.prompt = mg.Variable("Write the line.", role_description="prompt of the model that writes the line")
        self.write = mg.LLMCall(model, self.prompt)

    def forward(self, element: mg.Variable) -> mg.Variable:
        """The SMILES, the number and the line, one below the other."""
        number = mg.apply(run, self.code, self.compound, element, role_description="number of atoms")
        line = self.write(number, element, role_description="line about the compound")
        return mg.concat([self.compound, number, line], role_description="card of the compound")


def run(code: str, smiles: str, element: str) -> str:
    """What the function returns for the compound."""
    done = mg.run_python(f"{code}\nprint(count({smiles!r}, {element!r}))")
    return done.stdout.strip() or f"nothing: {done.stderr.strip().splitlines()[-1:]}"


def score(example: Mapping[str, str], answer: str) -> mg.Evaluation:
    """One loss over molecule, code and words; its terms say what is wrong with each."""
    smiles, number, line = [*answer.split("\n", 2), "", ""][:3]
    atoms = str(smiles.upper().count(example["element"]))
    counted = (float(number != atoms), f"the function returned {number}, and the molecule has {atoms}")
    named = (float(example["expected"] not in line), f"the line is to name the element: {example['expected']}")
    terms = [mg.QED().evaluate([smiles])[0]]
    for name, (wrong, words) in (("code", counted), ("line", named)):
        terms.append(mg.Evaluation(name, mg.Status.OK, wrong, text=words if wrong else "right"))
    return sum_of(terms)


class Script:
    """Stands in for a language model: writes lines as its prompt asks, and rewrites what it is told to."""

    name = "script"

    def complete(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> Completion:
        """A line, or a new version of what the request shows."""
        del schema, seed
        said = "\n".join(str(message["content"]) for message in messages)
        text = self._rewritten(said) if "Answer the feedback" in said else self._line(messages)
        return Completion(text, Usage(1, len(said) // 4, len(text) // 4))

    @staticmethod
    def _line(messages: Sequence[Message]) -> str:
        number, element = str(messages[-1]["content"]).split("\n", 1)
        names = {"N": "nitrogen", "O": "oxygen"} if "name of the element" in str(messages[0]["content"]) else {}
        return f"It has {number} atoms of {names.get(element.strip(), element.strip())}."

    @staticmethod
    def _rewritten(said: str) -> str:
        if "<smiles>" in said:
            known = {"smiles": "CCC(=O)NCc1ccccc1", "reason": "a phenyl ring in place of the long chain"}
            return json.dumps({"critique": "The chain is long and flexible.", "edits": [], "smiles": [known]})
        new, why = ("Write the line with the name of the element.", "the lines named no element")
        if "def count" in said.partition("<feedback>")[0]:
            new, why = RIGHT, "it returned the length of the SMILES"
        return json.dumps({"critique": why, "proposals": [{"value": new, "reason": why}]})


def main() -> None:
    """Tune, and print what changed, why, and what came of it."""
    parser = argparse.ArgumentParser(description="Tune a molecule, a function and a prompt together.")
    parser.add_argument("--engine", default="", help='a model\'s name, or "http://host/v1#model"; scripted by default')
    parser.add_argument("--calls", type=int, default=60, help="requests in all")
    parser.add_argument("--folder", help="where the run is kept; nothing is kept without one")
    parser.add_argument("--run-code", action="store_true", help="allow the model's code to run, in a sandbox")
    arguments = parser.parse_args()
    if not arguments.run_code:
        sys.exit("the function that is tuned must be run: allow it with --run-code")

    model = arguments.engine or Script()
    tuner = mg.Tuner(Card(model), score, EXAMPLES, folder=arguments.folder, engine=model, components="one")
    tuner.run(calls=arguments.calls, rounds=6)
    print(*tuner.history, *tuner.notes, sep="\n")
    print(f"best, loss {float(tuner.best):.3f}:")
    for name, value in tuner.best.values.items():
        print(f"{name}:\n{value}")


if __name__ == "__main__":
    try:
        main()
    except mg.MolgradError as error:  # a key that is missing, an endpoint that is down: a sentence says what to do
        sys.exit(str(error))
