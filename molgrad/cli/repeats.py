"""Rows that draw a compound which came before, perhaps as another tautomer: they are docked, and it is said."""

from __future__ import annotations

from molgrad.chem.identity import identity
from molgrad.errors import InvalidMoleculeError
from molgrad.io import Entry


class Repeats:
    """Remembers the first name of every compound of a list."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def noted(self, entry: Entry) -> Entry:
        """The entry, with a note that names the first one of the same compound.

        Args:
            entry: the next of a list, in its order.
        """
        try:
            key = identity(entry.smiles) if entry.error is None else ""
        except InvalidMoleculeError:
            return entry
        if not key or self._names.setdefault(key, entry.name) == entry.name:
            return entry
        said = f"the same compound as {self._names[key]}"
        return entry._replace(note="; ".join(part for part in (entry.note, said) if part))
