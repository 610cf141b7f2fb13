"""A scene as HTML: a still picture that the page's script replaces by a view that turns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from molgrad.report.pictures.molecule import img
from molgrad.report.space.library import MOUNT
from molgrad.report.space.still import WIDTH, still


def scene_html(scene: Mapping[str, Any]) -> str:
    """The `<div>` of a scene: its picture, the data for `library_script`, and what asks that script to mount it.

    Where no script runs, as in a notebook that is not trusted, the picture stays. All text is escaped.

    Args:
        scene: from `scene`.
    """
    picture = img(still(scene), int(WIDTH), words_of(scene)).replace("<img ", '<img class="molgrad-still" ', 1)
    data = escape(json.dumps(scene, separators=(",", ":")), quote=True)
    return f'<div class="molgrad-space" data-scene="{data}" style="max-width:{WIDTH:.0f}px">{picture}</div>{MOUNT}'


def words_of(scene: Mapping[str, Any]) -> str:
    """A scene in one sentence, for screen readers and terminals.

    Args:
        scene: from `scene`.
    """
    score = "" if scene["affinity"] is None else f", {scene['affinity']:.2f} kcal/mol"
    over = f", its parent {scene['parent']['name']} laid over" if scene["parent"] else ""
    touched = ", ".join(residue["label"] for residue in scene["residues"])
    return f"{scene['name']} docked into {scene['receptor']}{score}{over}; near {touched or 'no residue'}"
