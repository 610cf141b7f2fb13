"""Words can be read on white, and marks be seen."""

from __future__ import annotations

import pytest

from molgrad.chem.draw import _ELEMENTS
from molgrad.report.pictures.colours import CHANGE, CHANGE_TEXT, GREY, INK, KEEP, hexadecimal, rgb
from molgrad.report.pictures.marks import MARKS
from molgrad.report.pictures.pocket import COLOURS

WORDS = {KEEP, CHANGE_TEXT, GREY, INK, *COLOURS.values(), *map(hexadecimal, _ELEMENTS.values())}
SEEN = {CHANGE, *(mark.colour for mark in MARKS.values() if mark.words != "open to water")}  # a disc, with a name


def contrast(colour: str) -> float:
    """Of a colour on white, as WCAG 2.2 defines it."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb(colour)]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


@pytest.mark.parametrize("colour", sorted(WORDS))
def test_words_have_the_contrast_of_text(colour: str) -> None:
    assert contrast(colour) >= 4.5


@pytest.mark.parametrize("colour", sorted(SEEN))
def test_marks_have_the_contrast_of_graphics(colour: str) -> None:
    assert contrast(colour) >= 3.0
