"""Candidates one rule away from a molecule, judged roughly first and exactly where it matters."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from molgrad.advisors.chemist.aims import Aims
from molgrad.advisors.chemist.guess import Pose
from molgrad.autograd.gradient import Edit
from molgrad.chem.alerts import alert_places
from molgrad.chem.transforms import LIBRARY, apply_transform, get_transform, neighbours
from molgrad.evaluation import ALERTS

_HEAD = 3  # candidates judged exactly for each one wanted
_MORE_ALERTS = 0.25  # added to the total for each new alert beyond what the loss itself charges
_ASKED = 0.15  # head start of what answers the gradient over a random neighbour, in units of the total
_UNPREDICTED = 1.0  # the same for an edit of a person or a model, without a prediction: guesses must not outrank it
_AIMED = 12  # products tried at an atom where the pose has a place for something
_ADDING = ("grow", "link", "replace")

Sound = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Product:
    """A product of one rule: `atoms` are the parent's that the rule touched."""

    smiles: str
    rule: str
    kind: str
    reason: str
    atoms: tuple[int, ...]
    located: Edit | None = None  # the edit of the gradient that asked for it


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate with the expected change of each term's score (mean, standard deviation) and of the total."""

    candidate: Product
    changes: dict[str, tuple[float, float]]
    total: float
    cause: str = ""  # the kind of fact by which the docked pose predicts something of it

    def edit(self, reason: str) -> Edit:
        """The candidate as an edit that makes it; changes too small to matter are left out."""
        asked = self.candidate.located.payload if self.candidate.located is not None else {}
        made = self.candidate
        payload: dict[str, object] = dict(transform=made.rule, atoms=list(made.atoms), smiles=made.smiles)
        payload |= {"answers": self.cause} if self.cause else {}
        payload |= {key: asked[key] for key in ("answers", "partner") if key in asked}
        expected = {term: round(mean, 3) for term, (mean, _) in self.changes.items() if abs(mean) >= 0.005}
        return Edit(self.candidate.kind, payload, reason, expected)


@lru_cache(maxsize=64)
def pool(smiles: str, seed: int, n: int, protected: frozenset[int] = frozenset()) -> tuple[Product, ...]:
    """Neighbours of a molecule by random rules."""
    found = []
    for neighbour in neighbours(smiles, seed, n, protected=protected):
        rule = get_transform(neighbour.transform)
        found.append(Product(neighbour.smiles, rule.name, rule.kind, rule.reason, neighbour.atoms))
    return tuple(found)


def aimed(smiles: str, pose: Pose, protected: frozenset[int] = frozenset()) -> list[Product]:
    """Products that fill the room beside a pose or meet its unsatisfied sites: rules tried at these atoms."""
    places = (("heavy", pose.growable), ("hbd", pose.donors), ("tpsa", pose.acceptors))
    return [
        one for effect, atoms in places for atom in sorted(atoms) for one in _aimed(smiles, atom, effect, protected)
    ]


@lru_cache(maxsize=256)
def _aimed(smiles: str, atom: int, effect: str, protected: frozenset[int]) -> tuple[Product, ...]:
    """At most `_AIMED` products at an atom of rules that raise one property, in an order of the molecule's own."""
    rules = [rule for rule in LIBRARY.values() if rule.kind in _ADDING and rule.effect[effect] > 0]
    random.Random(f"{smiles}|{atom}|{effect}").shuffle(rules)  # noqa: S311 - sampling, not secrets
    products = (
        Product(product, rule.name, rule.kind, rule.reason, (atom,))
        for rule in rules
        for product in apply_transform(rule.name, smiles, (atom,), protected=protected)[:1]
    )
    return tuple(islice(products, _AIMED))


