"""The DSPy example as a process: a prompt tuned against real docks, with a scripted model."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec

import pytest

from tests.examples.run import run
from tests.loopback import Loopback, Request

NEW = "Keep the lead's diaminopyrimidine."


def model(request: Request) -> str:
    """Writes ethanol until it is told to keep the lead; told what the dock says, it tells itself so."""
    if "current_instruction" in request.system:
        return json.dumps({"new_instruction": NEW})
    lead = re.findall(r"\[\[ ## lead ## \]\]\n(\S+)", request.prompt)[-1]
    return f"[[ ## smiles ## ]]\n{lead if NEW in request.prompt else 'CCO'}\n\n[[ ## completed ## ]]"


@pytest.mark.slow  # DSPy takes three seconds to import, and asks a dozen times
@pytest.mark.skipif(find_spec("dspy") is None, reason="the extra dspy is not installed")
def test_a_dspy_prompt_is_tuned_against_docking() -> None:
    with Loopback(model) as server:
        done = run("dspy_docking.py", server.spec(), seconds=200)
        asked = next(prompt for prompt in server.prompts if "current_instruction" in prompt)
    assert done.returncode == 0, done.stderr
    said = re.search(r"before ([\d.]+), after ([\d.]+) of 100: (.*)", done.stdout)
    assert said is not None, done.stdout
    assert float(said[1]) < float(said[2])
    assert said[3] == NEW
    for words in ("Vina gives -2.4", "kcal/mol in 1ia1", "pairs with B:GLU32", "most to gain from qed"):
        assert words in asked  # what the pose says reaches the model that rewrites the prompt
