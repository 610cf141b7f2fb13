"""A language model as advisor, over a real server: critique, proposals, repair, refusal."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pytest

from molgrad.advisors.model.model import ModelAdvisor
from molgrad.autograd.advisor import Advisor, ChainStep, ProposalRequest
from molgrad.autograd.gradient import Edit, Gradient, Proposal
from molgrad.autograd.text_domain import TextDomain
from molgrad.autograd.variable import Measurement, Variable
from molgrad.chem.parse import canonical
from molgrad.errors import EngineError, InvalidMoleculeError
from molgrad.evaluation import Evaluation, Fact, Status
from molgrad.llm.openai import OpenAIModel
from molgrad.llm.types import Completion, Message, Usage
from tests.loopback import Loopback, error, garbage, nobody

MEASURED = Evaluation("qed", Status.OK, 0.4, text="QED is 0.6", facts=(Fact("logp", "greasy", atoms=(0, 1)),))


class Smiles(TextDomain):
    """Sound SMILES of at most eight atoms; one transformation."""

    name = "molecule"

    def canonical(self, value: str) -> str:
        return canonical(value)

    def validate(self, value: str) -> tuple[str, ...]:
        try:
            text = canonical(value)
        except InvalidMoleculeError as error:
            return error.reasons
        return ("too large for this test",) if len(text) > 8 else ()

    def apply(self, value: str, edit: Edit) -> list[str]:
        return [value + "C"] if edit.payload.get("transform") == "methylate" else []


class Echo:
    """A language model that answers from a list and remembers what it was asked."""

    name = "echo"

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[list[Message]] = []
        self.seeds: list[int | None] = []

    def complete(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> Completion:
        self.asked.append(list(messages))
        self.seeds.append(seed)
        return Completion(self.answers.pop(0), Usage(1, 2, 3))

    def said(self, call: int) -> str:
        return "\n".join(message["content"] for message in self.asked[call])


def lead(value: str = "CCO") -> Variable:
    return Variable(value, role_description="a solvent", domain=Smiles())


def answer(*smiles: str, critique: str = "The chain is short.", **more: Any) -> str:
    proposals = [{"rank": i, "smiles": s, "reason": f"because of {s}", **more} for i, s in enumerate(smiles, 1)]
    return json.dumps({"critique": critique, "proposals": proposals})


def prompt_of_a_proposal(avoid: Collection[str]) -> str:
    model = Echo(answer())
    ModelAdvisor(model).propose([ProposalRequest([lead()], [Gradient("grow it")])], 4, avoid=avoid)[0]
    return model.said(0)


def test_one_call_brings_words_and_proposals() -> None:
    written = answer("CCCO", "CCN", edit="grow", expected=[{"term": "qed", "change": -0.1}, {"term": "x", "change": 1}])
    with Loopback([written]) as server:
        advisor = ModelAdvisor(OpenAIModel(server.spec("llama3")))
        gradient = advisor.critique(lead(), [MEASURED])
    assert isinstance(advisor, Advisor)
    assert advisor.name == gradient.source == "model:llama3"
    assert gradient.text == "The chain is short."
    assert gradient.evaluation == MEASURED
    first = gradient.proposals[0]
    assert (first.value, first.parent, first.reason) == ("CCCO", "CCO", "because of CCCO")
    assert first.edit == Edit("grow", {"smiles": "CCCO"}, "because of CCCO", {"qed": -0.1})
    assert gradient.edits == tuple(p.edit for p in gradient.proposals)
    assert advisor.usage.calls == len(server.requests) == 1
    prompt = server.prompts[0]
    assert all(part in prompt for part in ("CCO", "a solvent", "QED is 0.6", "greasy [atoms 0, 1]"))


def test_what_is_not_sound_is_refused_by_name_and_reason() -> None:
    model = Echo(answer("C1CC", "CCO", "OCC", "CCCCCCCCCCC", "CCN", "NCC", "../../etc/passwd"), answer())
    gradient = ModelAdvisor(model).critique(lead(), [MEASURED])
    assert [p.value for p in gradient.proposals] == ["CCN"]
    assert "- C1CC: " in gradient.text
    assert "too large for this test" in gradient.text
    assert "this is the value it was made from" in gradient.text
    assert "- ../../etc/passwd: " in gradient.text


def test_a_value_that_was_measured_is_shown_and_not_taken_again() -> None:
    variable = lead("CCN")
    variable.record(Evaluation("total", Status.OK, 3.25))
    variable.value = "CCO"
    model = Echo(answer("CCN"), answer())
    gradient = ModelAdvisor(model).critique(variable, [MEASURED])
    assert gradient.proposals == ()
    assert "measured already" in gradient.text
    assert "- CCN: total 3.250" in model.said(0)


def total(score: float) -> Evaluation:
    return Evaluation("total", Status.OK, score)


def test_what_became_of_a_parents_children_is_told_best_first() -> None:
    """A campaign fills `measurements` of a variable that it makes for each parent, the parent's own among them."""
    parent = lead("CCO")
    failed = Evaluation("total", Status.FAILED, reason="docking: the worker died")
    words = Evaluation("total", Status.OK, text="nice")
    children = {"CCO": total(3.0), "CCN": total(3.25), "CCF": failed, "CCC": total(2.5), "CCS": words, "CCI": total(3)}
    parent.measurements += [Measurement(value, evaluation) for value, evaluation in children.items()]
    parent.measurements += [Measurement("CCN", total(2.75)), Measurement("CCP", Evaluation("qed", Status.OK, 0.5))]
    model = Echo(answer("CCCO"))
    ModelAdvisor(model).propose([ProposalRequest([parent], [Gradient("words", evaluation=total(3.0))])], 1)[0]
    told = model.said(0).split("<measured_molecules>\n")[1].split("\n</measured_molecules>")[0]
    assert told.splitlines() == [
        "- CCC: total 2.500, 0.500 better than the present value",
        "- CCN: total 2.750, 0.250 better than the present value",
        "- CCI: total 3.000, the same as the present value",
        "- CCO: total 3.000, the present value",
        "- CCF: failed, no score: docking: the worker died",
        "- CCS: words only",
        "- CCP: qed 0.500",
    ]


