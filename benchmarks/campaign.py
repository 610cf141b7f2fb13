"""A campaign of 100,000 stored evaluations: to open it, to look at it, to go on with it; and the same of a thousand.

    python benchmarks/campaign.py [--rows 1000 100000] [--keep FOLDER]

Goals at 100,000: opened in 3 s, `frame()` in 2 s, 500 MB at most; a step costs at most twice one at 1,000. Seconds are
those of the processor. Molecules are made by combination. Each has a made-up value of a program, with its words, and
QED with its facts, both written as a campaign writes them, and the descriptors of another molecule (5.5 kB a molecule
in all). Each size is looked at in a fresh process, on a copy. A step is a batch of six: proposed, measured by a loss
that costs nothing, and written. The first step after opening is told apart: it reads the whole archive once. So are
molecules.csv and poses.sdf, which are written once, at the end of a run.
"""

from __future__ import annotations

import argparse
import itertools
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from zlib import crc32

import molgrad as mg
from molgrad.autograd.gradient import Edit, Proposal
from molgrad.autograd.loss import Loss
from molgrad.campaign.campaign import Campaign
from molgrad.campaign.events import Event
from molgrad.campaign.shown import Described, Worked, described_of, shown_of
from molgrad.evaluation import Evaluation, Status
from molgrad.molecule.domain import MOLECULES
from molgrad.optim.record import Record

START = "Cc1ccc(CN)cc1"
RINGS = (
    *("c9cc({})ccc9{}", "c9cc({})cnc9{}", "c9nc({})ccc9{}", "c9nc({})ncc9{}", "c9cc({})c(F)cc9{}", "c9cc({})c(C)nc9{}"),
    *("c9c({})scc9{}", "c9cc({})oc9{}", "c9cc({})cc(OC)c9{}"),
)
GROUPS = (
    *("C", "CC", "C(C)C", "OC", "OCC", "N(C)C", "NC", "C#N", "F", "Cl", "CO", "CN", "C(=O)N", "C(=O)NC", "S(=O)(=O)C"),
    *("C(F)(F)F", "OC(F)F", "C(=O)O", "N1CCOCC1", "N1CCCC1", "C1CC1", "OC1CC1", "c2ccccc2", "c2ccncc2", "c2ccc[nH]2"),
    *("CCO", "CCN", "COC", "NC(=O)C", "NS(=O)(=O)C", "C(C)(C)C", "OCCO", "OCCN", "C1CCNCC1", "N1CCNCC1", "CC#N"),
)  # fmt: skip
LINKERS = ("C(=O)N", "NC(=O)", "CN", "OC", "CC", "S(=O)(=O)N", "NC(=O)N", "C(=O)", "CO", "NC", "N", "C(C)", "S")
BATCH = 6
STEPS = 4


class Program(Loss):
    """What a program might predict: a number that depends on the letters, with its words. Costs nothing."""

    name = "predicted"
    expensive = True

    def _evaluate(self, value: str, context: Any) -> Evaluation:
        del context
        score = -5.0 - crc32(value.encode()) % 4000 / 1000
        text = f"predicted affinity {score:.2f} kcal/mol; " + "the second ring lies in a cavity of its own; " * 6
        return Evaluation(self.name, Status.OK, score, {"affinity": score}, text=text, details={"model": "made up"})


def molecules() -> Iterator[str]:
    """Distinct SMILES, a hundred thousand and more."""
    for linker, ring, first, second in itertools.product(LINKERS, RINGS, GROUPS, GROUPS):
        yield ring.format(linker + first, second)


def loss() -> Loss:
    """What the campaign minimizes."""
    return Program() + 2 * mg.QED()


