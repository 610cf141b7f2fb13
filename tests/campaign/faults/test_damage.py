"""A campaign's files damaged at every place: an error of ours or the whole campaign, never a smaller one."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from molgrad.campaign.campaign import Campaign
from molgrad.errors import CampaignError
from tests.campaign.test_campaign import campaign, measured
from tests.fakes import Letters

pytestmark = pytest.mark.slow

PAGE = 4096
Whole = tuple[bytes, list[tuple[str, str, float | None, str]]]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """The database of a campaign, and what it holds."""
    folder = tmp_path_factory.mktemp("whole")
    with campaign(folder) as run:
        held = measured(run.run(docks=60))
    return (folder / "campaign.db").read_bytes(), held


def read(folder: Path, data: bytes) -> list[tuple[str, str, float | None, str]] | CampaignError:
    """What a campaign with this database holds, or why it is refused."""
    (folder / "campaign.db").write_bytes(data)
    try:
        with Campaign(folder, domain=Letters()) as run:
            return measured(run)
    except CampaignError as error:
        return error


def refused(found: object) -> bool:
    return isinstance(found, CampaignError) and "campaign.db" in str(found)


@pytest.mark.parametrize("fill", [b"\0", b"\xff"])
def test_a_page_that_was_lost_is_missed(tmp_path: Path, whole: Whole, fill: bytes) -> None:
    data, held = whole
    places = range(0, len(data), PAGE)
    found = [read(tmp_path, data[:first] + fill * PAGE + data[first + PAGE :]) for first in places]
    assert all(one == held or refused(one) for one in found)
    assert sum(map(refused, found)) > len(found) / 2


def test_a_page_in_the_place_of_another_is_noticed(tmp_path: Path, whole: Whole) -> None:
    data, held = whole
    pages = [data[first : first + PAGE] for first in range(0, len(data), PAGE)]
    rng = random.Random(16)
    for _ in range(60):
        one, other = rng.sample(range(1, len(pages)), 2)
        found = read(tmp_path, b"".join([*pages[:one], pages[other], *pages[one + 1 :]]))
        assert found == held or refused(found)


def test_a_file_cut_anywhere_is_noticed(tmp_path: Path, whole: Whole) -> None:
    data, held = whole
    lengths = range(0, len(data), max(1, len(data) // 50))
    found = [read(tmp_path, data[:length]) for length in lengths]
    # Within the last page only the end of what is worked out anew may be lacking.
    assert all(refused(one) for one, length in zip(found, lengths, strict=True) if length <= len(data) - PAGE)
    assert all(one == held or refused(one) for one in found)


def test_single_bytes_are_refused_or_change_nothing(tmp_path: Path, whole: Whole) -> None:
    data, held = whole
    rng = random.Random(16)
    for _ in range(300):
        changed = bytearray(data)
        for place in rng.sample(range(len(data)), 4):
            changed[place] = rng.randrange(256)
        found = read(tmp_path, bytes(changed))
        assert found == held or refused(found)


def test_any_bytes_in_the_other_files_stop_nothing(tmp_path: Path) -> None:
    with campaign(tmp_path) as run:
        run.run(docks=10)
    for turn in range(20):
        for name in ("campaign.toml", "molecules.csv", "poses.sdf", "campaign.lock"):
            (tmp_path / name).write_bytes(os.urandom(500))
        with campaign(tmp_path) as run:
            assert len(run.run(docks=11 + turn).records()) == 11 + turn
