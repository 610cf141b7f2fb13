"""An object that shows itself: drawn by a room above, and never with a traceback."""

from __future__ import annotations

import subprocess
import sys

from molgrad.display import Shown, in_notebook


class Broken(Shown):
    _drawn_by = "molgrad.report.notebook.record:record"  # which this is not

    def __repr__(self) -> str:
        return "Broken()"


class Worse(Broken):
    _drawn_by = "molgrad.nowhere:nothing"

    def __repr__(self) -> str:
        raise RuntimeError("closed")


def test_what_cannot_be_drawn_is_shown_as_text() -> None:
    assert Broken()._repr_mimebundle_() == {"text/plain": "Broken()"}
    assert "Worse object" in Worse()._repr_mimebundle_()["text/plain"]


def test_this_is_no_notebook() -> None:
    assert not in_notebook()


def test_what_draws_is_loaded_when_something_is_shown() -> None:
    code = (
        "import sys, molgrad as mg\nm = mg.Molecule('CCO')\n"
        "print('molgrad.report.notebook.molecule' in sys.modules)\nm._repr_mimebundle_()\n"
        "print('molgrad.report.notebook.molecule' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
