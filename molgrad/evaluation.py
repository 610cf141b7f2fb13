"""What a measurement is: a status, a score where there is one, and facts about atoms."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, ClassVar

from molgrad.display import Shown
from molgrad.errors import NoScoreError

DOCKING = "docking"  # the kind of every evaluation of a docked pose
ALERTS = "alerts"  # the kind of every count of structural alerts
CONTACT = "contact"  # the kind of every check of a contact that a pose should keep
BEST = "best"  # key of the details of an OK evaluation: whether no better score can be measured; False is a no
MAXIMIZED = "maximized"  # key of the details of a result that is told as its score function counts: higher is better
PASSING = "passing"  # key of the details of a FAILED evaluation: whether measuring again may go better
POSE = "pose_"  # the kinds of facts read off a docked pose begin so


class Status(StrEnum):
    """Whether a measurement gave a result, and whose fault it is if not."""

    OK = "ok"
    PENDING = "pending"  # not back yet: an assay, or a term still being measured
    INVALID = "invalid"  # the molecule's fault
    FAILED = "failed"  # the machine's fault


def _fields_of(item: Fact | Evaluation) -> dict[str, Any]:
    return {field.name: getattr(item, field.name) for field in fields(item)}  # asdict would copy what is inside


@dataclass(frozen=True, slots=True)
class Fact:
    """One measured statement about a value, located where it can be.

    Attributes:
        kind: a machine-readable word, such as `qed_property`, `alert`, `logp_high`.
        text: the statement in words.
        atoms: indices in the canonical designed SMILES; empty where the fact has no place.
        partner: the residue, rule or property the fact is about.
        value: its number, in `unit`.
        weight: how much it matters to the loss that made it, 0 to 1.
    """

    kind: str
    text: str
    atoms: tuple[int, ...] = ()
    partner: str | None = None
    value: float | None = None
    unit: str | None = None
    weight: float = 0.0

    @property
    def of_pose(self) -> bool:
        """Whether it was read off a docked pose."""
        return self.kind.startswith(POSE)

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `from_json` makes the same fact."""
        return {**_fields_of(self), "atoms": list(self.atoms)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Fact:
        """The fact that `to_json` wrote."""
        return cls(**{**data, "atoms": tuple(data["atoms"])})


@dataclass(frozen=True, slots=True)
class Evaluation(Shown):
    """The outcome of measuring one value with one loss.

    Attributes:
        loss: the name of the loss, unique within a composite.
        status: OK, PENDING, INVALID or FAILED.
        score: lower is better; None unless OK, and None for words without a number.
        raw: the measured quantities under their usual names, e.g. `{"qed": 0.71}`.
        facts: located statements, strongest first.
        text: the measurement in words.
        reason: why there is no result; empty when OK.
        details: JSON, whatever the loss wants kept, such as poses and provenance.
        weight: factor of this term in the composite that holds it.
        active: False where a `max` took another term, so that this one contributes nothing.
        terms: the parts of a composite, in order.
        kind: what made it, `Loss.kind`, such as "qed"; a name may be numbered or chosen by a user, this is not.
        sd: standard deviation of the score as a measurement, in the score's unit; None where it is not known.
        repeats: the score of each measurement, in order, where the value was measured more than once; else empty.

    Raises:
        ValueError: a score without status OK, one that is not finite, a status without a reason, a negative sd.
    """

    _drawn_by: ClassVar[str] = "molgrad.report.notebook.evaluation:evaluation"

    loss: str
    status: Status
    score: float | None = None
    raw: Mapping[str, float] = field(default_factory=dict)
    facts: tuple[Fact, ...] = field(default=(), repr=False)
    text: str = field(default="", repr=False)
    reason: str = ""
    details: Mapping[str, Any] = field(default_factory=dict, repr=False)  # whole poses: not for a line of text
    weight: float = 1.0
    active: bool = True
    terms: tuple[Evaluation, ...] = field(default=(), repr=False)
    kind: str = ""
    sd: float | None = None
    repeats: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.sd is not None and not (math.isfinite(self.sd) and self.sd >= 0.0):
            raise ValueError(f"{self.loss}: a standard deviation is a finite number, 0 or more, not {self.sd!r}")
        if self.score is not None and (self.status is not Status.OK or not math.isfinite(self.score)):
            raise ValueError(f"{self.loss}: a score ({self.score}) needs status OK and a finite number")
        if self.status is not Status.OK and not self.reason:
            raise ValueError(f"{self.loss}: status {self.status} needs a reason")

    @property
    def ok(self) -> bool:
        """True when the measurement gave a result."""
        return self.status is Status.OK

    @property
    def at_best(self) -> bool:
        """Whether nothing better can be measured: its loss says so, or those of all its terms do."""
        if not self.terms:
            return self.ok and bool(self.details.get(BEST))
        counted = [term for term in self.terms if term.active and term.weight != 0]
        return bool(counted) and all(term.weight > 0 and term.at_best for term in counted)

    @property
    def may_pass(self) -> bool:
        """Whether it, or a term of it, failed in a way that may pass, so that measuring again may give a result."""
        failed = self.status is Status.FAILED and bool(self.details.get(PASSING))
        return failed or any(term.may_pass for term in self.terms)

    @property
    def contribution(self) -> float | None:
        """What this term adds to its composite: weight times score, 0 for words, None without a result."""
        if not self.ok:
            return None
        return self.weight * self.score if self.score is not None and self.active else 0.0

    @property
    def feedback(self) -> str:
        """The text, failing that the reason, the facts or the number: never nothing for what was measured."""
        facts = "; ".join(fact.text for fact in self.facts)
        number = "" if self.score is None else f"{self.loss} is {self.score:.4g}"
        return self.text or self.reason or facts or number

    @property
    def history(self) -> str:
        """How often the value was measured and what each time gave, such as "docked twice: -9.80 and -9.60".

        Empty where it was measured once; for a composite the terms that were measured again.
        """
        if self.terms:
            again = [term for term in self.all_terms() if term.repeats]
            return "; ".join(f"{term.loss}: {term.history}" if len(again) > 1 else term.history for term in again)
        if not self.repeats:
            return ""
        times = "twice" if len(self.repeats) == 2 else f"{len(self.repeats)} times"
        *others, last = (f"{score:.2f}" for score in self.repeats)
        return f"{'docked' if self.kind == DOCKING else 'measured'} {times}: {', '.join(others)} and {last}"

    def aimed_terms(self) -> list[Evaluation]:
        """The terms that are to get better: what an off-target binds is nothing to keep, and nothing to mend."""
        return [term for term in self.all_terms() if term.active and term.weight > 0]

    @property
    def bound(self) -> str:
        """Where only a bound was measured: "above" if the true score is at least `score`, "below" if at most; else "".

        Of a composite: what its terms' bounds say together; "" where they point both ways.
        """
        if not self.terms:
            return str(self.details.get("bound", ""))
        turned = {"": "", "above": "below", "below": "above"}
        sides = {term.bound if term.weight > 0 else turned[term.bound] for term in self.terms if term.active} - {""}
        return sides.pop() if len(sides) == 1 else ""

    def all_terms(self) -> list[Evaluation]:
        """The measurements themselves, composites taken apart, weights multiplied through.

        A term of a composite within a composite is named by its path, `max.docking`, so that no two share a name.
        """
        if not self.terms:
            return [self]
        found: list[Evaluation] = []
        for term in self.terms:
            for inner in term.all_terms():
                name = f"{term.loss}.{inner.loss}" if term.terms else inner.loss
                weight, active = inner.weight * self.weight, inner.active and self.active
                found.append(replace(inner, loss=name, weight=weight, active=active))
        return found

    def worst(self) -> Evaluation | None:
        """The term with the largest contribution, from which most can be gained; None without a scored term."""
        scored = [t for t in self.terms if t.contribution is not None and t.score is not None and t.active]
        return max(scored, key=lambda t: t.contribution or 0.0, default=None)

    def number(self) -> float:
        """The score, or NoScoreError with the reason why there is none."""
        if self.score is None:
            why = self.reason or "it is words without a number"
            raise NoScoreError(f"{self.loss} has no score ({self.status.value}): {why}")
        return self.score

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `from_json` makes the same evaluation."""
        return {
            **_fields_of(self),
            "status": self.status.value,
            "raw": dict(self.raw),
            "facts": [fact.to_json() for fact in self.facts],
            "details": dict(self.details),
            "terms": [term.to_json() for term in self.terms],
            "repeats": list(self.repeats),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Evaluation:
        """The evaluation that `to_json` wrote."""
        return cls(
            **{
                **data,
                "status": Status(data["status"]),
                "facts": tuple(Fact.from_json(fact) for fact in data["facts"]),
                "terms": tuple(cls.from_json(term) for term in data["terms"]),
                "repeats": tuple(data.get("repeats", ())),
            }
        )
