"""The campaigns of a library run: one for each lead, receptor and objective, each with a folder and a budget."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from molgrad.autograd.compose import unique_names
from molgrad.config.settings import RunSettings
from molgrad.errors import ConflictingSettingsError
from molgrad.library_run.settings import LibrarySettings
from molgrad.molecule.starts import read_starts, written

USUAL = 60  # docks of a campaign, as in RunSettings
_SLUG = 40  # characters of each part of a folder's name
TOGETHER = "all"  # the lead of a campaign from all leads


@dataclass(frozen=True, slots=True)
class Combination:
    """One campaign of a library run.

    Attributes:
        name: of its folder.
        lead: name of the lead, or its SMILES.
        receptor: as the file has it.
        objective: its name; empty for what suits the lead.
        settings: of the campaign.
    """

    name: str
    lead: str
    receptor: str
    objective: str
    settings: RunSettings

    @property
    def folder(self) -> Path:
        """Of the campaign."""
        return Path(self.settings.out or self.name)


@dataclass(frozen=True, slots=True)
class Plan:
    """The campaigns in the order in which they run.

    Attributes:
        folder: for everything.
        combinations: the campaigns.
        notes: what was changed or left out when the leads were read.
    """

    folder: Path
    combinations: tuple[Combination, ...]
    notes: tuple[str, ...]


def planned(given: LibrarySettings) -> Plan:
    """The campaigns that the settings ask for.

    Args:
        given: of the library run.

    Raises:
        InputFileError: a file of leads that cannot be read, or no lead is left.
        ConflictingSettingsError: fewer docks in all than campaigns.
    """
    columns = {name: given.settings.get(name) for name in ("name_column", "smiles_column")}
    starts = read_starts(given.leads, **columns)
    texts = written(starts)
    leads: list[tuple[str, Sequence[str]]] = [(TOGETHER, texts)] if given.together else []
    leads = leads or [
        (starts.names.get(value, value), (text,)) for value, text in zip(starts.values, texts, strict=True)
    ]
    objectives = given.objectives or tuple(given.objective) or ("",)
    parts = list(product(leads, given.receptors, objectives))
    budgets = _budgets(given, len(parts))
    names = unique_names(_folder(lead, Path(receptor).name, aim) for (lead, _), receptor, aim in parts)
    folder = Path(given.out).expanduser()
    found = [
        Combination(name, lead, receptor, aim, _settings(given, starting, receptor, aim, docks, folder / name))
        for name, docks, ((lead, starting), receptor, aim) in zip(names, budgets, parts, strict=True)
    ]
    return Plan(folder, tuple(found), starts.notes)


def _budgets(given: LibrarySettings, n: int) -> Iterator[int]:
    """The docks of each campaign; of a number for all, the first get what cannot be divided."""
    if given.docks_in_all is None:
        return iter([given.docks or USUAL] * n)
    each, more = divmod(given.docks_in_all, n)
    if not each:
        raise ConflictingSettingsError(
            f"docks_in_all is {given.docks_in_all}, and there are {n} campaigns: give at least one dock for each"
        )
    return iter([each + (place < more) for place in range(n)])


def _settings(
    given: LibrarySettings, starting: Sequence[str], receptor: str, aim: str, docks: int, folder: Path
) -> RunSettings:
    objective: dict[str, Any] = {"objective": aim} if aim else {}
    if aim in given.objective:
        objective = {"term": given.objective[aim]}
    plain = {name: value for name, value in given.settings.items() if name not in ("name_column", "smiles_column")}
    return RunSettings(**plain, **objective, start=starting, receptor=receptor, docks=docks, out=str(folder))


def _folder(*parts: str) -> str:
    """A name for a folder that any file system takes."""
    plain = (re.sub(r"[^A-Za-z0-9._-]+", "_", part).strip("._-") for part in parts)
    return "-".join(part[:_SLUG] for part in plain if part) or "run"
