"""An optimizer and a trainer: what is best, what was tried, how it went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from molgrad.autograd.variable import Measurement, Variable
from molgrad.errors import NoScoreError, one_line
from molgrad.optim.optimizer import Optimizer
from molgrad.optim.tgd import TGD
from molgrad.report.notebook.evaluation import score_of, terms_table
from molgrad.report.notebook.molecule import is_molecule
from molgrad.report.notebook.parts import Page, beside, card, code, folded, lines, number, said, table, text_block
from molgrad.report.notebook.record import picture_of
from molgrad.tuning.trainer import Trainer

_STEPS = 10  # the latest, that are shown before the rest is folded
_SIZE = (260, 180)  # pixels


def optimizer(shown: Optimizer) -> dict[str, Any]:
    """The bundle of an optimizer.

    Args:
        shown: the optimizer.
    """
    best = _best(shown)
    seen = len(shown.archive.records)
    told = [f"{seen} values observed"] if seen or not isinstance(shown, TGD) else []
    told += shown.notes
    rows = _tgd_rows(shown) if isinstance(shown, TGD) else []
    html = card(
        f"Optimizer {type(shown).__name__}",
        _best_part(best),
        lines([said(line, 200) for line in told]),
        _steps(("parameter", "what happened"), rows, left=(0, 1)),
        note=score_of(best.evaluation) if best else "nothing measured yet",
    )
    return Page(html, _text(f"optimizer {shown.name}", best, told)).bundle()


def trainer(shown: Trainer) -> dict[str, Any]:
    """The bundle of a trainer: the training steps and the best parameters.

    Args:
        shown: the trainer.
    """
    best = _best(shown)
    told = [f"{len(shown.train)} questions to train on, {len(shown.validation)} to validate with; lower is better"]
    rows = [
        (
            str(place),
            number(step.train, 3),
            number(step.validation, 3),
            "given up" if step.reverted else "kept",
            said(step.note, 100),
        )
        for place, step in enumerate(shown.history, start=1)
    ]
    html = card(
        "Trainer",
        lines([said(line, 200) for line in told]),
        "".join(_parameter(one) for one in shown.optimizer.parameters),
        _steps(("step", "batch", "validation", "fate", "what happened"), rows, left=(3, 4)),
        "" if rows else f"<div>{code('trainer.run(10)')} trains for ten minibatches</div>",
        note=score_of(best.evaluation) if best else "no step yet",
    )
    return Page(html, _text("trainer", best, told)).bundle()


def _best(shown: Optimizer | Trainer) -> Measurement | None:
    try:
        return shown.best
    except NoScoreError:
        return None


def _best_part(best: Measurement | None) -> str:
    if best is None:
        return "<div>Nothing measured has a score yet: measure, call backward(), then step().</div>"
    terms = terms_table(best.evaluation) if best.evaluation.terms else ""
    below = f"<div>{code(best.value)}</div>" if is_molecule(best.value) else ""  # a text is its own picture
    return beside(picture_of(best.value, _SIZE) + below, terms)


def _tgd_rows(shown: TGD) -> list[tuple[str, ...]]:
    return [
        (
            said(parameter.role_description, 40),
            said(("rolled back; " if step.rolled_back else "") + (step.note or "no change"), 300)
            + f"<div>{code(step.after, 80)}</div>",
        )
        for steps in shown.steps
        for parameter, step in zip(shown.parameters, steps, strict=False)
    ]


def _steps(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], left: tuple[int, ...] = (0, 1, 2, 3)) -> str:
    """The latest steps; earlier ones are folded away."""
    if not rows:
        return ""
    earlier = table(head, rows[:-_STEPS], left=left) if rows[:-_STEPS] else ""
    return folded(f"{len(rows[:-_STEPS])} earlier steps", earlier) + table(head, rows[-_STEPS:], left=left)


def _parameter(shown: Variable) -> str:
    return f"<div><b>{said(shown.role_description)}</b>{text_block(shown.value, 1000)}</div>"


def _text(title: str, best: Measurement | None, told: list[str]) -> str:
    found = f"{title}: best {score_of(best.evaluation)}  {one_line(best.value)}" if best else f"{title}: no score yet"
    return "\n".join([found, *(f"- {one_line(line)}" for line in told)])
