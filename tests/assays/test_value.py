from __future__ import annotations

import json

import pytest

from molgrad.assays.value import Measured


def test_a_value_comes_back_from_json() -> None:
    value = Measured(
        35.0, ">", "nM", "IC50", 4.0, "sd", 3, "1 uM", "failed", "P1", "2026-01-02", "AB", "hazy", ">35 nM"
    )
    assert Measured.from_json(json.loads(json.dumps(value.to_json()))) == value
    assert Measured(35.0).to_json() == {"value": 35.0}


def test_a_value_reads_as_a_chemist_writes_it() -> None:
    assert str(Measured(10, ">", "uM", "IC50")) == "IC50 > 10 uM"
    assert str(Measured(63, unit="%", kind="inhibition", at="1 uM")) == "inhibition = 63% at 1 uM"


@pytest.mark.parametrize("wrong", [{"value": float("nan")}, {"relation": "=="}, {"error": -1.0}, {"error_kind": "se"}])
def test_what_no_laboratory_means_is_no_value(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"(finite number|one of|sd, sem)"):
        Measured(**{"value": 1.0, **wrong})  # type: ignore[arg-type] - the wrong types are the test
