"""Improve one answer by criticism: the answer itself is the variable.

    python examples/optimize_answer.py --engine gpt-5-mini
    python examples/optimize_answer.py --engine http://localhost:11434/v1#llama3 --steps 3

The model answers, judges the answer by an instruction, and rewrites it so that the judgement is met.
"""

from __future__ import annotations

import argparse
import sys

import molgrad as mg

QUESTION = (
    "If it takes one hour to dry 25 shirts under the sun, how long does it take to dry 30 shirts? "
    "Explain it step by step."
)
INSTRUCTION = (
    "Look for a wrong assumption about what happens one after another and what happens at the same time. "
    "Be strict about logic, and brief."
)


def main() -> None:
    """Answer, improve, and print both answers."""
    parser = argparse.ArgumentParser(description="Improve one answer by criticism.")
    parser.add_argument("--engine", default="gpt-5-mini", help='a model\'s name, or "http://host/v1#model"')
    parser.add_argument("--steps", type=int, default=2)
    arguments = parser.parse_args()

    model = mg.BlackboxLLM(arguments.engine)
    question = mg.Variable(QUESTION, role_description="question", requires_grad=False)
    # A variable of its own: what is to be improved is this text, not the call that first wrote it.
    answer = mg.Variable(model(question).value, role_description="concise and correct answer to the question")
    print(f"first answer: {answer}")

    with mg.backward_engine(model.model):
        loss = mg.TextLoss(f"{INSTRUCTION}\nThe question was: {QUESTION}")
        optimizer = mg.TGD([answer], loss=loss, proposals=1, constraints=["At most five sentences."], gradient_memory=2)
        for number in range(1, arguments.steps + 1):
            optimizer.zero_grad()
            judged = loss(answer)
            judged.backward()
            print(f"step {number}: {judged}")
            for step in optimizer.step():
                print(f"  {step.note}")
    print(f"last answer: {answer}")


if __name__ == "__main__":
    try:
        main()
    except mg.MolgradError as error:  # a key that is missing, an endpoint that is down: a sentence says what to do
        sys.exit(str(error))
