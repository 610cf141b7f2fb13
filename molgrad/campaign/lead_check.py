"""What a run from a lead builds on: the lead's pose, compared with what is known, or another of its poses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from molgrad.docking.core_shift import core_shift
from molgrad.docking.dock import Asked
from molgrad.docking.effort import EFFORTS
from molgrad.docking.known_pose import read_pose
from molgrad.docking.result import Provenance
from molgrad.docking.species import Species, choose
from molgrad.errors import MolgradError
from molgrad.evaluation import Evaluation
from molgrad.interactions import kinds, per_atom_energies
from molgrad.interactions.native import polar_residues
from molgrad.interactions.retained import retained
from molgrad.losses.contact import Contact
from molgrad.losses.docking import Docking
from molgrad.losses.lead_contacts import shared_bonds
from molgrad.receptors.residues import find_residue

WITHIN = 1.5  # kcal/mol; a pose so much worse than the best may be the true one: Vina's scores err by more
# One of the searches of effort standard, alone, so that the poses of each are known and not those of the best one only.
SURVEY = replace(EFFORTS["standard"], name="survey", searches=1, repeats=0, least=1, placed=0, seed_poses=False)
SEARCHES = 10  # of each species
POSES = 9  # kept of each search, the most that Vina ranks
MOST_TAUTOMERS, MOST_STATES = 4, 2  # looked at for a pose that makes the contacts asked for
NATIVE = 0.75  # of the native ligand's polar contacts; a pose that makes so many, two at least, is the known mode
FOREIGN = "a pose without any of them is not trusted as its binding mode, however many searches found it"
REMEDIES = (
    "give the mode (--pose FILE.sdf), a box about the right place, or draw the charge state or tautomer that binds; "
    "--pose-mode keep keeps this pose all the same"
)
_SHOWN = 4  # residues that a sentence names


class Candidate(NamedTuple):
    """A pose of the lead that its run could build on.

    Attributes:
        affinity: kcal/mol.
        pose: mol block.
        species: what is docked; None for the species of the lead's own measurement.
        rank: of the species' tautomer, 0 for the one that is docked by itself.
        charged: whether it is in another charge state than that.
    """

    affinity: float
    pose: str
    species: Species | None = None
    rank: int = 0
    charged: bool = False


@dataclass(frozen=True, slots=True)
class Asks:
    """One docking term and the contacts that a run asks of its poses.

    Attributes:
        docking: the term.
        contacts: the losses that read it.
    """

    docking: Docking
    contacts: tuple[Contact, ...] = ()

    def missing(self, pose: str) -> tuple[str, ...]:
        """The residues whose contact a pose does not make.

        Args:
            pose: mol block.
        """
        if not self.contacts:
            return ()
        receptor = self.docking.receptor
        energies = per_atom_energies(pose, receptor.pdbqt)
        named = [(find_residue(receptor, one.residue).label, one.interaction) for one in self.contacts]
        return tuple(label for label, kind in named if not retained(energies, label, kind).made)


@dataclass(frozen=True, slots=True)
class Finding:
    """What the check of a lead in one receptor came to.

    Attributes:
        said: sentences for the user.
        lacks: residues whose contact the pose that is built on does not make.
        trusted: whether children keep that pose.
        pose: another pose than the measured one to build on; None for the measured one.
        dock_as: the settings by which children are docked besides.
    """

    said: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    trusted: bool = False
    pose: Candidate | None = None
    dock_as: dict[str, Any] = field(default_factory=dict)


def own_poses(term: Evaluation) -> list[Candidate]:
    """The poses of a measurement, best first.

    Args:
        term: of docking.
    """
    pairs = zip(term.details.get("affinities", ()), term.details.get("poses", ()), strict=False)
    return [Candidate(float(affinity), str(pose)) for affinity, pose in pairs]


def survey(docking: Docking, value: str) -> Iterator[Candidate]:
    """Poses of many searches of a lead, in each likely tautomer and charge state; and built on the native ligand's.

    Args:
        docking: the term.
        value: the lead.
    """
    settings = docking.settings
    state = docking.docked_states.get(value)
    species = choose(value, state, settings.protonation, MOST_TAUTOMERS, MOST_STATES).species
    plan = replace(settings, effort=SURVEY, poses=POSES, pose_mode="keep")
    native = _native(docking)
    asked, owners = [], []
    for turn in range(SEARCHES + bool(native)):
        for one in species:
            parent = native if turn == SEARCHES else None
            asked.append(Asked(value, one.state.smiles, parent, plan, turn + 1))
            owners.append(one)
    tautomers = list(dict.fromkeys(one.smiles for one in species))
    first = {name: next(one.state.smiles for one in species if one.smiles == name) for name in tautomers}
    docker: Any = docking.docker
    for place, result in docker.each(asked):
        one = owners[place]
        which = one if one is not species[0] else None
        for affinity, pose in zip(result.affinities, result.poses, strict=True):
            charged = one.state.smiles != first[one.smiles]
            yield Candidate(round(affinity + one.price, 3), pose, which, tautomers.index(one.smiles), charged)


def chosen(candidates: Sequence[Candidate], asks: Asks, best: float) -> tuple[Candidate | None, Candidate | None]:
    """The lowest pose that makes every contact asked for, if near enough to the best; and the lowest at any distance.

    Args:
        candidates: poses of a lead.
        asks: what is asked of them.
        best: the lowest affinity of all its poses, kcal/mol.
    """
    able = next((one for one in sorted(candidates, key=lambda one: one.affinity) if not asks.missing(one.pose)), None)
    return (able if able is not None and able.affinity - best <= WITHIN else None), able


def examined(asks: Asks, value: str, term: Evaluation, *, thoroughly: bool) -> Finding:
    """Compare a lead's measurement with what is known, and look for another pose where it lacks a contact asked for.

    Args:
        asks: the docking term and what is asked of it.
        value: the lead.
        term: its measurement by that term, with a pose.
        thoroughly: whether to search more where no pose of the measurement makes the contacts.
    """
    docking, poses = asks.docking, own_poses(term)
    done = Provenance.from_json(term.details["provenance"])
    theirs, lost = _native_contacts(docking, poses[0].pose)
    said = [_bonds(term, done), *_beside_known(docking, poses[0].pose, done), *_beside_native(theirs, lost)]
    lacks = asks.missing(poses[0].pose)
    keeps = docking.settings.pose_mode != "lower"
    known = done.in_mode is not None and keeps
    if not lacks:
        alike = len(theirs) - len(lost) >= max(2.0, NATIVE * len(theirs))
        told = known or bool(asks.contacts)  # the user says what the mode is
        foreign = bool(theirs) and len(lost) == len(theirs) and not told
        trusted = told or alike or not (done.doubtful or foreign)
        made = [_made(asks, poses[0].pose)] if asks.contacts else []
        return Finding((*said, *made, _trust(trusted, docking, done, foreign)), (), trusted and keeps)
    found = list(poses)
    best = min(one.affinity for one in found)
    pick, able = chosen(found, asks, best)
    if pick is None and thoroughly:
        found += survey(docking, value)
        best = min(one.affinity for one in found)
        pick, able = chosen(found, asks, best)
    named = ", ".join(lacks)
    if pick is None or not keeps:
        beyond = f"the best that does scores {able.affinity - best:.1f} kcal/mol worse" if able else "none does"
        return Finding((*said, f"its best pose lacks the contact with {named}; of {len(found)} poses {beyond}"), lacks)
    worse = pick.affinity - best
    form = "" if pick.species is None else f", in the form {pick.species.state.smiles},"
    text = f"the best pose lacks the contact with {named}; a pose {worse:.1f} kcal/mol worse{form} makes it"
    return Finding((*said, f"{text} and is what the run builds on"), (), True, pick, _docked_like(pick, docking))


def _docked_like(pick: Candidate, docking: Docking) -> dict[str, Any]:
    """Settings by which children are docked in the form of a lead's pose as well."""
    settings = docking.settings
    tautomers, states = max(settings.tautomers, pick.rank + 1), max(settings.states, 1 + pick.charged)
    differ = {"tautomers": (tautomers, settings.tautomers), "states": (states, settings.states)}
    return {name: now for name, (now, before) in differ.items() if now != before}


