"""The prediction log: what each proposal predicted, what was measured, and what that says of rules and reasons."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from molgrad.autograd.gradient import Proposal
from molgrad.evaluation import POSE, Evaluation
from molgrad.optim.archive import Archive
from molgrad.optim.record import Record

GAIN = 0.1  # units of the term (kcal/mol): a smaller prediction is a prediction that nothing changes
SLACK = 0.3  # same: two short docks of one molecule differ by so much, so less refutes nothing
ENOUGH = 3  # trials of a rule or a reason before anything is said of it
TOTAL = "total"  # the loss, where its name is that of its only term
TELLING = 0.75  # fraction of trials with one outcome from which on it is worth a line

BONUS = 0.2  # units of the loss; small beside what the surrogate is unsure of, so that it decides between equals


class Verdict(StrEnum):
    """What a measurement says of a prediction."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One proposal's prediction for one term.

    Attributes:
        value, parent: the molecule and the measured one it was made from.
        rule: the transformation; empty where no single rule led there.
        source: who proposed it, such as `chemist`, `crossover`, `several steps`.
        cause: the kind of fact that it answers, such as `pose_growth`; empty for an unprompted change.
        partner: the residue, rule or property of that fact.
        reason: in words.
        term: of the loss, as in `Evaluation.all_terms`, or the loss itself for what the author of a proposal expected.
        expected, sd: predicted change of the term's score against the parent's and its standard deviation; None for an
            author's expectation, which comes without.
        measured: the change that was measured; None while it is not.
        verdict: see `verdict_on`; of a term with a negative weight a rise is the gain.
        batch: in which it was proposed.
    """

    value: str
    parent: str
    rule: str
    source: str
    cause: str
    partner: str
    reason: str
    term: str
    expected: float
    sd: float | None
    measured: float | None
    verdict: Verdict
    batch: int

    @property
    def told(self) -> str:
        """The expected change with its standard deviation, where there is one."""
        return f"{self.expected:+.2f}" + ("" if self.sd is None else f" ± {self.sd:.2f}")

    @property
    def subject(self) -> str:
        """What gains or loses credit by it: its rule, or its source where no single rule led there."""
        return self.rule or self.source


def verdict_on(expected: float, measured: float | None) -> Verdict:
    """Whether a measurement confirms a prediction.

    A predicted gain is confirmed by at least half of it and refuted by none at all. A prediction of no gain is
    confirmed by a change at most `SLACK` worse than predicted and refuted beyond that. A prediction of exactly no
    change stands for a term of which nothing is known yet, and stays open.

    Args:
        expected: predicted change of the term's score; negative is better.
        measured: the change that was measured; None while it is not.
    """
    if measured is None or expected == 0.0:
        return Verdict.OPEN
    if expected > -GAIN:
        return Verdict.CONFIRMED if measured <= expected + SLACK else Verdict.REFUTED
    if measured <= expected / 2:
        return Verdict.CONFIRMED
    return Verdict.REFUTED if measured >= 0.0 else Verdict.OPEN


def hypotheses(records: Sequence[Record]) -> list[Hypothesis]:
    """Every prediction of measured proposals, in the order proposed; it follows from the records alone.

    Terms that are computed exactly beforehand hold no prediction and are left out.
    """
    known = {record.value: record for record in records}
    pairs = ((known.get(record.proposal.parent or ""), record) for record in records)
    return [one for parent, record in pairs if parent is not None for one in _judged(parent, record)]


def _judged(parent: Record, record: Record) -> Iterator[Hypothesis]:
    """What was predicted of a child in each term, and what came of it."""
    proposal = record.proposal
    before, after = _scores(parent.evaluation), _scores(record.evaluation)
    sides = {term.loss: math.copysign(1.0, term.weight) for term in record.evaluation.all_terms()}
    said: list[tuple[str, float, float | None]] = [
        (name, mean - before[name], sd)
        for name, (mean, sd) in proposal.predicted.items()
        if sd > 0.0 and name in before
    ]
    whole = TOTAL if record.evaluation.loss in sides else record.evaluation.loss  # a loss of one term has its name
    if proposal.expected is not None and parent.evaluation.score is not None:
        before[whole] = parent.evaluation.score
        after |= {} if record.evaluation.score is None else {whole: record.evaluation.score}
        said.append((whole, proposal.expected, None))
    for name, expected, sd in said:
        measured = after[name] - before[name] if name in after else None
        better = sides.get(name, 1.0)  # of an off-target's score a rise is what is wanted
        yield Hypothesis(
            record.value,
            parent.value,
            *_origin(proposal),
            reason=proposal.reason,
            term=name,
            expected=round(expected, 3),
            sd=None if sd is None else round(sd, 3),
            measured=None if measured is None else round(measured, 3),
            verdict=verdict_on(better * expected, None if measured is None else better * measured),
            batch=record.batch,
        )


def _scores(evaluation: Evaluation) -> dict[str, float]:
    return {term.loss: term.score for term in evaluation.all_terms() if term.score is not None}


def _origin(proposal: Proposal) -> tuple[str, str, str, str]:
    """The rule, the source, and the fact that is answered: its kind and partner."""
    payload = proposal.edit.payload if proposal.edit is not None else {}
    answered = str(payload.get("answers", "")), str(payload.get("partner", ""))
    return str(payload.get("transform") or ""), proposal.advisor or "unknown", *answered


@dataclass(frozen=True, slots=True)
class Lesson:
    """How the predictions of a rule, or of what answers a fact, came out.

    Attributes:
        subject: the rule, the source, or the fact that is answered, in words.
        term: of the loss.
        trials: how many predictions were measured.
        kept: how many of them were confirmed.
        lost: how many were refuted.
    """

    subject: str
    term: str
    trials: int
    kept: int
    lost: int

    def __str__(self) -> str:
        if self.kept >= TELLING * self.trials:
            return f"{self.subject} kept its prediction for {self.term} {self.kept} times of {self.trials}"
        return f"{self.subject} failed for {self.term} {self.lost} times of {self.trials}"


def _plain(name: str) -> str:
    """A rule or a kind of fact in words: `swap to methyl`, `growth`."""
    return name.removeprefix("pose_").replace("_", " ")


class PredictionLog:
    """What came of the predictions of an archive, added up as it grows.

    Args:
        found: predictions to begin with.

    Attributes:
        credit: how reliable rules and reasons were.
    """

    def __init__(self, found: Iterable[Hypothesis] = ()) -> None:
        self.credit = OperatorCredit()
        self._trials: dict[tuple[str, str], Counter[Verdict]] = {}
        self._read = 0
        self.add(found)

    def read(self, archive: Archive) -> PredictionLog:
        """Take in what an archive learned since it was read last; it must be the same archive each time."""
        new, self._read = archive.pairs[self._read :], len(archive.pairs)
        self.add(one for pair in new for one in _judged(*pair))
        return self

    def add(self, found: Iterable[Hypothesis]) -> None:
        """Take in predictions with their verdicts."""
        for one in found:
            self.credit.add(one)
            if one.measured is None or one.expected == 0.0:
                continue
            subjects = [f"the rule '{_plain(one.rule)}'" if one.rule else one.source]
            if one.cause:
                subjects.append(f"answering '{_plain(one.cause)}'{' at ' + one.partner if one.partner else ''}")
            for subject in subjects:
                self._trials.setdefault((subject, one.term), Counter())[one.verdict] += 1

    def lessons(self, most: int = 4) -> list[Lesson]:
        """What went one way in most of its trials, the most often tried first."""
        taught = []
        for (subject, term), verdicts in self._trials.items():
            trials, kept, lost = verdicts.total(), verdicts[Verdict.CONFIRMED], verdicts[Verdict.REFUTED]
            if trials >= ENOUGH and max(kept, lost) >= TELLING * trials:
                taught.append(Lesson(subject, term, trials, kept, lost))
        return sorted(taught, key=lambda lesson: (-lesson.trials, lesson.subject, lesson.term))[:most]


class OperatorCredit:
    """How reliable the predictions of rules, and of answers to kinds of facts, were in a run.

    Each is the mean of a Beta distribution over its predictions, which starts at one half and moves as they are
    confirmed or refuted. What answers the facts of a pose is counted together: it says how reliable the spatial part of
    the gradient is on this target.
    """

    def __init__(self) -> None:
        self._kept: Counter[str] = Counter()
        self._lost: Counter[str] = Counter()

    def add(self, one: Hypothesis) -> None:
        """Count a prediction that was confirmed or refuted."""
        if one.measured is not None and one.verdict is not Verdict.OPEN:
            count = self._kept if one.verdict is Verdict.CONFIRMED else self._lost
            count.update({one.subject, _family(one.cause)})

    def of(self, subject: str) -> float:
        """The credit of a subject, 0 to 1.

        Args:
            subject: a rule's name, or a kind of fact such as `pose_growth`.
        """
        name = _family(subject)
        return (1 + self._kept[name]) / (2 + self._kept[name] + self._lost[name])

    def bonus(self, proposal: Proposal) -> float:
        """Head start of a proposal, in units of the loss: at most `BONUS` for its rule and as much for its cause.

        What a pose predicts is no head start beyond that: where it was one, the search followed it into small steps
        from the same few molecules, and its best got worse (docs/history.md).
        """
        rule, source, cause, _ = _origin(proposal)
        subjects = [rule or source, cause] if cause else [rule or source]
        return sum(2.0 * BONUS * (self.of(subject) - 0.5) for subject in subjects)


def _family(subject: str) -> str:
    return POSE if subject.startswith(POSE) else subject
