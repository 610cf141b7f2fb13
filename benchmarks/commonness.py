"""Shares of molecules that the check of rare ring systems and joints passes, of files and of random changes to them.

    python -m benchmarks.commonness FILE... --steps 1 3

Files are read as by `molgrad dock`. Random changes are sound otherwise: they pass every other check of `druglike`.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Sequence

from molgrad.chem.commonness import uncommon
from molgrad.chem.transforms import neighbours
from molgrad.errors import InvalidMoleculeError
from molgrad.io import read_library
from molgrad.validation.structure import RARE
from molgrad.validation.validator import Validator

DRAWN = 5  # sound neighbours among which a walk chooses its next step
WALKS = 200


def main() -> None:
    """Print a line for each file, and one for each number of steps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--steps", nargs="*", type=int, default=[1, 3])
    options = parser.parse_args()
    everything: list[str] = []
    for file in options.files:
        values = list(dict.fromkeys(entry.smiles for entry in read_library(file) if entry.error is None))
        _print(file, values)
        everything += values
    for steps in options.steps:
        _print(f"{steps} random steps from them", list(_walked(everything, steps)))


def _print(name: str, values: Sequence[str]) -> None:
    found = [one for one in map(_rare, values) if one is not None]
    why = Counter(text.split(": ")[-1] for one in found for text in one)
    passed = sum(not one for one in found) / max(1, len(found))
    print(f"{name}: {passed:.1%} of {len(found)} pass")
    for text, count in why.most_common(5):
        print(f"    {count:5d}  {text}")


def _rare(smiles: str) -> list[str] | None:
    try:
        return [one.text for one in uncommon(smiles)]
    except InvalidMoleculeError:
        return None


def _walked(values: Sequence[str], steps: int) -> Iterator[str]:
    rng = random.Random(steps)
    usual = [value for value in values if _rare(value) == [] and _sound(value)]
    for value in rng.choices(usual, k=WALKS if usual else 0):
        for _ in range(steps):
            near = [one.smiles for one in neighbours(value, rng.randrange(10**6), DRAWN) if _sound(one.smiles)]
            value = rng.choice(near) if near else value
        yield value


def _sound(value: str) -> bool:
    return all(reason.rule == RARE for reason in _DRUGLIKE.check(value).reasons)


_DRUGLIKE = Validator("druglike")

if __name__ == "__main__":
    main()
