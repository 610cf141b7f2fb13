"""The hydrogen bonds of the lead's pose that its native ligand makes too, which a scaffold hop should keep."""

from __future__ import annotations

from molgrad.autograd.derived import Derived
from molgrad.autograd.loss import Loss
from molgrad.errors import ReceptorError
from molgrad.evaluation import Evaluation, Fact, Status
from molgrad.interactions import kinds, per_atom_energies
from molgrad.interactions.retained import MADE, kept_words, retained
from molgrad.losses.docking import LEAD_CONTACTS, Docking, docking_named
from molgrad.receptors.receptor import Receptor


class LeadContacts(Derived):
    """Keeps the hydrogen bonds of a campaign's lead: `mg.Docking(receptor) + 10 * mg.LeadContacts()`.

    Which residues count is read off the lead's pose, where a campaign trusts it: those that the native ligand's pose
    contacts too. `molgrad optimize --scope hop` adds it unless contacts are asked for.
    Scale: the mean penalty of these hydrogen bonds, each as for `Contact`: 0 where all are made, 1 where all are lost.
        0 for a lead, and where none is known.
    Raw: `lead_contacts_kept`, the number of bonds made, where there are any to keep.
    Facts: `contact_lost` for each that is not made as well as it could be, `contact_kept` for the others.
    Failure: as the docking term; FAILED where that kept no pose to look at.

    Args:
        receptor: which docking term is read, by its receptor or the name of that, where there are several.
    """

    name = kind = "lead_contacts"
    prior_spread = 0.3  # of a penalty from 0 to 1
    least = 0.0
    beside = "mg.Docking(receptor)"
    choose = "say which with receptor=..."

    def __init__(self, receptor: Receptor | str | None = None) -> None:
        self.receptor = receptor

    def spec(self) -> dict[str, str]:
        """The receptor's name where one was given."""
        named = self.receptor.name if isinstance(self.receptor, Receptor) else self.receptor
        return {"loss": self.name} | ({} if named is None else {"receptor": named})

    def reads(self, loss: Loss) -> bool:
        """A docking term, into the receptor that was named."""
        return docking_named(loss, self.receptor)

    def _derive(self, value: str, source: Loss, measured: Evaluation) -> Evaluation:
        del value
        assert isinstance(source, Docking)  # noqa: S101 - what `reads` lets through
        residues = measured.details.get(LEAD_CONTACTS, ())
        if not residues:
            return Evaluation(self.name, Status.OK, 0.0, text="no hydrogen bond of a lead to keep")
        poses = measured.details.get("poses", ())
        if not poses:
            return Evaluation(self.name, Status.FAILED, reason="the dock kept no pose to look at")
        facts = [_fact(source, poses[0], residue) for residue in residues]
        score = sum(fact.weight for fact in facts) / len(facts)
        made = sum(fact.weight <= MADE for fact in facts)
        text = f"keeps {made} of {len(facts)} hydrogen bonds of the lead; " + "; ".join(fact.text for fact in facts)
        raw = {"lead_contacts_kept": float(made)}
        return Evaluation(self.name, Status.OK, score, raw, tuple(facts), text)


def _fact(docking: Docking, pose: str, residue: str) -> Fact:
    found = retained(per_atom_energies(pose, docking.receptor.pdbqt), residue, "hbond")
    kind = kinds.CONTACT_KEPT if found.penalty == 0.0 else kinds.CONTACT_LOST
    text = f"the lead's hydrogen bond with {residue} {kept_words(found.penalty, found.gap)}"
    return Fact(kind, text, found.atoms, residue, round(found.gap, 3), "Å", round(found.penalty, 3))


def shared_bonds(docking: Docking, pose: str, residues: list[str]) -> list[str]:
    """The residues with which a pose makes a hydrogen bond.

    Args:
        docking: into whose receptor.
        pose: mol block.
        residues: labels of those that are looked at.
    """
    energies = per_atom_energies(pose, docking.receptor.pdbqt)
    made = []
    for residue in residues:
        try:
            made += [residue] if retained(energies, residue, "hbond").made else []
        except (ValueError, ReceptorError):  # of a residue without donor and acceptor in the pocket
            continue
    return made
