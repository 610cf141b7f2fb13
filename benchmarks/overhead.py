"""How much of a campaign's wall time is the loop's own work: the time in which no molecule can be docked.

    python benchmarks/overhead.py [docks] [receptor]

A real campaign with the settings of `molgrad optimize`; own work is what lies between two batches.
"""

from __future__ import annotations

import sys
import tempfile
import time

from molgrad.campaign.campaign import Campaign
from molgrad.config import build_loss, objective
from molgrad.docking import load_receptor
from molgrad.optim.search import PopulationSearch

LEAD = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"


class Timed(PopulationSearch):
    """Keeps the seconds that each batch took to propose."""

    seconds: list[float]

    def propose(self, *arguments, **named):  # type: ignore[no-untyped-def]  # the base's own arguments
        began = time.perf_counter()
        found = super().propose(*arguments, **named)
        self.seconds.append(time.perf_counter() - began)
        return found


def main() -> None:
    docks = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    receptor = load_receptor(sys.argv[2] if len(sys.argv) > 2 else "1ia1")
    loss = build_loss(objective("default"), {"docking": {"receptor": receptor, "seed": 7, "cache": False}})
    with tempfile.TemporaryDirectory() as folder, Campaign(folder, start=[LEAD], loss=loss, seed=7) as campaign:
        campaign._search = search = Timed(loss, campaign.domain, campaign.advisor, seed=7)
        search.seconds = []
        began = time.perf_counter()
        campaign.run(docks)
        wall = time.perf_counter() - began
    loss.close()
    own = sum(search.seconds)
    print(f"{docks} docks into {receptor.name}: {wall:.0f} s, {wall / docks:.1f} s a dock")
    print(
        f"own work: {own:.1f} s in {len(search.seconds)} batches, {100 * own / wall:.1f} % of the wall time (goal < 5)"
    )


if __name__ == "__main__":
    main()
