"""Published protocols, run again: `python -m benchmarks.replicate textgrad --targets DRD2,F2 --engine ...`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from molgrad.cli import run
from molgrad.cli.settings_options import takes_settings
from molgrad.config.fields import MODEL, declared
from molgrad.config.settings import RunSettings
from molgrad.errors import InputFileError

_MODEL = [name for name, one in declared(RunSettings).items() if one.group == MODEL]
_OPTIONS = ("engine", "effort", "exhaustiveness", "seed", "workers", "cache", *_MODEL)

replicate_app = typer.Typer(no_args_is_help=True, help="Published experiments, run again with any engine.")


@replicate_app.callback()
def replicate() -> None:
    """Published experiments, run again with any engine."""


@replicate_app.command()
@takes_settings(RunSettings, _OPTIONS)
def textgrad(
    given: dict[str, Any],
    *,
    targets: Annotated[str, typer.Option(help="Receptors, separated by commas: DRD2,F2.")],
    iterations: Annotated[int, typer.Option(min=1, max=1000, help="Steps of each trajectory.")] = 10,
    out: Annotated[Path, typer.Option("--out", "-o", help="The run folder.")] = Path("runs/textgrad"),
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")] = False,
) -> None:
    """TextGrad's molecule experiment: three starts, ten iterations, s = Vina + (1 - QED), one trajectory each.

    Prints per target the medians that the paper does not give, validity, SA, novelty against the starts, calls,
    tokens and cost. The same command again resumes.
    """
    from benchmarks.replicate.protocol import run_replicate

    named = [name.strip() for name in targets.split(",") if name.strip()]
    if not named:
        raise InputFileError("--targets names no receptor; give names separated by commas, such as DRD2,F2")
    run_replicate(named, {"seed": 0, **given, "iterations": iterations}, out, quiet=quiet)


if __name__ == "__main__":
    run(replicate_app)
