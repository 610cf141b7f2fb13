"""The rows of a run folder: what was proposed and measured, under which names, and where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from molgrad.autograd.domain import Domain
from molgrad.autograd.gradient import Gradient
from molgrad.campaign.folder import DATABASE
from molgrad.campaign.store import Row, Store
from molgrad.campaign.table import Table
from molgrad.errors import CampaignError, InvalidMoleculeError, UnknownNameError
from molgrad.llm.transcript import Transcript
from molgrad.optim.archive import Archive
from molgrad.optim.front import front, hypervolume, objectives
from molgrad.optim.hypotheses import PredictionLog
from molgrad.optim.identities import Identities
from molgrad.optim.record import Record, Records

if TYPE_CHECKING:
    pass


class Reading:
    """The rows of a campaign as its folder holds them; they may be read while another process measures.

    Args:
        folder: the run folder.
        domain: the kind of values in it.
        store: its open database; opened for reading when None.
    """

    def __init__(self, folder: Path, domain: Domain, store: Store | None = None) -> None:
        self.folder, self.domain = folder, domain
        if store is None and not (folder / DATABASE).is_file():
            raise CampaignError(f"{folder} holds no campaign; give start=... and loss=... to begin one")
        self._store = store or Store(folder / DATABASE, read_only=True)
        self._forget()

    def _forget(self) -> None:
        """Keep nothing in memory of what the folder holds."""
        self._rows = Table(self._store)
        self._identities = Identities(self.domain, self._keys)
        self._log: tuple[Archive, PredictionLog] | None = None  # of this archive

    @property
    def transcript(self) -> Transcript:
        """Every call of the language model that advises, if one does."""
        return self._store.transcript

    @property
    def _table(self) -> Table:
        """The rows in memory, as they stand in the folder now."""
        return self._rows.fresh()

    def rows(self) -> list[Row]:
        """Everything proposed so far, in order, measured or not."""
        return list(self._table.rows)

    def archive(self) -> Archive:
        """What was measured, and which values are taken by proposals."""
        return self._table.archive

    def records(self) -> list[Record]:
        """Everything measured so far, failures included, in the order proposed."""
        return Records(self.archive().records)

    def best(self, n: int = 5, *, passes_filters: bool = False) -> list[Record]:
        """The best measured values, each with proposal and evaluation.

        Args:
            n: how many at most.
            passes_filters: leave out values that do not pass the domain's filters.
        """
        ranked = self.archive().best()
        return Records(islice((r for r in ranked if not passes_filters or self.passes_filters(r.value)), n))

    def pending(self) -> list[Record]:
        """What waits for an assay's value, in the order proposed; `record.evaluation` says which terms are there."""
        return Records(self._table.pending())

    def passes_filters(self, value: str) -> bool:
        """Whether a value passes its domain's filters; a domain without any lets everything pass."""
        return self.domain.describe(value).get("passes_filters", 1.0) > 0.0

    def front(self, *terms: str) -> list[Record]:
        """The records that no other beats in all of these terms (all scored terms when none is named)."""
        records = [r for r in self.records() if r.evaluation.ok]
        named = terms or tuple(
            term.loss for r in records[:1] for term in r.evaluation.all_terms() if term.score is not None
        )
        return Records(front(records, named))

    def hypervolume(self, reference: Mapping[str, float]) -> float:
        """The volume between a reference and the molecules that no other beats: one number to compare runs by.

        Args:
            reference: a bad score for each term that counts, as `{"docking": -5.0, "qed": 0.6}`, lower being better.

        Returns:
            The volume, in the product of the terms' units.

        Raises:
            UnknownNameError: nothing measured has a term of that name.
        """
        best = self.front(*reference)
        points = [point for record in best if (point := objectives(record, list(reference))) is not None]
        return hypervolume(points, tuple(reference.values()))

    def lineage(self, value: str) -> list[Record]:
        """From a start to this value: every ancestor with why it was made, oldest first."""
        archive, line = self.archive(), dict[str, Record]()
        at = self._as_proposed(value)
        while at not in line and (record := archive.of(at)) is not None:
            line[at] = record
            at = record.proposal.parent or ""
        return Records(list(line.values())[::-1])

    def find(self, molecule: str) -> Row | None:
        """What was proposed under an id (m0007), a name that the user gave, or a SMILES; None where nothing was.

        Args:
            molecule: one of these; of a SMILES another drawing or tautomer serves too.
        """
        try:
            value = self._as_proposed(molecule.strip())
        except InvalidMoleculeError:
            return None
        return self._table.row(value) if value in self.archive().taken else None

    def resolve(self, molecule: str) -> Row:
        """What was proposed under an id (m0007), a name that the user gave, or a SMILES, measured or not.

        Args:
            molecule: one of these.

        Raises:
            UnknownNameError: nothing of that name was proposed; with what was perhaps meant.
        """
        row = self.find(molecule)
        if row is None:
            known = [name for one in self.rows() for name in self._table.names_of(one)]
            raise UnknownNameError("molecule of the run", molecule, known, place=str(self.folder))
        return row

    def name_of(self, row: Row) -> str:
        """What tables, plates and pose files call a molecule: the name that the user gave, else its id.

        Args:
            row: measured or not.
        """
        return self._table.names_of(row)[0]

    def _as_proposed(self, value: str) -> str:
        """The value as it was proposed, perhaps in another spelling such as a tautomer; else its canonical spelling.

        Args:
            value: an id, a name that the user gave, or a SMILES.
        """
        if (row := self._table.named(value)) is not None:
            return row.proposal.value
        name, taken = self.domain.canonical(value), self.archive().taken
        if name in taken:
            return name
        self._identities.add(taken)
        return self._identities.like(name) or name

    def critiques(self) -> dict[str, Gradient]:
        """The gradient of each molecule that was criticised."""
        found = ((row.proposal.value, self._store.critiques.of(row.id)) for row in self.rows())
        return {value: gradient for value, gradient in found if gradient is not None}

    def _keys(self) -> Mapping[str, str]:
        """The keys of compounds that the folder holds, by value."""
        keys = self._store.kept.keys() if self._is_own_domain() else {}
        return {row.proposal.value: keys[row.id] for row in self._table.rows if row.id in keys}

    def _is_own_domain(self) -> bool:
        """Whether the folder's values are read as what they were written as."""
        spec = (self._store.meta("settings") or {}).get("domain", {})
        return bool(spec.get("name") == self.domain.name)
