"""Does a pose know where to grow? Single edits where it has room or leaves a site unsatisfied, against edits elsewhere.

    python benchmarks/spatial.py [--receptors KIT,DRD2] [--parents 9] [--edits 14] [--out FILE]
    python benchmarks/spatial.py --report FILE [FILE ...]

Parents are drawn from the better half of the molecules in benchmarks/results/search-*.jsonl; each is docked, its pose's
facts are read, and random neighbours of it are docked with poses seeded from its own. The residual is what is left of a
change once a line through size and rotatable bonds is taken off; it is shown for edits that a fact speaks for, and for
the rest. Rows are kept in FILE.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import molgrad as mg
from molgrad.advisors.chemist.aims import read_aims
from molgrad.advisors.chemist.guess import prior
from molgrad.chem.parse import read
from molgrad.chem.transforms import get_transform, neighbours
from molgrad.losses.docking import Docking
from molgrad.validation import Validator

KEPT = Path(__file__).with_name("results")
SIZES = range(12, 28)  # heavy atoms of parents
SOUND = Validator("druglike")

Row = dict[str, Any]


def parents(receptor: str, n: int) -> list[str]:
    """Molecules of earlier searches that scored well."""
    scores: dict[str, float] = {}
    for file in sorted(KEPT.glob("search-*.jsonl")):
        for run in map(json.loads, file.read_text().splitlines()):
            if run["key"][1] == receptor:
                scores |= {m["smiles"]: m["J"] for m in run["molecules"] if m["J"] is not None}
    fitting = [s for s in sorted(scores, key=lambda s: (scores[s], s)) if read(s).mol.GetNumHeavyAtoms() in SIZES]
    return random.Random(1).sample(fitting[: len(fitting) // 2], n)


def edits(loss: Docking, parent: str, n: int) -> Iterator[Row]:
    """A row for each neighbour that docks."""
    measured = loss.evaluate([parent], [{}])[0]
    if measured.score is None:
        return
    aims = read_aims([measured], loss)
    children = [c for c in neighbours(parent, 3, 60) if SOUND.check(c.smiles).ok]
    random.Random(parent).shuffle(children)
    children = children[:n]
    docked = loss.evaluate([c.smiles for c in children], [{"parent_evaluation": measured}] * len(children))
    for child, found in zip(children, docked, strict=True):
        if found.score is not None:
            yield {
                "receptor": loss.receptor.name, "parent": parent, "child": child.smiles, "rule": child.transform,
                "kind": get_transform(child.transform).kind, "change": found.score - measured.score,
                "prior": prior(child.smiles) - prior(parent),
                "cause": aims.pose.spatial(parent, child.smiles, child.atoms)[1],
            }  # fmt: skip


def report(rows: Sequence[Row]) -> None:
    """Residuals, by what speaks for an edit."""
    change, guess = (np.array([row[key] for row in rows]) for key in ("change", "prior"))
    rest = change - np.polyval(np.polyfit(guess, change, 1), guess)
    molecules = len({row["parent"] for row in rows})
    print(f"{len(rows)} edits of {molecules} molecules; mean change {change.mean():+.2f} kcal/mol")
    print(f"{'spoken for by':16} {'edits':>6} {'molecules':>10} {'residual, kcal/mol':>20}")
    for cause in ("pose_growth", "pose_unsatisfied", ""):
        chosen = rest[[row["cause"] == cause for row in rows]]
        if len(chosen) > 1:
            spread = chosen.std(ddof=1) / len(chosen) ** 0.5
            of = len({row["parent"] for row in rows if row["cause"] == cause})
            print(f"{cause or 'nothing':16} {len(chosen):6} {of:10} {chosen.mean():+12.2f} ± {spread:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--receptors", default="KIT,DRD2")
    parser.add_argument("--parents", type=int, default=9)
    parser.add_argument("--edits", type=int, default=14)
    parser.add_argument("--out", type=Path, default=Path("runs/benchmark-spatial.jsonl"))
    parser.add_argument("--report", type=Path, nargs="+", default=[])
    given = parser.parse_args()
    if not given.report:
        given.out.parent.mkdir(parents=True, exist_ok=True)
        with given.out.open("a") as stream:
            for receptor in given.receptors.split(","):
                loss = mg.Docking(receptor, effort="fast", poses=1)
                for parent in parents(receptor, given.parents):
                    for row in edits(loss, parent, given.edits):
                        print(json.dumps(row), file=stream, flush=True)
                    print(receptor, parent, flush=True)
                loss.close()
    files = given.report or [given.out]
    report([json.loads(line) for file in files for line in file.read_text().splitlines()])


if __name__ == "__main__":
    main()