def test_a_child_is_compared_with_the_sum_that_is_criticised() -> None:
    variable = lead("CCO")
    variable.measurements.append(Measurement("CCN", total(3.25)))
    model = Echo(answer("CCC"))
    ModelAdvisor(model).critique(variable, [MEASURED, Evaluation("alerts", Status.OK, 0.5, weight=2.0)])
    assert "- CCN: total 3.250, 1.850 worse than the present value" in model.said(0)  # 0.4 + 2 * 0.5


def test_of_many_known_values_the_latest_are_named() -> None:
    known = [f"v{i:03}" for i in reversed(range(200))]
    waiting = (Proposal("CCN", "CCO"),)
    model = Echo(answer())
    ModelAdvisor(model).propose([ProposalRequest([lead()], [Gradient("w", proposals=waiting)])], 2, avoid=known)[0]
    assert "\n".join(["(177 earlier ones left out)", *known[-23:], "CCN"]) in model.said(0)
    assert known[-24] not in model.said(0)


def test_a_named_transformation_is_executed_by_the_domain() -> None:
    written = '{"proposals": [{"transform": "methylate", "atoms": [2]}, {"transform": "explode"}]}'
    gradient = ModelAdvisor(Echo(written, answer())).critique(lead(), [MEASURED])
    assert [p.value for p in gradient.proposals] == ["CCOC"]
    assert gradient.edits[0].payload == {"smiles": "CCOC", "transform": "methylate", "atoms": [2]}
    assert "- explode: the transformation is unknown" in gradient.text


def test_an_unreadable_answer_gets_one_repair_turn() -> None:
    with Loopback(["I would add a carbon.", answer("CCCO")]) as server:
        gradient = ModelAdvisor(OpenAIModel(server.spec())).critique(lead(), [MEASURED])
    assert [p.value for p in gradient.proposals] == ["CCCO"]
    second = server.requests[1].body["messages"]
    assert [m["role"] for m in second] == ["system", "user", "assistant", "user"]
    assert second[2]["content"] == "I would add a carbon."
    assert "could not be read" in second[3]["content"]


def test_words_that_stay_unreadable_are_still_the_gradient() -> None:
    with Loopback(["Add a carbon {x}.", "Add a nitrogen {0}."]) as server:
        gradient = ModelAdvisor(OpenAIModel(server.spec())).critique(lead(), [MEASURED])
    assert len(server.requests) == 2
    assert gradient.text.startswith("Add a nitrogen {0}.")
    assert "could not be read, twice" in gradient.text
    assert (gradient.proposals, gradient.edits) == ((), ())


def test_an_endpoint_that_is_down_is_a_fault_of_the_run() -> None:
    advisor = ModelAdvisor(OpenAIModel(f"{nobody()}#m"))
    with pytest.raises(EngineError, match="cannot be reached"):
        advisor.critique(lead(), [MEASURED])


@pytest.mark.parametrize("reply", [error(500), garbage()])
def test_an_endpoint_that_breaks_is_a_fault_of_the_run(reply: Any) -> None:
    with Loopback([reply] * 3) as server, pytest.raises(EngineError):
        ModelAdvisor(OpenAIModel(server.spec())).propose([ProposalRequest([lead()], [Gradient("words")])], 2)[0]


def test_waiting_proposals_cost_no_call() -> None:
    model = Echo()
    waiting = (Proposal("CCN", "CCO"), Proposal("CCC", "CCO"), Proposal("CCN", "CCO"))
    found = ModelAdvisor(model).propose(
        [ProposalRequest([lead()], [Gradient("w", proposals=waiting)])], 1, avoid={"CCN"}
    )[0]
    assert [p.value for p in found] == ["CCC"]
    assert model.asked == []


