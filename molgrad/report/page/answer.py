"""The answer of a campaign in three sentences: what came, what it rests on, what to do with it."""

from __future__ import annotations

import math
from collections import Counter

from molgrad.campaign.unasked import awaited
from molgrad.evaluation import DOCKING, Evaluation
from molgrad.optim.record import Record
from molgrad.report.page.best import measured as worth
from molgrad.report.page.content import counted, lines, number
from molgrad.report.page.subject import Subject

_TOLD = 0.05  # of the loss; a term that changed it by less is not named
_SURE = 2.0  # standard deviations of a difference from which on it is unlikely to be noise


def answer(subject: Subject) -> tuple[str, ...]:
    """Three sentences; what was found comes first.

    Args:
        subject: the campaign.
    """
    if not subject.best:
        return lines(_nothing(subject))
    best, lead = subject.best[0], lead_of(subject)
    return lines((_found(subject, best, lead), _rests(best, lead), _next(subject, best)))


def lead_of(subject: Subject) -> Record | None:
    """The start from which the best molecule descends.

    Args:
        subject: the campaign.
    """
    return subject.lineage(subject.best[0])[0] if subject.best else None


def _nothing(subject: Subject) -> tuple[str, str, str]:
    reasons = Counter(record.evaluation.reason for record in subject.records if record.evaluation.reason)
    waits = len(subject.view.pending())
    measured = counted(len(subject.records), "molecule")
    why = f"The most frequent reason: {reasons.most_common(1)[0][0]}." if reasons else ""
    what = f"{_waiting(waits)} for results." if waits else ""
    return f"There is no answer yet: of {measured} none has a loss.", why, what


def _found(subject: Subject, best: Record, lead: Record | None) -> str:
    waits = len(subject.view.pending())
    whole = sum(record.evaluation.score is not None for record in subject.records)
    measured = counted(len(subject.records), "measured molecule")
    measured = f"{counted(whole, 'molecule')} with all results" if waits else measured
    score = best.evaluation.score
    if score is None:
        return f"No molecule has all its results yet; of those with most, {best.name} is the best by what is known."
    if lead is None or lead.value == best.value:
        return f"Of {measured} none is better than the start {best.name} (loss {number(score)})."
    before = lead.evaluation.score
    against = ""
    if before is not None:
        against = f", {number(before - score)} better than the lead {lead.name} ({number(before)})"
    return f"The best of {measured} is {best.name}, with a loss of {number(score)}{against}."


def _rests(best: Record, lead: Record | None) -> str:
    """What the best molecule's place rests on, and whether the gain is more than noise."""
    before = {} if lead is None or lead.value == best.value else {t.loss: t for t in lead.evaluation.all_terms()}
    measured = [term for term in best.evaluation.all_terms() if term.ok]
    assays = [_value(term, before.get(term.loss)) for term in measured if term.kind == "assay"]
    docks = [_value(term, before.get(term.loss)) for term in measured if term.kind == DOCKING]
    rest = [*assays, *docks] or ["computed properties only"]
    no_lab = "" if assays else "; no laboratory value"
    return f"This rests on {' and '.join(rest)}{no_lab}{_certain(best, lead)}."


def _value(term: Evaluation, before: Evaluation | None) -> str:
    """Such as "docking in CDK2 (-9.3 kcal/mol, the lead -8.9 kcal/mol)"."""
    receptor = f" in {term.details['receptor']}" if term.details.get("receptor") else ""
    against = f", the lead {worth(before)}" if before is not None and before.ok else ""
    return f"{term.loss}{receptor} ({worth(term)}{against})"


def _certain(best: Record, lead: Record | None) -> str:
    """How the gain compares with the standard deviation of the two totals."""
    if lead is None or lead.value == best.value or best.evaluation.score is None or lead.evaluation.score is None:
        return ""
    sds = [record.evaluation.sd for record in (best, lead)]
    if None in sds:
        return ""
    gain, sd = lead.evaluation.score - best.evaluation.score, math.hypot(*(one or 0.0 for one in sds))
    if sd <= 0.0:
        return ""
    made_of = _made_of(best, lead)
    if gain < sd:
        return f"; the gain is smaller than its uncertainty (sd {number(sd)}), so it may be noise{made_of}"
    sure = "clear of" if gain >= _SURE * sd else "larger than, but not clear of,"
    return f"; the gain is {sure} its uncertainty (sd {number(sd)}){made_of}"


def _made_of(best: Record, lead: Record) -> str:
    """Which terms the gain comes from, whether docking's part may be noise, and whether an assay shows any gain."""
    before = {term.loss: term for term in lead.evaluation.all_terms() if term.contribution is not None}
    gains, unsure, alike = {}, [], []
    for term in best.evaluation.all_terms():
        old = before.get(term.loss)
        if old is None or old.contribution is None or term.contribution is None:
            continue
        gain = old.contribution - term.contribution
        sd = abs(term.weight) * math.hypot(old.sd or 0.0, term.sd or 0.0)
        if term.kind == "assay" and gain <= max(sd, _TOLD):
            alike.append(term.loss)
        elif _TOLD <= gain < sd:
            unsure.append(term.loss)
        if abs(gain) >= _TOLD:
            gains[term.loss] = gain
    if len(before) < 2 or not gains:
        return ""
    told = ", ".join(f"{name} {_signed(gains[name])}" for name in sorted(gains, key=lambda name: -abs(gains[name])))
    noise = f"; what {' and '.join(unsure)} gained may be noise" if unsure else ""
    lab = f"; by {' and '.join(alike)} it is no better than the lead" if alike else ""
    return f". By term, more is better: {told}{noise}{lab}"


def _signed(value: float) -> str:
    return f"+{number(value)}" if value > 0.0 else number(value)


def _next(subject: Subject, best: Record) -> str:
    waits: Counter[str] = Counter()
    for record in subject.view.pending():
        waits.update(awaited(record.evaluation))
    if waits:
        named = " and ".join(f"{count} for {name}" for name, count in waits.items())
        return f"Next: {_waiting(len(subject.view.pending()))} for results ({named})."
    kinds = {term.kind for term in best.evaluation.all_terms() if term.ok}
    if DOCKING in kinds and "assay" not in kinds:
        return (
            "Take the best as a shortlist to look at and to measure, not as a ranking: docking keeps a binding mode "
            "and discards what does not fit; among close analogues it ranks no better than the number of heavy atoms."
        )
    return "" if subject.view.passes_filters(best.value) else f"{best.name} does not pass the filters."


def _waiting(count: int) -> str:
    return f"{counted(count, 'molecule')} {'waits' if count == 1 else 'wait'}"
