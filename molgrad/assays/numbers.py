"""Numbers as people and spreadsheets of several countries write them."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

Style = Literal["point", "comma", "comma, thousands by points", "mixed", "unknown"]

# Blanks that no one types between two numbers: what French spreadsheets write between thousands.
_GROUPING = re.compile("(?<=\\d)[\u00a0\u2009\u202f\u2007\u2008](?=\\d{3}(?!\\d))")
_SIGNS = str.maketrans(
    {"\u00b5": "u", "\u03bc": "u", "\u2212": "-", "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-",
     "\u2014": "-", "\u00d7": "x", "\u2715": "x", "\u22c5": "*", "\u00b7": "*", "\u2265": ">=", "\u2264": "<=",
     "\u2a7e": ">=", "\u2a7d": "<=",
    "\u2273": ">=", "\u2272": "<=", "\u2267": ">=", "\u2266": "<=", "\u2248": "~", "\u223c": "~", "\u2243": "~",
     "\u02dc": "~", "\u2245": "~", "\u226b": ">", "\u226a": "<", "\u2019": "'", "\u2018": "'", "\u00b4": "'",
     "\u201c": '"', "\u201d": '"', "\u203a": ">", "\u2039": "<", "\u2126": "ohm"}
)  # fmt: skip
_HIGH = re.compile("[\u2070\u00b9\u00b2\u00b3\u2074-\u2079\u207a\u207b]+")
_WIDTHLESS = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\u202a-\u202e]")
_GROUPED = r"\d{1,3}(?:'\d{3})+(?:[.,]\d+)?"
NUMBER = rf"[+-]?\s?(?:{_GROUPED}|\d+(?:[.,]\d+)*|[.,]\d+)(?:\s?[eE]\s?[+-]?\d+|\s?[xX*]\s?10\s?\^?\s?[+-]?\d+)?"
_POWER = re.compile(r"([+-]?)\s?10\s?\^\s?([+-]?\d+)")
_PARTS = re.compile(r"([+-]?)\s?([\d.,']+)(?:\s?[eE]\s?([+-]?\d+)|\s?[xX*]\s?10\s?\^?\s?([+-]?\d+))?")
_NAKED = re.compile(r"\d+(?:[.,']\d+)*|[.,]\d+")
_BLANKED = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
LONGEST = 60  # characters of a number


# Signs of UTF-8 that a program took for another encoding.
_BROKEN = {
    "\u00c2\u00b5": "\u00b5", "\u00ce\u00bc": "\u03bc", "\u00c2\u00b1": "\u00b1", "\u00c2\u00a0": " ",
    "\u00c2\u00b0": "\u00b0", "\u00e2\u2030\u00a5": ">=", "\u00e2\u2030\u00a4": "<=",
}  # fmt: skip


def tidy(text: str) -> str:
    """A cell in plain signs: blanks, minus, micro, multiplication, relations and superscripts as on a keyboard.

    Args:
        text: a cell as written.
    """
    if "&" in text:
        text = html.unescape(text)
    if text.isascii():
        return " ".join(text.split())
    if "\u00c2" in text or "\u00ce" in text or "\u00e2" in text:
        for broken, meant in _BROKEN.items():
            text = text.replace(broken, meant)
    text = _WIDTHLESS.sub("", text)
    text = _GROUPING.sub("'", text)
    text = _HIGH.sub(lambda high: "^" + unicodedata.normalize("NFKC", high[0]).translate(_SIGNS), text)
    text = unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(_SIGNS)
    return " ".join(text.split())


class Figure(str):
    """A number that a spreadsheet or program held as such, with a decimal point whatever its neighbours have."""

    __slots__ = ()


def style_for(cell: str, style: Style) -> Style:
    """How the numbers of a cell are written.

    Args:
        cell: as written.
        style: how its column writes numbers; where that is not known, the cell alone counts.
    """
    if isinstance(cell, Figure):
        return "point"
    return style_of([cell]) if style == "unknown" else style


class NumberError(ValueError):
    """A number that may mean two things, or none; the message says what to do."""


def read_number(token: str, style: Style = "unknown") -> float:
    """The number that a text stands for.

    Args:
        token: what `NUMBER` matches, as `tidy` gives it.
        style: how the column writes numbers, of `style_of`.

    Raises:
        NumberError: it may mean two numbers, or contradicts the column, or is none.
    """
    if power := _POWER.fullmatch(token.strip()):
        return float(f"{power[1]}1e{power[2]}")
    found = _PARTS.fullmatch(token.strip())
    if found is None or len(token) > LONGEST:
        raise NumberError(f"'{token[:40]}' is no number")
    sign, digits, *powers = found.groups()
    power_of_ten = next(filter(None, powers), "0")
    value = float(f"{sign}{_mantissa(digits, style, scientific=any(powers))}e{power_of_ten}")
    if value in (float("inf"), float("-inf")):
        raise NumberError(f"'{token[:40]}' is larger than any measurement")
    return value


def _mantissa(digits: str, style: Style, *, scientific: bool) -> str:
    """The digits with a decimal point, thousands joined."""
    digits = digits.replace("'", "")
    shape = _shape(digits, scientific=scientific)
    if shape == "neither":
        raise NumberError(f"'{digits[:40]}' is no number; several values need a row each")
    if shape == "plain" or (shape == "point" and style != "comma, thousands by points"):
        return digits.replace(",", "") if shape == "point" else digits
    if shape == "comma":
        if style.startswith("comma"):
            return digits.replace(".", "").replace(",", ".")
        where = "the column also writes decimal points" if style in ("mixed", "point") else "nothing says so"
        raise NumberError(f"'{digits}' has a decimal comma, but {where}: write {_as_point(digits)}")
    if shape == "point":
        raise NumberError(f"'{digits}' has a decimal point in a column of decimal commas: write it as the others")
    if shape == "either comma":
        return _either_comma(digits, style)
    if style == "comma, thousands by points":
        return digits.replace(".", "")
    if style == "unknown" and digits.endswith(".000"):  # what a German types for thousands
        whole = digits.removesuffix(".000")
        raise NumberError(f"'{digits}' is ambiguous, {whole}000 or {whole}: write one of these")
    if style == "comma":
        raise NumberError(f"'{digits}' in a column of decimal commas may be {digits} or {digits.replace('.', '')}")
    return digits


def _either_comma(digits: str, style: Style) -> str:
    """A number such as `1,234`."""
    if style.startswith("comma"):
        return digits.replace(",", ".")
    if style == "point":
        return digits.replace(",", "")
    joined, point = digits.replace(",", ""), digits.replace(",", ".")
    raise NumberError(f"'{digits}' is ambiguous, {joined} or {point}: write one of these")


def _as_point(digits: str) -> str:
    return digits.replace(".", "").replace(",", ".")


def _shape(digits: str, *, scientific: bool = False) -> str:
    """What the separators of a number say: plain, point, comma, "either comma", "either point" or neither."""
    points, commas = digits.count("."), digits.count(",")
    if not points and not commas:
        return "plain"
    if points and commas:
        last = "." if digits.rfind(".") > digits.rfind(",") else ","
        other = "," if last == "." else "."
        sound = digits.count(last) == 1 and _grouped(digits.rpartition(last)[0], other)
        return ("point" if last == "." else "comma") if sound else "neither"
    mark = "." if points else ","
    if points + commas > 1:
        if not _grouped(digits, mark):
            return "neither"
        return "point" if mark == "," else "comma"
    head, tail = digits.split(mark)
    if not scientific and len(tail) == 3 and 1 <= len(head) <= 3 and not head.startswith("0"):
        return f"either {'comma' if mark == ',' else 'point'}"
    return "point" if mark == "." else "comma"


def _grouped(digits: str, mark: str) -> bool:
    """Whether the mark stands before every three digits from the end."""
    head, *groups = digits.split(mark)
    return 1 <= len(head) <= 3 and head.isdigit() and all(len(group) == 3 and group.isdigit() for group in groups)


def style_of(cells: Iterable[str]) -> Style:
    """How the numbers of a column are written: what all those say that can be read in one way only.

    Args:
        cells: of the column, as written; those that were numbers already say nothing.
    """
    shapes, thousands = set(), False
    for cell in (tidy(one) for one in cells if not isinstance(one, Figure)):
        for found in _NAKED.finditer(cell):
            digits = found[0].replace("'", "")
            tail = cell[found.end() :].lstrip()
            shape = _shape(digits, scientific=bool(re.match(r"[eE]\s?[+-]?\d|[xX*]\s?10", tail)))
            shapes.add(shape)
            thousands |= shape == "comma" and "." in digits
    if {"point", "comma"} <= shapes:
        return "mixed"
    if "comma" in shapes:
        return "comma, thousands by points" if thousands else "comma"
    return "point" if "point" in shapes else "unknown"


def joined_thousands(text: str) -> str:
    """The text with thousands put together that a plain blank parts, where they can be nothing else.

    Args:
        text: as `tidy` gives it.

    Raises:
        NumberError: two numbers, or one with a blank between its thousands.
    """
    found = re.search(r"(?<![\w.,])\d{1,3}(?: \d{3})+(?!\d|[.,]\d)", text)
    if found is None:
        return text
    head, *groups = found[0].split(" ")
    if set(groups[-1]) != {"0"} and not (len(groups) > 1):
        raise NumberError(f"'{found[0]}' may be two numbers or {head}{''.join(groups)}: write one number")
    return text.replace(found[0], head + "".join(groups))
