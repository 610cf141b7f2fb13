"""Fits of affinity on heavy atoms, by receptor and pooled, from the rows of benchmarks/docking.py.

    python benchmarks/docking.py --out FILE && python benchmarks/size_fit.py FILE

For each form: coefficients, standard deviation about the fit, and the root mean square error of predicting what was
left out of it: one ligand (pooled: its rows in all receptors), and for the pooled fit a whole receptor. A form is
chosen by the pooled errors: a receptor of one's own is fitted with it too. The constants in molgrad/receptors/size.py
are the lines of the chosen form.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from molgrad.chem.parse import parse
from molgrad.receptors.size import FORMS, LEAST, fit_size, reference_ligands


class Row(NamedTuple):
    receptor: str
    ligand: str
    heavy: int
    affinity: float


def read(path: Path, method: str) -> list[Row]:
    heavy = {name: parse(smiles).GetNumHeavyAtoms() for name, smiles in reference_ligands()}
    rows: dict[tuple[str, str], Row] = {}
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                row = json.loads(line)
            except json.JSONDecodeError:
                continue  # the last line of a benchmark that still runs
            key = row["key"]
            if len(key) == 3 and key[2] == method and key[1] in heavy and row["affinity"] is not None:
                rows[key[0], key[1]] = Row(key[0], key[1], heavy[key[1]], row["affinity"])
    return [rows[key] for key in sorted(rows)]


def fitted(rows: Sequence[Row], form: str):
    return fit_size([r.heavy for r in rows], [r.affinity for r in rows], form)


def left_out(rows: Sequence[Row], form: str, group: Callable[[Row], Hashable]) -> float:
    """RMS error of affinities predicted by fits to the other groups, kcal/mol."""
    errors = []
    for one in dict.fromkeys(group(row) for row in rows):
        fit = fitted([row for row in rows if group(row) != one], form)
        errors += [fit.residual(row.affinity, row.heavy) for row in rows if group(row) == one]
    return float(np.sqrt(np.mean(np.square(errors))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--method", default="standard")
    given = parser.parse_args()
    rows = read(given.file, given.method)
    receptors = list(dict.fromkeys(row.receptor for row in rows))
    print(f"{'':8} {'form':10} {'n':>3} {'coefficients':28} {'sd':>5} {'ligand out':>10} {'receptor out':>12}")
    for name in [*receptors, "pooled"]:
        own = [row for row in rows if name in ("pooled", row.receptor)]
        if len(own) <= LEAST:
            print(f"{name:8} {len(own)} rows are too few")
            continue
        for form in FORMS:
            fit = fitted(own, form)
            numbers = " ".join(f"{x:.4f}" for x in fit.coefficients)
            ligand = left_out(own, form, lambda row: row.ligand)
            other = left_out(own, form, lambda row: row.receptor) if name == "pooled" and len(receptors) > 1 else None
            last = "" if other is None else f"{other:12.3f}"
            print(f"{name:8} {form:10} {fit.n:3} {numbers:28} {fit.sd:5.3f} {ligand:10.3f} {last}")


if __name__ == "__main__":
    main()
