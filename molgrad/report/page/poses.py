"""What is shown of a docked pose: its contacts in two dimensions, and the pose in its pocket."""

from __future__ import annotations

from typing import Any

from molgrad.errors import MolgradError
from molgrad.optim.record import Record
from molgrad.report.pictures.interactions import interactions
from molgrad.report.space.library import library_script
from molgrad.report.space.markup import scene_html
from molgrad.report.space.scene import scene

_SCENE = 'class="molgrad-space"'


def pieces(record: Record, lead: Record) -> tuple[str, ...]:
    """Pictures and views of a molecule's pose, as HTML that molgrad made; none where there is no pose.

    Args:
        record: measured.
        lead: the start from which it descends, laid over where it was docked too.
    """
    over = lead if lead.value != record.value else None
    try:
        flat, turned = str(interactions(record)), scene_html(_scene(record, over))
    except (MolgradError, OSError, ValueError):  # not docked, or its receptor is not on this machine
        return ()
    return (
        _folded("Contacts of the docked pose", flat),
        _folded("The docked pose in 3D, the lead laid over in blue" if over else "The docked pose in 3D", turned),
    )


def script_for(shown: list[str]) -> str:
    """The `<script>` elements that these pieces share; empty where none has a view in 3D.

    Args:
        shown: pieces on the page.
    """
    return library_script() if any(_SCENE in piece for piece in shown) else ""


def _scene(record: Record, lead: Record | None) -> dict[str, Any]:
    try:
        return scene(record, parent=lead)
    except MolgradError:  # the lead has no pose
        return scene(record)


def _folded(title: str, markup: str) -> str:
    return f'<details class="pose"><summary>{title}</summary>{markup}</details>'
