"""Write molgrad/synthesis/tables/blocks.txt: building blocks of the kinds that suppliers keep, each known to be sold.

    python -m benchmarks.blocks --sold /path/to/sold/bin/python

Kinds are rings and chains with groups (`benchmarks/data/kinds.txt`), combined without a look at any molecule that is to
be made. `benchmarks/blocks_sold.py` asks molbloom's filter for each, with the Python that `--sold` names. The filter
says yes to one in fifteen that nobody sells, so a kind (ring, group, number of small groups) is kept only where so many
of its members are known that nine in ten of these are expected to be sold.
"""

from __future__ import annotations

import argparse
import itertools
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from rdkit import Chem, rdBase

from molgrad.synthesis.catalogue import BLOCK_KEY, parent_key

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "molgrad" / "synthesis" / "tables" / "blocks.txt"
KINDS = Path(__file__).parent / "data" / "kinds.txt"
FALSE_YES = 0.07  # of the filter, as molbloom says; 0.067 of 4,000 chains put together at random
SURE = 0.9  # share of a kind's known members that are expected to be sold
MEMBERS = 2  # known ones of a kind, at least
LARGEST = {"six": 17, "ring": 15, "fused": 15, "fused with more": 14, "saturated": 15, "saturated with more": 12}
CHAINED = 20  # heavy atoms of an aryl with a tail
HEAD = """\
# Building blocks of the kinds that suppliers keep: start of the InChIKey, then SMILES. Written by benchmarks/blocks.py;
# molbloom's filter of ZINC20 in stock knows each, and so many of its kind that nine in ten are expected to be sold.
"""
ELECTROPHILES = ("C(=O)Cl", "S(=O)(=O)Cl", "N=C=O", "N=C=S")
_HEAVY = re.compile(r"Cl|Br|[BCNOPSFIbcnops]")

Joined = tuple[tuple[int, str], ...]  # atoms of a ring, each with a group


class Member(NamedTuple):
    """A candidate of a kind."""

    kind: tuple[str, str, str, int]  # recipe, ring, group, number of small groups
    smiles: str


def sections(path: Path = KINDS) -> dict[str, list[str]]:
    """The SMILES of each section of the file."""
    found: dict[str, list[str]] = {}
    now: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if head := re.fullmatch(r"\[([a-z ]+)\]", line):
            now = found.setdefault(head[1], [])
        elif not line.startswith("#"):
            now.extend(line.split())
    return found


@lru_cache(maxsize=1000)
def group(smiles: str) -> Chem.Mol:
    """A group whose first atom is free to be joined."""
    mol = Chem.RWMol(Chem.MolFromSmiles("*" + smiles.replace("/", "")))
    mol.RemoveAtom(0)
    return mol.GetMol()


def join(ring: Chem.Mol, groups: Joined) -> str | None:
    """The canonical SMILES of a ring with groups at its atoms; None where that is no molecule."""
    made = Chem.RWMol(ring)
    for place, smiles in groups:
        first = made.GetNumAtoms()
        made.InsertMol(group(smiles))
        made.AddBond(place, first, Chem.BondType.SINGLE)
        atom = made.GetAtomWithIdx(place)
        atom.SetNumExplicitHs(max(0, atom.GetNumExplicitHs() - 1))
    with rdBase.BlockLogs():
        if Chem.SanitizeMol(made, catchErrors=True):
            return None
    return str(Chem.MolToSmiles(made))


def free(ring: Chem.Mol, element: int) -> list[int]:
    """The atoms of an element that have a hydrogen."""
    return [one.GetIdx() for one in ring.GetAtoms() if one.GetAtomicNum() == element and one.GetTotalNumHs()]


def apart(ring: Chem.Mol) -> list[int]:
    """One free carbon of each set of equivalent ones."""
    ranks = list(Chem.CanonicalRankAtoms(ring, breakTies=False))
    return [i for n, i in enumerate(free(ring, 6)) if ranks[i] not in {ranks[j] for j in free(ring, 6)[:n]}]


def on_carbon(
    ring: Chem.Mol, groups: Sequence[str], small: Sequence[str], pairs: Sequence[str] = ()
) -> Iterator[tuple[str, int, Joined]]:
    """A group at each place, with none or one small group, or two of the pairs."""
    for place in apart(ring):
        others = [i for i in free(ring, 6) if i != place]
        for one in groups:
            yield one, 0, ((place, one),)
            yield from ((one, 1, ((place, one), (i, rest))) for i in others for rest in small)
            for (i, j), (first, second) in itertools.product(
                itertools.combinations(others, 2), itertools.product(pairs, pairs)
            ):
                yield one, 2, ((place, one), (i, first), (j, second))


def on_nitrogen(
    ring: Chem.Mol, groups: Sequence[str], upon: Sequence[str], small: Sequence[str]
) -> Iterator[tuple[str, int, Joined]]:
    """Something on a nitrogen, with no group or one; with methyl a small group too."""
    for nitrogen, rest in itertools.product(free(ring, 7), upon):
        yield f"N-{rest}", 0, ((nitrogen, rest),)
        for place, one in itertools.product(free(ring, 6), groups):
            yield f"N-{one}", 1, ((nitrogen, rest), (place, one))
            if rest == "C":
                others = [i for i in free(ring, 6) if i != place]
                yield from (
                    (f"N-{one}", 2, ((nitrogen, rest), (place, one), (i, other))) for i in others for other in small
                )


