"""The examples of predictors: a scikit-learn model as a program, and a function that fails sometimes."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import molgrad as mg
from tests.examples.run import EXAMPLES, run

MEASURED = {"c1ccccc1": 1, "Cc1ccccc1": 2, "CCc1ccccc1": 3, "CCO": 7, "CCCO": 8, "CCCCO": 9}


def test_a_forest_learns_from_a_table(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    table = tmp_path / "measured.csv"
    table.write_text("smiles,value\n" + "".join(f"{smiles},{value}\n" for smiles, value in MEASURED.items()))
    program = [sys.executable, str(EXAMPLES / "predict_forest.py"), str(table)]
    loss = mg.Command(program, name="pIC50", direction="maximize")
    ring, chain = loss.evaluate(["CCCc1ccccc1", "CCCCCO"])
    loss.close()
    assert ring.ok, ring.reason
    assert ring.raw["pIC50"] < 5 < chain.raw["pIC50"]
    assert ring.sd is not None
    assert ring.facts[0].text.startswith("most like CCc1ccccc1 (Tanimoto 0.")


def programs_of_the_page() -> list[str]:
    """The programs in docs/programs.md that read lines."""
    blocks = re.findall(r"```python\n(.*?)```", (EXAMPLES.parent / "docs/programs.md").read_text(), re.DOTALL)
    return [block for block in blocks if "sys.stdin" in block]


def test_the_program_of_the_page_answers() -> None:
    loss = mg.Command([sys.executable, "-c", programs_of_the_page()[0]])
    assert [one.score for one in loss.evaluate(["C", "CCO"])] == [1.0, 3.0]
    loss.close()


def test_the_predictor_of_many_properties_is_asked_once_a_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "admet_ai.py").write_text(  # the package itself brings gigabytes
        "class ADMETModel:\n    def predict(self, smiles):\n"
        "        print('warning: a library writes where answers go')\n"
        "        return {'hERG': [len(one) / 10 + len(smiles) for one in smiles]}\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    loss = mg.Command([sys.executable, "-c", programs_of_the_page()[1]], batch=2)
    assert [one.score for one in loss.evaluate(["C", "CC", "CCC"])] == [2.1, 2.2, 1.3]
    loss.close()


def test_a_function_that_fails_sometimes_costs_no_molecule(tmp_path: Path) -> None:
    done = run("flaky_function.py", "--docks", "3", "--out", str(tmp_path / "run"))
    assert done.returncode == 0, done.stderr
    measured, again, failed = done.stdout.splitlines()[-1].split(", ")
    assert (measured, failed) == ("3 measured", "0 failed")
    assert int(again.split()[0]) >= 1
