"""Runs that act on every kind of fact alike, for benchmarks/facts.py: changes drawn by chance.

    python benchmarks/facts_runs.py --out RUNS [--leads MAPK14,PARP1] [--docks 30] [--seeds 1] [--workers 1]

A search acts most on what it expects to pay, so its runs show little of the other kinds. Here each place of a batch
goes to the kind of fact that was answered least so far, or to changes that answer none: of the library's single changes
of the best three molecules, one that answers this kind alone is drawn by chance. A free partner is answered only by a
group that can bond it and is about as far from its atoms as the partner is. Folders in RUNS are named LEAD-SEED; those
that are complete are left as they are. The objective is docking + 10 (1 - QED) with `fast` docks.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from leads_data import LEADS, Lead

import molgrad as mg
from molgrad.advisors.chemist.hints import can_bond
from molgrad.autograd.gradient import Proposal
from molgrad.evaluation import Fact
from molgrad.interactions import kinds
from molgrad.interactions.worth import NONE
from molgrad.optim.optimizer import Optimizer, derive
from molgrad.optim.reasons import shortcomings
from molgrad.optim.record import Record
from molgrad.optim.worth import act_of

NATIVE = Lead("1ia1", "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC", "Nc1nccc(N)n1", "trimethoprim")
KNOWN = {NATIVE.receptor: NATIVE, **LEADS}
PARENTS, LOOKED_AT = 3, 300  # best molecules that are changed, and random changes of each


class EachKind(Optimizer):
    """Proposes changes that answer the kind of fact which was answered least."""

    name = "each_kind"

    def _propose(self, n: int, batch: int, left: int | None) -> list[Proposal]:
        del left
        parents = self.archive.ranked(PARENTS)
        options = self._options(parents, batch)
        made = Counter(a.kind for pair in self.archive.pairs if (a := act_of(*pair, self.task.domain)) is not None)
        found: list[Proposal] = []
        while len(found) < n and any(options.values()):
            kind = min((kind for kind, left in options.items() if left), key=lambda kind: (made[kind], kind))
            made[kind] += 1
            found.append(options[kind].pop())
        return found

    def _options(self, parents: Sequence[Record], batch: int) -> dict[str, list[Proposal]]:
        """By kind of fact, the changes that answer it alone, in an order drawn by chance."""
        options: dict[str, list[Proposal]] = {}
        for parent in parents:
            facts = shortcomings(parent.evaluation)
            seed = derive(self.task.seed, batch, parent.value)
            for value, edit in self.task.domain.neighbours(parent.value, seed, LOOKED_AT):
                if value in self.archive.taken or self.task.domain.validate(value):
                    continue
                kind = self._answered(parent.value, value, facts)
                if kind is not None:
                    proposal = Proposal(value, parent.value, edit, edit.reason, advisor="chance")
                    options.setdefault(kind, []).append(proposal)
        for kind, listed in options.items():
            random.Random(derive(self.task.seed, batch, kind)).shuffle(listed)
        return options

    def _answered(self, parent: str, value: str, facts: Sequence[Fact]) -> str | None:
        """The one kind that a change answers, `NONE` for none; None for what says nothing of any."""
        fitting = [f for f in facts if f.kind != kinds.UNSATISFIED or can_bond(parent, value, f)]
        found = self.task.domain.answered_kinds(parent, value, fitting)
        loose = self.task.domain.answered_kinds(parent, value, facts)
        if found is None or loose != found or len(found) > 1:
            return None
        return next(iter(found), NONE)


def run(lead: Lead, seed: int, docks: int, workers: int, folder: Path) -> None:
    """One campaign."""
    loss = mg.Docking(lead.receptor, effort="fast", workers=workers, poses=1) + 10 * mg.QED()
    with mg.Campaign(
        folder, start=[lead.smiles], loss=loss, seed=seed, optimizer=EachKind, replicates=False
    ) as campaign:
        campaign.run(docks=docks)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, metavar="RUNS")
    parser.add_argument("--leads", default=",".join(KNOWN), help="[%(default)s]")
    parser.add_argument("--docks", type=int, default=30)
    parser.add_argument("--seeds", type=int, default=1, help="0, 1, ... to one less than this [%(default)s]")
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    for seed in range(given.seeds):
        for name in given.leads.split(","):
            run(KNOWN[name], seed, given.docks, given.workers, given.out / f"{name}-{seed}")
            print(name, seed, flush=True)


if __name__ == "__main__":
    main()
