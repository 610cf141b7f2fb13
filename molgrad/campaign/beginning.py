"""Begins a campaign in its folder, or finds it as it was left: starts, settings, the optimizer, the leads."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from molgrad.autograd.advisor import Advisor
from molgrad.autograd.domain import Domain, Starts
from molgrad.autograd.gradient import Proposal
from molgrad.autograd.loss import Loss
from molgrad.campaign import export
from molgrad.campaign.asked import Asked, Parts
from molgrad.campaign.driver import Driver, resolve_optimizer
from molgrad.campaign.folder import DATABASE, check_folder, compare, make_folder
from molgrad.campaign.inheriting import inherit
from molgrad.campaign.measuring import Measuring
from molgrad.campaign.outweighing import docking_beside
from molgrad.campaign.recipe import RECIPE, RECORD, UnrepeatableError, made
from molgrad.campaign.rerun import python_record, write_settings
from molgrad.campaign.revising import now as date
from molgrad.campaign.revising import revise
from molgrad.campaign.revisions import REVISIONS
from molgrad.campaign.store import Store
from molgrad.campaign.table import LEADS, refused
from molgrad.campaign.told_lessons import BRIEF, brief_notes, told_lessons
from molgrad.campaign.unasked import asked_for
from molgrad.errors import CampaignError, SettingsChangedError
from molgrad.evaluation import DOCKING
from molgrad.llm.limits import ToolLimits
from molgrad.optim.optimizer import MakeOptimizer, Task
from molgrad.optim.search import PopulationSearch
from molgrad.optim.settings import SearchSettings, suited

if TYPE_CHECKING:
    from molgrad.campaign.leads import Leads


class Begun(Measuring):
    """A campaign with its settings written down; those of a folder that was used before are compared with them.

    Attributes:
        revised: what changed in the folder's settings when it was opened with other ones, in words.
    """

    revised: Sequence[str] = ()
    _asked: Asked
    seed: int
    batch: int
    replicates: bool
    _driver: Driver

    def _open_for_reading(self, folder: Path) -> None:
        """Open a folder that another process may be writing; the first measurement opens it again to write."""
        if not (folder / DATABASE).is_file():
            raise CampaignError(f"{folder} holds no campaign; give start=... and loss=... to begin one")
        store = Store(folder / DATABASE, read_only=True)
        domain, engine = self._asked.parts["domain"] or _domain_of(store), self._asked.parts["engine"]
        role = self._asked.parts["role"] or (store.meta("settings") or {}).get("role", "")
        super().__init__(folder, domain, store, loss=None, engine=engine, role=role, search=SearchSettings())

    def _open(self, folder: Path) -> None:
        """Open a folder to measure: begin a campaign in it, or go on with the one that it holds."""
        check_folder(folder)
        with ExitStack() as undo:
            store = open_store(folder) if (folder / DATABASE).exists() else None
            if store is not None:
                undo.callback(store.close)
            parts = self._asked.filled(folder, (store and store.meta(RECIPE)) or {}).scoped()
            domain, chooser = parts.domain or _molecules(), resolve_optimizer(parts.optimizer)
            # Before a folder is made, which would refuse the settings put right:
            starts = domain.read_starts(self._asked.starts) if self._asked.starts else Starts(())
            parts.loss.check()
            told = _brief(folder, parts, store)
            if store is None:
                store = open_store(folder)
                undo.callback(store.close)
            looks = parts.search or SearchSettings()
            super().__init__(folder, domain, store, loss=parts.loss, engine=parts.engine, role=parts.role, search=looks)
            self.seed, self.batch, self.replicates = parts.seed, parts.batch, parts.replicates
            with self._lock:
                self._advisor = self._equipped(self._store.recorded(self.advisor))
                self._begin(starts, parts, chooser, told)
                self._keep_parts(parts)
                self._table.name({**self._asked.start_names, **starts.names})
                self._tell_of_starts(
                    (*self._asked.start_notes, *starts.notes, *docking_beside(parts.loss), *brief_notes(self._store))
                )
            undo.pop_all()

    def _begin(
        self, given: Starts, parts: Parts, chooser: tuple[str, MakeOptimizer], told: Mapping[str, Any] | None
    ) -> None:
        """Write the settings of a new campaign, or compare with those of an old one."""
        known, loss = self._store.meta("settings"), parts.loss
        starts = list(given.values) or (known or {}).get("start", [])
        if not starts:
            raise CampaignError(f"{self.folder}: a campaign needs at least one start; give start=[...]")
        self.domain = self.domain.within(parts.scope, starts)
        self.search_settings = parts.search or suited(self.domain, starts)
        now = {**parts.settings, "seed": self.seed, "batch": self.batch, "engine": self.advisor.name, "role": self.role}
        now |= {"optimizer": chooser[0], "search": asdict(self.search_settings)}
        now |= {"domain": self.domain.spec(), "start": starts, "loss": loss.spec(), "replicates": self.replicates}
        now |= {"brief": str(Path(parts.brief).absolute())} if parts.brief else {}
        self._keep_settings(known, now, loss)
        if told is not None:
            self._store.set_meta(BRIEF, told)
        new = [value for value in starts if value not in self._table.archive.taken]
        self._ask_for(loss, starts)  # a lead is measured, whoever named it first
        if new:
            self._table.add_batch("start", [Proposal(value, reason="start", advisor="user") for value in new])
        self._leads = _leads(loss, self.domain, starts, self._store)
        task = Task(
            loss, self.domain, self.advisor, starts, self.seed, self.role, self.search_settings, self._critiques,
            self._identities, told_lessons(self._store),
        )  # fmt: skip
        self._driver = Driver(chooser[1], task, self._store)

    def _ask_for(self, loss: Loss, values: Collection[str]) -> None:
        """Have those of `values` that a laboratory told measured in every term."""
        told = [row for row in self._table.left_out() if row.proposal.value in values]
        if anew := {row.id: asked_for(loss, row.evaluation) for row in told if row.evaluation is not None}:
            self._table.ask_for(anew)

    def _equipped(self, advisor: Advisor) -> Advisor:
        """The advisor, with this campaign's tools where it was told to let its model call them."""
        limits = getattr(advisor, "tools", None)
        if not isinstance(limits, ToolLimits) or self.domain.default_advisor != "chemist":
            return advisor
        from molgrad.advisors.model.equipped import equipped  # chemistry is loaded only where tools are called
        from molgrad.campaign.toolbox.box import CampaignTools

        return equipped(advisor, CampaignTools(self, limits))

    def _keep_parts(self, parts: Parts) -> None:
        """Keep what the campaign is made of, in the database and in campaign.toml."""
        self._store.set_meta(RECIPE, replace(parts, scope=self.domain.scope).recipe())
        record = self._asked.record
        if record is None and self._asked.alone:
            record = self._store.meta(RECORD)
        if record is None:
            given = self._asked.parts
            other = None if parts.optimizer is PopulationSearch else parts.optimizer
            objects = [given["loss"], parts.engine, given["domain"], given["search"], other, given["scope"]]
            record = python_record(*objects)
        self._store.set_meta(RECORD, record)
        write_settings(self.folder, record, self._store.meta("settings"), self._store.meta("versions"))

    def _keep_settings(self, known: dict[str, Any] | None, now: dict[str, Any], loss: Loss) -> None:
        if known is None:
            self._begin_settings(now)
            return
        if self._table.batch < 1 and not self.critiques():  # nobody has advised yet: an endpoint may have been down
            known = {**known, "engine": now["engine"]}
        try:
            compare(self.folder, known, now)
        except SettingsChangedError:
            if refused(self._store.meta(LEADS) or {}) and self._table.batch <= 0:  # nothing was built on such leads
                self._store.clear()
                self._forget()
                self._begin_settings(now)
            elif self._asked.revise:
                self.revised = revise(self.folder, self._store, self._table.rows, known, now, loss, self.domain)
                self._rows.again()
            else:
                raise
        else:
            self._store.set_meta("settings", now)

    def _begin_settings(self, settings: dict[str, Any]) -> None:
        self._store.set_meta("versions", export.versions())
        self._store.set_meta(REVISIONS, [{"date": date(), "changes": []}])
        self._store.set_meta("settings", settings)

    def _tell_of_starts(self, notes: Sequence[str]) -> None:
        """Keep what was changed or left out of the starts and what the loss should not do; warn when it is new."""
        if self._store.meta("start_notes") is None:
            self._store.set_meta("start_notes", list(notes))
            if notes:
                warnings.warn("\n".join(notes), UserWarning, stacklevel=4)

    @property
    def start_notes(self) -> list[str]:
        """What was changed or left out when the starts were read, and whether docking may outvote an assay."""
        return list(self._store.meta("start_notes") or [])

    def opened(self) -> Loss:
        """Open the campaign to measure, if it was opened for reading only, and return the loss that measures.

        Raises:
            CampaignError: the folder does not hold all that the campaign was made with.
        """
        return self._writable()

    def _writable(self) -> Loss:
        """The loss that measures; a campaign that was opened for reading is opened again, as its folder says."""
        if self.loss is None:
            self.close()
            try:
                self._open(self.folder)
            except BaseException:
                self._open_for_reading(self.folder)
                raise
        assert self.loss is not None  # noqa: S101 - `_open` set it
        return self.loss


