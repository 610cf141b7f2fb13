"""How a setting is declared: its type and bounds, and its text and short name for the command line."""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import Field
from pydantic.fields import FieldInfo

WHAT, CHEMISTRY, EFFORT, DOCKING, MODEL, OUTPUT = GROUPS = "What", "Chemistry", "Effort", "Docking", "Model", "Output"


def setting(default: Any, text: str, *, least: float | None = None, most: float | None = None, **shown: str) -> Any:
    """One setting of a run.

    Args:
        default: its value when it is not given; `...` for a setting that must be.
        text: one sentence that says what it is, with its unit.
        least: the lowest number allowed.
        most: the highest number allowed.
        shown: `group`, one of `GROUPS`, the headings of `--help`; `shown`, what holds when it is not given, where the
            default itself does not say so; `short`, the short form of its option, such as "-r"; `items`, for a list
            of texts what they are, in the plural.
    """
    more: Any = shown
    return Field(default, description=text, ge=least, le=most, json_schema_extra=more)


@dataclass(frozen=True, slots=True)
class Declared:
    """A setting as its model declares it.

    Attributes:
        name: of the field.
        kind: its type without None; for a list the type of its items.
        many: whether it is a list.
        least, most: the bounds of a number; None where there is none.
        default: the value when it is not given, as text for `--help`; empty where nothing holds.
        text, group, short, items: as in `setting`.
    """

    name: str
    kind: type
    many: bool
    least: float | None
    most: float | None
    default: str
    text: str
    group: str
    short: str
    items: str

    @property
    def wanted(self) -> str:
        """What a value must be, for an error: `int`, or `SMARTS in quotes`."""
        return f"{self.items} in quotes" if self.items else "list" if self.many else self.kind.__name__

    @property
    def bounds(self) -> str:
        """The range of a number, for an error or `--help`: `from 1 to 256`; empty where there is none."""
        if self.least is None or self.most is None:
            return "" if self.least is None else f"at least {_number(self.least)}"
        return f"from {_number(self.least)} to {_number(self.most)}"


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else str(value)


def declared(model: Any) -> dict[str, Declared]:
    """Every setting of a model by name, group by group.

    Args:
        model: a pydantic model whose fields are made by `setting`.
    """
    found = [_declared(name, info) for name, info in model.model_fields.items()]
    return {one.name: one for one in sorted(found, key=lambda one: GROUPS.index(one.group))}


def _declared(name: str, info: FieldInfo) -> Declared:
    more: Any = info.json_schema_extra or {}
    bounds = {key: getattr(part, key) for part in info.metadata for key in ("ge", "le") if hasattr(part, key)}
    kind, many = _kind(info.annotation), is_many(info)
    said_otherwise = info.is_required() or info.default is None or many or kind is bool
    usual = more.get("shown") or ("" if said_otherwise else str(info.default))
    texts = (info.description or "", more.get("group", ""), more.get("short", ""), more.get("items", ""))
    return Declared(name, kind, many, bounds.get("ge"), bounds.get("le"), usual, *texts)


def is_many(info: FieldInfo) -> bool:
    """Whether a field is a list, of any length."""
    return get_origin(info.annotation) is Sequence


def _kind(annotation: Any) -> type:
    """The type without None, of a list that of its items; a pair of numbers is written as text."""
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(part for part in get_args(annotation) if part is not NoneType)
    if get_origin(annotation) is Sequence:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (tuple, Literal):
        return str
    kind: type = get_origin(annotation) or annotation
    return kind


def mirrored(settings: Any, group: str, leave_out: Collection[str] = ()) -> dict[str, Any]:
    """Fields for `pydantic.create_model` from those of a dataclass, so that each is declared in one place only.

    Args:
        settings: the dataclass; its docstring describes each field under "Attributes", and a field's `metadata`
            may hold `least`, `most`, `shown` and `short`.
        group: the heading in `--help`.
        leave_out: names of fields that are declared otherwise.
    """
    hints, texts = get_type_hints(settings), _described(settings)
    return {
        field.name: (hints[field.name], setting(field.default, texts[field.name], group=group, **field.metadata))
        for field in fields(settings)
        if field.name not in leave_out
    }


def _described(documented: Any) -> dict[str, str]:
    """Name -> description, from the "Attributes" of a docstring in Google's form."""
    _, _, listed = inspect.cleandoc(documented.__doc__).partition("Attributes:\n")
    entries = re.findall(r"^    (\w+): (.+(?:\n {8}.+)*)", listed.partition("\n\n")[0], re.MULTILINE)
    return {name: text[0].upper() + " ".join(text[1:].split()) for name, text in entries}
