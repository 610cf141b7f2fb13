"""One value as it is told in Python."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from molgrad.assays.cell import Told, read_cell
from molgrad.assays.value import Measured
from molgrad.errors import shorten
from molgrad.losses.assay_scale import unit_name

_MORE = tuple(one.name for one in fields(Measured) if one.name not in ("value", "relation", "unit", "raw"))


def measured_of(value: object, unit: str, relation: str, more: Mapping[str, Any]) -> Measured:
    """A value told with its unit, relation and what else is known of it.

    Args:
        value: a number, or a text as a laboratory writes it.
        unit: of the number, in any spelling; "" for the assay's own.
        relation: before the number; "" for none.
        more: other fields of `Measured`.

    Raises:
        ValueError: the value is no finite number, or the text is not understood.
        TypeError: a field that no result has.
    """
    if unknown := [name for name in more if name not in _MORE]:
        raise TypeError(f"a result has no {unknown[0]!r}; known: {', '.join(_MORE)}")
    named = unit_name(unit)
    if isinstance(value, str):
        cell = read_cell(value, Told(unit=named, relation=relation, kind=str(more.get("kind", ""))))
        if cell.measured is None:
            raise ValueError(f"a measured value is a number, not {shorten(repr(value))}: {cell.refused or cell.said}")
        return replace(cell.measured, **more)
    try:
        number = float(value)  # type: ignore[arg-type]  # anything may be given; what is no number is refused
    except (TypeError, ValueError):
        raise ValueError(f"a measured value is a number, not {shorten(repr(value))}") from None
    if not math.isfinite(number):
        raise ValueError(f"{value!r} is not a number that can be compared")
    return Measured(number, relation or "=", named, **more)
