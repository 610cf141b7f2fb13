"""Tables of results, row by row: each is understood, or refused with what to do."""

from __future__ import annotations

from dataclasses import dataclass

from molgrad.assays.value import Measured


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One row of a table of results, or one readout of a row.

    Attributes:
        source: name of the file; "table" for one given in Python.
        line: in the file, from 1; the number of the record in a JSON dump or a table given in Python.
        smiles: as written; "" where the table has names only.
        name: the id or name as written, such as "m0007".
        assay: which assay it is a result of.
        measured: the value; None where it is not understood.
        said: what was understood and why, as a sentence.
        refused: why the row is not understood and what to do; "" where it is.
    """

    source: str
    line: int
    smiles: str
    name: str
    assay: str
    measured: Measured | None
    said: str
    refused: str
