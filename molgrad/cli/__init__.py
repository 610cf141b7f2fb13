"""The command `molgrad`."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from molgrad.cli.codes import Code

if TYPE_CHECKING:
    from collections.abc import Callable


def main() -> None:
    """Run the command; what went wrong is one line on stderr. `cli.codes` has the exit codes."""
    run(_molgrad)


def run(program: Callable[[], Any]) -> None:
    """Run a command line as `molgrad` is run, and end the process; what `program` raises becomes one line."""
    from molgrad.cli.terminal import ended_by, prepare

    prepare()
    code = _run(program)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()  # now, for the interpreter's own flush at its end would complain of a closed pipe
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        except OSError as error:  # a full disk
            code = _said(f"the output cannot be written: {error.strerror}")
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    sys.exit(ended_by() or code)


def _molgrad() -> None:
    from molgrad.cli.app import app

    app()


def _run(program: Callable[[], Any]) -> Any:
    """The exit code. A closed pipe, as of `head -1`, is no failure."""
    from molgrad.errors import MolgradError

    try:
        program()
    except BrokenPipeError:
        return Code.DONE
    except SystemExit as end:  # click and rich take a closed pipe for themselves, and end with 1
        return Code.DONE if isinstance(end.__context__, BrokenPipeError) else end.code
    except KeyboardInterrupt:
        return Code.INTERRUPTED
    except MolgradError as error:
        return _said(str(error))
    except OSError as error:  # a full disk, a folder without rights: the system's own words, no traceback
        place = f"{error.filename}: " if error.filename else ""
        return _said(f"{place}{error.strerror or error}")
    return Code.DONE


def _said(words: str) -> int:
    from molgrad.cli.terminal import say

    with suppress(OSError):
        say(words)
    return Code.REFUSED
