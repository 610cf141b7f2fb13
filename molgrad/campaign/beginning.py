"""Begins a campaign in its folder, or finds it as it was left: starts, settings, the optimizer, the leads."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from molgrad.autograd.domain import Domain, Scope
from molgrad.autograd.gradient import Proposal
from molgrad.autograd.loss import Loss
from molgrad.campaign import export
from molgrad.campaign.driver import Driver
from molgrad.campaign.folder import DATABASE, compare, make_folder
from molgrad.campaign.measuring import Measuring
from molgrad.campaign.store import Store
from molgrad.campaign.table import LEADS, START_NAMES, Table, refused
from molgrad.errors import CampaignError, SettingsChangedError
from molgrad.evaluation import DOCKING
from molgrad.optim.optimizer import MakeOptimizer, Task
from molgrad.optim.settings import SearchSettings, suited

if TYPE_CHECKING:
    from molgrad.campaign.leads import Leads


class Begun(Measuring):
    """A campaign with its settings written down; those of a folder that was used before are compared with them."""

    seed: int
    batch: int
    replicates: bool
    _driver: Driver

    def _begin(
        self,
        starts: Sequence[str],
        loss: Loss,
        more: Mapping[str, Any],
        search: SearchSettings | None,
        scope: Scope | None,
        chooser: tuple[str, MakeOptimizer],
    ) -> None:
        """Write the settings of a new campaign, or compare with those of an old one."""
        known = self._store.meta("settings")
        starts = list(starts) or (known or {}).get("start", [])
        if not starts:
            raise CampaignError(f"{self.folder}: a campaign needs at least one start; give start=[...]")
        self.domain = self.domain.within(scope, starts)
        self.search_settings = search or suited(self.domain, starts)
        now = {**more, "seed": self.seed, "batch": self.batch, "engine": self.advisor.name, "role": self.role}
        now |= {"optimizer": chooser[0], "search": asdict(self.search_settings)}
        now |= {"domain": self.domain.spec(), "start": starts, "loss": loss.spec(), "replicates": self.replicates}
        self._keep_settings(known, now)
        if not self._table.rows:
            self._table.add_batch("start", [Proposal(value, reason="start", advisor="user") for value in starts])
        self._leads = _leads(loss, self.domain, starts, self._store)
        task = Task(
            loss, self.domain, self.advisor, starts, self.seed, self.role, self.search_settings, self._critiques
        )
        self._driver = Driver(chooser[1], task, self._store)

    def _keep_settings(self, known: dict[str, Any] | None, now: dict[str, Any]) -> None:
        if known is None:
            self._store.set_meta("versions", export.versions())
        else:
            if self._table.batch < 1 and not self.critiques():  # nobody has advised yet: an endpoint may have been down
                known = {**known, "engine": now["engine"]}
            self._compare(known, now)
        self._store.set_meta("settings", now)

    def _compare(self, known: dict[str, Any], now: dict[str, Any]) -> None:
        """Refuse other settings, but where nothing was built on leads that were refused: then begin anew."""
        try:
            compare(self.folder, known, now)
        except SettingsChangedError:
            if not refused(self._store.meta(LEADS) or {}) or self._table.batch > 0:
                raise
            self._store.clear()
            self._rows = Table(self._store)
            self._store.set_meta("versions", export.versions())

    def _name_starts(self, names: Mapping[str, str]) -> None:
        """Keep what the starts are called; tables and pose files call them so."""
        if names and self._store.meta(START_NAMES) is None:
            self._store.set_meta(START_NAMES, dict(names))

    def _tell_of_starts(self, notes: Sequence[str]) -> None:
        """Keep what was changed or left out of the starts, and warn of it when the campaign is new."""
        if self._store.meta("start_notes") is None:
            self._store.set_meta("start_notes", list(notes))
            if notes:
                warnings.warn("\n".join(notes), UserWarning, stacklevel=3)

    @property
    def start_notes(self) -> list[str]:
        """What was changed or left out when the starts were read."""
        return list(self._store.meta("start_notes") or [])

    def _writable(self) -> Loss:
        if self.loss is None:
            raise CampaignError(f"{self.folder} was opened for reading; give loss=... to measure")
        return self.loss


def open_store(folder: Path) -> Store:
    """The database of a run folder, both made where they are not there.

    Args:
        folder: the run folder.
    """
    make_folder(folder)
    return Store(folder / DATABASE)


def _leads(loss: Loss, domain: Domain, starts: Sequence[str], store: Store) -> Leads | None:
    """What looks at the starts' poses, where the loss docks."""
    if not any(term.kind == DOCKING for term in loss.all_terms()):
        return None
    from molgrad.campaign.leads import Leads  # RDKit is loaded only where something is docked

    return Leads(loss, domain, starts, store)
