"""The measurements of one value in words: every term with its share of the total, its facts in groups below it."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from molgrad.autograd.standing import TELLING, Worth, worth_words
from molgrad.evaluation import DOCKING, POSE, Evaluation, Fact, Status

MOST = 16  # facts of a term that is no dock; a loss names its strongest first
# What a dock's facts are about, by the ends of their kinds; the first group takes what is known of the pose as a whole.
_GROUPS: tuple[tuple[str, frozenset[str]], ...] = (
    ("reliability", frozenset({"other_mode", "implausible", "checked", "unread", "docking_repeated"})),
    ("the whole pose", frozenset({"keep", "efficiency"})),
    ("contacts", frozenset({"salt_bridge", "hbond", "hbond_bent", "hydrophobic"})),
    ("what costs or is missing", frozenset({"clash", "like_polar", "buried", "unsatisfied", "exposed", "inefficient"})),
    ("room", frozenset({"growth", "full"})),
)
_UNSTEADY = "pose_unsteady"  # told by the count of searches
QED_FACT = "qed_property"
_GROWTH = f"{POSE}growth"
_UNPAID = "facts of kinds that never paid so far"


def measured_words(
    evaluations: Sequence[Evaluation],
    worth: Mapping[str, Worth] | None = None,
    held: Collection[int] = (),
    smiles: str = "",
) -> str:
    """Every measurement with its weight and contribution, its facts below it.

    Args:
        evaluations: of one value.
        worth: by kind of fact, what acting on it has brought.
        held: atoms that every proposal leaves as they are.
        smiles: the molecule that the facts of a pose are about; room to grow is told with what a methyl there costs.
    """
    lines = []
    for term in (term for evaluation in evaluations for term in evaluation.all_terms()):
        if not term.active:
            continue
        head = f"- {term.loss} (weight {term.weight:g}"
        if term.status is not Status.OK:
            lines.append(f"{head}, {term.status.value}): {term.reason}")
            continue
        if term.contribution is not None and term.score is not None:
            head += f", score {term.score:.3f}, adds {term.contribution:+.3f} to the total"
        # Beyond its first clause a text is its facts once more; they follow, with the atoms they are about.
        first = re.split(r"\n|; ", term.text, maxsplit=1)[0]
        lines.append(f"{head}): {first if term.facts else term.text}")
        facts = [_with_net(fact, smiles) for fact in term.facts if fact.text and fact.text != first]
        lines += [f"    {line}" for line in _grouped(term, facts, worth or {}, held)]
    return "\n".join(lines)


def _grouped(term: Evaluation, facts: Sequence[Fact], worth: Mapping[str, Worth], held: Collection[int]) -> list[str]:
    if any(fact.of_pose for fact in facts):
        return _of_a_dock(term, facts, worth)
    if any(fact.kind == QED_FACT for fact in facts):
        return [_desirability(term, facts, held), *_plain([fact for fact in facts if fact.kind != QED_FACT], worth)]
    return _plain(facts, worth)


def _with_net(fact: Fact, smiles: str) -> Fact:
    """Room to grow with what filling it does beside docking."""
    if not smiles or fact.kind != _GROWTH or len(fact.atoms) != 1:
        return fact
    from molgrad.chem.filling import methyl_net  # RDKit: only where there is a molecule

    net = methyl_net(smiles, fact.atoms[0])
    return replace(fact, text=f"{fact.text} ({net})") if net else fact


def _plain(facts: Sequence[Fact], worth: Mapping[str, Worth]) -> list[str]:
    said = [f"- {one}" for one in _valued(facts[:MOST], worth)]
    return [*said, f"- ({len(facts) - MOST} weaker facts left out)"] if len(facts) > MOST else said


def _of_a_dock(term: Evaluation, facts: Sequence[Fact], worth: Mapping[str, Worth]) -> list[str]:
    unpaid = {kind for kind, one in worth.items() if one.tried >= TELLING and not one.paid}
    told = [fact for fact in facts if fact.kind not in (_UNSTEADY, DOCKING)]
    lines = []
    for place, (title, ends) in enumerate(_GROUPS):
        own = [f for f in told if f.kind.removeprefix(POSE) in ends and f.kind not in unpaid]
        said = _valued(own, worth)
        if not place:
            from molgrad.advisors.model.agreement import agreement  # receptors and RDKit: only where there is a dock

            said = [*agreement(term), *said]
        lines += [f"{title}: {'; '.join(said)}"] if said else []
    named = frozenset(end for _, ends in _GROUPS for end in ends)
    others = [f for f in told if f.kind.removeprefix(POSE) not in named and f.kind not in unpaid]
    lines += [f"also: {'; '.join(_valued(others, worth))}"] if others else []
    last = [f.text for f in told if f.kind in unpaid]
    return [*lines, *([f"{_UNPAID}: {'; '.join(last)}"] if last else [])]


def _valued(facts: Iterable[Fact], worth: Mapping[str, Worth]) -> list[str]:
    """The facts in words; the first of each kind with what acting on such a fact has brought."""
    said, known = [], set()
    for fact in facts:
        words = worth_words(worth[fact.kind]) if fact.kind in worth and fact.kind not in known else ""
        known.add(fact.kind)
        said.append(_located(fact) + (f" [acting on such a fact {words}]" if words else ""))
    return said


def _located(fact: Fact) -> str:
    # Where the text says "at atom 7", as those of poses do, nothing is new.
    if not fact.atoms or re.search(r"\batoms? \d", fact.text):
        return fact.text
    return f"{fact.text} [atoms {', '.join(map(str, fact.atoms))}]"


def _desirability(term: Evaluation, facts: Sequence[Fact], held: Collection[int]) -> str:
    """QED's properties, and by how much the total falls where one alone reaches its ideal."""
    from molgrad.chem.descriptors import QED_IDEAL, best_qed  # RDKit: only where there is a molecule

    now = term.raw.get("qed", 1.0 - (term.score or 0.0))
    reach = math.log(best_qed() / now) if now > 0 else 0.0
    said = []
    for fact in facts:
        if fact.kind != QED_FACT or fact.partner not in QED_IDEAL or fact.value is None:
            continue
        gain = term.weight * now * (math.exp(fact.weight * reach) - 1.0)
        name = fact.text.partition(",")[0].replace("rotatable bonds", "rotatable bonds by QED's count")
        free = [atom for atom in fact.atoms if atom not in held]
        where = f", atoms {', '.join(map(str, free))}" if free else ", of atoms that stay" if fact.atoms else ""
        said.append(f"{name} -> {QED_IDEAL[fact.partner]:.3g} ({-gain:+.2f}{where})")
    return "each property now -> QED's ideal (change of the total if it alone got there): " + "; ".join(said)
