"""The colours of every picture, told apart with colour-blind eyes too; words have 4.5:1 on white (WCAG 2.2)."""

from __future__ import annotations

from molgrad.chem.draw import Colour

# Source of the hues: M. Okabe, K. Ito, "Color Universal Design", 2008.
KEEP = "#0072B2"  # blue: what should stay
CHANGE = "#D55E00"  # vermillion: what should change; too light on white for words
CHANGE_TEXT = "#A84A00"  # the same hue for words
GREY = "#595959"  # the rest
INK = "#1A1A1A"  # text
RULE = "#D0D0D0"  # lines between rows
TINT = 0.55  # of a mark behind an atom: this much of the colour, the rest white, so that black letters stay readable


def rgb(colour: str) -> Colour:
    """Red, green and blue from 0 to 1.

    Args:
        colour: as in HTML, `#0072B2`.
    """
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def tint(colour: str, share: float = TINT) -> Colour:
    """A colour mixed with white, red, green and blue from 0 to 1.

    Args:
        colour: as in HTML, `#0072B2`.
        share: of the colour itself, from 0 to 1.
    """
    red, green, blue = rgb(colour)
    return (1 - share * (1 - red), 1 - share * (1 - green), 1 - share * (1 - blue))


def hexadecimal(colour: Colour) -> str:
    """A colour as HTML writes it.

    Args:
        colour: red, green, blue from 0 to 1.
    """
    return "#" + "".join(f"{int(255 * part):02X}" for part in colour)  # cut off, not rounded, as RDKit does
