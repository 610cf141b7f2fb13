"""The receptors that a client may dock into: names only, and a sealed one is as if it were not installed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from molgrad.autograd.loss import Loss
from molgrad.errors import ConflictingSettingsError, UnknownNameError
from molgrad.losses.docking import Docking
from molgrad.receptors import Receptor, list_receptors, load_receptor
from molgrad.receptors.receptor import PDBQT, known_folder


class Targets:
    """Receptors by name.

    Args:
        given: receptors that the operator offers; all that are installed when empty.
        loss: of the campaign; the receptors that it docks into are offered too, and its first is the default. None of
            them is sealed.
        hidden: whether a receptor, by its name and its PDBQT file, is sealed; such ones are left out.

    Raises:
        MolgradError: a receptor that cannot be used.
    """

    def __init__(
        self, given: Sequence[Receptor], loss: Loss | None, hidden: Callable[[str, Path | None], bool]
    ) -> None:
        offered = [one for one in (*docked_into(loss), *given) if not hidden("", one.pdbqt)]
        self._loaded = {one.name.lower(): one for one in reversed(offered)}
        self._names = {one.name.lower(): one.name for one in offered}
        if not given:
            known = [name for name in list_receptors() if not hidden(name, _file(name))]
            self._names = {name.lower(): name for name in known} | self._names
        self.default = offered[0].name if offered else ""

    def names(self) -> list[str]:
        """The names that a client may use."""
        return sorted(self._names.values(), key=str.lower)

    def get(self, name: str) -> Receptor:
        """The receptor of this name, the default where it is empty.

        Args:
            name: as a client gave it; never a path.

        Raises:
            UnknownNameError: there is none, or it is sealed, which is said in the same words.
            ConflictingSettingsError: no name, and no default.
        """
        key = (name or self.default).strip().lower()
        if not key:
            raise ConflictingSettingsError("say which receptor: 'receptors' lists them")
        if key not in self._names:
            raise UnknownNameError("receptor", name, self.names())
        if key not in self._loaded:
            self._loaded[key] = load_receptor(self._names[key])
        return self._loaded[key]


def _file(name: str) -> Path | None:
    """The file of an installed receptor, which is not loaded for it; None where there is none."""
    place = known_folder(name)
    file = place / PDBQT if place is not None and place.is_dir() else place
    return file if file is not None and file.is_file() else None


def docked_into(loss: Loss | None) -> list[Receptor]:
    """The receptors that a loss docks into, in order.

    Args:
        loss: of a campaign.
    """
    return [] if loss is None else [term.receptor for term in loss.all_terms() if isinstance(term, Docking)]


def file_of(folder: Path, name: str, endings: Sequence[str], hidden: Callable[[Path], bool]) -> Path:
    """A file of the campaign's folder that a client names.

    Args:
        folder: the campaign's.
        name: a plain name, without a folder.
        endings: that it may have, such as ".csv".
        hidden: whether a file is sealed; it is then as if it were not there.

    Raises:
        ConflictingSettingsError: no plain name, no such file, a link, or another kind of file.
    """
    kinds = ", ".join(endings)
    odd = name.startswith((".", "~")) or "\\" in name or "\0" in name
    plain = bool(name) and name == Path(name).name and not odd
    if not plain:
        raise ConflictingSettingsError(f"a file is named without a folder, as in 'plate_01.csv' ({kinds})")
    path = folder / name
    if not name.lower().removesuffix(".gz").endswith(tuple(endings)):
        raise ConflictingSettingsError(f"a file of the kinds {kinds} is wanted, also .gz")
    inside = not path.is_symlink() and path.is_file() and path.resolve().parent == folder.resolve()
    if not inside or hidden(path):
        raise ConflictingSettingsError(
            "there is no such file in the campaign's folder: whoever runs the server can put it there"
        )
    return path
