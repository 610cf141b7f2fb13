"""Blocks of a page that show a terminal: `$ command`, then what it prints. Records them, and runs them for the tests.

python -m tests.examples.console docs/tutorial.md    # runs the page's commands and writes what they print into it
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
TIME = 300  # seconds that one command may take


def commands(block: str) -> list[tuple[str, str]]:
    """Each command of a block with what the page shows of its output."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    pairs = (re.match(r"((?:[^\n]*\\\n)*[^\n]*)\n(.*)", part, re.DOTALL) for part in parts)
    return [(pair[1], pair[2]) for pair in pairs if pair]


def surroundings(folder: Path) -> dict[str, str]:
    """An environment without this machine's keys, receptors and caches, for a terminal of 100 columns."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("OPENAI_", "MOLGRAD_"))}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    kept = {"MOLGRAD_RECEPTORS": str(folder / "kept"), "MOLGRAD_CACHE": str(folder / "docks.db")}
    return {**clean, **kept, "PATH": path, "COLUMNS": "100", "NO_COLOR": "1"}


def ran(command: str, folder: Path) -> str:
    """What a command prints, errors included, in a folder that the page's commands share; it must succeed."""
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=folder, env=surroundings(folder), text=True, timeout=TIME,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    if done.returncode not in (0, 141):  # 141: head has read enough
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}")
    lines = (line.rsplit("\r", 1)[-1].rstrip() for line in done.stdout.splitlines())
    return "".join(f"{line}\n" for line in lines).replace(f"{folder}/", "").strip("\n")


def recorded(text: str, folder: Path) -> str:
    """The page with the output of each command as it is now."""

    def again(block: re.Match[str]) -> str:
        outputs = [(command, ran(command, folder)) for command, _ in commands(block[0])]
        return "".join(f"$ {command}\n{output}\n" if output else f"$ {command}\n" for command, output in outputs)

    return BLOCK.sub(again, text)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as room:
            Path(name).write_text(recorded(Path(name).read_text(), Path(room)))
