"""Eight drug-sized leads, and the oracle that measures molecules made from them: docked on the lead's own pose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from oracle import Oracle
from rdkit import Chem

import molgrad as mg
from molgrad.docking.cache import default_cache
from molgrad.docking.dock import Docker
from molgrad.docking.result import DockResult
from molgrad.evaluation import Evaluation
from molgrad.interactions import per_atom_energies
from molgrad.interactions.contacts import bonds
from molgrad.interactions.retained import retained
from molgrad.losses.docking import DockerLike
from molgrad.molecule.domain import MoleculeDomain
from molgrad.receptors import load_receptor

Row = dict[str, Any]

EFFORT = "fast"
POSE_EFFORT = "standard"  # of the lead's own pose, on which everything else is built
LONGEST = 3.3  # Å; hydrogen bonds of the lead's pose up to this length are its contacts
WATER = ("WAT", "HOH")


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead of one target.

    Attributes:
        receptor: name of the DOCKSTRING receptor, which is the lead's name here.
        smiles: the lead.
        core: SMARTS of what a medicinal chemist would call its series; substituents and ring atoms may vary.
        known_as: what it is in the literature.
    """

    receptor: str
    smiles: str
    core: str
    known_as: str

    def keeps_core(self, smiles: str) -> bool:
        """Whether a molecule holds the core."""
        return bool(Chem.MolFromSmiles(smiles).HasSubstructMatch(Chem.MolFromSmarts(self.core)))


# Drawn from memory; each is an early compound of its target's literature, has 18 to 26 heavy atoms, and was used for no
# tuning. Receptors: those of DOCKSTRING in which Vina finds the lead's known contacts (the hinge of the kinases, Gly202
# and Ser243 of PARP1, the catalytic aspartates of BACE1, Arg and His of the side pocket of PTGS2).
LEADS = {
    lead.receptor: lead
    for lead in (
        Lead("MAPK14", "Fc1ccc(-c2[nH]cnc2-c2ccncc2)cc1", "n1aaa(aa1)-[a;r5]~[a;r5]-a", "pyridinylimidazole"),
        Lead("PARP1", "NC(=O)c1cccc2[nH]c(-c3ccc(O)cc3)nc12", "[NX3;!H0]C(=O)c1aaac2aaac12", "NU1085"),
        Lead("MAOB", "C[C@H](NCc1ccc(OCc2cccc(F)c2)cc1)C(N)=O", "[NX3]Cc1aaa(aa1)OCa", "safinamide's series"),
        Lead("SRC", "Cc1ccc(-c2nn(C(C)(C)C)c3ncnc(N)c23)cc1", "a-!@c1aac2nanc([NX3;!H0])c12", "PP1"),
        Lead("BACE1", "COc1cccc(-c2cccc(CCc3cc(=O)[nH]c(N)n3)c2)c1", "[NX3;!H0]c1naac(=O)n1", "isocytosine hit"),
        Lead("ROCK1", "O=S(=O)(c1cccc2cnccc12)N1CCCNCC1", "S(=O)(=O)c1aaac2anaac12", "fasudil"),
        Lead("ESR2", "O=c1c(-c2ccc(O)cc2)coc2cc(O)cc(O)c12", "[OX2H]c1aaa(aa1)-!@a1aaa2aaaaa2a1", "genistein"),
        Lead(
            "PTGS2", "CS(=O)(=O)c1ccc(-n2nc(C(F)(F)F)cc2-c2ccc(F)cc2)cc1",
            "S(=O)(=O)c1aaa(aa1)-!@[a;r5]~[a;r5]-!@a", "SC-58125",
        ),
    )
}  # fmt: skip
QUICK = ("MAPK14", "PARP1")  # the cheapest to dock


