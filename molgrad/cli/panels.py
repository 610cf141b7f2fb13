"""The order of the commands in `molgrad --help`, in groups by what they are for, and the examples of each."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import cleandoc

import typer
from typer.models import CommandInfo, TyperInfo

from molgrad.cli.examples import epilog

PANELS = {
    "Getting started": ("demo", "init", "doctor"),
    "Design": ("optimize", "why", "lessons", "explain-prompt", "report"),
    "Laboratory": ("ask", "tell", "status", "export"),
    "Libraries": ("screen", "run"),
    "Tools": ("dock", "states", "route", "serve", "receptor"),
}


def arrange(app: typer.Typer) -> None:
    """Put the commands of the program into their groups, in order, with examples; one that is in none comes last.

    Args:
        app: the program, with all its commands.
    """
    panels = {name: panel for panel, names in PANELS.items() for name in names}
    order = list(panels)
    for name, info in commands(app):
        info.rich_help_panel = panels.get(name, "Others")
    named = [(name, info) for name, info in commands(app) if isinstance(info, CommandInfo)]
    named.sort(key=lambda one: order.index(one[0]) if one[0] in panels else len(order))
    app.registered_commands = [info for _, info in named]
    for name, one in every(app):
        one.help, one.epilog = _unwrapped(one.callback.__doc__ or "" if one.callback else ""), epilog(name)


def _unwrapped(text: str) -> str:
    """A docstring with each paragraph on one line: typer keeps the line breaks of the source within them."""
    return "\n\n".join(" ".join(part.split()) for part in cleandoc(text).split("\n\n"))


def commands(app: typer.Typer) -> Iterator[tuple[str, CommandInfo | TyperInfo]]:
    """The commands of a program with their names, in order, and then its groups of commands.

    Args:
        app: the program.
    """
    for command in app.registered_commands:
        yield str(command.name or getattr(command.callback, "__name__", "")), command
    for group in app.registered_groups:
        yield group.name or "", group


def every(app: typer.Typer, before: str = "") -> Iterator[tuple[str, CommandInfo]]:
    """Every command that can be run, those of groups too, with its full name: "receptor list".

    Args:
        app: the program.
        before: what stands before its commands' names.
    """
    for name, one in commands(app):
        if isinstance(one, CommandInfo):
            yield before + name, one
        elif one.typer_instance is not None:
            yield from every(one.typer_instance, f"{before}{name} ")
