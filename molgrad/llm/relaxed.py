"""JSON as language models write it: inside prose, with wrong quotes, stray commas or a missing end."""

from __future__ import annotations

import json
import re
from typing import Any

from molgrad.llm.text import encodable

_OPENING = re.compile(r"[{\[]")
_BLANK = re.compile(r"(?:\s|//[^\n]*\n|/\*.*?\*/)*", re.DOTALL)
_SPACE = re.compile(r"\s*")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_NAME = re.compile(r"[A-Za-z_]\w*")
_WORDS = {"true": True, "false": False, "null": None, "True": True, "False": False, "None": None, "NaN": None}
_QUOTES = {'"': '"', "'": "'", "\u201c": "\u201d", "\u2018": "\u2019"}
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\", "/": "/"}
_DEPTH = 40  # an answer needs four
_STARTS = 300  # brackets tried as the start of a value
_EFFORT = 1_000_000  # characters read in vain before giving up: hostile text must not cost minutes


class _UnreadableError(Exception):
    """What stands here is not JSON, however loosely read."""


class _EndedError(Exception):
    """The text ended within a value."""


def json_values(text: str) -> tuple[list[Any], bool]:
    """The outermost JSON objects and lists in `text`, in order, and whether the last one broke off."""
    found: list[Any] = []
    at = effort = 0
    broken = False
    strict = json.JSONDecoder(strict=False)
    for _ in range(_STARTS):
        start = _OPENING.search(text, at)
        if start is None or effort > _EFFORT:
            break
        try:
            value, at = strict.raw_decode(text, start.start())
            value = _kept(value)
        except (ValueError, RecursionError):
            reader = _Reader(text, start.start())
            try:
                value = _kept(reader.value(0))
            except (_UnreadableError, _EndedError):
                effort += reader.at - start.start()
                at = start.end()
                continue
            at, broken = reader.at, reader.broken
        found.append(value)
    return found, broken


def _kept(value: Any) -> Any:
    """The value with texts that a file can hold: an escape may stand for half a character."""
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, list):
        return [_kept(item) for item in value]
    if isinstance(value, dict):
        return {_kept(key): _kept(item) for key, item in value.items()}
    return value


class _Reader:
    """Reads one value by descent; what is complete when the text ends is kept."""

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at
        self.broken = False

    def value(self, depth: int) -> Any:
        mark = self._peek()
        if depth > _DEPTH:
            raise _UnreadableError
        if mark == "{":
            return self._object(depth)
        if mark == "[":
            return self._list(depth)
        if mark in _QUOTES:
            return self._string()
        if number := _NUMBER.match(self.text, self.at):
            self.at = number.end()
            return float(number[0]) if re.search(r"[.eE]", number[0]) else int(number[0][:300])
        if (word := _NAME.match(self.text, self.at)) and word[0] in _WORDS:
            self.at = word.end()
            return _WORDS[word[0]]
        raise _UnreadableError

    def _peek(self) -> str:
        blank = _BLANK.match(self.text, self.at)
        self.at = blank.end() if blank else self.at
        if self.at >= len(self.text):
            raise _EndedError
        return self.text[self.at]

    def _object(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        self.at += 1
        try:
            while (mark := self._peek()) != "}":
                if mark == ",":
                    self.at += 1
                    continue
                key = self._key(mark)
                if self._peek() != ":":
                    raise _UnreadableError
                self.at += 1
                found[key] = self.value(depth + 1)
            self.at += 1
        except _EndedError:
            self.broken = True
        return found

    def _list(self, depth: int) -> list[Any]:
        found: list[Any] = []
        self.at += 1
        try:
            while (mark := self._peek()) != "]":
                if mark == ",":
                    self.at += 1
                    continue
                found.append(self.value(depth + 1))
            self.at += 1
        except _EndedError:
            self.broken = True
        return found

    def _key(self, mark: str) -> str:
        if mark in _QUOTES:
            return self._string()
        name = _NAME.match(self.text, self.at)
        if name is None:
            raise _UnreadableError
        self.at = name.end()
        return name[0]

    def _string(self) -> str:
        closing = _QUOTES[self.text[self.at]]
        self.at += 1
        parts: list[str] = []
        while self.at < len(self.text):
            mark = self.text[self.at]
            self.at += 1
            if mark == "\\":
                parts.append(self._escaped())
            elif mark == closing and self._closes():
                return "".join(parts)
            else:
                parts.append(mark)
        raise _EndedError

    def _closes(self) -> bool:
        # A quotation mark inside the words ("the ring's charge") is not followed by punctuation of JSON.
        following = _SPACE.match(self.text, self.at)
        end = following.end() if following else self.at
        return end >= len(self.text) or self.text[end] in ",:}]"

    def _escaped(self) -> str:
        mark = self.text[self.at : self.at + 1]
        self.at += 1
        if mark == "u" and re.fullmatch(r"[0-9a-fA-F]{4}", digits := self.text[self.at : self.at + 4]):
            self.at += 4
            return chr(int(digits, 16))
        return _ESCAPES.get(mark, "\\" + mark)  # a bond written \C, which JSON does not know, stays a bond
