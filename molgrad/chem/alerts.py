"""Unwanted groups: RDKit's alert catalogues, and our own table of reactive and unstable groups."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from rdkit.Chem.FilterCatalog import FilterCatalog, FilterCatalogParams

from molgrad.chem.groups import UNWANTED, Group, Pattern
from molgrad.chem.parse import read

_MEANING = {
    "PAINS": "active in many unrelated assays (Baell and Holloway 2010): a hit may be an artefact",
    "BRENK": "unwanted in a screening collection (Brenk 2008): reactive, toxic or metabolised",
    "NIH": "on the NIH list of reactive or promiscuous groups (Jadhav 2010, Doveston 2015)",
}


@dataclass(frozen=True, slots=True)
class Alert:
    """One unwanted group found.

    Attributes:
        name: of the rule.
        catalog: `PAINS`, `BRENK`, `NIH`, `reactive`, `unstable`, `ring`.
        atoms: indices in the canonical SMILES.
        reason: why it matters.
    """

    name: str
    catalog: str
    atoms: tuple[int, ...]
    reason: str


@lru_cache(maxsize=20_000)
def find_alerts(smiles: str) -> tuple[Alert, ...]:
    """PAINS, BRENK and NIH alerts, in this order, then by name and atoms.

    An alert is a hint, not a verdict: BRENK alone would reject gefitinib, erlotinib, lapatinib and sitagliptin.

    Raises:
        InvalidMoleculeError: the text is no molecule.
    """
    mol = read(smiles).mol
    found: list[Alert] = []
    for catalog in _MEANING:
        alerts: set[tuple[str, tuple[int, ...]]] = set()
        for entry in _catalog(catalog).GetMatches(mol):
            for match in entry.GetFilterMatches(mol):
                atoms = tuple(sorted(int(pair.target) for pair in match.atomPairs))
                alerts.add((_name(entry.GetDescription()), atoms))
        found += [Alert(name, catalog, atoms, _MEANING[catalog]) for name, atoms in sorted(alerts)]
    return tuple(found)


def distinct(alerts: tuple[Alert, ...]) -> list[Alert]:
    """Join overlapping hits of one rule, and leave out alerts that lie inside another."""
    joined: list[Alert] = []
    for alert in alerts:
        same = [a for a in joined if (a.catalog, a.name) == (alert.catalog, alert.name)]
        touching = [a for a in same if set(a.atoms) & set(alert.atoms)]
        atoms = {atom for a in (alert, *touching) for atom in a.atoms}
        joined = [a for a in joined if a not in touching]
        joined.append(replace(alert, atoms=tuple(sorted(atoms))))
    kept: list[Alert] = []
    for alert in sorted(joined, key=lambda a: (-len(a.atoms), a.catalog, a.name, a.atoms)):
        if not any(set(alert.atoms) <= set(other.atoms) for other in kept):
            kept.append(alert)
    return kept


def alert_places(smiles: str) -> int:
    """The number of distinct alerts. Raises InvalidMoleculeError."""
    return len(distinct(find_alerts(smiles)))


@lru_cache(maxsize=20_000)
def find_reactive(smiles: str) -> tuple[Alert, ...]:
    """Reactive and unstable groups in the order of our list, then by atoms. Raises InvalidMoleculeError."""
    mol = read(smiles).mol
    found: list[Alert] = []
    for group, pattern in _patterns():
        found += [Alert(group.name, group.catalog, atoms, group.reason) for atoms in pattern.find(mol)]
    return tuple(found)


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[Group, Pattern], ...]:
    return tuple((group, Pattern(group.smarts)) for group in UNWANTED)


@lru_cache(maxsize=3)
def _catalog(name: str) -> FilterCatalog:
    params = FilterCatalogParams()
    params.AddCatalog(getattr(FilterCatalogParams.FilterCatalogs, name))
    return FilterCatalog(params)


def _name(description: str) -> str:
    """RDKit's description as words: `quinone_A(370)` (a hit count) becomes `quinone A`."""
    return description.split("(")[0].replace("_", " ").strip()
