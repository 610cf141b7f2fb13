"""The live view of a run in a notebook: one output that changes in place, without widgets."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from molgrad.campaign.events import Event
from molgrad.evaluation import Status
from molgrad.report.notebook.evaluation import score_of
from molgrad.report.notebook.molecule import is_molecule
from molgrad.report.notebook.parts import card, code, lines, said, tiles
from molgrad.report.notebook.record import picture_of
from molgrad.report.pictures.colours import GREY
from molgrad.report.pictures.molecule import img
from molgrad.report.pictures.progress import SIZE, progress

_LEFT = re.compile(r"\s+[\d-]+:[\d-]+ left$")  # of a run that has ended, whether or not its budget is spent
_OFTEN = 0.5  # seconds between two changes: each carries two pictures
_STRUCTURE = (320, 200)  # pixels


class LiveView:
    """Shows the best molecule, the loss against measurements, failures and the time left; updated in place."""

    def __init__(self) -> None:
        self._handle: Any = None
        self._scores: list[float | None] = []
        self._waiting = 0  # for an assay
        self._event: Event | None = None
        self._words, self._said = "", ""
        self._notes: list[str] = []
        self._shown = 0.0
        self._best: tuple[str, str] = ("", "")  # a value and its picture

    def begin(self, scores: Sequence[float | None]) -> None:
        """Start the curve with what was measured before.

        Args:
            scores: in order; None where a molecule gave no number.
        """
        self._scores = list(scores)

    def show(self, event: Event, words: str) -> None:
        """Take in one measurement.

        Args:
            event: what was measured, and where the run stands.
            words: the same as one line.
        """
        self._event, self._words = event, words
        if event.evaluation is not None and not event.again:
            self._waiting += event.evaluation.status is Status.PENDING
            self._scores.append(event.evaluation.score)
        if time.monotonic() - self._shown >= _OFTEN:
            self._update()

    def say(self, words: str) -> None:
        """Show a word on the run itself.

        Args:
            words: plain text.
        """
        self._said = words
        self._update()

    def note(self, words: str) -> None:
        """Show what was found before anything was built on the leads; it stays.

        Args:
            words: plain text, a line each.
        """
        self._notes += [line for line in words.splitlines() if line not in self._notes]
        self._update()

    def close(self) -> None:
        """Show the last state, which the saved notebook keeps."""
        if self._event is not None or self._said:
            self._update(ended=True)

    def _update(self, *, ended: bool = False) -> None:
        self._shown = time.monotonic()
        if ended:
            self._words = _LEFT.sub("", self._words)
        # By name: IPython is there whenever a notebook is, but neither a dependency of ours nor fully typed.
        display: Any = import_module("IPython.display").display
        text = "; ".join(part for part in (self._words, self._said) if part)
        bundle = {"text/html": self._html(ended=ended), "text/plain": text or "starting"}
        if self._handle is None:
            self._handle = display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)

    def _html(self, *, ended: bool) -> str:
        event = self._event
        title = "Run ended" if ended else "Run at work"
        if event is None:
            return card(title, said(self._said or "starting"))
        told = [said(self._words.replace("  ", ", "), 200)]
        told += [f"<b>{said(self._said, 300)}</b>"] if self._said else []
        notes = [said(line, 600) for line in self._notes]
        pictures = [part for part in (self._molecule(event), self._curve(event)) if part]
        return card(title, lines([*told, *self._last(), *notes]), tiles(pictures, SIZE[0]))

    def _last(self) -> list[str]:
        """The molecule that was measured last, and why there is no number where there is none."""
        event = self._event
        if event is None or event.proposal is None or event.evaluation is None:
            return []
        score = event.evaluation.score
        came = f"{score:.3f}" if score is not None else score_of(event.evaluation)
        return [f"last {code(event.proposal.value, 80)} {said(came)}"]

    def _molecule(self, event: Event) -> str:
        if event.best is None:
            return ""
        value, score = event.best
        if self._best[0] != value:
            self._best = (value, picture_of(value, _STRUCTURE))
        below = f"<div>{code(value, 80)}</div>" if is_molecule(value) else ""  # a text is its own picture
        return f"<div>best so far: <b>{score:.3f}</b></div>{self._best[1]}{below}"

    def _curve(self, event: Event) -> str:
        if all(score is None for score in self._scores):
            return ""  # an empty frame says nothing
        molecules = event.best is None or is_molecule(event.best[0])
        what, why = ("molecules", "gave no number") if molecules else ("candidates", "were given up or failed")
        why = "wait for an assay or gave no number" if self._waiting else why
        crosses = f"; crosses {why}" if None in self._scores else ""
        failed = f", {event.failed} failed" if event.failed else ""
        word = "score" if event.maximize else "loss"
        alt = f"{word} of {len(self._scores)} {what} in the order measured, running best as a line{failed}"
        note = f'<div style="font-size:12px;color:{GREY}">points: {what}, line: best so far{crosses}</div>'
        drawn = progress(self._scores, self._budget(event), maximize=event.maximize)
        return img(drawn, SIZE[0], alt) + note

    def _budget(self, event: Event) -> int:
        """Measurements at the end of the axis: those so far and what is left of the budget."""
        return len(self._scores) + max(0, event.budget - event.spent)
