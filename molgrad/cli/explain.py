"""`molgrad dock --explain`: a critique of each docked pose, as text or JSON lines."""

from __future__ import annotations

import json
from typing import Any

from molgrad.advisors.chemist.words import named
from molgrad.docking import DockResult
from molgrad.docking.engine import ATOM_ENERGIES
from molgrad.docking.request import DockSettings
from molgrad.errors import one_line
from molgrad.evaluation import Evaluation, Fact
from molgrad.interactions import kinds, per_atom_energies
from molgrad.losses.docking import Docking
from molgrad.losses.repeats import MAX_LINES
from molgrad.receptors import Receptor

# Facts about whole groups; where a single atom is named, its group adds little.
GROUPED = frozenset({kinds.KEEP, kinds.INEFFICIENT, kinds.EXPOSED, kinds.HYDROPHOBIC, kinds.CLASH, kinds.GROWTH})


class Explainer:
    """Turns docks into critiques, in the sentences of the Docking loss.

    Args:
        receptor: what was docked into.
        settings: how; the engine decides what can be said.
        as_json: lines of JSON instead of paragraphs.
    """

    def __init__(self, receptor: Receptor, settings: DockSettings, *, as_json: bool) -> None:
        self._receptor = receptor
        self._loss = Docking(receptor, engine=settings.engine)
        self._as_json = as_json

    def text(self, name: str, result: DockResult) -> str:
        """One molecule: a line of JSON, or a paragraph that ends with an empty line."""
        evaluation = self._loss.evaluation(result)
        if self._as_json:
            found = {"name": name, **self._record(result, evaluation)}
            return json.dumps(found, ensure_ascii=False, allow_nan=False) + "\n"
        return _paragraph(name, result, evaluation)

    def _record(self, result: DockResult, evaluation: Evaluation) -> dict[str, Any]:
        inter, atoms = self._energies(result)
        return {
            "smiles": result.smiles,
            "docked_smiles": result.docked_smiles,
            "status": result.status.value,
            "affinity": result.affinity,
            "inter": inter,
            "provenance": result.provenance.to_json(),
            "atoms": atoms,
            "facts": [fact.to_json() for fact in evaluation.facts],
            "reason": result.reason,
        }

    def _energies(self, result: DockResult) -> tuple[float | None, list[dict[str, object]]]:
        """The intermolecular energy of the best pose and its per-atom energies; nothing where the engine has none."""
        if not result.poses or ATOM_ENERGIES not in self._loss.engine.offers:
            return None, []
        try:
            energies = per_atom_energies(result.poses[0], self._receptor.pdbqt)
        except (OSError, ValueError):  # the facts say so
            return None, []
        return round(energies.inter, 4), energies.atom_rows()


def _paragraph(name: str, result: DockResult, evaluation: Evaluation) -> str:
    title = f"{one_line(name)}  {one_line(result.smiles)}"
    if not result.ok:
        return f"{title}\n  {result.status.value}: {one_line(result.reason)}\n\n"
    lines = [title]
    if result.docked_smiles and result.docked_smiles != result.smiles:
        lines.append(f"docked as {result.docked_smiles}")
    lines += [_line(result.smiles, fact) for fact in evaluation.facts[:MAX_LINES]]
    return "\n  ".join(lines) + "\n\n"


def _line(smiles: str, fact: Fact) -> str:
    """The fact, with the names that chemists have for its atoms."""
    groups = named(smiles, fact.atoms) if fact.kind in GROUPED else ""
    return f"{fact.text} [{groups}]" if "(" in groups else fact.text
