"""A laboratory's campaign on words that may be killed at any moment, and what kills it.

    python -m tests.campaign.faults.lab FOLDER SEED KILLS

Runs the deed once undisturbed in FOLDER/whole, then in FOLDER/0, FOLDER/1 ... with so many kills in all; prints JSON.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from zlib import crc32

from molgrad.campaign.campaign import Campaign
from molgrad.losses.assay import Assay
from tests.campaign.test_campaign import campaign, dear

PLATES, WELLS = 8, 4
Deed = Callable[[Path], None]


def opened(folder: Path) -> Campaign:
    return campaign(folder, loss=dear() + Assay("activity", direction="maximize"))


def value_of(word: str) -> float:
    """What the assay gives; the same whenever it is asked."""
    return word.count("a") + crc32(word.encode()) % 100 / 100


def plates(folder: Path) -> None:
    """Ask and tell until all plates are back; what `tell` took is noted in told.txt after it returned."""
    with opened(folder) as run, (folder / "told.txt").open("a") as told:
        while True:
            run.run(docks=max(2, len(run.rows())))  # measures what was asked for when the last process was killed
            for record in run.pending():
                run.tell(record, value_of(record.value))
                told.write(f"{record.value}\n")
                told.flush()
            if max(row.batch for row in run.rows()) >= PLATES:
                return
            run.ask(WELLS)


def in_child(deed: Deed, folder: Path, after: float | None = None) -> bool:
    """Do it in a fork, killed after so many seconds unless it is done before; whether it was killed."""
    child = os.fork()
    if not child:
        with suppress(BaseException):
            deed(folder)
            os._exit(0)
        os._exit(1)
    if after is not None:
        time.sleep(after)  # the moment of the kill is what is drawn, not a condition that is waited for
        os.kill(child, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, -signal.SIGKILL), code
    return code != 0


def main(folder: Path, seed: int, kills: int) -> None:
    began = time.monotonic()
    in_child(plates, folder / "whole")
    took = time.monotonic() - began
    rng, killed, rounds = random.Random(seed), 0, 0
    while killed < kills:
        at = folder / str(rounds)
        if in_child(plates, at, rng.uniform(0.0, took / 8)):
            killed += 1
        else:
            rounds += 1  # it was done before: the next one gets the other kills
    in_child(plates, folder / str(rounds))
    print(json.dumps({"killed": killed, "rounds": rounds + 1}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
