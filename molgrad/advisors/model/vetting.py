"""What becomes of a model's suggestions: proposals where the domain finds them sound, reasons where not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from molgrad.advisors.model.parser import GRAFTS, Answer, Suggestion
from molgrad.advisors.model.ranking import credible
from molgrad.autograd.compose import sum_of
from molgrad.autograd.domain import Domain, too_far
from molgrad.autograd.gradient import Edit, Gradient, Proposal
from molgrad.autograd.variable import Basis, Measurement, Variable
from molgrad.errors import plain, shorten
from molgrad.evaluation import Evaluation

UNCHANGED, MEASURED = "this is the value it was made from", "this was measured already"
NOTHING: Mapping[str, str] = MappingProxyType({})
NO_PARENT = "there is no such parent"
_REFUSED = 8  # refused proposals, and notes, that the feedback names
_SAME = 0.0005  # a change of score that three decimals do not show


@dataclass(frozen=True, slots=True)
class Vetted:
    """What became of an answer's suggestions.

    Attributes:
        proposals: those that may be measured, best first.
        refused: (what, why) for each that may not.
        notes: what was changed of those that may, a sentence each.
    """

    proposals: tuple[Proposal, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parent:
    """What a suggestion can be made from.

    Attributes:
        name: as the prompt calls it: an id, or its number.
        variable: the value.
        total: its total; None where that is not known.
    """

    name: str
    variable: Variable
    total: float | None = None


def parent_named(name: str, parents: Sequence[Parent]) -> Parent | None:
    """The parent that a model names by id, number or SMILES; the only one or the first where it names none.

    Args:
        name: as the model wrote it.
        parents: in the order of the prompt.
    """
    if not name or len(parents) == 1:
        return parents[0]
    words = name.strip("<>\"' ").split()
    for one in parents:
        if name in (one.name, one.variable.value) or (words and words[0] == one.name.partition(" ")[0]):
            return one
    return parents[int(name) - 1] if name.isdecimal() and 0 < int(name) <= len(parents) else None


def vetted(
    answer: Answer,
    parents: Sequence[Parent],
    domain: Domain | None,
    terms: Collection[str],
    advisor: str,
    measured: Mapping[str, str] = NOTHING,
) -> Vetted:
    """The proposals that may be measured, and why the others may not.

    Args:
        answer: as the parser read it.
        parents: what the suggestions were made from, in the order of the prompt.
        domain: decides what is sound; each parent's own where None.
        terms: measurements whose predicted changes are kept; all of them where empty.
        advisor: who proposed.
        measured: values that the search has measured, each with its name and total.
    """
    good: dict[str, Proposal] = {}
    refused, notes = list(answer.rejected), list(answer.notes)
    for suggestion in answer.proposals:
        made_from = parent_named(suggestion.parent, parents)
        if made_from is None:
            refused.append((suggestion.named, f"{NO_PARENT}: {shorten(suggestion.parent)}"))
            continue
        parent, own = made_from.variable, domain or made_from.variable.domain
        value, why = sound(suggestion, parent, own, good, measured)
        if why:
            refused.append((suggestion.named, why))
        elif value in good:
            notes.append(f"{suggestion.named}: proposed twice; the first counts.")
        else:
            meant, odd = credible(suggestion, made_from.total)
            notes += [f"{suggestion.named}: {odd}."] if odd else []
            expected = {t: c for t, c in meant.expected.items() if not terms or t in terms}
            edit = _edit(meant, parent.value, value, own, expected)
            good[value] = Proposal(
                value, parent.value, edit, meant.reason, advisor=advisor, by_model=True, expected=meant.change
            )
    return Vetted(tuple(good.values()), tuple(refused), tuple(notes))


def ranked(proposals: Sequence[Proposal]) -> tuple[Proposal, ...]:
    """The proposals of one answer with their places, 1 for the best."""
    return tuple(replace(one, rank=place) for place, one in enumerate(proposals, 1))


def sound(
    suggestion: Suggestion,
    parent: Variable,
    domain: Domain,
    known: Collection[str] = (),
    measured: Mapping[str, str] = NOTHING,
) -> tuple[str, str]:
    """(canonical value, "") for a proposal that may be measured, else ("", the reasons).

    An edit is executed by the domain; where it gives several values, the first that is not `known` yet.

    Args:
        suggestion: as the parser read it.
        parent: what it was made from.
        domain: decides what is sound.
        known: values found before.
        measured: values that the search has measured, each with its name and total.
    """
    value = suggestion.value
    if not value:
        edit = _edit(suggestion, parent.value, "", domain, {})
        made = domain.apply(parent.value, edit)
        if not made:
            refusal = getattr(domain, "refusal", None)
            why = refusal(parent.value, edit) if refusal is not None else ""
            return "", why or "the transformation is unknown or does not apply to this molecule"
        taken = {*known, *measured, *(m.value for m in parent.measurements)}
        value = next((one for one in made if one not in taken), made[0])
    try:
        canonical = domain.canonical(value)
    except ValueError as error:
        return "", "; ".join(getattr(error, "reasons", None) or [str(error)])
    if canonical == parent.value:
        return "", UNCHANGED
    if canonical in measured:
        return "", f"{MEASURED}: {measured[canonical]}"
    if any(m.value == canonical for m in parent.measurements):
        return "", MEASURED
    near = [parent.value, *(m.value for m in parent.measurements)]
    return canonical, "; ".join(domain.validate(canonical)) or too_far(domain, canonical, near)


def _edit(suggestion: Suggestion, parent: str, value: str, domain: Domain, expected: Mapping[str, float]) -> Edit:
    if domain.name == "text":
        payload: dict[str, Any] = {"old": parent, "new": value}
    else:
        payload = {"smiles": value} if value else {}
    if suggestion.transform:
        payload |= {"transform": suggestion.transform, "atoms": list(suggestion.atoms)}
    elif suggestion.atoms and suggestion.kind in GRAFTS and (suggestion.group or not suggestion.value):
        payload |= {"group": suggestion.group, "atoms": list(suggestion.atoms)}
    return Edit(suggestion.kind, payload, suggestion.reason, expected)


def worded(critique: str, refused: Sequence[tuple[str, str]], notes: Sequence[str] = ()) -> str:
    """The critique, and below it what was refused and why, and how odd ranks and expectations were read."""
    lines = [critique or "The model gave proposals without a critique."]
    if refused:
        lines.append("Refused proposals, not to be repeated:")
        lines += _bullets([f"{shorten(plain(text), 200)}: {shorten(plain(why), 300)}" for text, why in refused])
    if notes:
        lines.append("How the answer was read:")
        lines += _bullets([shorten(plain(note), 300) for note in notes])
    return "\n".join(lines)


def _bullets(lines: Sequence[str]) -> list[str]:
    left = len(lines) - _REFUSED
    return [*(f"- {line}" for line in lines[:_REFUSED]), *([f"- and {left} more"] if left > 0 else [])]


def tried_before(variable: Variable, evaluations: Sequence[Evaluation]) -> list[tuple[str, str]]:
    """Other values that were measured in the variable's place and how each did, the latest last.

    Only like is compared: a score of the same loss, on the same questions, as a score of the present value.

    Args:
        variable: holds the present value and what was measured in its place.
        evaluations: the measurements of the present value that are criticised.
    """
    own = [m for m in variable.measurements if m.value == variable.value]
    basis = next((m.basis for m in reversed(own) if m.loss is None), Basis())
    present = [(basis, e) for e in ([sum_of(evaluations), *evaluations] if evaluations else [])]
    present += [(m.basis, m.evaluation) for m in own]
    tried: dict[str, tuple[str, bool]] = {}
    for measurement in variable.measurements:
        if measurement.value != variable.value:
            before = tried.pop(measurement.value, None)  # measured again: its place is that of the latest
            now = _outcome(measurement, present)
            tried[measurement.value] = before if before is not None and before[1] and not now[1] else now
    return [(value, outcome) for value, (outcome, _) in tried.items()]


def _outcome(measurement: Measurement, present: Sequence[tuple[Basis, Evaluation]]) -> tuple[str, bool]:
    """How a value did, as text, and whether that can be compared with the present value."""
    evaluation = measurement.evaluation
    if not evaluation.ok:
        return f"{evaluation.status.value}, no score: {evaluation.reason}", True
    if evaluation.score is None:
        return "words only", True
    alike = [e for basis, e in present if measurement.basis.same(basis)]
    if present and not alike:
        pairs = [measurement.basis.paired(basis) for basis, _ in present]
        return _on_some(evaluation.loss, max(pairs, key=len), len(measurement.basis.parts)), False
    outcome = f"{evaluation.loss} {evaluation.score:.3f}"
    score = next((e.score for e in reversed(alike) if e.loss == evaluation.loss and e.score is not None), None)
    if score is None:
        return outcome, True
    change = evaluation.score - score
    if abs(change) < _SAME:
        return f"{outcome}, the same as the present value", True
    return f"{outcome}, {abs(change):.3f} {'worse' if change > 0 else 'better'} than the present value", True


def _on_some(loss: str, pairs: Sequence[tuple[float, float]], of: int) -> str:
    """How a value did on those examples alone that the present one was measured on too."""
    if not pairs:
        return f"{loss} on other questions or by another loss, not to be compared"
    change = sum(then - now for then, now in pairs) / len(pairs)
    where = f"on {len(pairs)} of its {of} examples, those that the present value was measured on too"
    if abs(change) < _SAME:
        return f"{where}: the same"
    return f"{where}: {abs(change):.3f} {'worse' if change > 0 else 'better'} than the present value, in the mean"


def fresh(proposals: Sequence[Proposal], seen: Collection[str]) -> list[Proposal]:
    """The proposals of new values, each value once, in order."""
    known = frozenset(seen)
    distinct = {p.value: p for p in reversed(proposals) if p.value not in known}
    return list(reversed(distinct.values()))


@dataclass(frozen=True, slots=True)
class Case:
    """A parent that may change, with the feedback on it and its measurements."""

    parent: Variable
    feedback: str
    evaluations: tuple[Evaluation, ...]


def cases(parents: Sequence[Variable], gradients: Sequence[Gradient]) -> list[Case]:
    """The parents with what was said about each; a frozen parent, or one without feedback, is left out."""
    found = []
    for i, parent in enumerate(parents):
        if len(parents) == 1:
            own: Sequence[Gradient] = gradients
        elif len(parents) == len(gradients):
            own = gradients[i : i + 1]
        else:
            own = [g for g in gradients if any(g is mine for mine in parent.gradients)]
        feedback = "\n".join(g.text for g in own if g.text)
        if feedback and parent.requires_grad:
            found.append(Case(parent, feedback, tuple(g.evaluation for g in own if g.evaluation is not None)))
    return found
