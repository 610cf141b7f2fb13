"""A results table of forty rows as a laboratory writes it, from the plate to the next one, with a kill in between."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import molgrad as mg
from molgrad.campaign.report import Fate
from molgrad.evaluation import Status

STARTS = ["Cc1ccc(C(=O)NCc2ccccc2)cc1", "C[C@H](NC(=O)c1ccccc1)c1ccncc1", "Oc1ncccc1C(=O)Nc1ccccc1"]
HEAD = "Compound,SMILES,IC50 (nM),SD,n,QC,Plate,Date,Operator,Comment"
STORED, UNUSED, EMPTY, REFUSED, UNMATCHED, ASKED = (
    Fate.STORED,
    Fate.UNUSED,
    Fate.EMPTY,
    Fate.REFUSED,
    Fate.UNMATCHED,
    Fate.ASKED,
)
# fmt: off
ROWS: list[tuple[str, Fate]] = [
    ("m0001,,35,,,,P1,2026-03-02,AB,", STORED),
    ("m0001,,41,,,,P1,2026-03-02,AB,", STORED),  # a replicate
    ("m0001,,350 pM,,,,P2,2026-03-09,CD,typo?", STORED),  # 100 times off: a doubt
    ("m0001,,9000,,,fail,P2,2026-03-09,CD,air bubble", UNUSED),
    ("M0002,,>10 uM,,,,P1,2026-03-02,AB,", STORED),
    ("m0002,,> 30 uM,,,,P2,2026-03-09,AB,", STORED),
    ("m0003,,<1,,,,P1,2026-03-02,AB,", STORED),
    ("m0004,,~50,,,,P1,2026-03-02,AB,", STORED),
    ("m0005,,n.d.,,,,P1,2026-03-02,AB,", EMPTY),
    ("m0005,,12.5 nM,2.1,3,,P2,2026-03-09,AB,", STORED),
    ("m0006,,pIC50 7.2,,,,P1,2026-03-02,AB,", STORED),
    ("m0006,,-7.2 log M,,,,P2,2026-03-09,AB,", STORED),
    ("m0007,,63 % @ 1 uM,,,,P1,2026-03-02,AB,", REFUSED),
    ("m0007,,0.8 ± 0.2 uM (n=3),,,,P2,2026-03-09,AB,", STORED),
    ("m0008,,0.5 ug/mL,,,,P1,2026-03-02,AB,", STORED),
    ("m0009,,120,200,4,,P1,2026-03-02,AB,", STORED),  # an SD larger than the value
    ("m0010,,,,,,P1,2026-03-02,AB,", EMPTY),  # never proposed, and nothing to tell
    ("m0077,,12,,,,P1,2026-03-02,AB,", UNMATCHED),
    (",Cc1ccc(C(=O)NCc2ccccc2)cc1,60,,,,P3,2026-03-16,AB,", STORED),  # m0001 by its structure
    (",Cc1ccc(C(=O)NCc2ccccc2)cc1.Cl,55,,,,P4,2026-03-17,AB,", STORED),  # and as a salt
    (",O=C(Nc1ccccc1)c1ccc[nH]c1=O,700,,,,P1,2026-03-02,AB,", STORED),  # m0003 as its other tautomer
    (",CC(NC(=O)c1ccccc1)c1ccncc1,99,,,,P1,2026-03-02,AB,", ASKED),  # m0002 without its stereo
    (",C[C@@H](NC(=O)c1ccccc1)c1ccncc1,99,,,,P1,2026-03-02,AB,", ASKED),  # its mirror image
    ("m0001,CCO,99,,,,P1,2026-03-02,AB,", REFUSED),  # whose structure is another's
    ("LAB-1,CC(=O)Nc1ccc(Cl)cc1,4000,,,,P1,2026-03-02,AB,", STORED),
    ("LAB-1,,4400,,,,P2,2026-03-09,AB,", STORED),  # by the laboratory's own name
    ("LAB-2,CC(=O)Nc1ccc(F)cc1,5200,,,,P1,2026-03-02,AB,", STORED),
    ("LAB-3,c1ccccc1C(,12,,,,P1,2026-03-02,AB,", REFUSED),
    ("LAB-4,CC(=O)Nc1ccc(Br)cc1,nan,,,,P1,2026-03-02,AB,", EMPTY),
    ("LAB-4,CC(=O)Nc1ccc(Br)cc1,inf,,,,P1,2026-03-02,AB,", REFUSED),
    ("LAB-4,CC(=O)Nc1ccc(Br)cc1,-12,,,,P1,2026-03-02,AB,", REFUSED),
    ("LAB-4,CC(=O)Nc1ccc(Br)cc1,0,,,,P1,2026-03-02,AB,", REFUSED),
    ("LAB-4,CC(=O)Nc1ccc(Br)cc1,inactive,,,,P1,2026-03-02,AB,", REFUSED),
    ("LAB-5,CC(=O)Nc1ccc(I)cc1,2500,,,pass,P1,2026-03-02,AB,", STORED),
    ("LAB-6,CC(=O)Nc1ccc(OC)cc1,0.000003 M,,,,P1,2026-03-02,AB,", STORED),
    ("LAB-7,C1=CC=CC1,800,,,,P1,2026-03-02,AB,", STORED),  # outside what may be proposed
    ("LAB-8,CC(=O)Nc1ccccc1C,1e9,,,,P1,2026-03-02,AB,", STORED),  # 1 M: far outside the others
    ("LAB-9,CC(=O)Nc1ccccc1,\"1,200\",,,,P1,2026-03-02,AB,", STORED),  # 1200: others have decimal points
    ("LAB-9,CC(=O)Nc1ccccc1,1200,,,outlier,P1,2026-03-02,AB,", UNUSED),
    (",,12,,,,P1,2026-03-02,AB,", REFUSED),  # nobody's
]
# fmt: on
KILLED = """
import os, signal, sys
from molgrad.campaign.results import Results
from molgrad.campaign.telling import Telling
import molgrad as mg

