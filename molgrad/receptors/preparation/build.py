"""Build residues from templates into PDBQT; one that cannot be built is an error near the box, left out far away."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from molgrad.errors import ReceptorError
from molgrad.receptors.preparation import amino, cofactors
from molgrad.receptors.preparation.bonds import Bond, without_hydrogens
from molgrad.receptors.preparation.ions import amide_lines, ion_lines, is_ion
from molgrad.receptors.preparation.links import by_name, links, peptide
from molgrad.receptors.preparation.matching import raw_molecule
from molgrad.receptors.preparation.modified import modified
from molgrad.receptors.preparation.protonation import TEMPLATES, Decision, Evidence, begins, decide
from molgrad.receptors.preparation.refusals import raise_refused
from molgrad.receptors.preparation.report import Change
from molgrad.receptors.preparation.residue import NEAR, WATERS, Residue, from_box
from molgrad.receptors.receptor import Box

if TYPE_CHECKING:
    from rdkit import Chem


@dataclass
class Builder:
    """Builds one receptor, and collects the changes made and the residues refused.

    Attributes:
        box: where molecules will be docked; distances are taken from it.
        drop: what the user gives up although it is near.
        states: protonation by residue.
        known: cofactors by name.
        evidence: what the whole file says about protonation.
        bonds: of groups to each other and to the protein.
    """

    box: Box
    drop: Sequence[str]
    states: Mapping[str, str]
    known: Mapping[str, cofactors.Cofactor]
    evidence: Evidence = field(default_factory=Evidence)
    changes: list[Change] = field(default_factory=list)
    refused: list[tuple[Residue, str]] = field(default_factory=list)
    bonds: Sequence[Bond] = ()

    def __post_init__(self) -> None:
        with quiet():
            from meeko import ResidueChemTemplates

            defaults = _defaults()
            self._templates: Any = ResidueChemTemplates(
                dict(defaults.residue_templates), defaults.padders, dict(defaults.ambiguous)
            )
            self._enter({_entry_name(name): cofactor for name, cofactor in self.known.items()})
            self._templates.add_dict({"ambiguous": {}, "residue_templates": amino.rarer(defaults)}, overwrite=True)
        self._residues: dict[str, Residue] = {}
        self._mols: dict[str, tuple[Chem.Mol, str]] = {}
        self._set: dict[str, str] = {}
        self._lines: list[str] = []  # of what is written without meeko
        self._alone = 0
        self._orders: dict[tuple[str, str], int] = {}
        self.decisions: list[tuple[Residue, Decision]] = []

    def add_member(self, residue: Residue) -> None:
        """Build an amino acid or nucleotide, cut it back, or refuse it."""
        before = next(reversed(self._residues.values()), None)
        if residue.name == "NHE" and before is not None and peptide(before, residue):
            self._write(amide_lines(residue, before))
            return
        mirrored = amino.mirrored(residue)
        if mirrored is not residue and amino.fit(mirrored, self._templates).mol is not None:
            kind = "D-amino acids by the template of their mirror image"
            self.changes.append(Change(kind, residue.label, mirrored.name, self._off(residue)))
            residue = mirrored
        decision = decide(residue, self.states, self.evidence)
        template = decision.template if decision else None
        bridged = decision is not None and decision.source == "disulfide"
        if begins(residue) and not bridged and not (before and peptide(before, residue)):
            first = f"N{template or self._templates.ambiguous.get(residue.name, [residue.name])[0]}"
            template = first if first in self._templates.residue_templates else template
        found = amino.fit(residue, self._templates, template)
        if found.mol is not None:
            self._take(residue, found.mol, found.template if template else None)
            if decision:
                self._note(residue, decision)
            return
        why = str(found)
        if residue.name in self.known and not (why := self._take_modified(residue, before)):
            return
        if not self._may_go(residue, why):
            return
        smaller = amino.cut_back(residue, self._templates)
        if smaller is None:
            self.changes.append(Change("residues deleted", residue.label, str(found), self._off(residue)))
            return
        self._take(smaller[0], self._only_mol(smaller[1]), None)
        detail = f"{found}, now {smaller[0].name}"
        self.changes.append(Change("residues cut back", residue.label, detail, self._off(residue)))

    def add_group(self, residue: Residue) -> bool:
        """Build a cofactor, ion or water; False if it was refused or left out."""
        if is_ion(residue):
            self._write(ion_lines(residue))
            return True
        oxygen = replace(residue, atoms=tuple(atom for atom in residue.atoms if atom.element == "O")[:1])
        if residue.name in WATERS and oxygen.atoms:
            self._take(oxygen, raw_molecule(oxygen, []), "HOH")
            return True
        reason = "there is no template for it"
        if residue.name in self.known:
            own = [bond.atom for bond in self.bonds if bond.residue.key == residue.key]
            ends = frozenset(residue.atoms.index(atom) for atom in own)
            found = cofactors.fitted(residue, self.known[residue.name], ends)
            if found.mol is not None:
                self._take_group(residue, found)
                return True
            reason = found.reason
        else:
            standard = amino.fit(residue, self._templates)
            if standard.mol is not None:
                self._take(residue, standard.mol, standard.template)
                return True
            reason = str(standard) if standard.template else reason
        if self._may_go(residue, reason):
            self.changes.append(Change("groups left out", residue.label, reason, self._off(residue)))
        return False

    def pdbqt(self) -> str:
        """The receptor, every residue that was taken.

        Raises:
            ReceptorError: everything that was refused, each with its remedy.
        """
        raise_refused(self.refused, self.box)
        if not self._mols:
            raise ReceptorError("nothing is left to build a receptor of; are the chains the right ones?")
        with quiet():
            from meeko import MoleculePreparation, PDBQTWriterLegacy, Polymer

            try:
                bonds = links(self._residues, self._mols)
                self._open_bridges(bonds)
                preparation = MoleculePreparation()
                polymer = Polymer(self._mols, bonds, self._templates, preparation, set_template=self._set)
                kept = polymer.get_valid_monomers()
                text, _ = PDBQTWriterLegacy.write_from_polymer(polymer)
            except (RuntimeError, ValueError, KeyError, TypeError, IndexError) as error:
                why = (str(error).splitlines() or [type(error).__name__])[0]
                raise ReceptorError(
                    f"meeko could not build this receptor: {why}. Remedy: repair the chain and take caps of its ends "
                    "out of the file (PDBFixer), or build the chains near the site only: --chain"
                ) from error
        for key in self._mols:
            if key not in kept and self._may_go(self._residues[key], "meeko does not accept its atoms"):
                residue = self._residues[key]
                self.changes.append(Change("residues deleted", residue.label, "not accepted", self._off(residue)))
        raise_refused(self.refused, self.box)
        linked = [bond for bond in self.bonds if {bond.residue.key, bond.other.key} <= kept.keys()]
        text = without_hydrogens(str(text), linked, self._orders)
        atoms = text.count("\n")
        return text + "".join(line.format(serial=atoms + n) for n, line in enumerate(self._lines, start=1))

    def _open_bridges(self, bonds: Mapping[tuple[str, str], list[tuple[int, int]]]) -> None:
        """A cysteine whose disulfide leads to a chain that is not built still has no hydrogen."""
        sulfurs = {key: by_name(mol).get("SG") for key, (mol, _) in self._mols.items() if key in self.evidence.bridged}
        bonded = {
            key
            for pair, atoms in bonds.items()
            for key, place in zip(pair, zip(*atoms, strict=True), strict=True)
            if sulfurs.get(key) in place
        }
        for key in sorted(sulfurs.keys() - bonded):
            self._set[key] = amino.fit(self._residues[key], self._templates, TEMPLATES["CYX"]).template

    def count(self) -> int:
        """Residues taken, ions included."""
        return len(self._mols) + self._alone

    def _write(self, lines: Sequence[str]) -> None:
        self._lines += lines
        self._alone += 1

    def _take(self, residue: Residue, mol: Chem.Mol, template: str | None) -> None:
        self._residues[residue.key] = residue
        self._mols[residue.key] = (mol, residue.name[:3])  # PDBQT has three columns for the name
        if template is not None:
            self._set[residue.key] = template

    def _note(self, residue: Residue, decision: Decision) -> None:
        """Keep a state for the summary; what is unusual or contradicted is a change."""
        self.decisions.append((residue, decision))
        if decision.template or ";" in decision.words:
            detail = f"{decision.state}, {decision.words}"
            self.changes.append(Change("protonation", residue.label, detail, self._off(residue)))

    def _take_group(self, residue: Residue, found: cofactors.Fitted) -> None:
        """A cofactor, whole or as the part that a bond to the protein leaves."""
        assert found.mol is not None  # noqa: S101 - for the type checker
        name = _entry_name(residue.name)
        if found.template is not None:
            name = _entry_name(residue.key)
            with quiet():
                self._enter({name: found.template})
            detail = f"without {' '.join(found.missing)}, as part of a larger molecule"
            self.changes.append(Change("bonded groups", residue.label, detail, self._off(residue)))
        self._take(residue, found.mol, name)
        self._orders |= {(residue.key, residue.atoms[index].name): order for index, order in found.ends}

    def _take_modified(self, residue: Residue, before: Residue | None) -> str:
        """An amino acid that the table or a template describes; why not, or an empty text."""
        follows = before is not None and peptide(before, residue)
        found = modified(residue, self.known[residue.name], follows=follows)
        if found.mol is None:
            return found.reason
        name = _entry_name(residue.key)
        with quiet():
            self._templates.add_dict({"ambiguous": {}, "residue_templates": {name: found.entry}}, overwrite=True)
        self._take(residue, found.mol, name)
        source = self.known[residue.name].source
        self.changes.append(Change("modified residues", residue.label, f"by {source}", self._off(residue)))
        return ""

    def _enter(self, entries: Mapping[str, cofactors.Cofactor]) -> None:
        """Templates under names of ours: those of meeko's chains stay as they are."""
        rows = {name: cofactors.entry(cofactor) for name, cofactor in entries.items()}
        self._templates.add_dict({"ambiguous": {}, "residue_templates": rows}, overwrite=True)

    def _off(self, residue: Residue) -> float:
        return round(from_box(residue.points, self.box), 1)

    def _may_go(self, residue: Residue, reason: str) -> bool:
        """Whether it may be replaced or left out; if not, it is refused."""
        if from_box(residue.points, self.box) > NEAR or any(residue.named(name) for name in self.drop):
            return True
        self.refused.append((residue, reason))
        return False

    @staticmethod
    def _only_mol(found: amino.Fit) -> Chem.Mol:
        assert found.mol is not None  # noqa: S101 - for the type checker; cut_back returns built ones only
        return found.mol


@cache
def _defaults() -> Any:
    """Meeko's 813 templates, which take half a second to read."""
    from meeko import ResidueChemTemplates

    return ResidueChemTemplates.create_from_defaults()


def _entry_name(name: str) -> str:
    """The name of a cofactor's template, which none of meeko's has."""
    return f"molgrad {name}"


@contextmanager
def quiet() -> Iterator[None]:
    """Silence messages of meeko and RDKit on which a user of molgrad cannot act."""
    from rdkit import rdBase

    level = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        with warnings.catch_warnings(), rdBase.BlockLogs():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
