"""Why a molecule is proposed, in one line: the net change, the fact it answers, and what it may cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rdkit import Chem

from molgrad.chem.alerts import alert_places
from molgrad.chem.descriptors import describe
from molgrad.chem.matched_pair import Change, change
from molgrad.chem.parse import read
from molgrad.evaluation import Fact
from molgrad.interactions import kinds

_POLAR = (7, 8)  # elements that donate or accept hydrogen bonds
_QED = 0.03  # a smaller loss of QED is not worth a word
_LIPOPHILIC = 0.5  # units of logP; a smaller rise is within the error of its estimate
# What gets worse as it rises: the descriptor, its name for one and for several.
_COUNTED = (
    ("rotatable_bonds", "rotatable bond", "rotatable bonds"),
    ("stereocentres", "stereocentre", "stereocentres"),
    ("hbd", "donor", "donors"),
)
_NUMBERS = ("no", "one", "two", "three", "four", "five")

_Answers = Callable[[Change, frozenset[int]], bool]


def explained(parent: str, value: str, facts: Sequence[Fact], asked: str = "") -> str:
    """The reason of a proposal by what it is, not by how it was made.

    Args:
        parent: the measured molecule.
        value: the proposal.
        facts: what was measured of the parent, most important first; atoms count along the parent's SMILES.
        asked: the kind of fact that the advisor meant to answer; empty where it meant none.

    Returns:
        Such as `F para to the amide -> CF3; answers: growth vector at C at atom 7; costs: QED -0.05`.
    """
    found = change(parent, value)
    if not found.places:
        return found.text
    parts = [found.text]
    if fact := answered(found, facts, asked):
        parts.append(f"answers: {located(fact)}")
    if costs := ", ".join(_costs(parent, value)):
        parts.append(f"costs: {costs}")
    return "; ".join(parts)


def answered(found: Change, facts: Sequence[Fact], asked: str = "") -> Fact | None:
    """The fact about the parent that a net change can answer, by where it is and what it brings.

    Args:
        found: the change.
        facts: what was measured of the parent, most important first.
        asked: the kind that comes first.
    """
    touched = found.lost.union(*(place.ends for place in found.where))
    fits = [fact for fact in facts if _fits(found, fact, touched, asked)]
    return min(fits, key=lambda fact: fact.kind != asked, default=None)


def answered_kinds(parent: str, value: str, facts: Sequence[Fact]) -> frozenset[str] | None:
    """The kinds of located facts about the parent that a single change can answer; None for several changes.

    Args:
        parent: the measured molecule.
        value: what was made of it.
        facts: what was measured of the parent.
    """
    found = change(parent, value)
    if found.places != 1:
        return None
    touched = found.lost.union(*(place.ends for place in found.where))
    return frozenset(fact.kind for fact in facts if _fits(found, fact, touched, ""))


def located(fact: Fact) -> str:
    """A fact in a few words, with its atoms where the words do not hold them.

    Args:
        fact: what was measured.
    """
    text = fact.text.split(" (")[0].split(": ")[0]
    if not fact.atoms or "atom" in text:
        return text
    return f"{text} [atom{'s' if len(fact.atoms) > 1 else ''} {', '.join(map(str, fact.atoms[:4]))}]"


def _fits(found: Change, fact: Fact, touched: frozenset[int], asked: str) -> bool:
    if fact.kind in kinds.PRAISE:
        return False
    at = _alike(found.parent, fact.atoms)
    if rule := _RULES.get(fact.kind):
        return bool(at & touched) and rule(found, at)
    # What is not of the pose: only where the advisor meant it, and at its atoms if it has any.
    return fact.kind == asked and (not at or bool(at & touched))


def _alike(smiles: str, atoms: Sequence[int]) -> frozenset[int]:
    """The atoms and those that symmetry makes equal to them: which of these changed cannot be told."""
    ranks = list(Chem.CanonicalRankAtoms(read(smiles).mol, breakTies=False))
    wanted = {ranks[i] for i in atoms if i < len(ranks)}
    return frozenset(i for i, rank in enumerate(ranks) if rank in wanted)


def _grows(found: Change, at: frozenset[int]) -> bool:
    """More at an atom of the core that had room."""
    return any(place.ends & at and len(place.gained) > len(place.lost) for place in found.where)


def _polar(found: Change, _: frozenset[int]) -> bool:
    return any(read(found.child).mol.GetAtomWithIdx(i).GetAtomicNum() in _POLAR for i in found.gained)


def _takes(found: Change, at: frozenset[int]) -> bool:
    return bool(found.lost & at)


_RULES: dict[str, _Answers] = {
    kinds.GROWTH: _grows,
    kinds.UNSATISFIED: _polar,
    kinds.CONTACT_LOST: _polar,
    kinds.EXPOSED: _takes,
    kinds.INEFFICIENT: _takes,
    kinds.BURIED: _takes,
    kinds.CLASH: _takes,
    kinds.LIKE_POLAR: _takes,
    "alert": _takes,
    "sa_part": _takes,
}


def _costs(parent: str, value: str) -> Iterator[str]:
    """What gets worse in the molecule itself."""
    before, after = describe(parent), describe(value)
    if (change_of := after["qed"] - before["qed"]) <= -_QED:
        yield f"QED {change_of:+.2f}"
    if (change_of := after["logp"] - before["logp"]) >= _LIPOPHILIC:
        yield f"logP {change_of:+.1f}"
    for key, one, several in _COUNTED:
        if (more := round(after[key] - before[key])) > 0:
            yield f"{_NUMBERS[more] if more < len(_NUMBERS) else more} more {one if more == 1 else several}"
    if (more := alert_places(value) - alert_places(parent)) > 0:
        yield f"{more} more structural alert{'s' if more > 1 else ''}"