def _bonds(term: Evaluation, done: Provenance) -> str:
    """Score, hydrogen bonds and repeatability of the measured pose."""
    held: dict[str, float] = {}
    for fact in term.facts:
        if fact.kind in (kinds.HBOND, kinds.SALT_BRIDGE) and fact.partner and fact.value is not None:
            held[fact.partner] = min(fact.value, held.get(fact.partner, fact.value))
    words = ", ".join(f"{residue} ({gap:.1f} Å)" for residue, gap in list(held.items())[:_SHOWN])
    bonds = f"hydrogen bonds with {words}" if held else "no hydrogen bond"
    times = f", found by {done.times_found} of {done.searches_made} searches" if done.repeatability is not None else ""
    return f"{term.number():.1f} kcal/mol in {term.details['receptor']}, {bonds}{times}"


def _beside_known(docking: Docking, pose: str, done: Provenance) -> list[str]:
    """How a pose compares with the known one."""
    said = []
    if docking.pose is not None:
        shift = core_shift(pose, docking.pose)
        if done.not_built or shift is None:
            said.append(f"the known pose is not used: {done.not_built or 'it is of a molecule that shares too little'}")
        else:
            said.append(f"the part it shares with the known pose lies {shift:.1f} Å from its place there")
    return said


def _native_contacts(docking: Docking, pose: str) -> tuple[list[str], list[str]]:
    """The residues of the native ligand's polar contacts, and those of them that a pose does not make."""
    native = _native(docking)
    if native is None:
        return [], []
    theirs, ours = (polar_residues(block, docking.receptor.pdbqt) for block in (native, pose))
    return list(theirs), [residue for residue in theirs if residue not in ours]


