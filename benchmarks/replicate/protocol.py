"""TextGrad's molecule experiment, with the numbers that the paper never printed."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchmarks.replicate.trajectory import Iteration, Log, summary, walk
from molgrad.autograd.advisor import Advisor
from molgrad.autograd.engine import resolve_advisor
from molgrad.autograd.loss import Loss
from molgrad.campaign.export import guarded, versions
from molgrad.campaign.folder import Lock, compare, make_folder, write_text
from molgrad.cli.usage import usage_words
from molgrad.config.advisor import advisor_of
from molgrad.config.objectives import objective
from molgrad.config.settings import RunSettings
from molgrad.errors import BudgetReachedError, plain
from molgrad.llm import Transcript
from molgrad.llm.types import Usage
from molgrad.receptors import Receptor, load_receptor

# Yuksekgonul et al., arXiv 2406.07496, section 3.4: three fragments, ten iterations, s = Vina + (1 - QED).
STARTS: Mapping[str, str] = {"acetamide": "CC(N)=O", "pentane": "CCCCC", "benzene": "c1ccccc1"}
ITERATIONS = 10
COLUMNS = ("s", "vina", "qed", "sa", "novelty")
SETTINGS, RESULTS, TABLE, CALLS, ANSWERS = "settings.json", "results.json", "molecules.csv", "calls.db", "answers.db"


@dataclass(frozen=True, slots=True)
class Target:
    """What one target gave: a trajectory for each start."""

    name: str
    walks: Mapping[str, Sequence[Iteration]]
    usage: Usage

    @property
    def validity(self) -> float | None:
        """The share of the model's proposals that were sound; None where none was asked."""
        every = [one for walked in self.walks.values() for one in walked]
        offered = sum(one.offered for one in every)
        return sum(one.sound for one in every) / offered if offered else None

    def medians(self) -> dict[str, float]:
        """Medians of the best molecules over the starts."""
        found = [one for walked in self.walks.values() if (one := summary(walked))]
        return {name: median(one[name] for one in found) for name in COLUMNS} if found else {}


def run_replicate(targets: Sequence[str], settings: Mapping[str, Any], folder: Path, *, quiet: bool) -> None:
    """Run or resume the protocol, print its table, write JSON and CSV."""
    receptors = [load_receptor(name) for name in targets]
    make_folder(folder)
    given = {name: value for name, value in settings.items() if name in RunSettings.model_fields}
    engine = advisor_of(RunSettings(receptor=targets[0], start=[*STARTS.values()], **given), folder / ANSWERS)
    with Lock(folder):
        transcript = Transcript(folder / CALLS)
        advisor = resolve_advisor(engine) if isinstance(engine, str) else engine(transcript)
        _same(folder, {
            "engine": advisor.name, "iterations": settings["iterations"], "effort": settings.get("effort"),
            "exhaustiveness": settings.get("exhaustiveness"), "seed": settings["seed"], "starts": dict(STARTS),
        })  # fmt: skip
        found: list[Target] = []
        ended: BudgetReachedError | KeyboardInterrupt | None = None
        for receptor in receptors:
            try:
                found.append(_target(receptor, advisor, transcript, folder, settings, quiet=quiet))
            except (BudgetReachedError, KeyboardInterrupt) as error:
                found.append(_kept(receptor, transcript, folder))
                ended = error
                break
        stopped = _stopped(ended)
        _write(folder, found, stopped, advisor)
        _print(found, advisor, "price" in settings, stopped)
        for note in [*([stopped] if stopped else []), *getattr(advisor, "notes", ())]:
            sys.stderr.write(plain(f"molgrad: {note}\n"))
        sys.stdout.write(f"{folder}: {RESULTS}, {TABLE}, {CALLS}\n")
    if isinstance(ended, KeyboardInterrupt):
        raise ended


def _stopped(ended: BudgetReachedError | KeyboardInterrupt | None) -> str:
    """Why a run ended early and what to do; empty where it did not."""
    if ended is None:
        return ""
    if isinstance(ended, KeyboardInterrupt):
        return "stopped: everything so far is kept, the same command goes on"
    return f"stopped: {ended}; everything so far is kept, the same command with more goes on"


def _kept(receptor: Receptor, transcript: Transcript, folder: Path) -> Target:
    """What there is of a target whose run was stopped."""
    walks = {name: Log(_path(folder, receptor, name)).kept for name in STARTS}
    usage = transcript.usage(by="target").get(receptor.name, Usage())
    return Target(receptor.name, {name: walked for name, walked in walks.items() if walked}, usage)


