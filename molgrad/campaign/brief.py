"""Rows of a large campaign in brief: what ranks them is in memory, the rest is read when it is looked at."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import fields
from threading import Lock
from typing import Any

from molgrad.autograd.gradient import Proposal
from molgrad.campaign.row import Row
from molgrad.evaluation import Evaluation, Status

BRIEF_FROM = 2_000  # rows of a folder from which on it is read in brief; below, everything is in memory
KEPT = 2_000  # rows that were looked at last; a docked molecule takes 60 kB
_set = object.__setattr__  # the classes are frozen


class Reader:
    """Reads whole rows by their id, also after the campaign was closed.

    Threads: any.

    Args:
        connection: its own, to the file of the campaign.
        read: makes the row from a connection and an id.
    """

    def __init__(self, connection: sqlite3.Connection, read: Callable[[sqlite3.Connection, int], Row]) -> None:
        self._connection, self._read = connection, read
        self._kept: OrderedDict[int, Row] = OrderedDict()
        self._lock = Lock()

    def row(self, key: int) -> Row:
        """The whole row."""
        with self._lock:
            row = self._kept.pop(key, None) or self._read(self._connection, key)
            self._kept[key] = row
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return row

    def brief(self, key: int, batch: int, kind: str, known: tuple[str, str | None, int, float | None]) -> Row:
        """A row with a result in brief; `known` is value, parent, whether a model proposed it, and the score."""
        proposal, evaluation = object.__new__(BriefProposal), object.__new__(BriefEvaluation)
        _set(proposal, "value", known[0])
        _set(proposal, "parent", known[1])
        _set(proposal, "by_model", bool(known[2]))
        _set(proposal, "_key", key)
        _set(proposal, "_reader", self)
        _set(evaluation, "status", Status.OK)
        _set(evaluation, "score", known[3])
        _set(evaluation, "_key", key)
        _set(evaluation, "_reader", self)
        return Row(key, batch, kind, proposal, evaluation)


class BriefProposal(Proposal):
    """A stored proposal that knows its value, its parent and whether a model made it; it equals the whole one."""

    __slots__ = ("_key", "_reader")

    def __getattr__(self, name: str) -> Any:  # called for what is not set
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._reader.row(self._key).proposal, name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Proposal) and _same(self, other)

    __hash__ = Proposal.__hash__


class BriefEvaluation(Evaluation):
    """A stored evaluation with a result that knows its status and score; it equals the whole one."""

    __slots__ = ("_key", "_reader")

    def __getattr__(self, name: str) -> Any:  # called for what is not set
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._reader.row(self._key).evaluation, name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Evaluation) and _same(self, other)

    __hash__ = Evaluation.__hash__


def _same(one: Any, other: Any) -> bool:
    return all(getattr(one, field.name) == getattr(other, field.name) for field in fields(one))
