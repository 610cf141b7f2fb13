"""Is the binding mode of a series kept when the pose of one member is given?

    python benchmarks/binding_mode.py --data FOLDER [--out FILE] [--series NAMES] [--built] [--quick] [--report]

FOLDER is described in `series_data.py`. The given pose of the first ligand of each series is the known one of all
others. Each is docked unseeded (`fast`) and built on the known pose; what counts by the rule "lower" and by "keep"
follows from both. Printed is the share whose pose lies within 2 Å of the given one: of this record, and of any record
of the same molecule, since a series may hold a molecule twice with a ring turned over, of which no method keeps both.
--built leaves out the unseeded docks, --quick takes five ligands a series. Results are kept by series and place in the
file, and a later run goes on.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docking import prepared
from rdkit import Chem
from rows import Row, keep, read
from series_data import Posed, Series, read_series, receptor_of, rmsd, shuffled

from molgrad.docking.built_pose import BuiltPose
from molgrad.docking.effort import EFFORTS, Effort
from molgrad.docking.engine import DockEngine
from molgrad.docking.request import DockRequest, DockSettings

KEPT = Path(__file__).with_name("results") / "binding_mode.jsonl"
NEAR = 2.0  # Å; the usual limit below which two poses count as the same
BUILD = Effort("build", evaluations=1_000, seed_poses=True)  # its own search is of no interest
QUICK = 5  # ligands a series


def measured(engine: DockEngine, series: Series, ligand: Posed, what: str, receptor: str) -> Row:
    """One dock of a ligand: `unseeded`, or `built` on the pose of the first."""
    twins = [other.mol for other in series.ligands if other.smiles == ligand.smiles]
    known = Chem.MolToMolBlock(series.ligands[0].mol, forceV3000=False) if what == "built" else None
    settings = DockSettings(BUILD if known else EFFORTS["fast"], poses=1, pose_mode="keep" if known else "lower")
    began = time.process_time()
    result = engine.dock(DockRequest(ligand.smiles, settings, receptor, parent_pose=known))
    cpu = round(time.process_time() - began, 2)
    row: Row = {"series": series.name, "index": ligand.index, "what": what, "cpu": cpu}
    done = result.provenance
    if known:
        row |= {"core_atoms": done.core_atoms, "core_moved": done.core_moved, "why": done.not_built or result.reason}
    if result.ok and (not known or done.in_mode is not None):
        pose = Chem.MolFromMolBlock(result.poses[0])
        row |= {"affinity": result.affinity, "rmsd": round(rmsd(pose, ligand.mol), 2)}
        row["nearest"] = round(min(rmsd(pose, twin) for twin in twins), 2)
    return row


def measure(chosen: Sequence[Series], out: Path, kinds: Sequence[str], quick: bool) -> None:
    """Every ligand but the first of each series, where it is not measured yet."""
    done = {(row["series"], row["index"], row["what"]) for row in read(out, "series", "index", "what")}
    for series in chosen:
        others = [ligand for ligand in shuffled(series) if ligand.index != series.ligands[0].index]
        todo = [
            (ligand, what)
            for ligand in others[: QUICK if quick else None]
            for what in kinds
            if (series.name, ligand.index, what) not in done
        ]
        if not todo:
            continue
        engine = prepared(receptor_of(series, out.parent / "receptors"))
        assert engine.receptor is not None
        for ligand, what in todo:
            row = measured(engine, series, ligand, what, engine.receptor.key)
            keep(out, row)
            print(*row.values(), flush=True)


def counting(built: Row | None, unseeded: Row | None, mode: str) -> Row | None:
    """The row whose pose is the result of a dock in this mode; None where a part is missing."""
    if mode == "unseeded":
        return unseeded
    if built is None or (unseeded is None and mode == "lower"):
        return None
    if unseeded is None or "affinity" not in unseeded:
        return built
    if "affinity" not in built:
        return unseeded
    return built if BuiltPose(built["affinity"]).counts(unseeded["affinity"], mode) else unseeded


def shares(rows: Sequence[Row], mode: str) -> tuple[int, int, int]:
    """Ligands whose counted pose is near the one given, near one given for the same molecule, and in all."""
    found: dict[Any, dict[str, Row]] = {}
    for row in rows:
        found.setdefault((row["series"], row["index"]), {})[row["what"]] = row
    counted = [counting(both.get("built"), both.get("unseeded"), mode) for both in found.values()]
    have = [row for row in counted if row is not None]
    near = [sum(row.get(key, 99.0) <= NEAR for row in have) for key in ("rmsd", "nearest")]
    return near[0], near[1], len(have)


def report(rows: Sequence[Row]) -> None:
    """A line for each series, and one for all."""
    modes = ("unseeded", "lower", "keep")
    print(f"{'within 2 Å of the given pose (of any of its molecule)':56}" + "".join(f"{mode:>24}" for mode in modes))
    for name in [*sorted({row["series"] for row in rows}), "all"]:
        own = [row for row in rows if name in (row["series"], "all")]
        cells = (_cell(*shares(own, mode)) for mode in modes)
        print(f"{name:56}" + "".join(f"{cell:>24}" for cell in cells))
    cpu = [row["cpu"] for row in rows if row["what"] == "built"]
    if cpu:
        print(f"building: {sum(cpu) / len(cpu):.1f} s of CPU a ligand, its preparation and a short search included")


def _cell(near: int, nearest: int, n: int) -> str:
    return f"{near / n:.0%} ({nearest / n:.0%}) of {n}" if n else "-"


def main() -> None:
    """Measure what is missing, then print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, help="folder with a folder for each series")
    parser.add_argument("--out", type=Path, default=KEPT, help="rows of results")
    parser.add_argument("--series", default="", help="names, with commas; all when left out")
    parser.add_argument("--built", action="store_true", help="without the unseeded docks")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} ligands a series")
    parser.add_argument("--report", action="store_true", help="print what was measured before")
    given = parser.parse_args()
    if not given.report:
        if given.data is None:
            parser.error("--data is needed, unless --report")
        names = [name for name in given.series.split(",") if name]
        kinds = ("built",) if given.built else ("built", "unseeded")
        measure(read_series(given.data, names), given.out, kinds, given.quick)
    report(read(given.out, "series", "index", "what"))


if __name__ == "__main__":
    main()
