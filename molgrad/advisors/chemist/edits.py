"""Facts turned into located edits: for each thing wrong, the rules that mend it where it is wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from molgrad.advisors.chemist.aims import Aims, pose_facts
from molgrad.advisors.chemist.hints import WORTH, can_bond, contested, holding_atoms, wanted_groups
from molgrad.advisors.chemist.pool import Judged, Product, Sound, aimed, completed, judge, pool
from molgrad.autograd.gradient import Edit
from molgrad.chem.accessibility import sa_score
from molgrad.chem.alerts import alert_places
from molgrad.chem.descriptors import QED_IDEAL, QED_KEYS, qed_properties, quick
from molgrad.chem.transforms import LIBRARY, apply_transform, get_transform
from molgrad.evaluation import DOCKING, Evaluation, Fact
from molgrad.interactions import kinds
from molgrad.molecule.holding import spares
from molgrad.molecule.reasons import explained

MAX_EDITS = 6
POOL = 80  # neighbours looked at; the same for every critique of a molecule, so that words do not vary
_PER_FACT = 2
_PER_TERM = 3  # complaints of one term that are answered before those of others
_TRIED = 6  # candidates judged exactly for a fact
_REPAIRS = 40  # candidates whose alerts are looked up, a few milliseconds each
# What answers a complaint about a pose, by the kinds of rules.
_MENDED_BY = {
    ("grow", "replace", "link"): (DOCKING,),
    ("grow", "link"): (kinds.GROWTH,),
    ("replace", "grow"): (kinds.UNSATISFIED, kinds.CONTACT_LOST),
    ("remove", "replace", "rigidify"): (kinds.EXPOSED,),
    ("remove", "replace", "grow"): (kinds.INEFFICIENT,),
    ("remove", "replace"): ("size_residual", kinds.CLASH, kinds.BURIED, kinds.LIKE_POLAR),
}
_ANSWERS = {fact: rules for rules, facts in _MENDED_BY.items() for fact in facts}
_KEPT = 3  # hydrogen bonds named as worth keeping

_SIDES = {"high": -1.0, "low": 1.0}  # the way back, by how a fact about a property outside a window ends


@dataclass(frozen=True, slots=True)
class Complaint:
    """One fact, with the term it belongs to and how much of the total it may explain."""

    fact: Fact
    term: str
    cost: float


def complaints(evaluations: Iterable[Evaluation]) -> list[Complaint]:
    """What costs something, most expensive first; hydrogen bonds and other praise are left out."""
    found: list[Complaint] = []
    measured = list(evaluations)
    holding = holding_atoms(measured)
    for evaluation in measured:
        for term in evaluation.aimed_terms():
            if not term.ok:
                continue
            # An affinity has no zero to fall to: one kcal/mol is what one edit may gain.
            cost = 1.0 * term.weight if term.kind == DOCKING else (term.contribution or 0.0)
            for fact in term.facts:
                if fact.kind not in kinds.PRAISE and not contested(fact, holding):
                    # A located fact without a weight still says where to look; a pose's facts all have one, and
                    # none at all where no search found the pose again.
                    weight = fact.weight if fact.of_pose else fact.weight or 0.3
                    worth = WORTH.get(fact.kind, 1.0)
                    found.append(Complaint(fact, term.loss, max(0.0, cost) * weight * worth))
    return sorted(found, key=lambda c: (-c.cost, c.term, c.fact.kind, c.fact.text))


def edits_for(smiles: str, evaluations: Sequence[Evaluation], aims: Aims, plausible: Sound) -> tuple[Edit, ...]:
    """Located edits that answer the facts, most promising fact first, then what to keep.

    Args:
        smiles: the measured molecule.
        evaluations: its measurements.
        aims: the terms of the loss.
        plausible: whether a product may be proposed, as far as that is quick to say.
    """
    holding = holding_atoms(evaluations)
    drawn = [*aimed(smiles, aims.pose), *pool(smiles, 0, POOL)]
    candidates = [one for one in drawn if spares(smiles, one.smiles, holding & set(one.atoms))]
    answers: list[list[Edit]] = []
    for complaint in spread(complaints(evaluations))[:MAX_EDITS]:
        fitting = _fitting(smiles, complaint.fact, candidates)
        best = [j for j in judge(smiles, fitting, aims, _TRIED, plausible) if _mends(smiles, complaint.fact, j)]
        whole = [j for judged in best[:_PER_FACT] if (j := completed(smiles, judged, aims)) and j.total < 0]
        whole.sort(key=lambda j: (j.total, j.candidate.smiles))
        answers.append([_edit(smiles, judged, complaint) for judged in whole])
    found: dict[str, Edit] = {}
    for place in range(_PER_FACT):  # the best answer to each complaint before the second best to any
        for edits in answers:
            for edit in edits[place : place + 1]:
                found.setdefault(str(edit.payload["smiles"]), edit)
    return (*list(found.values())[:MAX_EDITS], *_keeping(evaluations))


def spread(found: Sequence[Complaint]) -> list[Complaint]:
    """The complaints, at most three of a term first: a pose has many facts, and other terms cost too."""
    first: list[Complaint] = []
    rest: list[Complaint] = []
    for complaint in found:
        early = sum(other.term == complaint.term for other in first) < _PER_TERM
        (first if early else rest).append(complaint)
    return [*first, *rest]


def _fitting(smiles: str, fact: Fact, candidates: Sequence[Product]) -> list[Product]:
    """Candidates that touch the fact's atoms and move the right property the right way."""
    near = [c for c in candidates if not fact.atoms or set(c.atoms) & set(fact.atoms)]
    if fact.kind == "alert" and fact.atoms:
        return _cleared(smiles, near, fact.atoms, alert_places)
    if fact.partner == "ALERTS":
        return _cleared(smiles, near, fact.atoms, lambda s: int(qed_properties(s)["ALERTS"][0]))
    if fact.kind in _ANSWERS:
        fitting = [c for c in near if c.kind in _ANSWERS[fact.kind]]
        return [c for c in fitting if can_bond(smiles, c.smiles, fact)] if wanted_groups(fact) else fitting
    moves = _direction(fact)
    before = quick(smiles)
    return near if moves is None else [c for c in near if moves(quick(c.smiles), before)]


