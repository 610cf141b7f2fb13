"""The notebook runs from top to bottom, offline, and draws what it says it draws."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytest.importorskip("nbformat")
pytest.importorskip("nbclient")

from notebooks.make import docks_of, execute, notebooks


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    (path,) = notebooks(["01"])
    notebook = execute(path, f"replay:{docks_of(path)}", tmp_path_factory.mktemp("notebook"))
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def text(cell: dict[str, object]) -> str:
    return str(cell["outputs"])


def printed(cell: dict[str, Any]) -> str:
    return "".join(output["text"] for output in cell["outputs"] if output["output_type"] == "stream")


def highlighted(cell: dict[str, object]) -> int:
    """How many ellipses the drawing has: RDKit draws one around each highlighted atom."""
    return text(cell).count("<ellipse")


def test_the_molecule_draws_itself_and_then_what_the_gradient_speaks_of(cells: list[dict[str, object]]) -> None:
    assert "<svg" in text(cells[0])
    assert highlighted(cells[0]) == 0
    assert highlighted(cells[1]) > 0


def test_structures_survive_where_svg_scripts_and_styles_are_taken_out(cells: list[dict[str, Any]]) -> None:
    outputs = [output.get("data", {}) for cell in cells for output in cell["outputs"]]
    pages = [data["text/html"] for data in outputs if "text/html" in data]
    taken = re.compile(r"<(svg|script|style)\b.*?</\1>|\sstyle=\"[^\"]*\"", re.DOTALL)
    left = [taken.sub("", page) for page in pages]
    assert sum('src="data:image/png;base64,' in page for page in left) >= 4  # the lead twice, the run, its table


def test_the_loop_improves_the_lead(cells: list[dict[str, object]]) -> None:
    scores = [float(line.split()[0]) for line in printed(cells[2]).splitlines()]
    assert len(scores) == 4
    assert min(scores) < scores[0]


def test_the_campaign_shows_a_live_view_and_structures(cells: list[dict[str, object]]) -> None:
    assert "10/10 docked" in text(cells[3])
    assert text(cells[3]).count("data:image/png") >= 5  # the view of the run has two more
