"""The command `molgrad`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command; what went wrong is one line on stderr and exit code 2."""
    from molgrad.errors import MolgradError

    try:
        from molgrad.cli.app import app

        app()
    except BrokenPipeError:
        # The reader of our CSV went away: nothing is left to say, and nobody to say it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except MolgradError as error:
        sys.stderr.write(f"molgrad: {error}\n")
        sys.exit(2)
    except OSError as error:  # a full disk, a folder without rights: the system's own words, no traceback
        place = f"{error.filename}: " if error.filename else ""
        sys.stderr.write(f"molgrad: {place}{error.strerror or error}\n")
        sys.exit(2)
