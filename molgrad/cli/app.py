"""The commands and their options; each does its work in a module of its own, imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from molgrad import __version__
from molgrad.cli.receptor_app import receptor_app
from molgrad.cli.settings_options import takes_settings
from molgrad.config.settings import RunSettings

app = typer.Typer(
    name="molgrad",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Molecule design by textual gradients: measure, criticise, propose, measure again.",
)
app.add_typer(receptor_app, name="receptor")

Workers = Annotated[int | None, typer.Option(min=1, max=1024, help="Molecules docked at once; default: all cores.")]
Seed = Annotated[int, typer.Option(help="Same seed, same result.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")]
EffortName = Annotated[
    str | None,
    typer.Option(
        help="'fast' for wide searches, 'standard', or 'thorough' for finalists (three long searches). [standard]"
    ),
]
Pose = Annotated[
    Path | None, typer.Option(help="SDF with the lead's known binding mode: poses built on it are tried too.")
]
ProtonationName = Annotated[str, typer.Option(help="'openbabel' (charges at pH 7.4) or 'none' (docked as designed).")]
Cache = Annotated[bool, typer.Option("--cache/--no-cache", help="Find docks made before instead of docking again.")]
BoxKind = Annotated[
    str, typer.Option(help="'default' (22 Å for DOCKSTRING receptors) or 'published' (their 30 Å boxes).")
]


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
def dock(
    smiles: Annotated[list[str] | None, typer.Argument(help="SMILES to dock.")] = None,
    *,
    receptor: Annotated[str, typer.Option("--receptor", "-r", help="A name from 'receptor list', or a folder.")],
    input_file: Annotated[Path | None, typer.Option("--input", "-i", help="A .smi, .csv or .sdf file.")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write the poses to this SDF file.")] = None,
    effort: EffortName = None,
    exhaustiveness: Annotated[
        int | None, typer.Option(min=1, max=256, help="Instead of an effort: one search of Vina, this thorough.")
    ] = None,
    poses: Annotated[int, typer.Option(min=1, max=9, help="Poses kept for each molecule.")] = 3,
    seed: Seed = 0,
    workers: Workers = None,
    box: BoxKind = "default",
    timeout: Annotated[float, typer.Option(min=1.0, help="Seconds after which a dock is given up.")] = 600.0,
    pose: Pose = None,
    protonation: ProtonationName = "openbabel",
    tautomers: Annotated[
        int, typer.Option(min=1, max=4, help="Tautomers docked of each stereoisomer, of those that water holds.")
    ] = 1,
    engine_program: Annotated[
        str, typer.Option(help="The docking program: 'vina', another installed one, or a TOML file.")
    ] = "vina",
    cache: Cache = True,
    explain: Annotated[bool, typer.Option("--explain", help="Say what each pose does well and badly.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Explain in JSON lines, with each atom's energy.")] = False,
    quiet: Quiet = False,
) -> None:
    """Dock molecules: CSV on stdout, a row for each molecule in the order given, poses to an SDF file.

    Open centres are docked in each stereoisomer, up to eight, and the best one is the row; the note says which.
    A molecule that cannot be docked is a row with its status and the reason; the exit code is 0 all the same.
    With --explain, instead of CSV, a critique of each pose: its interactions, what is wrong, where it can grow.
    """
    from molgrad.cli.dock import run_dock
    from molgrad.docking.request import DockSettings

    settings = DockSettings.of(
        effort, exhaustiveness, engine_program, seed=seed, poses=poses, protonation=protonation, tautomers=tautomers,
        timeout=timeout,
    )  # fmt: skip
    run_dock(
        smiles or [], receptor=receptor, input_file=input_file, out=out, settings=settings, workers=workers, box=box,
        pose=pose, cache=cache, quiet=quiet, explain="json" if as_json else "text" if explain else None,
    )  # fmt: skip


@app.command()
@takes_settings(RunSettings)
def optimize(
    given: dict[str, Any],
    *,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="A TOML file with these settings, or a run's campaign.toml.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Improve molecules against a receptor. The same command again resumes; other settings are refused."""
    from molgrad.cli.optimize import run_optimize

    run_optimize(given, config, quiet=quiet)


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", "-o", help="The run folder.")] = Path("runs/demo"),
    docks: Annotated[int, typer.Option(min=2, max=1000, help="Molecules to dock.")] = 22,
    seed: Seed = 7,
    workers: Workers = None,
    quiet: Quiet = False,
) -> None:
    """The main job in three minutes: trimethoprim against DHFR (1ia1), improved, confirmed and explained."""
    from molgrad.cli.demo import run_demo

    run_demo(out, docks=docks, seed=seed, workers=workers, quiet=quiet)


@app.command()
def doctor() -> None:
    """Check this installation: packages, receptors, a real dock, the model endpoint if one is set."""
    from molgrad.cli.doctor import run_doctor

    run_doctor()
