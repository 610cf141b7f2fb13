"""Each notebook runs from top to bottom with its docks played back, and shows what the saved one shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbclient")
pytest.importorskip("posebusters")  # its crystal structure is the protein of the second notebook

from notebooks.make import docks_of, execute, notebooks  # noqa: E402 - needs nbclient

LARGEST = 2_000_000  # bytes of all docks that the repository carries


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def shown(notebook: Any) -> list[list[str]]:
    """The kinds of output of each cell; those of a stream that came in pieces count once."""
    kinds = [[kind for output in cell.outputs for kind in sorted(_kinds(output))] for cell in code_cells(notebook)]
    return [list(dict.fromkeys(cell)) for cell in kinds]


def _kinds(output: Any) -> Iterator[str]:
    yield from output.data if "data" in output else [output.get("name", output.output_type)]


def test_there_are_eight() -> None:
    assert [path.name[:2] for path in notebooks()] == [f"{n:02d}" for n in range(1, 9)]


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_it_is_saved_with_its_outputs(path: Path) -> None:
    saved = nbformat.read(path, as_version=4)
    assert [cell.execution_count for cell in code_cells(saved)] == list(range(1, len(code_cells(saved)) + 1))
    outputs = [output for cell in code_cells(saved) for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    assert "/tmp/" not in str(outputs), "a path of the machine that made it"  # noqa: S108 - looked for, not used


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_what_it_shows_can_be_shown(path: Path) -> None:
    outputs = [output for cell in code_cells(nbformat.read(path, as_version=4)) for output in cell.outputs]
    red = [output.text for output in outputs if output.get("name") == "stderr"]
    assert all("has no hydrogens" in text for text in red), "a note in the colour of errors"
    pages = [output.data["text/html"] for output in outputs if "text/html" in output.get("data", {})]
    own = [page for page in pages if 'class="dataframe"' not in page]  # tables of pandas hold what files hold: ->
    assert not [page for page in own if " -&gt; " in page or "&amp;gt;" in page], "two characters for an arrow"
    assert all(
        re.search(r"\w", re.sub(r"<(script|style).*?</\1>|<[^>]*>", "", page, flags=re.DOTALL)) for page in pages
    )


def test_the_docks_are_small() -> None:
    assert sum(docks_of(path).stat().st_size for path in notebooks() if docks_of(path).is_file()) < LARGEST


@pytest.mark.slow
@pytest.mark.parametrize("path", notebooks()[1:], ids=lambda path: path.stem)  # the first has tests of its own
def test_it_shows_what_the_saved_one_shows(path: Path, tmp_path: Path) -> None:
    again = execute(path, f"replay:{docks_of(path)}", tmp_path)
    assert shown(again) == shown(nbformat.read(path, as_version=4))
