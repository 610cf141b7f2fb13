"""The state of a search as a prompt shows it: one table of what was measured, and apart from it what was not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from molgrad.advisors.model import templates
from molgrad.advisors.model.sections import listed
from molgrad.autograd.standing import Measured, Standing
from molgrad.evaluation import Evaluation

BEST = 5  # rows that are shown whatever the parents are
STARTS, FAMILY, ANCESTORS = 2, 8, 5  # leads, children and siblings of each parent, and its forebears
FURTHER = 24  # measured values that are only named
PASSED = 8  # proposals that were not measured


def anonymous(standing: Standing) -> Standing:
    """The same with ids alone: a name that a user gave a molecule may name the target."""

    def bare(name: str) -> str:
        return name.partition(" ")[0]

    rows = [replace(row, name=bare(row.name), parent=bare(row.parent)) for row in standing.measured]
    passed = [replace(one, parent=bare(one.parent)) for one in standing.passed_over]
    return replace(standing, measured=tuple(rows), passed_over=tuple(passed))


def state_words(standing: Standing, values: Collection[str]) -> str:
    """The budget, the best, the lead and the parents with their totals.

    Args:
        standing: of the search.
        values: the parents in question.
    """
    said = []
    if standing.left is not None:
        said.append(f"{_count(standing.left, standing.unit)} left in the budget")
    if standing.wanted:
        held = standing.wanted if standing.left is None else min(standing.wanted, standing.left)
        said.append(f"the next batch holds {held}")
    lines = ["; ".join(said).capitalize() + "."] if said else []
    scored = [row for row in standing.measured if row.evaluation.score is not None]
    if scored:
        leads = [row for row in scored if row.start and row is not scored[0]][:STARTS]
        best = f"Best so far: {scored[0].name} with a total of {_number(scored[0].evaluation)}."
        lines.append(" ".join([best, *(f"Lead: {row.name}, {_number(row.evaluation)}." for row in leads)]))
    parents = [row.name for row in standing.measured if row.value in values]
    lines += [f"Asked about now: {', '.join(parents)}."] if parents else []
    return "\n".join(lines)


def table_words(standing: Standing, values: Collection[str]) -> str:
    """What was measured, by total: the best, the leads, the parents with forebears, siblings and children.

    Args:
        standing: of the search.
        values: the parents in question.
    """
    rows = standing.measured
    if not rows:
        return ""
    shown = _chosen(rows, values)
    first = next((row for row in rows if row.evaluation.score is not None), None)
    lines = [_legend(rows)] + [_row(row, values, row is first) for row in rows if row.value in shown]
    others = [row for row in rows if row.value not in shown]
    if others:
        near = _nearest(others, values)[:FURTHER]
        left = len(others) - len(near)
        named = "; ".join(f"{row.value} {_number(row.evaluation)}" for row in near)
        more = f"; and {left} more" if left else ""
        lines.append(f"Measured too (SMILES and total), none of the best {BEST}: {named}{more}")
    return "\n".join(lines)


def passed_words(standing: Standing) -> str:
    """What was proposed and not measured, with the reason."""
    lines = [f"- {one.value}{f' (from {one.parent})' if one.parent else ''}: {one.why}" for one in standing.passed_over]
    left = len(lines) - PASSED
    if not lines:
        return ""
    return "\n".join([templates.PASSED, *lines[:PASSED], *([f"({left} earlier ones left out)"] if left > 0 else [])])


def plain_table(rows: Sequence[tuple[str, str, float | None]], present: str, total: float | None, most: int) -> str:
    """Where no search tells: the same of what was measured in a value's place, best first.

    Args:
        rows: value, how it did in words, and its score where that can be compared.
        present: the value.
        total: of the value.
        most: rows that are shown, the latest.
    """
    left = len(rows) - most
    kept = list(rows)[-most:]
    if total is not None and kept:
        kept.append((present, f"total {total:.3f}, the present value", total))
    kept.sort(key=lambda row: (row[2] is None, row[2] or 0.0))
    lines = [f"- {value}: {outcome}" for value, outcome, _ in kept]
    return listed([*([f"({left} earlier ones left out)"] if left > 0 else []), *lines], most + 2)


def _chosen(rows: Sequence[Measured], values: Collection[str]) -> set[str]:
    by_name = {row.name: row for row in rows}
    shown = {row.value for row in rows[:BEST]} | {row.value for row in [r for r in rows if r.start][:STARTS]}
    for parent in [row for row in rows if row.value in values]:
        shown.add(parent.value)
        kin = [r for r in rows if r.parent and r.parent in (parent.name, parent.parent)]
        shown |= {row.value for row in kin[:FAMILY]}
        at: Measured | None = parent
        for _ in range(ANCESTORS):
            at = by_name.get(at.parent) if at is not None else None
            shown |= set() if at is None else {at.value}
    return shown


def _nearest(rows: Sequence[Measured], values: Collection[str]) -> list[Measured]:
    """Those most like a parent first: they are what would be proposed again."""
    from molgrad.chem.similarity import tanimoto  # RDKit: only where there are molecules

    try:
        return sorted(rows, key=lambda row: -max((tanimoto(row.value, value) for value in values), default=0.0))
    except ValueError:  # values of a kind of its own
        return list(rows)


def _legend(rows: Sequence[Measured]) -> str:
    whole = next((row.evaluation for row in rows if row.evaluation.score is not None), None)
    terms = [] if whole is None else [term for term in whole.all_terms() if term.score is not None]
    parts = " + ".join(f"{'' if term.weight == 1 else f'{term.weight:g} x '}{term.loss}" for term in terms)
    turned = "; qed is 1 - QED" if any("qed" in term.raw for term in terms) else ""
    total = f" (= {parts}, each term as it counts{turned})" if len(terms) > 1 else ""
    return f"id | total{total}, lower is better | SMILES | made from: what changed"


def _row(row: Measured, values: Collection[str], best: bool) -> str:
    marks = [
        word for word, holds in (("best", best), ("lead", row.start), ("asked about", row.value in values)) if holds
    ]
    marked = f" ({', '.join(marks)})" if marks else ""
    parts = [f"{row.name or '-'}{marked}", _outcome(row.evaluation), row.value]
    if row.parent:
        parts.append(f"{row.parent}: {row.change}" if row.change else row.parent)
    return " | ".join(parts)


def _outcome(evaluation: Evaluation) -> str:
    if evaluation.score is None:
        return f"{evaluation.status.value}: {evaluation.reason}" if evaluation.reason else evaluation.status.value
    terms = [term for term in evaluation.all_terms() if term.score is not None and term.contribution is not None]
    parts = ", ".join(f"{term.loss} {term.contribution:+.2f}" for term in terms)
    return _number(evaluation) + (f" ({parts})" if len(terms) > 1 else "")


def _number(evaluation: Evaluation) -> str:
    return evaluation.status.value if evaluation.score is None else f"{evaluation.score:.2f}"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
