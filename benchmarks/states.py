"""How often programs choose the charge state at pH 7.4 that measured pKa values imply.

    python -m benchmarks.states                          # every method; the table and what each got wrong
    python -m benchmarks.states --method pka,openbabel   # some of them
    python -m benchmarks.states --openbabel-python PATH  # Open Babel of another environment too, such as 3.2.1's
    python -m benchmarks.states --report                 # what benchmarks/results/states.jsonl holds, nothing run

Methods: molgrad's own (`pka`, `openbabel` with its corrections), Open Babel itself, Dimorphite-DL, molscrub. The part
`tuning` was seen by the author of the model, `held` was not. `iupac` was copied from a compilation after the model was
made, `iupac2` after the model had been mended with `iupac`; what the model said of each at first sight is
`pka-first-sight` in the results. benchmarks/measured.py says what is right.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measured import PARTS, Measured, is_right, read_measured
from benchmarks.pka_errors import print_errors
from benchmarks.protonators import METHODS, Method, plain_openbabel
from benchmarks.rows import Row, read

RESULTS = Path(__file__).parent / "results" / "states.jsonl"
KINDS = ("single", "multi")


def main() -> None:
    """Run, record and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--method", default=",".join(METHODS), help="names between commas")
    parser.add_argument("--openbabel-python", metavar="PATH", help="an interpreter with another Open Babel")
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--report", action="store_true", help="print the file of results")
    given = parser.parse_args()
    unknown = [name for name in given.method.split(",") if name not in METHODS]
    if unknown:
        parser.error(f"no method {unknown[0]}: there are {', '.join(METHODS)}")
    table = list(read_measured())
    if not given.report:
        record(given.out, table, given.method.split(","), given.openbabel_python)
    report(table, read(given.out, "method", "wrong"))
    print_errors(table)


def record(out: Path, table: Sequence[Measured], names: Sequence[str], python: str | None) -> None:
    """Run the methods and write a row for each; rows of other methods stay."""
    smiles = [one.smiles for one in table]
    made = [row_of(name, METHODS[name](smiles), table) for name in names]
    if python:
        other = plain_openbabel(smiles, python)
        made.append(row_of(other.title, other, table))
    rows = {row["method"]: row for row in [*read(out, "method", "wrong"), *made]}
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("".join(json.dumps(row) + "\n" for row in rows.values()))


def row_of(name: str, method: Method, table: Sequence[Measured]) -> Row:
    """The states that a method got wrong, by molecule."""
    answers = zip(table, method.answers, strict=True)
    wrong = {one.name: state for one, state in answers if not is_right(state, one)}
    return {"method": name, "title": method.title, "molecules": len(table), "wrong": wrong}


def report(table: Sequence[Measured], rows: Sequence[Row]) -> None:
    """Print the shares that are right, then what each method got wrong by class."""
    cells = [(part, kind) for part in PARTS for kind in KINDS]
    sets = {cell: [one for one in table if (one.part, one.kind) == cell] for cell in cells}
    sets = {cell: members for cell, members in sets.items() if members}
    print(f"{'right at pH 7.4':20}" + "".join(f"{' '.join(cell):>14}" for cell in sets))
    print(f"{'molecules':20}" + "".join(f"{len(members):>14}" for members in sets.values()))
    for row in rows:
        shares = [sum(one.name not in row["wrong"] for one in members) / len(members) for members in sets.values()]
        print(f"{row['title'][:19]:20}" + "".join(f"{share:>14.1%}" for share in shares))
    for row in rows:
        print(f"\n{row['title']}, wrong of {row['molecules']}:")
        print_wrong(table, row["wrong"])


def print_wrong(table: Sequence[Measured], wrong: Row) -> None:
    """A line for each class with what was wrong in it."""
    sizes = Counter(one.group for one in table)
    for group in sizes:
        names = [one.name for one in table if one.group == group and one.name in wrong]
        if names:
            print(f"  {group} ({len(names)} of {sizes[group]}): {', '.join(names)}")


if __name__ == "__main__":
    main()
