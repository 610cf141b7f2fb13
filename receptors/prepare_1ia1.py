"""Prepares C. albicans dihydrofolate reductase (PDB entry 1IA1, chain B with its NADPH) for docking.

    python receptors/prepare_1ia1.py            # writes receptors/1ia1/

The crystal files are the ones inside the `posebusters` package, so no network is needed; the recipe is the one
of `molgrad receptor prepare`.
"""

from __future__ import annotations

import importlib.util
import shutil
import tempfile
from pathlib import Path

from molgrad.receptors.preparation import Recipe, build_receptor
from molgrad.receptors.preparation.write import write_box

ORIGIN = "PDB 1IA1 chain B with NADPH, box 6 Å beyond the native ligand, at least 20 Å a side"


def crystal_files() -> tuple[Path, Path]:
    """The protein (with cofactor) and the native ligand of 1IA1, inside the installed posebusters package."""
    spec = importlib.util.find_spec("posebusters")
    if spec is None or spec.origin is None:
        raise SystemExit("the crystal files come with posebusters: pip install posebusters")
    folder = Path(spec.origin).parent / "datasets" / "pdb" / "1ia1"
    return folder / "1ia1_protein_one_lig_removed.pdb", folder / "1ia1_ligand.sdf"


def main() -> None:
    protein, ligand = crystal_files()
    home = Path(__file__).parent / "1ia1"  # its README.md is written by hand
    home.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        made = build_receptor(Recipe(protein, ligand=str(ligand), chains=("B",)), out=Path(folder) / "1ia1")
        for name in ("receptor.pdbqt", "ligand.sdf"):
            shutil.copyfile(made.receptor.pdbqt.with_name(name), home / name)
        write_box(home / "box.toml", made.receptor.box, ORIGIN, made.receptor.pdbqt.read_text())
    print(made.report)


if __name__ == "__main__":
    main()
