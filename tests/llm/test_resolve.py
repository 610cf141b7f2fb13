"""A model registered by somebody else is found by its bare name, and made with what follows a colon."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PARROT = """
from molgrad.llm.types import Completion, Usage

class Parrot:
    name = "parrot"

    def __init__(self, colour="grey"):
        self.colour = colour

    def complete(self, messages, *, schema=None, seed=None):
        return Completion(f"{self.colour}: {messages[-1]['content']}", Usage(calls=1))
"""
PROGRAM = """
from molgrad.llm import open_model
for spec in ("parrot", "parrot:green"):
    print(open_model(spec, cache=False).complete([{"role": "user", "content": "hello"}]).text)
"""


def test_a_registered_model_by_its_bare_name(tmp_path: Path) -> None:
    (tmp_path / "parrots.py").write_text(PARROT)
    info = tmp_path / "parrots-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: parrots\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[molgrad.models]\nparrot = parrots:Parrot\n")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines() == ["grey: hello", "green: hello"], done.stderr