def on_one_atom(ring: Chem.Mol, groups: Sequence[str]) -> Iterator[tuple[str, int, Joined]]:
    """Two groups on a carbon with two hydrogens, and on the two nitrogens of a diamine."""
    for atom in ring.GetAtoms():
        if atom.GetAtomicNum() == 6 and atom.GetTotalNumHs() == 2:
            for one, other in itertools.product(groups, ("C", "c1ccccc1", "N", "O", "CN", "CO", "C(=O)O")):
                yield "gem", 2, ((atom.GetIdx(), one), (atom.GetIdx(), other))


def recipes(kinds: Mapping[str, list[str]]) -> Iterator[tuple[str, str, Chem.Mol, Iterable[tuple[str, int, Joined]]]]:
    """Each ring or chain, with what is put on it."""
    small, more, groups, few = (kinds[name] for name in ("small", "more small", "groups", "few groups"))
    for smiles in kinds["six rings"]:
        ring = Chem.MolFromSmiles(smiles)
        yield "six", smiles, ring, on_carbon(ring, groups, small + more, [*small, "N", "O", "[N+](=O)[O-]"])
    for smiles in kinds["rings"]:
        ring = Chem.MolFromSmiles(smiles)
        pairs = ["C", "C(F)(F)F"] if "[nH]" in smiles else small
        yield "ring", smiles, ring, on_carbon(ring, groups, [*small, *more[:24], *more[33:52]], pairs)
        yield "ring", smiles, ring, on_nitrogen(ring, groups, kinds["on nitrogen"], ["C", "C(F)(F)F", "Cl", "Br"])
    usual = ["C#N", "[N+](=O)[O-]", "N", "O", "CC", "c1ccccc1", "I", "C(C)C", "OCC"]
    for smiles in kinds["fused rings"]:
        ring = Chem.MolFromSmiles(smiles)
        yield "fused", smiles, ring, [("bare", 0, ())]
        yield "fused", smiles, ring, on_carbon(ring, few, [*small, *usual])
        yield "fused", smiles, ring, on_nitrogen(ring, few, kinds["on nitrogen"][:12], ["C"])
    for smiles in kinds["saturated rings"]:
        ring = Chem.MolFromSmiles(smiles)
        upon, given = kinds["on an amine"], kinds["groups of saturated rings"]
        yield "saturated", smiles, ring, [("bare", 0, ())]
        yield "saturated", smiles, ring, on_carbon(ring, given, ["C", "F", "O"])
        yield "saturated", smiles, ring, on_nitrogen(ring, given, upon, ())
        yield "saturated", smiles, ring, on_one_atom(ring, given)
        two = free(ring, 7)
        if len(two) == 2:
            both = [*itertools.product(upon, upon[:3]), *itertools.product(upon[:3], upon)]
            yield "saturated", smiles, ring, [("two N", 2, tuple(zip(two, pair, strict=True))) for pair in both]
    for smiles in kinds["chains"]:
        yield "chain", smiles, group(smiles), [(one, 0, ((0, one),)) for one in kinds["groups of chains"]]
    for smiles in kinds["aryl"]:
        yield "aryl", smiles, group(smiles), [(one, 0, ((0, one),)) for one in kinds["tails"]]


def members() -> Iterator[Member]:
    """All candidates, each once."""
    seen: set[str] = set()
    for recipe, ring, core, given in recipes(sections()):
        for one, count, joined in given:
            smiles = join(core, joined)
            if smiles is None or smiles in seen:
                continue
            seen.add(smiles)
            most = (recipe == "fused" and count == 1) or (recipe == "saturated" and count == 2)
            if len(_HEAVY.findall(smiles)) <= LARGEST.get(f"{recipe} with more" if most else recipe, CHAINED):
                yield Member((recipe, ring, one, count), smiles)


def known(python: str, candidates: Sequence[str]) -> dict[str, tuple[int, list[str]]]:
    """Of those that the filter knows: how many forms were asked for, and which are known."""
    script = Path(__file__).with_name("blocks_sold.py")
    ran = subprocess.run([python, str(script)], input="\n".join(candidates), capture_output=True, text=True, check=True)
    rows = (line.split("\t") for line in ran.stdout.splitlines())
    return {smiles: (int(forms), found) for smiles, forms, *found in rows}


def expected(asked: int, said_yes: int, forms: float) -> float:
    """The share of those known that are expected to be sold."""
    wrong = 1 - (1 - FALSE_YES) ** forms
    sold = max(0.0, (said_yes - wrong * asked) / (1 - wrong))
    return min(1.0, sold / said_yes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sold", required=True, help="a Python with molbloom and RDKit 2022.9.5")
    candidates = list(members())
    yes = known(parser.parse_args().sold, [one.smiles for one in candidates])
    kinds: dict[tuple[str, str, str, int], list[str]] = defaultdict(list)
    for one in candidates:
        kinds[one.kind].append(one.smiles)
    kept: dict[str, None] = {}
    sold = 0.0
    for kind, asked in kinds.items():
        found = [smiles for smiles in asked if smiles in yes]
        if len(found) < MEMBERS or kind[2].removeprefix("N-") in ELECTROPHILES:
            continue
        share = expected(len(asked), len(found), sum(yes[one][0] for one in found) / len(found))
        if share >= SURE:
            kept.update(dict.fromkeys(form for one in found for form in yes[one][1]))
            sold += share * len(found)
    lines = sorted(f"{parent_key(one)[0][:BLOCK_KEY]} {one}\n" for one in kept)
    TABLE.write_text(HEAD + "".join(lines), encoding="utf-8")
    print(f"{len(candidates)} candidates of {len(kinds)} kinds; {len(kept)} in {TABLE.name}, about {sold:.0f} sold")


if __name__ == "__main__":
    main()
