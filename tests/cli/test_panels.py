"""`molgrad --help` lists every command in a group of its own kind."""

from molgrad.cli.app import app
from molgrad.cli.panels import PANELS, commands


def test_every_command_stands_in_a_group_in_order() -> None:
    named = [name for name, _ in commands(app)]
    order = [name for names in PANELS.values() for name in names]
    assert set(named) <= set(order)
    assert named == sorted(named, key=order.index)
    assert all(info.rich_help_panel in PANELS for _, info in commands(app))
