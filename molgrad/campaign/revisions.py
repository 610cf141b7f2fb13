"""Revisions of a campaign's settings: what changed and when, what would falsify results, and results judged anew."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from molgrad.autograd.compose import unique_names
from molgrad.autograd.composite import Composite
from molgrad.autograd.loss import Loss, settled
from molgrad.errors import shorten
from molgrad.evaluation import Evaluation

REVISIONS = "revisions"  # the entry of `meta` with every revision
EARLIER = "earlier values"  # the entry with what was measured of terms that were taken out, by row and by specification
ANEW = "measured anew"  # the entry with how many measurements revisions asked for
_LEFT_OUT = "left out"  # how the reason of a term begins that was not measured for another's sake


@dataclass(frozen=True, slots=True)
class Revision:
    """One set of settings, from its date until the next.

    Attributes:
        number: from 1, the settings that the campaign began with.
        date: when they were made, UTC, as in ISO 8601.
        changes: how they differ from those before, in words; empty for the first.
    """

    number: int
    date: str
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a loss as its specification tells it.

    Attributes:
        label: its name, with the path of composites that hold it.
        weight: its factor.
        spec: what decides its values.
    """

    label: str
    weight: float
    spec: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The same for two terms that measure the same."""
        return key_of(self.spec)


def key_of(spec: Mapping[str, Any]) -> str:
    """A text that two losses share which measure the same.

    Args:
        spec: `Loss.spec()`, or as it was stored.
    """
    return json.dumps({name: value for name, value in spec.items() if name != "weight"}, sort_keys=True)


def terms_of(spec: Mapping[str, Any], path: str = "", weight: float = 1.0) -> list[Term]:
    """The terms of a loss in the order of `Loss.all_terms`.

    Args:
        spec: of the loss.
        path: what stands before the labels.
        weight: of the composite that holds it.
    """
    if "terms" not in spec:
        return [Term(path + _label(spec), weight, json.loads(key_of(spec)))]
    inner = spec["terms"]
    labels = unique_names(_label(one) for one in inner)
    found = []
    for label, one in zip(labels, inner, strict=True):
        whole = weight * float(one.get("weight", 1.0))
        deeper = terms_of(one, f"{path}{label}.", whole) if "terms" in one else []
        found += deeper or [Term(path + label, whole, json.loads(key_of(one)))]
    return found


def _label(spec: Mapping[str, Any]) -> str:
    return str(spec.get("name") or spec["loss"])


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """How settings differ, in words.

    Args:
        old: the settings before.
        new: the settings now.
    """
    said = []
    for name in [*new, *(name for name in old if name not in new)]:
        if name != "loss" and _plain(old.get(name)) != _plain(new.get(name)):
            said += _changed(name, old.get(name), new.get(name))
    before = {term.label: term for term in terms_of(old["loss"])}
    now = {term.label: term for term in terms_of(new["loss"])}
    said += [f"{label} added (weight {term.weight:g})" for label, term in now.items() if label not in before]
    said += [f"{label} taken out" for label in before if label not in now]
    for label, term in now.items():
        if label in before:
            past = before[label]
            if past.weight != term.weight:
                said.append(f"weight of {label} was {past.weight:g}, is now {term.weight:g}")
            said += _changed(label, past.spec, term.spec)
    return said


def _changed(name: str, old: Any, new: Any) -> list[str]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        keys = dict.fromkeys([*old, *new])
        return [one for key in keys for one in _changed(f"{name}.{key}", old.get(key), new.get(key))]
    if _plain(old) == _plain(new):
        return []
    if isinstance(old, list) and isinstance(new, list):
        parts = [f"{one} added" for one in new if one not in old], [f"{one} taken out" for one in old if one not in new]
        if said := shorten("; ".join([*parts[0], *parts[1]]), 400):
            return [f"{name}: {said}"]
    shown = ["not set" if one is None else shorten(str(one), 120) for one in (old, new)]
    return [f"{name} was {shown[0]}, is now {shown[1]}"]


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, sort_keys=True))


def falsifying(
    old: Mapping[str, Any], new: Mapping[str, Any], loss: Loss, evaluations: Iterable[Evaluation]
) -> list[str]:
    """Which changes would falsify what was measured, and what to do instead, in words.

    A weight, a start or an assay's target changes what is made of a result; the effort of a dock changes the result
    itself, and stored values would pass for what they are not.

    Args:
        old: the settings before.
        new: the settings now.
        loss: what measures from now on.
        evaluations: what was measured before.
    """
    refused = []
    if old.get("seed") != new.get("seed"):
        refused.append(
            f"seed was {old.get('seed')}, is now {new.get('seed')}: every draw so far follows from it; give the old "
            "one, or begin another folder"
        )
    if old.get("domain", {}).get("name") != new.get("domain", {}).get("name"):
        refused.append("the kind of values (domain) cannot change; begin another folder")
    before = terms_of(old["loss"])
    counts = dict.fromkeys((term.label for term in before), 0)
    for evaluation in evaluations:
        for term, measured in zip(before, evaluation.all_terms(), strict=False):
            counts[term.label] += measured.ok
    past = {term.label: term for term in before}
    for term, measures in zip(terms_of(new["loss"]), loss.all_terms(), strict=True):
        was = past.get(term.label)
        if was is None or was.key == term.key or not counts[term.label]:
            continue
        other_receptor = was.spec.get("receptor") != term.spec.get("receptor")
        if measures.expensive and not measures.takes_results and not other_receptor:
            what = "; ".join(_changed(term.label, was.spec, term.spec))
            refused.append(
                f"{what}: {counts[term.label]} values were measured the old way and cannot be compared with new ones; "
                "keep it as it was, or begin another folder (docks that the cache holds are not made again)"
            )
    return refused


def known_values(terms: Sequence[Term], evaluation: Evaluation | None) -> dict[str, Evaluation]:
    """What is measured of a molecule, by the specification of the term.

    Args:
        terms: of the loss that measured.
        evaluation: of the molecule.
    """
    found = [] if evaluation is None else evaluation.all_terms()
    if len(found) != len(terms):  # given whole, such as a failure
        return {}
    pairs = zip(terms, found, strict=True)
    return {term.key: found for term, found in pairs if settled(found) and not found.reason.startswith(_LEFT_OUT)}


def rejudged(loss: Loss, value: str, known: Mapping[str, Evaluation]) -> Evaluation:
    """What a molecule's measurements come to under another loss.

    What is free to compute is computed; an expensive term that was never measured is left to the next run.

    Args:
        loss: what measures from now on.
        value: the molecule.
        known: by specification what was measured of it.
    """
    return loss.derive(value, _refitted(loss, loss.exact([value])[0], known), ())


def _refitted(loss: Loss, exact: Evaluation, known: Mapping[str, Evaluation]) -> Evaluation:
    if isinstance(loss, Composite):
        pairs = zip(loss.terms, exact.terms, strict=True)
        return loss.assembled([_refitted(part, term, known) for (_, part), term in pairs])
    found = known.get(key_of(loss.spec()))
    return exact if found is None else replace(found, weight=1.0, active=True, loss=loss.name)
