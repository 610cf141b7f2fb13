"""What a dock gives for its CPU seconds: our efforts beside exhaustiveness 8 and beside the dockstring package.

    python benchmarks/docking.py [--quick] [--out FILE] [--receptors DRD2,F2,KIT] [--report] [--each]

Every method docks every ligand on one core, into the same box (22 Å; dockstring in its own 30 Å box too). CPU
seconds are those of preparation, search and reading back; loading a receptor and building its maps, done once for
any number of ligands, is left out for us and unavoidable in each call of dockstring. Results are kept in FILE as
they come; a later run goes on from there, and Ctrl-C prints what there is. What decides is measured first: our
efforts and exhaustiveness 8 on all ligands, then an analogue of each, the costly columns on every third ligand, the
other analogues, and at last the costly columns on the rest, so that `n` in the table says how far a run has come.
--quick: 6 ligands, 1 receptor. --report measures nothing more; --each prints every ligand's affinities instead.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import spearmanr

from molgrad.chem.stereo import first_stereoisomer
from molgrad.chem.transforms import neighbours
from molgrad.docking.effort import EFFORTS, Effort, plain
from molgrad.docking.request import DockRequest, DockSettings, ReceptorContent
from molgrad.docking.result import Provenance
from molgrad.docking.vina import Vina
from molgrad.receptors.receptor import DOCKSTRING_SIDE, Receptor, load_receptor
from molgrad.receptors.size import reference_ligands

QUICK = ("trimethoprim", "celecoxib", "carbamazepine", "propranolol", "sitagliptin", "diclofenac")
RECEPTORS = ("DRD2", "F2", "KIT")
REFERENCE = "exhaustiveness 8"
# Docked unseeded, so that parents' poses do not flatter them; `with parent` has a part of its own.
OURS = {REFERENCE: plain(8), **{name: EFFORTS[name] for name in ("fast", "standard", "thorough")}}
PEERS = {"dockstring 22 Å": DOCKSTRING_SIDE, "dockstring 30 Å": None}  # side of the box, Å; None: its own
ANALOGUES_EACH = 4  # one-edit analogues of each ligand in the part with parents; 1 where it must be quick

Row = dict[str, Any]


class Results:
    """Measurements by key, in a file of JSON lines that grows as they are made."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = path.read_text().splitlines() if path.is_file() else []
        self.rows = {tuple(row["key"]): row for row in map(json.loads, lines)}

    def get(self, key: tuple[str, ...], measure: Callable[..., Row], *arguments: Any) -> Row:
        if key not in self.rows:
            began, children = time.process_time(), _children()
            row = measure(*arguments)
            cpu = time.process_time() - began + _children() - children
            self.rows[key] = {"key": key, "cpu": cpu, **row}
            with self.path.open("a") as stream:
                stream.write(json.dumps(self.rows[key]) + "\n")
        return self.rows[key]


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def prepared(receptor: Receptor) -> Vina:
    """Vina with the receptor's maps, in this process."""
    engine = Vina()
    engine.warm_up()
    engine.prepare(ReceptorContent.of(receptor))
    return engine


def ours(engine: Vina, smiles: str, effort: Effort, parent: str | None = None) -> Row:
    receptor = engine.receptor.key if engine.receptor else ""
    found = engine.dock(DockRequest(smiles, DockSettings(effort, poses=1), receptor, parent_pose=parent))
    return {
        "affinity": found.affinity, "effort": found.provenance.to_json(), "why": found.reason,
        "pose": "".join(found.poses[:1]),
    }  # fmt: skip


def theirs(receptor: Receptor, smiles: str, side: float | None) -> Row:
    from dockstring import load_target
    from dockstring.errors import DockstringError

    with tempfile.TemporaryDirectory() as folder:
        own = load_target(receptor.name)
        if side is not None:
            (Path(folder) / own.pdbqt_path.name).symlink_to(own.pdbqt_path)
            lines = own.conf_path.read_text().splitlines()
            sized = [f"{line.split('=')[0]}= {side}" if line.startswith("size_") else line for line in lines]
            (Path(folder) / own.conf_path.name).write_text("\n".join(sized) + "\n")
            own = load_target(receptor.name, targets_dir=folder)
        try:
            affinity, _ = own.dock(smiles, num_cpus=1)
        except DockstringError as error:
            return {"affinity": None, "why": str(error)[:200]}
    return {"affinity": affinity, "why": "" if affinity is not None else "no score"}


def ligands(quick: bool) -> list[tuple[str, str]]:
    """(name, SMILES) of single stereoisomers: of an open one we would dock each, and dockstring one of its own."""
    return [(name, first_stereoisomer(smiles)[0]) for name, smiles in reference_ligands() if not quick or name in QUICK]


def measure(results: Results, receptors: Sequence[str], chosen: Sequence[tuple[str, str]], quick: bool) -> None:
    """All methods on all ligands, and the analogues with and without their parent's pose, by what decides first."""
    engines: dict[str, tuple[Receptor, Vina]] = {}
    for name in receptors:
        receptor = load_receptor(name)
        engines[name] = receptor, prepared(receptor)
    costly = (*PEERS,) if quick else ("thorough", *PEERS)
    cheap = tuple(method for method in OURS if method != "thorough")
    _all(results, "all", cheap, chosen, engines)
    for turn in range(1 if quick else ANALOGUES_EACH):
        for label, smiles in chosen if RECEPTORS[0] in engines else ():
            print(f"analogue {turn + 1} of {label}", flush=True)
            _analogue(results, engines[RECEPTORS[0]][1], (RECEPTORS[0], label), smiles, turn)
        if turn == 0:
            _all(results, "a third", costly, chosen if quick else chosen[::3], engines)
    _all(results, "the rest", costly, chosen, engines)


