"""`molgrad receptor`: what there is to dock into, and whether it redocks its own ligand."""

from __future__ import annotations

import sys

from molgrad.docking import list_receptors, load_receptor
from molgrad.docking.redocking import redock
from molgrad.errors import ReceptorError


def print_list() -> None:
    """Name, box and origin of each receptor, a line each."""
    sys.stdout.write("name\tcenter (Å)\tsize (Å)\torigin\n")
    for name in list_receptors():
        try:
            receptor = load_receptor(name)
        except ReceptorError as error:
            sys.stdout.write(f"{name}\t\t\tcannot be used: {error}\n")
            continue
        center, size = (" ".join(f"{x:.2f}" for x in triple) for triple in (receptor.box.center, receptor.box.size))
        sys.stdout.write(f"{receptor.name}\t{center}\t{size}\t{receptor.origin}\n")


def print_redocking(name: str, exhaustiveness: int, seed: int) -> None:
    """RMSD and affinity of the redocked native ligand."""
    sys.stdout.write(f"{redock(load_receptor(name), exhaustiveness=exhaustiveness, seed=seed)}\n")