at, folder, table = sys.argv[1:]
told, insert = [0], Results._insert

def dies(self, *row):
    insert(self, *row)
    told[0] += 1
    if at.isdecimal() and told[0] == int(at):
        os.kill(os.getpid(), signal.SIGKILL)

def stored(self, *rest):
    os.kill(os.getpid(), signal.SIGKILL)

Results._insert = dies
if at == "stored":
    Telling._measure = stored
mg.Campaign(folder).tell(table)
"""


def lab(folder: Path) -> mg.Campaign:
    """Nine molecules that wait for an assay, six of them proposed."""
    loss = 5 * mg.QED() + mg.Assay("ic50", unit="nM", target=10)
    run = mg.Campaign(folder / "lab", start=STARTS, loss=loss, engine="chemist", seed=5)
    run.ask(6)
    return run


def plate(folder: Path) -> Path:
    file = folder / "march.csv"
    file.write_text("\n".join([HEAD, *(row for row, _ in ROWS)]) + "\n")
    return file


def judged(run: mg.Campaign) -> dict[str, tuple[Status, float | None, float | None]]:
    found = ((record.value, record.evaluation) for record in run.records())
    return {value: (one.status, one.score, one.raw.get("ic50")) for value, one in found}


def test_every_row_is_taken_or_named(tmp_path: Path) -> None:
    with lab(tmp_path) as run:
        report = run.tell(plate(tmp_path))
        assert [(row.line, row.fate) for row in report.rows] == [(n, fate) for n, (_, fate) in enumerate(ROWS, start=2)]
        doubts = " ".join(report.warnings)
        for words in (
            "log10 units",
            "larger than the value",
            "outside what the campaign may propose",
            "the only value in M;",
        ):
            assert words in doubts, words
        frame = run.results()
        assert len(frame) == len(report.stored)
        assert (frame["state"] == "failed").sum() == 2
        first = run.resolve("m0001").evaluation
        assert first is not None
        assert first.terms[1].details["n"] == 5
        assert first.raw["ic50"] == pytest.approx((35 * 41 * 0.35 * 60 * 55) ** 0.2)
        second = run.resolve("m0002").evaluation
        assert second is not None
        assert (second.raw["ic50"], second.bound) == (30_000.0, "above")
        assert run.resolve("m0005").evaluation.terms[1].details["n"] == 3  # type: ignore[union-attr]
        assert len(run.ask(4)) == 4
        assert [row.fate for row in run.tell(plate(tmp_path)).rows if row.fate is STORED] == []


def test_strict_holds_back_what_is_doubtful(tmp_path: Path) -> None:
    with lab(tmp_path) as run:
        report = run.tell(plate(tmp_path), strict=True, dry_run=True)
        held = [row.line for row in report.of(Fate.HELD)]
        assert {17, 37, 38} <= set(held)
        assert len(report.stored) + len(held) == sum(fate in (STORED, UNUSED) for _, fate in ROWS)


@pytest.mark.parametrize("at", ["1", "17", "stored"])
def test_a_kill_in_the_middle_loses_nothing_and_doubles_nothing(tmp_path: Path, at: str) -> None:
    (tmp_path / "calm").mkdir()
    with lab(tmp_path / "calm") as calm:
        calm.tell(plate(tmp_path))
        wanted, count = judged(calm), len(calm.results())
        next_plate = [record.value for record in calm.ask(4)]
    with lab(tmp_path) as run:
        asked = len(run.rows())
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    done = subprocess.run(
        [sys.executable, str(script), at, str(tmp_path / "lab"), str(plate(tmp_path))], check=False, timeout=300
    )
    assert done.returncode == -9
    with mg.Campaign(tmp_path / "lab") as run:
        assert len(run.rows()) == (asked if at != "stored" else len(wanted)), "all of the table, or nothing"
        run.tell(plate(tmp_path))
        assert (judged(run), len(run.results())) == (wanted, count)
        assert [record.value for record in run.ask(4)] == next_plate
