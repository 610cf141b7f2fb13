"""The receptors that a client may dock into: names only, and a sealed one is as if it were not installed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
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
        sealed: receptors that no client may learn of: they and files equal to theirs are left out.

    Raises:
        MolgradError: a receptor that cannot be used.
    """

    def __init__(self, given: Sequence[Receptor], loss: Loss | None, sealed: Sequence[Receptor] = ()) -> None:
        hidden, names = {one.sha256 for one in sealed}, {one.name.lower() for one in sealed}
        offered = [*docked_into(loss), *given]
        self._loaded = {one.name.lower(): one for one in reversed(offered) if one.sha256 not in hidden}
        self._names = {one.name.lower(): one.name for one in offered if one.sha256 not in hidden}
        if not given:
            known = [name for name in list_receptors() if name.lower() not in names]
            # A copy of a sealed one under another name would tell as much:
            known = [name for name in known if not hidden or _digest(name) not in hidden]
            self._names = {name.lower(): name for name in known} | self._names
        self.default = next((one.name for one in offered if one.sha256 not in hidden), "")

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


def _digest(name: str) -> str:
    """The hash of the file of an installed receptor; much quicker than loading it."""
    place = known_folder(name)
    file = place / PDBQT if place is not None and place.is_dir() else place
    return "" if file is None else sha256(file.read_bytes()).hexdigest()


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
