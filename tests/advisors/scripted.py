"""A competent model for tests and benchmarks: it proposes neighbours of the molecule that the prompt shows."""

from __future__ import annotations

import json
import re
from zlib import crc32

from molgrad.molecule.domain import MOLECULES
from tests.loopback import Reply, Request, completion

SHOWN = re.compile(r"<smiles(?:_\w+)?>\n(\S+)\n")


def parent_of(prompt: str) -> str:
    """The molecule that a prompt of ours is about."""
    found = SHOWN.search(prompt)
    assert found is not None, prompt
    return found[1]


def competent(request: Request) -> Reply:
    """Two edits and three SMILES from the transformation library, the same for the same prompt."""
    return counted(request, answer(parent_of(request.prompt), crc32(request.prompt.encode())))


def answer(parent: str, seed: int) -> str:
    found = MOLECULES.neighbours(parent, seed, 5)
    edits = [
        {"edit": edit.payload["transform"], "atoms": edit.payload["atoms"], "group": "", "reason": edit.reason}
        for _, edit in found[:2]
    ]
    whole = [{"smiles": value, "reason": edit.reason} for value, edit in found[2:]]
    return json.dumps({"critique": "Atoms 0 to 2 cost most.", "edits": edits, "smiles": whole})


def counted(request: Request, text: str) -> Reply:
    """A completion whose tokens are counted as characters by four."""
    return completion(text, len(request.prompt) // 4, len(text) // 4)
