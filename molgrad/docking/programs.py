"""What a program of the user's is given and says: its environment, how it ended, its last words."""

from __future__ import annotations

import os
import signal

from molgrad.errors import plain
from molgrad.llm.text import KEY_NAMES, without_keys

LONGEST = 300  # characters of a program's last words


def environment() -> dict[str, str]:
    """The environment without the keys of language models, which are no business of a program's."""
    return {name: value for name, value in os.environ.items() if name not in KEY_NAMES}


def how_it_ended(code: int) -> str:
    """The end of a process in words, such as "was ended by SIGSEGV".

    Args:
        code: exit code; below 0 the number of a signal, as `subprocess` gives it.
    """
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:  # a real-time signal
        return f"was ended by signal {-code}"


def last_words(written: bytes, lines: int = 1) -> str:
    """The last lines that a program wrote, bounded, without keys; empty where it wrote nothing.

    Args:
        written: the end of its error stream or output.
        lines: how many lines, at most.
    """
    text = plain(written[-4096:].decode(errors="replace"))
    said = [line.strip() for line in text.splitlines() if line.strip()]
    return without_keys(" | ".join(said[-lines:]))[-LONGEST:]
