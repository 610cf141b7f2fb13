"""What near the box cannot be built, in one error: each residue with the option that would let it pass."""

from __future__ import annotations

from collections.abc import Sequence

from molgrad.errors import ReceptorError
from molgrad.receptors.preparation import cofactors, side_chains
from molgrad.receptors.preparation.bonds import AMINO
from molgrad.receptors.preparation.report import SHOWN
from molgrad.receptors.preparation.residue import Residue, from_box
from molgrad.receptors.receptor import Box


def raise_refused(refused: Sequence[tuple[Residue, str]], box: Box) -> None:
    """Raise ReceptorError with all refusals, nearest first, where there are any.

    Args:
        refused: residues, and why each cannot be built.
        box: where molecules will be docked.
    """
    if not refused:
        return
    ordered = sorted(((round(from_box(residue.points, box), 1), residue, why) for residue, why in refused), key=_off)
    words = "; ".join(f"{residue.label}, {_where(away)}, {why}" for away, residue, why in ordered[:SHOWN])
    more = f"; and {len(ordered) - SHOWN} more" if len(ordered) > SHOWN else ""
    remedies = "; ".join(_remedies([residue for _, residue, _ in ordered]))
    raise ReceptorError(f"near the box and not to be built: {words}{more}. Remedy: {remedies}")


def _off(one: tuple[float, Residue, str]) -> float:
    return one[0]


def _where(away: float) -> str:
    return "in the box" if away == 0 else f"{away:.1f} Å from it"


def _remedies(refused: Sequence[Residue]) -> list[str]:
    """The options that would let these residues pass."""
    members = [residue for residue in refused if residue.polymer]
    groups = [residue for residue in refused if not residue.polymer]
    remedies = []
    first = ""
    if describable := [residue.name for residue in groups if cofactors.describable(residue)]:
        first = f"say what it is with --template {describable[0]}=SMILES, or "
    if groups:
        remedies.append(f"{first}leave out: --drop {','.join(dict.fromkeys(residue.name for residue in groups))}")
    if members:
        # A name stands for all that cannot be built: whole residues are never dropped by it.
        labels = [residue.label if len(members) <= SHOWN else residue.name for residue in members]
        rebuildable = all(side_chains.missing(residue) for residue in members)
        first = "leave --no-rebuild away, and they are rebuilt" if rebuildable else "repair the chain (PDBFixer)"
        if odd := [residue.name for residue in members if _describable(residue)]:
            first = f"say what it is with --template {odd[0]}=SMILES of the free amino acid, {first}"
        stays = any(all(residue.atom(name) for name in side_chains.BACKBONE) for residue in members)
        last = "cut back to what is whole" if stays else "leave out"
        remedies.append(f"{first}, or {last}: --drop {','.join(dict.fromkeys(labels))}")
    return remedies


def _describable(residue: Residue) -> bool:
    """Whether a template could describe this residue of a chain: a modified amino acid with its backbone."""
    backbone = all(residue.atom(name) for name in ("N", "CA", "C"))
    return backbone and residue.name not in AMINO and cofactors.describable(residue)
