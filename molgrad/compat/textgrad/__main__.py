"""Runs a program that was written for TextGrad: `python -m molgrad.compat.textgrad program.py [arguments]`."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

from molgrad.compat.textgrad.aliases import install

USAGE = "usage: python -m molgrad.compat.textgrad PROGRAM.py [ARGUMENTS] | -m MODULE [ARGUMENTS]"


def main(arguments: list[str]) -> int:
    """Run the program as `__main__`, with `textgrad` leading to molgrad; 2 where none is named."""
    if not arguments or arguments[0] in ("-h", "--help") or arguments == ["-m"]:
        print(USAGE, file=sys.stderr)
        return 2
    install()
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        sys.path.insert(0, "")
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        return 0
    program = Path(arguments[0])
    if not program.is_file():
        print(f"there is no program {arguments[0]!r}\n{USAGE}", file=sys.stderr)
        return 2
    sys.argv = arguments
    sys.path.insert(0, str(program.resolve().parent))
    runpy.run_path(str(program), run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
