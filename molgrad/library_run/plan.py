"""The campaigns of a library run: one for each lead, receptor and objective, each with a folder and a budget."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
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
        ConflictingSettingsError: fewer docks or calls in all than campaigns.
    """
    columns = {name: given.settings.get(name) for name in ("name_column", "smiles_column")}
    starts = read_starts(given.leads, **columns)
    texts = written(starts)
    leads: list[tuple[str, Sequence[str]]] = [(TOGETHER, texts)] if given.together else []
    leads = leads or [
        (starts.names.get(value, value), (text,)) for value, text in zip(starts.values, texts, strict=True)
    ]
    objectives = dict.fromkeys(given.objectives or tuple(given.objective) or ("",))
    parts = list(product(leads, dict.fromkeys(given.receptors), objectives))
    budgets = _budgets(given, len(parts))
    names = unique_names(_folder(lead, Path(receptor).name, aim) for (lead, _), receptor, aim in parts)
    folder = Path(given.out).expanduser()
    found = [
        Combination(name, lead, receptor, aim, _settings(given, starting, receptor, aim, folder / name, budget))
        for name, budget, ((lead, starting), receptor, aim) in zip(names, budgets, parts, strict=True)
    ]
    return Plan(folder, tuple(found), starts.notes)


def _budgets(given: LibrarySettings, n: int) -> Iterator[dict[str, Any]]:
    """The docks of each campaign, and its part of a model's calls and money."""
    docks = [given.docks or USUAL] * n if given.docks_in_all is None else _parted("docks_in_all", given.docks_in_all, n)
    calls = [None] * n if given.calls_in_all is None else _parted("calls_in_all", given.calls_in_all, n)
    cost = None if given.cost_in_all is None else given.cost_in_all / n
    for own, asked in zip(docks, calls, strict=True):
        more = {"max_calls": asked, "max_cost": cost}
        yield {"docks": own, **{name: value for name, value in more.items() if value is not None}}


def _parted(name: str, whole: int, n: int) -> list[int]:
    """A number for all campaigns in equal parts; the first get what cannot be divided."""
    each, more = divmod(whole, n)
    if not each:
        raise ConflictingSettingsError(f"{name} is {whole}, and there are {n} campaigns: give at least one for each")
    return [each + (place < more) for place in range(n)]


def _settings(
    given: LibrarySettings, starting: Sequence[str], receptor: str, aim: str, folder: Path, budget: Mapping[str, Any]
) -> RunSettings:
    objective: dict[str, Any] = {"objective": aim} if aim else {}
    if aim in given.objective:
        objective = {"term": given.objective[aim]}
    plain = {name: value for name, value in given.settings.items() if name not in ("name_column", "smiles_column")}
    return RunSettings(**plain, **objective, **budget, start=starting, receptor=receptor, out=str(folder))


def _folder(*parts: str) -> str:
    """A name for a folder that any file system takes."""
    plain = (re.sub(r"[^A-Za-z0-9._-]+", "_", part).strip("._-") for part in parts)
    return "-".join(part[:_SLUG] for part in plain if part) or "run"
