"""The report in a browser: thousands of molecules, no network, a small screen, a keyboard, a screen reader's rules."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import molgrad as mg
from molgrad.molecule.domain import MOLECULES, MoleculeDomain
from molgrad.report.page.pdf import browser
from tests.report.stored import HOSTILE, stored

api = pytest.importorskip("playwright.sync_api")
pytest.importorskip("matplotlib")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(browser() is None, reason="no Chromium or Chrome on this machine")]

N = 5000
SIZES = ((1400, 900), (390, 844))
OPEN = 2000  # milliseconds; about 300 on an idle machine


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mg.report(stored(tmp_path_factory.mktemp("small") / "run", 14, assay=True, hostile=HOSTILE))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = stored(tmp_path_factory.mktemp("large") / "run", N, assay=True)
    told = MOLECULES.describe("CCO")
    with pytest.MonkeyPatch.context() as patch:  # a run has them in its folder; to compute them takes minutes
        patch.setattr(MoleculeDomain, "describe", lambda domain, value: dict(told))
        return mg.report(folder)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with api.sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=browser(), args=["--no-sandbox"])
        yield made
        made.close()


class Opened:
    """A page of a report without a network; everything that its console says is kept."""

    def __init__(self, chromium: Any, file: Path, size: tuple[int, int], **more: Any) -> None:
        width, height = size
        self.context = chromium.new_context(viewport={"width": width, "height": height}, offline=True, **more)
        self.page, self.said = self.context.new_page(), list[str]()
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda asked: self.said.append(asked.url) if "http" in asked.url[:5] else None)
        self.page.goto(file.as_uri())

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *error: object) -> None:
        self.context.close()

    def rows(self) -> list[str]:
        return list(self.page.locator("#molecules tbody tr th").all_inner_texts())


@pytest.mark.parametrize("size", SIZES)
def test_thousands_of_molecules_open_at_once(chromium: Any, large: Path, size: tuple[int, int]) -> None:
    assert large.stat().st_size < 10_000_000
    took = []
    for _ in range(3):  # the quickest: other programs take their share of a machine
        with Opened(chromium, large, size) as opened:
            took.append(opened.page.evaluate("performance.timing.loadEventEnd - performance.timing.navigationStart"))
            assert opened.said == []
            assert opened.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert min(took) < OPEN


def test_every_molecule_is_found_and_sorted(chromium: Any, large: Path) -> None:
    with Opened(chromium, large, SIZES[0]) as opened:
        page = opened.page
        page.get_by_label("Find a name").fill("m4999")
        assert opened.rows() == ["m4999"]
        page.get_by_role("button", name="Show all again").click()
        page.get_by_role("button", name="molecule", exact=True).focus()
        page.keyboard.press("Enter")
        assert opened.rows()[:3] == ["m0001", "m0002", "m0003"]
        page.get_by_role("button", name="Show 200 more of 5000").click()
        assert len(opened.rows()) == 400
        assert opened.said == []


def test_without_scripts_everything_is_there(chromium: Any, large: Path) -> None:
    with Opened(chromium, large, SIZES[0], java_script_enabled=False) as opened:
        opened.page.get_by_text("Molecules 4701 to 5000 of 5000", exact=True).first.click()
        assert opened.page.locator("#molecules tbody tr th").count() == N


def test_hostile_text_does_nothing(chromium: Any, small: Path) -> None:
    with Opened(chromium, small, SIZES[0]) as opened:
        opened.page.on("dialog", lambda dialog: opened.said.append(dialog.message))
        opened.page.get_by_label("Find a name").fill("alert(1)")
        assert len(opened.rows()) == 13
        assert opened.page.evaluate("7 * 7") == 49  # the page still answers
        assert opened.said == []


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("axe")
    npm = shutil.which("npm")
    words = [str(npm), "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), "axe-core@4"]
    if npm is None or subprocess.run(words, capture_output=True, timeout=60, check=False).returncode:
        pytest.skip("axe-core cannot be installed: no npm, or no registry")
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text()


@pytest.mark.parametrize("media", ["screen", "print"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_serious(chromium: Any, small: Path, axe: str, size: tuple[int, int], media: Any) -> None:
    with Opened(chromium, small, size, bypass_csp=True) as opened:
        opened.page.emulate_media(media=media)
        opened.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        opened.page.evaluate(axe)
        found = opened.page.evaluate("axe.run()")
        told = {f"{one['id']}: {one['nodes'][0]['html']}" for one in found["violations"]}
        assert told == set()
        assert len(found["passes"]) > 20


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_cut_and_nothing_is_blank(chromium: Any, small: Path, size: tuple[int, int]) -> None:
    with Opened(chromium, small, size) as opened:
        opened.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        pictures = "[...document.images].filter((one) => one.complete && one.naturalWidth).length"
        assert opened.page.evaluate(pictures) == opened.page.evaluate("document.images.length") > 20
        wide = "[...document.querySelectorAll('.wide,.pose')].filter((one) => one.scrollWidth > one.clientWidth).length"
        assert size[0] > 600 or opened.page.evaluate(wide) == 0  # on a wide page the table of all may be scrolled


@pytest.fixture(scope="module")
def displays(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What two saved notebooks show, on one page without their scripts."""
    shown = []
    for path in sorted((Path(__file__).parents[3] / "notebooks").glob("0[24]_*.ipynb")):
        outputs = [output for cell in json.loads(path.read_text())["cells"] for output in cell.get("outputs", ())]
        found = ("".join(output.get("data", {}).get("text/html", "")) for output in outputs)
        shown += [re.sub(r"<script.*?</script>", "", one, flags=re.DOTALL) for one in found if "dataframe" not in one]
    page = tmp_path_factory.mktemp("displays") / "page.html"
    head = '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>displays</title>'
    page.write_text(f"{head}<meta charset='utf-8'><main><h1>displays</h1>{''.join(shown)}</main></html>")
    return page


@pytest.mark.parametrize("size", SIZES)
def test_what_a_notebook_shows_fits_and_can_be_read_by_all(
    chromium: Any, displays: Path, axe: str, size: tuple[int, int]
) -> None:
    with Opened(chromium, displays, size, bypass_csp=True) as opened:
        wide = "[...document.querySelectorAll('body *')].filter((one) => one.clientWidth && "
        wide += "one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX != 'visible')"
        assert opened.page.evaluate(f"{wide}.map((one) => one.outerHTML.slice(0, 200))") == []
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= size[0]
        opened.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        opened.page.evaluate(axe)
        found = opened.page.evaluate("axe.run()")["violations"]
        assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
