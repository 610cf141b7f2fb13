"""Where benchmarks of the search begin: campaigns from the fragments, and archives of what earlier runs measured."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from oracle import FRAGMENTS, Row

import molgrad as mg
from molgrad.advisors.chemist.chemist import Chemist
from molgrad.autograd.gradient import Gradient, Proposal
from molgrad.autograd.loss import Loss
from molgrad.autograd.standing import Standing
from molgrad.autograd.variable import Variable
from molgrad.evaluation import Evaluation
from molgrad.molecule.domain import MoleculeDomain
from molgrad.optim.archive import Archive
from molgrad.optim.optimizer import Critics
from molgrad.optim.record import Record

BATCH = 5  # molecules chosen before results are used, by every method that learns


@contextmanager
def from_fragments(loss: Loss, seed: int, **named: Any) -> Iterator[mg.Campaign]:
    """A campaign from the eight fragments in a folder that is gone afterwards, and the loss closed."""
    with (
        tempfile.TemporaryDirectory() as folder,
        mg.Campaign(Path(folder) / "run", start=FRAGMENTS, loss=loss, seed=seed, batch=BATCH, **named) as campaign,
    ):
        yield campaign
    loss.close()


def archive_of(molecules: Sequence[Row], loss: Loss) -> Archive:
    """What a run had measured, one docking term, QED computed anew; what gave no number is left out."""
    archive = Archive()
    for place, row in enumerate(molecules):
        if row["J"] is not None and row["smiles"] not in archive.taken:
            batch = max(0, 1 + (place - len(FRAGMENTS)) // BATCH)
            archive.add(known(Proposal(row["smiles"]), float(row["affinities"][0]), loss, batch))
    return archive


def known(proposal: Proposal, affinity: float, loss: Loss, batch: int) -> Record:
    """A record with this docking score, nothing docked."""

    def docked(term: Evaluation, sign: float) -> float:
        del term, sign
        return affinity

    (exact,) = loss.exact([proposal.value])
    return Record(proposal, loss.filled(exact, docked), batch=batch)


def critics_of(chemist: Chemist, domain: MoleculeDomain, loss: Loss) -> Critics:
    """The chemist's critiques of records, made once for each molecule as in a campaign."""
    made: dict[str, Gradient] = {}

    def critics(records: Sequence[Record], standing: Standing | None = None) -> list[Gradient]:
        del standing
        for record in records:
            if record.value not in made:
                molecule = Variable(record.value, role_description="molecule", domain=domain)
                made[record.value] = chemist.critique(molecule, record.evaluation.all_terms(), loss)
        return [made[record.value] for record in records]

    return critics
