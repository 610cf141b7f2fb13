"""A tuner and what it found: the best values, the candidates tried, the front, what to do next."""

from __future__ import annotations

from typing import Any

from molgrad.errors import NoScoreError, one_line
from molgrad.report.notebook.parts import Page, card, code, folded, lines, number, said, table, text_block
from molgrad.report.pictures.colours import GREY
from molgrad.report.pictures.molecule import img
from molgrad.report.pictures.progress import SIZE, progress
from molgrad.tuning import telling
from molgrad.tuning.answers import Trial
from molgrad.tuning.tuned import Tuned
from molgrad.tuning.tuner import Tuner

_SHOWN = 12  # candidates, the latest, that are shown before the rest is folded
_HEAD = ("candidate", "from", "what became of it", "{}", "why it was made")


def tuner(shown: Tuner) -> dict[str, Any]:
    """The bundle of a tuner.

    Args:
        shown: the tuner.
    """
    trials = shown.trials
    best = _best(shown)
    told = [
        f"{len(shown.train)} examples to train on, {len(shown.validation)} to validate with; {_better(shown)} is better"
    ]
    told += [f"{len(trials)} candidates, {shown.usage.calls} calls, {shown.usage.tokens} tokens", *shown.notes]
    word = telling.word(shown.direction)
    front = ", ".join(one.name for one in shown.front()) if trials else ""
    html = card(
        "Tuner",
        lines([said(line, 300) for line in told]),
        _values(best) if best else "",
        _curve(trials, word),
        _table(trials, word),
        f"<div>no other candidate beats at every example: {said(front)}</div>" if front else "",
        f"<div>{code(_next(best))}</div>",
        note=f"{word} {number(best.score, 4)} ({best.name})" if best else "no score yet",
    )
    first = f"tuner: best {best.name}, {word} {best.score:.4g}" if best else "tuner: no score yet"
    return Page(html, "\n".join([first, *(f"- {one_line(line)}" for line in told)])).bundle()


def tuned(shown: Tuned) -> dict[str, Any]:
    """The bundle of a tuned candidate.

    Args:
        shown: the candidate.
    """
    score = (
        "no score" if shown.validation.score is None else f"{telling.word(shown.direction)} {number(shown.score, 4)}"
    )
    html = card(f"Candidate {shown.name}", lines([said(shown.reason, 300)]), _values(shown), note=score)
    text = "\n".join([f"{shown.name}: {score}", *(f"{name}: {value}" for name, value in shown.values.items())])
    return Page(html, text).bundle()


def _better(shown: Tuner) -> str:
    return "lower" if shown.direction == "minimize" else "higher"


def _best(shown: Tuner) -> Tuned | None:
    try:
        return shown.best
    except NoScoreError:
        return None


def _next(best: Tuned | None) -> str:
    return "tuner.run(calls=500)" if best is None else 'tuner.test(); tuner.best.save("tuned.toml")'


def _values(shown: Tuned) -> str:
    return "".join(f"<div><b>{said(n)}</b>{text_block(value, 1500)}</div>" for n, value in shown.values.items())


def _curve(trials: list[Trial], word: str) -> str:
    scores = [trial.evaluation.score for trial in trials]
    if len(scores) < 2:
        return ""
    alt = f"{word} of {len(scores)} candidates in the order tried, running best as a line"
    note = f'<div style="font-size:12px;color:{GREY}">points: candidates, line: best so far; crosses: given up</div>'
    return img(progress(scores, len(scores), maximize=word == "score"), SIZE[0], alt) + note


def _table(trials: list[Trial], word: str) -> str:
    if not trials:
        return ""
    names = {trial.proposal.value: trial.name for trial in trials}
    rows = [
        (trial.name, names.get(trial.proposal.parent or "", ""), said(trial.evaluation.reason or trial.kind, 100),
         number(trial.evaluation.score, 4), said(trial.proposal.reason, 120))
        for trial in trials
    ]  # fmt: skip
    head, left = [one.format(word) for one in _HEAD], (0, 1, 2, 4)
    earlier = table(head, rows[:-_SHOWN], left=left) if rows[:-_SHOWN] else ""
    return folded(f"{len(rows[:-_SHOWN])} earlier candidates", earlier) + table(head, rows[-_SHOWN:], left=left)
