"""What the loss asks of a molecule, read back from its measurements, so that candidates can be judged before a dock."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from rdkit.Chem import Crippen, Mol, rdMolDescriptors
from rdkit.Chem.QED import WEIGHT_MEAN, ads, adsParameters

from molgrad.chem.descriptors import QED_NAMES, describe, qed_properties
from molgrad.chem.parse import read
from molgrad.chem.similarity import tanimoto
from molgrad.evaluation import Evaluation, Fact
from molgrad.interactions import wanted

WINDOWS = frozenset({"logp", "weight", "tpsa", "rotatable_bonds"})  # losses named as the property they bound
EXACT = frozenset({"qed", "synthesizability", "similarity", "alerts", *WINDOWS})

# Vina divides its sum over atom pairs by 1 + 0.0585 N(rotatable bonds); each heavy atom adds to the sum until the
# pocket is full. Prototype runs gained 0.2 to 0.28 kcal/mol an added atom on DRD2 and F2; twenty edits of trimethoprim
# in DHFR gained 0.4 times what a slope of -0.42 promised, since an edit chosen for its prediction is no random edit.
_SLOPE, _ROTOR = -0.27, 0.0585  # kcal/mol an atom; Vina's own rotatable bond term
_FULL, _CROWDED = 28.0, 36.0  # heavy atoms: from here half the gain, from there a tenth
_LOST_BOND = 0.35  # kcal/mol, for changing an atom that holds a hydrogen bond in the docked pose
_LOST_ANCHOR = 1.2  # the same for a nitrogen: Vina forgives losing one, the protein does not
_NO_ROOM = 0.3  # kcal/mol, for growth within two bonds of such an atom: the residue it binds stands there
# kcal/mol by which an edit there does better than one of the same size elsewhere, from single edits docked in KIT and
# DRD2 (docs/search.md): room is certain; of a partner met they show nothing, so hardly more than a tie is broken.
_FILLED, _MET = -0.5, -0.1


@dataclass(frozen=True, slots=True)
class Aim:
    """One term of the loss as far as the chemist can compute or guess it.

    Attributes:
        term: its name in the composite; kind: what it is (`qed`, `docking`, ...); weight: its factor.
        score: the parent's.
        low, high: a window's bounds, None where it is open; margin: distance outside at which it costs 1.
        reference, enough: of a similarity, and the similarity that costs nothing.
    """

    term: str
    kind: str
    weight: float
    score: float | None = None
    low: float | None = None
    high: float | None = None
    margin: float = 1.0
    reference: str = ""
    enough: float = 1.0


@dataclass(frozen=True, slots=True)
class Aims:
    """All terms, and what the docked pose says of the parent's atoms."""

    aims: tuple[Aim, ...]
    bonded: frozenset[int] = frozenset()  # atoms in a hydrogen bond of the pose
    exposed: frozenset[int] = frozenset()  # atoms that touch nothing of the receptor
    growable: frozenset[int] = frozenset()  # atoms at which the pose has room that would pay
    donors: frozenset[int] = frozenset()  # atoms at which a donor would meet a free partner
    acceptors: frozenset[int] = frozenset()  # the same for an acceptor
    base: float = 0.0  # the parent's total, where known

    def exact(self, smiles: str) -> dict[str, float]:
        """Scores of the terms that can be computed; alerts are left out, see `alerts`."""
        return {a.term: _score(a, smiles) for a in self.aims if a.kind in EXACT and a.kind != "alerts"}

    def rough(self, parent: str, child: str, touched: Iterable[int] = ()) -> float:
        """A quick guess of the change of the total: QED without its alerts, windows and docking; no SA, no alerts."""
        before, after = quick(parent), quick(child)
        total = 0.0
        for aim in self.aims:
            if aim.kind == "qed":
                old = new = qed_properties(parent)["ALERTS"][0]
                if old:  # losing one pays most of all, so then it is worth the millisecond
                    new = qed_properties(child)["ALERTS"][0]
                total += aim.weight * (rough_qed(before, old) - rough_qed(after, new))
            elif aim.kind in WINDOWS:
                total += aim.weight * (_outside(aim, after[aim.kind]) - _outside(aim, before[aim.kind]))
            elif aim.kind == "docking":
                total += aim.weight * (prior(after) - prior(before) + self.spatial(parent, child, touched)[0])
        return total

    def docking(self, parent: str, child: str, touched: Iterable[int], kind: str) -> tuple[float, float]:
        """Expected change of an affinity (kcal/mol) and its standard deviation."""
        before, after = quick(parent), quick(child)
        change = prior(after) - prior(before)
        atoms = frozenset(touched)
        if kind == "remove" and atoms and atoms <= self.exposed:
            change *= 0.5  # what touches nothing costs less when it goes
        if kind != "grow":
            mol = read(parent).mol
            lost = (mol.GetAtomWithIdx(i).GetAtomicNum() == 7 for i in sorted(atoms & self.bonded)[:2])
            change += sum(_LOST_ANCHOR if nitrogen else _LOST_BOND for nitrogen in lost)
        elif atoms & near(parent, self.bonded):
            change += _NO_ROOM
        change += self.spatial(parent, child, touched)[0]
        return change, 0.4 + 0.05 * abs(after["heavy"] - before["heavy"])

    def spatial(self, parent: str, child: str, touched: Iterable[int]) -> tuple[float, str]:
        """What the docked pose promises of a change, kcal/mol, and the kind of fact that says so; 0 where none does."""
        before, after = quick(parent), quick(child)
        atoms = frozenset(touched)
        gives = after["hbd"] > before["hbd"] and atoms & self.donors
        takes = after["hba"] > before["hba"] and atoms & self.acceptors
        fills = after["heavy"] > before["heavy"] and atoms & self.growable
        if gives or takes:
            return _MET, "pose_unsatisfied"
        return (_FILLED, "pose_growth") if fills else (0.0, "")

    def total(self, scores: Mapping[str, float]) -> float:
        """The weighted sum of some terms' scores or changes."""
        weights = {aim.term: aim.weight for aim in self.aims}
        return sum(weights[term] * score for term, score in scores.items() if term in weights)

    def of_kind(self, kind: str) -> tuple[Aim, ...]:
        """The terms of one kind."""
        return tuple(aim for aim in self.aims if aim.kind == kind)


