"""Prompts: whole where they fit, cut and said so where not, and in the same order every time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from molgrad.advisors.model import prompts, sections
from molgrad.advisors.model.briefing import subject as subject_of
from molgrad.advisors.model.measurements import measured_words
from molgrad.autograd.advisor import ChainStep
from molgrad.autograd.variable import Variable
from molgrad.evaluation import Evaluation, Fact, Status
from molgrad.llm.types import Message
from molgrad.molecule.domain import MoleculeDomain

BRACES = "Answer {x} as {0} %s {{y}} <b> \\n"


def whole(messages: list[Message]) -> str:
    return "\n".join(message["content"] for message in messages)


def subject(value: str, **more: str) -> prompts.PromptData:
    return prompts.PromptData(value, "a role", molecule=False, **more)


def test_fault_5_a_long_value_is_shown_whole() -> None:
    value = " ".join(f"word{i}" for i in range(3_000))
    assert value in whole(prompts.critique(subject(value), 1))
    assert value in whole(prompts.judge("judge", value, "role"))
    assert value in whole(prompts.chain(ChainStep("a call", "prompt", value, "answer", "out", "feedback")))


def test_fault_8_a_prompt_has_a_bound_and_a_cut_is_said() -> None:
    long = "x" * 300_000
    everything = subject(long, measured=long, history=long, constraints=long)
    for messages in (
        prompts.critique(everything, 5, limit=10_000),
        prompts.more([everything, everything], [long, long], 5, [long] * 500, limit=10_000),
        prompts.judge(long, long, long, limit=10_000),
        prompts.chain(ChainStep(long, long, long, long, long, long), limit=10_000, system=long),
    ):
        assert len(whole(messages)) <= 10_000
        assert "characters left out here" in whole(messages)
    assert len(whole(prompts.repair([], long, "why"))) < prompts.REPLY_SHOWN + 200


def test_short_sections_leave_their_room_to_long_ones() -> None:
    text = sections.bounded([("a", "short"), ("b", "y" * 900), ("c", "")], 1_000)
    assert "y" * 900 in text
    assert "<c>" not in text


def test_fault_10_a_format_is_asked_for_once_and_in_one_way() -> None:
    text = whole(prompts.critique(subject("v"), 1, system="You are a poet."))
    assert text.count("<IMPROVED_VARIABLE>") == 1
    molecule = prompts.PromptData("CCO", "a drug", molecule=True)
    assert "IMPROVED_VARIABLE" not in whole(prompts.critique(molecule, 5))


def test_fault_17_braces_are_text() -> None:
    messages = [
        prompts.critique(subject(BRACES, measured=BRACES, history=BRACES), 1, system=BRACES),
        prompts.more([subject(BRACES)], [BRACES], 1, [BRACES]),
        prompts.judge(BRACES, BRACES, BRACES),
        prompts.chain(ChainStep(BRACES, BRACES, BRACES, BRACES, BRACES, BRACES)),
        prompts.repair([], BRACES, BRACES),
    ]
    assert all(BRACES in whole(m) for m in messages)


def test_measurements_are_told_with_weight_share_and_place() -> None:
    fact = Fact("alert", "a nitro group", atoms=(1, 2), weight=1.0)
    terms = (
        Evaluation("qed", Status.OK, 0.3, text="QED is 0.7", facts=(fact,), weight=10.0),
        Evaluation("docking", Status.FAILED, reason="the worker died"),
    )
    total = Evaluation("total", Status.FAILED, reason="docking failed", terms=terms)
    words = measured_words([total])
    assert "qed (weight 10, score 0.300, adds +3.000 to the total): QED is 0.7" in words
    assert "a nitro group [atoms 1, 2]" in words
    assert "docking (weight 1, failed): the worker died" in words


def test_history_is_bounded_and_ends_with_the_latest() -> None:
    words = sections.history_words([(f"v{i}", "worse") for i in range(100)])
    assert len(words.splitlines()) < 20
    assert words.endswith("- v99: worse")


@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("molecule", [False, True])
def test_the_schema_is_strict(molecule: bool, several: bool) -> None:
    def check(node: object) -> None:
        if isinstance(node, dict):
            if node.get("type") == "object":
                assert node["required"] == list(node["properties"])
                assert node["additionalProperties"] is False
            for child in node.values():
                check(child)

    check(prompts.answer_schema(molecule, several))


def test_fault_16_prompts_do_not_depend_on_the_hash_seed() -> None:
    code = (
        "from tests.advisors.test_model import prompt_of_a_proposal\n"
        "print(prompt_of_a_proposal({'CCCC', 'CCN', 'CCCl', 'CCBr', 'CCF'}))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            cwd=Path(__file__).parents[2], env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(said) == 1
    assert "CCBr\nCCCC\nCCCl\nCCF\nCCN" in said.pop()


def test_a_model_is_told_the_scope_and_the_bounds_of_the_search() -> None:
    lead = "Cc1ccc(NC(=O)c2ccccc2)cc1Nc1ncccn1"
    free = MoleculeDomain(exclude=["[N+](=O)[O-]"]).within("free", [lead])
    series = free.within("analogues", [lead])
    texts = [
        whole(prompts.critique(subject_of(Variable(lead, role_description="a drug"), [], domain, masked=False), 3))
        for domain in (free, series)
    ]
    assert all("Do not hold the part [N+](=O)[O-]." in text for text in texts)
    assert ["one change at one place" in text for text in texts] == [False, True]
    assert ["17 to 31 heavy atoms" in text for text in texts] == [False, True]
