"""`mg.view`: a docked pose in its pocket, to be turned in a notebook."""

from __future__ import annotations

from html import escape
from typing import Any

from molgrad.campaign.view import View
from molgrad.display import kernel_shell
from molgrad.receptors.receptor import Receptor
from molgrad.report.poses import Posed
from molgrad.report.show import Html
from molgrad.report.sides import home, measured, parent_of
from molgrad.report.space.library import library_script
from molgrad.report.space.markup import scene_html, words_of
from molgrad.report.space.scene import scene

_carrier: list[tuple[str, int]] = []  # the cell, and its run, whose output holds the library; empty before the first


def view(
    molecule: Posed | str,
    receptor: Receptor | str | None = None,
    *,
    parent: Posed | str | None = None,
    campaign: View | None = None,
    library: bool | None = None,
) -> Html:
    """A docked pose in its pocket in 3D: residues that matter, contacts as dashed lines, the parent laid over.

    In a notebook drag to turn it, click it to zoom with the wheel. Where no script runs there is a picture. Nothing is
    loaded from a network; the library (0.5 MB) is in the first view of a notebook and serves all of them. If that cell
    was deleted, `library=True` puts it into another one.

    Args:
        molecule: a record of a campaign, an evaluation, a variable that a loss measured, or the result of a dock; with
            `campaign` also an id (m0007), a name or a SMILES of it.
        receptor: of several, which one; needed too where the receptor is a folder that its name does not lead to,
            unless `campaign` is given.
        parent: what the molecule was made from; with `campaign` it is found by itself, if it was docked.
        campaign: whose ids are meant.
        library: whether to put 3Dmol.js in; by default the first view of a notebook has it, which is enough.

    Raises:
        DockingError: there is no pose, with the reason.
        ReceptorError: the receptor is not the one that the pose belongs to, or cannot be found.
        UnknownNameError: the campaign has no such molecule.
    """
    of = measured(molecule, campaign)
    before = measured(parent, campaign) if parent is not None else parent_of(of, campaign, docked=True)
    found = scene(of, home(of, receptor, campaign), parent=before)
    put = _first_of_notebook() if library is None else library
    head = f"<p><b>{escape(str(found['name']))}</b> {escape(_legend(found))}</p>"
    script = library_script() if put else ""
    return Html(f"{head}{scene_html(found)}{script}", f"{words_of(found)}\n")


def _legend(found: dict[str, Any]) -> str:
    over = f", blue: its parent {found['parent']['name']}" if found["parent"] else ""
    return f"in {found['receptor']}. Carbons orange: the molecule{over}, grey: residues. Dashed: contacts."


def _first_of_notebook() -> bool:
    """Whether this output must hold the library: the session's first view does, and its cell whenever it runs again.

    Outside of a notebook every view stands for itself.
    """
    shell = kernel_shell()
    if shell is None:
        return True
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    cell, run = str(parent.get("metadata", {}).get("cellId", "")), int(shell.execution_count)
    if not _carrier or (cell and _carrier[0][0] == cell and _carrier[0][1] != run):
        _carrier[:] = [(cell, run)]
        return True
    return False