def _all(
    results: Results,
    stage: str,
    methods: Sequence[str],
    those: Sequence[tuple[str, str]],
    engines: Mapping[str, tuple[Receptor, Vina]],
) -> None:
    """Every ligand in every receptor by some methods."""
    for number, (label, smiles) in enumerate(those):
        for name, (receptor, engine) in engines.items():
            print(f"{stage}: {label} in {name} ({number + 1}/{len(those)})", flush=True)
            for method in methods:
                _one(results, (name, label, method), receptor, engine, smiles)


def _one(results: Results, key: tuple[str, str, str], receptor: Receptor, engine: Vina, smiles: str) -> None:
    if key[-1] in OURS:
        results.get(key, ours, engine, smiles, OURS[key[-1]])
    else:
        results.get(key, theirs, receptor, smiles, PEERS[key[-1]])


def _analogue(results: Results, engine: Vina, where: tuple[str, str], smiles: str, turn: int) -> None:
    """One one-edit analogue, unseeded at exhaustiveness 8 and on its parent's pose."""
    parent = results.rows[*where, REFERENCE]["pose"]
    for one in list(neighbours(smiles, 0, ANALOGUES_EACH))[turn : turn + 1]:
        key = (where[0], f"{where[1]} > {one.smiles}")
        results.get((*key, REFERENCE), ours, engine, one.smiles, OURS[REFERENCE])
        for method in ("fast", "standard"):
            results.get((*key, f"{method} with parent"), ours, engine, one.smiles, OURS[method], parent)


def pairs(results: Results, method: str, reference: str) -> Iterator[tuple[Row, Row]]:
    """Rows of a method and of the reference on the same ligands, where both gave a number."""
    for (*where, name), row in results.rows.items():
        other = results.rows.get((*where, reference))
        if name == method and other and None not in (row["affinity"], other["affinity"]):
            yield row, other


def steady(done: Mapping[str, Any]) -> bool | None:
    """Whether a dock's pose was found again; None where one search was made.

    Args:
        done: a provenance; rows measured before there was `repeatability` have `agreed`.
    """
    if "agreed" in done:
        return done["agreed"]
    return None if done.get("repeatability") is None else not Provenance.from_json(done).doubtful


def line(results: Results, method: str, reference: str, rng: np.random.Generator) -> str:
    both = list(pairs(results, method, reference))
    failed = sum(key[-1] == method and row["affinity"] is None for key, row in results.rows.items())
    if not both:
        return f"{method:22} nothing measured ({failed} failed)"
    gap = np.array([a["affinity"] - b["affinity"] for a, b in both])
    cpu, base = (np.array([pair[i]["cpu"] for pair in both]) for i in (0, 1))
    draws = rng.integers(0, len(both), (2000, len(both)))
    low, high = np.percentile(cpu[draws].sum(axis=1) / base[draws].sum(axis=1), [2.5, 97.5])
    rho = spearmanr([a["affinity"] for a, _ in both], [b["affinity"] for _, b in both]).statistic
    known = [one for a, _ in both if (one := steady(a.get("effort", {}))) is not None]
    said = f"{np.mean(known):6.0%}" if known else f"{'':6}"
    return (
        f"{method:22} {len(both):4} {gap.mean():+7.3f} ± {gap.std() / len(gap) ** 0.5:5.3f} {(gap >= 0.5).mean():6.0%} "
        f"{gap.max():+6.2f} {rho:6.2f} {said} {cpu.mean():7.1f} "
        f"{cpu.sum() / base.sum():7.3f} ({low:.3f}-{high:.3f}) {failed:3}"
    )


def report(results: Results) -> None:
    rng = np.random.default_rng(0)
    head = (
        f"{'':22} {'n':>4} {'affinity difference':>15} {'>=.5 worse':>8} {'worst':>5} {'rho':>5} {'steady':>6} "
        f"{'CPU s':>7} {'ratio':>7} (95 % of draws) failed"
    )
    for reference, methods in (
        (REFERENCE, [m for m in OURS if m != REFERENCE]),
        (REFERENCE, ["fast with parent", "standard with parent"]),
        ("dockstring 22 Å", ["standard", REFERENCE]),
        ("dockstring 30 Å", ["standard", REFERENCE]),
        ("thorough", ["fast"]),
    ):
        print(f"\nagainst {reference}, kcal/mol, lower is better\n{head}")
        for method in methods:
            print(line(results, method, reference, rng))
    print("\ndifference: mean ± its standard error; ratio: of summed CPU seconds, 95 % of bootstrap draws over ligands")
    print(
        "steady: docks whose pose was found more than once and by half of the searches; in older rows, by two searches"
    )


def each(results: Results) -> None:
    """Every ligand's affinity by each method, kcal/mol."""
    methods = (*OURS, *PEERS)
    print(f"{'':6} {'':16} " + " ".join(f"{method:>16}" for method in methods))
    for receptor, label in dict.fromkeys(key[:2] for key in results.rows if ">" not in key[1]):
        found = [results.rows.get((receptor, label, method), {}).get("affinity") for method in methods]
        cells = " ".join(f"{'' if one is None else format(one, '.2f'):>16}" for one in found)
        print(f"{receptor:6} {label:16} {cells}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--receptors", default=",".join(RECEPTORS))
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--each", action="store_true")
    given = parser.parse_args()
    out = given.out or Path("runs") / f"benchmark-docking{'-quick' if given.quick else ''}.jsonl"
    results = Results(out)
    names = RECEPTORS[:1] if given.quick else given.receptors.split(",")
    if not (given.report or given.each):
        with contextlib.suppress(KeyboardInterrupt):
            measure(results, names, ligands(given.quick), given.quick)
    (each if given.each else report)(results)


if __name__ == "__main__":
    main()
