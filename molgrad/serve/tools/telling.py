"""The tool that takes what a laboratory measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from molgrad.assays.cell import Told as Beside
from molgrad.assays.cell import read_cell
from molgrad.assays.lexicon import unit_named
from molgrad.assays.numbers import tidy
from molgrad.campaign.campaign import Campaign
from molgrad.campaign.report import ToldRow
from molgrad.campaign.table import identifier
from molgrad.errors import BudgetReachedError, ConflictingSettingsError
from molgrad.serve.jobs import Work
from molgrad.serve.models import Answer, Job, Told
from molgrad.serve.targets import file_of
from molgrad.serve.tools.running import opened, watcher
from molgrad.serve.tools.tool import Arguments, FileName, Name, Reference, Text, Tool, Wait, Waiting
from molgrad.validation import Validator

if TYPE_CHECKING:
    from molgrad.serve.session import Session

RESULTS = (".csv", ".tsv", ".xlsx", ".json", ".sdf")
ROWS = 500  # results of one call

# Not from text: a text of 500 digits would be infinity.
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class Result(BaseModel):
    """What a laboratory measured of one molecule."""

    model_config = ConfigDict(extra="forbid")

    molecule: Reference
    value: Annotated[Number | Name, Field(description="A number, or as a laboratory writes it: '> 10 uM'.")]
    unit: Annotated[Name, Field(description="Of the value; the assay's own where neither says one.")] = ""
    note: Text = ""


class TellArguments(Arguments):
    """Results, or the name of a table of them."""

    results: Annotated[list[Result], Field(default_factory=list, max_length=ROWS)]
    file: FileName = ""
    assay: Name = ""
    replace: bool = False
    dry_run: bool = False
    wait_seconds: Wait = None


def tell(session: Session, given: TellArguments) -> Waiting:
    """Begin to take results.

    Args:
        session: what is served.
        given: the results.

    Raises:
        ConflictingSettingsError: neither results nor a file, or both.
    """
    if bool(given.results) == bool(given.file):
        raise ConflictingSettingsError("give either results or the name of a file with them")
    with session.campaign() as known:
        rows = [_row(known, one) for one in given.results]
    source: Any = file_of(session.folder, given.file, RESULTS, session.sealed.holds) if given.file else rows

    def run(work: Work) -> Answer:
        with opened(session, work) as campaign:
            try:
                report = campaign.tell(
                    source,
                    term=given.assay or None,
                    replace=given.replace,
                    dry_run=given.dry_run,
                    watch=watcher(work, 0),
                )
            except BudgetReachedError as error:
                said = f"the results are stored; {error}, so that new molecules are not measured in the other terms"
                return Answer(notes=[said])
            return Answer(told=[_told(row) for row in report.rows], notes=[report.counted(), *report.notes])

    return Waiting.on(session.jobs.add("tell", run), given.wait_seconds)


def _row(campaign: Campaign, one: Result) -> Mapping[str, Any]:
    """A result as a row of a table; what is neither an id nor a name of the campaign is a SMILES, if it can be."""
    row = campaign.find(one.molecule)
    called = () if row is None else (identifier(row.id), campaign.name_of(row))
    drawn = one.molecule not in called and Validator("parse").check(one.molecule).ok
    value = _with_unit(one) if one.unit else one.value
    molecule = {"id": "", "smiles": one.molecule} if drawn else {"id": one.molecule, "smiles": ""}
    return {**molecule, "value": value, "note": one.note}


def _with_unit(one: Result) -> str:
    """The value with its unit behind it; a text may say the same unit itself.

    Raises:
        ConflictingSettingsError: the text says another unit, or is such that none can be put behind it.
    """
    if not isinstance(one.value, str):
        return f"{one.value!r} {one.unit}"
    unit, read = unit_named(tidy(one.unit)), read_cell(one.value).measured
    if read is not None and read.unit:
        if unit is None or read.unit != unit.name:
            said = f"the value {one.value!r} of {one.molecule} says a unit itself, and {one.unit!r} is given"
            raise ConflictingSettingsError(f"{said}: leave one of the two out")
        return one.value
    effect = unit is not None and unit.name == "%" and read_cell(one.value, Beside(unit="%")).measured is not None
    if read is None and (effect or not any(map(str.isdigit, one.value))):
        return one.value  # an effect at one dose, "63 @ 1 uM", or a word such as "n.d."
    written = f"{one.value} {one.unit}"
    again = read_cell(written).measured
    if read is not None and unit is not None and (again is None or again.unit != unit.name):
        said = f"the unit {one.unit!r} cannot be put behind the value {one.value!r} of {one.molecule}"
        raise ConflictingSettingsError(f"{said}: write it into the value, behind the number")
    return written


def _told(row: ToldRow) -> Told:
    return Told(
        molecule=row.molecule,
        smiles=row.smiles,
        assay=row.assay,
        outcome=row.fate.value,
        understood=row.said,
        problem=row.why,
        warnings=list(row.warnings),
    )


TOOLS = (
    Tool(
        "tell",
        "Tell what a laboratory measured: results, or the name of a table in the campaign's folder. Each result is "
        "stored or refused with what to do. dry_run writes nothing. Never tell guesses or docking scores.",
        TellArguments,
        Job,
        tell,
    ),
)