def open_store(folder: Path) -> Store:
    """The database of a run folder, both made where they are not there.

    Args:
        folder: the run folder.
    """
    make_folder(folder)
    return Store(folder / DATABASE)


def _brief(folder: Path, parts: Parts, store: Store | None) -> dict[str, Any] | None:
    """The lessons of another run with which a campaign begins, as its folder keeps them; None where it takes none."""
    if not parts.brief:
        return None
    source = str(Path(parts.brief).absolute())
    known = None if store is None else store.meta(BRIEF)
    if known is not None and known["source"] == source:  # the other run may be gone, or have learned more
        return dict(known)
    found = inherit(Path(parts.brief), folder, parts.loss.spec(), across=parts.brief_across)
    return found.to_json(source)


def _leads(loss: Loss, domain: Domain, starts: Sequence[str], store: Store) -> Leads | None:
    """What looks at the starts' poses, where the loss docks."""
    if not any(term.kind == DOCKING for term in loss.all_terms()):
        return None
    from molgrad.campaign.leads import Leads  # RDKit is loaded only where something is docked

    return Leads(loss, domain, starts, store)


def _domain_of(store: Store) -> Domain:
    """The domain of a folder, to read it; molecules where it cannot be made again."""
    written = (store.meta(RECIPE) or {}).get("parts", {}).get("domain")
    try:
        return _molecules() if written is None else made(written)
    except UnrepeatableError:
        return _molecules()


def _molecules() -> Domain:
    from molgrad.molecule.domain import MOLECULES  # RDKit is loaded only when molecules are optimized

    return MOLECULES
