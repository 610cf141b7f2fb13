"""Which molecule of a campaign a row of results is about: by id, by name, by structure; what is doubtful is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol, get_args, runtime_checkable

from molgrad.autograd.domain import Domain
from molgrad.campaign.results import Result
from molgrad.campaign.store import Row
from molgrad.campaign.table import Table
from molgrad.errors import shorten
from molgrad.optim.identities import Identities

Level = Literal["ask", "exact", "stereo", "tautomer", "any"]  # what is done where stereo or tautomer differs
LEVELS: tuple[str, ...] = get_args(Level)


_PLACE = re.compile(r"\s*(?:\d{1,4}|[A-Pa-p]\s?-?\d{1,2})\s*")  # 7, A01, B-12
_INCHIKEY = re.compile(r"[A-Z]{14}-[A-Z]{10}-[A-Z]")


class Relation(Protocol):
    """A value that differs from another in what may be a slip of the drawer: its kind, and the words for it."""

    smiles: str
    kind: str
    text: str


@runtime_checkable
class Related(Protocol):
    """A domain whose values can be drawn carelessly."""

    def relatives(self) -> Any:
        """An index with `add(values)` and `of(value) -> list[Relation]`."""
        ...

    def redrawn(self, value: str) -> str:
        """What was changed of a value as somebody wrote it."""
        ...


@dataclass(frozen=True, slots=True)
class Match:
    """Which molecule a row is about.

    Attributes:
        value: its canonical value; "" where there is none.
        row: what was proposed; None for a molecule that never was.
        said: how it was found, and what was noticed.
        warning: what a chemist should look at.
        problem: why the row is not taken, and what to do; "" where it is.
        unknown: whether the problem is that nothing of that name was proposed.
        asks: whether the problem is a difference that `match` decides.
    """

    value: str = ""
    row: Row | None = None
    said: str = ""
    warning: str = ""
    problem: str = ""
    unknown: bool = False
    asks: bool = False


class Matcher:
    """Finds the molecules of rows, ids and names before structures.

    Args:
        domain: of the campaign.
        table: its rows.
        identities: of what was proposed.
        results: what was told before: the names that rows with a structure gave serve again.
        level: where a structure differs from what was proposed in stereo or tautomer only: "ask" holds the row back,
            "stereo", "tautomer" and "any" take such a row for the proposed molecule, "exact" takes it for another one.
    """

    def __init__(
        self,
        domain: Domain,
        table: Table,
        identities: Identities,
        results: Iterable[Result] = (),
        level: Level = "ask",
    ) -> None:
        if level not in LEVELS:
            raise ValueError(f"match is one of {', '.join(LEVELS)}, not {shorten(repr(level))}")
        self._domain, self._table, self._level = domain, table, level
        identities.add(table.archive.taken)
        self._identities, self._fresh = identities, Identities(domain)
        self._relatives = domain.relatives() if isinstance(domain, Related) else None
        self._new: dict[str, None] = {}  # molecules that this table brings
        self._names: dict[str, dict[str, None]] = {}  # ids, and what the user calls molecules
        for row in table.rows:
            for name in table.names_of(row):
                self._names.setdefault(_plain(name), {})[row.proposal.value] = None
        self._aliases: dict[str, dict[str, None]] = {}  # what a laboratory calls them
        for result in results:
            if result.name and result.smiles:
                self._call(result.name, table.row_of(result.proposal).proposal.value)

    def _call(self, name: str, value: str) -> None:
        if is_own_name(name):
            self._aliases.setdefault(_plain(name), {})[value] = None

    def knows(self, name: str) -> bool:
        """Whether something is called so.

        Args:
            name: an id or name.
        """
        return _plain(name) in self._names or _plain(name) in self._aliases

    def match(self, smiles: str, name: str = "") -> Match:
        """The molecule of a row.

        Args:
            smiles: as written; "" where there is none.
            name: an id or name; "" where there is none.
        """
        known = list(self._names.get(_plain(name), ())) if name.strip() else []
        if not smiles.strip():
            return self._by_name(name, known or list(self._aliases.get(_plain(name), ())))
        try:
            value = self._domain.canonical(smiles.strip())
        except ValueError as error:
            return self._unreadable(str(error), name, known)
        found = self._by_structure(value, smiles.strip())
        if found.value in known and not found.problem:
            return replace(found, said=f"by its name {name.strip()} and its structure")
        if len(known) == 1:
            return self._checked(value, name.strip(), known[0], found)
        return self._called(found, name)

    def _called(self, found: Match, name: str) -> Match:
        """A match by structure; its name serves rows without a structure from now on."""
        others = [value for value in self._aliases.get(_plain(name), ()) if value != found.value]
        if found.problem or not is_own_name(name):
            return found
        self._call(name, found.value)
        if not others:
            return found
        warning = f"{shorten(name)} was the name of {shorten(others[0])} before: the structure was taken"
        return replace(found, warning="; ".join(filter(None, (found.warning, warning))))

    def _by_name(self, name: str, values: Sequence[str]) -> Match:
        given = shorten(name.strip())
        if not given:
            return Match(problem="neither a structure nor a name: say which column holds them, --map 'COLUMN=smiles'")
        if not values and _INCHIKEY.fullmatch(given) and (known := self._identities.keyed(given[:-2])):
            return Match(known, self._row(known), "by its InChIKey")
        if len(values) > 1:
            ids = ", ".join(self._id(value) for value in values)
            return Match(problem=f"{given} is the name of {len(values)} molecules ({ids}): give the id")
        if not values:
            return Match(problem=f"nothing called {given} was proposed: give its SMILES", unknown=True)
        return Match(values[0], self._row(values[0]), f"by its {'id' if is_id(given) else 'name'} {given}")

    def _unreadable(self, why: str, name: str, values: Sequence[str]) -> Match:
        if len(values) != 1:
            return Match(problem=f"its structure cannot be read: {why}")
        return replace(self._by_name(name, values), warning=f"its structure cannot be read, the name was taken: {why}")

    def _by_structure(self, value: str, drawn: str) -> Match:
        redrawn = self._domain.redrawn(drawn) if isinstance(self._domain, Related) else ""
        known = self._identities.like(value) or self._fresh.like(value)
        if known is not None:
            other = "" if known == value else f"drawn as another tautomer or charge state of {self._id(known)}"
            how = "by its structure" if known not in self._new else "never proposed"
            return Match(known, self._row(known), "; ".join(filter(None, (how, redrawn, other))), warning=other)
        relatives = self._related(value)
        if not relatives or self._level == "exact":
            self._fresh.add([value])
            self._new[value] = None
            return Match(value, None, "; ".join(filter(None, ("never proposed", redrawn))))
        if len(relatives) > 1:
            many = "; ".join(self._how(one) for one in relatives)
            return Match(
                problem=f"it may be one of several ({many}): give the id, or --match exact for another molecule"
            )
        return self._as_relative(relatives[0])

    def _related(self, value: str) -> list[Relation]:
        if self._relatives is None:
            return []
        self._relatives.add(self._table.archive.taken)
        found: list[Relation] = self._relatives.of(value)
        return found

    def _as_relative(self, relative: Relation) -> Match:
        how, name = self._how(relative), self._id(relative.smiles)
        if self._level in (relative.kind, "any"):
            return Match(relative.smiles, self._row(relative.smiles), how, warning=how)
        return Match(
            problem=f"{how}: --match {relative.kind} takes it for {name}, --match exact for another molecule",
            asks=True,
        )

    def _checked(self, value: str, name: str, known: str, found: Match) -> Match:
        """A row whose name is that of one molecule and whose structure that of another, or of a relative."""
        relative = next((one for one in self._related(value) if one.smiles == known), None)
        if relative is not None and self._level != "exact":
            return self._as_relative(relative)
        drawn = self._id(found.value) if found.row is not None else shorten(value)
        return Match(
            problem=f"its name {name} is that of {shorten(known)} and its structure is {drawn}: put one of them right"
        )

    def _how(self, relative: Relation) -> str:
        return f"{self._id(relative.smiles)} {relative.smiles}, {relative.text}"

    def _row(self, value: str) -> Row | None:
        return None if value in self._new else self._table.row(value)

    def _id(self, value: str) -> str:
        row = self._row(value)
        return shorten(value) if row is None else self._table.names_of(row)[0]


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def is_own_name(name: str) -> bool:
    """Whether a laboratory calls one molecule so: no number of a row, no well of a plate, no id of a proposal.

    Args:
        name: as written.
    """
    return bool(name.strip()) and _PLACE.fullmatch(name) is None and not is_id(name)


def is_id(text: str) -> bool:
    """Whether a text looks like the id of a proposal, such as m0007.

    Args:
        text: a name or SMILES.
    """
    return re.fullmatch(r"\s*[mM]\d{3,}\s*", text) is not None
