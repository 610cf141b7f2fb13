"""`mg.interactions`: what holds a docked pose and what presses it, drawn flat and said in a table."""

from __future__ import annotations

from html import escape

from molgrad.campaign.view import View
from molgrad.interactions.drawn import contacts
from molgrad.receptors.receptor import Receptor
from molgrad.report.pictures.diagram import Diagram
from molgrad.report.pictures.layout import diagram
from molgrad.report.pictures.marks import mark_of
from molgrad.report.pictures.molecule import img
from molgrad.report.poses import DockedPose, Posed, docked_pose
from molgrad.report.show import Html
from molgrad.report.sides import home, measured

CELL = "padding:2px 8px;text-align:left;vertical-align:top"
NOTE = "Geometry and energies are read off one docked pose; energies are Vina's. Lines are not to scale."


def interactions(
    molecule: Posed | str, receptor: Receptor | str | None = None, *, campaign: View | None = None
) -> Html:
    """A docked pose in two dimensions: the ligand with the residues around it.

    Dashed lines are hydrogen bonds, from donor to acceptor, with the distance in Å; arcs are hydrophobic contacts;
    clashes and polar atoms that repel are vermillion; arrows are growth vectors with the energy of a carbon there;
    atoms that water reaches have a light disc. A table below says the same in words.

    Args:
        molecule: a record of a campaign, an evaluation, a variable that a loss measured, or the result of a dock; with
            `campaign` also an id (m0007), a name or a SMILES of it.
        receptor: of several, which one; needed too where the receptor is a folder that its name does not lead to,
            unless `campaign` is given.
        campaign: whose ids are meant.

    Raises:
        DockingError: there is no pose, with the reason.
        ReceptorError: the receptor is not the one that the pose belongs to, or cannot be found.
        UnknownNameError: the campaign has no such molecule.
    """
    of = measured(molecule, campaign)
    pose = docked_pose(of, home(of, receptor, campaign))
    energies = pose.energies()
    found, head = diagram(energies), _head(pose)
    rows = [(mark_of(one.kind).words.partition(",")[0], one.residue, one.fact.text) for one in contacts(energies)]
    rows += [(mark_of(fact.kind).words, fact.partner or "", fact.text) for fact, *_ in found.arrows]
    picture = img(found.png(), round(found.width), _alt(head, found))
    body = "".join(f"<tr>{''.join(_cell(text) for text in (row[0], row[2]))}</tr>" for row in rows)
    named = "".join(f'<th style="{CELL}">{name}</th>' for name in ("contact", "in words"))
    table = f"<table><thead><tr>{named}</tr></thead><tbody>{body}</tbody></table>" if rows else "<p>No contacts.</p>"
    lines = "".join(f"{kind}  {residue}  {text}\n" for kind, residue, text in rows)
    markup = f"<div><p><b>{escape(head)}</b></p>{picture}{table}<p>{escape(NOTE)}</p></div>"
    return Html(markup, f"{head}\n{lines}{NOTE}\n")


def interaction_diagram(molecule: Posed, receptor: Receptor | str | None = None) -> Diagram:
    """The picture alone, for a page: `.svg()` or `.png()`.

    Args:
        molecule: a record, an evaluation, a measured variable, or the result of a dock.
        receptor: as for `interactions`.

    Raises:
        DockingError: there is no pose, with the reason.
        ReceptorError: the receptor is not the one that the pose belongs to, or cannot be found.
    """
    return diagram(docked_pose(molecule, receptor).energies())


def _head(pose: DockedPose) -> str:
    score = "" if pose.affinity is None else f", {pose.affinity:.2f} kcal/mol"
    return f"{pose.name} docked into {pose.receptor.name}{score}"


def _alt(head: str, found: Diagram) -> str:
    lines = ", ".join(
        f"{mark_of(line.contact.kind).words.partition(',')[0]} {line.contact.residue}" for line in found.lines
    )
    return f"{head}: {lines or 'no polar contacts'}"


def _cell(text: str) -> str:
    return f'<td style="{CELL}">{escape(text)}</td>'
