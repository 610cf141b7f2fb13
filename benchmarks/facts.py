"""What is a fact worth? Measured changes that answered each kind of fact, beside changes that answered none.

    python -m benchmarks.facts RUN [RUN ...] [--write]

RUN is the folder of a campaign, such as `molgrad optimize -r 1ia1 -s LEAD --scope analogues --effort fast --docks 30
--out RUN` leaves. Each measured child is set against its parent. It answers the fact that its author named, else the
one kind of located fact that lies where the change is and that it can mend; where several do, it is left out.

Printed by kind: changes, how many had a lower total than their parents, mean changes of the total and of its docking
part, and the `net`: what is left of the change of the total once that of changes which answer no fact is taken off,
by a line through heavy atoms added and through how far the parent's total was below the lead's (what scored well by
luck has worse children whatever is changed), with its standard error. --write puts tried, paid and mean into the
package's table, from which the chemist, models and searches begin.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from molgrad.campaign.view import View
from molgrad.chem.parse import read
from molgrad.errors import MolgradError
from molgrad.interactions.worth import NAME, NONE, TABLES
from molgrad.molecule.domain import MOLECULES
from molgrad.optim.worth import Act, act_of

HEAD = (
    "# What acting on each kind of fact brought in stored runs: kind, tried, paid, mean change of the total.\n"
    "# Written by benchmarks/facts.py from {runs} runs ({targets}); `none`: changes that answer no fact.\n"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A measured change.

    Attributes:
        act: what it answered and brought.
        grown: heavy atoms added.
        ahead: by how much the parent's total was below the best start's.
    """

    act: Act
    grown: int
    ahead: float


def rows_of(folder: Path) -> list[Row]:
    """The changes of a run of which it is clear what they answer."""
    archive = View(folder, MOLECULES).archive()
    starts = [
        r.evaluation.score for r in archive.records if r.proposal.parent is None and r.evaluation.score is not None
    ]
    lead = min(starts, default=0.0)
    found = []
    for parent, child in archive.pairs:
        act = act_of(parent, child, MOLECULES)
        if act is not None:
            grown = _heavy(child.value) - _heavy(parent.value)
            found.append(Row(act, grown, lead - (parent.evaluation.score or 0.0)))
    return found


def _heavy(smiles: str) -> int:
    return int(read(smiles).mol.GetNumHeavyAtoms())


def target_of(folder: Path) -> str:
    """The receptors of a run."""
    loss = View(folder, MOLECULES).settings["loss"]
    named = [str(term["receptor"]) for term in [loss, *loss.get("terms", ())] if "receptor" in term]
    return " and ".join(named) or "no receptor"


def net(rows: Sequence[Row]) -> np.ndarray:
    """What is left of each change of the total beside changes that answer no fact."""
    seen = np.array([(1.0, row.grown, row.ahead) for row in rows])
    totals = np.array([row.act.total for row in rows])
    none = np.array([row.act.kind == NONE for row in rows])
    if none.sum() <= seen.shape[1]:
        raise SystemExit("too few changes that answer no fact: nothing to compare with; give more runs")
    line = np.linalg.lstsq(seen[none], totals[none], rcond=None)[0]
    return totals - seen @ line


def report(rows: Sequence[Row]) -> list[str]:
    """The table in lines."""
    rest = net(rows)
    lines = [f"{'kind':20}{'tried':>6}{'paid':>6}{'total':>8}{'docking':>9}{'net of none':>16}"]
    kinds = sorted({row.act.kind for row in rows}, key=lambda kind: (-_tried(rows, kind), kind))
    for kind in kinds:
        for asked, label in ((None, kind), (True, "  named"), (False, "  by its place")):
            chosen = [i for i, r in enumerate(rows) if r.act.kind == kind and asked in (None, r.act.asked)]
            if not chosen or (asked is not None and (kind == NONE or len(chosen) == _tried(rows, kind))):
                continue
            lines.append(_line(label, [rows[i].act for i in chosen], rest[chosen]))
    return lines


def _tried(rows: Sequence[Row], kind: str) -> int:
    return sum(row.act.kind == kind for row in rows)


def _line(label: str, acts: Sequence[Act], rest: np.ndarray) -> str:
    docked = [act.docking for act in acts if act.docking is not None]
    docking = f"{np.mean(docked):+9.2f}" if docked else f"{'-':>9}"
    spread = f"± {rest.std(ddof=1) / len(rest) ** 0.5:.2f}" if len(rest) > 1 else ""
    paid = sum(act.total < 0.0 for act in acts)
    mean = np.mean([act.total for act in acts])
    return f"{label:20}{len(acts):6}{paid:6}{mean:+8.2f}{docking}{rest.mean():+9.2f} {spread}".rstrip()


def written(rows: Sequence[Row], runs: int, targets: Sequence[str]) -> str:
    """The package's table."""
    lines = []
    for kind in sorted({row.act.kind for row in rows}):
        totals = [row.act.total for row in rows if row.act.kind == kind]
        lines.append(f"{kind}\t{len(totals)}\t{sum(one < 0.0 for one in totals)}\t{np.mean(totals):.2f}\n")
    return HEAD.format(runs=runs, targets=", ".join(targets)) + "".join(lines)


def main() -> None:
    """Read the runs and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="+", metavar="RUN")
    parser.add_argument("--write", action="store_true", help=f"write molgrad/interactions/tables/{NAME}")
    given = parser.parse_args()
    try:
        rows = [row for folder in given.runs for row in rows_of(folder)]
        targets = sorted({target_of(folder) for folder in given.runs})
    except MolgradError as error:
        sys.exit(str(error))
    print(f"{len(rows)} changes of {len(given.runs)} runs: {', '.join(targets)}")
    print("\n".join(report(rows)))
    if given.write:
        (TABLES / NAME).write_text(written(rows, len(given.runs), targets), encoding="utf-8")


if __name__ == "__main__":
    main()
