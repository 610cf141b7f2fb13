"""The exit codes of `molgrad`, in one place; `molgrad --help` and docs/command_line.md list them."""

from __future__ import annotations

from enum import IntEnum


class Code(IntEnum):
    """How a command ended."""

    DONE = 0
    IN_PART = 1
    REFUSED = 2
    INTERRUPTED = 130
    HUNG_UP = 129
    TERMINATED = 143


MEANINGS = {
    Code.DONE: "done; also where a limit, a file STOP or one Ctrl-C ended a run in good order",
    Code.IN_PART: "done in part, and it is said what is not: a row that tell did not take, a campaign of run that "
    "failed, a check of doctor that failed",
    Code.REFUSED: "not done: a wrong command line, file or setting, or a fault that stopped the work, in one line on "
    "stderr",
    Code.INTERRUPTED: "ended by Ctrl-C (a second one where the first only ends the batch)",
    Code.HUNG_UP: "the terminal was closed (SIGHUP)",
    Code.TERMINATED: "ended by the system or a batch system (SIGTERM)",
}


def words() -> str:
    """The codes in a paragraph, for `--help`."""
    short = (Code.DONE, "done"), (Code.IN_PART, "done in part"), (Code.REFUSED, "not done, one line on stderr says why")
    said = ", ".join(f"{int(code)} {meaning}" for code, meaning in short)
    return f"Exit codes: {said}, {int(Code.INTERRUPTED)} Ctrl-C."
