"""Losses in DSPy's own hands: Evaluate, BootstrapFewShot, MIPROv2 and GEPA."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest

import molgrad as mg
from molgrad.errors import NoScoreError

pytestmark = pytest.mark.skipif(find_spec("dspy") is None, reason="the extra dspy is not installed")
ASPIRIN, ETHANOL = "CC(=O)Oc1ccccc1C(=O)O", "CCO"


@pytest.fixture(scope="module")
def dspy() -> Any:
    """The package, imported for these tests only."""
    return import_module("dspy")


@pytest.fixture(scope="module")
def made() -> Any:
    """The programs and examples of `dspy_programs`."""
    return import_module("tests.compat.dspy_programs")


def test_evaluate_gets_floats_and_the_last_output_is_judged(dspy: Any, made: Any) -> None:
    metric = mg.dspy_metric(mg.QED())
    found = dspy.Evaluate(devset=made.LEADS, metric=metric, num_threads=2)(made.Echo())
    numbers = [score for *_, score in found.results]
    assert numbers == [metric(None, dspy.Prediction(smiles=lead.lead)) for lead in made.LEADS]
    assert all(isinstance(number, float) for number in numbers)
    assert numbers[0] > numbers[1] > numbers[2] == 0.0
    assert found.score == pytest.approx(100 * sum(numbers) / 3, abs=0.01)


def test_a_failed_measurement_is_dspys_failure_and_no_score_of_ours(dspy: Any, made: Any) -> None:
    def away(_: str) -> float:
        raise TimeoutError("the machine is away")

    metric = mg.dspy_metric(mg.FunctionLoss(away, retries=0))
    found = dspy.Evaluate(devset=made.LEADS, metric=metric, failure_score=-7.0)(made.Echo())
    assert [score for *_, score in found.results] == [-7.0] * 3
    with pytest.raises(Exception, match="cancelled due to errors"):
        dspy.Evaluate(devset=made.LEADS, metric=metric, max_errors=1)(made.Echo())
    with pytest.raises(NoScoreError, match="the machine is away"):
        metric(None, dspy.Prediction(smiles=ETHANOL))


def test_another_output_can_be_judged_and_a_wrong_name_is_told(dspy: Any, made: Any) -> None:
    answer = dspy.Prediction(smiles=ASPIRIN, why="because")
    assert mg.dspy_metric(mg.QED(), field="smiles")(None, answer) > 0.5
    with pytest.raises(ValueError, match=r"smiles.*why.*not 'ligand'"):
        mg.dspy_metric(mg.QED(), field="ligand")(None, answer)


def test_only_good_answers_become_demonstrations(dspy: Any, made: Any) -> None:
    metric = mg.dspy_metric(mg.QED(), good=0.5)
    with dspy.context(lm=made.Model()):
        search = dspy.BootstrapFewShot(metric, max_bootstrapped_demos=3, max_labeled_demos=0)
        tuned = search.compile(dspy.Predict("lead -> smiles"), trainset=made.LEADS)
    assert [demo.smiles for demo in tuned.demos] == [ASPIRIN]


def test_without_a_limit_whatever_is_a_molecule_becomes_one(dspy: Any, made: Any) -> None:
    with dspy.context(lm=made.Model()):
        search = dspy.BootstrapFewShot(mg.dspy_metric(mg.QED()), max_bootstrapped_demos=3, max_labeled_demos=0)
        tuned = search.compile(dspy.Predict("lead -> smiles"), trainset=made.LEADS)
    assert [demo.smiles for demo in tuned.demos] == [ASPIRIN, ETHANOL]


def test_gepa_reads_the_words_of_a_loss(dspy: Any, made: Any) -> None:
    model = made.Model()
    with dspy.context(lm=model):
        search = dspy.GEPA(
            mg.dspy_metric(mg.QED()), max_metric_calls=9, reflection_lm=model, skip_perfect_score=False, num_threads=1
        )
        search.compile(dspy.Predict("lead -> smiles"), trainset=made.LEADS)
    asked = next(prompt for prompt in model.asked if "new_instruction" in prompt)
    assert "QED is" in asked
    assert "ring bond 1 is opened and never closed" in asked
    assert "lower is better" in asked


def test_mipro_searches_with_it(dspy: Any, made: Any) -> None:
    pytest.importorskip("optuna", reason="MIPROv2 needs optuna")
    model = made.Model()
    with dspy.context(lm=model):
        search = dspy.MIPROv2(
            mg.dspy_metric(mg.QED()), auto=None, num_candidates=1, num_threads=1, max_bootstrapped_demos=1,
            max_labeled_demos=0, prompt_model=model, task_model=model,
        )  # fmt: skip
        tuned = search.compile(
            dspy.Predict("lead -> smiles"), trainset=made.LEADS, valset=made.LEADS, num_trials=1, minibatch=False,
            program_aware_proposer=False, data_aware_proposer=False,
        )  # fmt: skip
    assert 0.0 < tuned.score <= 100.0
