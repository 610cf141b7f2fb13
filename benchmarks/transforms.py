"""What the library of transformations yields: neighbours a second, and the share that passes each preset.

    python benchmarks/transforms.py [--n 200]

Starts from fragments to large drugs; every neighbour is one rule away. Seconds are CPU seconds of one process, the
first call for a molecule (nothing remembered).
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from itertools import pairwise

from molgrad.chem.crossover import crossover
from molgrad.chem.transforms import LIBRARY, neighbours
from molgrad.validation import Validator

STARTS = {
    "acetamide": "CC(N)=O",
    "benzene": "c1ccccc1",
    "indole": "c1ccc2[nH]ccc2c1",
    "trimethoprim": "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC",
    "celecoxib": "Cc1ccc(cc1)-c1cc(nn1-c1ccc(cc1)S(N)(=O)=O)C(F)(F)F",
    "risperidone": "Cc1nc2CCCCn2c(=O)c1CCN1CCC(CC1)c1noc2cc(F)ccc12",
    "imatinib": "Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(n1)-c1cccnc1",
}
PRESETS = ("druglike", "passes_filters", "strict")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=200, help="neighbours asked for")
    n = parser.parse_args().n
    kinds = Counter(rule.kind for rule in LIBRARY.values())
    print(f"{len(LIBRARY)} rules: " + ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()))
    validators = {preset: Validator(preset) for preset in PRESETS}
    for validator in validators.values():  # rules and patterns are compiled at their first use
        passed([one.smiles for one in neighbours("CCOc1ccccc1", 0, 10)], validator)
    head = " ".join(f"{preset:>9}" for preset in PRESETS)
    print(f"\n{'':14} {'neighbours':>10} {'a second':>9} {head} {'checks ms':>9} {'rules used':>10}")
    for name, smiles in STARTS.items():
        began = time.process_time()
        found = list(neighbours(smiles, 1, n))
        made = time.process_time() - began
        _, spent = passed([one.smiles for one in found], validators["druglike"])
        shares = " ".join(f"{passed([one.smiles for one in found], v)[0]:9.0%}" for v in validators.values())
        used = len({one.transform for one in found})
        print(f"{name:14} {len(found):10} {len(found) / made:9.0f} {shares} {spent:9.2f} {used:10}")
    print(f"\n{'crossover of':30} {'children':>9} {'a second':>9} {'druglike':>9}")
    drugs = list(STARTS.items())[3:]
    for (first, one), (second, other) in pairwise(drugs):
        began = time.process_time()
        children = list(crossover(one, other, 1, n))
        made = time.process_time() - began
        share, _ = passed(children, validators["druglike"])
        print(f"{first + ' and ' + second:30} {len(children):9} {len(children) / made:9.0f} {share:9.0%}")


def passed(molecules: list[str], validator: Validator) -> tuple[float, float]:
    """The share that the validator lets pass, and its milliseconds for each."""
    began = time.process_time()
    good = sum(validator.check(smiles).ok for smiles in molecules)
    return good / max(1, len(molecules)), 1e3 * (time.process_time() - began) / max(1, len(molecules))


if __name__ == "__main__":
    main()
