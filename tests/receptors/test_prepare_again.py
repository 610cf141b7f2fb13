"""What is made anew and what is not, which native ligands are taken, and which species an enrichment docks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from molgrad.docking.result import DockResult
from molgrad.docking.studies import enrichment
from molgrad.docking.studies.redocking import redock
from molgrad.errors import InputFileError, ReceptorError
from molgrad.evaluation import Status
from molgrad.receptors import prepare_receptor
from molgrad.receptors.receptor import load_receptor
from tests.receptors.structures import crystal, pocket, write


def test_a_receptor_of_older_code_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOLGRAD_RECEPTORS", str(tmp_path / "mine"))
    protein, ligand = write(tmp_path / "p.pdb", pocket()), str(crystal("1ia1")[1])
    made = prepare_receptor(protein, ligand=ligand)
    box = made.pdbqt.with_name("box.toml")
    now = box.read_text()
    assert "software_sha256" in now
    before = box.stat().st_ino
    prepare_receptor(protein, ligand=ligand)
    assert box.stat().st_ino == before, "by the same code: not made again"
    for older in (now.replace('software_sha256 = "', 'software_sha256 = "0'), now.partition("software_sha256")[0]):
        box.write_text(older)
        prepare_receptor(protein, ligand=ligand)
        assert box.read_text() == now
    box.write_text(now.partition("software_sha256")[0])
    with pytest.raises(ReceptorError, match="--force"):
        prepare_receptor(protein, ligand=ligand, keep=["NDP"])


@pytest.mark.parametrize(("copies", "why"), [("pieces", "in 2 pieces"), ("records", "holds 2 molecules")])
def test_a_native_ligand_is_one_molecule(copies: str, why: str, tmp_path: Path) -> None:
    from rdkit import Chem

    native = Chem.MolFromMolFile(str(crystal("1ia1")[1]))
    ion = Chem.MolFromSmiles("[Cl-]")
    ion.AddConformer(Chem.Conformer(1))
    with Chem.SDWriter(str(tmp_path / "two.sdf")) as writer:
        for mol in [Chem.CombineMols(native, ion)] if copies == "pieces" else [native, native]:
            writer.write(mol)
    with pytest.raises(InputFileError, match=rf"two\.sdf.*{why}"):
        redock(load_receptor("1ia1"), ligand=tmp_path / "two.sdf")


def test_enrichment_docks_the_species_that_a_table_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docked: list[tuple[str, str | None]] = []

    class Recording:
        """Takes the place of the docking processes."""

        def __init__(self, *_: Any, **__: Any) -> None: ...
        def __enter__(self) -> Recording:
            return self

        def __exit__(self, *_: object) -> None: ...
        def dock(self, smiles: Sequence[str], states: Sequence[str | None]) -> list[DockResult]:
            docked.extend(zip(smiles, states, strict=True))
            return [
                DockResult(text, state or text, Status.OK, -5.0) for text, state in zip(smiles, states, strict=True)
            ]

    monkeypatch.setattr(enrichment, "Docker", Recording)
    (tmp_path / "a.csv").write_text("smiles,docked_smiles\nCCN,CC[NH3+]\nCCO,\n")
    (tmp_path / "i.smi").write_text("CCC\n")
    enrichment.enrich(load_receptor("1ia1"), tmp_path / "a.csv", tmp_path / "i.smi")
    assert docked == [("CCN", "CC[NH3+]"), ("CCO", None), ("CCC", None)]
