"""Takes other settings for a folder that holds results: records the revision and judges the results anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from molgrad.autograd.domain import Domain
from molgrad.autograd.loss import Loss, settled
from molgrad.campaign.judging import judged
from molgrad.campaign.revisions import (
    ANEW,
    EARLIER,
    REVISIONS,
    Revision,
    differences,
    falsifying,
    key_of,
    known_values,
    rejudged,
    terms_of,
)
from molgrad.campaign.row import Row
from molgrad.campaign.store import Store
from molgrad.campaign.table import LEADS
from molgrad.campaign.unasked import ASKED_FOR, TOLD, without
from molgrad.errors import SettingsChangedError
from molgrad.evaluation import CONTACT, DOCKING, Evaluation, Status

_OF_THE_SEARCH = ("optimizer", "start", "search", "domain")  # with another one the optimizer begins anew


def now() -> str:
    """The time, UTC, as in ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def revisions_of(store: Store) -> list[Revision]:
    """Every revision of a folder's settings, the first included.

    Args:
        store: the open database.
    """
    kept = store.meta(REVISIONS) or []
    return [Revision(number, one["date"], tuple(one["changes"])) for number, one in enumerate(kept, start=1)]


def revise(
    folder: Path, store: Store, rows: Sequence[Row], old: Mapping[str, Any], new: Mapping[str, Any], loss: Loss,
    domain: Domain,
) -> list[str]:  # fmt: skip
    """Go on with other settings: all of it is stored, or nothing.

    Args:
        folder: the run folder.
        store: its open database.
        rows: everything proposed.
        old: the settings before.
        new: the settings now.
        loss: what measures from now on.
        domain: of the values.

    Returns:
        What changed, in words.

    Raises:
        SettingsChangedError: a change that would falsify what was measured; says which and what to do.
    """
    said = differences(old, new)
    if refused := falsifying(old, new, loss, [row.evaluation for row in rows if row.evaluation is not None]):
        raise SettingsChangedError(f"{folder}: what was measured does not allow this change: {' '.join(refused)}")
    meta: dict[str, Any] = {"settings": new}
    anew: dict[int, Evaluation] = {}
    if key_of(old["loss"]) != key_of(new["loss"]) or _weights(old) != _weights(new):
        anew = _judge(store, rows, old, loss, domain, meta)
        due = sum(_due(evaluation) for evaluation in anew.values())
        if due and loss.cost:
            said.append(f"to be measured anew on the next run: {due} molecules, {due * loss.cost} units of the budget")
            meta[ANEW] = (store.meta(ANEW) or 0) + due
    if _of_poses(old) != _of_poses(new):
        meta[LEADS] = {}  # what was found of their poses is of another receptor, or was not asked for
    if any(old.get(name) != new.get(name) for name in _OF_THE_SEARCH):
        meta["optimizer"] = None
    meta[REVISIONS] = [*(store.meta(REVISIONS) or []), {"date": now(), "changes": said}]
    store.revise(meta, anew)
    return said


def _of_poses(settings: Mapping[str, Any]) -> list[str]:
    """The terms that look at poses."""
    return [term.key for term in terms_of(settings["loss"]) if term.spec.get("loss") in (DOCKING, CONTACT)]


def _weights(settings: Mapping[str, Any]) -> list[float]:
    return [term.weight for term in terms_of(settings["loss"])]


def _due(evaluation: Evaluation) -> bool:
    return not settled(evaluation) and all(term.status is not Status.INVALID for term in evaluation.all_terms())


def _judge(
    store: Store, rows: Sequence[Row], old: Mapping[str, Any], loss: Loss, domain: Domain, meta: dict[str, Any]
) -> dict[int, Evaluation]:
    """Each measured row under the new loss; what no term needs any more is kept in `meta`."""
    terms, used = terms_of(old["loss"]), {key_of(one.spec()) for one in loss.all_terms()}
    earlier: dict[str, dict[str, Any]] = store.meta(EARLIER) or {}
    told: dict[int, list[Any]] = {}
    paid = set(store.meta(ASKED_FOR) or [])
    for result in store.results.all():
        told.setdefault(result.proposal, []).append(result)
    anew = {}
    for row in rows:
        if row.evaluation is None:
            continue
        value, kept = row.proposal.value, earlier.get(str(row.id), {})
        measured = known_values(terms, row.evaluation)
        known = {key: Evaluation.from_json(one) for key, one in kept.items()} | measured
        found = rejudged(loss, value, known)
        anew[row.id] = judged(loss, found, told.get(row.id, []), domain, value)
        if row.kind == TOLD and row.id not in paid:
            anew[row.id] = without(loss, anew[row.id])
        lost = next((one for one in anew[row.id].all_terms() if one.status is Status.FAILED and not one.facts), None)
        if lost is not None and not any(one.status is Status.FAILED for one in row.evaluation.all_terms()):
            raise SettingsChangedError(
                f"{store.path.parent}: an earlier result does not fit the new terms: {lost.reason}"
            )
        left = {key: one.to_json() for key, one in measured.items() if key not in used and one.ok}
        if left:
            earlier[str(row.id)] = kept | left
    meta[EARLIER] = earlier
    return anew
