"""Pictures of the graph of a variable: DOT for Graphviz, SVG for notebooks."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from html import escape

from molgrad.autograd.variable import Variable
from molgrad.autograd.walk import topological
from molgrad.errors import shorten
from molgrad.report.pictures.molecule import data_uri

_LINE, _LINES = 34, 3  # characters and lines that a box shows of a text
_WIDTH, _HEIGHT, _GAP_X, _GAP_Y = 250, 112, 30, 46  # pixels
_LETTER, _ROW = 12, 15  # pixels


@dataclass(frozen=True, slots=True)
class Node:
    """One variable as it is shown; every text is shortened and holds printable characters only.

    Attributes:
        role, operation, value, gradient: texts; the operation is empty for what was given.
        live: whether it requires a gradient.
        level: how many steps of computation led to it.
        inputs: the places of its predecessors in the graph.
    """

    role: str
    operation: str
    value: str
    gradient: str
    live: bool
    level: int
    inputs: tuple[int, ...]


@dataclass(frozen=True)
class Graph:
    """The graph of a variable: `print` it for DOT, show it in a notebook, or take `svg`.

    Attributes:
        nodes: each after its inputs; the last is the variable itself.
    """

    nodes: tuple[Node, ...]

    @property
    def dot(self) -> str:
        """The graph in Graphviz's language: boxes for live variables, dashed ones for frozen."""
        lines = ["digraph molgrad {", "  rankdir=TB;", '  node [shape=box, fontname="sans-serif", fontsize=10];']
        for i, node in enumerate(self.nodes):
            style = "solid" if node.live else "dashed"
            lines.append(f'  n{i} [style={style}, label="{_dot(_label(node))}"];')
            lines += [f"  n{before} -> n{i};" for before in node.inputs]
        return "\n".join([*lines, "}"]) + "\n"

    @property
    def svg(self) -> str:
        """The graph as a picture without scripts, links or foreign fonts."""
        rows: dict[int, list[int]] = {}
        for i, node in enumerate(self.nodes):
            rows.setdefault(node.level, []).insert(0, i)  # the walk meets the last input first
        widest = max(len(row) for row in rows.values())
        place = {}
        for level, row in rows.items():
            indent = (widest - len(row)) * (_WIDTH + _GAP_X) // 2
            for k, i in enumerate(row):
                place[i] = (indent + k * (_WIDTH + _GAP_X) + 5, level * (_HEIGHT + _GAP_Y) + 5)
        width, height = widest * (_WIDTH + _GAP_X), len(rows) * (_HEIGHT + _GAP_Y)
        box = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        font = f'font-family="sans-serif" font-size="{_LETTER}"'
        parts = [f'<svg xmlns="http://www.w3.org/2000/svg" {box} {font}>']
        for i, node in enumerate(self.nodes):
            parts += [_edge(place[before], place[i]) for before in node.inputs]
        parts += [_box(node, *place[i]) for i, node in enumerate(self.nodes)]
        return "\n".join([*parts, "</svg>"])

    def _repr_html_(self) -> str:
        said = "; ".join(f"{node.role}: {node.value}" for node in self.nodes)
        return f'<div style="overflow:auto"><img src="{data_uri(self.svg)}" alt="{escape(said, quote=True)}"></div>'

    def __str__(self) -> str:
        return self.dot


def generate_graph(variable: Variable) -> Graph:
    """The variable and everything that it was computed from, with the gradients that arrived so far.

    Args:
        variable: the end of a computation, such as a total loss.
    """
    order = topological(variable)
    index = {id(node): i for i, node in enumerate(order)}
    levels: list[int] = []
    nodes = []
    for node in order:
        inputs = tuple(index[id(before)] for before in node.predecessors)
        levels.append(1 + max((levels[i] for i in inputs), default=-1))
        operation = node.operation.name if node.operation is not None else ""
        role, value, words = _plain(node.role_description), _plain(str(node)), _plain(node.get_gradient_text())
        nodes.append(Node(role, _plain(operation), value, words, node.requires_grad, levels[-1], inputs))
    return Graph(tuple(nodes))


def _plain(text: str) -> str:
    """One line of printable characters, as long as a box can hold."""
    words = "".join(c if c.isprintable() else " " for c in text[:2_000])
    return shorten(" ".join(words.split()), _LINE * _LINES)


def _label(node: Node) -> list[str]:
    made = f" ({node.operation})" if node.operation else ""
    lines = [shorten(node.role + made, _LINE * 2), *textwrap.wrap(node.value, _LINE * 2)]
    return [*lines, *(textwrap.wrap(f"gradient: {node.gradient}", _LINE * 2) if node.gradient else [])]


def _dot(lines: list[str]) -> str:
    return "\\n".join(line.replace("\\", "\\\\").replace('"', '\\"') for line in lines)


def _edge(start: tuple[int, int], end: tuple[int, int]) -> str:
    x1, y1, x2, y2 = start[0] + _WIDTH // 2, start[1] + _HEIGHT, end[0] + _WIDTH // 2, end[1]
    return (
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#888"/><circle cx="{x2}" cy="{y2}" r="3" fill="#888"/>'
    )


def _box(node: Node, x: int, y: int) -> str:
    dash = "" if node.live else ' stroke-dasharray="4 3"'
    shown = [shorten(node.role + (f" ({node.operation})" if node.operation else ""), _LINE)]
    shown += textwrap.wrap(node.value, _LINE)[:_LINES]
    if node.gradient:
        shown += textwrap.wrap(f"gradient: {node.gradient}", _LINE)[:_LINES]
    rows = []
    for k, line in enumerate(shown[: _HEIGHT // _ROW]):
        weight = ' font-weight="bold"' if k == 0 else ""
        rows.append(f'<text x="{x + 8}" y="{y + (k + 1) * _ROW}"{weight}>{escape(line)}</text>')
    frame = f'<rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="4" fill="#fff" stroke="#444"{dash}/>'
    return "\n".join([frame, *rows])
