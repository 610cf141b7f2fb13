"""What a reader of a campaign's results should know: why it ended, what was stopped, what changed since its start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from molgrad.autograd.domain import Domain
from molgrad.campaign.table import Table
from molgrad.campaign.unasked import awaited
from molgrad.errors import shorten
from molgrad.optim.optimizer import own_fault
from molgrad.optim.record import Record


def too_few(table: Table, budget: int, cost: int, unit: str) -> str:
    """What the budget is too small for, as far as is known beforehand; empty where it suffices.

    Args:
        table: the campaign's rows.
        budget: units of the budget in all.
        cost: units that one value takes.
        unit: what the budget counts, "docked" or "measured".
    """
    spent = table.made * cost
    starts = sum(row.batch == 0 for row in table.rows)
    if budget < spent:
        what = "docks were spent" if unit == "docked" else "molecules were measured"
        return f"{spent} {what} before and docks={budget} counts them: nothing to do; give more to go on"
    if budget < starts * cost:
        return f"docks={budget} is enough for {budget // cost} of the {starts} starts only"
    if spent < budget and budget // cost == starts:
        return f"docks={budget} all go to the {starts} starts, so that nothing new is proposed; give more"
    return ""


def waiting(table: Table) -> str:
    """Which values wait for `tell`, without which a search would learn nothing more; empty where none do."""
    found = table.waiting.values()
    if not found:
        return ""
    names = {term for one in found for term in awaited(one)}
    return f"stopped: {len(found)} of the molecules wait for {', '.join(sorted(names))}; give values with tell()"


def exhausted(records: Sequence[Record], best: Record | None, domain: Domain, batch: int) -> str:
    """Why nothing more can be proposed: nothing has a score, or the best value has a fault that its children keep."""
    reasons = [record.evaluation.reason for record in records if record.evaluation.reason]
    if reasons and best is None:
        return f"ended: none of {len(records)} molecules has a score to go on from ({reasons[0]})"
    said = f"ended after {batch} batch{'' if batch == 1 else 'es'}: no further sound molecule could be proposed"
    bounds = {name: asked for name, asked in domain.spec().items() if name not in ("name", "preset")}
    if bounds:
        said += f" within {', '.join(f'{name} = {shorten(str(asked))}' for name, asked in bounds.items())}"
    fault = "" if best is None else own_fault(best.value, domain)
    return f"{said}; {fault}" if fault else said


def of_docks(records: Sequence[Record]) -> list[str]:
    """How many docks were found in the cache, and how many the watchdog stopped."""
    details = [term.details for record in records for term in record.evaluation.all_terms()]
    cached, stopped = (sum(bool(one.get(key)) for one in details) for key in ("cached", "timed_out"))
    said = [f"docks made before and taken from the cache: {cached}"] if cached else []
    if stopped:
        said.append(f"docks that the watchdog stopped: {stopped}; a rerun elsewhere may differ from there on")
    return said


def of_passing(records: Sequence[Record]) -> list[str]:
    """How many failures may pass, and what to do."""
    failed = [record.evaluation for record in records if record.evaluation.may_pass]
    if not failed:
        return []
    why = next(term.reason for term in failed[-1].all_terms() if term.may_pass)
    return [f"failures that may pass: {len(failed)}, measured again when the run goes on (the last: {shorten(why)})"]


def of_versions(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Which programs that decide results changed since the campaign began."""
    changed = [f"{name} {before[name]} is now {now[name]}" for name in now if before.get(name, now[name]) != now[name]]
    return [f"{', '.join(changed)}: results from here on may differ"] if changed else []
