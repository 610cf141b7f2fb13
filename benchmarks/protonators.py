"""Programs that choose a charge state at pH 7.4, each as a function from SMILES to one SMILES each."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from rdkit import Chem

from molgrad.chem.states import PROTONATIONS, load_protonation

PH = 7.4
Answers = list[str]


class Method(NamedTuple):
    title: str  # with its version
    answers: Answers  # a state for each molecule; empty text where there is none


def ours(name: str, smiles: Sequence[str]) -> Method:
    """The state that `molgrad dock --protonation NAME` docks."""
    return Method(f"molgrad, {name}", [load_protonation(name)(one).smiles for one in smiles])


def plain_openbabel(smiles: Sequence[str], python: str = sys.executable) -> Method:
    """Open Babel without molgrad's corrections, as the given interpreter has it."""
    script = Path(__file__).with_name("plain_openbabel.py")
    text = "\n".join(smiles)
    done = subprocess.run([python, str(script)], input=text, capture_output=True, text=True, check=True)
    release, *states = done.stdout.splitlines()
    return Method(f"Open Babel {release}", states)


def dimorphite(smiles: Sequence[str]) -> Method:
    """Dimorphite-DL's only state at pH 7.4 with a precision of 0: each site as its mean pKa says."""
    from dimorphite_dl import protonate_smiles

    def first(one: str) -> str:
        found = protonate_smiles(one, ph_min=PH, ph_max=PH, precision=0.0)
        return str(found[0]) if found else ""

    return Method(f"Dimorphite-DL {version('dimorphite_dl')}", [first(one) for one in smiles])


def molscrub(smiles: Sequence[str]) -> Method:
    """Molscrub's first state by its rules at pH 7.4, without its tautomers."""
    from molscrub import Scrub

    scrub = Scrub(ph_low=PH, skip_tautomers=True, skip_gen3d=True, skip_ringfix=True)

    def first(one: str) -> str:
        found = scrub(Chem.MolFromSmiles(one))
        return str(Chem.MolToSmiles(Chem.RemoveHs(found[0]))) if found else ""

    return Method(f"molscrub {version('molscrub')}", [first(one) for one in smiles])


METHODS: Mapping[str, Callable[[Sequence[str]], Method]] = {
    **{name: lambda smiles, name=name: ours(name, smiles) for name in PROTONATIONS if name != "none"},
    "plain-openbabel": plain_openbabel,
    "dimorphite": dimorphite,
    "molscrub": molscrub,
}