class OnLead:
    """Docks each molecule on the lead's pose, whoever made it and from whatever parent; each one once.

    Args:
        docker: what docks.
        pose: of the lead, as a mol block; None to dock without one.
    """

    def __init__(self, docker: DockerLike, pose: str | None) -> None:
        self.docker, self.pose = docker, pose
        self._known: dict[str, DockResult] = {}

    def stream(
        self,
        smiles: Sequence[str],
        docked_states: Sequence[str | None] | None = None,
        parents: Sequence[str | None] | None = None,
    ) -> Iterator[tuple[int, DockResult]]:
        """(index, result) of each; states and parents' poses are not used, so that every method has the same scores."""
        del docked_states, parents
        new = list(dict.fromkeys(one for one in smiles if one not in self._known))
        for place, result in self.docker.stream(new, None, [self.pose] * len(new)):
            self._known[new[place]] = result
            for index in (i for i, one in enumerate(smiles) if one == new[place]):
                yield index, result
        yield from ((i, self._known[one]) for i, one in enumerate(smiles) if one not in new)


class LeadOracle(Oracle):
    """The oracle of one lead: J = docking + 10 (1 - QED), fast docks, each beside a pose built on the lead's.

    Args:
        lead: the lead, the one start of every method.
        pose: of the lead.
        docker: what docks.
        budget: molecules that may be measured.
        mode: which score counts: "lower" (of search and built pose) or "keep" (the built pose's where it fits).
        said: told how far it is.
    """

    def __init__(
        self,
        lead: Lead,
        pose: str | None,
        docker: DockerLike,
        budget: int,
        mode: str = "lower",
        said: Callable[[str], object] = print,
    ) -> None:  # fmt: skip
        self.lead, self.docks = lead, OnLead(docker, pose)
        docking = mg.Docking(lead.receptor, effort=EFFORT, poses=1, pose_mode=mode, docker=self.docks)
        self.contacts = contacts_of(lead, pose)
        super().__init__(docking + 10 * mg.QED(), budget, MoleculeDomain("strict"), said)

    def rows(self) -> list[Row]:
        """What is kept of each measurement: J, affinities, and the fraction of the lead's contacts that it has."""
        return [
            {
                "smiles": one.smiles,
                "J": one.score,
                "affinity": raw(one.evaluation).get("affinity"),
                "unseeded": raw(one.evaluation).get("affinity_unseeded"),
                "built": raw(one.evaluation).get("affinity_built"),
                "contacts": self._kept(one.evaluation),
            }
            for one in self.log
        ]

    def _kept(self, evaluation: Evaluation) -> float | None:
        blocks = [pose for term in evaluation.all_terms() for pose in term.details.get("poses", ())]
        if not blocks or not self.contacts:
            return None
        energies = per_atom_energies(blocks[0], load_receptor(self.lead.receptor).pdbqt)
        kept = [retained(energies, residue, "hbond").made for residue in self.contacts]
        return sum(kept) / len(kept)


def docker_of(lead: Lead, workers: int, mode: str) -> Docker:
    """Docks in processes, with the user's cache: what one method has docked costs no other anything."""
    cache = default_cache()
    return Docker(
        load_receptor(lead.receptor), workers=workers, cache=cache, effort=EFFORT, poses=1, pose_mode=mode
    )  # fmt: skip


def pose_of(lead: Lead, workers: int) -> Row:
    """The lead's own pose, found without any other."""
    docker = Docker(
        load_receptor(lead.receptor), workers=workers, cache=default_cache(), effort=POSE_EFFORT, poses=1
    )  # fmt: skip
    with docker:
        (found,) = docker.dock([lead.smiles])
    if not found.poses:
        raise SystemExit(f"{lead.receptor}: the lead cannot be docked: {found.reason}")
    return {"pose": found.poses[0], "affinity": found.affinity}


def contacts_of(lead: Lead, pose: str | None) -> list[str]:
    """Residues with a hydrogen bond to the lead in its pose, water left out."""
    if pose is None:
        return []
    energies = per_atom_energies(pose, load_receptor(lead.receptor).pdbqt)
    found = [energies.pocket.residues[one.place] for one in bonds(energies) if one.real and one.gap <= LONGEST]
    return [name for name in dict.fromkeys(found) if name.split(":")[-1][:3] not in WATER]


def raw(evaluation: Evaluation) -> dict[str, float]:
    """The raw values of every term."""
    return {name: value for term in evaluation.all_terms() for name, value in term.raw.items()}
