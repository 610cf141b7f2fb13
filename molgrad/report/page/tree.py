"""The lineages of the best molecules as one tree, with the reason and the verdict of each step."""

from __future__ import annotations

from itertools import pairwise

from molgrad.errors import one_line, shorten
from molgrad.optim.archive import Record
from molgrad.report.page.content import Card, Node, Section, lines, number
from molgrad.report.page.subject import Subject
from molgrad.report.why import gain, step

_OTHERS = 40  # further children of a molecule that are listed, the best
_CHANGE = 300  # characters of a change in a list


def section(subject: Subject) -> Section:
    """From each lead to the best molecules.

    Args:
        subject: the campaign.
    """
    lineages = [subject.lineage(record) for record in subject.best]
    children: dict[str, dict[str, Record]] = {}
    roots: dict[str, Record] = {}
    for line in lineages:
        roots.setdefault(line[0].value, line[0])
        for parent, child in pairwise(line):
            children.setdefault(parent.value, {})[child.value] = child
    won = {record.value for record in lineages[0]} if lineages else set()
    tree = tuple(_node(subject, root, None, children, won) for root in roots.values())
    words = (
        "From the start to the best molecules, each step with its reason, what was expected of it, and what came. "
        "The way to the best one is marked.",
    )
    return Section("lineage", "How the best came to be", words, tree=tree)


def _node(
    subject: Subject, record: Record, parent: Record | None, children: dict[str, dict[str, Record]], won: set[str]
) -> Node:
    made = children.get(record.value, {})
    edge = () if parent is None else lines(step(parent, record, subject.view.domain, subject.story))
    node = Node(_small(subject, record, parent, subject.lineage(record)[0]), edge, winner=record.value in won)
    # The way to the winner first.
    for child in sorted(made.values(), key=lambda one: one.value not in won):
        node.children.append(_node(subject, child, record, children, won))
    family = subject.view.archive().family(record.value)
    rest = [one for one in family if one.value != record.value and one.value not in made]
    rest.sort(key=lambda one: (one.evaluation.score is None, one.evaluation.score or 0.0))
    node.others = tuple(_other(subject, record, one) for one in rest[:_OTHERS])
    if len(rest) > _OTHERS:
        node.others += (("…", f"and {len(rest) - _OTHERS} more", ""),)
    return node


def _small(subject: Subject, record: Record, parent: Record | None, lead: Record) -> Card:
    pictures = subject.pictures
    picture = pictures.new(record.value, parent.value, lead.value) if parent else pictures.of(record.value)
    score = record.evaluation.score
    said = record.evaluation.status.value if score is None else f"loss {number(score)}"
    against = "" if parent is None else gain(parent, record)
    return Card(record.name, record.value, picture, f"{said}{against}")


def _other(subject: Subject, parent: Record, record: Record) -> tuple[str, str, str]:
    change = subject.difference(parent, record) or record.proposal.reason
    evaluation = record.evaluation
    came = (
        f"{evaluation.status.value}: {shorten(evaluation.reason, _CHANGE)}"
        if evaluation.score is None
        else f"loss {number(evaluation.score)}{gain(parent, record)}"
    )
    return one_line(record.name), " ".join(lines((shorten(change, _CHANGE),))), one_line(came)
