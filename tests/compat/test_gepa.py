"""Losses in GEPA's own hands: optimize_anything and the default adapter."""

from __future__ import annotations

from typing import Any

import pytest

import molgrad as mg
from molgrad.errors import NoScoreError

gepa = pytest.importorskip("gepa", reason="the extra gepa is not installed")

BENZAMIDE, ETHANOL = "CNC(=O)c1ccccc1", "CCO"


class Reflection:
    """A model that writes a benzamide and keeps what it was shown."""

    def __init__(self, text: str = BENZAMIDE) -> None:
        self.text, self.asked = text, []  # type: ignore[var-annotated]

    def __call__(self, prompt: Any) -> str:
        self.asked.append(str(prompt))
        return f"```\n{self.text}\n```"


def anything(evaluator: Any, seed: Any, reflection: Reflection, **more: Any) -> Any:
    from gepa.optimize_anything import EngineConfig, GEPAConfig, ReflectionConfig, optimize_anything

    engine = EngineConfig(max_metric_calls=6, parallel=False, **more.pop("engine", {}))
    config = GEPAConfig(engine=engine, reflection=ReflectionConfig(reflection_lm=reflection))
    return optimize_anything(seed_candidate=seed, evaluator=evaluator, config=config, **more)


def test_a_molecule_is_improved_by_the_words_of_a_loss() -> None:
    reflection = Reflection()
    found = anything(mg.gepa_evaluator(mg.QED() + 0.5 * mg.Alerts()), ETHANOL, reflection)
    assert found.best_candidate == BENZAMIDE
    assert "QED is 0.407" in reflection.asked[0]
    assert "no structural alert" in reflection.asked[0]


def test_a_prompt_is_judged_by_what_it_answers() -> None:
    def answer(prompt: dict[str, str], example: dict[str, str]) -> str:
        return example["lead"] if "keep" in prompt["instruction"] else ETHANOL

    evaluator = mg.gepa_evaluator(mg.QED(), answer=answer)
    reflection = Reflection("keep the lead")
    found = anything(evaluator, {"instruction": "write"}, reflection, dataset=[{"lead": BENZAMIDE}])
    assert found.best_candidate == {"instruction": "keep the lead"}
    assert BENZAMIDE in reflection.asked[0]
    with pytest.raises(ValueError, match="give answer="):
        mg.gepa_evaluator(mg.QED())({"first": "C", "second": "CC"})


def test_what_is_no_molecule_scores_0_on_every_objective() -> None:
    score, told = mg.gepa_evaluator(mg.QED() + mg.Alerts())("C1CC")
    assert (score, told["scores"]) == (0.0, {"qed": 0.0, "alerts": 0.0})
    assert "never closed" in told["Feedback"]


def test_a_failed_measurement_stops_gepa() -> None:
    def away(_: str) -> float:
        raise TimeoutError("the machine is away")

    evaluator = mg.gepa_evaluator(mg.FunctionLoss(away, retries=0))
    with pytest.raises(NoScoreError, match="the machine is away"):
        anything(evaluator, ETHANOL, Reflection())


def test_the_default_adapter_gets_score_words_and_objectives() -> None:
    data = [{"input": "a lead?", "additional_context": {}, "answer": ""}]
    reflection = Reflection("write a benzamide")
    found = gepa.optimize(
        seed_candidate={"prompt": "write"}, trainset=data, valset=data,
        task_lm=lambda messages: BENZAMIDE if "a benzamide" in messages[0]["content"] else ETHANOL,
        evaluator=mg.gepa_evaluator(mg.QED() + mg.Alerts()), reflection_lm=reflection, max_metric_calls=6,
        frontier_type="objective",
    )  # fmt: skip
    assert found.best_candidate == {"prompt": "write a benzamide"}
    assert "QED is 0.407" in reflection.asked[0]
    assert set(found.val_aggregate_subscores[0]) == {"qed", "alerts"}
