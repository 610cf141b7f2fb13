"""From settings to a campaign: the same for the command line, a TOML file and Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from molgrad.autograd.domain import Starts
from molgrad.autograd.loss import Loss
from molgrad.campaign.campaign import Campaign
from molgrad.campaign.events import Watcher
from molgrad.campaign.measuring import AdvisorLike
from molgrad.config.advisor import advisor_of
from molgrad.config.docking_fields import dock_arguments
from molgrad.config.fields import declared
from molgrad.config.objectives import build_loss, contacts, kept_in_hops, objective_terms, routes, suited_objective
from molgrad.config.settings import RunSettings
from molgrad.docking.request import DockSettings
from molgrad.llm.opening import REPLAY
from molgrad.losses.route import Route
from molgrad.molecule.domain import MoleculeDomain
from molgrad.molecule.scope import with_core
from molgrad.molecule.starts import holding, read_starts, written
from molgrad.receptors import Receptor, load_receptor


def run(settings: RunSettings, *, watch: Watcher | None = None) -> Campaign:
    """Make the run that the settings describe, or go on with it where it was stopped.

        with mg.run(mg.RunSettings(receptor="1ia1", start=["CCO"], docks=60)) as campaign:
            campaign.best()

    Args:
        settings: of the run; `molgrad optimize` with the same ones makes the same run.
        watch: called after each measurement, such as `mg.live_line()`; by default the live view in a notebook.

    Returns:
        The campaign after `settings.docks` docks, open: ask and tell go on with it.

    Raises:
        MolgradError: as `open_campaign` and `Campaign.run`.
    """
    return open_campaign(settings).run(**settings.how_far(), watch=watch)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a run is made of, before its folder is touched.

    Attributes:
        settings: of the run.
        receptor: what is docked into; None where no term needs one.
        folder: of the run.
        engine: who advises, as `Campaign` takes it.
        starts: as they were read.
        domain: the molecules that may be proposed.
        aim: the name of the objective where the settings have no terms of their own.
        loss: what is minimized.
    """

    settings: RunSettings
    receptor: Receptor | None
    folder: Path
    engine: AdvisorLike
    starts: Starts
    domain: MoleculeDomain
    aim: str
    loss: Loss


def prepare(settings: RunSettings) -> Prepared:
    """Everything that the settings name, looked up and read; nothing is docked and no folder made.

    Args:
        settings: of the run.

    Raises:
        MolgradError: as `open_campaign`, but for the folder.
    """
    receptor = None if settings.receptor is None else load_receptor(settings.receptor, box=settings.box)
    engine = advisor_of(settings)
    columns = dict(name_column=settings.name_column, smiles_column=settings.smiles_column)
    starts = with_core(holding(read_starts(settings.start, **columns), settings.keep), settings.core)
    files = _files(settings)
    domain = _domain(settings, starts.values, files)
    aim = settings.objective or suited_objective(domain, starts.values)
    terms = settings.term or objective_terms(aim)
    docking = {**settings.model_dump(include={"workers", "pose", "cache", "executor"}), **dock_arguments(settings)}
    lead = settings.pose is not None and not domain.fragments(starts.values)
    if lead and docking["pose_mode"] == "auto" and not DockSettings.of(**dock_arguments(settings)).builds_poses:
        docking["pose_mode"] = "keep"  # an effort that builds no poses would refuse the one given
    docking |= {} if receptor is None else {"receptor": receptor}
    shared = {"docking": docking, "similarity": {"reference": starts.values[0]}, "route": files}
    terms = [
        *terms,
        *contacts(settings.contact, settings.require),
        *routes(terms, settings.require_route or bool(settings.reactions or any(files.values()))),
    ]
    loss = build_loss([*terms, *kept_in_hops(domain.scope, terms)], shared)
    folder = Path(settings.out or f"runs/{receptor.name if receptor else 'lab'}")
    return Prepared(settings, receptor, folder, engine, starts, domain, aim, loss)


