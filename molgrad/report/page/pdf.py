"""A page printed to PDF by a browser of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from molgrad.campaign.faults import explained
from molgrad.errors import MolgradError

_BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_SECONDS = 180  # thousands of molecules take a while to print


def browser() -> str | None:
    """Where Chromium, Chrome or Edge is; None where there is none."""
    return next((found for name in _BROWSERS if (found := shutil.which(name))), None)


def found_browser() -> str:
    """Where a browser is that prints.

    Raises:
        MolgradError: there is none.
    """
    program = browser()
    if program is None:
        raise MolgradError(
            "a PDF is printed by Chromium, Chrome or Edge, and none of them was found: install one, or write the "
            "report as HTML and print it from any browser"
        )
    return program


def write_pdf(page: str, file: Path) -> None:
    """Print a page, without a network.

    Args:
        page: HTML that holds everything it shows.
        file: of the PDF.

    Raises:
        MolgradError: no browser was found, it did not print, or the file cannot be written.
    """
    program = found_browser()
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder, "report.html"), Path(folder, "report.pdf")
        source.write_text(page, encoding="utf-8", errors="replace")
        options = ["--headless", "--disable-gpu", "--no-pdf-header-footer", "--disable-background-networking"]
        if getattr(os, "geteuid", lambda: 1)() == 0:  # Chromium refuses its sandbox to root; Windows has none
            options.append("--no-sandbox")
        words = [program, *options, f"--user-data-dir={folder}/profile", f"--print-to-pdf={made}", source.as_uri()]
        try:
            done = subprocess.run(words, capture_output=True, text=True, timeout=_SECONDS, check=False)  # noqa: S603 - no shell
        except (OSError, subprocess.TimeoutExpired) as error:
            raise MolgradError(f"{program} did not print the report: {error}") from error
        if not made.is_file():
            last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
            raise MolgradError(f"{program} did not print the report: {last}")
        with explained(file, "written"):
            shutil.copyfile(made, file)
