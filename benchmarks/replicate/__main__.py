"""Published protocols, run again: `python -m benchmarks.replicate textgrad --targets DRD2,F2 --engine ...`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from molgrad.cli import run
from molgrad.cli.model_options import EngineName, LlmCache, Masked, MaxCalls, MaxCost, MaxTokens, PerMinute, Price
from molgrad.errors import InputFileError

replicate_app = typer.Typer(no_args_is_help=True, help="Published experiments, run again with any engine.")


@replicate_app.callback()
def replicate() -> None:
    """Published experiments, run again with any engine."""


@replicate_app.command()
def textgrad(
    targets: Annotated[str, typer.Option(help="Receptors, separated by commas: DRD2,F2.")],
    engine: EngineName = None,
    iterations: Annotated[int, typer.Option(min=1, max=1000, help="Steps of each trajectory.")] = 10,
    out: Annotated[Path, typer.Option("--out", "-o", help="The run folder.")] = Path("runs/textgrad"),
    effort: Annotated[str | None, typer.Option(help="Of a dock: fast, standard or thorough. [standard]")] = None,
    exhaustiveness: Annotated[int | None, typer.Option(min=1, max=256, help="Instead of an effort.")] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same result.")] = 0,
    workers: Annotated[int | None, typer.Option(min=1, max=1024, help="Molecules docked at once.")] = None,
    masked: Masked = None,
    max_calls: MaxCalls = None,
    max_tokens: MaxTokens = None,
    max_cost: MaxCost = None,
    price: Price = None,
    per_minute: PerMinute = None,
    llm_cache: LlmCache = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")] = False,
) -> None:
    """TextGrad's molecule experiment: three starts, ten iterations, s = Vina + (1 - QED), one trajectory each.

    Prints per target the medians that the paper does not give, validity, SA, novelty against the starts, calls,
    tokens and cost. The same command again goes on where it was stopped.
    """
    from benchmarks.replicate.protocol import run_replicate

    settings = {
        "engine": engine, "iterations": iterations, "effort": effort, "exhaustiveness": exhaustiveness, "seed": seed,
        "workers": workers, "masked": masked, "max_calls": max_calls, "max_tokens": max_tokens, "max_cost": max_cost,
        "price": price, "per_minute": per_minute, "llm_cache": llm_cache,
    }  # fmt: skip
    named = [name.strip() for name in targets.split(",") if name.strip()]
    if not named:
        raise InputFileError("--targets names no receptor; give names separated by commas, such as DRD2,F2")
    run_replicate(named, {k: v for k, v in settings.items() if v is not None}, out, quiet=quiet)


if __name__ == "__main__":
    run(replicate_app)
