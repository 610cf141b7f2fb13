"""The graph to look at: every node and edge once, escaped everywhere, and no script in the picture."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import molgrad as mg

NASTY = '"];} <script>alert(1)</script> & \\ \x1b[31m {x}\nend'


def graph() -> mg.Graph:
    prompt = mg.Variable(NASTY, role_description="prompt")
    question = mg.Variable("why?", role_description="question", requires_grad=False)
    answer = mg.apply(lambda a, b: a + b, prompt, question, role_description="answer")
    total = mg.Function(len, "length")(answer) + mg.Function(len, "size")(answer)
    total.backward()
    return mg.generate_graph(total)


def test_every_node_and_edge_once_each_after_its_inputs() -> None:
    found = graph()
    roles = [node.role.partition(" of")[0] for node in found.nodes]
    assert roles == ["question", "prompt", "answer", "size", "length", "sum"]
    assert all(before < i for i, node in enumerate(found.nodes) for before in node.inputs)
    edges = re.findall(r"^  (n\d) -> (n\d);$", found.dot, re.M)
    assert len(edges) == len(set(edges)) == sum(len(node.inputs) for node in found.nodes) == 6
    assert [node.level for node in found.nodes] == [0, 0, 1, 2, 2, 3]
    assert found.nodes[1].gradient.startswith("Feedback on the answer")


def test_dot_holds_a_text_as_a_text() -> None:
    dot = str(graph())
    assert dot.startswith("digraph molgrad {")
    labels = re.findall(r'^  n\d \[style=(solid|dashed), label="((?:[^"\\\n]|\\.)*)"\];$', dot, re.M)
    assert [style for style, _ in labels] == ["dashed", "solid", "solid", "solid", "solid", "solid"]
    assert r"\"];} <script>alert(1)</script> & \\ [31m {x} end" in labels[1][1]
    assert "\x1b" not in dot


def test_the_picture_is_sound_xml_without_script_or_link() -> None:
    found = graph()
    root = ET.fromstring(found.svg)  # noqa: S314 - our own
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert names == {"svg", "rect", "text", "line", "circle"}
    assert len(root.findall("{*}rect")) == 6
    assert "<script" not in found._repr_html_()
    assert "&lt;script&gt;" in found.svg
    assert 'src="data:image/svg+xml;base64,' in found._repr_html_()


def test_a_variable_alone_and_a_long_chain() -> None:
    alone = mg.Variable("x" * 10_000, role_description="text")
    assert len(mg.generate_graph(alone).dot) < 500
    node = alone
    for _ in range(3_000):
        node = mg.apply(str.lower, node)
    assert len(mg.generate_graph(node).nodes) == 3_001
