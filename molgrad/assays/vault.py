"""Results as JSON: plain records, and dumps of a vault whose readouts may have numbers in place of names."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

from molgrad.assays.grid import Grid, bounded, in_memory, text_of
from molgrad.errors import InputFileError, listed, shorten

MAX_BYTES = 200 << 20  # of a file of JSON, which is held in memory
_LISTS = ("objects", "data", "results", "rows", "records", "items")  # under which services put their records
_PLACES = {
    "molecule": "name", "smiles": "smiles", "run": "note", "plate": "plate", "date": "date", "operator": "operator",
}  # fmt: skip
_STRUCTURES = ("smiles", "canonical_smiles", "isomeric_smiles", "structure_smiles", "cxsmiles", "structure")
_FEWEST = 3  # records in which one readout must be the logarithm of another
_DIGITS = 6  # of a computed logarithm that must be right
_SCALES = {6.0: "uM", 9.0: "nM", 0.0: "M", 3.0: "mM"}


def from_json(path: Path) -> Grid:
    """The grid of a JSON file or of one with an object on each line; lines are the numbers of the records.

    Args:
        path: the file.

    Raises:
        InputFileError: no JSON, or no list of records.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputFileError(f"{path} is larger than {MAX_BYTES >> 20} MB: split it")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputFileError(f"{path} cannot be read: {error}") from None
    try:
        data: Any
        if path.suffix.lower() in (".jsonl", ".ndjson"):
            data = [json.loads(line) for line in text.splitlines() if line.strip()]
        else:
            data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputFileError(f"{path} is no JSON that can be read: {shorten(str(error), 100)}") from None
    if isinstance(data, dict):
        data = next((data[key] for key in _LISTS if isinstance(data.get(key), list)), [data])
    if not isinstance(data, list) or not all(isinstance(record, Mapping) for record in data):
        raise InputFileError(f"{path} holds no list of records")
    grid = from_records(data) if any("readouts" in record for record in data) else in_memory(data)
    grid.source = path.name
    return grid


def from_records(records: Sequence[Mapping[str, Any]]) -> Grid:
    """The grid of a vault's records, each with its readouts.

    Args:
        records: as the vault gives them.
    """
    flat = [_readouts(record) for record in records]
    names = list(dict.fromkeys(name for one in flat for name in one))
    places = [_place(record) for record in records]
    told = {place: role for place, role in _PLACES.items() if any(one[place] for one in places)}
    header = [*told, *names]
    rows = [
        (number, [text_of(given) for given in (*(place[name] for name in told), *(one.get(name) for name in names))])
        for number, (place, one) in enumerate(zip(places, flat, strict=True), start=1)
    ]
    grid = Grid("table", header, rows, [], told)
    _name_by_logarithm(grid, flat, names)
    value = next((name for name, meaning in grid.told.items() if meaning.startswith("value")), None)
    for number, (record, one) in enumerate(zip(records, flat, strict=True), start=1):
        if value not in one:
            grid.unread[number] = _unread(record, one)
    return bounded(grid)


def _readouts(record: Mapping[str, Any]) -> dict[str, Any]:
    """The readouts by name or number."""
    given = record.get("readouts")
    if isinstance(given, Mapping):
        return {str(name): value for name, value in given.items()}
    if isinstance(given, list):
        named = [one for one in given if isinstance(one, Mapping)]
        return {_title(one): one for one in named}
    return {}


def _title(readout: Mapping[str, Any]) -> str:
    """The name of a readout with its unit, failing that its number."""
    name = str(readout.get("name", readout.get("readout_definition", readout.get("id", ""))))
    unit = readout.get("unit") or readout.get("units")
    return f"{name} ({unit})" if unit else name


def _place(record: Mapping[str, Any]) -> dict[str, Any]:
    """Molecule, SMILES, run, plate, date and operator of a record; None for what it does not say."""
    whole, well, run = _lower(record), _lower(record.get("well")), _lower(record.get("run"))
    molecule = _lower(whole.get("molecule"))
    number = run.get("id") or (None if run else whole.get("run"))
    named = _first(molecule, "name", "molecule_name", "id") or _plain(whole.get("molecule"))
    return {
        "molecule": whole.get("molecule_name") or whole.get("name") or named,
        "smiles": _first(whole, *_STRUCTURES) or _first(molecule, *_STRUCTURES),
        "run": f"run {number}" if isinstance(number, int | str) else None,
        "plate": well.get("plate") or run.get("plate") or _plain(whole.get("plate")),
        "date": _first(whole, "run_date", "date") or _first(run, "run_date", "date"),
        "operator": _first(whole, "operator", "person") or _first(run, "operator", "person"),
    }


def _lower(given: Any) -> dict[str, Any]:
    """An object with its keys in small letters; empty for what is none."""
    return {str(key).lower(): value for key, value in given.items()} if isinstance(given, Mapping) else {}


def _first(given: Mapping[str, Any], *keys: str) -> Any:
    return next((given[key] for key in keys if _plain(given.get(key))), None)


def _plain(value: Any) -> Any:
    """A value that is no object."""
    return None if isinstance(value, Mapping | list) else value


def _figure(value: Any) -> float | None:
    """The number of a readout without a qualifier."""
    if isinstance(value, Mapping):
        value = value.get("value") if value.get("modifier") in (None, "", "=") else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _name_by_logarithm(grid: Grid, flat: Sequence[Mapping[str, Any]], names: Sequence[str]) -> None:
    """Tell a concentration without a name by the readout that is its negative logarithm in every record."""
    numbered = [name for name in names if name.isdigit()]
    figures = {name: [_figure(one.get(name)) for one in flat] for name in numbered}
    found: dict[str, tuple[str, list[str], int]] = {}
    for value, log in permutations(numbered, 2):
        pairs = [(a, b) for a, b in zip(figures[value], figures[log], strict=True) if a is not None and b is not None]
        shifts = {round(b + math.log10(a), _DIGITS) for a, b in pairs if a > 0}
        unit = next((unit for shift, unit in _SCALES.items() if shifts == {shift}), None)
        if unit and len(pairs) >= _FEWEST and all(a > 0 for a, _ in pairs):
            kept = found.setdefault(value, (unit, [], len(pairs)))
            kept[1].append(log)
    if len(found) != 1:
        return
    value, (unit, logs, count) = next(iter(found.items()))
    grid.told |= {value: f"value {unit}", **dict.fromkeys(logs, "p")}
    shown = f"{' and '.join(logs)} {'are' if logs[1:] else 'is'}"
    grid.notes.append(
        f"readouts have numbers and no names; {shown} -log10 of {value} in {unit} in all of "
        f"{count} records, so {value} is taken as the concentration"
    )


def _unread(record: Mapping[str, Any], readouts: Mapping[str, Any]) -> str:
    """Why a record gives no value."""
    place = _place(record)
    if not place["molecule"] and not place["smiles"]:
        return f"no molecule: a well of controls ({len(readouts)} readouts); leave it out or name its molecule"
    nameless = [name for name in readouts if name.isdigit()]
    if not readouts:
        return "no readouts in this record"
    first = nameless[0] if nameless else next(iter(readouts))
    there = listed(list(readouts), 120)
    return f"none of its readouts is known: {there}; say which is which, as in --map '{first}=IC50 (uM)'"
