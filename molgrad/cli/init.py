"""`molgrad init`: a commented file of settings, for one lead and receptor or for a library run."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from molgrad.chem.parse import read
from molgrad.cli.terminal import say
from molgrad.config.fields import Declared, declared
from molgrad.config.objectives import suited_objective
from molgrad.config.settings import RunSettings
from molgrad.errors import InputFileError, one_line
from molgrad.interactions.native import native_contacts
from molgrad.library_run.library import TEMPLATE
from molgrad.molecule.domain import MoleculeDomain
from molgrad.molecule.starts import read_starts
from molgrad.receptors import Receptor, load_receptor
from molgrad.receptors.remarks import receptor_remarks

_WIDTH = 110  # characters of a line of comment
_SHOWN = 5  # leads whose atoms are numbered
# Values for settings that have no default, as examples; a line that begins with # is not read.
_SHOULD_LOOK_LIKE: Mapping[str, Any] = {
    "name_column": "name",
    "smiles_column": "smiles",
    "max_evaluations": 200,
    "max_hours": 8.0,
    "until_score": -8.0,
    "patience": 50,
    "objective": "lead",
    "term": [{"loss": "docking"}, {"loss": "qed", "weight": 10.0}],
    "contact": ["A:GLU30"],
    "require": ["A:GLU30"],
    "role": "inhibitor of dihydrofolate reductase",
    "workers": 2,
    "scope": "analogues",
    "core": "c1ccncc1",
    "vary": ["R1=atoms 3,4"],
    "keep": ["[NH2]c1nccc(N)n1"],
    "exclude": ["[N+](=O)[O-]"],
    "pose": "lead.sdf",
    "stock": "our_store.csv",
    "building_blocks": "amines.smi",
    "brief": "runs/earlier",
    "max_calls": 200,
    "max_tokens": 1_000_000,
    "max_cost": 5.0,
    "price": [0.25, 2.0],
    "per_minute": 60,
    "effort": "standard",
    "exhaustiveness": 8,
}


def write_library(file: Path) -> None:
    """Write the commented file of a library run.

    Args:
        file: where; refused if it is there.

    Raises:
        InputFileError: it is there, or cannot be written.
    """
    _write(file, TEMPLATE.read_text(encoding="utf-8"))
    sys.stdout.write(f"{file} is written; 'molgrad run {file} --dry-run' says what it would do\n")


def write_settings(file: Path, receptor: str, start: Sequence[str]) -> None:
    """Write the commented file of a campaign from leads in a receptor.

    Args:
        file: where; refused if it is there.
        receptor: its name, or a folder.
        start: SMILES, perhaps with a name behind a blank, or files.

    Raises:
        MolgradError: a receptor or a lead that cannot be used, or a file that is there or cannot be written.
    """
    target = load_receptor(receptor)
    starts = read_starts(start)
    say("\n".join(starts.notes))
    known = [
        *_head(file),
        *_of_leads(starts.values, starts.names),
        *_of_receptor(target),
        "",
        f"receptor = {_toml(receptor)}",
        f"start = {_toml(list(start))}",
        f"out = {_toml(f'runs/{target.name}')}",
    ]
    _write(file, "\n".join([*known, *_settings()]) + "\n")
    sys.stdout.write(f"{file} is written; 'molgrad optimize --config {file}' runs it\n")


def _write(file: Path, text: str) -> None:
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise InputFileError(f"{file} is there already; give another name") from None
    except OSError as error:
        raise InputFileError(f"{file} cannot be written: {error.strerror}") from error


def _comment(text: str) -> list[str]:
    wrapped = textwrap.wrap(one_line(text), _WIDTH - 2, break_on_hyphens=False, break_long_words=False)
    return [f"# {line}" for line in wrapped]  # a SMILES stays in one piece


def _head(file: Path) -> list[str]:
    return [
        *_comment(
            f"What 'molgrad optimize --config {file}' does. A line that begins with # is not read: take the # away"
        ),
        *_comment("to set a value; what stands in brackets holds otherwise. The same command again goes on."),
        "",
    ]


def _of_leads(values: Sequence[str], names: Mapping[str, str]) -> Iterator[str]:
    """The leads, their atoms by number, and what is done with them unasked."""
    for value in values[:_SHOWN]:
        yield from _comment(f"Lead {names.get(value, '')}: {value}".replace(" :", ":"))
        atoms = " ".join(f"{atom.GetSymbol()}{atom.GetIdx()}" for atom in read(value).mol.GetAtoms())
        yield from _comment(f"its atoms, for 'vary': {atoms}")
    domain = MoleculeDomain().within(None, values)
    aim = suited_objective(domain, values)
    yield from _comment(f"Unless set otherwise: scope {domain.scope}, objective {aim}.")


def _of_receptor(receptor: Receptor) -> Iterator[str]:
    """Where the receptor is from, and the residues that its native ligand may bond."""
    yield from _comment(f"Receptor {receptor.name}: {receptor.origin}")
    for remark in receptor_remarks(receptor):
        yield from _comment(f"note: {remark}")
    bonds = [] if receptor.ligand is None else [one.residue for one in native_contacts(receptor) if one.polar]
    if bonds:
        yield from _comment(f"Its native ligand has polar contacts, for 'contact', with: {', '.join(bonds)}")


def _settings() -> Iterator[str]:
    """Every setting in its group, commented out, with what it means and what holds otherwise."""
    known = [one for one in declared(RunSettings).values() if one.name not in ("receptor", "start", "out")]
    for group in dict.fromkeys(one.group for one in known):
        yield from ("", f"# ---- {group} ----")
        for one in known:
            if one.group == group:
                said = "; ".join(text for text in (one.default, one.bounds) if text)
                yield from _comment(one.text + (f" [{said}]" if said else ""))
                yield f"# {one.name} = {_toml(_value(one))}"


def _toml(value: Any) -> str:
    """A value on one line of TOML."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key} = {_toml(one)}' for key, one in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)  # numbers, booleans and texts are written alike


def _value(one: Declared) -> Any:
    """The default of a setting, or an example where it has none."""
    if one.name in _SHOULD_LOOK_LIKE:
        return _SHOULD_LOOK_LIKE[one.name]
    return RunSettings.model_fields[one.name].default
