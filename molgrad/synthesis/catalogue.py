"""A list of what can be bought, by the InChIKey of the neutral parent; lines are understood when asked for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rdkit import Chem, DataStructs, rdBase
from rdkit.Chem import rdFingerprintGenerator

from molgrad.chem import salts
from molgrad.chem.problems import MAX_CHARACTERS

_ATOM = re.compile(r"\[\d*([A-Z][a-z]?|as|se|[bcnops])[^\]]*\]|(Cl|Br|[BCNOPSFI]|[bcnops])")
_NOT_PARENT = re.compile(r"[.+]|-\d*\]")  # several fragments, or a charge
BLOCK_KEY = 5  # characters of an InChIKey that lead to a few of the building blocks
_SAME_SKELETON = 14  # characters of an InChIKey that leave stereo and isotopes out
_NEAR_ATOMS = 3  # heavy atoms by which the nearest may differ
_NEAR_LINES = 400  # lines that are compared for the nearest
_BITS = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=1024)


class Offer(NamedTuple):
    """A compound that can be bought.

    Attributes:
        smiles: as the catalogue has it.
        id: its catalogue number or name; empty for none.
        price: in the catalogue's own unit; None where it has none.
        source: the catalogue.
        note: what a buyer should mind, such as another stereoisomer; empty for nothing.
    """

    smiles: str
    id: str
    price: float | None
    source: str
    note: str = ""


def composition(smiles: str) -> str:
    """The heavy atoms of a SMILES of one fragment, by element; read from the text, so a million take seconds.

    Args:
        smiles: any text.
    """
    found = Counter((bracket or bare).capitalize() for bracket, bare in _ATOM.findall(smiles))
    found.pop("H", None)
    return " ".join(f"{element}{count}" for element, count in sorted(found.items()))


def parent_of(smiles: str) -> tuple[Chem.Mol | None, str]:
    """(The neutral parent, ""), or (None, why there is none).

    Args:
        smiles: as written in a catalogue, salts and all.
    """
    if len(smiles) > MAX_CHARACTERS:
        return None, f"longer than {MAX_CHARACTERS} characters"
    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(smiles)
        if mol is None or not mol.GetNumAtoms():
            return None, "no molecule"
        if _NOT_PARENT.search(smiles) is None:
            return mol, ""
        parent, _, problem = salts.choose(mol)
        return (None, problem) if parent is None else (parent, "")


def parent_key(smiles: str) -> tuple[str, str]:
    """(InChIKey of the neutral parent, why there is none): one of the two is empty.

    Args:
        smiles: as written in a catalogue, salts and all.
    """
    parent, problem = parent_of(smiles)
    if parent is None:
        return "", problem
    with rdBase.BlockLogs():
        return str(Chem.MolToInchiKey(parent)), ""


class Catalogue:
    """What one supplier, store or list has.

    Args:
        source: its name in what is told.
        offers: in order; a text that is no molecule is never found.
    """

    def __init__(self, source: str, offers: Iterable[Offer]) -> None:
        self.source = source
        self._offers: list[Offer] = []
        self._places: dict[str, list[int]] = {}
        self._keys: dict[int, str] = {}
        self._found: dict[str, Offer | None] = {}
        self._enter(offers)

    def _enter(self, offers: Iterable[Offer]) -> None:
        for place, offer in enumerate(offers):
            self._offers.append(offer)
            for kind in {composition(part) for part in offer.smiles.partition(" ")[0].split(".")}:
                self._places.setdefault(kind, []).append(place)

    def __iter__(self) -> Iterator[Offer]:
        return iter(self._offers)

    def __len__(self) -> int:
        return len(self._offers)

    def find(self, smiles: str) -> Offer | None:
        """The cheapest offer of a compound; None where there is none.

        Of a centre that is drawn open any stereoisomer serves, and that is said; a drawn one is wanted as drawn.

        Args:
            smiles: canonical SMILES of one neutral fragment.
        """
        if smiles not in self._found:
            places = self._like(smiles)
            self._found[smiles] = self._cheapest(smiles, places) if places else None
        return self._found[smiles]

    def other_stereo(self, smiles: str) -> Offer | None:
        """An offer of the compound with other stereo than is drawn; None where there is none.

        Args:
            smiles: canonical SMILES of one neutral fragment.
        """
        key = parent_key(smiles)[0]
        places = self._like(smiles) if key else ()
        return next((self._offers[i] for i in places if self._key(i)[:_SAME_SKELETON] == key[:_SAME_SKELETON]), None)

    def nearest(self, smiles: str) -> tuple[float, Offer] | None:
        """The most similar offer of like size (Tanimoto of Morgan fingerprints, radius 2), and how similar.

        Args:
            smiles: canonical SMILES of one neutral fragment.
        """
        wanted = _BITS.GetFingerprint(Chem.MolFromSmiles(smiles))
        best: tuple[float, Offer] | None = None
        for place in self._alike(composition(smiles)):
            offer = self._offers[place]
            with rdBase.BlockLogs():
                mol = Chem.MolFromSmiles(offer.smiles)
            if mol is None:
                continue
            likeness = DataStructs.TanimotoSimilarity(wanted, _BITS.GetFingerprint(mol))
            if best is None or likeness > best[0]:
                best = likeness, offer
        return best

    def _like(self, smiles: str) -> Sequence[int]:
        """Places of offers that may be the compound."""
        return self._places.get(composition(smiles), ())

    def _alike(self, kind: str) -> list[int]:
        """Places of offers whose heavy atoms are nearest."""
        wanted = _counts(kind)
        size = sum(wanted.values())
        near: list[tuple[int, str]] = []
        for other in self._places:
            counts = _counts(other)
            if abs(sum(counts.values()) - size) > _NEAR_ATOMS:
                continue
            apart = sum(abs(wanted.get(one, 0) - counts.get(one, 0)) for one in wanted.keys() | counts.keys())
            if apart <= _NEAR_ATOMS:
                near.append((apart, other))
        near.sort()
        return [place for _, other in near for place in self._places[other]][:_NEAR_LINES]

    def _cheapest(self, smiles: str, places: Iterable[int]) -> Offer | None:
        key = parent_key(smiles)[0]
        if not key:
            return None
        same = [i for i in places if self._key(i) == key]
        if same:
            return min((self._offers[i] for i in same), key=_price)
        if "@" in smiles or "/" in smiles or "\\" in smiles:
            return None
        forms = [self._offers[i] for i in places if self._key(i)[:_SAME_SKELETON] == key[:_SAME_SKELETON]]
        forms = [one for one in forms if not re.search(r"\[\d", one.smiles)]  # not the labelled compound
        if not forms:
            return None
        return min(forms, key=_price)._replace(note="bought as one stereoisomer")

    def _key(self, place: int) -> str:
        if place not in self._keys:
            self._keys[place] = parent_key(self._offers[place].smiles.partition(" ")[0])[0]
        return self._keys[place]


class Blocks(Catalogue):
    """A list of building blocks that are found by the start of their InChIKey, so that the list is read at once.

    Args:
        source: its name in what is told.
        rows: the first characters of the InChIKey, and the SMILES.
    """

    def __init__(self, source: str, rows: Iterable[tuple[str, str]]) -> None:
        self._starts: dict[str, list[int]] = {}
        listed = list(rows)
        for place, (start, _) in enumerate(listed):
            self._starts.setdefault(start, []).append(place)
        super().__init__(source, (Offer(smiles, "", None, source) for _, smiles in listed))

    def _enter(self, offers: Iterable[Offer]) -> None:
        self._offers.extend(offers)

    def _like(self, smiles: str) -> Sequence[int]:
        return self._starts.get(parent_key(smiles)[0][:BLOCK_KEY], ())

    def nearest(self, smiles: str) -> tuple[float, Offer] | None:  # noqa: ARG002 - common reagents serve better
        """None: what is like another compound is looked for among common reagents."""
        return None


def _price(offer: Offer) -> float:
    return float("inf") if offer.price is None else offer.price


@lru_cache(maxsize=50_000)
def _counts(kind: str) -> dict[str, int]:
    parts = (re.fullmatch(r"(\D+)(\d+)", part) for part in kind.split())
    return {part[1]: int(part[2]) for part in parts if part}
