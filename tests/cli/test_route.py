"""`molgrad route`: routes as paragraphs, JSON lines and a picture; what is no molecule is a row."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.run import molgrads

LEAD = "Cc1ccc(NC(=O)c2ccccc2)cc1Nc1ncccn1"


def test_routes_from_a_stock_as_text_json_and_picture(tmp_path: Path) -> None:
    (tmp_path / "my_stock.smi").write_text("Nc1ncccn1 A-1 12.50\nC1CC broken\n")
    stock = ["--stock", "my_stock.smi"]
    text, lines, drawn, two, none = molgrads(
        ["route", LEAD, "C1CC", *stock],
        ["route", LEAD, *stock, "--json", "-q"],
        ["route", LEAD, "--svg", "route.svg"],
        ["route", LEAD, "CCO", "--svg", "route.svg"],
        ["route", "C1CC", "--svg", "none.svg"],
        cwd=tmp_path,
    )
    assert text.returncode == 0, text.stderr
    assert "my_stock.smi, A-1, price 12.5" in text.stdout
    assert "invalid: " in text.stdout
    assert "1 line left out (broken: no molecule" in text.stderr
    record = json.loads(lines.stdout)
    assert lines.stderr == ""
    assert record["is_solved"]
    assert record["trees"][0]["type"] == "mol"
    assert drawn.returncode == 0
    assert (tmp_path / "route.svg").read_text().startswith("<svg")
    assert two.returncode == 2
    assert "one molecule" in two.stderr
    assert "none.svg was not written: there is no route to draw" in none.stderr
