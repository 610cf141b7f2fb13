"""Routes to a molecule from what can be bought: the function behind `mg.route` and `molgrad route`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from molgrad.synthesis.plan import Plan
from molgrad.synthesis.search import DEADLINE, MAX_STEPS, Planner
from molgrad.synthesis.stock import Stock, open_stock


def route(
    smiles: str, stock: str | Path | Stock | None = None, *, max_steps: int = MAX_STEPS, deadline: float = DEADLINE
) -> Plan:
    """How a molecule can be made, in a few named reactions, from what can be bought.

    Every step is run forward and gives exactly its product.

    Args:
        smiles: a SMILES; of a salt or an ion the neutral parent is made.
        stock: a file with SMILES, identifiers and prices, asked before our own list of common reagents; or a `Stock`.
        max_steps: reactions of a route, at most, all of them counted.
        deadline: seconds after which the search ends.

    Raises:
        InvalidMoleculeError: the text is no molecule.
        InputFileError: the stock cannot be read.
    """
    return planner(stock, max_steps=max_steps, deadline=deadline).plan(smiles)


def planner(
    stock: str | Path | Stock | None = None,
    *,
    building_blocks: str | None = None,
    max_steps: int = MAX_STEPS,
    deadline: float = DEADLINE,
) -> Planner:
    """A planner for many molecules; one of the same stock and bounds is made once.

    Args:
        stock: a file, a `Stock`, or None for our own list of common reagents.
        building_blocks: a further file of what can be bought, asked first; not beside a `Stock`.
        max_steps: reactions of a route, at most.
        deadline: seconds for a molecule.

    Raises:
        InputFileError: the stock cannot be read.
    """
    if isinstance(stock, Stock):
        return Planner(stock, max_steps=max_steps, deadline=deadline)
    return _planner(_file(stock), _file(building_blocks), max_steps, deadline)


_File = tuple[str, float] | None  # a path, and when it was written: a file that changed is read again


def _file(path: str | Path | None) -> _File:
    if path is None:
        return None
    return str(path), Path(path).stat().st_mtime if Path(path).exists() else 0.0


@lru_cache(maxsize=4)
def _planner(stock: _File, blocks: _File, max_steps: int, deadline: float) -> Planner:
    return Planner(_stock(stock, blocks), max_steps=max_steps, deadline=deadline)


@lru_cache(maxsize=2)
def _stock(stock: _File, blocks: _File) -> Stock:
    return open_stock(stock and stock[0], building_blocks=blocks and blocks[0])