def test_too_few_proposals_cost_one_call_with_the_seed() -> None:
    model = Echo(answer("CCN", "CCC", "CCF", "CCCl"))
    waiting = (Proposal("CCN", "CCO"),)
    gradient = Gradient("make it {polar}", proposals=waiting, evaluation=MEASURED)
    found = ModelAdvisor(model, chemist=False).propose([ProposalRequest([lead()], [gradient], 5)], 3, avoid={"CCC"})[0]
    assert [p.value for p in found] == ["CCN", "CCF", "CCCl"]
    assert model.seeds == [5]
    assert all(part in model.said(0) for part in ("make it {polar}", "QED is 0.6", "CCC\nCCN"))


def test_an_unreadable_further_answer_leaves_what_there_is() -> None:
    waiting = (Proposal("CCN", "CCO"),)
    found = ModelAdvisor(Echo("hm"), chemist=False).propose(
        [ProposalRequest([lead()], [Gradient("w", proposals=waiting)])], 3
    )[0]
    assert [p.value for p in found] == ["CCN"]


def test_several_parents_share_a_call_and_keep_their_children() -> None:
    written = '{"proposals": [{"smiles": "CCCN", "parent": 2}, {"smiles": "CCCO", "parent": 1}]}'
    found = ModelAdvisor(Echo(written)).propose(
        [ProposalRequest([lead(), lead("CCN")], [Gradient("a"), Gradient("b")])], 2
    )[0]
    assert [(p.value, p.parent) for p in found] == [("CCCN", "CCN"), ("CCCO", "CCO")]


def test_fault_19_no_gradient_no_call_and_a_frozen_value_stays() -> None:
    advisor = ModelAdvisor(Echo())
    frozen = Variable("CCO", role_description="frozen", requires_grad=False, domain=Smiles())
    assert advisor.propose([ProposalRequest([lead()], [])], 4)[0] == []
    assert advisor.propose([ProposalRequest([], [])], 4)[0] == []
    assert advisor.propose([ProposalRequest([frozen], [Gradient("change it")])], 4)[0] == []


def test_a_text_is_rewritten() -> None:
    prompt = Variable("Answer {briefly}.", role_description="system prompt")
    written = '{"critique": "vague", "proposals": [{"value": "Answer {briefly}, in one word.", "reason": "r"}]}'
    gradient = ModelAdvisor(Echo(written)).critique(prompt, [MEASURED])
    assert [p.value for p in gradient.proposals] == ["Answer {briefly}, in one word."]
    edit = gradient.edits[0]
    assert prompt.domain.apply(prompt.value, edit) == ["Answer {briefly}, in one word."]


def test_fault_9_only_a_complete_tagged_text_is_a_value() -> None:
    prompt = Variable("Answer.", role_description="system prompt")
    open_end = "<IMPROVED_VARIABLE>Be brief. I hope you like it!"
    model = Echo(open_end, "Better:\n<IMPROVED_VARIABLE>Be brief.</IMPROVED_VARIABLE>\nI hope you like it!")
    gradient = ModelAdvisor(model).critique(prompt, [MEASURED])
    assert [p.value for p in gradient.proposals] == ["Be brief."]
    assert "end tag" in model.said(1)


def test_a_judgement_is_words_without_a_score() -> None:
    model = Echo("<think>hm</think>Too {greasy}.", "", "Fine.", "", " ")
    advisor = ModelAdvisor(model)
    judged = advisor.judge("Is {it} good?", "CCO", "a drug")
    assert (judged.loss, judged.status, judged.score, judged.text) == (
        "text",
        Status.OK,
        None,
        "Too {greasy}.",
    )
    assert "Is {it} good?" in model.said(0)
    assert advisor.judge("again", "CCO", "a drug").text == "Fine."  # it said nothing, and was asked once more
    assert advisor.judge("and again", "CCO", "a drug").status is Status.FAILED
    assert advisor.usage.calls == 5


def test_a_link_of_the_chain_rule_is_words() -> None:
    step = ChainStep("a call", "system prompt", "Be brief.", "answer", "A long one", "too long")
    assert ModelAdvisor(Echo("Ask for one sentence.")).chain(step) == "Ask for one sentence."
    assert "too long" in ModelAdvisor(Echo("")).chain(step)


def test_fault_16_the_same_request_is_the_same_words() -> None:
    said = {prompt_of_a_proposal(frozenset({"CCN", "CCC", "CCF"})) for _ in range(3)}
    assert len(said) == 1


def test_a_prompt_limit_holds_for_every_request() -> None:
    model = Echo(answer("CCN"), answer("CCN"), "words", "words")
    advisor = ModelAdvisor(model, prompt_limit=3_000)
    long = Variable("x " * 50_000, role_description="r" * 50_000)
    advisor.critique(long, [MEASURED])
    advisor.propose([ProposalRequest([long], [Gradient("y" * 50_000)])], 2)[0]
    advisor.judge("z" * 50_000, long.value, "role")
    advisor.chain(ChainStep("o", "r", long.value, "r", long.value, "f" * 50_000))
    assert len(model.asked) == 4
    assert all(len(model.said(i)) <= 3_000 for i in range(4))
