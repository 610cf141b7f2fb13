"""What RDKit and Vina by themselves give here: only where they give the same can runs be the same value for value."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

RECORD = Path(__file__).parents[1] / "data" / "golden" / "machine.json"
RECEPTOR = Path(__file__).parents[2] / "receptors" / "1ia1" / "receptor.pdbqt"
CENTER, SIZE = [10.0, 36.0, 18.0], [22.0, 20.0, 20.0]  # Å
MOLECULES = ("COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC", "C[C@H](O)C1CCN(CC1)c1ccc2[nH]ccc2c1")


def here() -> dict[str, Any]:
    """Versions, the energies of conformers (kcal/mol) and of docks made without any code of ours."""
    program = [sys.executable, str(Path(__file__))]  # a process of its own, since Vina may end it
    done = subprocess.run(program, capture_output=True, text=True, check=True, timeout=120)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _measured() -> dict[str, Any]:
    from meeko import MoleculePreparation, PDBQTWriterLegacy
    from rdkit import Chem
    from rdkit.Chem import rdDistGeom, rdForceFieldHelpers
    from vina import Vina

    docker = Vina(sf_name="vina", cpu=1, seed=11, verbosity=0)
    docker.set_receptor(str(RECEPTOR))
    docker.compute_vina_maps(center=CENTER, box_size=SIZE)
    conformers, affinities = [], []
    for smiles in MOLECULES:
        mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
        rdDistGeom.EmbedMolecule(mol, randomSeed=11)
        conformers.append(repr(rdForceFieldHelpers.MMFFOptimizeMoleculeConfs(mol, numThreads=1)[0][1]))
        text, _, _ = PDBQTWriterLegacy.write_string(MoleculePreparation().prepare(mol)[0])
        docker.set_ligand_from_string(text)
        docker.dock(exhaustiveness=1, n_poses=3, max_evals=20_000)
        affinities.append([float(row[0]) for row in docker.energies(n_poses=3)])
    versions = {name: version(name) for name in ("rdkit", "vina", "meeko", "numpy")}
    return {"versions": versions, "conformers": conformers, "affinities": affinities}


if __name__ == "__main__":
    found = _measured()
    if "--record" in sys.argv:
        RECORD.write_text(json.dumps(found, indent=1) + "\n")
    sys.stdout.write("\n" + json.dumps(found) + "\n")
