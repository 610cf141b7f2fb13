"""Calls answered: arguments checked, every call on record before and after, every error a sentence."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from molgrad.errors import MolgradError, UnknownNameError, shorten
from molgrad.serve.jobs import Work
from molgrad.serve.models import Reply
from molgrad.serve.session import Session
from molgrad.serve.tools import (
    campaigning,
    checking,
    docking,
    handing_in,
    looking,
    receptors,
    standing,
    telling,
    working,
)
from molgrad.serve.tools.tool import Tool, Waiting
from molgrad.serve.words import failed_inside, sentence

RECORDED = 20_000  # characters of the arguments of a refused call that are kept


@dataclass(frozen=True, slots=True)
class Begun:
    """A call that was begun.

    Attributes:
        number: in the store.
        reply: the answer; None where it is a job's.
        waiting: the job.
    """

    number: int
    reply: Reply | None = None
    waiting: Waiting | None = None


class RefusedError(MolgradError):
    """A call that is not done, with what to do in words for its client."""


class Service:
    """The tools of a session.

    Threads: `begin`, `answer` and `refuse` may be called from any.

    Args:
        session: what is served.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        families = [receptors, checking, docking, looking, working, standing, campaigning, telling]
        families += [handing_in] if session.sealed else []
        self.tools: dict[str, Tool] = {tool.name: tool for family in families for tool in family.TOOLS}

    def begin(self, name: str, arguments: Mapping[str, Any]) -> Begun:
        """Begin a call.

        Args:
            name: of the tool.
            arguments: as the client gave them.

        Raises:
            RefusedError: it is not done, and why.
        """
        number: int | None = None
        try:
            name, text = _sound(name), _sound(json.dumps(arguments, ensure_ascii=False, default=str))
            number = self.session.store.called(self.session.terms.session, name[:100], shorten(text, RECORDED))
            found = self._run(name, json.loads(text))
        except Exception as error:
            raise self._refused(number, _words(error)) from None
        return Begun(number, waiting=found) if isinstance(found, Waiting) else Begun(number, found)

    def answer(self, begun: Begun) -> str:
        """The answer of a call that was begun, as JSON; of a job as it stands now.

        Args:
            begun: the call.

        Raises:
            RefusedError: the answer cannot be kept, and so is not given.
        """
        try:
            text = self.session.hide(self._reply(begun).model_dump_json())
            self.session.store.answered(begun.number, "ok", text)
        except Exception as error:
            raise self._refused(None, _words(error)) from None
        return text

    def _reply(self, begun: Begun) -> Reply:
        if begun.reply is not None:
            return begun.reply
        assert begun.waiting is not None  # noqa: S101 - one of the two is there
        work: Work | None = begun.waiting.work
        return work.told() if work is not None else self.session.jobs.told(begun.waiting.name)

    def _run(self, name: str, arguments: Mapping[str, Any]) -> Reply | Waiting:
        tool = self.tools.get(name)
        if tool is None:
            raise UnknownNameError("tool", name, self.tools)
        given = tool.takes.model_validate(arguments)
        if not tool.always:
            self.session.budget.check_time()
        return tool.run(self.session, given)

    def _refused(self, number: int | None, words: str) -> RefusedError:
        """The refusal of a call, kept where the call is and the store can be written."""
        words = self.session.hide(words)
        if number is not None:
            try:
                self.session.store.answered(number, "refused", words)
            except MolgradError as error:
                sys.stderr.write(f"molgrad: {error}\n")
        return RefusedError(words)


def _words(error: Exception) -> str:
    """What the client is told; of a fault of ours the operator reads the trace."""
    if isinstance(error, (ValidationError, MolgradError, ValueError, OSError)):
        return sentence(error)
    traceback.print_exception(error, file=sys.stderr)
    return failed_inside(error)


def _sound(text: str) -> str:
    """The text without halves of character pairs, which neither a database nor JSON can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
