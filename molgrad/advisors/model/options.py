"""Which rules of the library apply to a molecule where its facts point, each with what it changes in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from molgrad.autograd.domain import Domain
from molgrad.chem.matched_pair import change
from molgrad.chem.parse import read
from molgrad.chem.transforms import LIBRARY, apply_transform, sites
from molgrad.evaluation import Fact
from molgrad.interactions.kinds import FULL

LINES = 12  # edits that are listed
_TRIED = 60  # places that are looked at for them
_EACH = 3  # edits by rules of one family
# What grow, replace and remove do with a named group need not be listed rule by rule.
_GRAFTS = ("scan_", "swap_to_", "grow_", "trim_", "cut_", "methoxy_to_")


def located(facts: Iterable[Sequence[int]]) -> tuple[int, ...]:
    """The atoms that facts name, those of the strongest fact first."""
    return tuple(dict.fromkeys(atom for atoms in facts for atom in atoms))


def applicable(
    smiles: str, focus: Sequence[int], domain: Domain, facts: Sequence[Fact], known: Collection[str], most: int = LINES
) -> str:
    """Edits by rules that apply at `focus`, a line each: `ch_to_n [3]: phenyl -> pyridin-2-yl`; sound and not `known`.

    Args:
        smiles: the molecule.
        focus: atom indices, most important first; empty for anywhere.
        domain: decides what is sound.
        facts: about the molecule; in a scope, what holds its pose stays.
        known: values that were measured.
        most: lines, at most.
    """
    lines: dict[str, str] = {}
    count: dict[str, int] = {}
    for name, site in _places(smiles, focus):
        if len(lines) == most:
            break
        family = name.partition("_")[0]
        made = next(iter(apply_transform(name, smiles, site)), None)
        if made is None or made in lines or made in known or count.get(family, 0) == _EACH:
            continue
        if _allowed(smiles, made, domain, facts):
            count[family] = count.get(family, 0) + 1
            lines[made] = f"{name} {list(_changed(smiles, made, site))}: {domain.difference(smiles, made)}"
    return "\n".join(lines.values())


def _allowed(smiles: str, made: str, domain: Domain, facts: Sequence[Fact]) -> bool:
    if not domain.plausible(made) or domain.validate(made) or _crowds(smiles, made, facts):
        return False
    return domain.scope == "free" or domain.spares(smiles, made, facts)


def _crowds(smiles: str, made: str, facts: Sequence[Fact]) -> bool:
    """Whether something is put where the pose has no room."""
    full = {atom for fact in facts if fact.kind == FULL for atom in fact.atoms}
    before, after = read(smiles).mol, read(made).mol
    kept = change(smiles, made).core if full else ()
    degrees = [
        (before.GetAtomWithIdx(a).GetDegree(), after.GetAtomWithIdx(b).GetDegree()) for a, b in kept if a in full
    ]
    return any(there > here for here, there in degrees)


def _places(smiles: str, focus: Sequence[int]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Rules with the atoms they touch, those that touch the most important atom first."""
    rank = {atom: place for place, atom in enumerate(focus)}
    found = [
        (min(rank.get(atom, len(rank)) for atom in site), name, site)
        for name in LIBRARY
        if not name.startswith(_GRAFTS)
        for site in sites(name, smiles)
    ]
    near = [one for one in found if one[0] < len(rank)] if focus else found
    return ((name, site) for _, name, site in sorted(near, key=lambda one: one[0])[:_TRIED])


def _changed(smiles: str, product: str, site: tuple[int, ...]) -> tuple[int, ...]:
    """Of the atoms that a rule touches those that come out otherwise; all where that cannot be told."""
    before, after = read(smiles).mol, read(product).mol
    images = dict(change(smiles, product).core)

    def same(atom: int) -> bool:
        if atom not in images:
            return False
        one, other = before.GetAtomWithIdx(atom), after.GetAtomWithIdx(images[atom])
        traits = [(a.GetSymbol(), a.GetTotalNumHs(), a.GetDegree(), a.GetFormalCharge()) for a in (one, other)]
        return bool(traits[0] == traits[1])

    return tuple(atom for atom in site if not same(atom)) or site