def open_campaign(settings: RunSettings, *, revise: bool = False) -> Campaign:
    """The campaign of these settings, new or as it was left, before anything more is docked.

    Args:
        settings: of the run.
        revise: whether settings that differ from those of the folder become a new revision of it; see `Campaign`.

    Raises:
        UnknownNameError: a receptor, objective, loss, effort or preset that does not exist.
        InputFileError: starts, bounds or a pose that cannot be used.
        EngineError: the engine's name leads nowhere, or there is no key.
        ConflictingSettingsError: settings that exclude one another.
        SettingsChangedError: the folder was made with other settings.
    """
    made = prepare(settings)
    return Campaign(
        made.folder,
        start=made.starts.values,
        domain=made.domain,
        loss=made.loss,
        engine=made.engine,
        seed=settings.seed,
        batch=settings.batch,
        replicates=settings.replicates,
        scope=settings.scope,
        brief=settings.brief,
        brief_across=settings.brief_across or None,
        force=settings.force,
        revise=revise,
        optimizer=settings.search,
        role=settings.role or (f"ligand of {made.receptor.name}" if made.receptor else None),
        record=_record(settings, made.folder, written(made.starts), made.aim),
        start_notes=tuple(dict.fromkeys((*made.starts.notes, *made.domain.notes, *_of_stock(made.loss)))),
        start_names=made.starts.names,
    )


def _files(settings: RunSettings) -> dict[str, str]:
    """The files with what can be bought, by their full path."""
    given = settings.model_dump(include={"stock", "building_blocks"})
    return {name: str(Path(file).expanduser().absolute()) for name, file in given.items() if file}


def _domain(settings: RunSettings, starts: Sequence[str], files: Mapping[str, str]) -> MoleculeDomain:
    """The molecules that may be proposed."""
    bounds = settings.model_dump(include={"keep", "exclude", "core", "vary", "min_similarity", "require_route"})
    if settings.require_route or settings.reactions or settings.building_blocks:
        bounds |= {"reactions": settings.reactions, **files}
    return MoleculeDomain(settings.preset, similar_to=starts, **bounds).within(settings.scope, starts)


def _of_stock(loss: Loss) -> tuple[str, ...]:
    """What is to be said of the stock from which routes are looked for."""
    return tuple(note for term in loss.all_terms() if isinstance(term, Route) for note in term.notes)


def _record(settings: RunSettings, folder: Path, starts: tuple[str, ...], aim: str) -> dict[str, Any]:
    """The settings from which the same run is made anywhere: starts as they were read, files by their full path."""
    receptor = Path(settings.receptor or "").expanduser()
    whole = settings.model_dump()
    for name in ("pose", "engine_program", "executor"):  # the latter are named, or described in a file
        if whole[name] is not None and (name == "pose" or whole[name].endswith(".toml")):
            whole[name] = str(Path(whole[name]).expanduser().absolute())
    whole |= {
        **_files(settings),
        "start": starts,
        "brief": None if settings.brief is None else str(Path(settings.brief).expanduser().absolute()),
        "out": str(folder),
        "objective": None if settings.term else aim,
        "term": tuple(_anywhere(term) for term in settings.term),
        "receptor": str(receptor.absolute()) if len(receptor.parts) > 1 else settings.receptor,
    }
    if settings.engine.startswith(REPLAY):
        whole["engine"] = REPLAY + str(Path(settings.engine.removeprefix(REPLAY)).absolute())
    return {name: None if whole[name] == () else whole[name] for name in declared(RunSettings)}


def _anywhere(term: Mapping[str, Any]) -> dict[str, Any]:
    """A term as it is made in any folder: a program runs where it ran."""
    if term.get("loss") != "command":
        return dict(term)
    return {**term, "folder": str(Path(term.get("folder", ".")).expanduser().absolute())}
