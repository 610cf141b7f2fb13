"""The parts of a notebook's displays, from HTML that JupyterLab leaves whole in a notebook nobody trusts.

What survives there was read in JupyterLab's sanitizer (packages/apputils/src/sanitizer.ts): `<img>` with a PNG in its
address, tables, lists, `<details>`, and of styles colours, borders, sizes and `inline-block`; not `<svg>`, `<style>`,
scripts, `flex-wrap`, `gap`. GitHub takes all styles away. So every picture is a PNG, and no meaning lies in a style.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from molgrad.errors import figures, one_line, plain, shorten
from molgrad.report.pictures.colours import GREY, INK, KEEP, RULE
from molgrad.report.pictures.molecule import data_uri

ITEMS = 6  # of a list before the rest is folded
WIDTH = 120  # characters of an item
COLUMN = 460  # pixels of a column of words beside a picture
_PAPER = f"background-color:#ffffff;color:{INK}"  # said of every part: a dark theme has colours of its own for each
_CARD = (
    f"{_PAPER};border:1px solid {RULE};border-radius:6px;padding:10px 14px;"
    "max-width:1000px;font-family:system-ui, sans-serif;font-size:14px;line-height:1.45;text-align:left"
)
_CELL = f"padding:4px 8px 4px 0;border-bottom:1px solid {RULE};vertical-align:top;{_PAPER}"
_BAR = 8  # characters of a full bar


@dataclass(frozen=True, slots=True)
class Page:
    """One display.

    Attributes:
        html: for a browser.
        text: for a terminal.
        png: the main picture, for formats without HTML such as LaTeX.
        svg: the same, sharp at every size.
    """

    html: str
    text: str
    png: bytes = b""
    svg: str = ""

    def bundle(self) -> dict[str, Any]:
        """What a notebook stores, by MIME type."""
        found: dict[str, Any] = {"text/html": self.html, "text/plain": plain(self.text)}
        if self.png:
            found["image/png"] = data_uri(self.png).partition(",")[2]
        if self.svg:
            found["image/svg+xml"] = self.svg
        return found


def said(text: object, limit: int = WIDTH) -> str:
    """Words of others as HTML: on one line, at most so long, nothing in them acts.

    Args:
        text: anything.
        limit: characters.
    """
    return escape(shorten(arrows(one_line(str(text))), limit))


def arrows(text: str) -> str:
    """A text for a page: `F -> Cl` with a proper arrow; a terminal keeps the two characters.

    Args:
        text: plain, before it is escaped.
    """
    return text.replace(" -> ", " → ")


def card(title: str, *blocks: str, note: str = "") -> str:
    """A display with its title.

    Args:
        title: plain text.
        *blocks: HTML; empty ones are left out.
        note: plain text behind the title, such as a score.
    """
    behind = f' <span style="color:{GREY};font-weight:normal">{said(note, 200)}</span>' if note else ""
    head = f'<div style="font-size:16px;font-weight:bold;margin-bottom:6px">{said(title, 200)}{behind}</div>'
    return f'<div style="{_CARD}">{head}{"".join(filter(None, blocks))}</div>'


def beside(*blocks: str) -> str:
    """Blocks side by side where the page is wide enough, else below each other.

    Args:
        *blocks: HTML; empty ones are left out. The first is as wide as its picture, the others as `COLUMN`.
    """
    widths = ["", *[f";width:{COLUMN}px"] * len(blocks)]
    style = "display:inline-block;vertical-align:top;max-width:100%;margin-right:16px"
    shown = zip(widths, filter(None, blocks), strict=False)
    return "".join(f'<div style="{style}{width}">{block}</div>' for width, block in shown)


def tiles(blocks: Iterable[str], width: int) -> str:
    """Blocks of one width, as many beside each other as the page has room for.

    Args:
        blocks: HTML.
        width: of each, pixels.
    """
    style = f"display:inline-block;vertical-align:top;width:{width}px;max-width:100%;margin:4px 14px 10px 0"
    return "".join(f'<div style="{style}">{block}</div>' for block in blocks)


def lines(items: Sequence[str], most: int = ITEMS) -> str:
    """A short list; what is beyond `most` is folded away.

    Args:
        items: HTML.
        most: how many are shown at once.
    """
    if not items:
        return ""
    rest = folded(f"{len(items) - most} more", _list(items[most:])) if len(items) > most else ""
    return _list(items[:most]) + rest


def folded(title: str, inside: str) -> str:
    """What is shown on a click.

    Args:
        title: plain text.
        inside: HTML.
    """
    return f'<details style="margin-top:4px"><summary>{said(title)}</summary>{inside}</details>' if inside else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]], left: Sequence[int] = (0,)) -> str:
    """A table; numbers to the right.

    Args:
        head: plain text of each column.
        rows: HTML of each cell.
        left: columns of words, set to the left.
    """
    sides = ["left" if place in left else "right" for place in range(len(head))]
    top = "".join(
        f'<th align="{side}" style="{_CELL};text-align:{side};font-weight:bold">{said(name)}</th>'
        for name, side in zip(head, sides, strict=True)
    )
    body = "".join(f'<tr style="background-color:#ffffff">{_cells(row, sides)}</tr>' for row in rows)
    style = "border-collapse:collapse;margin:4px 0;max-width:100%;font-size:13px"
    named = f'role="group" tabindex="0" aria-label="{said(", ".join(filter(None, head)))}"'  # scrolled by keyboard, too
    outer = f'<div style="overflow-x:auto;max-width:100%" {named}>'
    return f'{outer}<table style="{style}"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def bar(share: float, colour: str = KEEP) -> str:
    """A bar of characters, which stays where styles are taken away.

    Args:
        share: its length, from 0 to 1.
        colour: as in HTML.
    """
    return f'<span aria-hidden="true" style="color:{colour};white-space:nowrap">{blocks(share)}</span>'


def blocks(share: float) -> str:
    """The characters of a bar: full blocks, and a part of one in eighths.

    Args:
        share: its length, from 0 to 1.
    """
    eighths = round(max(0.0, min(1.0, share)) * _BAR * 8)
    return "█" * (eighths // 8) + ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")[eighths % 8]


def expectation(expected: tuple[float, float, float], unit: str) -> str:
    """A prediction in words: `72 nM (4.3 to 1200)`, between the two with 68 %.

    Args:
        expected: the value, low, high.
        unit: of all three; may be empty.
    """
    value, low, high = (figures(one, 2) for one in expected)
    return f"{value}{f' {unit}' if unit else ''} ({low} to {high})"


def text_block(text: str, limit: int = 2000) -> str:
    """Text of several lines as it stands.

    Args:
        text: anything.
        limit: characters.
    """
    style = f"white-space:pre-wrap;word-break:normal;overflow-wrap:break-word;font-size:13px;margin:4px 0;{_PAPER}"
    return f'<pre style="{style}">{escape(shorten(plain(text), limit))}</pre>'


def code(text: str, limit: int = 200) -> str:
    """A SMILES or a command.

    Args:
        text: anything.
        limit: characters.
    """
    style = f"overflow-wrap:break-word;word-break:break-all;white-space:normal;padding:0;{_PAPER}"
    return f'<code style="{style}">{said(text, limit)}</code>'


def number(value: float | None, digits: int = 2) -> str:
    """A number for a table; a dash where there is none.

    Args:
        value: the number.
        digits: after the point.
    """
    return "–" if value is None else f"{value:.{digits}f}"  # noqa: RUF001 - a dash in a table


def _list(items: Sequence[str]) -> str:
    return '<ul style="margin:2px 0;padding-left:20px">' + "".join(f"<li>{item}</li>" for item in items) + "</ul>"


def _cells(row: Sequence[str], sides: Sequence[str]) -> str:
    return "".join(
        f'<td align="{side}" style="{_CELL};text-align:{side}">{cell}</td>'
        for cell, side in zip(row, sides, strict=True)
    )
