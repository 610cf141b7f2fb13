"""The lines of a text file, whatever its encoding, line ends and compression."""

from __future__ import annotations

import bz2
import codecs
import gzip
import lzma
import re
import zlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from molgrad.errors import InputFileError

MAX_BYTES = 1 << 30  # a file beyond it is not a list of molecules that docking could ever finish
MAX_TEXT_LINE = 1 << 22  # characters of a line that are kept: text without line breaks must not fill the memory
_CHUNK = 1 << 20
_RATIO = 100  # times that a file of molecules may shrink; SDF shrinks about 10 times, a file made to harm 1,000 times
_FREE = 16 << 20  # bytes below which the ratio is of no concern
_HEAD = 512  # bytes looked at for UTF-16

_OPENERS: dict[bytes, Any] = {
    b"\x1f\x8b": gzip.GzipFile,
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ": lzma.LZMAFile,
}
_DAMAGED = (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile)
CUT = "its compressed data is damaged or cut off"
# Text of the Chinese edition of Windows: all its high bytes come in pairs, two pairs or more in a row somewhere.
_HIGH = re.compile(rb"[\x80-\xff]+")
_HANZI = re.compile(rb"(?:[\xa1-\xa9\xb0-\xf7][\xa1-\xfe])+")
_PADDING = "\x1a\0"  # DOS ends a file with the first of them, copies from tapes and devices with zeros
# The longer mark first: that of UTF-32 begins as that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"), (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip


class TextLines:
    """The lines of a file without their ends, read as they are asked for.

    UTF-8, and UTF-16 and UTF-32 by their mark or their zero bytes. Lines that are no UTF-8 are read as cp1252, or as
    GB18030 where all their bytes come in pairs. Line ends are LF, CRLF, CRCRLF or CR. Files compressed by gzip, bzip2
    or xz are known by their first bytes; of damaged ones the whole lines before the damage are given.

    Args:
        path: the file.

    Attributes:
        notes: what is special about the encoding; complete once all lines were read.
        cut: whether compressed data ended before its time, or is damaged.

    Raises:
        InputFileError: from the iteration: oversized, or damaged compressed data before the first line.
        OSError: from the iteration: it cannot be opened or read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: list[str] = []
        self.cut = False
        self._fallback = "cp1252"

    def __iter__(self) -> Iterator[str]:
        rest, dropping = "", False
        for text in self._texts():
            if "\ufeff" in text:  # files put together by hand have the mark in their middle
                text = text.replace("\ufeff", "")
            if "\r\r\n" in text:  # a file of Windows sent as text by a program that ends lines once more
                text = text.replace("\r\r\n", "\n")
            lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            if not dropping:
                lines[0] = rest + lines[0]
            elif len(lines) > 1:
                del lines[0]  # the end of a line of which the beginning was handed over
                dropping = False
            rest = lines.pop()
            yield from lines
            if len(rest) > MAX_TEXT_LINE and not dropping:
                yield rest
                dropping = True
            rest = "" if dropping else rest
        rest = rest.rstrip(_PADDING)
        if rest and not dropping and not self.cut:  # half a SMILES is another molecule
            yield rest

    def head(self, most: int) -> list[str]:
        """The first lines, at most so many."""
        found = []
        for line in TextLines(self.path):
            found.append(line)
            if len(found) == most:
                break
        return found

    def _texts(self) -> Iterator[str]:
        """Pieces of text, none of which ends between a CR and its LF."""
        chunks = self._chunks()
        first = next(chunks, b"")
        mark, coding = _coding(first)
        self._fallback = "gb18030" if _is_chinese(first) else "cp1252"
        if coding != "utf-8":
            self.notes.append(f"read as {coding[:6].upper()}")
        first = first[len(mark) :]
        pieces = self._wide(first, chunks, coding) if coding != "utf-8" else self._narrow(first, chunks)
        held = ""
        for piece in pieces:
            text = held + piece
            whole = text.rstrip("\r")
            held = text[len(whole) :]
            yield whole
        yield held

    def _chunks(self) -> Iterator[bytes]:
        """The bytes of the file; damage behind the first of them is remembered."""
        begun = False
        try:
            for chunk in binary_chunks(self.path):
                begun = True
                yield chunk
        except DamagedFileError:
            if not begun:
                raise
            self.cut = True
            self.notes.append(f"{CUT}: read as far as it goes")

    def _wide(self, first: bytes, chunks: Iterator[bytes], coding: str) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder(coding)(errors="replace")
        yield decoder.decode(first)
        for chunk in chunks:
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)

    def _narrow(self, first: bytes, chunks: Iterator[bytes]) -> Iterator[str]:
        """Pieces that end with a line, so that no character is cut."""
        rest = b""
        for chunk in chain((first,), chunks):
            end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r")) + 1
            if end:
                yield self._decoded(rest + chunk[:end])
                rest = chunk[end:]
            else:
                rest += chunk
                if len(rest) > MAX_TEXT_LINE:
                    yield self._decoded(rest)
                    rest = b""
        yield self._decoded(rest)

    def _decoded(self, raw: bytes) -> str:
        try:
            return raw.decode()
        except UnicodeDecodeError:
            lines = [self._line(line) for line in raw.split(b"\n")]
            return "\n".join(lines)

    def _line(self, raw: bytes) -> str:
        try:
            return raw.decode()
        except UnicodeDecodeError:
            note = f"read as {'GB18030' if self._fallback == 'gb18030' else 'cp1252'} where it is no UTF-8"
            if note not in self.notes:
                self.notes.append(note)
        try:
            return raw.decode(self._fallback)
        except UnicodeDecodeError:  # five bytes mean nothing there
            return raw.decode("latin-1")


class DamagedFileError(InputFileError):
    """Compressed data that cannot be unpacked, or not to its end."""


def binary_chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a file, decompressed, piece by piece.

    Args:
        path: the file.

    Raises:
        DamagedFileError: compressed data that is damaged or ends early; what comes before it is given.
        InputFileError: more than `MAX_BYTES`, or shrunk beyond what molecules shrink.
        OSError: it cannot be opened or read.
    """
    size = path.stat().st_size
    with _opened(path) as stream:
        total = 0
        while True:
            try:
                chunk = stream.read1(_CHUNK)  # `read` would lose what it unpacked before the damage
            except _DAMAGED as error:
                raise DamagedFileError(f"{path}: {CUT} ({error})") from None
            except OSError as error:
                if error.errno is not None:
                    raise
                raise DamagedFileError(f"{path}: {CUT} ({error})") from None  # bz2's way of saying so
            if not chunk:
                return
            total += len(chunk)
            if total > MAX_BYTES:
                raise InputFileError(f"{path} is larger than {MAX_BYTES >> 20} MB; split it")
            if total > _FREE and total > _RATIO * size:
                raise InputFileError(
                    f"{path} unpacks to more than {_RATIO} times its size: that is no list of molecules"
                )
            yield chunk


