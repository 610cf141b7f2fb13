"""The commands and their options; each does its work in a module of its own, imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from molgrad import __version__
from molgrad.cli import campaign_app
from molgrad.cli.codes import words
from molgrad.cli.completing import receptor_names
from molgrad.cli.lab_app import tell
from molgrad.cli.panels import arrange
from molgrad.cli.receptor_app import receptor_app
from molgrad.cli.route_app import route
from molgrad.cli.serve_app import serve
from molgrad.cli.settings_options import takes_settings
from molgrad.config.docking_fields import DOCK_FIELDS
from molgrad.config.fields import WHAT
from molgrad.config.screen_settings import USED, ScreenSettings
from molgrad.config.settings import RunSettings
from molgrad.errors import ConflictingSettingsError

app = typer.Typer(
    name="molgrad",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Molecule design by textual gradients: measure, criticise, propose, measure again.",
    epilog=words(),
)
app.add_typer(receptor_app, name="receptor")
app.command()(tell)
app.command()(serve)
app.command()(route)

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Neither progress nor how files were read on stderr.")]
Files = Annotated[
    list[Path] | None,
    typer.Option(
        "--input",
        "-i",
        help="A .smi, .csv, .sdf, .mol2 or .xlsx file (also .gz), or a folder; repeatable.",
        rich_help_panel=WHAT,
    ),
]
_FOUND = "\\[found by its name and values]"  # escaped: rich takes brackets for its own
_DOCKING = (
    *DOCK_FIELDS,
    "receptor",
    "seed",
    "workers",
    "box",
    "pose",
    "executor",
    "cache",
    "name_column",
    "smiles_column",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"molgrad {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Options of the program itself."""


