"""What one server serves: a folder, its budget, its receptors, its jobs, and what is sealed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from molgrad.assays.value import Measured
from molgrad.autograd.loss import Loss
from molgrad.campaign.campaign import Campaign
from molgrad.campaign.folder import DATABASE, Lock, make_folder
from molgrad.docking.dock import Docker
from molgrad.docking.executor import DockExecutor, load_executor
from molgrad.docking.request import DockSettings
from molgrad.errors import CampaignError, ConflictingSettingsError
from molgrad.losses.docking import Docking
from molgrad.receptors import Receptor, load_receptor
from molgrad.serve.budget import ServeBudget
from molgrad.serve.jobs import Jobs, Work
from molgrad.serve.metering import metered
from molgrad.serve.sealed import Sealed
from molgrad.serve.store import ServeStore
from molgrad.serve.targets import Targets, docked_into
from molgrad.serve.words import Hider


@dataclass(frozen=True, slots=True)
class Terms:
    """What the operator grants.

    Attributes:
        docks: molecules sent to docking in all, once for each receptor.
        hours: by the clock, from the session's first start.
        session: its name; another name begins with a fresh budget.
        receptors: names or folders that are offered; all that are installed when empty.
        sealed: receptors, or tables of measured molecules, that no client may learn of.
        hand_in: molecules that may be handed in for the sealed measurement.
        effort: of docks outside the campaign; the campaign's where there is one, when None.
        workers: molecules docked at once; all cores when None.
        wait: seconds after which a call that goes on is answered with its job.
    """

    docks: int = 100
    hours: float = 24.0
    session: str = "default"
    receptors: tuple[str, ...] = ()
    sealed: tuple[str, ...] = ()
    hand_in: int = 10
    effort: str | None = None
    workers: int | None = None
    wait: float = 5.0


class Session:
    """A folder that is being served; one server at a time.

    Args:
        folder: of a campaign, or a new one, in which molecules can be docked, checked and explained only.
        terms: what the operator grants.
        executor: where docks run; processes of this machine, or what the campaign was given, when None.

    Raises:
        CampaignLockedError: the folder is being served already.
        ConflictingSettingsError: a campaign that withholds its target from models, or one that shows what is sealed.
        MolgradError: a receptor or an effort that does not exist.

    Attributes:
        has_campaign: whether the folder held a campaign when the server began.
    """

    def __init__(self, folder: Path, terms: Terms, executor: DockExecutor | None = None) -> None:
        given = [load_receptor(name) for name in terms.receptors]  # what cannot be used is told before a folder is made
        DockSettings.of(effort=terms.effort or DockSettings().effort.name)
        make_folder(folder)
        self.folder, self.terms = folder, terms
        self.has_campaign = (folder / DATABASE).is_file()
        self.store = ServeStore(folder)
        self._lock = Lock(self.store.path.parent)
        self._lock.__enter__()
        try:
            record, loss = self._of_campaign()
            effort = terms.effort or record.get("effort") or DockSettings().effort.name
            self.settings = DockSettings.of(effort=effort)
            docked = docked_into(loss)
            self.sealed = Sealed(self.store, terms.sealed, self.settings.effort.name, docked, self._told())
            self.targets = Targets(given, loss, self.sealed.hides)
            self.preset = str(record.get("preset") or "druglike")
            self.executor = executor or load_executor(record.get("executor"), terms.workers or record.get("workers"))
            self.budget = ServeBudget(self.store, terms.session, terms.docks, terms.hours)
            self.jobs = Jobs(self.store, terms.session, lambda: self.budget.over)
            self.hide = Hider(folder)
        except BaseException:
            self._lock.__exit__()
            self.store.close()
            raise

    def _of_campaign(self) -> tuple[dict[str, Any], Loss | None]:
        """The settings of the campaign, and its loss; nothing where there is none."""
        if not self.has_campaign:
            return {}, None
        with Campaign(self.folder) as campaign:
            record, loss = campaign.record, campaign.remade_loss()
        if record.get("masked"):
            raise ConflictingSettingsError(
                f"{self.folder} withholds its target from language models (masked), and an agent would see it: "
                "serve another folder"
            )
        return record, loss

    def _told(self) -> Iterator[tuple[str, Measured]]:
        """SMILES and value of what the campaign was told; looked up when asked for."""
        if self.has_campaign:
            with Campaign(self.folder) as campaign:
                found = campaign.results()
            if not found.empty:
                known = found[found["value"].notna()]
                for smiles, value, unit, kind in known[["smiles", "value", "unit", "kind"]].itertuples(index=False):
                    yield smiles, Measured(float(value), unit=unit or "", kind=kind or "")

    def campaign(self) -> Campaign:
        """The campaign, opened for reading; close it in the thread that opened it.

        Raises:
            CampaignError: the folder holds none.
        """
        if not self.has_campaign:
            raise CampaignError(
                "the folder holds no campaign, so molecules can only be docked, checked and explained: whoever runs "
                "the server begins one with 'molgrad optimize' or 'molgrad ask', and starts the server again"
            )
        return Campaign(self.folder)

    def measuring(self, campaign: Campaign, work: Work) -> Loss:
        """Open a campaign to measure, with every dock counted and ended with the job.

        Args:
            campaign: opened for reading.
            work: the job.

        Raises:
            ConflictingSettingsError: it was revised meanwhile, and docks into a sealed receptor.
        """
        loss = campaign.opened()
        self.sealed.check(docked_into(loss))
        for term in loss.all_terms():
            if isinstance(term, Docking):
                term.use(metered(term.receptor, term.settings, self.executor, self.budget, work, cached=term.cache))
        return loss

    def docker(self, receptor: Receptor, work: Work) -> Docker:
        """A docker of one job outside the campaign, all of whose docks are counted.

        Args:
            receptor: what is docked into.
            work: the job.
        """
        return metered(receptor, self.settings, self.executor, self.budget, work)

    def close(self) -> None:
        """Stop the jobs, end the docking processes, and let the folder go."""
        self.jobs.close()
        self.executor.shutdown(cancel_futures=True)
        self._lock.__exit__()
        self.store.close()
