"""The live view: one output that changes in place, and a stop button after which the kernel goes on."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from molgrad.autograd.gradient import Proposal
from molgrad.campaign.events import Event
from molgrad.evaluation import Evaluation, Status
from molgrad.report.notebook import live
from molgrad.report.pictures.progress import progress
from molgrad.report.pictures.sheet import Sheet

SLOW = """
import time, molgrad as mg

class Slow(mg.Loss):
    name, expensive = "slow", True

    def _evaluate(self, value, context):
        time.sleep(0.3)
        return mg.Evaluation(self.name, mg.Status.OK, -float(len(value)))

campaign = mg.Campaign({folder!r}, start=["CC(=O)Oc1ccccc1C(=O)O"], loss=Slow(), engine="chemist", scope="free")
_ = campaign.run(docks=200)
"""


class Shown:
    """IPython's display and its handle."""

    def __init__(self) -> None:
        self.bundles: list[dict[str, str]] = []

    def display(self, bundle: dict[str, str], *, raw: bool, display_id: bool) -> Shown:
        assert raw
        assert display_id
        self.bundles.append(bundle)
        return self

    def update(self, bundle: dict[str, str], *, raw: bool) -> None:
        assert raw
        self.bundles.append(bundle)


def event(spent: int, score: float | None, best: float) -> Event:
    status = Status.OK if score is not None else Status.FAILED
    evaluation = Evaluation("total", status, score, reason="" if score is not None else "died <script>")
    return Event(Proposal("CCO"), evaluation, spent, 10, int(score is None), ("CCN", best), 1)


def test_the_view_shows_best_curve_failures_and_the_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Shown()
    monkeypatch.setattr(live, "import_module", lambda _: shown)
    monkeypatch.setattr(live, "_OFTEN", 0.0)
    view = live.LiveView()
    view.begin([-0.5, None])
    view.show(event(1, -1.0, -1.0), "1/10 docked")
    view.show(event(2, None, -1.0), "2/10 docked  1 failed")
    view.say("finishing <b>")
    view.close()
    last = shown.bundles[-1]
    assert len(shown.bundles) == 4
    assert last["text/html"].count("data:image/png") == 2
    assert "loss of 4 molecules" in last["text/html"]
    assert "2/10 docked, 1 failed" in last["text/html"]
    assert "<script" not in last["text/html"]
    assert "finishing &lt;b&gt;" in last["text/html"]
    assert last["text/plain"] == "2/10 docked  1 failed; finishing <b>"


def test_often_changes_are_drawn_now_and_then_and_the_last_always(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Shown()
    monkeypatch.setattr(live, "import_module", lambda _: shown)
    monkeypatch.setattr(live, "_OFTEN", 60.0)
    view = live.LiveView()
    for spent in range(1, 8):
        view.show(event(spent, -1.0, -1.0), f"{spent}/10")
    assert len(shown.bundles) == 1
    view.close()
    assert "7/10" in shown.bundles[-1]["text/html"]


@pytest.mark.parametrize("scores", [[], [None], [1.0], [1.0, 1.0], [None, 2.0, 1.0, 40.0]])
def test_the_curve_is_drawn_whatever_was_measured(scores: list[float | None]) -> None:
    assert progress(scores, 10).startswith(b"\x89PNG")


def test_of_thousands_of_molecules_the_curve_draws_what_can_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Any] = []
    for mark in ("disc", "line"):
        monkeypatch.setattr(Sheet, mark, lambda _, *place: drawn.append(place))
    scores = [None if place % 50 == 7 else float((place * 37) % 1_000) for place in range(5_000)]
    progress(scores)
    assert 300 < len(drawn) < 1_000


def outputs(client: Any, code: str, interrupt: Any = None) -> list[dict[str, Any]]:
    """What a cell writes; `interrupt` is called once its first picture is there."""
    sent, found = client.execute(code), []
    end = time.monotonic() + 60
    while time.monotonic() < end:
        message = client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") != sent:
            continue
        kind, content = message["msg_type"], message["content"]
        if kind == "status" and content["execution_state"] == "idle":
            return found
        found.append({"kind": kind, **content})
        if kind == "update_display_data" and interrupt is not None:
            interrupt, stop = None, interrupt
            stop()
    raise TimeoutError(found)


@pytest.mark.slow  # a kernel starts and imports everything: twenty seconds on a busy machine
def test_the_stop_button_ends_the_run_and_leaves_the_kernel(tmp_path: Path) -> None:
    jupyter = pytest.importorskip("jupyter_client")
    pytest.importorskip("ipykernel")
    manager, client = jupyter.manager.start_new_kernel(kernel_name="python3")
    try:
        written = outputs(client, SLOW.format(folder=str(tmp_path / "run")), manager.interrupt_kernel)
        assert not [one for one in written if one["kind"] == "error"]
        first = next(one for one in written if one["kind"] == "display_data")
        later = [one for one in written if one["kind"] == "update_display_data"]
        assert {one["transient"]["display_id"] for one in (first, *later)} == {first["transient"]["display_id"]}
        assert "finishing what is being measured" in str(later[-1]["data"]["text/plain"])
        then = outputs(client, "print(len(campaign.records()), campaign.notes()[0]); campaign")
        assert "stop button" in str(then)
        assert "campaign.run(200)" in str(then)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
