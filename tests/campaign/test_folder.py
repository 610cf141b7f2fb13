"""The lock of a run folder belongs to one process, not to those that it forks."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from molgrad.campaign.folder import Lock
from molgrad.errors import CampaignLockedError


def test_a_forked_process_does_not_hold_the_lock(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    with Lock(tmp_path):
        child = os.fork()
        if not child:
            os.write(writing, b"forked")
            signal.pause()
        os.read(reading, 6)
        with pytest.raises(CampaignLockedError):
            Lock(tmp_path).__enter__()
    try:
        with Lock(tmp_path):
            pass
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
