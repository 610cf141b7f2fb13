"""The oracle that every search method is given: the same loss, counted the same way, kept as it goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import molgrad as mg
from molgrad.autograd.loss import Loss
from molgrad.chem.alerts import find_alerts
from molgrad.chem.descriptors import describe
from molgrad.docking.effort import EFFORTS
from molgrad.errors import MolgradError
from molgrad.evaluation import Evaluation
from molgrad.molecule.domain import MoleculeDomain
from molgrad.validation import Validator

# Every method docks unseeded: poses seeded from a parent's would be known to some methods and not to others.
BLIND = replace(EFFORTS["fast"], seed_poses=False)
# Acetamide, pentane and benzene are TextGrad's starts; the others are fragments of common rings.
FRAGMENTS = (
    "CC(N)=O", "CCCCC", "c1ccccc1", "c1ccncc1", "c1cc[nH]c1", "C1CCNCC1", "C1COCCN1", "c1ccc2[nH]ccc2c1",
)  # fmt: skip
# A series of published thrombin inhibitors (D-Phe-Pro-benzylamides): the lead for a search that must stay similar.
LEADS = {"F2 lead": "N[C@H](Cc1ccccc1)C(=O)N1CCC[C@H]1C(=O)NCc1cccc(Cl)c1"}
SIMILAR = 0.4  # Tanimoto similarity to the lead that every proposal needs
SANE = Validator("passes_filters")  # SA <= 4, no PAINS, BRENK or NIH alert, stereo assigned, no broken aromaticity

Row = dict[str, Any]


def task(name: str, workers: int) -> Loss:
    """The loss of a task: DRD2, KIT or any other receptor, and DOCKSTRING's JAK2 (not LCK) and PPAR.

    All are J of DOCKSTRING (García-Ortegón et al., J. Chem. Inf. Model. 62 (2022) 3486), lower is better.
    """

    name = name.removesuffix(" lead")

    def docked(receptor: str) -> Loss:
        return mg.Docking(receptor, effort=BLIND, workers=workers, poses=1)

    if name == "PPAR":
        return mg.max(*(docked(one) for one in ("PPARA", "PPARD", "PPARG"))) + 10 * mg.QED()
    if name == "JAK2":
        return mg.Selective(docked("JAK2"), against=[docked("LCK")], floor=-8.1) + 10 * mg.QED()
    return docked(name) + 10 * mg.QED()


def starts(name: str) -> tuple[str, ...]:
    """What every method of a task is given: eight fragments, or one lead."""
    return (LEADS[name],) if name in LEADS else FRAGMENTS


def rules(name: str) -> MoleculeDomain:
    """What a proposal of every method that has a validator must satisfy: SA at most 4, no alerts; a lead's kin."""
    if name in LEADS:
        return MoleculeDomain("strict", similar_to=[LEADS[name]], min_similarity=SIMILAR)
    return MoleculeDomain("strict")


@dataclass(frozen=True, slots=True)
class Measured:
    """A molecule that a method spent budget on; `score` is J, None where there is none."""

    smiles: str
    score: float | None
    evaluation: Evaluation


class Oracle:
    """Measures molecules until the budget is spent; each distinct molecule counts one, failures too.

    What is no molecule, or cannot be docked, is answered with None, as every method would have to bear it.
    """

    def __init__(self, loss: Loss, budget: int, domain: MoleculeDomain, said: Callable[[str], object] = print) -> None:
        self.loss, self.budget, self.domain, self.said = loss, budget, domain, said
        self.log: list[Measured] = []
        self._known: dict[str, Measured] = {}

    @property
    def left(self) -> int:
        """Measurements that may still be made."""
        return self.budget - len(self.log)

    def __call__(self, molecules: Sequence[str]) -> list[float | None]:
        """J of each, in order; what no budget is left for is None."""
        new = list(dict.fromkeys(m for m in molecules if m not in self._known))[: self.left]
        for smiles, evaluation in zip(new, self.loss.evaluate(new), strict=True):
            self._known[smiles] = Measured(smiles, evaluation.score, evaluation)
            self.log.append(self._known[smiles])
        if new:
            best = min((m.score for m in self.log if m.score is not None), default=None)
            self.said(f"{len(self.log)}/{self.budget}, best {best}")
        return [self._known[m].score if m in self._known else None for m in molecules]

    def knows(self, smiles: str) -> bool:
        """Whether it was measured."""
        return smiles in self._known


def single(smiles: str) -> str | None:
    """Canonical SMILES of one stereoisomer, which every method is given; None for what is no molecule."""
    from molgrad.chem.stereo import first_stereoisomer

    try:
        return first_stereoisomer(smiles)[0]
    except MolgradError:
        return None


def row(measured: Measured) -> Row:
    """What is kept of a measurement."""
    affinities = [term.raw["affinity"] for term in measured.evaluation.all_terms() if "affinity" in term.raw]
    return {
        "smiles": measured.smiles,
        "J": measured.score,
        "affinities": affinities,
        "passes_filters": passes_filters(measured.smiles),
    }


def passes_filters(smiles: str) -> bool:
    """Whether the molecule passes the filters."""
    return SANE.check(smiles).ok


def numbers(smiles: str) -> Row:
    """Size, QED, SA and the number of alerts, for the table of winners."""
    told = describe(smiles)
    return {
        "heavy": int(told["heavy_atoms"]), "qed": told["qed"], "sa": told["sa"], "alerts": len(find_alerts(smiles)),
    }  # fmt: skip
