"""A molecule as a parameter: a variable whose value is a canonical SMILES and never an unsound one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rdkit import Chem

from molgrad.autograd.variable import Operation, Variable
from molgrad.chem.parse import parse
from molgrad.chem.stable import redrawn_words, settled
from molgrad.errors import InvalidMoleculeError
from molgrad.evaluation import Evaluation
from molgrad.molecule.domain import MOLECULES, MoleculeDomain
from molgrad.validation import Validator

_SOUND = Validator("dockable")


class Molecule(Variable):
    """A SMILES that can be improved.

    The value is the canonical isomeric SMILES of one dockable parent molecule, in the tautomer that dominates in water
    where a rare one was drawn (a pyridone for a hydroxypyridine); atom numbers everywhere count along it.
    Assigning an unsound SMILES raises and leaves the last good value in place.

    Args:
        smiles: any SMILES; salts are stripped, which `notes` says.
        role_description: what the molecule is for, in words that an advisor reads.
        requires_grad: whether feedback may reach it and an optimizer may change it.
        predecessors: as in Variable.
        operation: as in Variable.
        evaluation: as in Variable.
        domain: what an optimizer may propose; MoleculeDomain("druglike") by default.

    Raises:
        InvalidMoleculeError: with every reason.
    """

    _drawn_by: ClassVar[str] = "molgrad.report.notebook.molecule:molecule"

    def __init__(
        self,
        smiles: str,
        role_description: str = "molecule",
        requires_grad: bool = True,
        *,
        predecessors: Iterable[Variable] = (),
        operation: Operation | None = None,
        evaluation: Evaluation | None = None,
        domain: MoleculeDomain = MOLECULES,
    ) -> None:
        self._notes: tuple[str, ...] = ()
        super().__init__(
            smiles,
            role_description=role_description,
            requires_grad=requires_grad,
            predecessors=predecessors,
            operation=operation,
            evaluation=evaluation,
            domain=domain,
        )
        self.domain = domain.started_from([self.value])

    def _sound(self, value: str) -> str:
        verdict = _SOUND.check(value)
        if not verdict.ok or verdict.smiles is None:
            raise InvalidMoleculeError(value, [reason.text for reason in verdict.reasons])
        redrawn = redrawn_words(verdict.smiles)
        self._notes = (*verdict.notes, *([redrawn] if redrawn else []))
        return settled(verdict.smiles)

    @property
    def smiles(self) -> str:
        """The value: a canonical SMILES."""
        return self.value

    @property
    def mol(self) -> Chem.Mol:
        """A new RDKit molecule, atoms in the order of the SMILES."""
        return parse(self.value)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was changed when the SMILES was read, and what is left open, such as undefined stereo."""
        return self._notes
