"""An interaction that the docked pose should retain, such as a hydrogen bond with one residue."""

from __future__ import annotations

import warnings
from typing import Any, get_args

from molgrad.autograd.derived import Derived
from molgrad.autograd.loss import Loss
from molgrad.chem.parse import parse
from molgrad.errors import ReceptorError, UnknownNameError
from molgrad.evaluation import CONTACT, Evaluation, Fact, Status
from molgrad.interactions import PoseEnergies, kinds, per_atom_energies
from molgrad.interactions.pocket import read_pocket
from molgrad.interactions.retained import Kind, Retained, partners, retained
from molgrad.interactions.words import said
from molgrad.losses.docking import Docking, docking_named
from molgrad.receptors.receptor import Receptor
from molgrad.receptors.residues import find_residue, read_residue, short_label

_WORDS = {"hbond": "hydrogen bond", "hydrophobic": "hydrophobic contact"}


class Contact(Derived):
    """An interaction that the best docked pose should have: `mg.Docking(receptor) + 5 * mg.Contact("A:GLU30")`.

    It reads the pose of the docking term beside it, and docks nothing itself.
    Scale: 0 where it is retained, 1 where it is lost. A hydrogen bond costs nothing within 3.5 Å (a metal 2.8 Å), 120
        degrees at a fixed hydrogen and 90 at heavy atoms, and up to 1 at 1.5 Å beyond that or 60 degrees short. A
        hydrophobic contact costs nothing from -0.1 kcal/mol of Vina's hydrophobic term with that residue on (three
        full atom contacts), and 1 without any (about 5.3 Å). Of `any`, the one that is kept better counts.
    Raw: `contact_kept`, 1 for a whole contact and 0 for none; `contact_distance`, Å between the nearest two atoms that
        can make it, whatever their angle.
    Facts: `contact_kept` (penalty 0) or `contact_lost`, with the ligand atoms that make it, or the one nearest to the
        residue's atom without a partner; `partner` the residue, `value` the distance in Å, `weight` the penalty.
    Details: the residue, its receptor and the kind.
    Gate: with `gate=True` a molecule whose pose does not make it (penalty above a third: beyond 4.0 Å or below 100
        degrees at the hydrogen) is INVALID, with the reason: it has no score and cannot win.
    Failure: as the docking term; FAILED where that kept no pose. Without a docking term, or with several that could be
        meant, ConflictingSettingsError; a residue that does not exist or cannot make it, ReceptorError with near ones.
    Source: limits as in `interactions.geometry`; how they fade, in `interactions.retained`.

    Args:
        residue: `A:GLU30`, or `GLU30` where only one chain has it; `GLU:A30` and `Glu30:A` are understood too.
        kind: `hbond`, `hydrophobic` or `any`.
        receptor: which docking term is read, by its receptor or the name of that, where there are several.
        gate: whether a pose that does not make it is no result.
    """

    name = kind = CONTACT
    prior_spread = 0.3  # of a penalty from 0 to 1
    least = 0.0
    beside = "mg.Docking(receptor)"
    choose = "say which with receptor=..."

    def __init__(
        self, residue: str, kind: Kind = "hbond", receptor: Receptor | str | None = None, *, gate: bool = False
    ) -> None:
        if kind not in get_args(Kind):
            raise UnknownNameError("kind of contact", str(kind), get_args(Kind))
        if not isinstance(residue, str) or not residue.strip():
            raise ValueError(f"a residue is written like 'A:GLU30', not {residue!r}")
        if not isinstance(gate, bool):
            raise TypeError(f"gate is True or False, not {gate!r}")
        self.residue, self.interaction, self.receptor, self.gate = residue.strip(), kind, receptor, gate
        self.told_by = short_label(self.residue)
        if isinstance(receptor, Receptor):
            find_residue(receptor, self.residue)

    def spec(self) -> dict[str, Any]:
        """Residue and kind; the receptor's name where one was given, and `gate` where it is one."""
        named = self.receptor.name if isinstance(self.receptor, Receptor) else self.receptor
        more: dict[str, Any] = {} if named is None else {"receptor": named}
        more |= {"gate": True} if self.gate else {}
        return {"loss": self.name, "residue": self.residue, "kind": self.interaction, **more}

    def reads(self, loss: Loss) -> bool:
        """A docking term, into the receptor that was named."""
        return docking_named(loss, self.receptor)

    def _accept(self, source: Loss) -> None:
        assert isinstance(source, Docking)  # noqa: S101 - what `reads` lets through
        residue, note = read_residue(source.receptor, self.residue)
        if note:
            warnings.warn(f"{source.receptor.name}: {note}", UserWarning, stacklevel=2)
        if not residue.near:
            raise ReceptorError(
                f"{residue.label} of {source.receptor.name} lies more than 4 Å outside the box: no pose can reach "
                "it; 'molgrad receptor show' names the residues about the native ligand"
            )
        if not partners(read_pocket(source.receptor.pdbqt), residue.label, self.interaction):
            raise ReceptorError(
                f"{residue.label} of {source.receptor.name} has no atom for a contact: {self.interaction}"
            )

    def _derive(self, value: str, source: Loss, measured: Evaluation) -> Evaluation:
        assert isinstance(source, Docking)  # noqa: S101 - what `reads` lets through
        poses = measured.details.get("poses", ())
        if not poses:
            return Evaluation(self.name, Status.FAILED, reason="the dock kept no pose to look at")
        residue = find_residue(source.receptor, self.residue).label
        energies = per_atom_energies(poses[0], source.receptor.pdbqt)
        smiles = str(measured.details.get("smiles", value))
        if len(energies.ligand.points) != parse(smiles).GetNumHeavyAtoms():
            return Evaluation(self.name, Status.FAILED, reason="the pose is of another molecule")
        found = retained(energies, residue, self.interaction)
        fact = _fact(energies, residue, found)
        details = {"residue": residue, "receptor": source.receptor.name, "kind": self.interaction}
        raw = {"contact_kept": 1.0 - found.penalty, "contact_distance": round(found.gap, 3)}
        if self.gate and not found.made:
            why = f"it does not make the {_WORDS[found.kind]} with {residue} that is required: {fact.text}"
            return Evaluation(self.name, Status.INVALID, None, raw, (fact,), fact.text, why, details)
        return Evaluation(self.name, Status.OK, found.penalty, raw, (fact,), fact.text, details=details)


def _fact(energies: PoseEnergies, residue: str, found: Retained) -> Fact:
    where = f"{energies.pocket.called(found.place)} of {residue}"
    atoms, what = said(energies, found.atoms), _WORDS[found.kind]
    if found.penalty == 0.0:
        text, kind = f"{what} kept: {atoms} with {where} at {found.gap:.1f} Å", kinds.CONTACT_KEPT
    else:
        kind = kinds.CONTACT_LOST
        if found.penalty < 1.0:
            text = f"{what} strained: {atoms} with {where} at {found.gap:.1f} Å; bring it closer or turn it"
        else:
            text = f"{what} with {residue} lost: nearest to {where} is {atoms} at {found.gap:.1f} Å"
            text += f"; {_wanted(energies, found)} there could make it"
    return Fact(kind, text, found.atoms, residue, round(found.gap, 3), "Å", round(found.penalty, 3))


def _wanted(energies: PoseEnergies, found: Retained) -> str:
    types = energies.pocket.types
    if found.kind == "hydrophobic":
        return "a hydrophobic group"
    wants = (("an acceptor", types.donor[found.place]), ("a donor", types.acceptor[found.place]))
    return " or ".join(word for word, yes in wants if yes)
