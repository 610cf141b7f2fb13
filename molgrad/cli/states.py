"""`molgrad states`: the charge states of molecules in water, their shares, and the groups behind them."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from rdkit import Chem

from molgrad.chem.extension import StereoGroup, written
from molgrad.chem.ionization import Microstate, species_at
from molgrad.chem.parse import Parsed, read
from molgrad.errors import InvalidMoleculeError, one_line
from molgrad.io import Entry

ACIDITY = 0.0, 14.0  # pKa outside which a group does not change in water; --json has all groups
LEAST = 0.01  # a state with a smaller share is printed only where it is the first
_INDENT, _WIDTH = " " * 4, 80


def run_states(entries: Sequence[Entry], *, ph: float = 7.4, states: int | None = None, as_json: bool = False) -> None:
    """Print the states of each molecule; see `molgrad states --help`.

    Args:
        entries: the molecules, from `cli.given.given_molecules`.
        ph: of the water.
        states: at most so many for a molecule; None for all above 1 %.
        as_json: a line of JSON for each molecule instead of paragraphs.
    """
    for entry in entries:
        record = record_of(entry, ph, states)
        text = json.dumps(record, ensure_ascii=False) if as_json else paragraph(record)
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def record_of(entry: Entry, ph: float, states: int | None = None) -> dict[str, Any]:
    """What is known of one molecule.

    Args:
        entry: the molecule as given.
        ph: of the water.
        states: at most so many; None for all above 1 %.

    Returns:
        `name`, `smiles` as given, `status` (ok, invalid or failed), `reason`; for a molecule also `canonical`, `ph`,
        `states` (smiles, share, charge) and `sites` (atom of `canonical`, element, kind, pka, spread, group, source,
        charged). Values of JSON.
    """
    head = {"name": entry.name, "smiles": entry.smiles}
    if entry.error is not None:
        return head | {"status": "invalid", "reason": entry.error}
    try:
        designed = read(entry.smiles)
        found = species_at(entry.smiles, ph)
    except InvalidMoleculeError as error:
        return head | {"status": "invalid", "reason": "; ".join(error.reasons)}
    except (Chem.MolSanitizeException, RuntimeError, ValueError) as error:
        return head | {"status": "failed", "reason": f"its states cannot be drawn: {error}"}
    said = {"status": "ok", "reason": "", "canonical": designed.smiles, "ph": ph}
    return head | said | _content(designed, found, states)


def _content(designed: Parsed, found: Sequence[Microstate], states: int | None) -> dict[str, Any]:
    shown = [one for place, one in enumerate(found) if place == 0 or one.share >= LEAST][:states]
    return {
        "states": [
            {"smiles": one.smiles + _groups(designed, one), "share": round(one.share, 4), "charge": one.charge}
            for one in shown
        ],
        "sites": [
            {
                "atom": site.atom,
                "element": designed.mol.GetAtomWithIdx(site.atom).GetSymbol(),
                "kind": site.kind,
                "pka": site.pka,
                "spread": site.spread,
                "group": site.group,
                "source": site.source,
                "charged": site.charged,
            }
            for site in found[0].sites
        ],
    }


def _groups(designed: Parsed, state: Microstate) -> str:
    """The stereo groups of the molecule as an extension of the state's SMILES; empty for none."""
    kept = (
        StereoGroup(kind, tuple(sorted(state.atom_map[i] for i in atoms)))
        for kind, atoms in designed.groups
        if all(state.mol.GetAtomWithIdx(i).GetChiralTag() for i in atoms)  # an enolate has lost its centre
    )
    return written(list(kept))


def paragraph(record: dict[str, Any]) -> str:
    """One molecule for the terminal: its states by share, then its sites.

    Args:
        record: from `record_of`.
    """
    lines = [f"{one_line(record['name'])}  {one_line(record['smiles'])}".rstrip()]
    if record["status"] != "ok":
        return "\n".join([*lines, f"{_INDENT}{record['status']}: {one_line(record['reason'])}", ""])
    lines += [f"{_INDENT}{one['share']:6.1%} {one['charge']:+3d}  {one['smiles']}" for one in record["states"]]
    shown = [site for site in record["sites"] if ACIDITY[0] <= site["pka"] <= ACIDITY[1]]
    lines += [_site_line(site) for site in shown]
    if not shown:
        lines.append(f"{_INDENT}no group that takes up or loses a proton in water")
    return "\n".join([*lines, ""])


def _site_line(site: dict[str, Any]) -> str:
    value = f"{site['kind']} pKa {site['pka']:4.1f} ± {site['spread']:.1f}"
    line = f"{_INDENT}{site['element']:>4} {site['atom']:<3} {value}  {site['group']}"
    source = f"({site['source']})"
    apart = " " if len(line) + len(source) < _WIDTH else "\n" + " " * 34
    return f"{line}{apart}{source}"
