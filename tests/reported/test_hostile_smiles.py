"""Text that is no molecule, through every door: an answer in words, short, and nothing ends because of it."""

from __future__ import annotations

import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

import molgrad as mg
from molgrad.chem.identity import identity
from molgrad.chem.parse import canonical
from molgrad.cli.app import app
from molgrad.docking import Docker
from molgrad.docking.species import choose
from molgrad.errors import MolgradError, listed
from molgrad.evaluation import Status
from molgrad.molecule.domain import MOLECULES
from molgrad.molecule.starts import read_starts
from molgrad.receptors import Receptor
from molgrad.validation import Validator

LONGEST = 600  # characters of a message about one text
BAD = [
    "[#119]",
    "[#300]C",
    "C[C@TB99]",
    "[999999C]",
    "C[C+99]",
    "C%(99999)CC",
    "C" + "(C" * 400 + ")" * 400,
    "C\0C",
    "c1" + "c" * 399 + "1",
]
HUGE = "C" * 9000
GARBAGE = [
    "=" * 1900,
    "(" * 1900,
    "[" + "Q" * 1900 + "]",
    "Cc1" + "c" * 400 + "1",
    "[Si]" * 80,
    "[CH2]" * 100,
    "C.N" * 300 + ".c1ccccc1" * 90,
]
GARBAGE += ["C |&1:" + "9," * 4000 + "9|", "C |" + "x" * 9000, "CCO." + "CCOc1ccccc1" * 40 + "." + "CCNc1ccccc1" * 45]


@pytest.mark.parametrize("smiles", BAD)
def test_an_element_beyond_118_is_refused_in_words(smiles: str) -> None:
    verdict = Validator("dockable").check(smiles)
    assert not verdict.ok
    assert all(reason.text for reason in verdict.reasons)
    assert MOLECULES.validate(smiles)


def test_a_batch_ended_at_an_element_beyond_118(receptor: Receptor) -> None:
    with Docker(receptor, effort="fast", workers=1) as docker:
        results = docker.dock([*BAD, HUGE])
        assert docker.pids() == (), "nothing was there to dock"
    assert [result.status for result in results] == [Status.INVALID] * (len(BAD) + 1)


def test_a_campaign_died_of_such_a_start_at_each_resume(tmp_path: Path) -> None:
    for _ in range(2):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            campaign = mg.Campaign(tmp_path / "run", start=["[#119]", "CCO", HUGE], loss=mg.QED(), engine="chemist")
        for smiles in BAD[:4]:
            with pytest.raises(MolgradError):
                campaign.lineage(smiles)
        campaign.run(1)
    assert [record.value for record in campaign.records()] == ["CCO"]
    assert any("atomic number 119" in note for note in campaign.notes())


def test_an_edit_with_such_a_product_is_refused_in_words() -> None:
    edit = mg.Edit("replace", {"smiles": "[#119]"})
    assert MOLECULES.apply("CCO", edit) == []
    assert "there are 118 elements" in MOLECULES.refusal("CCO", edit)


Door = Callable[[str], object]
DOORS: dict[str, Door] = {
    "canonical": canonical,
    "identity": identity,
    "Molecule": mg.Molecule,
    "starts": lambda text: read_starts([text]),
    "similarity": mg.Similarity,
    "domain": lambda text: mg.MoleculeDomain("druglike", similar_to=[text], min_similarity=0.5),
    "keep": lambda text: mg.MoleculeDomain("druglike", keep=[text]),
    "given state": lambda text: choose("CCO", text),
    "species": choose,
}


@pytest.mark.parametrize("text", [HUGE, HUGE + "(", *GARBAGE], ids=range(2 + len(GARBAGE)))
@pytest.mark.parametrize("door", DOORS)
def test_an_error_text_was_longer_than_the_input(door: str, text: str) -> None:
    with warnings.catch_warnings(record=True) as told:
        said = outcome(DOORS[door], text)
    assert len(said) <= LONGEST
    assert all(len(str(one.message)) <= LONGEST for one in told)


def outcome(door: Door, text: str) -> str:
    """What a door says of a text that it refuses."""
    try:
        door(text)
    except MolgradError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("text", [HUGE, *GARBAGE], ids=range(1 + len(GARBAGE)))
def test_a_verdict_and_a_loss_are_short_too(text: str) -> None:
    assert len(Validator("strict").check(text).text) <= LONGEST
    assert all(len(note) <= LONGEST for note in Validator("parse").check(text).notes)
    assert len(MOLECULES.refusal("CCO", mg.Edit("replace", {"smiles": text}))) <= LONGEST
    assert len(mg.QED().evaluate([text])[0].reason) <= LONGEST


def test_the_command_line_answers_in_short_lines() -> None:
    for text in (HUGE, HUGE + ".smi", "C" * 300 + ".C"):
        run = CliRunner().invoke(app, ["dock", "-r", "1ia1", text])
        assert not isinstance(run.exception, OSError | ValueError), run.exception
        reasons = [line for line in run.output.splitlines() if "characters" in line]
        assert all(len(line.replace(text, "")) <= LONGEST for line in reasons)


def test_a_list_of_reasons_says_how_many_are_left_out() -> None:
    assert listed(["a" * 200, "b" * 200, "c" * 200, "d"]) == "a" * 200 + "; " + "b" * 200 + "; and 2 more"
    assert listed(["a"]) == "a"
    assert listed([]) == ""


def test_mutations_of_molecules_never_raise_nor_end_the_process() -> None:
    program = """
import random
from molgrad.chem.parse import examine
from molgrad.chem.identity import identity
from molgrad.validation import Validator
rng, strict = random.Random(5), Validator("strict")
seeds = ["CN1CCC[C@H]1c1cccnc1", "F/C=C/F", "[2H]C([2H])O", "C[C@H](O)[C@@H](F)Cl |&1:1,3|", "Oc1nc(O)nc(O)n1"]
parts = "[C@TB1] [#119] %(100) |&1:9| [H] / =[N@] [CH2:1] * . ( ) 1 [C@OH30] -> $ [999C] C[S@](=O)N".split()
parts += [" |o1:1|", "\\0"]
for _ in range(1500):
    text = rng.choice(seeds)
    for _ in range(rng.randint(1, 4)):
        at = rng.randint(0, len(text))
        text = text[:at] + rng.choice(parts) + text[at + rng.randint(0, 2):]
    verdict = strict.check(text)
    if verdict.smiles:
        identity(verdict.smiles)
print("through")
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False)
    assert (run.returncode, run.stdout) == (0, "through\n"), run.stderr[-2000:]


def test_a_ring_of_cumulated_bonds_is_answered_at_once() -> None:
    """RDKit's enumerator looks for distinct isomers where there are none; one more bond doubled its time."""
    started = time.monotonic()
    Validator("strict").check("OCC1=CC=CC=" + "C=" * 20 + "C1")
    assert time.monotonic() - started < 20
