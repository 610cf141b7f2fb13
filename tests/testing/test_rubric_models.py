"""The rubric's models over HTTP: what a critic names, in which form, and what it cannot know."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from openai import APIStatusError, OpenAI

from molgrad.testing import rubric

TASK = rubric.make("independent", 5)
CLIENT = OpenAI(base_url="http://127.0.0.1:1/v1", api_key="none", max_retries=0)  # the address comes with each request


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with TASK.serve() as url:
        yield url


def said_by(url: str, text: str, model: str = "critic", system: str = "", **options: object) -> str:
    messages = [{"role": "system", "content": system}, {"role": "user", "content": text}]
    create = CLIENT.with_options(base_url=url).chat.completions.create
    done = create(model=model, messages=messages, **options)  # type: ignore[call-overload]
    return str(done.choices[0].message.content)


def records(count: int, start: int = 0) -> str:
    """Examples as reflection prompts show them: the question, a wrong answer, what was expected."""
    return "\n\n".join(
        f"## Inputs\n{e.question}\n\n## Generated Outputs\n{e.expected.partition(':')[0]}: none\n\n"
        f"## Feedback\nWrong. Expected was {e.expected}" for e in TASK.train[start : start + count]
    )  # fmt: skip


def named(text: str) -> set[str]:
    return {rule for rule in TASK.rules if rule in text}


def demanded(count: int, start: int = 0) -> set[str]:
    """Rules that the shown examples call for."""
    codes = {code for e in TASK.train[start : start + count] for code in e.expected.partition(": ")[2].split("; ")}
    return {rule for rule in TASK.rules if any(f"write {code}." in rule for code in codes)}


GEPA = (
    "I provided an assistant with the following instructions to perform a task for me:\n```\n{value}\n```\n\nThe "
    "following are examples:\n```\n{records}\n```\n\nProvide the new instructions within ``` blocks."
)
TEXTGRAD = (
    "The variable is the text within the following span: <VARIABLE> {value} </VARIABLE>\n\n<CONTEXT>{records}"
    "</CONTEXT>\n\nSend the improved variable in the following format:\n\n<IMPROVED_VARIABLE>{{the improved variable}}"
    "</IMPROVED_VARIABLE>"
)
OURS = '<value>\n{value}\n</value>\n<feedback>\n{records}\n</feedback>\n\nAnswer with JSON: {{"proposals": [...]}}'
DSPY = (
    "Your input fields are:\n1. `current_instruction` (str)\n2. `examples` (str)\nYour output fields are:\n"
    "1. `new_instruction` (str): The new instruction.\nAll interactions will be structured in this way."
)
DSPY_JSON = DSPY + "\nOutputs will be a JSON object with the following fields."
FIELDS = "[[ ## current_instruction ## ]]\n{value}\n\n[[ ## examples ## ]]\n{records}\n\nRespond with the fields."


def revised(url: str, form: str, value: str, shown: str) -> str:
    """The revised text out of an answer, read as each package reads it."""
    if form == "gepa":
        return said_by(url, GEPA.format(value=value, records=shown)).split("```")[1].strip()
    if form == "textgrad":
        answer = said_by(url, TEXTGRAD.format(value=value, records=shown))
        return answer.split("<IMPROVED_VARIABLE>")[1].split("</IMPROVED_VARIABLE>")[0]
    if form == "ours":
        found: str = json.loads(said_by(url, OURS.format(value=value, records=shown)))["proposals"][0]["value"]
        return found
    text = FIELDS.format(value=value, records=shown)
    if form == "dspy":
        return said_by(url, text, system=DSPY).split("[[ ## new_instruction ## ]]")[1].split("[[ ##")[0].strip()
    answered: str = json.loads(said_by(url, text, system=DSPY_JSON))["new_instruction"]
    return answered


@pytest.mark.parametrize("form", ["gepa", "textgrad", "ours", "dspy", "dspy-json"])
def test_a_rewriter_adds_what_the_examples_show_in_the_form_asked_for(url: str, form: str) -> None:
    own = next(rule for rule in TASK.rules if rule not in demanded(6))
    value = f"Write the label.\n{own}"
    new = revised(url, form, value, records(6))
    assert new.startswith("Write the label.")
    assert own in new
    assert 2 <= len(named(new)) - 1 <= 6
    assert named(new) - {own} <= demanded(6)


@pytest.mark.parametrize("form", ["gepa", "textgrad", "ours", "dspy", "dspy-json"])
def test_a_blind_request_teaches_nothing(url: str, form: str) -> None:
    blind = re.sub(r"Sample [^\n]*", "(a question)", records(6))
    assert "Expected was" in blind
    assert not named(revised(url, form, "Write the label.", blind))


def test_without_what_was_expected_nothing_is_named_either(url: str) -> None:
    assert not named(said_by(url, re.sub(r"Expected was [^\n]*", "", records(6))))


def test_a_critique_names_at_most_a_rule_an_example_and_passes_on_what_was_expected(url: str) -> None:
    critiques = [said_by(url, records(1, start)) for start in range(20)]
    for start, critique in enumerate(critiques):
        assert len(named(critique)) <= 1
        assert named(critique) <= demanded(1, start)
        assert TASK.train[start].expected in critique
    assert 10 <= sum(bool(named(critique)) for critique in critiques) <= 19


def test_a_right_answer_alone_teaches_less(url: str) -> None:
    alone = ["\n".join(example) for example in TASK.train[:40]]
    assert 6 <= sum(bool(named(said_by(url, text))) for text in alone) <= 26


def test_rules_in_the_words_of_an_earlier_critique_are_used(url: str) -> None:
    feedback = f"<FEEDBACK>The instructions should say: {TASK.rules[3]}</FEEDBACK>"
    assert named(revised(url, "textgrad", "Write the label.", feedback)) == {TASK.rules[3]}


def test_several_versions_differ_and_a_schema_is_filled(url: str) -> None:
    item = {"type": "object", "properties": {"value": {"type": "string"}, "reason": {"type": "string"}}}
    schema = {"type": "object", "properties": {"critique": {"type": "string"},
              "proposals": {"type": "array", "items": item}}}  # fmt: skip
    text = OURS.format(value="Write the label.", records=records(8)) + " Answer the feedback: propose 3 different ones."
    asked = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
    answer = json.loads(said_by(url, text, response_format=asked))
    assert len({proposal["value"] for proposal in answer["proposals"]}) >= 2
    assert answer["critique"]


def test_rewriters_of_a_long_prompt_forget_now_and_then(url: str) -> None:
    long = "\n".join(["Write the label.", *TASK.rules])
    lost = [12 - len(named(revised(url, "ours", long, f"Remark {i}."))) for i in range(30)]
    assert 0 < sum(lost) < 40
    short = "\n".join(["Write the label.", *TASK.rules[:4]])
    assert all(len(named(revised(url, "ours", short, f"Remark {i}."))) == 4 for i in range(10))


def test_a_student_answers_in_dspys_fields(url: str) -> None:
    fields = "Your output fields are:\n1. `answer` (str)\nAll interactions will be structured in this way."
    question = TASK.train[0].question
    answer = said_by(url, f"[[ ## question ## ]]\n{question}", "student", "\n".join([fields, *TASK.rules]))
    assert re.search(rf"\[\[ ## answer ## \]\]\n{TASK.train[0].expected.partition(':')[0]}: ", answer)


def test_the_same_request_gets_the_same_answer(url: str) -> None:
    text = GEPA.format(value="Write the label.", records=records(3))
    assert said_by(url, text) == said_by(url, text)


def test_the_budget_is_hard_and_everything_is_counted() -> None:
    task = rubric.make("independent", 6)
    with task.serve(calls=3) as url:
        said_by(url, task.train[0].question, "student")
        said_by(url, task.train[1].question, "openai/student")
        said_by(url, "Criticise.")
        with pytest.raises(APIStatusError) as refused:
            said_by(url, "Criticise.")
        with pytest.raises(APIStatusError) as unknown:
            said_by(url, "Which?", "oracle")
    assert (refused.value.status_code, unknown.value.status_code) == (402, 404)
    assert task.calls == {"student": 2, "critic": 1}
    assert task.tokens["student"] >= len(task.train[0].question) // 4
