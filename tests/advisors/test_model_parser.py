"""The one parser of model answers: what it reads, what it refuses, and that it cannot be hurt."""

from __future__ import annotations

import time

import pytest

from molgrad.advisors.model.parser import MAX_PROPOSALS, Answer, read_answer, spoken
from molgrad.errors import UnparsableAnswerError

PLAIN = '{"critique": "too greasy", "proposals": [{"smiles": "CCO", "reason": "polar"}]}'
DISGUISES = {
    "plain": PLAIN,
    "fenced": f"```json\n{PLAIN}\n```",
    "in prose": f"Sure! Here [1] is {{my}} answer:\n{PLAIN}\nI hope that [nH] helps.",
    "after thoughts": '<think>maybe {"proposals": ["C"]}?</think>\n' + PLAIN,
    "after thoughts without a start": 'maybe {"proposals": ["C"]}?</think>\n' + PLAIN,
    "single quotes": "{'critique': 'too greasy', 'proposals': [{'smiles': 'CCO', 'reason': 'polar'}]}",
    "trailing commas": '{"critique": "too greasy", "proposals": [{"smiles": "CCO", "reason": "polar",},],}',
    "bare keys": '{critique: "too greasy", proposals: [{smiles: "CCO", reason: "polar"}]}',
    "comments": '{"critique": "too greasy", // yes\n "proposals": [{"smiles": "CCO", "reason": "polar"}]}',
    "JSON lines": '{"critique": "too greasy"}\n{"smiles": "CCO", "reason": "polar"}',
    "no end": '{"critique": "too greasy", "proposals": [{"smiles": "CCO", "reason": "polar"}, {"smiles": "CC',
    "other names": '{"Feedback": "too greasy", "Suggestions": [{"SMILES": "CCO", "Rationale": "polar"}]}',
    "a draft first": '{"critique": "x", "proposals": [{"smiles": "C"}]}\nBetter:\n' + PLAIN,
}


@pytest.mark.parametrize("text", DISGUISES.values(), ids=DISGUISES)
def test_an_answer_in_every_disguise(text: str) -> None:
    answer = read_answer(text, single_line=True)
    assert answer.critique == "too greasy"
    assert [(p.value, p.reason) for p in answer.proposals] == [("CCO", "polar")]


def test_a_bare_list_of_smiles() -> None:
    assert [p.value for p in read_answer('["CCO", "`CCN`"]', single_line=True).proposals] == ["CCO", "CCN"]


def test_a_cut_answer_says_that_it_was_cut() -> None:
    answer = read_answer(DISGUISES["no end"], single_line=True)
    assert any("broke off" in why for _, why in answer.rejected)


@pytest.mark.parametrize(
    ("written", "meant"),
    [(r"F/C=C\\F", r"F/C=C\F"), (r"F/C=C\F", r"F/C=C\F"), (r"C/C=C\n1cccc1", r"C/C=C\n1cccc1")],
)
def test_double_bond_marks_survive_json(written: str, meant: str) -> None:
    answer = read_answer('{"proposals": [{"smiles": "' + written + '"}]}', single_line=True)
    assert [p.value for p in answer.proposals] == [meant]


def test_quotation_marks_inside_words() -> None:
    answer = read_answer("{'critique': 'the ring's charge is \"wrong\"', 'proposals': []}")
    assert answer.critique == 'the ring\'s charge is "wrong"'


def test_expected_effects_and_edits() -> None:
    answer = read_answer(
        '{"proposals": [{"smiles": "CCO", "edit": "grow", "parent": 2, "transform": "t",'
        ' "atoms": [3, "x", -1], "expected": [{"term": "qed", "change": -0.2},'
        ' {"term": "logp", "change": 1e400}, 7]},'
        ' {"smiles": "CCN", "edit": "explode", "expected": {"qed": true, "sa": 0.1}}]}'
    )
    first, second = answer.proposals
    assert (first.kind, first.parent, first.transform, first.atoms) == ("grow", "2", "t", (3,))
    assert dict(first.expected) == {"qed": -0.2}
    assert (second.kind, dict(second.expected)) == ("explore", {"sa": 0.1})


@pytest.mark.parametrize(
    ("item", "why"),
    [
        ('""', "empty"),
        ("{}", "empty"),
        ("7", "not a text"),
        ('"CCO ethanol"', "blanks"),
        ('{"smiles": ["C"]}', "not a"),
    ],
)
def test_what_is_no_value_is_refused_with_a_reason(item: str, why: str) -> None:
    answer = read_answer('{"critique": "c", "proposals": [' + item + "]}", single_line=True)
    assert answer.proposals == ()
    assert why in answer.rejected[0][1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "I would add a methyl.",
        "[1, 2]",
        "{}",
        '{"type": "object", "properties": {}}',
        "<think>hm",
        "CCO",
    ],
)
def test_what_is_no_answer_says_what_to_write(text: str) -> None:
    with pytest.raises(UnparsableAnswerError, match=r"Write only"):
        read_answer(text, single_line=True)


def test_fault_9_tags() -> None:
    answer = read_answer("Shorter is better.\n<IMPROVED_VARIABLE>\nBe {brief}.\n</IMPROVED_VARIABLE>\nDone!")
    assert (answer.critique, answer.proposals[0].value) == ("Shorter is better.", "Be {brief}.")
    with pytest.raises(UnparsableAnswerError, match="end tag"):
        read_answer("<IMPROVED_VARIABLE>Be brief. And that was my answer.")
    with pytest.raises(UnparsableAnswerError, match="nothing between"):
        read_answer("<IMPROVED_VARIABLE> </IMPROVED_VARIABLE>")
    with pytest.raises(UnparsableAnswerError, match="Write only"):
        read_answer("Be brief.</IMPROVED_VARIABLE>")


def test_a_list_in_prose_is_no_text() -> None:
    with pytest.raises(UnparsableAnswerError):
        read_answer('I like ["this", "that"].')


def test_thoughts_quoted_in_an_answer_stay() -> None:
    assert read_answer('{"critique": "drop the </think> tag"}') == Answer("drop the </think> tag")
    assert spoken("<think>hm</think> yes") == "yes"


def test_the_number_of_proposals_is_bounded() -> None:
    answer = read_answer('["C"' + ', "C"' * 99 + "]", single_line=True)
    assert len(answer.proposals) == MAX_PROPOSALS
    assert "50 further" in answer.rejected[-1][0]


@pytest.mark.parametrize("unit", ["[", "{", '{"a":', "{'", "'/*", '"\\', "[{", "<think>", "{a:'b' ", "9", '["'])
def test_hostile_text_costs_seconds_at_most(unit: str) -> None:
    start = time.perf_counter()
    with pytest.raises(UnparsableAnswerError):
        read_answer(unit * 200_000)
    assert time.perf_counter() - start < 5


def test_half_a_character_in_an_escape_is_replaced_wherever_it_stands() -> None:
    text = r'{"critique": "half \ud83d here", "smiles": [{"smiles": "CCO\ud83d", "reason": "\ud83d"}], "edits": []}'
    answer = read_answer(text, single_line=True)
    assert answer.critique == "half ? here"
    assert [(p.value, p.reason) for p in answer.proposals] == [("CCO?", "?")]
    whole = read_answer(r'{"critique": "\ud83d\ude42 fine", "smiles": ["CCO"]}', single_line=True)
    assert whole.critique == "\U0001f642 fine"
