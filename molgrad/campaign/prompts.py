"""What a campaign's language model was asked and answered: which call is about which molecule, and what came of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from molgrad.advisors.model.dialogue import AGAIN, REPLACEMENTS
from molgrad.campaign.outcomes import REFUSED, Outcome, Outcomes
from molgrad.campaign.row import Row
from molgrad.campaign.table import identifier
from molgrad.campaign.view import View
from molgrad.errors import CampaignError, plain
from molgrad.llm.text import without_keys
from molgrad.llm.transcript import Call

_NUMBER = re.compile(r"(?:call\s*)?#?\s*(\d{1,9})", re.IGNORECASE)
_SHOWN = re.compile(r"^<smiles(?:_\d+)?>\n(\S+)\n", re.MULTILINE)  # of calls without a label, made by older versions
PURPOSES = {
    AGAIN: "the request before once more, for its answer could not be read",
    REPLACEMENTS: "proposals in place of those that the validator refused",
}


@dataclass(frozen=True, slots=True)
class Exchange:
    """A call with what it was about and what came of its answer.

    Attributes:
        call: the request and the answer as they were.
        step: the batch that was being chosen; None where that was not written down.
        about: the molecules that it was about, by id and name, in the order of the prompt.
        purpose: what a second call asked for; empty for a first one.
        outcomes: what became of each proposal.
        unread: why there is no proposal to look at, where the answer could not be read or there is none.
    """

    call: Call
    step: int | None
    about: Mapping[str, str]
    purpose: str
    outcomes: tuple[Outcome, ...]
    unread: str = ""

    @property
    def refused(self) -> int:
        """How many of the proposals the validator refused."""
        return sum(one.state == REFUSED for one in self.outcomes)


class Prompts:
    """The calls of a campaign's model.

    Args:
        view: the campaign; it may be at work.

    Raises:
        CampaignError: no model was asked.
    """

    def __init__(self, view: View) -> None:
        self._view, self._outcomes = view, Outcomes(view)
        self.count = len(view.transcript)
        if not self.count:
            who = view.settings.get("engine") or "nobody"
            raise CampaignError(f"{view.folder}: no language model was asked in this run (it was advised by {who})")

    def all(self) -> Iterator[Exchange]:
        """Every call, in order."""
        return map(self._exchange, self._view.transcript.calls())

    def of(self, asked: str) -> list[Exchange]:
        """The calls that somebody asks for, in order.

        Args:
            asked: "call 3", "#3" or 3 for one call; an id, name or SMILES for the calls in which a molecule was
                criticised, and the one whose answer proposed it.

        Raises:
            CampaignError: there is no such call, or no call about the molecule.
            UnknownNameError: the run has no such molecule.
        """
        if number := _NUMBER.fullmatch(asked.strip()):
            return [self._numbered(int(number[1]))]
        row = self._view.resolve(asked)
        every = list(self.all())
        origin = _origin(every, row)
        found = [one for one in every if one is origin or identifier(row.id) in one.about]
        if not found:
            whose = row.proposal.advisor or "the search"
            raise CampaignError(
                f"{self._view.folder}: no prompt was about {self.title(row)}, and no answer proposed it "
                f"(it was proposed by {whose}: {row.proposal.reason or 'no reason is kept'})"
            )
        return found

    def title(self, row: Row) -> str:
        """The id of a molecule, and the name where a user gave one."""
        return _title(identifier(row.id), self._view.name_of(row))

    def _numbered(self, number: int) -> Exchange:
        found = next(self._view.transcript.calls(number - 1), None)
        if found is None or found.id != number:
            raise CampaignError(f"{self._view.folder}: there is no call {number}; the calls are 1 to {self.count}")
        return self._exchange(found)

    def _exchange(self, call: Call) -> Exchange:
        parents, step = _parents(call), call.labels.get("step", "")
        number = int(step) if step.isdecimal() else None
        rows = [row for one in parents if (row := self._view.find(one)) is not None]
        outcomes, unread = self._outcomes.of(call, parents, number)
        about = {identifier(row.id): self._view.name_of(row) for row in rows}
        purpose = PURPOSES.get(call.labels.get("asks", ""), "")
        return Exchange(call, number, about, purpose, tuple(outcomes), unread)


def _origin(every: Sequence[Exchange], row: Row) -> Exchange | None:
    """The first call whose answer proposed a molecule; None where no model did."""
    if not row.proposal.by_model:
        return None
    return next((one for one in every if row.proposal.value in (o.value for o in one.outcomes)), None)


def _title(ident: str, name: str) -> str:
    return ident if name in ("", ident) else f"{ident} {name}"


def titles(about: Mapping[str, str]) -> list[str]:
    """Molecules by id and, where a user gave one, name.

    Args:
        about: names by id.
    """
    return [_title(ident, name) for ident, name in about.items()]


def _parents(call: Call) -> list[str]:
    """The molecules that a call is about, in the order of its prompt."""
    try:
        found = json.loads(call.labels.get("about", ""))
    except ValueError:
        found = _SHOWN.findall("\n".join(said(message) for message in call.messages))
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def said(message: Mapping[str, Any]) -> str:
    """What a message says, as a terminal may show it: without control characters and keys, a note for each picture.

    Args:
        message: in the chat protocol's form.
    """
    content = message.get("content")
    parts = content if isinstance(content, list) else [content] if content else []
    lines = [_part(part) for part in parts]
    calls = message.get("tool_calls")
    lines += [json.dumps(one, ensure_ascii=False) for one in calls] if isinstance(calls, list) else []
    return plain(without_keys("\n".join(lines)))


def _part(part: Any) -> str:
    if not isinstance(part, Mapping):
        return str(part)
    return str(part["text"]) if "text" in part else f"({part.get('type', 'something else than text')}, not shown)"
