"""The leads of a campaign: checked before anything is built on them, and the binding mode that children keep."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from molgrad.autograd.domain import Domain
from molgrad.autograd.loss import Context, Loss, settled
from molgrad.campaign.lead_check import POSES, Asks, Finding, examined, native_bonds
from molgrad.campaign.store import Row, Store
from molgrad.campaign.table import LEADS, Table, refused
from molgrad.docking.core_shift import SAME_MODE
from molgrad.docking.effort import EFFORTS
from molgrad.docking.engine import ATOM_ENERGIES, POSE_SEEDING
from molgrad.errors import LeadPoseError, shorten
from molgrad.evaluation import DOCKING, Evaluation
from molgrad.interactions.retained import MADE
from molgrad.losses.contact import Contact
from molgrad.losses.docking import LEAD_CONTACTS, LEAD_RMSD, Docking
from molgrad.losses.lead_contacts import LeadContacts
from molgrad.optim.archive import Archive
from molgrad.optim.record import Record

THOROUGH = 3  # starts, the best ones, whose poses are searched for where no start makes a contact that is asked for
TOLD = 6  # starts of which each has its sentences
REMEDY = (
    "give its binding mode (--pose FILE.sdf), a box about the right place, or draw the charge state or tautomer that "
    "binds (--protonation none docks it as drawn); --force goes on all the same. The measurement is kept"
)

Measure = Callable[[Row, Mapping[str, Any]], Evaluation]


class Leads:
    """Which starts are leads, what was found of their poses, and what that means for the docks of their children.

    Args:
        loss: of the campaign.
        domain: of its values.
        starts: canonical.
        store: keeps what was found.
    """

    def __init__(self, loss: Loss, domain: Domain, starts: Sequence[str], store: Store) -> None:
        self._store = store
        terms = loss.all_terms()
        contacts = [term for term in terms if isinstance(term, Contact)]
        dockings = [term for term in terms if isinstance(term, Docking)]
        self._loss = loss
        self._holding = any(isinstance(term, LeadContacts) for term in terms)
        self._asks = [Asks(one, tuple(c for c in contacts if c.reads(one))) for one in dockings]
        able = all({ATOM_ENERGIES, POSE_SEEDING} <= set(one.engine.offers) and one.takes_settings for one in dockings)
        self._starts = frozenset(starts) if dockings and able and not domain.fragments(starts) else frozenset()

    @property
    def found(self) -> dict[str, Any]:
        """What was found, by start: `said`, `lacks`, `trusted`, `dock_as`; empty before the check."""
        return self._store.meta(LEADS) or {}

    @property
    def refused(self) -> bool:
        """Whether no lead makes the contacts that are asked for."""
        return refused(self.found)

    def notes(self, values: Collection[str] | None = None) -> list[str]:
        """What the run builds on, a line for each lead.

        Args:
            values: of the leads that are told of; all by default.
        """
        found = self.found
        told = [one for value, one in found.items() if values is None or value in values]
        lines = [f"{'the lead' if len(found) == 1 else one['name']}: {'; '.join(one['said'])}" for one in told]
        more = [f"{len(lines) - TOLD} more leads were looked at"] if len(lines) > TOLD else []
        return [*lines[:TOLD], *more]

    def context(self, row: Row, archive: Archive) -> dict[str, Any]:
        """What the docks of a row are told besides: settings, and the poses to build on and to compare with.

        Args:
            row: a start, or a molecule made from measured ones.
            archive: what was measured.
        """
        if row.proposal.value in self._starts and not row.proposal.parent:
            return {"dock_as": self._of_start()}
        line = _ancestors(row.proposal.parent, archive)
        lead = self.found.get(line[-1].value) if line else None
        if lead is None:
            return {}
        kept = next((one for one in line if _shift(one.evaluation) <= SAME_MODE), line[-1])
        told: dict[str, Any] = {"lead_evaluation": line[-1].evaluation}
        told |= {LEAD_CONTACTS: lead["holds"]} if lead.get("holds") else {}
        return told | ({"dock_as": lead["dock_as"], "parent_evaluation": kept.evaluation} if lead["trusted"] else {})

    def _of_start(self) -> dict[str, Any]:
        """A lead is docked as well as by effort standard, with more of its poses kept."""
        settings = [one.docking.settings for one in self._asks]
        how: dict[str, Any] = {"poses": max(POSES, *(one.poses for one in settings))}
        how |= {"effort": EFFORTS["standard"]} if any(one.effort.name == "fast" for one in settings) else {}
        given = any(one.docking.pose for one in self._asks) and all(one.pose_mode == "auto" for one in settings)
        return how | ({"pose_mode": "keep"} if given else {})

    def check(self, table: Table, measure: Measure) -> list[str]:
        """Look at the poses of leads, each once; one that builds on another of its poses is measured anew with that.

        Starts that joined later are looked at like the first ones.

        Args:
            table: with the leads measured.
            measure: measures a row with more context.

        Returns:
            The leads that were looked at now.
        """
        before = self.found
        starts = [row for row in table.rows if row.proposal.value in self._starts]
        rows = [row for row in starts if row.proposal.value not in before]
        if not rows or any(not settled(row.evaluation) for row in rows):
            return []
        docked = [row for row in rows if all(one.ok and one.details.get("poses") for _, one in self._terms(row))]
        findings = {row.id: self._examined(row, thoroughly=False) for row in docked}
        made = any(not one["lacks"] for one in before.values())
        if docked and not made and all(_lacks(one) for one in findings.values()):
            ranked = sorted(docked, key=lambda row: sum(one.number() for _, one in self._terms(row)))
            for row in ranked[:THOROUGH]:
                findings[row.id] = self._examined(row, thoroughly=True)
                if not _lacks(findings[row.id]):
                    break
        anew: dict[int, Evaluation] = {}
        kept = {row.proposal.value: self._settled(row, findings[row.id], table, measure, anew) for row in docked}
        if kept:
            table.settle_leads({**before, **kept}, anew)
        return list(kept)

    def refusal(self) -> LeadPoseError:
        """Why the run does not go on, and what to do."""
        found = self.found
        named = sorted({residue for one in found.values() for residue in one["lacks"]})
        whose = "the lead's pose" if len(found) == 1 else f"the pose of none of {len(found)} leads"
        not_ = " not" if len(found) == 1 else ""
        reason = next(iter(found.values()))["said"][-1]
        asked = f"{whose} does{not_} make the contact asked for with {', '.join(named)}"
        return LeadPoseError(f"{asked} ({reason}): {REMEDY}")

    def kept(self, records: Sequence[Record]) -> list[str]:
        """In how many molecules the contacts asked for and the lead's binding mode are kept, as sentences.

        Args:
            records: everything measured.
        """
        return kept(records)

    def _terms(self, row: Row, evaluation: Evaluation | None = None) -> list[tuple[Asks, Evaluation]]:
        """Each docking term with its part of a row's measurement, or of another one."""
        measured = evaluation or row.evaluation
        named = getattr(self._loss, "measured", lambda whole: [(self._loss, whole)])(measured)
        return [(asks, term) for asks in self._asks for loss, term in named if loss is asks.docking]

    def _examined(self, row: Row, *, thoroughly: bool) -> list[Finding]:
        value = row.proposal.value
        return [examined(asks, value, term, thoroughly=thoroughly) for asks, term in self._terms(row)]

    def _held(self, terms: Sequence[tuple[Asks, Evaluation]]) -> dict[str, list[str]]:
        """By receptor the residues with which both a lead's pose and the native ligand make a hydrogen bond."""
        pairs = ((asks.docking, term.details.get("poses")) for asks, term in terms)
        return {docking.receptor.name: native_bonds(docking, poses[0]) for docking, poses in pairs if poses}

    def _settled(
        self, row: Row, findings: list[Finding], table: Table, measure: Measure, anew: dict[int, Evaluation]
    ) -> dict[str, Any]:
        """What is kept of a lead; measured anew, in `anew`, where it builds on another of its poses."""
        picks = {
            asks.docking.receptor.name: finding.pose
            for (asks, _), finding in zip(self._terms(row), findings, strict=True)
            if finding.pose is not None
        }
        lacks = list(_lacks(findings))
        if picks:
            species = next((one.species.state.smiles for one in picks.values() if one.species is not None), None)
            told: Context = {"known_poses": {name: one.pose for name, one in picks.items()}}
            told = {**told, "dock_as": {**self._of_start(), "pose_mode": "keep"}}
            anew[row.id] = measure(row, told if species is None else {**told, "docked_smiles": species})
            now = [(asks, term.details.get("poses")) for asks, term in self._terms(row, anew[row.id])]
            lacks = [residue for asks, poses in now for residue in (asks.missing(poses[0]) if poses else ())]
        trusted = not lacks and all(one.trusted for one in findings)
        how = {name: value for one in findings for name, value in one.dock_as.items()}
        automatic = all(one.docking.settings.pose_mode == "auto" for one in self._asks)
        how |= {"pose_mode": "keep"} if trusted and automatic else {}
        holds = self._held(self._terms(row, anew.get(row.id))) if trusted and self._holding else {}
        name = next((one.name for one in table.archive.records if one.value == row.proposal.value and one.named), "")
        said = [text for one in findings for text in one.said]
        said += [f"refined there, it does not make the contact with {', '.join(lacks)}"] if picks and lacks else []
        said += [_holding(holds, trusted)] if self._holding else []
        return {
            "holds": holds,
            "name": name or shorten(row.proposal.value),
            "said": said,
            "lacks": lacks,
            "trusted": trusted,
            "dock_as": how,
        }


