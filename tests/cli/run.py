"""Runs the installed command as a user does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = [sys.executable, "-c", "from molgrad.cli import main; main()"]
LEAD = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"


def environment() -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("OPENAI_", "MOLGRAD_"))}
    # What the user of this machine has prepared or docked before must not change a test.
    return clean | {"COLUMNS": "200", "XDG_DATA_HOME": "no/such/folder", "MOLGRAD_CACHE": "off"}


def molgrad(*arguments: str, cwd: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *arguments], capture_output=True, text=True, cwd=cwd, env=environment() | variables, timeout=280,
        check=False,
    )  # fmt: skip
