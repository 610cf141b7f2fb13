"""Named reactions that medicinal chemists run, from `tables/reactions.tsv`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from rdkit import Chem
from rdkit.Chem import rdChemReactions

from molgrad.chem.tables import read_table
from molgrad.errors import UnknownNameError

TABLES = Path(__file__).parent / "tables"
_COMMA = re.compile(r"(?<!\d),|,(?!\d)")  # not that of 1,2,4-oxadiazole
_ALTERNATIVES = re.compile(r"<([^<>]*\|[^<>]*)>")


class Group(NamedTuple):
    """A functional group that may react where another should.

    Attributes:
        name: in the tables.
        always: whether it survives no reaction but its own.
        pattern: whose first atom reacts.
        advice: what happens and what to do, a clause.
    """

    name: str
    always: bool
    pattern: Chem.Mol
    advice: str


class Retro(NamedTuple):
    """Templates from one pattern of a product.

    Attributes:
        pattern: what the product must have.
        templates: to reactants, the usual ones first.
    """

    pattern: Chem.Mol
    templates: tuple[rdChemReactions.ChemicalReaction, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Reaction:
    """One named reaction.

    Attributes:
        name: as chemists call it.
        chance: that a typical run gives the product, 0 to 1; a chemist's estimate.
        competing: groups that would react too, each with the number of the reactant in which it counts, 0 for any.
        conditions: reagents, solvent and temperature, in words.
        needs: what the reactants must have, in words.
        reference: a review or the first report.
        forward: templates from reactants to product; the first that fits is what happens.
        retro: what is looked for in a product, and the templates from there to reactants.
        inverts: the map number of the atom whose configuration is inverted; 0 for none.
        tautomers: the product is compared as a compound, whichever tautomer is drawn.
        trans: a double bond is made, and it is trans.
    """

    name: str
    chance: float
    competing: tuple[tuple[Group, int], ...]
    conditions: str
    needs: str
    reference: str
    forward: tuple[rdChemReactions.ChemicalReaction, ...]
    retro: tuple[Retro, ...]
    inverts: int = 0
    tautomers: bool = False
    trans: bool = False


@lru_cache(maxsize=1)
def reactions() -> Mapping[str, Reaction]:
    """All reactions by name, in the order of the table."""
    rows = _rows("competing.tsv")
    groups = {
        name: Group(name, when == "always", Chem.MolFromSmarts(smarts), advice) for name, when, smarts, advice in rows
    }
    always = [(group, 0) for group in groups.values() if group.always]
    found: dict[str, Reaction] = {}
    for row in _rows("reactions.tsv"):
        if row[0] in found:
            raise ValueError(f"two reactions are called {row[0]}")
        found[row[0]] = _reaction(row, groups, always)
    return MappingProxyType(found)


def get_reaction(name: str) -> Reaction:
    """The reaction of a name.

    Args:
        name: as in the table.

    Raises:
        UnknownNameError: there is none; says which names are near.
    """
    found = reactions().get(name)
    if found is None:
        raise UnknownNameError("reaction", name, reactions())
    return found


def find_reactions(names: Iterable[str]) -> tuple[Reaction, ...]:
    """The reactions that some texts name, in the order of the table.

    Args:
        names: names, or how they begin: "SNAr" stands for each SNAr; a text may hold several with commas between.

    Raises:
        UnknownNameError: no reaction is called so, nor begins so; says which names are near.
    """
    texts = [part.strip() for name in names for part in _COMMA.split(name) if part.strip()]
    found = {one for text in texts for one in _beginning(text)}
    return tuple(one for one in reactions().values() if one.name in found)


def _beginning(text: str) -> list[str]:
    """The names that begin with the words of a text."""
    wanted = text.lower()
    found = [name for name in reactions() if f"{name.lower()} ".startswith(f"{wanted} ")]
    if not found:
        raise UnknownNameError("reaction", text, reactions())
    return found


def _rows(name: str) -> Iterator[list[str]]:
    return read_table(name, TABLES)


def _reaction(row: list[str], groups: Mapping[str, Group], always: Sequence[tuple[Group, int]]) -> Reaction:
    name, chance, competing, conditions, needs, reference, remark, forward, retro = row
    words = remark.split()
    return Reaction(
        name,
        float(chance),
        (*(_where(word, groups) for word in competing.split(",") if word), *always),
        conditions,
        needs,
        reference,
        tuple(_template(one) for smarts in forward.split(" ") for one in _alternatives(smarts)),
        tuple(_retro(smarts) for smarts in retro.split(" ")),
        inverts=int(words[1]) if words[:1] == ["inverts"] else 0,
        tautomers=remark == "tautomers",
        trans=remark == "trans",
    )


def _where(word: str, groups: Mapping[str, Group]) -> tuple[Group, int]:
    name, _, place = word.partition("@")
    return groups[name], int(place or 0)


def _retro(smarts: str) -> Retro:
    templates = tuple(map(_template, _alternatives(smarts)))
    return Retro(templates[0].GetReactantTemplate(0), templates)


def _alternatives(smarts: str) -> Iterator[str]:
    """The SMARTS with one choice of each `<a|b>` in it, all choices in order; the first has the first of each."""
    parts = _ALTERNATIVES.split(smarts)  # text, alternatives, text, ...
    choices = [part.split("|") if place % 2 else [part] for place, part in enumerate(parts)]
    return ("".join(chosen) for chosen in itertools.product(*choices))


def _template(smarts: str) -> rdChemReactions.ChemicalReaction:
    template = rdChemReactions.ReactionFromSmarts(smarts)
    template.Initialize()
    return template
