"""One measured value as a laboratory wrote it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

RELATIONS = ("=", "<", "<=", ">", ">=", "~")
ERROR_KINDS = ("", "sd", "sem", "ci95", "factor")
FAILED = "failed"  # the `qc` of a value that is kept and never used


@dataclass(frozen=True, slots=True)
class Measured:
    """One value as a laboratory wrote it, nothing converted.

    Attributes:
        value: the number as written, in `unit`.
        relation: how the truth relates to the number: "=", "<", "<=", ">", ">=" or "~" (about).
        unit: a name of `units.tsv`, such as "nM", "uM", "ug/mL", "%", "log M"; "" where there is none.
        kind: what was measured, such as "IC50", "pIC50", "Ki", "inhibition", "ratio"; "" where it is not said.
        error: the spread of the value in `unit`; for `factor` a number to multiply and divide by.
        error_kind: what `error` is: "sd", "sem", "ci95" (half of the interval's width), "factor" or "" (not said).
        n: how many measurements the value is the mean of; None where it is not said.
        at: the concentration of an effect at one dose, such as "1 uM"; "" else.
        qc: "" for a value that is fine or of which nothing is said, "failed" for one that is kept and never used.
        plate: the plate, as written.
        date: the day, as written; ISO 8601 where the table has a date as such.
        operator: who measured, as written.
        note: remarks.
        raw: the cell as written.

    Raises:
        ValueError: a number that is not finite, or a relation or kind of error that does not exist.
    """

    value: float
    relation: str = "="
    unit: str = ""
    kind: str = ""
    error: float | None = None
    error_kind: str = ""
    n: int | None = None
    at: str = ""
    qc: str = ""
    plate: str = ""
    date: str = ""
    operator: str = ""
    note: str = ""
    raw: str = ""

    def __post_init__(self) -> None:
        if not math.isfinite(self.value):
            raise ValueError(f"a measured value is a finite number, not {self.value!r}")
        if self.relation not in RELATIONS:
            raise ValueError(f"a relation is one of {' '.join(RELATIONS)}, not {self.relation!r}")
        if self.error_kind not in ERROR_KINDS:
            raise ValueError(f"a kind of error is sd, sem, ci95 or factor, not {self.error_kind!r}")
        if self.error is not None and not (math.isfinite(self.error) and self.error >= 0.0):
            raise ValueError(f"an error is a finite number, 0 or more, not {self.error!r}")

    def __str__(self) -> str:
        kind = f"{self.kind} " if self.kind else ""
        bare = not self.unit or (self.unit == "p" and self.kind.startswith("p"))
        unit = "" if bare else "%" if self.unit == "%" else f" {self.unit}"
        at = f" at {self.at}" if self.at else ""
        return f"{kind}{self.relation} {self.value:.6g}{unit}{at}"

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `from_json` makes the same value; fields at their default are left out."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: given for name, given in named.items() if name == "value" or given != _DEFAULTS[name]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Measured:
        """The value that `to_json` wrote.

        Args:
            data: the object.
        """
        return cls(**data)


_DEFAULTS = {field.name: field.default for field in fields(Measured)}
