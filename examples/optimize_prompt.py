"""Train a system prompt on questions with known answers.

    python examples/optimize_prompt.py --engine gpt-5-mini
    python examples/optimize_prompt.py --engine http://localhost:11434/v1#llama3

The program under training is one model call. A step answers a few questions, traces what was wrong back to the prompt,
lets the model rewrite it, and keeps the new prompt only if it does better on questions it was not trained on.
"""

from __future__ import annotations

import argparse
import sys

import molgrad as mg

TRAIN = [
    ("How many r are in strawberry?", "3"),
    ("How many e are in excellence?", "4"),
    ("How many s are in possessions?", "5"),
    ("How many n are in noon?", "2"),
    ("How many a are in banana?", "3"),
    ("How many t are in attentive?", "3"),
]
VALIDATION = [
    ("How many l are in parallel?", "3"),
    ("How many i are in initiative?", "4"),
    ("How many o are in voodoo?", "4"),
]


def score(answer: str, expected: str) -> tuple[float, str]:
    """0 for the right number and nothing else, 1 for anything else; the words become the feedback."""
    wrong = answer.strip() != expected
    return float(wrong), f"expected exactly {expected!r}, got {answer!r}" if wrong else "right"


def main() -> None:
    """Train, and print the prompt that did best on the validation questions."""
    parser = argparse.ArgumentParser(description="Train a system prompt on questions with known answers.")
    parser.add_argument("--engine", default="gpt-5-mini", help='a model\'s name, or "http://host/v1#model"')
    parser.add_argument("--steps", type=int, default=3)
    arguments = parser.parse_args()

    prompt = mg.Variable("Answer the question.", role_description="system prompt of a letter counter")
    program = mg.BlackboxLLM(arguments.engine, prompt)
    trainer = mg.Trainer(
        program,
        [prompt],
        score,
        TRAIN,
        VALIDATION,
        batch_size=3,
        engine=mg.ModelAdvisor(program.model),
        proposals=1,
        constraints=["Name no question or answer of the training set."],
        gradient_memory=2,
    )
    for number in range(1, arguments.steps + 1):
        step = trainer.step()
        kept = "reverted" if step.reverted else "kept"
        print(f"step {number}: validation error {step.validation}, {kept}: {step.tried[0]}")
        print(f"  {step.note}")
    print(f"best prompt (validation error {float(trainer.best):g}): {trainer.best.value}")


if __name__ == "__main__":
    try:
        main()
    except mg.MolgradError as error:  # a key that is missing, an endpoint that is down: a sentence says what to do
        sys.exit(str(error))
