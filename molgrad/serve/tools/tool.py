"""What a tool is: a name, words for the model that calls it, arguments within bounds, and what it does."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from molgrad.serve.jobs import Work
from molgrad.serve.models import Reply

if TYPE_CHECKING:
    from molgrad.serve.session import Session

MOLECULES = 50  # of one call
LONGEST_SMILES = 1000  # characters; the largest molecule that can be docked has a fifth of that
LONGEST_NAME = 200
LONGEST_TEXT = 2000
MOST_WAIT = 60.0  # seconds that a call may wait for its job: clients give up after a minute or two


def _several(given: Any) -> Any:
    """A list, also where a client wrote it as text, or one molecule alone."""
    if isinstance(given, str):
        if given.lstrip().startswith("["):
            try:
                found = json.loads(given)
            except ValueError:
                return [given]  # a SMILES may begin so too
            return found if isinstance(found, list) else [given]
        return [given]
    return given


Smiles = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_SMILES, strip_whitespace=True)]
SmilesList = Annotated[
    list[Smiles],
    BeforeValidator(_several),
    Field(min_length=1, max_length=MOLECULES, description=f"SMILES, at most {MOLECULES}."),
]
Name = Annotated[str, StringConstraints(max_length=LONGEST_NAME, strip_whitespace=True)]
FileName = Annotated[Name, Field(description="A file in the campaign's folder, by its plain name.")]
Text = Annotated[str, StringConstraints(max_length=LONGEST_TEXT, strip_whitespace=True)]
Reference = Annotated[Smiles, Field(description="An id of the campaign (m0007), a name that it knows, or a SMILES.")]
Wait = Annotated[
    float | None,
    Field(ge=0, le=MOST_WAIT, description="Seconds to wait for the result; a job that goes on is answered as it is."),
]


class Arguments(BaseModel):
    """Base of what a tool takes."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Waiting:
    """The answer of a tool that began a job, or waits for one.

    Attributes:
        name: of the job, such as j0003.
        work: the job; None for one that has ended.
        seconds: to wait for it at most; None for the server's own time.
    """

    name: str
    work: Work | None
    seconds: float | None

    @classmethod
    def on(cls, work: Work, seconds: float | None) -> Waiting:
        """Wait for a job that was just begun.

        Args:
            work: the job.
            seconds: as the client asked.
        """
        return cls(f"j{work.number:04d}", work, seconds)


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool.

    Attributes:
        name: by which it is called.
        description: for the model that calls it.
        takes: its arguments.
        gives: its answer.
        run: does it, from any thread.
        reads: whether it changes nothing.
        always: whether it answers after the session's time is over.
    """

    name: str
    description: str
    takes: type[Arguments]
    gives: type[Reply]
    run: Callable[[Session, Any], Reply | Waiting]
    reads: bool = False
    always: bool = False
