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
from molgrad.serve.tools import campaigning, checking, docking, handing_in, receptors, standing, working
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
        families = [receptors, checking, docking, working, standing, campaigning]
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
        name, text = _sound(name), _sound(json.dumps(arguments, ensure_ascii=False, default=str))
        number = self.session.store.called(self.session.terms.session, name[:100], shorten(text, RECORDED))
        try:
            found = self._run(name, json.loads(text))
        except (ValidationError, MolgradError, ValueError, OSError) as error:
            raise self._refused(number, sentence(error)) from None
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            raise self._refused(number, failed_inside(error)) from None
        return Begun(number, waiting=found) if isinstance(found, Waiting) else Begun(number, found)

    def answer(self, begun: Begun) -> str:
        """The answer of a call that was begun, as JSON; of a job as it stands now.

        Args:
            begun: the call.
        """
        if begun.reply is not None:
            reply = begun.reply
        else:
            assert begun.waiting is not None  # noqa: S101 - one of the two is there
            work: Work | None = begun.waiting.work
            reply = work.told() if work is not None else self.session.jobs.told(begun.waiting.name)
        text = self.session.hide(reply.model_dump_json())
        self.session.store.answered(begun.number, "ok", text)
        return text

    def _run(self, name: str, arguments: Mapping[str, Any]) -> Reply | Waiting:
        tool = self.tools.get(name)
        if tool is None:
            raise UnknownNameError("tool", name, self.tools)
        given = tool.takes.model_validate(arguments)
        if not tool.always:
            self.session.budget.check_time()
        return tool.run(self.session, given)

    def _refused(self, number: int, words: str) -> RefusedError:
        words = self.session.hide(words)
        self.session.store.answered(number, "refused", words)
        return RefusedError(words)


def _sound(text: str) -> str:
    """The text without halves of character pairs, which neither a database nor JSON can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
