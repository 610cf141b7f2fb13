"""The commands for a laboratory: what to make next, how a campaign stands, and what it gave."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from molgrad.cli.settings_options import takes_settings
from molgrad.config.fields import WHAT
from molgrad.config.settings import RunSettings

PLATE = "Plate"

Run = Annotated[Path, typer.Argument(help="The run folder.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")]
Revise = Annotated[
    bool,
    typer.Option(
        "--revise",
        help="Take settings that differ from the folder's; earlier results are judged anew.",
        rich_help_panel=WHAT,
    ),
]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        help="A TOML file with these settings, or a run's campaign.toml.",
        rich_help_panel=WHAT,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
_HOW_FAR = ("out", "docks", "max_evaluations", "max_hours", "until_score", "patience")  # of a run, not of a plate


def add_to(app: typer.Typer) -> None:
    """Add the commands to the program.

    Args:
        app: the program.
    """
    for command in (ask, status, export, report):
        app.command()(command)


@takes_settings(RunSettings, leave_out=_HOW_FAR)
def ask(
    given: dict[str, Any],
    run: Annotated[Path, typer.Argument(help="The run folder; made if it is not there.")],
    *,
    n: Annotated[int, typer.Option("-n", "--number", min=1, help="New proposals.", rich_help_panel=PLATE)] = 8,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The plate file to fill in: .csv, .tsv or .xlsx. \\[RUN/plates]")
    ] = None,
    library: Annotated[
        Path | None,
        typer.Option("--library", help="Choose from this file of molecules that can be had.", rich_help_panel=PLATE),
    ] = None,
    controls: Annotated[
        list[str] | None,
        typer.Option(
            "--controls",
            help="A molecule measured along: an id, a name, a SMILES, or lead; repeatable.",
            rich_help_panel=PLATE,
        ),
    ] = None,
    repeat: Annotated[
        int, typer.Option("--repeat", min=0, help="Of the best, measured once more.", rich_help_panel=PLATE)
    ] = 0,
    config: Config = None,
    revise: Revise = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Propose what a laboratory is to make and measure next; nothing is proposed twice.

    A folder that was used before needs no settings. 'molgrad tell' takes the plate file back, filled in.
    """
    from molgrad.cli.ask import run_ask

    run_ask(
        {**given, "out": str(run)},
        config,
        n=n,
        out=out,
        library=library,
        controls=controls or [],
        repeat=repeat,
        revise=revise,
        quiet=quiet,
        as_json=as_json,
    )


def status(
    run: Run,
    *,
    best: Annotated[int, typer.Option("--best", min=0, help="Of the best molecules, named.")] = 3,
    as_json: Json = False,
) -> None:
    """How a campaign, a screen or a library run stands: molecules, budget, what it waits for, the best."""
    from molgrad.cli.standing import run_status

    run_status(run, as_json=as_json, best=best)


def export(
    run: Run,
    *,
    top: Annotated[int, typer.Option("--top", min=1, help="Of the best molecules, at most.")] = 20,
    csv: Annotated[bool, typer.Option("--csv", help="A table. \\[where no other kind is given]")] = False,
    sdf: Annotated[bool, typer.Option("--sdf", help="Structures: poses, or drawings of what was not docked.")] = False,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="A workbook, with drawn structures.")] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="The file, its ending says the kind; or a name for several. \\[RUN/top_N]"),
    ] = None,
    pick: Annotated[
        int, typer.Option("--pick", min=0, help="Of these, marked in a column 'pick': good and unlike one another.")
    ] = 0,
    molecule: Annotated[
        list[str] | None,
        typer.Option("--molecule", help="This one instead of the best: an id, a name or a SMILES; repeatable."),
    ] = None,
    passes_filters: Annotated[
        bool, typer.Option("--passes-filters", help="Only molecules that pass the filters.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write the best molecules of a run to files, best first, with values, predictions and where they come from.

    A workbook has the structures drawn in its cells. Ids are those of every other file of the run.
    """
    from molgrad.cli.standing import run_export

    kinds = [kind for kind, asked in (("csv", csv), ("sdf", sdf), ("xlsx", xlsx)) if asked]
    run_export(
        run,
        top=top,
        kinds=kinds,
        out=out,
        passes_filters=passes_filters,
        pick=pick,
        molecules=molecule or [],
        as_json=as_json,
    )


def report(
    run: Run,
    *,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The file. \\[RUN/report.html]")] = None,
    format: Annotated[
        str | None, typer.Option("--format", "-f", help="html, md or pdf. \\[as the file's name ends, else html]")
    ] = None,
) -> None:
    """Write a report on a run: one page with the answer, the best molecules, and what it all rests on.

    The HTML page is one file without outside references, to be mailed. Markdown has its plots in a folder beside it; a
    PDF is printed by a Chromium or Chrome of this machine. The run may be at work.
    """
    from molgrad.cli.report import run_report

    run_report(run, out, format)
