"""What a campaign is asked to be made of: what is given, else what its folder holds, else the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from molgrad import registry
from molgrad.autograd.domain import Domain
from molgrad.autograd.engine import get_backward_engine
from molgrad.autograd.loss import Loss
from molgrad.campaign.measuring import AdvisorLike
from molgrad.campaign.recipe import UnrepeatableError, made, recipe
from molgrad.errors import CampaignError, listed
from molgrad.optim.optimizer import MakeOptimizer
from molgrad.optim.search import PopulationSearch
from molgrad.optim.settings import SearchSettings

BATCH = 6  # molecules proposed at a time; independent of the number of workers, so that results are too
DEFAULTS: Mapping[str, Any] = {
    "seed": 0,
    "batch": BATCH,
    "role": "molecule to optimize",
    "settings": {},
    "optimizer": PopulationSearch,
    "replicates": True,
    "brief": None,
    "brief_across": False,
}
_OF_A_FOLDER = frozenset({"loss", "engine", "domain", "search", "optimizer"})  # objects that a file may not hold


@dataclass(frozen=True, slots=True)
class Asked:
    """What was given to make a campaign.

    Attributes:
        parts: by name, None for what was not given: loss, engine, seed, batch, domain, role, settings, search,
            optimizer, replicates, scope, brief, brief_across.
        starts: as they were given.
        record: the settings from which the command line makes the same run; None for a run made in Python.
        start_notes, start_names: as `Campaign` takes them.
        revise: whether other settings than the folder's are taken.
    """

    parts: Mapping[str, Any]
    starts: tuple[str, ...] = ()
    record: Mapping[str, Any] | None = None
    start_notes: tuple[str, ...] = ()
    start_names: Mapping[str, str] = field(default_factory=dict)
    revise: bool = False

    @property
    def alone(self) -> bool:
        """Whether the folder alone says what the campaign is made of."""
        return self.record is None and all(part is None for part in self.parts.values())

    def filled(self, folder: Path, known: Mapping[str, Any]) -> Parts:
        """Every part: as given, else as the folder has it, else the default.

        Args:
            folder: of the campaign, for the error.
            known: the recipe of the folder; empty for a new one.

        Raises:
            CampaignError: a part that the folder cannot hold was not given, or one that cannot be made any more.
        """
        kept, lost = known.get("parts", {}), dict(known.get("lost", {}))
        parts = {name: part for name, part in self.parts.items() if part is not None}
        for name, written in kept.items():
            if name not in parts and written is not None:
                try:
                    parts[name] = made(written)
                except UnrepeatableError as error:
                    lost[name] = str(error)
        if "engine" not in parts and (engine := get_backward_engine()) is not None:
            parts["engine"] = engine
        missing = [name for name in lost if name not in parts]
        if missing:
            named = listed([f"{name} ({lost[name]})" for name in missing])
            give = " and ".join(f"{name}=..." for name in missing)
            raise CampaignError(f"{folder} does not hold all it was made with: {named}; give {give}, or only read it")
        if parts.get("loss") is None:
            raise CampaignError(f"{folder} holds no campaign; give start=... and loss=... to begin one")
        return Parts(**{"engine": None, "domain": None, "search": None, "scope": None, **DEFAULTS, **parts})


@dataclass(frozen=True, slots=True)
class Parts:
    """What a campaign is made of; each is an argument of `Campaign`."""

    loss: Loss
    engine: AdvisorLike | None
    seed: int
    batch: int
    domain: Domain | None
    role: str
    settings: Mapping[str, Any]
    search: SearchSettings | None
    optimizer: str | MakeOptimizer
    replicates: bool
    scope: Any
    brief: str | None
    brief_across: bool

    def scoped(self) -> Parts:
        """The parts with one scope for search and proposals: the one given, else that of the search."""
        if self.search is None:
            return self
        scope = self.scope or self.search.scope
        return replace(self, scope=scope, search=replace(self.search, scope=scope))

    def recipe(self) -> dict[str, Any]:
        """JSON from which `Asked.filled` makes them again."""
        parts = {name: getattr(self, name) for name in self.__slots__}
        return recipe({**parts, "optimizer": _name(self.optimizer)})


def _name(optimizer: str | MakeOptimizer) -> str | MakeOptimizer:
    """A class of optimizers by the name under which it is registered, where it is."""
    name = str(getattr(optimizer, "name", ""))
    known = not isinstance(optimizer, str) and name in registry.names("optimizers")
    return name if known and registry.load("optimizers", name) is optimizer else optimizer
