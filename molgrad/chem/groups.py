"""Reactive and unstable groups, which the optimizer never proposes, and how they are looked for quickly."""

from __future__ import annotations

from typing import NamedTuple

from rdkit import Chem

from molgrad.chem.tables import read_table


class Group(NamedTuple):
    """A group that is rejected.

    Attributes:
        catalog: `reactive` or `unstable`.
        name: what it is called in reasons.
        smarts: its pattern.
        reason: what it does.
        hit: a molecule that has it.
        spared: one near it that is accepted.
    """

    catalog: str
    name: str
    smarts: str
    reason: str
    hit: str
    spared: str


UNWANTED = tuple(Group(*row) for row in read_table("unwanted.tsv"))


class Pattern:
    """A group's SMARTS behind a looser one that is cheap.

    RDKit evaluates every recursive `$(...)` on every atom before it matches anything, which costs most of the time.
    The looser SMARTS leaves these out, so that it matches wherever the full one does, and is tried first.
    """

    def __init__(self, smarts: str) -> None:
        self._full = Chem.MolFromSmarts(smarts)
        loose = loosen(smarts)
        self._loose = Chem.MolFromSmarts(loose) if loose != smarts else None

    def find(self, mol: Chem.Mol) -> list[tuple[int, ...]]:
        """The atoms of each match, ascending; no match twice."""
        if self._loose is not None and not mol.HasSubstructMatch(self._loose):
            return []
        if not mol.HasSubstructMatch(self._full):
            return []
        return sorted({tuple(sorted(match)) for match in mol.GetSubstructMatches(self._full)})


def loosen(smarts: str) -> str:
    """The SMARTS with every condition that holds a recursive `$(...)` dropped from its atom: matches no less."""
    out: list[str] = []
    at = 0
    while at < len(smarts):
        if smarts[at] != "[":
            out.append(smarts[at])
            at += 1
            continue
        end = _closing(smarts, at)
        kept = [part for part in _conditions(smarts[at + 1 : end]) if "$(" not in part]
        out.append(f"[{';'.join(kept)}]" if kept else "*")
        at = end + 1
    return "".join(out)


def _closing(text: str, start: int) -> int:
    """Index of the bracket that closes the one at `start`."""
    depth = 0
    for index in range(start, len(text)):
        depth += (text[index] == "[") - (text[index] == "]")
        if depth == 0:
            return index
    raise ValueError(f"unbalanced brackets in SMARTS {text}")


def _conditions(atom: str) -> list[str]:
    """The conditions of an atom that all must hold: cut at each `;` outside parentheses."""
    parts, depth, begin = [], 0, 0
    for index, char in enumerate(atom):
        depth += (char == "(") - (char == ")")
        if char == ";" and depth == 0:
            parts.append(atom[begin:index])
            begin = index + 1
    return [*parts, atom[begin:]]
