"""A campaign: a search in a folder that can be stopped, killed and resumed, with `ask` and `tell` for a laboratory."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from molgrad.autograd.composite import as_loss
from molgrad.autograd.domain import Domain, Scope, Starts
from molgrad.autograd.engine import get_backward_engine
from molgrad.autograd.gradient import Proposal
from molgrad.autograd.loss import Loss, LossLike
from molgrad.autograd.variable import Variable
from molgrad.campaign import export, notes
from molgrad.campaign.driver import Driver, resolve_optimizer
from molgrad.campaign.events import Watcher, ignore
from molgrad.campaign.folder import DATABASE, check_folder, compare, make_folder
from molgrad.campaign.measuring import AdvisorLike, Measuring
from molgrad.campaign.rerun import python_record, write_settings
from molgrad.campaign.store import Store
from molgrad.campaign.table import LEADS, START_NAMES, Table, refused
from molgrad.errors import BudgetReachedError, CampaignError, SettingsChangedError, shorten, whole
from molgrad.evaluation import DOCKING
from molgrad.llm.labels import labelled
from molgrad.optim.archive import Record
from molgrad.optim.optimizer import MakeOptimizer, Task
from molgrad.optim.search import PopulationSearch
from molgrad.optim.settings import SearchSettings, suited

if TYPE_CHECKING:
    from molgrad.campaign.leads import Leads

BATCH = 6  # molecules proposed at a time; independent of the number of workers, so that results are too


class Campaign(Measuring):
    """Measures starts, then batches of proposals, until the budget is spent; everything is in the folder.

    State: what the database holds and nothing else, so that a campaign that was killed goes on exactly as it
    would have. Determinism: the same starts, loss, engine, seed and batch give the same molecules, whatever
    the number of workers. One process writes to a folder at a time.

    Args:
        folder: made if it is not there; a folder made with other settings is refused, naming them.
        start: the molecules (or texts) to start from, or one; for molecules also files (.smi, .csv, .sdf). What was
            changed or left out when they were read is in `notes`, and a warning says it once.
        loss: measures values; None opens the folder for reading only.
        engine: who advises: "chemist", a model's name or endpoint, an Advisor, or a function that makes one from the
            campaign's transcript; by default the global backward engine, else the domain's own.
        seed: same seed, same campaign.
        batch: how many molecules are proposed before their results are used.
        domain: the kind of values; molecules by default.
        role: what the values are for, in words that an advisor reads.
        settings: further settings that must be the same when the folder is used again, such as the command's.
        search: how wide a batch of the population search looks; by default what suits the starts, fragments or leads.
        optimizer: chooses what to measure; the population search by default. A name registered under
            `molgrad.optimizers`, such as "population" or "tgd", a class of optimizers, or a function that makes one
            for a `Task`.
        record: the settings from which the command line or `mg.run` makes the same run again, for campaign.toml.
        start_notes: notes on the starts by whoever read them before.
        start_names: what some of the starts are called, by canonical value; names in files are found without.
        scope: how far from the starts proposals may lie: "analogues" (one change from a measured value, the core kept),
            "hop" (another core of about the same size) or "free"; that of `search` where given, else by default
            analogues from drug-sized molecules and free from fragments and for texts.
        replicates: whether leaders are measured again, where the loss can do so and is not sure of their scores, before
            anything is built on them: of the three best each twice at most, and one of six measurements at most. Each
            counts towards the budget.
        force: whether to go on from leads whose poses do not make the contacts that the loss asks for.

    Raises:
        ValueError: a seed or batch that is no whole number within its bounds.
        CampaignError: no start, a folder that cannot be used or that holds results of something else.
        SettingsChangedError: the folder was made with other settings.
        CampaignLockedError: another process is at work in it.
    """

    def __init__(
        self,
        folder: str | Path,
        *,
        start: str | Variable | Sequence[str | Variable] = (),
        loss: LossLike | None = None,
        engine: AdvisorLike | None = None,
        seed: int = 0,
        batch: int = BATCH,
        domain: Domain | None = None,
        role: str = "molecule to optimize",
        settings: Mapping[str, Any] | None = None,
        search: SearchSettings | None = None,
        optimizer: str | MakeOptimizer = PopulationSearch,
        record: Mapping[str, Any] | None = None,
        start_notes: Sequence[str] = (),
        start_names: Mapping[str, str] | None = None,
        replicates: bool = True,
        scope: Scope | None = None,
        force: bool = False,
    ) -> None:
        whole("seed", seed)
        whole("batch", batch, 1)
        other = None if optimizer is PopulationSearch else optimizer
        objects = python_record(loss, engine or get_backward_engine(), domain, search, other, scope)
        made_again = objects if record is None else record
        domain = domain or _molecules()
        loss = None if loss is None else as_loss(loss)
        chooser = resolve_optimizer(optimizer)
        # Before a folder is made, which would refuse the settings put right:
        given = [start] if isinstance(start, str | Variable) else start
        starts = domain.read_starts([str(value) for value in given]) if given else Starts(())
        if loss is not None:
            loss.check()
            check_folder(Path(folder))
        store = None if loss is None else _store(Path(folder))
        if search is not None:
            scope = scope or search.scope
            search = replace(search, scope=scope)
        looks = search or SearchSettings()
        super().__init__(Path(folder), domain, store, loss=loss, engine=engine, role=role, search=looks)
        self.seed, self.batch, self.replicates, self.force = seed, batch, replicates, force
        self._ended = ""
        if loss is not None:
            with self._lock:
                self._advisor = self._store.recorded(self.advisor)
                self._begin(starts.values, loss, dict(settings or {}), search, scope, chooser)
                self._name_starts({**(start_names or {}), **starts.names})
                self._tell_of_starts((*start_notes, *starts.notes))
                write_settings(self.folder, made_again, self._store.meta("settings"), self._store.meta("versions"))

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

    def notes(self) -> list[str]:
        """What a reader of the results should know: an early end, stopped docks, other versions than at the start."""
        said = [*self.start_notes, *([self._ended] if self._ended else [])]
        said += self._store.meta("advice") or []
        said += notes.of_docks(self.archive().records)
        said += [] if self._leads is None else [*self._leads.notes(), *self._leads.kept(self.records())]
        return said + notes.of_versions(self._store.meta("versions") or {}, export.versions())

    def run(self, docks: int, *, watch: Watcher = ignore) -> Campaign:
        """Go on until `docks` units of the budget are spent in all, resumed runs included.

        Each molecule sent to docking counts once for each receptor: starts, failures and cache hits too. For
        a loss without docking each molecule counts one. A model whose own budget is spent ends the run like
        the docks do: `notes` says so.

        Args:
            docks: the budget of the whole campaign; more than last time extends it. Its last 40 % go to what is
                expected to be best, so a run that is extended differs from one that was given as much at once.
            watch: called after each measurement.

        Raises:
            EngineError: the advisor's endpoint is down; run again when it is back.
            CampaignLockedError: another process is at work in the folder.
        """
        loss = self._writable()
        with self._writing():
            self._ended = notes.too_few(self._table, docks, self._cost, self._unit)
            try:
                self._go_on(loss, docks, watch)
            except BudgetReachedError as error:
                self._ended = f"stopped: {error}; everything so far is kept"
            finally:
                self._keep_advice()
        return self

    def _keep_advice(self) -> None:
        """Keep the notes of advisor and optimizer, such as that the chemist took over from a model."""
        known = self._store.meta("advice") or []
        said = [note for note in [*self.advisor.notes, *self._driver.notes()] if note not in known]
        if said:
            self._store.set_meta("advice", [*known, *said])

    def _check_leads(self, loss: Loss) -> None:
        """Say once what the run builds on; LeadPoseError where no lead makes the contacts that are asked for."""
        leads = self._leads
        if leads is None:
            return
        if leads.check(self._table, partial(self._measured_anew, loss)):
            warnings.warn("\n".join(leads.notes()), UserWarning, stacklevel=4)  # the line that called run()
        if leads.refused and not self.force and self._table.batch == 0:
            raise leads.refusal()

    @property
    def lead_notes(self) -> list[str]:
        """What was found of the leads' poses before anything was built on them."""
        return [] if self._leads is None else self._leads.notes()

    def _go_on(self, loss: Loss, docks: int, watch: Watcher) -> None:
        self._measure_open(loss, docks, watch)
        self._check_leads(loss)
        while docks // self._cost > self._table.spent:
            if waiting := notes.waiting(self._table):
                self._ended = waiting
                break
            if self.replicates:
                self._repeat(loss, docks, watch)
            left = docks // self._cost - self._table.spent
            batch = self._table.batch + 1
            with labelled(step=batch):
                proposals = self._driver.propose(self._table, self.batch, left)
            if not proposals:
                self._ended = notes.exhausted(self.records(), next(iter(self.best(1)), None), self.domain, batch)
                break
            self._table.add_batch("search", proposals, self._driver.state())
            self._measure_open(loss, docks, watch)

    def ask(self, n: int, *, watch: Watcher = ignore) -> list[Record]:
        """`n` new proposals with every term measured except assays, which wait for `tell`.

        Raises:
            ValueError: `n` is less than one.
        """
        if n < 1:
            raise ValueError(f"ask for one molecule or more, not {n}")
        loss = self._writable()
        with self._writing():
            self._measure_open(loss, None, watch)
            self._check_leads(loss)
            if self.replicates:
                self._repeat(loss, None, watch)
            proposals = self._driver.propose(self._table, n)
            batch = self._table.add_batch("ask", proposals, self._driver.state())
            self._measure_open(loss, None, watch)
            return [record for record in self.records() if record.batch == batch]

    def tell(
        self, proposal: Record | Proposal | str, value: float, *, term: str | None = None, replace: bool = False
    ) -> Record:
        """Add an assay's value to a proposal, or to a molecule that was never proposed.

        Args:
            proposal: what `ask` gave, or a SMILES; another tautomer of a molecule that was proposed is that molecule.
            value: the assay's number, in the assay's own unit and direction.
            term: the assay's name, needed when the loss has several.
            replace: correct a value that was told before; the old one stays in the evaluation's details.

        Raises:
            SettingsChangedError: the loss has no such assay, or it was told before. Nothing is written then.
            ValueError: the value is no finite number.
        """
        loss = self._writable()
        name = self._as_proposed(proposal if isinstance(proposal, str) else proposal.value)
        try:
            value = float(value)
        except (TypeError, ValueError):
            raise ValueError(f"{shorten(name)}: a measured value is a number, not {shorten(repr(value))}") from None
        loss.with_result(loss.pending(), value, term)  # refuses a wrong term or number before anything is stored
        with self._writing():
            if name not in self._table.archive.taken:
                given = Proposal(name, reason="given by the user", advisor="user")
                self._table.add_batch("told", [given])
            self._measure(loss, [row for row in self._table.open() if row.proposal.value == name], None, ignore)
            row = self._table.row(name)
            before = row.evaluation or loss.pending()
            self._table.add_evaluation(row.id, loss.with_result(before, value, term, replace_old=replace))
            return next(record for record in self.records() if record.value == name)

    def _writable(self) -> Loss:
        if self.loss is None:
            raise CampaignError(f"{self.folder} was opened for reading; give loss=... to measure")
        return self.loss

    def _measure_open(self, loss: Loss, docks: int | None, watch: Watcher) -> None:
        """Measure what was proposed and is not measured yet, in order, as far as the budget goes."""
        rows = self._table.open(None if docks is None else docks // self._cost - len(self._table.repeats))
        self._measure(loss, rows, docks, watch)

    def __repr__(self) -> str:
        try:
            measured, best = self.records(), self.best(1)
        except CampaignError:  # closed or damaged: a repr does not fail
            return f"Campaign({str(self.folder)!r})"
        top = f", best {best[0].evaluation.number():.3f} {best[0].value}" if best else ""
        return f"Campaign({str(self.folder)!r}: {len(measured)} measured{top})"


def _store(folder: Path) -> Store:
    make_folder(folder)
    return Store(folder / DATABASE)


def _leads(loss: Loss, domain: Domain, starts: Sequence[str], store: Store) -> Leads | None:
    """What looks at the starts' poses, where the loss docks."""
    if not any(term.kind == DOCKING for term in loss.all_terms()):
        return None
    from molgrad.campaign.leads import Leads  # RDKit is loaded only where something is docked

    return Leads(loss, domain, starts, store)


def _molecules() -> Domain:
    from molgrad.molecule.domain import MOLECULES  # RDKit is loaded only when molecules are optimized

    return MOLECULES
