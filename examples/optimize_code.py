"""Repair a function until its unit tests pass.

    python examples/optimize_code.py --engine gpt-5-mini --run-code
    python examples/optimize_code.py --engine http://localhost:11434/v1#llama3 --run-code

Code that a model wrote is run only because you say --run-code, in a child process without network, keys or files. The
loss is the share of tests that fail; which failed and how is the gradient.
"""

from __future__ import annotations

import argparse
import sys

import molgrad as mg

START = '''def longest_increasing_run(numbers):
    """The length of the longest run of neighbours in which each is larger than the one before."""
    best = run = 1
    for before, after in zip(numbers, numbers[1:]):
        run = run + 1 if after >= before else 0
        best = max(best, run)
    return best
'''
TESTS = {
    "empty": "assert longest_increasing_run([]) == 0",
    "one": "assert longest_increasing_run([5]) == 1",
    "equal neighbours do not count": "assert longest_increasing_run([1, 1, 1]) == 1",
    "rises at the end": "assert longest_increasing_run([3, 1, 2, 3]) == 3",
    "falls all the way": "assert longest_increasing_run([3, 2, 1]) == 1",
}


def main() -> None:
    """Repair, and print the function that passes most tests."""
    parser = argparse.ArgumentParser(description="Repair a function until its unit tests pass.")
    parser.add_argument("--engine", default="gpt-5-mini", help='a model\'s name, or "http://host/v1#model"')
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--run-code", action="store_true", help="allow the model's code to run, in a sandbox")
    arguments = parser.parse_args()

    if not arguments.run_code:
        sys.exit("the function that is repaired must be run: allow it with --run-code")

    loss = mg.CodeTests(TESTS, allow_execution=True)
    advisor = mg.ModelAdvisor(arguments.engine)
    code = mg.Variable(START, role_description="Python function")
    wanted = ["Only the code, complete, without a Markdown fence.", "Keep the function's name and docstring."]
    optimizer = mg.TGD([code], loss=loss, engine=advisor, proposals=1, constraints=wanted)
    for number in range(1, arguments.steps + 1):
        optimizer.zero_grad()
        total = loss(code)
        print(f"step {number}: {float(total):.0%} of the tests fail")
        if float(total) == 0:
            break
        total.backward(advisor)
        for step in optimizer.step():
            print(f"  {step.note}")
    loss(code)  # the last step's proposal is judged too: the best is always a measured value
    print(f"best, {float(optimizer.best):.0%} of the tests fail:\n{optimizer.best}")


if __name__ == "__main__":
    try:
        main()
    except mg.MolgradError as error:  # no key, no endpoint: a sentence says what to do
        sys.exit(str(error))
