from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from rdkit import Chem

from molgrad.docking import Docker, DockResult
from molgrad.receptors import Receptor

DATA = Path(__file__).parents[1] / "data"
PHENOL, ANILINE, ETHANOL = "Oc1ccccc1", "Nc1ccccc1", "CCO"
MEDIUM = "CCCCOc1ccc(CCN)cc1"  # a few seconds
# Slow enough that a test can interrupt it for as long as it likes, at a high exhaustiveness.
SLOW = "CCCCCCc1ccc(C(=O)NCCCCCCc2ccccc2)cc1"


@pytest.fixture(scope="session")
def docker(receptor: Receptor) -> Iterator[Docker]:
    """One set of maps for all tests that only dock."""
    with Docker(receptor, exhaustiveness=1, workers=2) as docker:
        yield docker


def wait_for(condition: Callable[[], object], seconds: float = 60.0) -> object:
    """Poll until the condition holds; fail when it never does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError(f"nothing happened within {seconds} s")


def alive(pid: int) -> bool:
    """Whether a process still runs: one that ended and was not reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def vina_scores(receptor: Receptor, results: Sequence[DockResult]) -> list[float]:
    """Vina's own score of each best pose, prepared again from its mol block, in a fresh Vina."""
    from meeko import MoleculePreparation, PDBQTWriterLegacy
    from vina import Vina

    judge = Vina(cpu=1, seed=1, verbosity=0)
    judge.set_receptor(str(receptor.pdbqt))
    judge.compute_vina_maps(center=list(receptor.box.center), box_size=list(receptor.box.size))
    scores = []
    for result in results:
        pose = Chem.MolFromMolBlock(result.poses[0], removeHs=False)
        setup = MoleculePreparation(rigid_macrocycles=True).prepare(pose)[0]
        judge.set_ligand_from_string(PDBQTWriterLegacy.write_string(setup)[0])
        scores.append(float(judge.score()[0]))
    return scores
