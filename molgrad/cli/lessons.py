"""`molgrad lessons`: what the changes of a run did, over all its matched pairs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from molgrad.campaign.campaign import Campaign
from molgrad.cli.machine import write_json
from molgrad.errors import UnknownNameError, counted
from molgrad.optim.effects import NAMED, Effect, plain, signed
from molgrad.optim.lessons import Lesson

MARK = "±: standard error of the mean, no less than the noise of the measurements"


def run_lessons(folder: Path, *, term: str | None, least: int, every: bool, as_json: bool) -> None:
    """Print the lessons of a run.

    Args:
        folder: the run folder; it may be written meanwhile.
        term: the term that is asked for; all where None.
        least: pairs that a change needs.
        every: whether single pairs and what is within the noise are told too.
        as_json: one JSON object instead of a table.

    Raises:
        CampaignError: the folder holds no run.
        UnknownNameError: no measured pair has such a term.
    """
    with Campaign(folder) as view:
        own = view.matched_lessons(1 if every else least)
        told, retracted = view.told_lessons(), view.retracted_lessons()
        terms = list(dict.fromkeys(effect.term for lesson in [*own, *told] for effect in lesson.effects))
        if term is not None and terms and term not in terms:
            raise UnknownNameError("measured term", term, terms, place=str(folder))
        if as_json:
            gone = {one.lesson.change for one in retracted}
            kept = [lesson for lesson in told if lesson.change not in gone]
            write_json(
                {
                    "run": folder,
                    "lessons": [_plain(lesson, term) for lesson in own],
                    "told": [_plain(lesson, term) for lesson in kept],
                    "retracted": [{"sentence": str(one), **one.lesson.to_json()} for one in retracted],
                }
            )
            return
        clear = [lesson for lesson in own if _shown(lesson, term, every=every)]
        if clear and sys.stdout.isatty():
            _print(clear, term)
        elif clear:
            sys.stdout.writelines(f"{_of_term(lesson, term)}\n" for lesson in clear)
        else:
            sys.stdout.write(f"{folder}: {_why_none(view, own, least)}\n")
        hidden = len(own) - len(clear)
        if clear and hidden and not every:
            sys.stdout.write(f"{hidden} more without a clear effect: --all shows them\n")
        known = {one.lesson.change for one in retracted} | {lesson.change for lesson in own if lesson.n >= least}
        for lesson in told:
            if lesson.change not in known and _shown(lesson, term, every=every):
                sys.stdout.write(f"{_of_term(lesson, term)}\n")
        for one in retracted:
            sys.stdout.write(f"{one}\n")


def _shown(lesson: Lesson, term: str | None, *, every: bool) -> bool:
    effect = lesson.effect(term) if term is not None else None
    clear = lesson.clear if term is None else effect is not None and effect.clear
    return clear or (every and (term is None or effect is not None))


def _of_term(lesson: Lesson, term: str | None) -> Lesson:
    return replace(lesson, effects=tuple(effect for effect in lesson.effects if term in (None, effect.term)))


def _plain(lesson: Lesson, term: str | None) -> dict[str, object]:
    found = lesson.to_json()
    found["effects"] = [
        {**effect.to_json(), "clear": effect.clear} for effect in lesson.effects if term in (None, effect.term)
    ]
    return {"sentence": str(lesson), **found}


def _print(lessons: Sequence[Lesson], term: str | None) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("change", "term", "mean", "pairs", "that way", "not"):
        table.add_column(name, justify="right" if name in ("mean", "pairs", "that way") else "left", overflow="fold")
    for lesson in lessons:
        shown = [effect for effect in lesson.effects if term in (None, effect.term)]
        for place, effect in enumerate(shown):
            table.add_row(lesson.change if not place else "", *_cells(effect))
    Console().print(table)
    sys.stdout.write(f"{MARK}\n")


def _cells(effect: Effect) -> tuple[str, ...]:
    mean = f"{signed(effect.mean, effect.error)} ± {plain(effect.error, effect.error)} {effect.unit}".rstrip()
    if not effect.clear:
        return effect.term, mean, str(effect.n), "no clear effect", ""
    more = len(effect.against) - NAMED
    but = ", ".join(effect.against[:NAMED]) + (f", {more} more" if more > 0 else "")
    return effect.term, mean, str(effect.n), f"{effect.way} of {effect.n}", but


def _why_none(view: Campaign, own: Sequence[Lesson], least: int) -> str:
    """Why there is no lesson, and what would give one."""
    measured = len(view.records())
    if not measured:
        return "nothing is measured yet, so there are no lessons"
    if view.domain.name != "molecule":
        return f"lessons are of pairs of molecules, and this is a run of values of the kind {view.domain.name!r}"
    if own:
        made = counted(len(own), "change")
        return f"{made} with {counted(least, 'measured pair')} or more, none with a clear effect; --all shows them"
    if view.all_exact:
        return "every term is computed exactly, so there is nothing to learn by measuring"
    return (
        f"no change has {counted(least, 'measured pair')} yet ({counted(measured, 'molecule')} measured); "
        f"--min 1 --all shows those with fewer"
    )
