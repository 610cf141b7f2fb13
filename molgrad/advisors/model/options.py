"""Which rules of the library apply to a molecule where its facts point, in a few lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from molgrad.chem.transforms import LIBRARY, sites

LINES = 12  # families of rules that are listed
_EACH = 3  # members of a family that are named, and atoms at which it applies
# What grow, replace and remove do with a named group need not be listed rule by rule.
_GRAFTS = ("scan_", "swap_to_", "grow_", "trim_", "cut_", "methoxy_to_")


def located(facts: Iterable[Sequence[int]]) -> tuple[int, ...]:
    """The atoms that facts name, those of the strongest fact first."""
    return tuple(dict.fromkeys(atom for atoms in facts for atom in atoms))


def applicable(smiles: str, focus: Sequence[int], most: int = LINES) -> str:
    """The rules that apply at `focus` (anywhere where it is empty), a family a line; says how many are left out.

    Rules that share their first word and their places are one line: `link_{ch2_to_o,ch2_to_nh,+3} 5`.

    Args:
        smiles: the molecule.
        focus: atom indices, most important first.
        most: lines, at most.
    """
    rank = {atom: place for place, atom in enumerate(focus)}
    families: dict[tuple[str, tuple[int, ...]], list[str]] = {}
    for name in LIBRARY:
        if name.startswith(_GRAFTS):
            continue
        touched = {atom for site in sites(name, smiles) for atom in site}
        at = tuple(sorted(touched & rank.keys() if focus else touched, key=lambda a: (rank.get(a, 0), a))[:_EACH])
        if at:
            families.setdefault((name.partition("_")[0], at), []).append(name)
    order = sorted(families.items(), key=lambda item: rank.get(item[0][1][0], 0))  # stable: the library's order
    lines = [f"{_joined(names)} {','.join(map(str, at))}" for (_, at), names in order[:most]]
    left = sum(len(names) for _, names in order[most:])
    return "; ".join([*lines, *([f"and {left} further rules, left out here"] if left else [])])


def _joined(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    head = names[0].partition("_")[0]
    tails = [name.removeprefix(f"{head}_") for name in names[:_EACH]]
    more = [f"+{len(names) - _EACH}"] if len(names) > _EACH else []
    return f"{head}_{{{','.join([*tails, *more])}}}"