def native_bonds(docking: Docking, pose: str) -> list[str]:
    """The residues with which a pose makes a hydrogen bond, of those of the native ligand's polar contacts.

    Args:
        docking: the term.
        pose: mol block.
    """
    theirs, lost = _native_contacts(docking, pose)
    return shared_bonds(docking, pose, [residue for residue in theirs if residue not in lost])


def _beside_native(theirs: Sequence[str], lost: Sequence[str]) -> list[str]:
    if not theirs:
        return []
    more = f", not {', '.join(lost[:_SHOWN])}" if lost else ""
    count = "none" if len(lost) == len(theirs) else len(theirs) - len(lost)
    return [f"of the native ligand's {len(theirs)} polar contacts it makes {count}{more}"]


def _native(docking: Docking) -> str | None:
    """The native ligand's pose, where the receptor has one that can be read."""
    receptor = docking.receptor
    try:
        return None if receptor.ligand is None else read_pose(receptor.ligand, receptor).block
    except (MolgradError, OSError):
        return None


def _made(asks: Asks, pose: str) -> str:
    """That a pose makes the contacts asked for; a strained one is no hydrogen bond by the limits of the facts."""
    receptor = asks.docking.receptor
    energies = per_atom_energies(pose, receptor.pdbqt)
    named = []
    for one in asks.contacts:
        label = find_residue(receptor, one.residue).label
        found = retained(energies, label, one.interaction)
        named.append(label if found.penalty <= 0.0 else f"{label} ({found.gap:.1f} Å, strained)")
    return f"the contact asked for, {', '.join(named)}, is made"


def _trust(trusted: bool, docking: Docking, done: Provenance, foreign: bool) -> str:
    """What children do with the pose."""
    if docking.settings.pose_mode == "lower":
        return "of each child the lower score counts, in whichever pose (--pose-mode lower)"
    doubt = "too few searches found its pose to trust it" if done.doubtful else FOREIGN
    if docking.settings.pose_mode == "keep" and not trusted:
        return f"{doubt}; children keep it all the same (--pose-mode keep)"
    if not trusted:
        more = f"; {REMEDIES}" if foreign else ""
        return f"{doubt}: of each child the lower score counts, in whichever pose{more}"
    if done.in_mode is not None and done.unseeded is not None and done.other_mode:
        better = done.in_mode - done.unseeded
        if better > 1.0:
            return f"children keep this pose, though another mode scores {better:.1f} better"
    return "children keep this pose"
