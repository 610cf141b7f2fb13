"""Starting molecules, read from SMILES and files as single stereoisomers, with notes on what was changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from molgrad.autograd.domain import Starts
from molgrad.chem.identity import identity
from molgrad.chem.lead_kinds import lead_remarks
from molgrad.chem.stable import redrawn_words, settled
from molgrad.chem.stereo import first_stereoisomer, says_open
from molgrad.errors import InputFileError, InvalidMoleculeError, listed, shorten
from molgrad.io import read_library
from molgrad.io.columns import is_smiles
from molgrad.io.kinds import is_known
from molgrad.io.layout import smiles_first
from molgrad.validation import Bounds, Validator
from molgrad.validation.structure import RARE

_SMILES_ONLY = frozenset("()[]=#@")  # no file of starts would be called so
_NAMED = 3  # bad starts that an error names; a file may hold thousands
_DOCKABLE = Validator("dockable")


@dataclass(frozen=True, slots=True)
class _Given:
    """One start as it was given: its text, the file and record it is from, and why it could not be read."""

    smiles: str
    label: str = ""
    error: str | None = None
    name: str = ""


def read_starts(given: Sequence[str], *, name_column: str | None = None, smiles_column: str | None = None) -> Starts:
    """Canonical SMILES to start from, each a single stereoisomer.

    An open stereocentre is settled as the first isomer in alphabetical order, since no child of an open molecule
    could be a single one. A start that cannot be used is left out; every change and omission is a note.

    Args:
        given: SMILES (with a name behind a blank, where there is one) and names of files of molecules and of folders
            of such files, in any mixture.
        name_column: the column or SDF property with the names; found by itself when None.
        smiles_column: the column with the SMILES; found by itself when None.

    Raises:
        InputFileError: no start is left, or a file that cannot be read.
    """
    found: dict[str, str] = {}
    refused: list[str] = []
    notes: list[str] = []
    names: dict[str, str] = {}
    for start in _records(given, notes, name_column, smiles_column):
        if start.error is not None:
            refused.append(start.label + start.error)
            continue
        try:
            value, changes = _settled(start.smiles)
        except InvalidMoleculeError as problem:
            refused.append(f"{start.label}{problem}{_perhaps_a_file(start)}")
            continue
        notes += [f"start {start.label}{_shown(start.smiles)}: {change}" for change in changes]
        key = identity(value)
        if key in found:
            other = names.get(found[key], _shown(found[key]))
            notes.append(f"start {start.label}{_shown(start.smiles)}: the same compound as {other}; measured once")
            continue
        found[key] = value
        if start.name:
            names.setdefault(value, start.name)
    if not found:
        more = f"; and {len(refused) - _NAMED} more" if len(refused) > _NAMED else ""
        raise InputFileError("no start is left: " + "; ".join(refused[:_NAMED]) + more)
    return Starts(tuple(found.values()), (*notes, *_left_out(refused)), names)


def written(starts: Starts) -> tuple[str, ...]:
    """Texts from which `read_starts` reads the same starts: SMILES, and names where there are any.

    Args:
        starts: as they were read.
    """
    names = {value: name for value, name in starts.names.items() if not is_smiles(name)}
    return tuple(f"{value} {names[value]}" if value in names else value for value in starts.values)


def holding(starts: Starts, keep: Sequence[str]) -> Starts:
    """The starts that hold every part to be kept: others could have no children.

    Raises:
        InputFileError: a SMARTS that cannot be read, or no start that holds the parts.
    """
    asked = Validator("parse", Bounds(tuple(keep)).checks())
    verdicts = {value: asked.check(value) for value in starts.values}
    fit = tuple(value for value, verdict in verdicts.items() if verdict.ok)
    refused = [f"{_shown(value)}: {verdict.text}" for value, verdict in verdicts.items() if not verdict.ok]
    if not fit:
        remedy = "no start can be used; give one that holds the part, or another --keep: "
        raise InputFileError(remedy + "; ".join(refused[:_NAMED]))
    return Starts(fit, (*starts.notes, *_left_out(refused)), starts.names)


def faults(values: Sequence[str], validator: Validator) -> tuple[str, ...]:
    """Notes on starts that could not be proposed themselves; that fragments are small is what they are for."""
    found = {value: [r.text for r in validator.check(value).reasons if r.rule != "size"] for value in values}
    faulty = [f"{_shown(value)}: {listed(texts)}" for value, texts in found.items() if texts]
    notes = [f"start {one}; it is measured, but nothing like that is proposed" for one in faulty[:_NAMED]]
    more = [f"so it is with {len(faulty) - _NAMED} more starts"] if len(faulty) > _NAMED else []
    return (*notes, *more)


def oddities(values: Sequence[str], validator: Validator) -> tuple[str, ...]:
    """Notes on starts that docking does not do justice to, and on what is rare in them, which others may keep.

    Args:
        values: canonical SMILES of the starts.
        validator: says what is rare.
    """
    said: dict[str, list[str]] = {}
    for value in values:
        rare = [reason.text for reason in validator.check(value).reasons if reason.rule == RARE]
        kept = [f"{listed(rare)}; what is made from it may keep it"] if rare else []
        if texts := [*lead_remarks(value), *kept]:
            said[value] = texts
    notes = [f"start {_shown(value)}: {text}" for value, texts in list(said.items())[:_NAMED] for text in texts]
    more = [f"much the same is to be said of {len(said) - _NAMED} more starts"] if len(said) > _NAMED else []
    return (*notes, *more)


def _records(
    given: Sequence[str], notes: list[str], name_column: str | None, smiles_column: str | None
) -> Iterator[_Given]:
    """The starts one by one; how each file was read is added to the notes."""
    for text in given:
        if is_known(Path(text)) or (there_is(Path.is_dir, text) and not is_smiles(text)):
            library = read_library(text, name_column=name_column, smiles_column=smiles_column)
            notes += library.notes
            places = Counter[str]()
            for entry in library:
                places[entry.file] += 1
                numbered = entry.name == str(places[entry.file])
                label = f"{entry.file}, {f'molecule {entry.name}' if numbered else entry.name}: "
                yield _Given(entry.smiles, label, entry.error, "" if numbered else entry.name)
        elif there_is(Path.is_file, text):
            raise InputFileError(f"{shorten(text, 200)} is a file of no kind that is read: name it .smi, .csv or .sdf")
        else:
            smiles, *name = smiles_first(text) or [text]
            yield _Given(smiles, name=name[0]) if name and not is_smiles(name[0]) else _Given(text)


def _settled(smiles: str) -> tuple[str, list[str]]:
    """The molecule as one stereoisomer, and what was changed. Raises InvalidMoleculeError."""
    verdict = _DOCKABLE.check(smiles)
    if not verdict.ok or verdict.smiles is None:
        raise InvalidMoleculeError(smiles, [reason.text for reason in verdict.reasons])
    value, taken = first_stereoisomer(verdict.smiles)
    changes = [note for note in verdict.notes if not says_open(note)]  # `taken` says it
    taken += "; give the isomer that was measured, where it is known" if taken else ""
    return settled(value), [note for note in dict.fromkeys((*changes, taken, redrawn_words(value))) if note]


def _left_out(refused: Sequence[str]) -> list[str]:
    return [f"start left out: {problem}" for problem in refused]


def _perhaps_a_file(start: _Given) -> str:
    named = not start.label and not set(start.smiles) & _SMILES_ONLY
    return "; nor is there a file of that name" if named else ""


def _shown(smiles: str) -> str:
    return shorten(smiles, 160)


def there_is(kind: Callable[[Path], bool], text: str) -> bool:
    """Whether there is a file or folder of this name.

    Args:
        kind: `Path.is_file` or `Path.is_dir`.
        text: a name, or a SMILES.
    """
    try:
        return kind(Path(text))
    except (OSError, ValueError):  # a long SMILES, or one with a zero byte, is no name that a file could have
        return False
