"""Lead optimization beside its peers: eight drug-sized leads, the same docks, budget and validator for every method.

    python benchmarks/leads.py [--quick] [--report] [--out FILE] [--leads MAPK14,PARP1] [--methods NAMES] [--label NOW]
    python benchmarks/leads.py --information      # does the chemist's located gradient carry information?

Every method begins with one lead, measures 40 molecules, the lead included, and judges by J = docking + 10 (1 - QED),
lower is better. The lead is docked first (`standard`). Every molecule is docked `fast`, by a search and by a pose built
on the lead's, whatever its parent, so that a molecule has one score, whoever made it; the lower of the two counts, or
with --pose-mode keep the built one's wherever one can be built and fits. Methods: molgrad's campaign in
the scopes analogues and free; `before`, the search of commit 9cbb036 with its own chemist and validator, which git must
have; Graph GA and Graph GA + GP (search.py); CReM's mutations ranked by the same surrogate (the package crem; fragments
of a thousand molecules of ZINC 250k, made once in three minutes); random matched pairs, one rule of our library each.
All but `before` have today's validator, preset strict. CReM is left out, and named, where it is not installed.

Printed are means over leads and seeds of: the best J, the best J of those that keep the core and every hydrogen bond of
the lead's pose (which a lead optimization is after), and the mean of the ten best, as gains over the lead; docks worse
than the lead by more than 0.5, or without a score; molecules that hold the core which a chemist would call the series,
that keep the hydrogen bonds of the lead's pose, whose ring systems and bonds are common ones; half the range of the
best over seeds; and differences of pairs (lead, seed), with 95 % of bootstrap draws over the pairs.

--information: the chemist's single changes alone, with and without the facts that are located in the pose, paired.
Runs are kept as lines of benchmarks/results/leads.jsonl, and a later run goes on. --label NAME keeps molgrad's runs of
another version apart; its peers' are shared. --quick: two leads, 20 docks, one seed, under 20 minutes on two cores.
"""

from __future__ import annotations

import argparse
import functools
import importlib.util
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from leads_data import LEADS, QUICK, Lead, LeadOracle, docker_of, pose_of
from leads_methods import INFORMATION, METHODS, Method
from leads_table import information, table
from rows import keep, read

KEPT = Path(__file__).with_name("results") / "leads.jsonl"
NOW = "now"
OURS = ("analogues", "free", *INFORMATION)  # whose rows are of a version of molgrad


def measure(leads: Sequence[Lead], methods: dict[str, Method], given: argparse.Namespace) -> None:
    """Run what is not in the file yet: each seed of all leads and methods before the next."""
    out, mode = given.out, given.pose_mode
    done = {tuple(row["key"]) for row in read(out, "key")}
    for seed in range(given.seeds):
        for lead in leads:
            for name, method in methods.items():
                key = (name, lead.receptor, seed, given.docks, given.label if name in OURS else NOW, mode)
                if key in done:
                    continue
                began = time.monotonic()
                with docker_of(lead, given.workers, mode) as docker:
                    pose = known_pose(out, lead, given.workers)
                    oracle = LeadOracle(lead, pose, docker, given.docks, mode, lambda _: None)
                    method(oracle, seed)
                row = {"key": key, "code": code(), "seconds": round(time.monotonic() - began, 1)}
                keep(out, row | {"molecules": oracle.rows()})
                best = min((one.score for one in oracle.log if one.score is not None), default=None)
                print(
                    *key, f"best {best:.2f}" if best is not None else "no score", f"{row['seconds']:.0f} s", flush=True
                )


def known_pose(out: Path, lead: Lead, workers: int) -> str:
    """The lead's pose, docked once and kept in the file, so that every run is built on the same one."""
    key = ["pose", lead.receptor]
    found = next((row for row in read(out, "key") if row["key"] == key), None)
    if found is None:
        found = {"key": key, "code": code(), **pose_of(lead, workers)}
        keep(out, found)
    return str(found["pose"])


@functools.cache
def code() -> str:
    """The commit that measures."""
    command = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


def chosen_methods(asked: str, informed: bool) -> dict[str, Method]:
    """The methods by name; CReM is left out where its package is missing."""
    known = INFORMATION if informed else METHODS
    names = [name for name in asked.split(",") if name] or list(known)
    if unknown := [name for name in names if name not in known]:
        raise SystemExit(f"no method {', '.join(unknown)}; there are {', '.join(known)}")
    missing = [name for name in names if name.startswith("CReM") and importlib.util.find_spec("crem") is None]
    for name in missing:
        print(f"{name} is left out: pip install crem, or molgrad's extra 'bench'")
    return {name: known[name] for name in names if name not in missing}


def main() -> None:
    """Measure what is missing, then print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{' and '.join(QUICK)}, 20 docks, one seed")
    parser.add_argument("--report", action="store_true", help="measure nothing, print what the file holds")
    parser.add_argument("--information", action="store_true", help="the chemist with and without located facts")
    parser.add_argument("--out", type=Path, default=KEPT)
    parser.add_argument("--leads", default=",".join(LEADS), help="[%(default)s]")
    parser.add_argument("--methods", default="", help=f"of {', '.join(METHODS)}; all when left out")
    parser.add_argument("--seeds", type=int, default=3, help="0, 1, ... to one less than this [%(default)s]")
    parser.add_argument("--docks", type=int, default=40, help="molecules that a run measures [%(default)s]")
    parser.add_argument("--workers", type=int, default=2, help="docks at once [%(default)s]")
    parser.add_argument("--label", default=NOW, help="under which molgrad's own runs are kept [%(default)s]")
    parser.add_argument("--pose-mode", default="lower", choices=("lower", "keep"), help="which score counts")
    given = parser.parse_args()
    if given.quick:
        given.leads, given.docks, given.seeds = ",".join(QUICK), 20, 1
    if unknown := set(given.leads.split(",")) - set(LEADS):
        parser.error(f"no lead {', '.join(sorted(unknown))}; there are {', '.join(LEADS)}")
    leads = [LEADS[name] for name in given.leads.split(",")]
    methods = chosen_methods(given.methods, given.information)
    if not given.report:
        measure(leads, methods, given)
    names = {lead.receptor for lead in leads}
    runs = [
        row for row in read(given.out, "key")
        if row["key"][0] in methods and row["key"][1] in names and row["key"][2] < given.seeds
        and row["key"][3:] == [given.docks, given.label if row["key"][0] in OURS else NOW, given.pose_mode]
    ]  # fmt: skip
    if not runs:
        parser.error(f"{given.out}: no such run there")
    print("\n".join(information(runs) if given.information else table(runs, list(methods))))


if __name__ == "__main__":
    main()
