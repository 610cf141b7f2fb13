"""Run by benchmarks/leads.py with an earlier molgrad on PYTHONPATH: searches there, and asks for every dock here.

Each request is a line of SMILES as a JSON list; the answers are lines of results, each with its place in the list.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import molgrad as mg
from molgrad.docking.result import DockResult
from molgrad.evaluation import Status
from molgrad.molecule.domain import MoleculeDomain

SAME = ("smiles", "docked_smiles", "affinity", "reason", "note")
LISTS = ("poses", "affinities", "atom_map")


class Asked:
    """A docker that asks the process which started this one."""

    def stream(
        self, smiles: Sequence[str], docked_states: object = None, parents: object = None
    ) -> Iterator[tuple[int, DockResult]]:
        del docked_states, parents
        print(json.dumps(list(smiles)), flush=True)
        for _ in smiles:
            answer = json.loads(sys.stdin.readline())
            yield answer["place"], understood(answer)


def understood(answer: dict[str, Any]) -> DockResult:
    """The result as the earlier version wants it: what was said of the searches stood in `effort`."""
    found = answer["provenance"].get("repeatability")
    effort = {} if found is None else {"stability": found}
    lists = {name: tuple(answer[name]) for name in LISTS}
    more: dict[str, Any] = {"effort": effort, **{name: answer[name] for name in SAME}, **lists}
    return DockResult(status=Status(answer["status"]), **more)


def main() -> None:
    receptor, lead, seed, docks, effort = sys.argv[1:]
    loss = mg.Docking(receptor, effort=effort, poses=1, docker=Asked()) + 10 * mg.QED()
    with (
        tempfile.TemporaryDirectory() as folder,
        mg.Campaign(
            Path(folder) / "run", start=[lead], loss=loss, seed=int(seed), domain=MoleculeDomain("strict")
        ) as run,
    ):
        run.run(docks=int(docks))


if __name__ == "__main__":
    main()
