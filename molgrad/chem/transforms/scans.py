"""Scans: one small atom or group on each aromatic CH, and the exchange of one small substituent for another."""

from __future__ import annotations

from molgrad.chem.transforms.groups import SMALL
from molgrad.chem.transforms.transform import Transform

# (name, SMILES with the attachment first, reason when added, reason when exchanged)
_GROUPS = (
    ("fluoro", "F", "fluorine blocks oxidation and shifts electrons at no cost in size",
     "fluorine: smallest group that keeps the position blocked"),
    ("chloro", "Cl", "chlorine fills a small lipophilic pocket and can form a halogen bond",
     "chlorine: lipophilic contact without an oxidisable C-H"),
    ("methyl", "C", "a methyl fills a small pocket or twists a biaryl",
     "methyl: lipophilic contact without polarity"),
    ("methoxy", "OC", "methoxy offers an acceptor and donates electrons", "methoxy: acceptor, electron-rich ring"),
    ("cyano", "C#N", "a slim acceptor that reaches for the backbone", "nitrile: slim acceptor of low logP"),
    ("trifluoromethyl", "C(F)(F)F", "CF3 fills a lipophilic pocket and withdraws electrons",
     "CF3: lipophilic and stable to oxidation"),
    ("hydroxyl", "O", "a phenol probes for a donor or acceptor", "hydroxyl: donor in place of a hydrophobic group"),
    ("amino", "N", "an aniline probes for an acceptor in the protein", "amino: donor that enriches the ring"),
    ("difluoromethyl", "C(F)F", "CHF2: lipophilic, with a weak donor", "CHF2: a lipophilic donor"),
)  # fmt: skip

_ONLY_EXCHANGED = (
    ("bromo", "Br", "bromine: larger lipophilic contact, handle for a coupling"),
    ("ethyl", "CC", "ethyl: reaches further than methyl"),
    ("isopropyl", "C(C)C", "isopropyl: a branched lipophilic group"),
    ("cyclopropyl", "C1CC1", "cyclopropyl: compact, stable to oxidation"),
    ("trifluoromethoxy", "OC(F)(F)F", "OCF3: lipophilic ether, stable to dealkylation"),
    ("difluoromethoxy", "OC(F)F", "OCHF2: an ether stable to dealkylation, weak donor"),
    ("ethoxy", "OCC", "ethoxy: a longer ether"),
    ("methylamino", "NC", "NHMe: donor with a lipophilic cap"),
    ("dimethylamino", "N(C)C", "NMe2: no donor, electron-rich ring"),
    ("carboxamide", "C(N)=O", "CONH2: donor and acceptor"),
    ("hydroxymethyl", "CO", "CH2OH: a flexible donor of low logP"),
    ("methylsulfonyl", "S(C)(=O)=O", "SO2Me: two acceptors, low logP"),
    ("acetyl", "C(C)=O", "acetyl: an acceptor in the ring's plane"),
    ("methylthio", "SC", "SMe: softer and more lipophilic than methoxy"),
)


def _added() -> list[Transform]:
    return [
        Transform(f"scan_{name}", f"[cH:1]>>[c:1]-{group}", reason, "grow",
                  ("Clc1ccc(I)cc1", f"Clc1ccc(I)c(-{group})c1"))
        for name, group, reason, _ in _GROUPS
    ]  # fmt: skip


def _exchanged() -> list[Transform]:
    groups = [(name, group, reason) for name, group, _, reason in _GROUPS] + list(_ONLY_EXCHANGED)
    return [
        Transform(f"swap_to_{name}", f"[c:1]-!@[{SMALL}]>>[c:1]-{group}", reason, "replace",
                  ("Ic1ccc2ccccc2c1", f"c1(-{group.replace('1', '3')})ccc2ccccc2c1"))
        for name, group, reason in groups
    ]  # fmt: skip


_POLYFLUORO = (
    Transform("difluoro_ortho", "[cH:1]:[c:2](-[F,Cl:3]):[cH:4]>>[c:1](F):[c:2](-[*:3]):[cH:4]",
              "a second halogen beside the first fills the pocket's edge", "grow", ("Clc1ccccc1", "Clc1ccccc1F")),
    Transform("move_substituent_ortho", f"[c;r6:1](-!@[{SMALL}:3]):[cH:2]>>[cH:1]:[c:2]-[*:3]",
              "the same group one position on: another vector for it", "replace", ("Cc1ccncc1", "Cc1cccnc1")),
    Transform("move_substituent_meta", f"[c;r6:1](-!@[{SMALL}:3]):[c:4]:[cH:2]>>[cH:1]:[c:4]:[c:2]-[*:3]",
              "the same group two positions on: another vector for it", "replace", ("Cc1ccncc1", "Cc1ccccn1")),
)  # fmt: skip

RULES = (*_added(), *_exchanged(), *_POLYFLUORO)
