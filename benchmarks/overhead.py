"""What the loop itself costs: in a real campaign, and for a batch from a large archive.

    python benchmarks/overhead.py [--docks 25] [--receptor 1ia1]
    python benchmarks/overhead.py --archive benchmarks/results/search-100.jsonl [--molecules 300] [--batches 5]

The first runs a campaign with the settings of `molgrad optimize` and prints how much of the wall time lies between two
batches, in which no molecule can be docked. The second docks nothing: molecules and scores of a results file are the
archive, and the CPU seconds are printed that each next batch of five takes to propose (goal: under 2).
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

from archives import BATCH, archive_of, critics_of, known
from oracle import rules, task

from molgrad.advisors.chemist.chemist import Chemist
from molgrad.campaign.campaign import Campaign
from molgrad.config import objective
from molgrad.optim.search import FROM_FRAGMENTS, PopulationSearch
from molgrad.receptors import load_receptor

LEAD = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"


class Timed(PopulationSearch):
    """Keeps the seconds that each batch took to propose."""

    seconds: list[float]

    def propose(self, *arguments, **named):  # type: ignore[no-untyped-def]  # the base's own arguments
        began = time.perf_counter()
        found = super().propose(*arguments, **named)
        self.seconds.append(time.perf_counter() - began)
        return found


def campaign(docks: int, name: str) -> None:
    """The share of a real campaign's wall time that is its own work."""
    receptor = load_receptor(name)
    loss = objective("default", receptor, seed=7, cache=False)
    with tempfile.TemporaryDirectory() as folder, Campaign(folder, start=[LEAD], loss=loss, seed=7) as one:
        one._search = search = Timed(loss, one.domain, one.advisor, seed=7)
        search.seconds = []
        began = time.perf_counter()
        one.run(docks)
        wall = time.perf_counter() - began
    loss.close()
    own = sum(search.seconds)
    print(f"{docks} docks into {receptor.name}: {wall:.0f} s, {wall / docks:.1f} s a dock")
    print(
        f"own work: {own:.1f} s in {len(search.seconds)} batches, {100 * own / wall:.1f} % of the wall time (goal < 5)"
    )


def batches(results: Path, molecules: int, count: int) -> None:
    """CPU seconds of each batch after an archive of that many molecules; each proposal is given its predicted score."""
    loss, domain = task("DRD2", 1), rules("DRD2")
    rows = [row for line in results.read_text().splitlines() for row in json.loads(line)["molecules"]]
    distinct = {row["smiles"]: row for row in rows if row["J"] is not None}
    archive = archive_of(list(distinct.values())[:molecules], loss)
    chemist = Chemist(domain)
    search = PopulationSearch(loss, domain, chemist, settings=FROM_FRAGMENTS)
    critics = critics_of(chemist, domain, loss)
    held, seconds = len(archive.records), []
    for batch in range(1, count + 1):
        began = time.process_time()
        found = search.propose(archive, BATCH, held + batch, critics, "molecule")
        seconds.append(time.process_time() - began)
        for proposal in found:
            archive.add(known(proposal, proposal.predicted["docking"][0], loss, held + batch))
    told = " ".join(f"{one:.1f}" for one in seconds)
    print(f"a batch of {BATCH} from an archive of {held}, CPU s: {told}; median {statistics.median(seconds):.1f}")


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--docks", type=int, default=25)
    parser.add_argument("--receptor", default="1ia1")
    parser.add_argument("--archive", type=Path)
    parser.add_argument("--molecules", type=int, default=300)
    parser.add_argument("--batches", type=int, default=5)
    given = parser.parse_args()
    if given.archive is None:
        campaign(given.docks, given.receptor)
    else:
        batches(given.archive, given.molecules, given.batches)


if __name__ == "__main__":
    main()
