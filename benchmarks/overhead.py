"""What the loop itself costs: in a real campaign, and for a batch from a large archive.

    python benchmarks/overhead.py [--docks 25] [--receptor 1ia1]
    python benchmarks/overhead.py --archive benchmarks/results/search-100.jsonl [--molecules 300] [--batches 5]
    python benchmarks/overhead.py --lead 'Fc1ccc(-c2[nH]cnc2-c2ccncc2)cc1' [--molecules 300] [--batches 5]
    python benchmarks/overhead.py --evaluations 20000

The first runs a campaign with the settings of `molgrad optimize` and prints how much of the wall time lies between two
batches, in which no molecule can be docked. The second docks nothing: molecules and scores of a results file are the
archive, and the CPU seconds are printed that each next batch of five takes to propose (goal: under 2). The third does
the same for a batch of six analogues of a lead, from an archive of its neighbours' neighbours with made-up scores and
no poses. The fourth runs a campaign on strings with a loss that costs nothing and prints, for every thousand
evaluations, the milliseconds that one takes in all, of the processor, and to be written to disk (goal: at 20,000 within
1.5 times that at 2,000).
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import ClassVar
from zlib import crc32

from archives import BATCH, archive_of, critics_of, known
from oracle import rules, task

from molgrad.advisors.chemist.chemist import Chemist
from molgrad.autograd.domain import Features
from molgrad.autograd.gradient import Edit, Proposal
from molgrad.autograd.loss import Loss
from molgrad.autograd.text_domain import TextDomain
from molgrad.campaign.campaign import Campaign
from molgrad.campaign.events import Event
from molgrad.campaign.store import Store
from molgrad.chem.descriptors import describe
from molgrad.config.objectives import objective
from molgrad.molecule.domain import MoleculeDomain
from molgrad.optim.archive import Archive
from molgrad.optim.optimizer import Task
from molgrad.optim.search import PopulationSearch
from molgrad.optim.settings import FROM_FRAGMENTS, FROM_LEADS, SearchSettings
from molgrad.receptors import load_receptor

LEAD = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"
SIX = 6  # proposals of a batch, as a campaign has them by default
LETTERS = "ACDEFGHIKLMNPQRSTVWY"


class Timed(PopulationSearch):
    """Keeps the seconds that each batch took to propose."""

    seconds: ClassVar[list[float]] = []

    def propose(self, *arguments, **named):  # type: ignore[no-untyped-def]  # the base's own arguments
        began = time.perf_counter()
        found = super().propose(*arguments, **named)
        self.seconds.append(time.perf_counter() - began)
        return found


def campaign(docks: int, name: str) -> None:
    """The share of a real campaign's wall time that is its own work."""
    receptor = load_receptor(name)
    loss = objective("default", receptor, seed=7, cache=False)
    Timed.seconds.clear()
    with (
        tempfile.TemporaryDirectory() as folder,
        Campaign(folder, start=[LEAD], loss=loss, seed=7, optimizer=Timed) as one,
    ):
        began = time.perf_counter()
        one.run(docks)
        wall = time.perf_counter() - began
    loss.close()
    own = sum(Timed.seconds)
    print(f"{docks} docks into {receptor.name}: {wall:.0f} s, {wall / docks:.1f} s a dock")
    share = 100 * own / wall
    print(f"own work: {own:.1f} s in {len(Timed.seconds)} batches, {share:.1f} % of the wall time (goal < 5)")


def batches(results: Path, molecules: int, count: int) -> None:
    """CPU seconds of each batch after an archive of that many molecules; each proposal is given its predicted score."""
    loss, domain = task("DRD2", 1), rules("DRD2")
    rows = [row for line in results.read_text().splitlines() for row in json.loads(line)["molecules"]]
    distinct = {row["smiles"]: row for row in rows if row["J"] is not None}
    archive = archive_of(list(distinct.values())[:molecules], loss)
    _timed(archive, loss, domain, FROM_FRAGMENTS, BATCH, count)


