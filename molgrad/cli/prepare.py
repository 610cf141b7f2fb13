"""`molgrad receptor prepare`: options into a recipe, the report on stdout."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from molgrad.errors import ReceptorError
from molgrad.receptors.preparation import Recipe, build_receptor
from molgrad.receptors.receptor import Triple
from molgrad.receptors.remarks import receptor_remarks


def run_prepare(
    protein: Path | None,
    site: Mapping[str, str | None],
    parts: Mapping[str, Any],
    *,
    pdb_id: str | None,
    name: str | None,
    out: Path | None,
    force: bool,
) -> None:
    """Prepare one receptor and print what was built and changed.

    Args:
        protein: a PDB or mmCIF file.
        site: where to dock, by the options' names: ligand, center, residues, pocket, size.
        parts: what to build, likewise: chain, keep, drop, template, state, rebuild.
        pdb_id: an entry of the PDB to fetch instead of the file.
        name: of the receptor.
        out: its folder; the user's receptors when None.
        force: whether a receptor of this name is replaced.

    Raises:
        MolgradError: anything that cannot be done, in one line with the remedy.
    """
    if (protein is None) == (pdb_id is None):
        raise ReceptorError("give a protein file, or --pdb-id to fetch one")
    choices: dict[str, Any] = {"ligand": site["ligand"], "pocket": site["pocket"]}
    if (center := site["center"]) is not None:
        choices["center"] = triple("--center", center)
    if (size := site["size"]) is not None:
        choices["size"] = triple("--size", size if "," in size else f"{size},{size},{size}")
    choices |= {"residues": listed(site["residues"]), "chains": listed(parts["chain"])}
    choices |= {name: listed(parts[name]) for name in ("keep", "drop")}
    choices |= {f"{name}s": pairs(f"--{name}", parts[name] or ()) for name in ("template", "state")}
    choices["rebuild"] = parts["rebuild"]
    Recipe(protein or Path(), **choices)  # what makes no sense is said before anything is fetched
    if pdb_id is not None:
        from molgrad.receptors.preparation.fetch import fetch

        protein = fetch(pdb_id, Path.cwd())
        sys.stdout.write(f"fetched {protein.name} from the RCSB\n")
    done = build_receptor(Recipe(protein or Path(), **choices), name, out=out, force=force)
    sys.stdout.write(f"{done.report}\n")
    for remark in receptor_remarks(done.receptor):
        sys.stdout.write(f"note: {remark}\n")
    where = done.receptor.pdbqt.parent
    sys.stdout.write(f"receptor {done.receptor.name} is ready after {done.report.seconds} s: {where}\n")
    if done.receptor.ligand is not None:
        sys.stdout.write(f"check it first: molgrad receptor redock {out or done.receptor.name}\n")


def listed(text: str | None) -> tuple[str, ...]:
    """`a, b` as ("a", "b")."""
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def triple(option: str, text: str) -> Triple:
    """`x,y,z` as three numbers.

    Args:
        option: named in an error.
        text: of the option, in Å.

    Raises:
        ReceptorError: anything else.
    """
    try:
        x, y, z = (float(part) for part in text.split(","))
    except ValueError:
        raise ReceptorError(f"{option} {text}: three numbers x,y,z in Å are needed") from None
    return x, y, z


def pairs(option: str, texts: Sequence[str]) -> dict[str, str]:
    """`NAME=VALUE` texts as a mapping; a SMILES may hold further equals signs.

    Raises:
        ReceptorError: a text without a name or value.
    """
    found = {}
    for text in texts:
        name, _, value = text.partition("=")
        if not name or not value:
            example = "NDP=SMILES or NDP=file.sdf" if option == "--template" else "A:57=HIP"
            raise ReceptorError(f"{option} {text}: give it as {example}")
        found[name.strip()] = value.strip()
    return found
