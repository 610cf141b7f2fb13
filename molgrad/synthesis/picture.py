"""A route drawn as SVG: a row for each step, reactants, arrow with conditions, product; needs no network."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from textwrap import wrap

from molgrad.chem.draw import Drawing
from molgrad.synthesis.route import Route
from molgrad.synthesis.written import bought

WIDTH, HEIGHT = 210, 170  # pixels of a molecule
PLUS, ARROW, LABEL, MARGIN = 26, 210, 48, 16  # pixels
_LINE, _LETTERS = 14, 32  # pixels of a line of text; letters that stand over an arrow or under a molecule
_STYLE = 'font-family="sans-serif" font-size="12" fill="#222"'


def as_svg(route: Route) -> str:
    """One `<svg>` element of a route; steps in the order of the work, what is bought with its source below it.

    Args:
        route: to draw.
    """
    rows = [made for made in route.made() if made.step] or [route]
    most = max(len(made.step.reactants) if made.step else 1 for made in rows)
    width = 2 * MARGIN + (most + 1) * WIDTH + (most - 1) * PLUS + ARROW
    height = 2 * MARGIN + len(rows) * (HEIGHT + LABEL)
    parts = [part for number, made in enumerate(rows) for part in _row(made, MARGIN + number * (HEIGHT + LABEL))]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    title = escape(f"Route to {route.smiles}")
    return "\n".join(
        [
            f'{head} role="img">',
            f"<title>{title}</title>",
            '<rect width="100%" height="100%" fill="#fff"/>',
            *parts,
            "</svg>",
        ]
    )


def _row(made: Route, top: int) -> Iterator[str]:
    left = MARGIN
    if made.step is None:
        yield from _molecule(made, left, top)
        return
    for place, reactant in enumerate(made.step.reactants):
        if place:
            yield f'<text x="{left + PLUS / 2}" y="{top + HEIGHT / 2}" text-anchor="middle" {_STYLE}>+</text>'
            left += PLUS
        yield from _molecule(reactant, left, top)
        left += WIDTH
    yield from _arrow(made, left, top)
    yield from _molecule(made, left + ARROW, top)


def _molecule(one: Route, left: int, top: int) -> Iterator[str]:
    drawn = Drawing(one.smiles, size=(WIDTH, HEIGHT)).svg()
    yield f'<g transform="translate({left},{top})">{drawn}</g>'
    if one.step is None:
        words = bought(one.offer) if one.offer else "not in stock"
        yield from _lines(words, left + WIDTH / 2, top + HEIGHT + _LINE, 3)


def _arrow(made: Route, left: int, top: int) -> Iterator[str]:
    step, middle = made.step, top + HEIGHT / 2
    if step is None:
        return
    name = wrap(step.reaction.name, _LETTERS)
    yield from _lines(step.reaction.name, left + ARROW / 2, middle - 8 - _LINE * (len(name) - 1), len(name), bold=True)
    start, end = left + 12, left + ARROW - 12
    yield f'<path d="M{start} {middle}H{end}m-8 -5l8 5l-8 5" fill="none" stroke="#222" stroke-width="1.5"/>'
    yield from _lines(step.reaction.conditions, left + ARROW / 2, middle + 18, 5)


def _lines(text: str, x: float, y: float, most: int, *, bold: bool = False) -> Iterator[str]:
    weight = ' font-weight="bold"' if bold else ""
    for number, line in enumerate(wrap(text, _LETTERS)[:most]):
        yield f'<text x="{x}" y="{y + number * _LINE}" text-anchor="middle" {_STYLE}{weight}>{escape(line)}</text>'
