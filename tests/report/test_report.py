"""What people look at: the live line, the tables, the drawn frame."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

from molgrad.autograd.gradient import Proposal
from molgrad.campaign.campaign import Campaign
from molgrad.campaign.events import Event
from molgrad.docking.worth import WORTH
from molgrad.evaluation import Evaluation, Status
from molgrad.report.live import LiveLine, live_line
from molgrad.report.notebook.parts import Page
from molgrad.report.show import Html, show
from molgrad.report.tables import print_best
from tests.fakes import Count, Letters, ScriptedAdvisor


def event(spent: int, *, status: Status = Status.OK, failed: int = 0) -> Event:
    score = -1.5 if status is Status.OK else None
    evaluation = Evaluation("total", status, score, reason="" if score else "worker died")
    return Event(Proposal("CCO"), evaluation, spent, 10, failed, ("CCO", -1.5), 1)


class Collected:
    def __init__(self) -> None:
        self.words: list[str] = []

    def show(self, event: Event, words: str) -> None:
        self.words.append(words)

    def say(self, words: str) -> None:
        self.words.append(words)

    def close(self) -> None:
        self.words.append("closed")


def test_the_line_counts_failures_and_knows_the_best() -> None:
    place = Collected()
    with LiveLine(place) as line:
        line(event(3))
        line(event(4, failed=2))
    assert place.words[0] == "3/10 docked  best loss -1.500  --:-- left"
    assert place.words[1].startswith("4/10 docked  2 failed  best loss -1.500  0:0")
    assert place.words[2] == "closed"


def test_a_loss_without_docking_is_not_said_to_dock() -> None:
    place = Collected()
    LiveLine(place)(replace(event(3), unit="measured"))
    assert place.words == ["3/10 measured  best loss -1.500  --:-- left"]


def test_in_a_log_it_writes_a_line_a_molecule(capsys: pytest.CaptureFixture[str]) -> None:
    line = live_line()
    line(event(1))
    line(event(2, status=Status.FAILED, failed=1))
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].endswith("-1.500  CCO")
    assert "failed  CCO" in lines[1]


def test_no_display_holds_what_a_terminal_would_act_on() -> None:
    named = "m0001 \x1b[2Jlead\x07\n"
    assert Html("", named).text == "m0001 lead\n"
    assert Page("", named).bundle()["text/plain"] == "m0001 lead\n"


def test_quiet_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    live_line(quiet=True)(event(1))
    assert capsys.readouterr().err == ""


@pytest.fixture
def run(tmp_path: Path) -> Campaign:
    advisor = ScriptedAdvisor(lambda v: [v + "a", v + "b"])
    loss = Count("a", expensive=True) + 2 * Count("c")
    campaign = Campaign(tmp_path, start=["b"], loss=loss, engine=advisor, domain=Letters())
    return campaign.run(docks=8)


def drawn(function: object, *arguments: object) -> str:
    text = io.StringIO()
    function(*arguments, console=Console(file=text, width=80))  # type: ignore[operator]
    return text.getvalue()


def test_the_table_fits_80_columns_and_names_each_term(run: Campaign) -> None:
    text = drawn(print_best, run, 3)
    assert max(map(len, text.splitlines())) <= 80
    assert "count_a" in text
    assert f"1  {run.best(1)[0].value}" in text


def test_a_run_without_scores_says_where_to_look(tmp_path: Path) -> None:
    loss = Count("a", expensive=True, fail=["b"])
    with Campaign(tmp_path, start=["b"], loss=loss, engine=ScriptedAdvisor(), domain=Letters()) as run:
        assert "failure" in drawn(print_best, run.run(docks=1))


def test_structures_are_drawn_inline_and_text_is_escaped() -> None:
    frame = pd.DataFrame({"smiles": ["CCO", "c1ccc"], "loss": [-1.0, 2.0], "reason": ["<b>bold</b>", "bad"]})
    html = show(frame)._repr_html_()
    assert html.count("<img") == 1  # the second is no molecule, and still a row
    assert html.count(">loss</span>") == 2
    assert "<b>bold" not in html
    assert not re.search(r"(src|href)\s*=\s*\"(?!data:image/png)", html)  # nothing is fetched


@pytest.mark.parametrize(("column", "said"), [("affinity", True), ("affinity_JAK2", True), ("qed", False)])
def test_what_docking_scores_are_worth_stands_below_them(
    column: str, said: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    html = show(pd.DataFrame({"smiles": ["CCO"], "loss": [-1.0], column: [-4.0]}))
    assert (WORTH in html.text) == (WORTH in html.markup) == said
    assert WORTH.count("docs/docking.md") == 1


class Docked(Count):
    """A loss with docking scores among its raw values."""

    def _evaluate(self, value: str, context: object) -> Evaluation:
        return replace(super()._evaluate(value, context), raw={"affinity": -4.0})


def test_the_terminal_says_it_too(run: Campaign, tmp_path: Path) -> None:
    assert WORTH not in " ".join(drawn(print_best, run).split("\n"))
    loss = Docked("a", expensive=True)
    with Campaign(tmp_path / "docked", start=["b"], loss=loss, engine=ScriptedAdvisor(), domain=Letters()) as docked:
        assert WORTH in drawn(print_best, docked.run(docks=1))


class Picky(Letters):
    """Words of which those with a c fail the filters."""

    def describe(self, value: str) -> dict[str, float]:
        return {"passes_filters": float("c" not in value)}


def test_the_table_shows_the_best_that_passes_the_gate_beside_the_raw_best(tmp_path: Path) -> None:
    advisor = ScriptedAdvisor(lambda v: [v + "c", v + "a"])
    loss = Count("a", expensive=True) + 3 * Count("c")
    with Campaign(tmp_path, start=["b"], loss=loss, engine=advisor, domain=Picky()) as run:
        text = drawn(print_best, run.run(docks=8), 2)
        assert "fail the filters" in text
        passed = run.best(1, passes_filters=True)[0]
        assert "c" not in passed.value
        assert f"the best that passes: {passed.evaluation.score:.3f} {passed.value}" in " ".join(text.split())
        assert run.best(1)[0].value != passed.value