def _path(folder: Path, receptor: Receptor, start: str) -> Path:
    return folder / receptor.name / f"{start}.jsonl"


def _same(folder: Path, settings: Mapping[str, Any]) -> None:
    """Refuse a folder that was made with other settings."""
    path = folder / SETTINGS
    if path.is_file():
        compare(folder, json.loads(path.read_text(encoding="utf-8")), settings)
    else:
        write_text(path, json.dumps(settings, indent=1) + "\n")


def _target(
    receptor: Receptor, advisor: Advisor, transcript: Transcript, folder: Path, settings: Mapping[str, Any],
    *, quiet: bool,
) -> Target:  # fmt: skip
    docking: dict[str, Any] = {key: settings.get(key) for key in ("effort", "exhaustiveness", "workers")}
    cache = settings.get("cache", True)
    loss = objective("textgrad", receptor, seed=settings["seed"], cache=cache, **docking)
    try:
        walks = {}
        for name, start in STARTS.items():
            if not quiet:
                sys.stderr.write(f"{receptor.name}: {name}\n")
            walks[name] = _walk(receptor, start, loss, advisor, _path(folder, receptor, name), settings)
    finally:
        loss.close()
    return Target(receptor.name, walks, transcript.usage(by="target").get(receptor.name, Usage()))


def _walk(
    receptor: Receptor, start: str, loss: Loss, advisor: Advisor, path: Path, settings: Mapping[str, Any]
) -> list[Iteration]:
    return walk(
        receptor.name, start, loss, advisor, settings["iterations"], Log(path), seed=settings["seed"],
        role=f"ligand of {receptor.name}",
    )  # fmt: skip


def _row(target: str, name: str, walked: Sequence[Iteration]) -> list[dict[str, Any]]:
    """A trajectory as rows of the table of molecules."""
    return [
        {
            "target": target, "start": name, "iteration": one.number, "smiles": one.smiles,
            "status": one.evaluation.status.value, "s": one.score, "vina": one.evaluation.raw.get("affinity"),
            "qed": one.evaluation.raw.get("qed"), "offered": one.offered, "sound": one.sound,
            "failure": guarded(one.evaluation.reason),
        }
        for one in walked
    ]  # fmt: skip


def _write(folder: Path, found: Sequence[Target], stopped: str, advisor: Advisor) -> None:
    """results.json and molecules.csv, replaced whole."""
    import pandas as pd

    results = {
        "engine": advisor.name, "stopped": stopped, "notes": list(getattr(advisor, "notes", ())),
        "versions": versions(),
        "targets": {
            target.name: {
                "medians": target.medians(), "validity": target.validity, "usage": asdict(target.usage),
                "best": {name: summary(walked) for name, walked in target.walks.items()},
            }
            for target in found
        },
    }  # fmt: skip
    write_text(folder / RESULTS, json.dumps(results, indent=1, allow_nan=False, default=str) + "\n")
    rows = [row for t in found for name, walked in t.walks.items() for row in _row(t.name, name, walked)]
    write_text(folder / TABLE, pd.DataFrame(rows).to_csv(index=False, lineterminator="\n"))


def _print(found: Sequence[Target], advisor: Advisor, priced: bool, stopped: str) -> None:
    console = Console()
    whole = "medians of the best of three trajectories" + (" (stopped: not all are complete)" if stopped else "")
    table = Table(title=f"TextGrad's protocol with {advisor.name}: {whole}")
    for heading in ("target", "s", "Vina", "QED", "SA", "novelty", "valid", "calls", "tokens"):
        table.add_column(heading, justify="left" if heading == "target" else "right")
    for target in found:
        medians = target.medians()
        numbers = [f"{medians[name]:.3f}" if medians else "-" for name in COLUMNS]
        valid = "-" if target.validity is None else f"{target.validity:.0%}"
        table.add_row(Text(target.name), *numbers, valid, str(target.usage.calls), str(target.usage.tokens))
    console.print(table)
    console.print("s = Vina (kcal/mol) + 1 - QED, lower is better; novelty = 1 - Tanimoto similarity to the start;")
    console.print("valid: share of the molecules that the model proposed which the validator let pass")
    usage = sum((target.usage for target in found), Usage())
    if (usage.calls or usage.cached) and all(target.validity is None for target in found):
        console.print("the model proposed nothing that can be used: the numbers are the starts' own", highlight=False)
    if usage.calls or usage.cached:
        console.print(f"model: {usage_words(usage, priced)}", highlight=False)
