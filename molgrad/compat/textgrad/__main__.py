"""Runs a program that was written for TextGrad: `python -m molgrad.compat.textgrad program.py [arguments]`."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

from molgrad.compat.textgrad.aliases import install
from molgrad.errors import MissingExtraError

# What TextGrad brings and its notebooks import; of molgrad's own the extra `textgrad`.
BROUGHT = {"dotenv": "python-dotenv", "httpx": "httpx", "tqdm": "tqdm", "PIL": "pillow", "litellm": "litellm",
           "diskcache": "diskcache", "IPython": "ipython"}  # fmt: skip
USAGE = "usage: python -m molgrad.compat.textgrad PROGRAM.py [ARGUMENTS] | -m MODULE [ARGUMENTS]"


def main(arguments: list[str]) -> int:
    """Run the program as `__main__`, with `textgrad` leading to molgrad.

    Args:
        arguments: the program with its own arguments.

    Returns:
        The exit code: 2 where no program is named, 1 where it imports what the extra `textgrad` would bring.
    """
    try:
        return _run(arguments)
    except ModuleNotFoundError as error:
        package = BROUGHT.get((error.name or "").partition(".")[0])
        if package is None:
            raise
        print(f"the program imports {error.name}: {MissingExtraError(package, 'textgrad')}", file=sys.stderr)
        return 1


def _run(arguments: list[str]) -> int:
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