def _holding(holds: Mapping[str, Sequence[str]], trusted: bool) -> str:
    """Which hydrogen bonds of a lead its hops keep."""
    named = ", ".join(residue for residues in holds.values() for residue in residues)
    if named:
        return f"hops pay for losing its hydrogen bonds with {named}, which the native ligand makes too"
    why = "none of its hydrogen bonds is one of the native ligand's" if trusted else "its pose is not trusted"
    return f"no contact is kept in hops: {why}; ask for one with --contact"


def kept(records: Sequence[Record]) -> list[str]:
    """In how many molecules each contact that was asked for, and the lead's binding mode, are kept; sentences.

    Args:
        records: everything measured.
    """
    contacts: dict[str, list[bool]] = {}
    modes: list[bool] = []
    for record in records:
        terms = record.evaluation.all_terms()
        for term in terms:
            if "contact_kept" in term.raw and "residue" in term.details:
                made = term.raw["contact_kept"] >= 1.0 - MADE
                contacts.setdefault(str(term.details["residue"]), []).append(made)
        shifts = [term.raw[LEAD_RMSD] for term in terms if LEAD_RMSD in term.raw]
        modes += [max(shifts) <= SAME_MODE] if shifts else []
    said = [
        f"contact with {residue} kept in {sum(made)} of {len(made)} molecules" for residue, made in contacts.items()
    ]
    if modes:
        said.append(f"binding mode of the lead kept in {sum(modes)} of {len(modes)} molecules made from it")
    return said


def _lacks(findings: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(residue for one in findings for residue in one.lacks)


def _ancestors(parent: str | None, archive: Archive) -> list[Record]:
    """The measured ancestors, the parent first and the start last."""
    line: dict[str, Record] = {}
    while parent and parent not in line and (record := archive.of(parent)) is not None:
        line[parent] = record
        parent = record.proposal.parent
    return list(line.values())


def _shift(evaluation: Evaluation) -> float:
    """Å between what a molecule shares with its lead in both poses; 0 where they cannot be compared."""
    return max((one.raw.get(LEAD_RMSD, 0.0) for one in evaluation.all_terms() if one.kind == DOCKING), default=0.0)