def _cleared(
    smiles: str, near: Sequence[Product], atoms: Collection[int], count: Callable[[str], int]
) -> list[Product]:
    """Candidates with fewer flags; the whole library is asked, since sampling may miss the rule made for a group."""
    fixes = {c.smiles: c for c in (*(_repairs(smiles, atoms) if atoms else ()), *near) if c.kind != "grow"}
    flagged = count(smiles)
    return [c for c in list(fixes.values())[:_REPAIRS] if count(c.smiles) < flagged]


def _direction(fact: Fact) -> Callable[[Mapping[str, float], Mapping[str, float]], bool] | None:
    name, side = fact.partner or "", fact.kind.rpartition("_")[2]
    if fact.kind == "qed_property" and name in QED_KEYS and fact.value is not None:
        key, sign = QED_KEYS[name], -1.0 if fact.value > QED_IDEAL[name] else 1.0
    elif name in QED_KEYS.values() and side in _SIDES:
        key, sign = name, _SIDES[side]
    else:
        return None
    return lambda after, before: (after[key] - before[key]) * sign > 0


def _repairs(smiles: str, atoms: Collection[int]) -> list[Product]:
    found = []
    for rule in LIBRARY.values():
        if rule.kind in ("replace", "remove"):
            for product in apply_transform(rule.name, smiles, atoms):
                found.append(Product(product, rule.name, rule.kind, rule.reason, tuple(sorted(atoms))))
    return found


def _mends(smiles: str, fact: Fact, judged: Judged) -> bool:
    """Whether the fact itself gets better, where that must be looked up."""
    if fact.kind == "sa_part":
        return sa_score(judged.candidate.smiles) < sa_score(smiles)
    return True


def _edit(smiles: str, judged: Judged, complaint: Complaint) -> Edit:
    """The candidate as an edit that tells its net change, the fact it answers and its price."""
    fact = complaint.fact
    edit = judged.edit(explained(smiles, judged.candidate.smiles, [fact], fact.kind))
    return replace(edit, payload={**edit.payload, "answers": fact.kind, "partner": fact.partner or ""})


def _keeping(evaluations: Iterable[Evaluation]) -> list[Edit]:
    asked = pose_facts(evaluations, kinds.CONTACT_KEPT)  # by a term of the loss, so before what the pose offers
    bonds = [*asked, *pose_facts(evaluations, kinds.HBOND)]
    return [Edit("keep", {"atoms": list(fact.atoms)}, fact.text) for fact in bonds[:_KEPT]]


def executed(smiles: str, edits: Iterable[Edit], protected: frozenset[int] = frozenset()) -> list[Product]:
    """The products of a gradient's edits, an edit's own product first; edits that do not apply are left out.

    Where atoms are `protected`, an edit's own product is left out as well: what it did to them is not known.

    Args:
        smiles: the parent.
        edits: of the gradient.
        protected: atoms that must come out as they went in.
    """
    found: list[Product] = []
    for edit in edits:
        payload = edit.payload
        atoms = tuple(i for i in payload.get("atoms", ()) if isinstance(i, int))
        name = str(payload.get("transform", ""))
        if "smiles" in payload and not protected:
            found.append(Product(str(payload["smiles"]), name or "as_told", edit.kind, edit.reason, atoms, edit))
        if name in LIBRARY:
            rule = get_transform(name)
            spared = protected | frozenset(_listed(payload, "protected"))
            for product in apply_transform(name, smiles, atoms or None, protected=spared):
                found.append(Product(product, name, rule.kind, edit.reason or rule.reason, atoms, edit))
    return found


def _listed(payload: Mapping[str, object], key: str) -> list[int]:
    given = payload.get(key)
    return [i for i in given if isinstance(i, int)] if isinstance(given, list | tuple) else []
