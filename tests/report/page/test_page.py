"""The report: what stands in it, that no text in it acts, its formats, and what is said where it cannot be made."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import molgrad as mg
from molgrad.autograd.gradient import Proposal
from molgrad.autograd.text_domain import TextDomain
from molgrad.campaign.store import Store
from molgrad.campaign.view import View
from molgrad.cli.report import run_report
from molgrad.errors import CampaignError, MissingExtraError, MolgradError, UnknownNameError
from molgrad.evaluation import Evaluation, Status
from molgrad.report.page import figures
from molgrad.report.page.compose import content
from molgrad.report.page.content import Card, Section
from molgrad.report.page.everything import entries
from molgrad.report.page.html import html
from molgrad.report.page.markdown import code, escaped
from molgrad.report.page.pdf import browser
from molgrad.report.page.subject import Subject
from tests.report.stored import HOSTILE, stored

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib")


class Page(HTMLParser):
    """What a browser finds in a page: its tags with their attributes, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.parts: list[str] = []
        self.feed(text)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.parts).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stored(tmp_path_factory.mktemp("page") / "run", 14, assay=True, hostile=HOSTILE)


@pytest.fixture(scope="module")
def text(folder: Path) -> str:
    return mg.report(folder).read_text()


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_the_answer_comes_first(page: Page) -> None:
    best = "The best of 10 molecules with all results is m0006"
    assert page.words.index(best) < page.words.index("The best 10 molecules")
    assert "better than the lead m0001" in page.words
    assert "This rests on IC50 (56.2 nM (n = 2), the lead 10 nM (n = 2)) and docking in CDK2" in page.words
    assert "3 molecules wait for results (3 for IC50)" in page.words
    assert "bind CDK2; lower IC50 to 10 nM" in page.words


@pytest.mark.parametrize(
    "said",
    [
        "number 10 of 10 by docking",  # what docking got wrong
        "docking: expected \N{MINUS SIGN}1.20 ± 0.50, came \N{MINUS SIGN}0.27 (open)",  # an edge of the lineage
        "made from m0001",
        "1 of 14 molecules gave no loss",
        "14 of 14 docked",
        "the lines below go on with it",
        "rdkit",
        "within one sd (68 % should be)",
    ],
)
def test_every_part_is_there(page: Page, said: str) -> None:
    assert said in page.words


def test_text_by_others_does_not_act(page: Page) -> None:
    assert [tag for tag, _ in page.tags].count("script") == 1  # the page's own
    assert not [attrs for _, attrs in page.tags if any(name.startswith("on") for name in attrs)]
    assert "<script>alert(1)</script> | `x` *a* <img src=x onerror=alert(1)> {{ 7*7 }}" in page.words
    (policy,) = [attrs["content"] for _, attrs in page.tags if attrs.get("http-equiv") == "Content-Security-Policy"]
    assert re.search(r"default-src 'none'; .*script-src 'sha256-[\w+/=]+'$", str(policy))


def test_a_script_that_slipped_in_with_a_picture_is_not_let_run(folder: Path) -> None:
    with mg.Campaign(folder) as campaign:
        found = content(campaign)
    piece = '<div class="molgrad-space"></div><script>alert(2)</script>'
    text = html(replace(found, sections=(Section("x", "x", cards=(Card("m", "C", pieces=(piece,)),)),)))
    (policy,) = [attrs["content"] for _, attrs in Page(text).tags if attrs.get("http-equiv")]
    assert str(policy).count("'sha256-") == 4  # the page's, the library's two, and what mounts a view
    assert b64encode(sha256(b"alert(2)").digest()).decode() not in str(policy)


def test_nothing_is_loaded_from_anywhere(page: Page) -> None:
    addresses = [value for _, attrs in page.tags for name, value in attrs.items() if name in ("src", "href", "srcset")]
    assert addresses
    assert all(str(one).startswith(("data:image/", "#")) for one in addresses)
    assert {"link", "iframe", "object", "base"}.isdisjoint(tag for tag, _ in page.tags)


def test_anchors_lead_somewhere_and_names_are_there_once(page: Page) -> None:
    names = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(names) == len(set(names))
    assert {str(attrs["href"])[1:] for tag, attrs in page.tags if tag == "a"} <= set(names)


def test_every_picture_says_what_it_shows(page: Page) -> None:
    assert all("alt" in attrs for tag, attrs in page.tags if tag == "img")


def test_every_molecule_is_in_the_table(page: Page) -> None:
    assert all(f"m{number:04d}" in page.words for number in range(1, 15))


