"""Every block of the page on laboratories runs as it stands, and prints what it says it prints."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.run import environment, molgrads

PAGE = Path(__file__).parents[2] / "docs" / "lab.md"
COLUMN = "dhfr_ic50 (nM)"
STARTS = ["COc1ccccc1CN", "CCOc1ccncc1", "Cc1ccccc1O"]  # small: the search takes seconds for each drug-sized one
DRY_RUN = "name,IC50 (nM)\nm0001,35\nm0002,>10 uM\nm0003,n.d.\nm0004,inactive\n"


def blocks() -> list[list[str]]:
    """The indented blocks, line by line."""
    found = re.findall(r"(?:^    .*\n)+", PAGE.read_text(), re.MULTILINE)
    return [[line.removeprefix("    ") for line in block.splitlines()] for block in found]


def commands(lines: list[str]) -> list[list[str]]:
    """The commands of a block, with fewer proposals: which ones are asked for is not at stake."""
    found = [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("molgrad ")]
    return [["2" if before == "-n" else word for before, word in zip(["", *one], one, strict=False)] for one in found]


def filled(plate: Path, value: float) -> None:
    """The plate as the laboratory sends it back."""
    table = pd.read_csv(plate)
    table[COLUMN] = [value * (place + 1) for place in range(len(table))]
    table.to_csv(plate, index=False)


def prepared(folder: Path) -> Iterator[list[str]]:
    """The blocks in order, with the files that each of them is about."""
    (folder / "lead.smi").write_text("".join(f"{smiles}\n" for smiles in STARTS))
    (folder / "stock.smi").write_text("".join(f"CCOc1ccc(Cc2cnc(N)nc2N)cc1{tail} K{tail}\n" for tail in ("", "F", "C")))
    (folder / "r.csv").write_text(DRY_RUN)
    table = pd.DataFrame({"name": ["m0005", "m0006"], COLUMN: [12.0, ">30 uM"]})
    table.to_csv(folder / "plate_07.csv", index=False)
    table.to_excel(folder / "plate_07.xlsx", index=False)
    yield from blocks()


@pytest.mark.slow
def test_every_block_runs(tmp_path: Path) -> None:
    sample: list[str] = []
    program = ["import molgrad as mg"]
    ran = 0
    for lines in prepared(tmp_path):
        if lines[0].startswith("r.csv:"):
            sample = lines
        elif lines[0].startswith("molgrad "):
            for one in commands(lines):
                if one[0] == "tell" and "plate_01.csv" in one:
                    filled(tmp_path / "plate_01.csv", 20.0)
                (done,) = molgrads(one, cwd=tmp_path)
                assert done.returncode == 0, (one, done.stderr)
                ran += 1
            program += [line for line in lines if line.startswith("campaign.")]
        elif not lines[0].startswith("python "):  # a benchmark, which needs measured tables
            program += lines
    assert ran == 6
    (done,) = molgrads(["tell", "RUN", "r.csv", "--dry-run"], cwd=tmp_path)
    said = re.split(r"(?=r\.csv:)", " ".join(sample))
    for text in filter(None, said):
        pattern = ".*".join(map(re.escape, text.strip().split("...")))
        assert re.search(pattern, done.stdout), (text, done.stdout)
    opened = next(place for place, line in enumerate(program) if line.startswith("campaign."))
    program.insert(opened, 'campaign = mg.Campaign("RUN")')
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "\n".join(program)],
        cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert "2 m0005 IC50 = 12 nM" in ended.stdout