DEFAULT_AIMS = Aims(
    (Aim("docking", "docking", 1.0), Aim("qed", "qed", 10.0), Aim("alerts", "alerts", 1.0),
     Aim("synthesizability", "synthesizability", 1.0))
)  # fmt: skip  # what the program optimizes when nobody says otherwise


def read_aims(evaluations: Iterable[Evaluation]) -> Aims:
    """The aims behind a molecule's measurements; the usual objective where nothing was measured."""
    measured = list(evaluations)
    leaves = [leaf for evaluation in measured for leaf in evaluation.all_terms() if leaf.active]
    aims = tuple(aim for leaf in leaves if (aim := _aim(leaf)) is not None)
    if not aims:
        return DEFAULT_AIMS
    return Aims(
        aims,
        bonded=frozenset(i for fact in pose_facts(measured, "pose_hbond") for i in fact.atoms),
        exposed=frozenset(i for fact in pose_facts(measured, "pose_exposed") for i in fact.atoms),
        growable=frozenset(i for fact in pose_facts(measured, "pose_growth") for i in fact.atoms),
        donors=_unsatisfied(measured, "donor"),
        acceptors=_unsatisfied(measured, "acceptor"),
        base=sum(aim.weight * aim.score for aim in aims if aim.score is not None),
    )


def pose_facts(evaluations: Iterable[Evaluation], kind: str) -> list[Fact]:
    """Facts about docked poses, of what should bind: contacts with an off-target are nothing to keep."""
    leaves = [leaf for evaluation in evaluations for leaf in evaluation.all_terms() if leaf.active and leaf.weight > 0]
    return [fact for leaf in leaves for fact in leaf.facts if fact.kind == kind]


def _unsatisfied(measured: Iterable[Evaluation], what: str) -> frozenset[int]:
    return frozenset(i for fact in pose_facts(measured, "pose_unsatisfied") if what in wanted(fact) for i in fact.atoms)


def _aim(leaf: Evaluation) -> Aim | None:
    # The second logp of a composite is logp_2, one within a max is max.logp.
    kind = re.sub(r"_\d+$", "", leaf.loss.rpartition(".")[2])
    if "affinity" in leaf.raw or kind == "docking":
        return Aim(leaf.loss, "docking", leaf.weight, leaf.score)
    if kind not in EXACT:
        return None
    aim, told = Aim(leaf.loss, kind, leaf.weight, leaf.score), leaf.details
    if kind in WINDOWS:  # what was not told is not guessed: a loss of one's own may bear the same name
        return replace(aim, low=told["low"], high=told["high"], margin=told["margin"]) if "margin" in told else None
    if kind == "similarity":
        return replace(aim, reference=told["reference"], enough=told["at_least"]) if "reference" in told else None
    return aim


