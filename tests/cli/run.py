"""Runs the installed command as a user does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

# Forks for each command after the imports, which take longer than most commands.
MANY = """
import gc, json, os, sys
import rdkit.Chem, typer.core, typer.rich_utils
import molgrad.cli.app, molgrad.cli.dock, molgrad.cli.optimize, molgrad.cli.receptor
from molgrad.cli import main
codes = []
gc.freeze()  # else each child copies what the collector touches
for number, words in enumerate(json.loads(sys.argv[2])):
    if child := os.fork():
        codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        continue
    for descriptor, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(f"{sys.argv[1]}/{number}.{name}", os.O_WRONLY | os.O_CREAT), descriptor)
    sys.argv = ["molgrad", *words]
    try:
        main()
    except SystemExit as end:
        os._exit(end.code or 0)  # the interpreter's own end takes a while, and does nothing more
print(json.dumps(codes))
"""
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


def molgrads(
    *commands: Sequence[str], cwd: Path | None = None, **variables: str
) -> list[subprocess.CompletedProcess[str]]:
    """Run several commands, each in a process of its own, for the imports of one."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", MANY, folder, json.dumps(commands)],
            stdout=subprocess.PIPE, text=True, cwd=cwd, env=environment() | variables, timeout=280, check=True,
        )  # fmt: skip
        return [
            subprocess.CompletedProcess(
                words, code, *(Path(folder, f"{n}.{name}").read_text() for name in ("out", "err"))
            )
            for n, (words, code) in enumerate(zip(commands, json.loads(done.stdout), strict=True))
        ]