def test_markdown_has_its_plots_beside_it(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_report(folder, tmp_path / "report.md", None)
    assert capsys.readouterr().out == f"{tmp_path / 'report.md'}\n"
    text = (tmp_path / "report.md").read_text()
    links = re.findall(r"^!\[[^]]*\]\((report_files/plot_\d\.svg)\)$", text, re.MULTILINE)
    assert len(links) > 4
    assert all((tmp_path / one).read_text().startswith("<svg") for one in links)
    assert "<script" not in text.replace(r"\<script", "")
    rows = [line for line in text.splitlines() if line.startswith("| m00")]
    assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows if "`" in row.split("|")[2]}) == 1


@pytest.mark.parametrize(("given", "shown"), [("a|b", r"a\|b"), ("<b>", r"\<b\>"), ("*x*", r"\*x\*"), ("a_b", r"a\_b")])
def test_markdown_shows_text_as_it_is(given: str, shown: str) -> None:
    assert escaped(given) == shown


def test_code_with_ticks_stays_code() -> None:
    assert code("a`b") == "``a`b``"


@pytest.mark.skipif(browser() is None, reason="no Chromium or Chrome on this machine")
@pytest.mark.slow
def test_a_pdf_is_printed(folder: Path, tmp_path: Path) -> None:
    file = mg.report(folder, tmp_path / "report.pdf")
    assert file.read_bytes()[:5] == b"%PDF-"


def test_without_a_browser_a_pdf_says_what_is_missing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(MolgradError, match="printed by Chromium, Chrome or Edge"):
        mg.report(folder, format="pdf")


def test_what_is_no_campaign_is_told(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(CampaignError, match="holds no campaign"):
        mg.report(tmp_path)
    (tmp_path / "screen.db").touch()
    with pytest.raises(CampaignError, match=r"a screen: results\.csv"):
        mg.report(tmp_path)
    with pytest.raises(UnknownNameError, match="no format 'docx'"):
        mg.Campaign(folder).report("report.docx")
    with pytest.raises(UnknownNameError, match="no format 'xml'"):
        run_report(folder, None, "XML")


def test_without_jinja2_it_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'molgrad\[report\]'"):
        mg.report(folder)


def test_a_run_without_any_loss_has_a_page(tmp_path: Path) -> None:
    loss = mg.FunctionLoss(lambda smiles: float("nan"), name="nothing")
    with mg.Campaign(tmp_path, start=["CCO"], loss=loss) as run:
        with pytest.raises(CampaignError, match="nothing to report"):
            run.report()
        run.run(docks=1)
        words = Page(run.report().read_text()).words
    assert "There is no answer yet: of 1 molecule none has a loss." in words
    assert "There is nothing to plot" in words


def test_of_texts_a_parent_is_told_by_its_name_and_a_long_reason_is_cut(tmp_path: Path) -> None:
    first, second = "Answer.\nBriefly.", "Answer.\nThe number alone."
    store = Store(tmp_path / "campaign.db")
    store.set_meta("settings", {"start": [first], "loss": {"loss": "asked"}, "domain": {"name": "text"}})
    store.add_batch(0, "start", [Proposal(first)])
    store.add_batch(1, "search", [Proposal(second, first, reason="why " * 9_000)])
    store.replace_evaluations({k: Evaluation("asked", Status.OK, 2.0 - k, {"asked": 2.0 - k}) for k in (1, 2)})
    store.close()
    columns, _, rows = entries(Subject(View(tmp_path, TextDomain())))
    child = dict(zip(columns, rows[0].cells, strict=True))
    assert (child["molecule"], child["parent"]) == ("m0002", "m0001")
    assert len(child["reason"]) <= 2_000


def test_an_empty_plot_says_why_in_the_words_of_the_error() -> None:
    def nothing() -> Any:
        raise MolgradError("there is nothing to plot: no molecule has both QED and IC50")

    found = figures._plot("The front", nothing, "")
    assert found.words == "There is nothing to plot: no molecule has both QED and IC50."


@pytest.mark.parametrize("kind", ["html", "md"])
def test_a_place_that_cannot_be_written_to_is_told(folder: Path, tmp_path: Path, kind: str) -> None:
    with pytest.raises(CampaignError, match="cannot be written"):
        mg.report(folder, tmp_path / "nowhere" / f"page.{kind}")


def test_report_is_a_function_whatever_was_imported_first() -> None:
    code = "import molgrad.report.show, molgrad as mg; assert callable(mg.report); from molgrad.report.show import show"
    subprocess.run([sys.executable, "-c", code], check=True)