def head_of(path: Path, size: int) -> bytes:
    """The first bytes of a file, decompressed; fewer where it ends or is damaged.

    Args:
        path: the file.
        size: how many.

    Raises:
        DamagedFileError: not even the first can be unpacked.
        OSError: it cannot be opened or read.
    """
    return next(binary_chunks(path), b"")[:size]


def _opened(path: Path) -> Any:
    """The file for reading bytes, decompressed where its first bytes say that it is compressed."""
    with path.open("rb") as stream:
        head = stream.read(6)
    opener = next((one for magic, one in _OPENERS.items() if head.startswith(magic)), None)
    return path.open("rb") if opener is None else opener(path)


def _is_chinese(head: bytes) -> bool:
    """Whether the bytes beyond ASCII are pairs that stand for Chinese characters; accented letters stand alone."""
    runs = _HIGH.findall(head)
    return any(len(run) >= 4 for run in runs) and all(map(_HANZI.fullmatch, runs))


def _coding(head: bytes) -> tuple[bytes, str]:
    """The mark that the bytes begin with, and their encoding."""
    for mark, coding in _MARKS:
        if head.startswith(mark):
            return mark, coding
    sample = head[:_HEAD]
    sample = sample[: len(sample) // 2 * 2]
    if len(sample) > 3:
        zeros = sample[::2].count(0), sample[1::2].count(0)
        half = len(sample) // 2
        if zeros[1] > 0.7 * half and zeros[0] < 0.1 * half:
            return b"", "utf-16-le"
        if zeros[0] > 0.7 * half and zeros[1] < 0.1 * half:
            return b"", "utf-16-be"
    return b"", "utf-8"
