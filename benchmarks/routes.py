"""How many drug-like molecules have a route of at most three reactions, how long that takes, and what is missing.

    python -m benchmarks.routes --data /path/to/data
    python -m benchmarks.routes --data /path/to/data --stock catalogue.csv --each
    python -m benchmarks.routes --molecules winners.csv

Measured molecules are `moonshot/ic50.csv` and `series/*/ligands.sdf` of the folder: 120 and 80 of them, drawn with a
seed; every second one was looked at when the stock was written, the others only counted. Approved drugs are those of
the tests. The random public molecules are 200 of the NCI's, from a file in RDKit's wheel, of 20 to 35 heavy atoms and
the elements of drugs. `--coin` puts a source that says yes to 7 % by chance in the place of molbloom's filter, which
does so to what nobody sells: what `--probable` finds beyond it is worth something.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import random
import statistics
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rdkit import Chem, RDConfig, rdBase

from molgrad.errors import InvalidMoleculeError
from molgrad.io import read_library
from molgrad.synthesis.plan import Plan
from molgrad.synthesis.running import judge
from molgrad.synthesis.search import MAX_STEPS, Planner
from molgrad.synthesis.stock import Stock, open_stock
from tests.chem.drugs import DRUGS

MOONSHOT, SERIES, SEED = 120, 80, 1
PUBLIC = Path("NCI") / "first_5K.smi"  # in RDKit's data folder
ATOMS = range(20, 36)  # heavy atoms of a public molecule
ELEMENTS = frozenset({6, 7, 8, 9, 16, 17, 35})


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


def coin(smiles: str) -> bool:
    """Yes to 7 % of all molecules, always the same."""
    return hashlib.sha256(smiles.encode()).digest()[0] < 0.07 * 256


def public() -> list[str]:
    """200 molecules of the NCI's first 5,000."""
    lines = (Path(RDConfig.RDDataDir) / PUBLIC).read_text(encoding="utf-8").splitlines()
    with rdBase.BlockLogs():
        mols = [Chem.MolFromSmiles(line.split()[0]) for line in lines if line]
    usual = [
        Chem.MolToSmiles(mol)
        for mol in mols
        if mol is not None
        and mol.GetNumHeavyAtoms() in ATOMS
        and {atom.GetAtomicNum() for atom in mol.GetAtoms()} <= ELEMENTS
        and len(Chem.GetMolFrags(mol)) == 1
    ]
    random.Random(SEED).shuffle(usual)
    return usual[: MOONSHOT + SERIES]


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
    parser.add_argument("--coin", action="store_true", help="a source that says yes by chance, to compare with")
    parser.add_argument("--max-steps", type=int, default=MAX_STEPS)
    parser.add_argument("--each", action="store_true", help="a line for each molecule")
    given = parser.parse_args()
    stock = open_stock(given.stock, probable=given.probable)
    if given.coin:
        stock = Stock(stock.catalogues, stock.notes, coin)
    planner = Planner(stock, max_steps=given.max_steps)
    print(f"stock: {planner.stock.words()}; at most {given.max_steps} reactions")
    if given.molecules:
        entries = [entry.smiles for entry in read_library(given.molecules) if not entry.error]
        table(given.molecules.name, entries, planner, each=given.each)
        return
    if given.data:
        every = measured(given.data)
        table("measured molecules", every, planner, each=given.each)
        table("of these, not looked at", every[1::2], planner, each=False)
    table("approved drugs", list(DRUGS.values()), planner, each=given.each)
    table("random public molecules", public(), planner, each=given.each)


if __name__ == "__main__":
    main()
