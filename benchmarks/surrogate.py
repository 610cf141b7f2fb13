"""Whether the surrogate's predictions hold: each batch of a finished search predicted from what came before it.

    python benchmarks/surrogate.py [FILE ...]

FILEs are results of benchmarks/search.py; only tasks with one receptor are looked at. First, which form of the size
fits the affinities of a run with the least error, and with what slope. Then the surrogate, as it is, told of size only
beforehand, and with lower floors: error and bias of its predictions (kcal/mol), and the standard deviation of error by
predicted deviation, which is 1 where it knows how sure it is. Last what each linear feature is worth in a run.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from molgrad.autograd.domain import Features
from molgrad.chem.parse import read
from molgrad.losses.docking import Docking
from molgrad.molecule.domain import MOLECULES
from molgrad.optim import surrogate

FIRST = Path(__file__).with_name("results") / "search-first.jsonl"
FORMS: dict[str, Callable[[float], float]] = {
    "n": lambda n: n, "root n": lambda n: n**0.5, "n^(2/3)": lambda n: n ** (2 / 3), "min(n, 24)": lambda n: min(n, 24),
}  # fmt: skip
LOWER = ((0.2,), (0.5,))  # noises and amplitudes before they were chosen by likelihood above a floor
SIZE_ONLY = (3, (-1.9,))  # root of heavy atoms, logP and rotatable bonds, with a prior slope for the first alone
LINEAR = ("root n", "logP", "rotatable_bonds", "ring atoms", "aromatic")
BATCH, LEAST = 5, 8

Run = tuple[str, list[str], np.ndarray]


def runs(paths: list[Path]) -> Iterator[Run]:
    """Name, molecules and affinities of each run."""
    for line in (line for path in paths for line in path.read_text().splitlines()):
        found = json.loads(line)
        rows = [m for m in found["molecules"] if m["J"] is not None and len(m["affinities"]) == 1]
        if rows:
            name = f"{found['key'][1]} {found['key'][0]}"
            yield name, [m["smiles"] for m in rows], np.array([m["affinities"][0] for m in rows])


def forms(run: Run) -> str:
    """Root mean square error of a line in each form of the size; the slope of the root."""
    name, molecules, affinities = run
    heavy = [float(read(one).mol.GetNumHeavyAtoms()) for one in molecules]
    cells = []
    for form in FORMS.values():
        x = np.stack([np.ones(len(heavy)), [form(n) for n in heavy]], axis=1)
        fit, *_ = np.linalg.lstsq(x, affinities, rcond=None)
        cells.append((float(np.sqrt(np.mean((x @ fit - affinities) ** 2))), float(fit[1])))
    errors = " ".join(f"{error:10.3f}" for error, _ in cells)
    return f"{name:26} {len(molecules):4} {errors} {cells[1][1]:10.2f}"


def ahead(run: Run, linear: int, slopes: tuple[float, ...]) -> tuple[str, float]:
    """How each batch was predicted from those before it by so many linear features, and the error."""
    name, molecules, affinities = run
    whole = [MOLECULES.features(one) for one in molecules]
    features = [Features(one.counts, one.linear[:linear]) for one in whole]
    gaps, shares = [], []
    for n in range(LEAST, len(molecules) - BATCH, BATCH):
        model = surrogate.Surrogate(slopes).fit(features[:n], affinities[:n].tolist())
        found = model.predict(features[n : n + BATCH])
        gap = found.mean - affinities[n : n + BATCH]
        gaps += gap.tolist()
        shares += (gap / found.sd).tolist()
    error = np.sqrt(np.mean(np.square(gaps)))
    return f"{name:26} {len(gaps):4} {error:10.2f} {np.mean(gaps):+10.2f} {np.std(shares):10.2f}", float(error)


def slopes_of(run: Run) -> str:
    """What each linear feature is worth in a run, kcal/mol a unit, by ridge regression towards zero."""
    name, molecules, affinities = run
    x = np.array([MOLECULES.features(one).linear for one in molecules])
    scale = np.maximum(x.std(axis=0), surrogate.LEAST_SCALE)
    z = (x - x.mean(axis=0)) / scale
    gram = z.T @ z + surrogate.RIDGE * np.eye(z.shape[1])
    fit = np.linalg.solve(gram, z.T @ (affinities - affinities.mean())) / scale
    return f"{name:26} {len(molecules):4} " + " ".join(f"{slope:10.2f}" for slope in fit)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, default=[FIRST])
    found = list(runs(parser.parse_args().files))
    print(
        f"{'error by form of size':26} {'n':>4} " + " ".join(f"{name:>10}" for name in FORMS) + f" {'slope root':>10}"
    )
    print("\n".join(forms(run) for run in found))
    now = (len(Docking.prior_slopes), Docking.prior_slopes)
    for said, floors, (linear, slopes) in (
        ("as it is", None, now), ("told of size only", None, SIZE_ONLY), ("with lower floors", LOWER, now),
    ):  # fmt: skip
        if floors is not None:
            surrogate.NOISES, surrogate.AMPLITUDES = floors
        print(f"\n{'surrogate ' + said:26} {'n':>4} {'error':>10} {'bias':>10} {'deviations':>10}")
        lines, errors = zip(*(ahead(run, linear, slopes) for run in found), strict=True)
        print("\n".join(lines))
        print(f"{'mean of runs':26} {len(lines):4} {np.mean(errors):10.2f}")
    print(f"\n{'slopes by ridge':26} {'n':>4} " + " ".join(f"{name:>10}" for name in LINEAR))
    print("\n".join(slopes_of(run) for run in found))


if __name__ == "__main__":
    main()
