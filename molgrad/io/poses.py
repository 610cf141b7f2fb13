"""Poses to an SDF file: written as they come, in place once the file is whole."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Protocol

from molgrad.errors import InputFileError, one_line


class Posed(Protocol):
    """A molecule with poses, as a dock gives it."""

    @property
    def smiles(self) -> str:
        """The designed molecule."""
        ...

    @property
    def docked_smiles(self) -> str:
        """The species that the poses are of."""
        ...

    @property
    def poses(self) -> tuple[str, ...]:
        """V2000 mol blocks, best first."""
        ...

    @property
    def affinities(self) -> tuple[float, ...]:
        """Of each pose, kcal/mol."""
        ...

    @property
    def price(self) -> float:
        """What each affinity holds for the share of the charge state, kcal/mol."""
        ...

    @property
    def both_scores(self) -> Mapping[str, float]:
        """`affinity_built` and `affinity_unseeded`, kcal/mol, where a known pose was given."""
        ...


class PoseFile:
    """An SDF file that grows as `<name>.part` beside its place and takes the place at the end.

    Every pose is on disk when `write` returns, so that a killed program leaves them in the `.part` file.
    Until `finish` an earlier file in the place stays as it is. As a context manager it finishes at the end
    of the block; after an exception it does so only if it holds a pose.

    Raises:
        InputFileError: the place cannot be written, or another process is writing there; from all methods.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.part = self.path.with_name(f"{self.path.name}.part")
        self.count = 0
        if self.path.is_dir():
            raise InputFileError(f"{self.path} cannot be written: it is a folder")
        if self.path.exists() and not self.path.is_file():  # a device would be replaced by the file
            raise InputFileError(f"{self.path} cannot be written: it is a device or pipe; give an ordinary file")
        with self._explained():
            # Not emptied before the first pose: what a killed run left is kept if this one gives nothing.
            self._stream = self.part.open("a", encoding="utf-8")
        try:
            fcntl.flock(self._stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._stream.close()
            raise InputFileError(f"{self.path} is being written by another process; give another name") from None
        except OSError:  # a network disk without locks
            pass

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise InputFileError(f"{self.path} cannot be written: {error.strerror or error}") from None

    def write(self, name: str, result: Posed) -> None:
        """Add the poses of one molecule, best first."""
        with self._explained():
            for record in _records(name, result):
                if self.count == 0:
                    self._stream.truncate(0)
                self._stream.write(record)
                self.count += 1
            self._stream.flush()

    def finish(self) -> None:
        """Put the file in its place."""
        with self._explained():
            if self.count == 0:
                self._stream.truncate(0)
            self._stream.close()
            self.part.replace(self.path)

    def discard(self) -> None:
        """Leave the place as it was; what an earlier, killed run left in `.part` too."""
        with self._explained():
            if self.count or self.part.stat().st_size == 0:
                self.part.unlink(missing_ok=True)
            self._stream.close()

    def __enter__(self) -> PoseFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None or self.count:
            self.finish()
        else:
            self.discard()


def write_poses(path: str | Path, results: Iterable[tuple[str, Posed]]) -> int:
    """Write the poses of (name, result) pairs to an SDF file, best pose of each molecule first.

    Each record carries name, smiles, docked_smiles, affinity (kcal/mol) and pose (1 is the best); where a known pose
    was given also affinity_built and affinity_unseeded. The file appears whole or not at all. Returns the number of
    poses written.

    Raises:
        InputFileError: the place cannot be written.
    """
    file = PoseFile(path)
    try:
        for name, result in results:
            file.write(name, result)
    except BaseException:
        file.discard()
        raise
    file.finish()
    return file.count


def sdf_text(value: object) -> str:
    """A title or data value that an SDF holds: one line, and none that could end the record or begin a data field.

    Args:
        value: the text, or a number.
    """
    text = one_line(str(value))
    return f" {text}" if text.startswith(("$$$$", ">", "M  END")) else text


def _records(name: str, result: Posed) -> Iterator[str]:
    label = sdf_text(name)
    for rank, (block, affinity) in enumerate(zip(result.poses, result.affinities, strict=True), start=1):
        rest = block.partition("\n")[2].rstrip("\n")
        properties = {"name": label, "smiles": result.smiles, "docked_smiles": result.docked_smiles}
        properties |= {"affinity": f"{affinity:.3f}", "pose": str(rank)}
        properties |= {key: f"{score:.3f}" for key, score in result.both_scores.items()}
        if result.price:
            properties["charge_state_price"] = f"{result.price:.3f}"
        fields = "".join(f">  <{key}>\n{value}\n\n" for key, value in properties.items())
        yield f"{label[:80]}\n{rest}\n{fields}$$$$\n"