def analogues(lead: str, molecules: int, count: int) -> None:
    """CPU seconds of each batch of six analogues of a lead after so many; each is scored by its size, and by chance."""
    loss, domain = task("MAPK14", 1), MoleculeDomain("strict").within("analogues", [lead])
    rng, archive, found = random.Random(0), Archive(), {domain.canonical(lead): 0}
    while len(found) < molecules:
        made = [value for value, _ in domain.neighbours(rng.choice(list(found)), rng.randrange(2**31), 8)]
        found |= {value: 1 + len(found) // SIX for value in made if value not in found and not domain.validate(value)}
    for value, batch in list(found.items())[:molecules]:
        affinity = -0.3 * describe(value)["heavy_atoms"] + rng.gauss(0.0, 0.7)
        archive.add(known(Proposal(value), affinity, loss, batch))
    _timed(archive, loss, domain, FROM_LEADS, SIX, count)


def _timed(
    archive: Archive, loss: Loss, domain: MoleculeDomain, settings: SearchSettings, size: int, count: int
) -> None:  # fmt: skip
    """Print the CPU seconds that each of the next batches takes."""
    chemist = Chemist(domain)
    starts = [archive.records[0].value]
    critics = critics_of(chemist, domain, loss)
    search = PopulationSearch(Task(loss, domain, chemist, starts, role="molecule", settings=settings, critics=critics))
    search.observe(archive.records)
    held, seconds = len(archive.records), []
    for batch in range(1, count + 1):
        began = time.process_time()
        found = search.propose(size, batch=held + batch)
        seconds.append(time.process_time() - began)
        search.observe([known(one, one.predicted["docking"][0], loss, held + batch) for one in found])
    told = " ".join(f"{one:.1f}" for one in seconds)
    print(f"a batch of {size} from an archive of {held}, CPU s: {told}; median {statistics.median(seconds):.1f}")


class Strings(TextDomain):
    """Strings of one length over twenty letters, as peptides are; a neighbour differs in one letter."""

    name = "strings"

    def neighbours(self, value: str, seed: int, n: int) -> list[tuple[str, Edit]]:
        """`n` values with one letter drawn anew."""
        rng = random.Random(seed)
        places = [rng.randrange(len(value)) for _ in range(n)]
        changed = [value[:at] + rng.choice(LETTERS) + value[at + 1 :] for at in places]
        return [(one, Edit("explore", reason="one letter changed")) for one in changed]

    def crossover(self, first: str, second: str, seed: int, n: int) -> list[str]:
        """The beginning of one and the end of the other."""
        rng = random.Random(seed)
        return [first[:at] + second[at:] for at in rng.sample(range(1, len(first)), n)]

    def features(self, value: str) -> Features:
        """Triples of letters."""
        return Features(Counter(crc32(value[i : i + 3].encode()) for i in range(len(value) - 2)))


def cheap(value: str) -> float:
    """A number for each letter and place, added up."""
    return sum(crc32(f"{i}{letter}".encode()) % 1000 for i, letter in enumerate(value)) / 1000


class TimedStore(Store):
    """Adds up the seconds in which evaluations are written."""

    written = 0.0

    def add_evaluation(self, proposal, evaluation):  # type: ignore[no-untyped-def]  # the base's own arguments
        began = time.perf_counter()
        super().add_evaluation(proposal, evaluation)
        self.written += time.perf_counter() - began


def evaluations(count: int) -> None:
    """Milliseconds of each thousand evaluations of a campaign whose loss costs nothing."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Campaign(folder, start="A" * 60, loss=cheap, engine=Chemist(), domain=Strings(), seed=1, batch=50) as one,
    ):
        one._store.__class__ = TimedStore
        marks = [(0, time.perf_counter(), time.process_time(), 0.0)]

        def watch(event: Event) -> None:
            if event.spent < marks[-1][0] + 1000:
                return
            marks.append((event.spent, time.perf_counter(), time.process_time(), one._store.written))
            done, wall, cpu, disk = (now - then for now, then in zip(marks[-1], marks[-2], strict=True))
            each = " ".join(f"{1000 * part / done:8.2f}" for part in (wall, cpu, disk))
            print(f"{event.spent:6d} {each}", flush=True)

        print("evaluations, ms each: in all, processor, disk")
        one.run(count, watch=watch)


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--docks", type=int, default=25)
    parser.add_argument("--receptor", default="1ia1")
    parser.add_argument("--archive", type=Path)
    parser.add_argument("--lead", help="SMILES")
    parser.add_argument("--evaluations", type=int)
    parser.add_argument("--molecules", type=int, default=300)
    parser.add_argument("--batches", type=int, default=5)
    given = parser.parse_args()
    if given.evaluations is not None:
        evaluations(given.evaluations)
    elif given.lead is not None:
        analogues(given.lead, given.molecules, given.batches)
    elif given.archive is None:
        campaign(given.docks, given.receptor)
    else:
        batches(given.archive, given.molecules, given.batches)


if __name__ == "__main__":
    main()