def judge(
    parent: str, candidates: Iterable[Product], aims: Aims, n: int, plausible: Sound, avoid: Collection[str] = ()
) -> list[Judged]:
    """The best plausible products, about `n` of them, with exact changes; slow terms are still to be looked at.

    Args:
        parent: SMILES of what they were made from.
        candidates: the products.
        aims: the terms of the loss.
        n: about how many.
        plausible: whether a product may be proposed, as far as that is quick to say.
        avoid: values that are not to be proposed.
    """
    taken = {parent, *avoid}
    fresh = {c.smiles: c for c in reversed(list(candidates)) if c.smiles not in taken}
    # What the gradient asks for is always judged; of the rest, what looks best.
    ranked = aims.rough(parent, [(c.smiles, c.atoms) for c in fresh.values()])
    pairs = sorted(zip(ranked, fresh.values(), strict=True), key=lambda p: (p[1].located is None, p[0], p[1].smiles))
    before = aims.exact(parent)
    found: list[Judged] = []
    for tried, (_, candidate) in enumerate(pairs):
        if candidate.located is None and (len(found) >= n or tried >= _HEAD * n + 8):
            break
        if plausible(candidate.smiles) and (judged := _judged(parent, candidate, aims, before)) is not None:
            found.append(judged)
    return sorted(found, key=lambda j: (j.total, j.candidate.smiles))


def _judged(parent: str, candidate: Product, aims: Aims, before: dict[str, float]) -> Judged | None:
    """The candidate with its exact changes; None for one that a term of the loss refuses."""
    after = aims.exact(candidate.smiles)
    if before.keys() - after.keys():
        return None
    changes = {term: (after[term] - before[term], 0.0) for term in before}
    dock = aims.pose.change(parent, candidate.smiles, candidate.atoms, candidate.kind)
    changes |= {aim.term: dock for aim in aims.aims if aim.guessed}
    _, cause = aims.pose.spatial(parent, candidate.smiles, candidate.atoms)
    return Judged(candidate, changes, aims.total({term: mean for term, (mean, _) in changes.items()}), cause)


def completed(parent: str, judged: Judged, aims: Aims) -> Judged | None:
    """The same with the slow terms and its alerts; None for one that adds an alert which the loss does not charge."""
    smiles = judged.candidate.smiles
    more = alert_places(smiles) - alert_places(parent)
    if more > 0 and not aims.of_kind(ALERTS):
        return None
    before, after = aims.exact(parent, slow=True), aims.exact(smiles, slow=True)
    changes = {term: after[term] - before[term] for term in before if term in after}
    total = judged.total + aims.total(changes) + _MORE_ALERTS * max(0, more)
    return replace(judged, changes=judged.changes | {term: (c, 0.0) for term, c in changes.items()}, total=total)


def diverse(parent: str, judged: Sequence[Judged], aims: Aims, n: int, sound: Sound) -> list[Judged]:
    """The best `n` that are valid; each further use of a rule's family or a site counts against a product."""
    left = {j.candidate.smiles: j for j in judged}
    counted: set[str] = set()
    families: dict[str, int] = {}
    sites: dict[tuple[int, ...], int] = {}
    chosen: list[Judged] = []

    def key(j: Judged) -> tuple[float, str]:
        crowd = 0.30 * families.get(family(j.candidate.rule), 0) + 0.12 * sites.get(j.candidate.atoms, 0)
        return (j.total + crowd - _head_start(j.candidate), j.candidate.smiles)

    while left and len(chosen) < n:
        head = min(left.values(), key=key)
        smiles = head.candidate.smiles
        if smiles not in counted:  # alerts cost most to look up: only for those that come to the front
            counted.add(smiles)
            seen = completed(parent, head, aims) if sound(smiles) else None
            if seen is None:
                del left[smiles]
            else:
                left[smiles] = seen
            continue
        del left[smiles]
        chosen.append(head)
        families[family(head.candidate.rule)] = families.get(family(head.candidate.rule), 0) + 1
        sites[head.candidate.atoms] = sites.get(head.candidate.atoms, 0) + 1
    return chosen


def _head_start(candidate: Product) -> float:
    if candidate.located is None:
        return 0.0
    return _ASKED if candidate.located.expected else _UNPREDICTED


def family(rule: str) -> str:
    """The first two words of a rule's name, which say what is done: `grow_arene`, `swap_to`, `ring_ch2`."""
    return "_".join(rule.split("_")[:2])
