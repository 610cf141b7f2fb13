"""What a proposal may be made from: the molecules that a prompt is about, and those of the table of measured ones."""

from __future__ import annotations

from collections.abc import Sequence

from molgrad.advisors.model.prompts import PromptData, names
from molgrad.advisors.model.vetting import Parent
from molgrad.autograd.standing import Standing
from molgrad.autograd.variable import Variable

MOST = 12  # proposals that one request asks for at most; beyond, models repeat themselves


def nameable(data: Sequence[PromptData], variables: Sequence[Variable], standing: Standing | None) -> list[Parent]:
    """The parents that a model may name: those asked about first, then the rows of the table.

    Args:
        data: what was told of each.
        variables: the same, in the same order.
        standing: whose measured values may be parents too; None where only those asked about may.
    """
    told = zip(names(data), data, variables, strict=True)
    found = [Parent(name, variable, one.total) for name, one, variable in told]
    known, like = {one.value for one in variables}, variables[0]
    for row in () if standing is None else standing.measured:
        if row.name and row.value not in known:
            variable = Variable(row.value, role_description=like.role_description, domain=like.domain)
            found.append(Parent(row.name, variable, row.evaluation.score))
    return found


def known_rows(standing: Standing | None) -> dict[str, str]:
    """Measured values with their name and total, for the words of a refusal."""
    rows = () if standing is None else standing.measured
    totals = {row.value: row.evaluation.score for row in rows}
    return {row.value: row.name.partition(" ")[0] + _told(totals[row.value]) for row in rows}


def most_of(standing: Standing | None) -> int:
    """Proposals to ask for in one request for a whole batch: half as many again as it holds, at most `MOST`."""
    wanted = 0 if standing is None else standing.wanted
    return min(MOST, wanted + wanted // 2)


def _told(total: float | None) -> str:
    return ", no total" if total is None else f", total {total:.2f}"
