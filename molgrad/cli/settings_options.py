"""Options of a command made from the fields of a settings model: names, help, bounds, short forms, defaults."""

from __future__ import annotations

import inspect
import math
import tomllib
from collections.abc import Callable, Collection, Mapping
from copy import copy
from functools import wraps
from typing import Annotated, Any, get_args

import typer
from typer.models import OptionInfo

from molgrad.cli.completing import values_of
from molgrad.config.fields import OUTPUT, Declared, declared


def takes_settings(
    model: Any, names: Collection[str] = (), *, leave_out: Collection[str] = ()
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator for a command whose argument `given` shall be the settings that stood on the command line.

    An option that was not given is left out of `given`, so that a file's value or the default holds. In `--help` the
    options stand in panels, the groups of the settings; the command's own ones among the output unless they name one.

    Args:
        model: the pydantic model; see `config.fields`.
        names: the fields that become options; all of them when empty.
        leave_out: fields that the command asks for otherwise.
    """
    asked = {name: one for name, one in declared(model).items() if not names or name in names}
    options = {name: one for name, one in asked.items() if name not in leave_out}

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def called(**values: Any) -> Any:
            given = {name: _read(options[name], values.pop(name)) for name in options}
            return command(given={name: value for name, value in given.items() if value is not None}, **values)

        parts = inspect.signature(command, eval_str=True).parameters.values()
        own = [_in_panel(one) for one in parts if one.name != "given"]
        parameters = sorted([*map(_parameter, options.values()), *own], key=lambda one: one.kind)  # as Python has them
        called.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what typer reads
        called.__annotations__ = {one.name: one.annotation for one in parameters}
        return called

    return decorate


def _parameter(one: Declared) -> inspect.Parameter:
    flag = _flag(one)
    names = [f"{flag}/--no-{flag[2:]}" if one.kind is bool else flag, *([one.short] if one.short else [])]
    kind = one.kind if one.kind in (int, float, bool) else str
    said = "; ".join(text for text in (one.default, one.bounds) if text)
    shown = f" \\[{said}]" if said else ""  # escaped: rich takes brackets for its own
    option = typer.Option(
        *names,
        help=one.text + ("; repeatable." if one.many else "") + shown,
        show_default=False,
        rich_help_panel=one.group,
        autocompletion=values_of(one.name),
    )
    annotation = Annotated[list[str] | None if one.many else kind | None, option]  # type: ignore[valid-type]  # a variable
    return inspect.Parameter(one.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _in_panel(one: inspect.Parameter) -> inspect.Parameter:
    """A parameter of the command's own; an option without a panel goes to the output."""
    kind, *infos = get_args(one.annotation)
    info = copy(infos[0])
    if isinstance(info, OptionInfo) and info.rich_help_panel is None:
        info.rich_help_panel = OUTPUT
    return one.replace(annotation=Annotated[kind, info])


def _flag(one: Declared) -> str:
    return "--" + one.name.replace("_", "-")


def _read(one: Declared, value: Any) -> Any:
    """The option's value as the setting's; None where it was not given."""
    if value is None or value == []:
        return None
    least, most = (-math.inf if one.least is None else one.least), (math.inf if one.most is None else one.most)
    if one.kind in (int, float) and not least <= value <= most:  # nan neither
        raise typer.BadParameter(f"it must be {one.bounds}, not {value}", param_hint=f"'{_flag(one)}'")
    if one.kind is not Mapping:
        return value
    return [_table(one.name, text) for text in value]


def _table(name: str, text: str) -> dict[str, Any]:
    try:
        table: dict[str, Any] = tomllib.loads(f"{name} = {{{text}}}")[name]
    except tomllib.TOMLDecodeError as error:
        raise typer.BadParameter(f"""{text!r} is no TOML; write 'loss = "logp", weight = 2.0'""") from error
    return table