@app.command()
@takes_settings(RunSettings, _DOCKING)
def dock(
    given: dict[str, Any],
    smiles: Annotated[list[str] | None, typer.Argument(help="SMILES to dock.")] = None,
    *,
    input_file: Files = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write the poses to this SDF file.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Say what each pose does well and badly.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Explain in JSON lines, with each atom's energy.")] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Print how the molecules are understood, as CSV; nothing is docked, a receptor is not needed.",
        ),
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Dock molecules: CSV on stdout, a row for each molecule in the order given, poses to an SDF file.

    Of an open centre or a racemate every stereoisomer is docked, up to eight; the best one is the row.
    A molecule that cannot be docked is a row with its status and the reason; the exit code is 0 all the same.
    With --explain, instead of CSV, a critique of each pose: its interactions, what is wrong, where it can grow.
    """
    from molgrad.cli.dock import run_dock

    files = input_file or []
    if dry_run and (explain or as_json):
        raise ConflictingSettingsError("--dry-run docks nothing, so there is no pose for --explain or --json")
    if dry_run:
        given = {"receptor": "none", **given}  # `cli.dry_run.NO_RECEPTOR`
    settings = RunSettings(start=smiles or [str(path) for path in files] or [""], **given)
    critique = "json" if as_json else "text" if explain else None
    run_dock(smiles or [], settings, input_files=files, out=out, quiet=quiet, explain=critique, dry_run=dry_run)


@app.command()
@takes_settings(RunSettings)
def optimize(
    given: dict[str, Any],
    *,
    config: campaign_app.Config = None,
    revise: campaign_app.Revise = False,
    as_json: campaign_app.Json = False,
    quiet: Quiet = False,
) -> None:
    """Improve molecules against a receptor. The same command again resumes; other settings are refused."""
    from molgrad.cli.optimize import run_optimize

    run_optimize(given, config, quiet=quiet, revise=revise, as_json=as_json)


@app.command()
@takes_settings(ScreenSettings, (*DOCK_FIELDS, *USED, "name_column", "smiles_column"))
def screen(
    given: dict[str, Any],
    *,
    input_file: Annotated[
        list[Path],
        typer.Option(
            "--input",
            "-i",
            help="The library: a .smi, .csv, .sdf ... file (also .gz), or a folder; repeatable.",
            rich_help_panel=WHAT,
        ),
    ],
    as_json: campaign_app.Json = False,
    quiet: Quiet = False,
) -> None:
    """Screen a library: it is read and filtered, and a part of it is docked, chosen batch by batch by a surrogate.

    Any size fits: a million lines need no more memory than a thousand. results.csv and poses.sdf have what was docked,
    best first, left_out.csv what was not read or not wanted, by line. The same command again resumes.
    """
    from molgrad.cli.screen import run_screen

    run_screen(given, input_file, quiet=quiet, as_json=as_json)


campaign_app.add_to(app)


@app.command()
def run(
    file: Annotated[Path, typer.Argument(help="The TOML file; 'molgrad init' writes one.")],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say how many docks, about how long, and what is missing; run nothing.")
    ] = False,
    as_json: campaign_app.Json = False,
    quiet: Quiet = False,
) -> None:
    """Run a campaign for each lead, receptor and objective of a file, then make one table of the best.

    Each compound once, filtered, unlike one another; the first are docked again, with their leads. library.csv,
    library.sdf and library.xlsx have the table, runs.csv the campaigns. The same command again resumes. A campaign that
    fails is named, and the rest goes on.
    """
    from molgrad.cli.library import run_file

    run_file(file, dry_run=dry_run, quiet=quiet, as_json=as_json)


@app.command()
def init(
    file: Annotated[
        Path | None, typer.Argument(help="Where to write it. \\[library.toml, with a lead campaign.toml]")
    ] = None,
    *,
    receptor: Annotated[
        str | None,
        typer.Option("--receptor", "-r", help="A name from 'receptor list'.", autocompletion=receptor_names),
    ] = None,
    start: Annotated[
        list[str] | None, typer.Option("--start", "-s", help="The lead: a SMILES, or a file; repeatable.")
    ] = None,
) -> None:
    """Write a file of settings with a comment on each, for 'molgrad optimize' from a receptor and a lead.

    Both are looked up, and what is known of them stands in the file: the atoms of the lead by number, the residues that
    the native ligand bonds. Without them the file is one for 'molgrad run': many leads, receptors and objectives.
    """
    from molgrad.cli.init import write_library, write_settings

    if receptor is None and not start:
        write_library(file or Path("library.toml"))
    elif receptor is None or not start:
        raise ConflictingSettingsError("give both --receptor and --start, or neither for a file of 'molgrad run'")
    else:
        write_settings(file or Path("campaign.toml"), receptor, start)


@app.command()
def states(
    smiles: Annotated[list[str] | None, typer.Argument(help="SMILES of the molecules.")] = None,
    *,
    input_file: Files = None,
    name_column: Annotated[
        str | None, typer.Option(help=f"The column or SDF property with the molecules' names. {_FOUND}")
    ] = None,
    smiles_column: Annotated[str | None, typer.Option(help=f"The column with the SMILES. {_FOUND}")] = None,
    ph: Annotated[float, typer.Option(min=0, max=14, help="pH of the water.")] = 7.4,
    most: Annotated[
        int | None, typer.Option("--states", min=1, help="Charge states printed, at most. \\[all above 1 %]")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a line of JSON for each molecule.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Do not say on stderr how files were read.")] = False,
) -> None:
    """Charge states in water: share, net charge and SMILES of each, then the groups with pKa, spread and source.

    The first state is the one that is docked. Atoms are numbered from 0 in the canonical SMILES (--json has it).
    What is no molecule is a row with the reason; the exit code is 0 all the same.
    """
    from molgrad.cli.given import given_molecules
    from molgrad.cli.states import run_states
    from molgrad.cli.terminal import say

    found = given_molecules(smiles or [], input_file or [], name_column=name_column, smiles_column=smiles_column)
    say("" if quiet else "\n".join(found.notes))
    run_states(found, ph=ph, states=most, as_json=as_json)


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", "-o", help="The run folder.")] = Path("runs/demo"),
    docks: Annotated[int, typer.Option(min=2, max=1000, help="Molecules to dock.")] = 17,
    seed: Annotated[int, typer.Option(help="Same seed, same result.")] = 7,
    workers: Annotated[int | None, typer.Option(min=1, max=1024, help="Molecules docked at once.")] = None,
    quiet: Quiet = False,
) -> None:
    """The main job in three minutes: trimethoprim against DHFR (1ia1), improved, confirmed and explained."""
    from molgrad.cli.demo import run_demo

    run_demo(out, docks=docks, seed=seed, workers=workers, quiet=quiet)


@app.command()
def why(
    run: Annotated[Path, typer.Argument(help="The run folder.")],
    molecule: Annotated[
        str, typer.Argument(help="A SMILES, a name such as m0012, or a place among the best.", show_default="the best")
    ] = "",
    *,
    as_json: campaign_app.Json = False,
) -> None:
    """How a molecule came to be: each change from the start, what was expected of it, what came, its contacts."""
    from molgrad.cli.why import run_why

    run_why(run, molecule, as_json=as_json)


@app.command("explain-prompt")
def explain_prompt(
    run: Annotated[Path, typer.Argument(help="The run folder.")],
    asked: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID]",
            help="A molecule (an id such as m0007, a name, a SMILES), or a call's number: call 3.",
            show_default="the last call",
        ),
    ] = None,
    *,
    listed: Annotated[bool, typer.Option("--list", help="A line for each call instead of whole prompts.")] = False,
    as_json: campaign_app.Json = False,
) -> None:
    """A prompt and its answer as they were, and what came of each proposal, of a run that a language model advised.

    Of a molecule: every call in which it was criticised, and the one whose answer proposed it.
    """
    from molgrad.cli.explain_prompt import run_explain_prompt

    run_explain_prompt(run, " ".join(asked or []), as_json=as_json, listed=listed)


@app.command()
def lessons(
    run: Annotated[Path, typer.Argument(help="The run folder.")],
    *,
    term: Annotated[
        str | None, typer.Option("--term", help="Of this term alone, such as docking, or total. \\[all]")
    ] = None,
    least: Annotated[int, typer.Option("--min", min=1, help="Pairs that a change needs to be a lesson.")] = 3,
    every: Annotated[bool, typer.Option("--all", help="Those within the noise too, and single pairs.")] = False,
    as_json: campaign_app.Json = False,
) -> None:
    """What the run has shown: what each change did, over all measured pairs of molecules that differ by it alone.

    A line for each change in its context, the clearest first: the mean change of each measured term with its error,
    in how many pairs it went that way, and which contradict it.
    """
    from molgrad.cli.lessons import run_lessons

    run_lessons(run, term=term, least=least, every=every, as_json=as_json)


@app.command()
def doctor(as_json: campaign_app.Json = False) -> None:
    """Check this installation: packages, receptors, a real dock, the model endpoint if one is set."""
    from molgrad.cli.doctor import run_doctor

    run_doctor(as_json=as_json)


arrange(app)
