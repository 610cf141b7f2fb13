"""The settings of a library run, as a TOML file has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from molgrad.config.fields import WHAT, declared, is_many, setting
from molgrad.config.objectives import OBJECTIVES
from molgrad.config.refusals import in_words
from molgrad.config.settings import RunSettings
from molgrad.config.toml_file import parsed
from molgrad.docking.effort import load_effort
from molgrad.errors import ConflictingSettingsError, InputFileError, MolgradError, UnknownNameError

TABLES = ("settings", "table", "finalists", "objective")  # of the file, beside its plain keys
_OWN = ("receptor", "start", "docks", "out", "objective", "term")  # settings of a run that the file gives otherwise


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class TableSettings(_Strict):
    """What is taken from the campaigns into the table."""

    most: int = setting(50, "Molecules of the table.", group=WHAT, least=1, most=1_000_000)
    passes_filters: bool = setting(True, "Only what passes the filters.", group=WHAT)
    better_than_lead: bool = setting(True, "Only what has a lower loss than its lead.", group=WHAT)
    diversity: Literal["butina", "maxmin", "none"] = setting("butina", "How unlike ones are taken.", group=WHAT)
    similarity: float = setting(0.6, "Tanimoto similarity within a cluster.", group=WHAT, least=0.0, most=1.0)
    per_scaffold: int = setting(3, "Molecules of one scaffold; 0 for any number.", group=WHAT, least=0, most=1_000_000)


class FinalistSettings(_Strict):
    """Which molecules are docked again, and how."""

    count: int = setting(10, "How many.", group=WHAT, least=0, most=1_000_000)
    effort: str = setting("thorough", "fast, standard or thorough.", group=WHAT)


class _Plain(_Strict):
    """The plain keys of the file."""

    out: str = setting("runs/library", "The folder.", group=WHAT)
    leads: Sequence[str] = setting((), "SMILES or files", group=WHAT, items="SMILES or files")
    together: bool = setting(False, "One campaign from all leads.", group=WHAT)
    receptors: Sequence[str] = setting((), "Names or folders", group=WHAT, items="receptors")
    objectives: Sequence[str] = setting((), "Names", group=WHAT, items="objectives")
    docks: int | None = setting(None, "Of each campaign.", group=WHAT, least=1, most=10_000_000)
    docks_in_all: int | None = setting(None, "Of all campaigns.", group=WHAT, least=1, most=10_000_000)
    calls_in_all: int | None = setting(None, "Calls of the model in all campaigns.", group=WHAT, least=1, most=10**9)
    cost_in_all: float | None = setting(None, "Money for the model in all campaigns.", group=WHAT, least=0.0, most=1e9)


class LibrarySettings(_Plain):
    """A library run: leads by receptors by objectives, and what is made of their results.

    Attributes:
        settings: of every campaign, by the names of `RunSettings`.
        table: what is taken into the table.
        finalists: what is docked again.
        objective: terms of objectives of one's own, by name.
    """

    settings: Mapping[str, Any]
    table: TableSettings
    finalists: FinalistSettings
    objective: Mapping[str, Sequence[Mapping[str, Any]]]


def read_library_settings(path: Path) -> LibrarySettings:
    """The settings in a TOML file, checked.

    Args:
        path: the file; `molgrad init` writes one with comments.

    Raises:
        InputFileError: not TOML, a value of the wrong kind or out of bounds, or no lead or receptor.
        UnknownNameError: an unknown key, objective or effort, with what was probably meant.
        ConflictingSettingsError: two settings that exclude one another.
    """
    data = parsed(path, "; 'molgrad init' writes one")
    tables = {name: _table(path, data.pop(name, {}), name) for name in TABLES}
    plain = _checked(_Plain, data, str(path), (*_Plain.model_fields, *TABLES))
    for name in ("leads", "receptors"):
        if not getattr(plain, name):
            raise InputFileError(f"{path}: {name} is empty: give one or more, {name} = [...]")
    _refuse_both(path, plain, tables["settings"])
    own = _objectives(path, tables["objective"])
    _check_objectives(path, plain.objectives, own)
    finalists = _checked(FinalistSettings, tables["finalists"], f"{path}, [finalists]")
    load_effort(finalists.effort)  # a misspelt one must not be found after a day
    return LibrarySettings.model_construct(
        **dict(plain),
        settings=_run_settings(path, tables["settings"]),
        table=_checked(TableSettings, tables["table"], f"{path}, [table]"),
        finalists=finalists,
        objective=own,
    )


def _refuse_both(path: Path, plain: _Plain, settings: Mapping[str, Any]) -> None:
    """Refuse a budget for each campaign beside one for all of them."""
    pairs = (("docks", plain.docks, "docks_in_all"), ("max_calls", settings.get("max_calls"), "calls_in_all"))
    for name, each, in_all in (*pairs, ("max_cost", settings.get("max_cost"), "cost_in_all")):
        if each is not None and getattr(plain, in_all) is not None:
            raise ConflictingSettingsError(f"{path}: give {name} for each campaign or {in_all}, not both")


def _check_objectives(path: Path, named: Sequence[str], own: Mapping[str, Any]) -> None:
    """Refuse an objective that nobody describes, and a description that nobody names."""
    for name in named:
        if name not in own and name not in OBJECTIVES:
            raise UnknownNameError("objective", name, [*OBJECTIVES, *own], place=str(path))
    if named and (left := [name for name in own if name not in named]):
        raise ConflictingSettingsError(f"{path}: [objective.{left[0]}] is described and not among objectives = [...]")


def _table(path: Path, found: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(found, Mapping):
        raise InputFileError(f"{path}: {name} is a table: write [{name}] above its settings")
    return found


Checked = TypeVar("Checked", bound=BaseModel)


def _checked(model: type[Checked], given: Mapping[str, Any], place: str, known: Sequence[str] = ()) -> Checked:
    """The settings of one table of the file; errors name the file and the nearest name."""
    many = {name for name, info in model.model_fields.items() if is_many(info)}
    plain = {name: _listed(value) if name in many else value for name, value in given.items()}
    try:
        return model(**plain)
    except ValidationError as error:
        found = in_words(error, plain, declared(model))
    if isinstance(found, UnknownNameError):
        raise UnknownNameError("setting", found.name, known or model.model_fields, place=place)
    raise type(found)(f"{place}: {found}")


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value


def _run_settings(path: Path, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The settings of every campaign, checked as those of a run are."""
    place = f"{path}, [settings]"
    if own := [name for name in _OWN if name in given]:
        instead = {"start": "leads", "receptor": "receptors", "objective": "objectives", "term": "[objective.NAME]"}
        raise ConflictingSettingsError(f"{place}: {own[0]} is given by {instead.get(own[0], own[0])} above the tables")
    try:
        RunSettings(receptor="any", start=("C",), **given)
    except UnknownNameError as error:
        raise UnknownNameError("setting", error.name, RunSettings.model_fields, place=place) from error
    except MolgradError as error:
        raise type(error)(f"{place}: {error}") from error
    return given


def _objectives(path: Path, given: Mapping[str, Any]) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    found = {}
    for name, table in given.items():
        place = f"{path}, [objective.{name}]"
        terms = table.get("term") if isinstance(table, Mapping) else None
        if not isinstance(terms, list) or not all(isinstance(term, Mapping) for term in terms) or not terms:
            raise InputFileError(f"{place}: write term = [{{loss = ...}}, ...]")
        if other := [key for key in table if key != "term"]:
            raise UnknownNameError("setting", other[0], ["term"], place=place)
        found[name] = terms
    return found