def _score(aim: Aim, smiles: str) -> float:
    if aim.kind == "qed":
        return 1.0 - describe(smiles)["qed"]
    if aim.kind == "synthesizability":
        return min(1.0, max(0.0, (describe(smiles)["sa"] - 1.0) / 9.0))
    if aim.kind == "similarity":
        return max(0.0, 1.0 - tanimoto(smiles, aim.reference) / aim.enough)
    return _outside(aim, describe(smiles)[aim.kind])


def _outside(aim: Aim, value: float) -> float:
    over = max(0.0, value - aim.high) if aim.high is not None else 0.0
    under = max(0.0, aim.low - value) if aim.low is not None else 0.0
    return min(1.0, max(over, under) / aim.margin)


@lru_cache(maxsize=256)
def near(smiles: str, atoms: frozenset[int], bonds: int = 2) -> frozenset[int]:
    """The atoms within so many bonds of any of these."""
    mol = read(smiles).mol
    reached = {i for i in atoms if 0 <= i < mol.GetNumAtoms()}
    for _ in range(bonds):
        reached |= {n.GetIdx() for i in reached for n in mol.GetAtomWithIdx(i).GetNeighbors()}
    return frozenset(reached)


@lru_cache(maxsize=20_000)
def quick(smiles: str) -> Mapping[str, float]:
    """The numbers behind the rough guess, under a third of a millisecond."""
    mol = read(smiles).mol
    return {
        "weight": float(rdMolDescriptors._CalcMolWt(mol)),
        "logp": float(Crippen.MolLogP(mol)),
        "tpsa": float(rdMolDescriptors.CalcTPSA(mol)),
        "rotatable_bonds": float(rdMolDescriptors.CalcNumRotatableBonds(mol)),
        "hbd": float(rdMolDescriptors.CalcNumHBD(mol)),
        "hba": float(rdMolDescriptors.CalcNumHBA(mol)),
        "aromatic_rings": float(rdMolDescriptors.CalcNumAromaticRings(mol)),
        "heavy": float(mol.GetNumHeavyAtoms()),
        "contact": _contact(mol, smiles),
    }


# Contact area by element, in carbons: Vina's terms reach out from the atom's surface, which is larger for Cl, Br and S.
_CONTACT = {"C": 1.0, "N": 0.95, "O": 0.9, "F": 0.75, "S": 1.2, "Cl": 1.3, "Br": 1.4, "I": 1.5}


def _contact(mol: Mol, smiles: str) -> float:
    """Contact area in carbons. Counted from formula and SMILES: walking over atoms in Python takes as long as logP."""
    counts = re.findall(r"([A-Z][a-z]?)(\d*)", rdMolDescriptors.CalcMolFormula(mol))
    area = sum(_CONTACT.get(element, 1.0) * int(count or 1) for element, count in counts if element != "H")
    return area + 0.1 * sum(smiles.count(letter) for letter in "cnos")


def prior(numbers: Mapping[str, float]) -> float:
    """Expected affinity (kcal/mol) from size and rotatable bonds alone; only differences mean anything."""
    contact = numbers["contact"]
    filled = min(contact, _FULL) + 0.5 * max(0.0, min(contact, _CROWDED) - _FULL) + 0.1 * max(0.0, contact - _CROWDED)
    return _SLOPE * filled / (1.0 + _ROTOR * numbers["rotatable_bonds"])


def rough_qed(numbers: Mapping[str, float], alerts: float) -> float:
    """QED from the quick numbers, with a given count of its own alerts."""
    values = (
        numbers["weight"], numbers["logp"], numbers["hba"], numbers["hbd"], numbers["tpsa"], numbers["rotatable_bonds"],
        numbers["aromatic_rings"], alerts,
    )  # fmt: skip
    logs = (w * math.log(ads(v, adsParameters[n])) for n, v, w in zip(QED_NAMES, values, WEIGHT_MEAN, strict=True))
    return math.exp(sum(logs) / sum(WEIGHT_MEAN))
