"""The snippets of the documents run as they stand, but for the model's address."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.loopback import Loopback, Request

DOCS = Path(__file__).parents[2] / "docs"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf500f000382018031"
    "f4c2930000000049454e44ae426082"
)


def says(request: Request) -> str:
    """An answer of the kind that each request wants; who counts atoms says the bare number only when told to."""
    asked, last = request.prompt, str(request.messages[-1]["content"])
    if "Criticise the value" in asked or "Answer the feedback" in asked:
        value = "Ways to improve molecules" if "title of a paper" in asked else "Count N; answer with the number alone."
        value = "import math\ndef area(r):\n    return math.pi * r * r" if "def area" in asked else value
        value = "CNC(=O)c1ccccc1" if "<smiles>" in asked else value
        value = "Find the SMILES and say no more." if "<role>\nprompt that finds" in asked else value
        return json.dumps({"critique": "SHORTER", "proposals": [{"value": value, "reason": "r"}]})
    if found := re.search(r"How many N in (\S+)\?|Lab note: we made (\S+)|^(\w+)$", last):
        smiles = next(filter(None, found.groups()))
        if "Find the SMILES" in request.system:
            return smiles
        return str(smiles.count("N")) if "alone" in request.system else f"It has {smiles.count('N')}."
    return "ADVICE" if "output was computed" in asked else "4"


@pytest.mark.parametrize(
    ("page", "printed"),
    [
        (
            "text.md",
            [
                "'Count N; answer with the number alone.'} 0.0 0.0",
                "0.0 Ways to improve molecules",
                "AssertionError",
                "ADVICE",
                "nothing to improve: what was measured is at its best",
                "\nCount N; answer with the number alone.\n",
            ],
        ),
        ("benchmarks_text.md", ["at the start,"]),
        ("models.md", []),
        ("notebooks.md", []),
    ],
)
def test_the_snippets_of_a_page_run(page: str, printed: list[str], tmp_path: Path) -> None:
    (tmp_path / "scan.png").write_bytes(PIXEL)
    blocks = re.findall(r"```python\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)
    assert blocks
    with Loopback(says) as server:
        program = "\n".join(blocks).replace("gpt-5-mini", server.spec())
        env = {**os.environ, "MOLGRAD_LLM_CACHE": "off", "OPENAI_API_KEY": ""}
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120
        )
    assert done.returncode == 0, done.stderr
    for words in printed:
        assert words in done.stdout
