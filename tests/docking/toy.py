"""A docking program in thirty lines, as somebody else would write it; a test installs it under an entry point."""

from rdkit import Chem
from rdkit.Geometry import Point3D

from molgrad.docking.engine import EngineBase
from molgrad.docking.request import ReceptorContent
from molgrad.docking.searching import Found, Search


class Toy(EngineBase):
    """Puts the molecule into the middle of the box and counts receptor atoms about each of its atoms."""

    name = "toy"
    title = "Toy"
    version = "1.0"

    def _prepare(self, receptor: ReceptorContent) -> None:
        atoms = [line for line in receptor.pdbqt.splitlines() if line.startswith(("ATOM", "HETATM"))]
        self._protein = [Point3D(*(float(line[i : i + 8]) for i in (30, 38, 46))) for line in atoms]

    def _search(self, search: Search) -> Found:
        pose = Chem.Mol(search.ligand.mol)
        conformer = pose.GetConformer()
        places = conformer.GetPositions()
        shift = [middle - mean for middle, mean in zip(self.receptor.box.center, places.mean(axis=0), strict=True)]
        for atom, place in enumerate(places):
            conformer.SetAtomPosition(atom, Point3D(*(float(x + d) for x, d in zip(place, shift, strict=True))))
        heavy = [conformer.GetAtomPosition(atom.GetIdx()) for atom in pose.GetAtoms() if atom.GetAtomicNum() > 1]
        near = sum(place.Distance(other) < 5.0 for place in heavy for other in self._protein)
        return Found((-0.01 * near,), (pose,))
