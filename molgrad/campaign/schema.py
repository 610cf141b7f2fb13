"""The tables of a campaign's database, their version, and how the file is opened."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing, suppress
from pathlib import Path

from molgrad.campaign.faults import AGAIN
from molgrad.campaign.folder import SETTINGS, TABLE
from molgrad.errors import CampaignError

# Tables that every campaign has:
OWN = frozenset({"meta", "proposals", "evaluations", "critiques", "results", "shown", "described"})
START_NAMES = "start_names"  # the entry of `meta` with what a user calls molecules, by value
TOLD = "told"  # the kind of row of a molecule that a laboratory told and that was never proposed
FIRST = frozenset({"meta", "proposals", "evaluations"})  # tables of the oldest versions too
# Of the tables below; raised with every change of them, and of what `shown` and `described` hold. 0: before it was
# written down.
VERSION = 8

# `mark` seals the columns before it, which are read without the rest, and `seal` what is in `data`.
SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL, seal INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS proposals (
    id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, place INTEGER NOT NULL, kind TEXT NOT NULL,
    value TEXT NOT NULL, parent TEXT, by_model INTEGER NOT NULL, mark INTEGER NOT NULL, data TEXT NOT NULL,
    seal INTEGER NOT NULL, UNIQUE (batch, place));
CREATE TABLE IF NOT EXISTS evaluations (
    proposal INTEGER PRIMARY KEY REFERENCES proposals(id), status TEXT NOT NULL, score REAL, mark INTEGER NOT NULL,
    data TEXT NOT NULL, seal INTEGER NOT NULL, finished TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE IF NOT EXISTS critiques (
    proposal INTEGER PRIMARY KEY REFERENCES proposals(id), text TEXT NOT NULL, data TEXT NOT NULL,
    seal INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS results (
    id INTEGER PRIMARY KEY, proposal INTEGER NOT NULL REFERENCES proposals(id), assay TEXT NOT NULL,
    state TEXT NOT NULL, data TEXT NOT NULL, seal INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS results_of ON results (proposal);
CREATE TABLE IF NOT EXISTS shown (
    proposal INTEGER PRIMARY KEY REFERENCES proposals(id), layout TEXT NOT NULL, data TEXT NOT NULL,
    seal INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS described (
    proposal INTEGER PRIMARY KEY REFERENCES proposals(id), key TEXT NOT NULL, mark INTEGER NOT NULL,
    layout TEXT NOT NULL, data TEXT NOT NULL, seal INTEGER NOT NULL);
"""


def seal(*values: object) -> int:
    """A number that other values of a row do not give: SQLite notices no change of a letter or a digit.

    Args:
        values: what of the row is read again.
    """
    return zlib.crc32(repr(values).encode(errors="backslashreplace"))


def unbroken(path: Path, what: str, found: object, *values: object) -> None:
    """Refuse values that are not what was written.

    Args:
        path: the database.
        what: of it, for the error.
        found: the seal beside them.
        values: what was read.

    Raises:
        CampaignError: they have another seal.
    """
    if seal(*values) != found:
        raise CampaignError(f"{path}: {what} is not what was written there: {AGAIN}")


def connect(path: Path, read_only: bool) -> sqlite3.Connection:
    """An open connection to the file; what a killed process left half written is undone first.

    Args:
        path: the file.
        read_only: whether it is only read.
    """
    where = f"{path.resolve().as_uri()}?mode="
    if read_only and path.with_name(f"{path.name}-journal").exists():
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"{where}rw", uri=True)) as db:  # where we may write
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return sqlite3.connect(f"{where}{'ro' if read_only else 'rwc'}", uri=True, timeout=30.0, check_same_thread=False)


def of_another_version(path: Path, found: int) -> str:
    """What to do with a database of another version.

    Args:
        path: the file.
        found: its version.
    """
    whose, other = ("an older", "") if found < VERSION else ("a newer", "update molgrad to go on with it, or ")
    return (
        f"{path} has schema version {found}, of {whose} molgrad, and this one reads version {VERSION}: "
        f"{other}make a new folder with the same starts and settings (they stand in {SETTINGS}); "
        f"{TABLE} of the old one can be read as before"
    )
