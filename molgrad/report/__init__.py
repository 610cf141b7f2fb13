"""What people look at: tables, pictures, plots, the report. `mg.report(campaign)` writes the report."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any


class _Report(ModuleType):
    """This package, which can be called: `mg.report` is its name, and also that of the function that users call."""

    def __call__(self, campaign: Any, out: str | Path | None = None, format: Any = None) -> Path:
        """See `molgrad.report.page.make.report`."""
        from molgrad.report.page.make import report

        return report(campaign, out, format)


sys.modules[__name__].__class__ = _Report
