"""What `--json` prints: one object on one line of stdout, with plain values only."""

from __future__ import annotations

import dataclasses
import json
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from molgrad.optim.record import Record


def write_json(found: Any) -> None:
    """Print an object as one line of JSON.

    Args:
        found: mappings, sequences, dataclasses, records, paths, numbers and texts, in any depth. What is no finite
            number is null.
    """
    sys.stdout.write(json.dumps(plain_values(found), ensure_ascii=False, allow_nan=False) + "\n")


def plain_values(found: Any) -> Any:
    """The same with values of JSON.

    Args:
        found: as for `write_json`.
    """
    if isinstance(found, Record):
        return plain_values(record_values(found))
    if isinstance(found, Mapping):
        return {str(key): plain_values(value) for key, value in found.items()}
    if isinstance(found, list | tuple | set | frozenset):
        return [plain_values(value) for value in found]
    if dataclasses.is_dataclass(found) and not isinstance(found, type):
        return {field.name: plain_values(getattr(found, field.name)) for field in dataclasses.fields(found)}
    if isinstance(found, bool | int | None):
        return found
    if isinstance(found, float):
        return float(found) if math.isfinite(found) else None
    return str(found) if isinstance(found, str | Path) else plain_values(getattr(found, "item", lambda: str(found))())


def record_values(record: Record) -> dict[str, Any]:
    """What a machine may want of a measured molecule.

    Args:
        record: the molecule.

    Returns:
        id, name (the user's, else the id), smiles, status, loss, terms (contribution of each), raw (measured
        values), parent (SMILES), reason, failure, advisor, batch.
    """
    evaluation, proposal = record.evaluation, record.proposal
    return {
        "id": record.id,
        "name": record.name,
        "smiles": record.value,
        "status": evaluation.status.value,
        "loss": evaluation.score,
        "terms": {term.loss: term.contribution for term in evaluation.all_terms()},
        "raw": dict(evaluation.raw),
        "parent": proposal.parent,
        "reason": proposal.reason,
        "failure": evaluation.reason,
        "advisor": proposal.advisor,
        "batch": record.batch,
    }
