"""The molecules of a ligand's file, whatever its bytes: RDKit's readers end in errors of several kinds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from molgrad.receptors.encoding import decoded

if TYPE_CHECKING:
    from rdkit import Chem

LARGEST = 64 * 2**20  # bytes; a ligand has some kB


def molecules(path: Path, *, remove_hydrogens: bool = True) -> list[Chem.Mol | None]:
    """The molecules of an SDF, MOL or MOL2 file; None for each that cannot be read, nothing for a file that cannot.

    Args:
        path: of the file; all but `.mol2` is read as SDF.
        remove_hydrogens: leave out hydrogens that the file has as atoms.
    """
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        try:
            with path.open("rb") as file:
                text = decoded(file.read(LARGEST))
            if path.suffix.lower() == ".mol2":
                return [Chem.MolFromMol2Block(text, removeHs=remove_hydrogens)]
            supplier = Chem.SDMolSupplier()
            supplier.SetData(text, removeHs=remove_hydrogens)
            return list(supplier)
        except (OSError, RuntimeError, ValueError, SystemError):
            return []
