"""The commands of a laboratory beside a campaign and their options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from molgrad.cli.codes import Code
from molgrad.errors import ConflictingSettingsError


def tell(
    run: Annotated[Path, typer.Argument(help="The run folder.")],
    results: Annotated[
        list[Path] | None, typer.Argument(help="Tables of results: .csv, .tsv, .xlsx, .json, .sdf; also .gz.")
    ] = None,
    *,
    assay: Annotated[
        str | None, typer.Option("--assay", help="The assay of the results. \\[found by the table's headings]")
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option("--map", help="What a column is, as 'IC50 (nM)=value'; an assay, name, ignore ...; repeatable."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say of each row what is understood and why; nothing is written.")
    ] = False,
    match: Annotated[
        str,
        typer.Option(
            "--match",
            help="Where stereo or tautomer differs from a proposal: ask, stereo, tautomer, any (it is meant), exact "
            "(it is another molecule).",
        ),
    ] = "ask",
    replace: Annotated[
        bool, typer.Option("--replace", help="Correct what was told of these molecules before; it is kept.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Hold back what is implausible, instead of a warning.")
    ] = False,
    dock: Annotated[
        int,
        typer.Option(
            "--dock",
            min=0,
            help="Of the molecules that were told and never proposed, the N best are docked too, within the run's "
            "budget; docking of the others is predicted.",
        ),
    ] = 0,
    withdraw: Annotated[
        list[str] | None, typer.Option("--withdraw", help="A molecule whose values are taken back; repeatable.")
    ] = None,
    not_made: Annotated[
        list[str] | None, typer.Option("--not-made", help="A proposal that was not made; repeatable.")
    ] = None,
    why: Annotated[str, typer.Option("--why", help="The reason, kept with --withdraw and --not-made.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")] = False,
) -> None:
    """Tell a campaign what the laboratory measured. Rows that cannot be taken are named by line, the others stored.

    Molecules are found by id (m0007), name or structure; one that was never proposed becomes part of the campaign, and
    is docked only if --dock asks for it. A table told twice is noticed. The exit code is 1 where a row was not taken.
    """
    from molgrad.cli.tell import Told, run_tell

    if not (results or withdraw or not_made or dock):
        raise ConflictingSettingsError(
            "nothing to tell: give a table of results, --withdraw ID, --not-made ID or --dock N"
        )
    told = Told(tuple(results or ()), tuple(withdraw or ()), tuple(not_made or ()), why, dock)
    options = {"term": assay, "match": match, "replace": replace, "strict": strict, "dry_run": dry_run}
    if not run_tell(run, told, columns or [], options, quiet=quiet, as_json=as_json):
        raise typer.Exit(Code.IN_PART)
