"""A receptor's own fit of affinity on size: docks the reference ligands and keeps the fit with the receptor."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from molgrad.chem.parse import parse
from molgrad.docking.result import DockResult
from molgrad.errors import DockingError, ReceptorError
from molgrad.receptors.encoding import decoded
from molgrad.receptors.preparation.write import write_box
from molgrad.receptors.receptor import BOX, PDBQT, Receptor, came_with_molgrad, user_folder
from molgrad.receptors.size import FITTED, LEAST, SizeFit, fit_size, fit_table, is_of, reference_ligands

_WORDS = "# affinity in kcal/mol = a + b x of the heavy atoms; 'molgrad receptor calibrate' wrote it"


class Streaming(Protocol):
    """What calibration needs of a docker."""

    def stream(self, smiles: list[str]) -> Iterator[tuple[int, DockResult]]:
        """(index, result) for each molecule as it finishes."""
        ...


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fit, the file that holds it, and `name: reason` of each ligand that gave no affinity."""

    fit: SizeFit
    path: Path
    failed: tuple[str, ...]


def calibrate(
    receptor: Receptor,
    docker: Streaming,
    *,
    effort: str = "standard",
    engine: str = FITTED,
    watch: Callable[[int, int], None] | None = None,
) -> Calibration:
    """Dock the reference ligands, fit, and write the fit where `size_fit` finds it.

    Args:
        receptor: of `load_receptor`, in the box that it has there.
        docker: docks into that receptor.
        effort: what the docker spends on a molecule, to be kept with the fit.
        engine: name of the docking program; the fit belongs to it.
        watch: called with the docks done and their number.

    Raises:
        ReceptorError: nowhere to write; said before anything is docked.
        DockingError: too few ligands gave an affinity.
    """
    path = place_of_fit(receptor)
    ligands = reference_ligands()
    found: dict[int, DockResult] = {}
    for i, result in docker.stream([smiles for _, smiles in ligands]):
        found[i] = result
        if watch is not None:
            watch(len(found), len(ligands))
    rows = [(name, smiles, found[i]) for i, (name, smiles) in enumerate(ligands)]
    failed = tuple(f"{name}: {result.reason}" for name, _, result in rows if result.affinity is None)
    heavy = [parse(smiles).GetNumHeavyAtoms() for _, smiles, result in rows if result.affinity is not None]
    affinities = [result.affinity for _, _, result in rows if result.affinity is not None]
    if len(affinities) < LEAST:
        raise DockingError(
            f"{receptor.name}: only {len(affinities)} of {len(ligands)} reference ligands gave an affinity, too few "
            f"for a fit ({failed[0]}); nothing was written"
        )
    fit = replace(fit_size(heavy, affinities), effort=effort, source=f"fitted to {receptor.name}", engine=engine)
    write_fit(path, receptor, fit)
    return Calibration(fit, path, failed)


def place_of_fit(receptor: Receptor) -> Path:
    """The box.toml that a fit goes to: the receptor's own, or one in the user's folder for what came with a package.

    Raises:
        ReceptorError: that cannot be written.
    """
    own = receptor.pdbqt.with_name(BOX)
    if own.is_file() and receptor.pdbqt.name == PDBQT and not came_with_molgrad(receptor):
        if not (os.access(own, os.W_OK) and os.access(own.parent, os.W_OK)):
            raise ReceptorError(f"{own} cannot be written: copy the folder to {user_folder()} and calibrate the copy")
        return own
    place = user_folder() / receptor.name / BOX
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReceptorError(
            f"{place.parent} cannot be made: {error.strerror}; name a place for receptors with MOLGRAD_RECEPTORS"
        ) from None
    return place


def write_fit(path: Path, receptor: Receptor, fit: SizeFit) -> None:
    """Put the fit into a box.toml, in place of an older one; a new file gets the receptor's box as well."""
    before = decoded(path.read_bytes()) if path.is_file() else ""
    own = path == receptor.pdbqt.with_name(BOX)
    if not before or not (own or _tells_of(before, receptor)):  # fits of another box are of no use here
        write_box(path, receptor.box, receptor.origin, receptor.pdbqt.read_bytes().decode(errors="surrogateescape"))
        before = path.read_text(encoding="utf-8")
    table = fit_table(fit.engine)
    head = f"[{table}]" if "." not in table else f'["{table}"]'
    kept = {name: value for name, value in fit.to_json().items() if name != "source"}
    kept["coefficients"] = [round(x, 4) for x in fit.coefficients]
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in kept.items()]
    fresh = path.with_name(f".{path.name}.new")  # a reader sees the old file or the new one
    fresh.write_text(f"{_without(before, head)}\n\n{head}  {_WORDS}\n{''.join(lines)}", encoding="utf-8")
    fresh.replace(path)


def _tells_of(text: str, receptor: Receptor) -> bool:
    try:
        return is_of(tomllib.loads(text), receptor)
    except (ValueError, TypeError, KeyError):  # damaged: it is written anew
        return False


def _without(text: str, head: str) -> str:
    """A box.toml without one table, the rest as it was written."""
    kept, skipped = [], False
    for line in text.splitlines():
        if line.startswith("["):
            skipped = line.startswith(head)
        if not skipped:
            kept.append(line)
    return "\n".join(kept).rstrip("\n")
