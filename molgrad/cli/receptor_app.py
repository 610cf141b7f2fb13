"""`molgrad receptor ...`: the options; each command does its work in a module imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from molgrad.cli.completing import receptor_names

receptor_app = typer.Typer(no_args_is_help=True, help="Receptors to dock into: make them, look at them, check them.")

Name = Annotated[str, typer.Argument(help="A name from 'receptor list', or a folder.", autocompletion=receptor_names)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Seed = Annotated[int, typer.Option(help="Same seed, same result.")]
Effort = Annotated[
    str | None, typer.Option(help="fast, standard or thorough, as for 'molgrad dock'. \\[standard]", show_default=False)
]
Exhaustiveness = Annotated[
    int | None,
    typer.Option(min=1, max=256, help="Instead of an effort: one search of Vina, this thorough.", show_default=False),
]
EngineProgram = Annotated[str, typer.Option(help="The docking program: vina, another installed one, or a TOML file.")]


@receptor_app.command("list")
def receptor_list(as_json: Json = False) -> None:
    """Every receptor that --receptor knows, with its box and origin; tab-separated text where it is not a terminal."""
    from molgrad.cli.receptor import print_list

    print_list(as_json=as_json)


@receptor_app.command("redock")
def receptor_redock(
    name: Annotated[str, typer.Argument(help="A receptor with a native ligand.", autocompletion=receptor_names)],
    *,
    effort: Effort = None,
    exhaustiveness: Exhaustiveness = None,
    engine_program: EngineProgram = "vina",
    seed: Seed = 0,
) -> None:
    """Dock the native ligand of a receptor and print how far it lands from the crystal pose.

    The verdict tells a crystal pose that the search missed from one that the scoring ranks behind another.
    """
    from molgrad.cli.validate import print_redocking

    print_redocking(name, effort=effort, exhaustiveness=exhaustiveness, engine=engine_program, seed=seed)


@receptor_app.command("prepare")
def receptor_prepare(
    protein: Annotated[Path | None, typer.Argument(help="A PDB or mmCIF file, also .gz.")] = None,
    *,
    pdb_id: Annotated[str | None, typer.Option(help="Fetch this entry from the RCSB instead, e.g. 1IEP.")] = None,
    ligand: Annotated[
        str | None,
        typer.Option(
            help="The native ligand: TQ3, B:TQ3194, A:NAG1-A:NAG4 or chain C of the file, or an SDF, MOL or MOL2 file."
        ),
    ] = None,
    center: Annotated[str | None, typer.Option(help="Middle of the box instead: x,y,z in Å.")] = None,
    residues: Annotated[str | None, typer.Option(help="Residues of the site instead: A:GLU30,A:ILE112.")] = None,
    pocket: Annotated[str | None, typer.Option(help="Instead: auto, the most buried pocket, or 2, the second.")] = None,
    size: Annotated[str | None, typer.Option(help="Sides of the box in Å: 24 or 24,20,22.")] = None,
    name: Annotated[str | None, typer.Option(help="The receptor's name. \\[the file's name]")] = None,
    chain: Annotated[str | None, typer.Option(help="Chains to build: A or A,B. \\[those near the box]")] = None,
    keep: Annotated[str | None, typer.Option(help="Groups to build as well: NDP,A:HOH301.")] = None,
    drop: Annotated[str | None, typer.Option(help="What to leave out or cut back near the box: GOL,A:ARG57.")] = None,
    template: Annotated[
        list[str] | None, typer.Option(help="Bond orders of a group: NDP=SMILES or NDP=file.sdf; repeatable.")
    ] = None,
    state: Annotated[
        list[str] | None, typer.Option(help="Protonation state of a residue: A:57=HIP; repeatable.")
    ] = None,
    rebuild: Annotated[
        bool,
        typer.Option(
            "--rebuild/--no-rebuild",
            help="Rebuild side chains that lack atoms; without it they are refused near the box and alanine elsewhere.",
        ),
    ] = True,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write this folder. \\[the user's receptors]")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a receptor of this name.")] = False,
) -> None:
    """Make a receptor of a PDB or mmCIF file and say everything that was changed.

    What cannot be built near the box is refused with the remedy; nothing is downloaded without --pdb-id.
    """
    from molgrad.cli.prepare import run_prepare

    site = dict(ligand=ligand, center=center, residues=residues, pocket=pocket, size=size)
    parts = dict(chain=chain, keep=keep, drop=drop, template=template, state=state, rebuild=rebuild)
    run_prepare(protein, site, parts, pdb_id=pdb_id, name=name, out=out, force=force)


@receptor_app.command("validate")
def receptor_validate(
    name: Name,
    *,
    ligand: Annotated[
        Path | None, typer.Option(help="SDF or MOL2 file of the native ligand, if the receptor has none.")
    ] = None,
    actives: Annotated[
        Path | None, typer.Option(help="A file of known actives: .smi, .csv, .sdf, .mol2 or .xlsx.")
    ] = None,
    inactives: Annotated[Path | None, typer.Option(help="A file of inactives or decoys, likewise.")] = None,
    effort: Effort = None,
    exhaustiveness: Exhaustiveness = None,
    engine_program: EngineProgram = "vina",
    seed: Seed = 0,
    workers: Annotated[int | None, typer.Option(min=1, max=1024, help="Molecules docked at once.")] = None,
) -> None:
    """Redock the native ligand; with actives and inactives, say whether docking tells them apart."""
    from molgrad.cli.validate import run_validate

    plan = dict(effort=effort, exhaustiveness=exhaustiveness)
    search = dict(**plan, seed=seed, workers=workers, engine=engine_program)
    run_validate(name, ligand=ligand, actives=actives, inactives=inactives, **search)


@receptor_app.command("calibrate")
def receptor_calibrate(
    name: Name,
    *,
    effort: Effort = None,
    exhaustiveness: Exhaustiveness = None,
    workers: Annotated[int | None, typer.Option(min=1, max=1024, help="Molecules docked at once.")] = None,
    engine_program: EngineProgram = "vina",
    cache: Annotated[bool, typer.Option("--cache/--no-cache", help="Reuse docks made before.")] = True,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")] = False,
) -> None:
    """Dock 30 known drugs and fit what a molecule of a given size typically gets, for 'size_residual'.

    The fit goes into the receptor's box.toml; for one that came with molgrad or DOCKSTRING, into the user's receptors.
    """
    from molgrad.cli.calibrate import run_calibrate

    plan = dict(effort=effort, exhaustiveness=exhaustiveness, engine=engine_program)
    run_calibrate(name, plan, workers=workers, cache=cache, quiet=quiet)


@receptor_app.command("show")
def receptor_show(
    name: Name,
    picture: Annotated[Path | None, typer.Option(help="Draw the ligand's contacts to this SVG file.")] = None,
    as_json: Json = False,
) -> None:
    """Origin, what was changed, box, and what the native ligand touches."""
    from molgrad.cli.receptor import print_receptor

    print_receptor(name, picture, as_json=as_json)
