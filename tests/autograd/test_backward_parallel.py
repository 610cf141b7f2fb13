"""Several leaves are asked about at once, and their gradients come in the order of the graph."""

from __future__ import annotations

from threading import Barrier

from molgrad.advisors.model.model import ModelAdvisor
from molgrad.autograd.functional import total
from molgrad.autograd.variable import Variable
from molgrad.llm.openai import OpenAIModel
from tests.fakes import Count, ScriptedAdvisor
from tests.loopback import Loopback, Request


def test_a_model_is_asked_about_all_leaves_at_once() -> None:
    together = Barrier(3)  # breaks, and fails the test, unless three requests wait side by side

    def script(request: Request) -> str:
        together.wait(20)
        value = request.prompt.split("<value>\n")[1].split("\n")[0]
        return '{"critique": "about ' + value + '", "proposals": []}'

    leaves = [Variable(value, role_description="text") for value in ("a", "ab", "abc")]
    loss = Count("a")
    with Loopback(script) as server:
        total([loss(leaf) for leaf in leaves]).backward(ModelAdvisor(OpenAIModel(server.spec())))
    assert [leaf.get_gradient_text() for leaf in leaves] == ["about a", "about ab", "about abc"]


def test_an_advisor_that_takes_one_at_a_time_is_asked_one_by_one() -> None:
    advisor = ScriptedAdvisor()
    leaves = [Variable(value, role_description="text") for value in ("a", "ab")]
    loss = Count("a")
    total([loss(leaf) for leaf in leaves]).backward(advisor)
    assert sorted(value for value, _ in advisor.critiqued) == ["a", "ab"]
    assert [leaf.get_gradient_text() for leaf in leaves] == ["about a", "about ab"]
