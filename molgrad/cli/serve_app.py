"""The command `molgrad serve` and its options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from molgrad.errors import ConflictingSettingsError


def serve(
    folder: Annotated[Path, typer.Argument(help="The folder of a campaign, or a new one. No tool leaves it.")],
    *,
    mcp: Annotated[
        bool, typer.Option("--mcp", help="Serve the Model Context Protocol on standard input and output.")
    ] = False,
    docks: Annotated[int, typer.Option(min=0, help="Docks of the session in all; no call can exceed them.")] = 100,
    hours: Annotated[float, typer.Option(min=0, help="Hours of the session, from its first start.")] = 24.0,
    session: Annotated[
        str, typer.Option(help="Its name: the same one goes on with the same budget, another has its own.")
    ] = "default",
    receptor: Annotated[
        list[str] | None,
        typer.Option("--receptor", help="A receptor that is offered, by name or folder; repeatable. \\[all]"),
    ] = None,
    sealed: Annotated[
        list[str] | None,
        typer.Option(
            "--sealed", help="A held-out receptor, or a table of measured molecules, that no client sees; repeatable."
        ),
    ] = None,
    hand_in: Annotated[
        int, typer.Option("--hand-in", min=1, max=1000, help="Molecules that may be handed in for what is sealed.")
    ] = 10,
    effort: Annotated[str | None, typer.Option(help="Of docks. \\[the campaign's, else standard]")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=1024, help="Molecules docked at once.")] = None,
    score: Annotated[
        bool, typer.Option("--score", help="Measure what was handed in, and print the sealed scores; serve nothing.")
    ] = False,
) -> None:
    """Let another agent work on a campaign: it docks, checks, explains, measures, asks and tells within a budget.

    Every call is kept in FOLDER/served. A client's configuration: command molgrad, arguments serve --mcp FOLDER. Needs
    the extra 'mcp'.
    """
    from molgrad.cli.serve import run_score, run_seal, run_serve
    from molgrad.serve.session import Terms

    if (mcp and score) or not (mcp or score or sealed):
        raise ConflictingSettingsError(
            "give --mcp to serve the folder, --sealed alone to seal something, or --score to measure what was handed in"
        )
    terms = Terms(
        docks=docks,
        hours=hours,
        session=session,
        receptors=tuple(receptor or ()),
        sealed=tuple(sealed or ()),
        hand_in=hand_in,
        effort=effort,
        workers=workers,
    )
    if score:
        run_score(folder, workers)
    elif mcp:
        run_serve(folder, terms)
    else:
        run_seal(folder, terms)
