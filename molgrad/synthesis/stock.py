"""What can be bought: the user's stock first, then our own list of common reagents, then what is probably sold."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from molgrad.chem.tables import read_table
from molgrad.errors import MissingExtraError
from molgrad.synthesis.catalogue import Blocks, Catalogue, Offer
from molgrad.synthesis.reactions import TABLES
from molgrad.synthesis.stock_file import read_stock

COMMON = "common reagents"  # the source of our own list
BLOCKS = "building blocks"  # the source of the longer one, of kinds that are known to be sold
NEAR = 0.3  # Tanimoto similarity below which a compound is no help
FILTER = "zinc-instock-mini"  # the one in molbloom's wheel; the others would be downloaded
PROBABLE = "probably sold"  # the source of molbloom's filter
# Of 600 molecules put together at random the filter says yes to 8 %; a search asks often, so only about small ones.
PROBABLE_ATOMS = 15  # heavy atoms
_HEAVY = re.compile(r"Cl|Br|[BCNOPSFIbcnops]")


class Stock:
    """Catalogues in the order in which they are asked.

    Args:
        catalogues: the first that has a compound is its source.
        notes: what is to be said of them, sentences.
        probably: whether a SMILES is probably sold; asked last.
    """

    def __init__(
        self,
        catalogues: tuple[Catalogue, ...],
        notes: tuple[str, ...] = (),
        probably: Callable[[str], bool] | None = None,
    ) -> None:
        self.catalogues = catalogues
        self.notes = notes
        self._probably = probably

    def find(self, smiles: str) -> Offer | None:
        """The offer of a compound from the first source that has it; None where none has.

        Args:
            smiles: canonical SMILES of one neutral fragment.
        """
        for catalogue in self.catalogues:
            if (offer := catalogue.find(smiles)) is not None:
                return offer
        if self._probably is not None and len(_HEAVY.findall(smiles)) <= PROBABLE_ATOMS and self._probably(smiles):
            return Offer(smiles, "", None, PROBABLE)
        return None

    def instead(self, smiles: str) -> str:
        """What is there instead of a compound that is not: other stereo, or the most similar; a clause or empty.

        Args:
            smiles: canonical SMILES of one neutral fragment.
        """
        for catalogue in self.catalogues:
            if (offer := catalogue.other_stereo(smiles)) is not None:
                return f"{catalogue.source} has it with other stereo only: {offer.smiles}{_named(offer)}"
        near = [found for catalogue in self.catalogues if (found := catalogue.nearest(smiles)) is not None]
        likeness, offer = max(near, key=lambda found: found[0], default=(0.0, None))
        if offer is None or likeness < NEAR:
            return "nothing like it is there"
        return f"nearest: {offer.smiles}{_named(offer)} of {offer.source}, similarity {likeness:.2f}"

    def words(self) -> str:
        """What is asked, in its order, a clause."""
        parts = [f"{one.source} ({len(one):,} compounds)" for one in self.catalogues]
        return ", then ".join(parts + ([PROBABLE] if self._probably else []))


def open_stock(
    path: str | Path | None = None,
    *,
    building_blocks: str | Path | None = None,
    common: bool = True,
    probable: bool = False,
) -> Stock:
    """The stock for routes.

    Args:
        path: the user's file; None for our own lists alone.
        building_blocks: a further file, asked before the first.
        common: with a file, ask our own lists after it: common reagents, then building blocks; without a file and
            with `common=False`, common reagents alone.
        probable: at last ask molbloom's filter of purchasable molecules about small ones; one in twelve that nobody
            sells gets a yes.

    Raises:
        InputFileError: a file cannot be read, or no line of it is a molecule.
        MissingExtraError: `probable` without molbloom.
    """
    catalogues: list[Catalogue] = []
    notes: list[str] = []
    for file in dict.fromkeys(str(one) for one in (building_blocks, path) if one is not None):
        own, said = read_stock(file)
        catalogues.append(own)
        notes += said
    if common or not catalogues:
        catalogues.append(_common())
    if common:
        catalogues.append(_blocks())
    return Stock(tuple(catalogues), tuple(notes), _molbloom() if probable else None)


@lru_cache(maxsize=1)
def _common() -> Catalogue:
    rows = read_table("reagents.tsv", TABLES)
    return Catalogue(COMMON, (Offer(smiles, name, None, COMMON) for smiles, name in rows))


@lru_cache(maxsize=1)
def _blocks() -> Blocks:
    lines = (TABLES / "blocks.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.partition(" ") for line in lines if not line.startswith("#"))
    return Blocks(BLOCKS, ((start, smiles) for start, _, smiles in rows))


def _molbloom() -> Callable[[str], bool]:
    try:
        import molbloom  # optional
    except ImportError:
        raise MissingExtraError("molbloom", "routes") from None
    return lambda smiles: bool(molbloom.buy(smiles, catalog=FILTER, canonicalize=True))


def _named(offer: Offer) -> str:
    return f" ({offer.id})" if offer.id else ""
