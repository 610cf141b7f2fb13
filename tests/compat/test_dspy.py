"""Losses in DSPy's own hands: Evaluate, BootstrapFewShot, MIPROv2 and GEPA."""

from __future__ import annotations

from typing import Any

import pytest

import molgrad as mg
from molgrad.errors import NoScoreError

dspy = pytest.importorskip("dspy", reason="the extra dspy is not installed")

ASPIRIN, ETHANOL, BROKEN = "CC(=O)Oc1ccccc1C(=O)O", "CCO", "C1CC"
LEADS = [dspy.Example(lead=lead).with_inputs("lead") for lead in (ASPIRIN, ETHANOL, BROKEN)]


class Echo(dspy.Module):  # type: ignore[misc]  # dspy has no types
    """Answers with what it is asked about."""

    def forward(self, lead: str) -> Any:
        return dspy.Prediction(reasoning="as it was", smiles=lead)


class Model(dspy.LM):  # type: ignore[misc]
    """A model that echoes the lead, and writes one instruction."""

    def __init__(self) -> None:
        super().__init__("openai/scripted", api_key="none", cache=False)
        self.asked: list[str] = []

    def forward(self, prompt: Any = None, messages: Any = None, **kwargs: Any) -> Any:
        raise AssertionError("the reply is scripted")

    def __call__(self, prompt: Any = None, messages: Any = None, **kwargs: Any) -> list[str]:
        asked = prompt or "\n".join(str(message["content"]) for message in messages)
        self.asked.append(asked)
        for wanted in ("new_instruction", "proposed_instruction"):
            if wanted in asked:
                return [f'{{"{wanted}": "Be a chemist."}}']
        lead = asked.rpartition("## lead ## ]]\n")[2].partition("\n")[0].strip()
        return [f"[[ ## smiles ## ]]\n{lead}\n\n[[ ## completed ## ]]"]


def test_evaluate_gets_floats_and_the_last_output_is_judged() -> None:
    metric = mg.dspy_metric(mg.QED())
    found = dspy.Evaluate(devset=LEADS, metric=metric, num_threads=2)(Echo())
    numbers = [score for *_, score in found.results]
    assert numbers == [metric(None, dspy.Prediction(smiles=lead.lead)) for lead in LEADS]
    assert all(isinstance(number, float) for number in numbers)
    assert numbers[0] > numbers[1] > numbers[2] == 0.0
    assert found.score == pytest.approx(100 * sum(numbers) / 3, abs=0.01)


def test_a_failed_measurement_is_dspys_failure_and_no_score_of_ours() -> None:
    def away(_: str) -> float:
        raise TimeoutError("the machine is away")

    metric = mg.dspy_metric(mg.FunctionLoss(away, retries=0))
    found = dspy.Evaluate(devset=LEADS, metric=metric, failure_score=-7.0)(Echo())
    assert [score for *_, score in found.results] == [-7.0] * 3
    with pytest.raises(Exception, match="cancelled due to errors"):
        dspy.Evaluate(devset=LEADS, metric=metric, max_errors=1)(Echo())
    with pytest.raises(NoScoreError, match="the machine is away"):
        metric(None, dspy.Prediction(smiles=ETHANOL))


def test_another_output_can_be_judged_and_a_wrong_name_is_told() -> None:
    answer = dspy.Prediction(smiles=ASPIRIN, why="because")
    assert mg.dspy_metric(mg.QED(), field="smiles")(None, answer) > 0.5
    with pytest.raises(ValueError, match=r"smiles.*why.*not 'ligand'"):
        mg.dspy_metric(mg.QED(), field="ligand")(None, answer)


def test_only_good_answers_become_demonstrations() -> None:
    metric = mg.dspy_metric(mg.QED(), good=0.5)
    with dspy.context(lm=Model()):
        made = dspy.BootstrapFewShot(metric, max_bootstrapped_demos=3, max_labeled_demos=0)
        tuned = made.compile(dspy.Predict("lead -> smiles"), trainset=LEADS)
    assert [demo.smiles for demo in tuned.demos] == [ASPIRIN]


def test_without_a_limit_whatever_is_a_molecule_becomes_one() -> None:
    with dspy.context(lm=Model()):
        made = dspy.BootstrapFewShot(mg.dspy_metric(mg.QED()), max_bootstrapped_demos=3, max_labeled_demos=0)
        tuned = made.compile(dspy.Predict("lead -> smiles"), trainset=LEADS)
    assert [demo.smiles for demo in tuned.demos] == [ASPIRIN, ETHANOL]


def test_gepa_reads_the_words_of_a_loss() -> None:
    model = Model()
    with dspy.context(lm=model):
        made = dspy.GEPA(
            mg.dspy_metric(mg.QED()), max_metric_calls=9, reflection_lm=model, skip_perfect_score=False, num_threads=1
        )
        made.compile(dspy.Predict("lead -> smiles"), trainset=LEADS)
    asked = next(prompt for prompt in model.asked if "new_instruction" in prompt)
    assert "QED is" in asked
    assert "ring bond 1 is opened and never closed" in asked
    assert "lower is better" in asked


def test_mipro_searches_with_it() -> None:
    pytest.importorskip("optuna", reason="MIPROv2 needs optuna")
    model = Model()
    with dspy.context(lm=model):
        made = dspy.MIPROv2(
            mg.dspy_metric(mg.QED()), auto=None, num_candidates=1, num_threads=1, max_bootstrapped_demos=1,
            max_labeled_demos=0, prompt_model=model, task_model=model,
        )  # fmt: skip
        tuned = made.compile(
            dspy.Predict("lead -> smiles"), trainset=LEADS, valset=LEADS, num_trials=1, minibatch=False,
            program_aware_proposer=False, data_aware_proposer=False,
        )  # fmt: skip
    assert 0.0 < tuned.score <= 100.0
