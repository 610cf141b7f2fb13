"""How a screen stands, read from its folder while it may be at work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from molgrad.campaign.folder import holder
from molgrad.screening.results import TABLE
from molgrad.screening.store import DATABASE, DOCKS, ScreenStore


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a screen is.

    Attributes:
        writer: the process that writes to it, in words; empty where none does.
        read: entries of the library that were read.
        complete: whether all of it was.
        molecules: how many of them can be chosen from.
        left_out: how many entries were left out, by the kind of reason.
        chosen: how many molecules were chosen to be docked so far.
        docked: how many have an affinity.
        failed: how many were docked and have none.
        budget: molecules that are docked in all; None where nothing was docked yet.
        best: name, affinity (kcal/mol) and SMILES of the best.
        table: whether the results were written.
    """

    writer: str
    read: int
    complete: bool
    molecules: int
    left_out: Mapping[str, int]
    chosen: int
    docked: int
    failed: int
    budget: int | None
    best: tuple[tuple[str, float, str], ...]
    table: bool


def standing(folder: Path, best: int = 3) -> Standing:
    """How a screen stands; nothing is written.

    Args:
        folder: of the screen.
        best: how many of the best molecules are named.

    Raises:
        CampaignError: the folder cannot be read.
    """
    with closing(ScreenStore(folder / DATABASE, read_only=True)) as store:
        affinities = store.affinities()
        found = sorted((score, molecule) for molecule, score in affinities.items() if score is not None)
        named = store.molecules([molecule for _, molecule in found[:best]])
        return Standing(
            writer=holder(folder),
            read=int(store.meta("read") or 0),
            complete=bool(store.meta("complete")),
            molecules=store.size(),
            left_out=store.counts(),
            chosen=len(store.picked()),
            docked=len(found),
            failed=len(affinities) - len(found),
            budget=store.meta(DOCKS),
            best=tuple((one.name, score, one.smiles) for one, (score, _) in zip(named, found, strict=False)),
            table=(folder / TABLE).exists(),
        )


def lines(name: str, found: Standing) -> Iterator[str]:
    """A screen's standing in lines for a terminal.

    Args:
        name: of the folder.
        found: where it is.
    """
    yield f"{name}: a screen; {'at work (pid ' + found.writer + ')' if found.writer else 'nobody is at work'}"
    left = ", ".join(f"{kind} {count}" for kind, count in found.left_out.items())
    more = "" if found.complete else ", more to be read"
    yield f"  library    {found.read} entries read{more}; {found.molecules} to choose from"
    if left:
        yield f"  left out   {left} (left_out.csv)"
    budget = "" if found.budget is None else f" of {found.budget}"
    failed = f", {found.failed} gave no number" if found.failed else ""
    done = found.docked + found.failed
    following = f"; {found.chosen - done} chosen next" if found.chosen > done else ""
    yield f"  docked     {done}{budget}{failed}{following}"
    for place, (molecule, affinity, smiles) in enumerate(found.best, start=1):
        yield f"  {'best' if place == 1 else '':<10} {affinity:.2f} kcal/mol  {molecule}  {smiles}"
    if found.table:
        yield f"  files      {TABLE}, poses.sdf, left_out.csv, as of when the screen last ended"
