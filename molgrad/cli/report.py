"""`molgrad report`: a report on a run as a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any


def run_report(folder: Path, out: Path | None, kind: str | None) -> None:
    """Write a report and print where it is.

    Args:
        folder: the run folder.
        out: the file.
        kind: its format.
    """
    from molgrad.report.page.make import report

    named: Any = kind and kind.lower()
    sys.stdout.write(f"{report(folder, out, named)}\n")
