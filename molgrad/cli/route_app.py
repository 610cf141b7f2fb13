"""The command `molgrad route` and its options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def route(
    smiles: Annotated[list[str] | None, typer.Argument(help="SMILES of the molecules to make.")] = None,
    *,
    input_file: Annotated[
        list[Path] | None,
        typer.Option(
            "--input", "-i", help="A .smi, .csv, .sdf, .mol2 or .xlsx file (also .gz), or a folder; repeatable."
        ),
    ] = None,
    stock: Annotated[
        Path | None,
        typer.Option(
            "--stock", help="What can be bought: a file with SMILES, identifiers, prices. \\[our own two lists]"
        ),
    ] = None,
    only_stock: Annotated[
        bool, typer.Option("--only-stock", help="Take nothing that is not in the file; our own lists neither.")
    ] = False,
    probable: Annotated[
        bool,
        typer.Option("--probable", help="At last take what molbloom's filter thinks is sold; it errs at times."),
    ] = False,
    max_steps: Annotated[int, typer.Option(min=1, max=5, help="Reactions of a route, all of them counted.")] = 3,
    deadline: Annotated[float, typer.Option(min=0.1, max=600, help="Seconds for a molecule.")] = 5.0,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a line of JSON for each molecule; its 'trees' are AiZynthFinder's.")
    ] = False,
    svg: Annotated[Path | None, typer.Option("--svg", help="Draw the best route of one molecule to this file.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Do not say on stderr how files were read.")] = False,
) -> None:
    """How a molecule can be made: routes of named reactions from what can be bought, each run forward to its product.

    A leaf carries the identifier and the price of the stock it comes from; what is not in stock is said, with the
    nearest that is. A molecule that cannot be made so is a sentence, and the exit code is 0 all the same.
    """
    from molgrad.cli.given import given_molecules
    from molgrad.cli.route import run_route
    from molgrad.cli.terminal import say
    from molgrad.synthesis.search import Planner
    from molgrad.synthesis.stock import open_stock

    found = given_molecules(smiles or [], input_file or [], name_column=None, smiles_column=None)
    asked = open_stock(stock, common=not only_stock, probable=probable)
    say("" if quiet else "\n".join((*found.notes, *asked.notes)))
    run_route(found, Planner(asked, max_steps=max_steps, deadline=deadline), as_json=as_json, svg=svg)
