"""Budget, settings, versions, and how to make the run again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from molgrad.campaign.export import versions
from molgrad.campaign.folder import SETTINGS
from molgrad.campaign.notes import of_docks, of_passing
from molgrad.campaign.rerun import UNREPEATABLE
from molgrad.errors import one_line, shorten
from molgrad.report.page.content import NONE, Grid, Section, lines
from molgrad.report.page.subject import Subject

_VALUE = 300  # characters of a setting


def section(subject: Subject) -> Section:
    """What the run took, what it was made with, and the command that repeats it.

    Args:
        subject: the campaign.
    """
    grids = (_settings(subject), _versions(subject))
    return Section("repeat", "Budget, settings and how to repeat it", lines(_budget(subject)),
                   lines(_notes(subject)), grids, code=(one_line(command(subject)),))  # fmt: skip


def command(subject: Subject) -> str:
    """The command that makes the run again; of what was made of Python objects the lines that go on with it.

    Args:
        subject: the campaign.
    """
    folder = subject.view.folder
    if _by_command(subject):
        return f"molgrad optimize --config {shlex.quote(str(folder / SETTINGS))} --out NEW_FOLDER"
    return f"import molgrad as mg; mg.Campaign({str(folder)!r}).run(docks=...)"


def _by_command(subject: Subject) -> bool:
    """Whether the command line can make the run again."""
    record = subject.view.record
    return bool(record) and not record.get(UNREPEATABLE)


def _budget(subject: Subject) -> Iterator[str]:
    found = subject.standing
    spent = f"{found.spent} of {found.budget} {found.unit}" if found.budget is not None else "no budget was given"
    made = f"{found.proposed} molecules proposed, {found.measured} measured, {found.failed} failed"
    yield f"Budget: {spent}; {made}."
    if found.run:
        yield f"The last run {found.run}."
    if calls := subject.view.transcript.usage().calls:
        yield f"Calls of a language model: {calls}."
    if _by_command(subject):
        yield "The command below makes it again; the same seed on the same machine gives the same molecules."
    else:
        yield "It was made from Python: the lines below go on with it, and the script that began it makes it again."


def _notes(subject: Subject) -> Iterator[str]:
    found = subject.standing
    yield from (*found.advice, *of_docks(subject.records), *of_passing(subject.records))
    for revision in found.revisions[1:]:
        yield f"Revision {revision.number} of {revision.date[:10]}: {'; '.join(revision.changes)}"


def _settings(subject: Subject) -> Grid:
    given = subject.view.record if _by_command(subject) else subject.settings
    rows = [(one_line(key), shorten(one_line(str(value)), _VALUE)) for key, value in _flat(given)]
    return Grid("Every setting", ("setting", "value"), tuple(rows), folded=True)


def _flat(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
            for place, one in enumerate(value, start=1):
                yield from _flat(one if isinstance(one, Mapping) else {"": one}, f"{prefix}{key}.{place}.")
        elif value not in (None, "", [], {}):
            yield f"{prefix}{key}", ", ".join(map(str, value)) if isinstance(value, list) else value


def _versions(subject: Subject) -> Grid:
    then, now = subject.view.versions, versions()
    rows = [(name, then.get(name, NONE), now.get(name, NONE)) for name in dict.fromkeys([*then, *now])]
    return Grid("Versions", ("program", "when the campaign began", "when this report was made"), tuple(rows))
