"""What a parameter did in one run of a program, read off the graph: the calls that it fed, without asking anybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from molgrad.autograd.functional import PassThrough
from molgrad.autograd.variable import Variable
from molgrad.autograd.walk import topological
from molgrad.errors import shorten

LONGEST = 1500  # characters of an input or output that are told; half a page


@dataclass(frozen=True, slots=True)
class Row:
    """One call that a parameter fed.

    Attributes:
        inputs: the call's other inputs, role -> text, in order.
        output: what the call gave.
        answer: what the program gave in the end, where that is another text; else empty.
        words: the feedback on the answer.
    """

    inputs: Mapping[str, str]
    output: str
    answer: str = ""
    words: str = ""

    def to_json(self) -> dict[str, object]:
        """The row under the names that GEPA's reflection prompt is used to."""
        more = {"Final Answer": self.answer} if self.answer else {}
        return {"Inputs": dict(self.inputs), "Generated Outputs": self.output, **more, "Feedback": self.words}


def rows_of(answer: Variable, parameter: Variable, words: str = "") -> list[Row]:
    """Each call below an answer that a parameter fed, in the order of the calls.

    What only joins or hands on texts is no call: the parameter is followed through it.

    Args:
        answer: what the program gave, on the graph.
        parameter: a variable below it.
        words: the feedback on the answer.
    """
    carriers, found = {id(parameter)}, []
    for node in topological(answer):
        if not any(id(one) in carriers for one in node.predecessors):
            continue
        if isinstance(node.operation, PassThrough):
            carriers.add(id(node))
            continue
        inputs = _named(one for one in node.predecessors if id(one) not in carriers)
        found.append(Row(inputs, node.value, "" if node is answer else answer.value, words))
    return found


def told(rows: Sequence[Row], limit: int = LONGEST) -> str:
    """Rows as one text for a critic or an author: several examples are told in one request.

    Args:
        rows: of one parameter, in the order to be told.
        limit: characters of each text.
    """
    return "\n\n".join(f"Example {i}\n{_told(row, limit)}" for i, row in enumerate(rows, 1))


def _told(row: Row, limit: int) -> str:
    lines = [f"{role}: {shorten(text, limit)}" for role, text in row.inputs.items()]
    lines.append(f"output: {shorten(row.output, limit)}")
    lines += [f"final answer: {shorten(row.answer, limit)}"] if row.answer else []
    lines += [f"feedback: {row.words}"] if row.words else []
    return "\n".join(lines)


def _named(variables: Iterable[Variable]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in variables:
        role, n = one.role_description, 2
        while role in found:
            role, n = f"{one.role_description} {n}", n + 1
        found[role] = str(one)  # of a picture the line that says which it is
    return found