def fill(folder: Path, rows: int) -> None:
    """Make the run folder of a campaign with so many evaluations."""
    aim = loss()
    values = list(dict.fromkeys(itertools.islice(molecules(), 2 * rows)))[:rows]
    templates = [aim.evaluate([value])[0] for value in values[:50]]
    described = [described_of(value, MOLECULES).kept for value in values[:50]]
    with opened(folder) as campaign:
        campaign.run(1)
        store = campaign._store
        with store._writing():  # all in one transaction
            for batch, at in enumerate(range(0, rows, 100), start=1):
                made = [proposal(values, place) for place in range(at, min(at + 100, rows))]
                store._add_batch(batch, "search", made)
                kept = []
                for place, one in enumerate(made, start=at):
                    row = place + 2  # the start has row 1
                    evaluation = like(templates[place % 50], one.value)
                    store._add_evaluation(row, evaluation)
                    shown = shown_of(Record(one, evaluation, batch))
                    kept.append(Worked(row, shown, Described(one.value, described[place % 50])))
                store.kept.add(kept)
            store._set_meta("optimizer", {"batch": batch, "state": {}})


def proposal(values: Sequence[str], place: int) -> Proposal:
    """A value made from an earlier one."""
    parent = START if place < 7 else values[place // 7]
    edit = Edit("replace", {"rule": "made up", "atoms": [3, 4]}, "one group for another", {"predicted": -0.2})
    reason = "OCH3 -> CF3 para to the amide; answers: the methoxy group at atom 7 is exposed; QED -0.02"
    return Proposal(values[place], parent, edit, reason, {"predicted": (-7.0, 0.8), "qed": (0.4, 0.0)}, "chemist")


def like(template: Evaluation, value: str) -> Evaluation:
    """An evaluation of another molecule, with a value of its own."""
    score = -5.0 - crc32(value.encode()) % 4000 / 1000
    first, *others = template.terms
    terms = (replace(first, score=score, raw={"affinity": score}), *others)
    return replace(template, terms=terms, score=sum(term.contribution or 0.0 for term in terms))


def opened(folder: Path) -> Campaign:
    """The campaign, to be gone on with."""
    return Campaign(folder, start=START, loss=loss(), engine="chemist", seed=1, batch=BATCH, scope="free")


def look(folder: Path) -> dict[str, Any]:
    """Seconds to open, look at and go on with a campaign, and the memory for it in MB; in a process of its own."""
    times: dict[str, Any] = {}
    began = time.process_time()
    campaign = opened(folder)
    measured = len(campaign.records())
    times["open"] = time.process_time() - began
    times["frame"] = clocked(campaign.frame)
    times["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    ends: dict[int, float] = {}  # when the last molecule of each batch was measured

    def watch(event: Event) -> None:
        if event.proposal is not None:
            ends[event.batch] = time.process_time()

    began = time.process_time()
    campaign.run(measured + BATCH * STEPS, watch=watch)
    marks = [began, *ends.values(), time.process_time()]
    *times["steps"], times["files"] = (after - before for before, after in itertools.pairwise(marks))
    times["memory after steps"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    campaign.close()
    return {"evaluations": measured, **times}


def clocked(deed: Any) -> float:
    """Seconds that it takes."""
    began = time.process_time()
    deed()
    return time.process_time() - began


def main() -> None:
    """Measure each size, in a fresh process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[1000, 100_000])
    parser.add_argument("--keep", type=Path, help="where the campaigns are made, and found again")
    parser.add_argument("--look", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.look:
        print(json.dumps(look(given.look)))
        return
    print("evaluations  open s  frame s   MB  first step s  files s  MB then  further steps s")
    with tempfile.TemporaryDirectory() as scratch:
        for rows in given.rows:
            folder = (given.keep or Path(scratch)) / str(rows)
            if not folder.is_dir():
                fill(folder, rows)
            copy = Path(scratch) / f"{rows} again"
            shutil.copytree(folder, copy)
            words = [sys.executable, __file__, "--look", str(copy)]
            found = json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout)
            first, *further = found["steps"]
            steps = " ".join(f"{one:.2f}" for one in further)
            print(
                f"{found['evaluations']:11d} {found['open']:7.2f} {found['frame']:8.2f} {found['memory']:4.0f}"
                f" {first:13.2f} {found['files']:8.2f} {found['memory after steps']:8.0f}  {steps}",
                flush=True,
            )


if __name__ == "__main__":
    main()
