"""Find the character at which a SMILES is wrong, for texts that RDKit refuses without a reason."""

from __future__ import annotations

import re
from typing import NamedTuple

from rdkit import Chem

from molgrad.errors import shorten

_TOKEN = re.compile(
    r"(?P<atom>\[[^\[\]]*\]|Cl|Br|[BCNOPSFIbcnops*])|(?P<bond>[-=#$:/\\~.])|(?P<ring>%\d\d|%\(\d+\)|\d)"
    r"|(?P<open>\()|(?P<close>\))"
)
_BRACKET = re.compile(
    r"\[\d*([A-Z][a-z]?|[bcnops]|se|as|te|si|\*|#\d+)(@{0,2}|@[A-Z]{2}\d+)(H\d*)?([+-]+\d*)?(:\d+)?\]"
)
_R_GROUP = re.compile(r"\[(R\d*|R[#'_]?\d+|X\d*|Ar?|Alk|Het|Pol|Q|M)\]")

_ELEMENTS = frozenset(Chem.GetPeriodicTable().GetElementSymbol(n) for n in range(1, 119))
_AROMATIC = frozenset(("b", "c", "n", "o", "p", "s", "se", "as", "te", "si", "*"))


class Fault(NamedTuple):
    """One thing wrong in a text: what, and at which character (counted from 1)."""

    position: int
    text: str


def atom_positions(smiles: str) -> list[int]:
    """The character (from 1) at which each atom of a SMILES starts, in the order of writing."""
    return [found.start() + 1 for found in _TOKEN.finditer(smiles) if found.lastgroup == "atom"]


def faults(smiles: str) -> list[Fault]:
    """Every fault of syntax the scanner knows, first character first; empty does not mean valid."""
    found: list[Fault] = []
    branches: list[int] = []
    rings: dict[str, tuple[int, int]] = {}
    atom = 0
    previous = "start"
    at = 0
    while at < len(smiles):
        token = _TOKEN.match(smiles, at)
        if token is None:
            found.append(Fault(at + 1, _unreadable(smiles, at)))
            break
        kind, text = token.lastgroup or "", token.group()
        found += _misplaced(kind, text, previous, at + 1)
        atom += kind == "atom"
        if kind == "open":
            branches.append(at + 1)
        elif kind == "close" and branches:
            branches.pop()
        elif kind == "close":
            found.append(Fault(at + 1, "')' closes a branch that was never opened"))
        elif kind == "ring":
            found += _ring(rings, text, at + 1, atom)
        previous = "dot" if text == "." else kind
        at = token.end()
    else:
        if previous in ("bond", "dot"):
            found.append(Fault(len(smiles), f"the SMILES ends in {smiles[-1]!r}, with no atom after it"))
    found += [Fault(position, "'(' opens a branch that is never closed") for position in branches]
    found += [
        Fault(position, f"ring bond {label} is opened and never closed") for label, (position, _) in rings.items()
    ]
    return sorted(found)


def _misplaced(kind: str, text: str, previous: str, position: int) -> list[Fault]:
    """Faults of a token that cannot stand after the one before it."""
    if kind == "atom" and text.startswith("["):
        return _bracket(text, position)
    if kind == "bond" and previous == "start":
        return [Fault(position, f"bond {text!r} has no atom before it")]
    if kind == "bond" and previous in ("bond", "dot") and text != ".":
        return [Fault(position, f"bond {text!r} follows another bond; an atom is missing between them")]
    if kind in ("ring", "open") and previous == "open":
        return [Fault(position, f"{text!r} cannot open a branch; an atom must")]
    if kind == "open" and previous == "bond":
        return [Fault(position, "the bond before '(' belongs inside it, before the branch's first atom")]
    if kind in ("ring", "open", "close") and previous in ("start", "dot"):
        return [Fault(position, f"{text!r} has no atom before it")]
    if kind == "close" and previous in ("bond", "open"):
        return [Fault(position, f"{text!r} follows no atom")]
    return []


def _ring(rings: dict[str, tuple[int, int]], label: str, position: int, atom: int) -> list[Fault]:
    """Open or close a ring bond; a fault when it closes on the atom that opened it."""
    if label not in rings:
        rings[label] = (position, atom)
        return []
    opened, first = rings.pop(label)
    if first == atom:
        return [Fault(position, f"ring bond {label} closes on the atom that opened it at character {opened}")]
    return []


def _bracket(text: str, position: int) -> list[Fault]:
    """Faults of an atom in brackets."""
    parts = _BRACKET.fullmatch(text)
    if parts is None:
        if _R_GROUP.fullmatch(text):
            return [Fault(position, f"{text} is an R-group and no atom; write the group itself")]
        return [Fault(position, f"{shorten(text)} is not an atom: expected [isotope symbol chirality H charge]")]
    symbol = parts.group(1)
    if _R_GROUP.fullmatch(text) and symbol not in _ELEMENTS:
        return [Fault(position, f"{text} is an R-group and no atom; write the group itself")]
    if symbol in _ELEMENTS or symbol in _AROMATIC or symbol.startswith("#"):
        return []
    return [Fault(position, f"{shorten(text)}: there is no element {symbol}")]


def _unreadable(smiles: str, at: int) -> str:
    """What to say of the character at index `at`, which starts no SMILES token."""
    char = smiles[at]
    if char.isspace():
        return "white space inside a SMILES; give the SMILES alone, without a name or an extension"
    if char == "[":
        return "'[' opens an atom that is never closed"
    if char == "]":
        return "']' closes an atom that was never opened"
    return f"{char!r} is no SMILES symbol" + (
        "; elements outside B C N O P S F Cl Br I need brackets" if char.isalpha() else ""
    )
