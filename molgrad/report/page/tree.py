"""The lineages of the best molecules as one tree, with the reason and the verdict of each step."""

from __future__ import annotations

import math
from itertools import pairwise

from molgrad.errors import one_line, shorten
from molgrad.optim.record import Record
from molgrad.report.page.content import Card, Node, Section, lines, number
from molgrad.report.page.subject import Subject
from molgrad.report.why import gain, step

_OTHERS = 40  # further children of a molecule that are listed, the best
_CHANGE = 300  # characters of a change in a list
_FIRST, _LAST = 3, 15  # steps of a long lineage that are shown at its start and its end

Children = dict[str, dict[str, Record]]  # of each molecule those on the way to one of the best


def section(subject: Subject) -> Section:
    """From each lead to the best molecules.

    Args:
        subject: the campaign.
    """
    children: Children = {}
    roots: dict[str, Record] = {}
    won: set[str] = set()
    for line in map(subject.lineage, subject.best):
        won = won or {record.value for record in line}
        roots.setdefault(line[0].value, line[0])
        for parent, child in pairwise(line):
            children.setdefault(parent.value, {})[child.value] = child
    tree = tuple(_lineage(subject, root, None, children, won) for root in roots.values())
    words = (
        "From the start to the best molecules, each step with its reason, what was expected of it, and what came. "
        "What is new against the step before is marked.",
    )
    return Section("lineage", "How the best came to be", words, tree=tree)


def _lineage(
    subject: Subject, record: Record, parent: Record | None, children: Children, won: set[str]
) -> tuple[Node, ...]:
    """A row of molecules, each made from the one before; other rows begin at its molecules."""
    row: list[tuple[Record | None, Record, list[Record]]] = []
    at: Record | None = record
    while at is not None:
        made = sorted(children.get(at.value, {}).values(), key=lambda one: (one.value not in won, _score(one)))
        row.append((parent, at, made[1:]))
        parent, at = at, made[0] if made else None
    skipped = max(0, len(row) - _FIRST - _LAST)
    shown = [*row[:_FIRST], *row[_FIRST + skipped :]] if skipped > 1 else row
    nodes = []
    for place, (before, one, forks) in enumerate(shown):
        sides = tuple(_lineage(subject, fork, one, children, won) for fork in forks)
        left = skipped if skipped > 1 and place == _FIRST else 0
        nodes.append(_node(subject, one, before, sides, children, winner=one.value in won, skipped=left))
    return tuple(nodes)


def _node(
    subject: Subject,
    record: Record,
    parent: Record | None,
    sides: tuple[tuple[Node, ...], ...],
    children: Children,
    *,
    winner: bool,
    skipped: int,
) -> Node:
    edge = () if parent is None else lines(step(parent, record, subject.view.domain, subject.story))
    card = _small(subject, record, parent, subject.lineage(record)[0])
    shown = children.get(record.value, {})
    rest = [one for one in subject.view.archive().family(record.value) if one.value not in {record.value, *shown}]
    others = [_other(subject, record, one) for one in sorted(rest, key=_score)[:_OTHERS]]
    more = [("\N{HORIZONTAL ELLIPSIS}", f"and {len(rest) - _OTHERS} more", "")] if len(rest) > _OTHERS else []
    return Node(card, edge, sides, (*others, *more), winner, skipped)


def _score(record: Record) -> float:
    return math.inf if record.evaluation.score is None else record.evaluation.score


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
