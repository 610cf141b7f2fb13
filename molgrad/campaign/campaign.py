"""A campaign: a search in a folder that can be stopped, killed and resumed, with `ask` and `tell` for a laboratory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from molgrad.autograd.composite import as_loss
from molgrad.autograd.domain import Domain, Scope
from molgrad.autograd.loss import LossLike
from molgrad.autograd.variable import Variable
from molgrad.campaign.asked import BATCH as BATCH
from molgrad.campaign.asked import Asked
from molgrad.campaign.asking import Asking
from molgrad.campaign.handing import Handing
from molgrad.campaign.measuring import AdvisorLike
from molgrad.campaign.telling import Telling
from molgrad.display import Shown
from molgrad.errors import CampaignError, whole
from molgrad.optim.optimizer import MakeOptimizer
from molgrad.optim.settings import SearchSettings


class Campaign(Telling, Asking, Handing, Shown):
    """Measures starts, then batches of proposals, until the budget is spent; everything is in the folder.

    State: what the database holds and nothing else, so that a campaign that was killed goes on exactly as it
    would have. Determinism: the same starts, loss, engine, seed and batch give the same molecules, whatever
    the number of workers. One process writes to a folder at a time.

    Args:
        folder: made if it is not there; a folder made with other settings is refused, naming them. What is not given is
            as the folder has it, so that `Campaign("runs/lab")` alone goes on; a part that no file can hold, such as a
            Python function, has to be given again.
        start: the molecules (or texts) to start from, or one; for molecules also files (.smi, .csv, .sdf). What was
            changed or left out when they were read is in `notes`, and a warning says it once.
        loss: measures values; None takes that of the folder, once something is to be measured.
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
        brief: the folder of another run with whose lessons this one begins. They are kept in this folder, and used
            until the run's own pairs contradict them; see `lessons()`.
        brief_across: whether lessons of docking into another receptor are taken.
        force: whether to go on from leads whose poses do not make the contacts that the loss asks for.
        revise: whether settings that differ from the folder's become a new revision of it: `revisions()` has the
            difference, and what was measured before is kept and judged by the new terms, weights and targets. A term
            without a value is measured on the next run, or pending. What would falsify results is refused.

    Raises:
        ValueError: a seed or batch that is no whole number within its bounds.
        CampaignError: no start, a folder that cannot be used or that holds results of something else.
        SettingsChangedError: the folder was made with other settings.
        CampaignLockedError: another process is at work in it.
    """

    _drawn_by: ClassVar[str] = "molgrad.report.notebook.campaign:campaign"

    def __init__(
        self,
        folder: str | Path,
        *,
        start: str | Variable | Sequence[str | Variable] = (),
        loss: LossLike | None = None,
        engine: AdvisorLike | None = None,
        seed: int | None = None,
        batch: int | None = None,
        domain: Domain | None = None,
        role: str | None = None,
        settings: Mapping[str, Any] | None = None,
        search: SearchSettings | None = None,
        optimizer: str | MakeOptimizer | None = None,
        record: Mapping[str, Any] | None = None,
        start_notes: Sequence[str] = (),
        start_names: Mapping[str, str] | None = None,
        replicates: bool | None = None,
        scope: Scope | None = None,
        brief: str | Path | None = None,
        brief_across: bool | None = None,
        force: bool = False,
        revise: bool = False,
    ) -> None:
        if seed is not None:
            whole("seed", seed)
        if batch is not None:
            whole("batch", batch, 1)
        parts = {
            "loss": None if loss is None else as_loss(loss),
            "engine": engine,
            "seed": seed,
            "batch": batch,
            "domain": domain,
            "role": role,
            "settings": settings,
            "search": search,
            "optimizer": optimizer,
            "replicates": replicates,
            "scope": scope,
            "brief": None if brief is None else str(brief),
            "brief_across": brief_across,
        }
        given = [start] if isinstance(start, str | Variable) else start
        words = tuple(str(value) for value in given)
        self._asked = Asked(parts, words, record, tuple(start_notes), start_names or {}, revise)
        self.force = force
        self._ended = ""
        if loss is not None or revise:
            self._open(Path(folder))
        else:
            self._open_for_reading(Path(folder))

    def __repr__(self) -> str:
        try:
            measured, best = self.records(), self.best(1)
        except CampaignError:  # closed or damaged: a repr does not fail
            return f"Campaign({str(self.folder)!r})"
        top = f", best {best[0].evaluation.number():.3f} {best[0].value}" if best else ""
        return f"Campaign({str(self.folder)!r}: {len(measured)} measured{top})"
