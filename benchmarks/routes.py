"""How many drug-like molecules have a route of at most three reactions, how long that takes, and what is missing.

    python -m benchmarks.routes --data /path/to/data
    python -m benchmarks.routes --data /path/to/data --stock catalogue.csv --each
    python -m benchmarks.routes --molecules winners.csv

Measured molecules are `moonshot/ic50.csv` and `series/*/ligands.sdf` of the folder: 120 and 80 of them, drawn with a
seed. Approved drugs are those of the tests.
"""

from __future__ import annotations

import argparse
import csv
import random
import statistics
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rdkit import Chem

from molgrad.errors import InvalidMoleculeError
from molgrad.io import read_library
from molgrad.synthesis.plan import Plan
from molgrad.synthesis.running import judge
from molgrad.synthesis.search import MAX_STEPS, Planner
from molgrad.synthesis.stock import open_stock
from tests.chem.drugs import DRUGS

MOONSHOT, SERIES, SEED = 120, 80, 1


def measured(folder: Path) -> list[str]:
    """The molecules of the tables, some of each."""
    with (folder / "moonshot" / "ic50.csv").open(encoding="utf-8") as stream:
        moonshot = [row["suspected_SMILES"].split()[0] for row in csv.DictReader(stream)]
    files = sorted(folder.glob("series/*/ligands.sdf"))
    ligands = [Chem.MolToSmiles(Chem.RemoveHs(mol)) for file in files for mol in Chem.SDMolSupplier(str(file)) if mol]
    rng = random.Random(SEED)
    rng.shuffle(moonshot)
    rng.shuffle(ligands)
    return moonshot[:MOONSHOT] + ligands[:SERIES]


def check(plan: Plan) -> None:
    """Every step, run forward once more, gives exactly its product."""
    for route in plan.routes:
        for made in route.made():
            assert made.step is not None
            assert judge(made.step.reaction, [one.smiles for one in made.step.reactants], made.smiles).ok


def table(name: str, molecules: Sequence[str], planner: Planner, *, each: bool) -> None:
    plans = []
    for smiles in molecules:
        try:
            plans.append(planner.plan(smiles))
        except InvalidMoleculeError as error:
            print(f"left out: {error}")
            continue
        check(plans[-1])
        if each:
            print(f"{'route' if plans[-1].solved else 'none '} {plans[-1].smiles} {plans[-1].why}")
    solved = [plan for plan in plans if plan.solved]
    seconds = [plan.seconds for plan in plans]
    steps = Counter(plan.routes[0].steps for plan in solved)
    print(
        f"{name}: {len(solved)} of {len(plans)} ({len(solved) / len(plans):.0%}); by steps "
        f"{', '.join(f'{n}: {steps[n]}' for n in sorted(steps))}; median {statistics.median(seconds):.2f} s, "
        f"longest {max(seconds):.1f} s, out of time {sum(not plan.in_time for plan in plans)}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with moonshot/ and series/")
    parser.add_argument("--molecules", type=Path, help="a file of molecules, such as a run's molecules.csv")
    parser.add_argument("--stock", type=Path)
    parser.add_argument("--probable", action="store_true", help="molbloom's filter too")
    parser.add_argument("--max-steps", type=int, default=MAX_STEPS)
    parser.add_argument("--each", action="store_true", help="a line for each molecule")
    given = parser.parse_args()
    planner = Planner(open_stock(given.stock, probable=given.probable), max_steps=given.max_steps)
    print(f"stock: {planner.stock.words()}; at most {given.max_steps} reactions")
    if given.molecules:
        entries = [entry.smiles for entry in read_library(given.molecules) if not entry.error]
        table(given.molecules.name, entries, planner, each=given.each)
        return
    if given.data:
        table("measured molecules", measured(given.data), planner, each=given.each)
    table("approved drugs", list(DRUGS.values()), planner, each=given.each)


if __name__ == "__main__":
    main()
