"""Poses in 3D: what a scene holds, that a page has one library and loads nothing, and that a view mounts itself."""

from __future__ import annotations

import hashlib
import html
import importlib.util
import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from rdkit import Chem

import molgrad as mg
from molgrad.campaign.recipe import RECORD
from molgrad.campaign.store import Store
from molgrad.docking.result import DockResult, Provenance
from molgrad.errors import DockingError, ReceptorError
from molgrad.evaluation import DOCKING, Evaluation, Status
from molgrad.receptors import Receptor
from molgrad.report.space import library as of_library
from molgrad.report.space import library_script, scene, scene_html, still
from molgrad.report.space import view as of_view
from tests.interactions.scenes import STORED, pose
from tests.report.stored import stored

CHROMIUM = Path("/usr/bin/chromium")
TRIMETHOPRIM, SULFA, AMINE = STORED


def posed(stored: dict[str, Any], receptor: Receptor, name: str = "1ia1") -> Evaluation:
    made = {"receptor": name, "receptor_sha256": receptor.sha256}
    details = {"smiles": stored["smiles"], "poses": [stored["pose"]], "receptor": name, "provenance": made}
    raw = {"affinity": stored["affinity"]}
    return Evaluation(DOCKING, Status.OK, stored["affinity"], raw, details=details, kind=DOCKING)


def test_a_scene_is_a_pose_with_the_residues_and_contacts_that_matter(receptor: Receptor) -> None:
    found = scene(posed(TRIMETHOPRIM, receptor), parent=posed(AMINE, receptor))
    assert json.loads(json.dumps(found)) == found
    assert len(json.dumps(found)) < 80_000
    assert {"B:GLU32", "B:ILE9"} <= {one["label"] for one in found["residues"]}
    assert found["parent"]["name"] == AMINE["smiles"]
    ligand = Chem.MolFromMolBlock(found["ligand"]).GetConformer().GetPositions()
    pocket = [row for row in found["pocket"].splitlines() if row.startswith("ATOM")]
    points = np.array([[float(row[at : at + 8]) for at in (30, 38, 46)] for row in pocket])
    for contact in found["contacts"]:  # both ends are atoms, as far apart as the words say
        start, end = np.array(contact["from"]), np.array(contact["to"])
        assert np.abs(ligand - start).max(axis=1).min() < 0.001
        assert np.abs(points - end).max(axis=1).min() < 0.001
        assert f"{np.linalg.norm(start - end):.1f} Å" == contact["label"]
    gaps = np.linalg.norm(points[:, None] - ligand[None], axis=2).min(axis=1)
    assert gaps.min() > 1.5
    residues = {(row[21], row[22:27]) for row in pocket}
    nearest = [min(g for g, row in zip(gaps, pocket, strict=True) if (row[21], row[22:27]) == one) for one in residues]
    assert max(nearest) <= 8.0 < gaps.max()  # whole residues


def test_the_result_of_a_dock_has_the_same_scene_as_its_evaluation(receptor: Receptor) -> None:
    made = Provenance(receptor="1ia1", receptor_sha256=receptor.sha256)
    smiles, affinity, poses = TRIMETHOPRIM["smiles"], TRIMETHOPRIM["affinity"], (TRIMETHOPRIM["pose"],)
    result = DockResult(smiles, affinity=affinity, poses=poses, provenance=made)
    assert scene(result) == scene(posed(TRIMETHOPRIM, receptor))


def test_what_has_no_pose_or_another_receptor_says_so(receptor: Receptor) -> None:
    with pytest.raises(DockingError, match="no conformer"):
        scene(Evaluation(DOCKING, Status.INVALID, reason="no conformer", kind=DOCKING))
    with pytest.raises(DockingError, match="no term of its loss docks"):
        scene(Evaluation("qed", Status.OK, 0.3))
    with pytest.raises(ReceptorError, match="receptor="):
        scene(posed(TRIMETHOPRIM, receptor, "my own folder"))
    with pytest.raises(ReceptorError, match="is not the receptor of this pose"):
        scene(posed(TRIMETHOPRIM, receptor), "DHFR")


def test_a_receptor_of_ones_own_is_found_by_the_campaign(receptor: Receptor, tmp_path: Path) -> None:
    own = posed(TRIMETHOPRIM, receptor, "no such name")
    with mg.Campaign(stored(tmp_path / "run")) as campaign, pytest.raises(ReceptorError):
        mg.view(own, campaign=campaign)
    store = Store(tmp_path / "run" / "campaign.db")
    store.set_meta(RECORD, {"receptor": str(receptor.pdbqt.parent)})
    store.close()
    with mg.Campaign(tmp_path / "run") as campaign:
        assert "B:GLU32" in mg.view(own, campaign=campaign).text
        assert "B:GLU32" in mg.interactions(own, campaign=campaign).text


def test_the_library_is_in_the_first_view_of_a_notebook_and_where_its_cell_runs_again(
    receptor: Receptor, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Shell:
        kernel, execution_count, cell = None, 0, ""

        def get_parent(self) -> dict[str, Any]:
            return {"metadata": {"cellId": self.cell}}

    shell, own = Shell(), posed(TRIMETHOPRIM, receptor)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setattr(of_view, "_carrier", [])

    def holds(run: int, cell: str, **how: Any) -> bool:
        shell.execution_count, shell.cell = run, cell
        return "webpack" in mg.view(own, **how).markup

    assert [holds(1, "a"), holds(1, "a"), holds(2, "b")] == [True, False, False]
    assert [holds(3, "a"), holds(4, "b"), holds(5, "c", library=True)] == [True, False, True]


def test_a_page_has_one_library_and_nothing_from_outside(receptor: Receptor) -> None:
    views = [scene_html(scene(posed(one, receptor))) for one in STORED]
    page = "".join(views) + library_script()
    assert page.count("3Dmol-min.js.LICENSE.txt") == 1
    assert not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", page)
    assert all(view.count("data:image/png;base64,") == 1 and "http" not in view for view in views)
    library = of_library._LIBRARY
    assert hashlib.sha256(library.read_bytes()).hexdigest() in (library.parent / "README.md").read_text()
    assert "BSD-3-Clause" in (library.parent / "LICENSE").read_text()


def test_a_hostile_name_stays_text(receptor: Receptor) -> None:
    found = scene(posed(TRIMETHOPRIM, receptor)) | {"name": "\"'><script>alert(1)</script>"}
    markup = scene_html(found)
    assert "<script>alert" not in markup
    data = re.search(r'data-scene="([^"]*)"', markup)
    assert data is not None
    assert json.loads(html.unescape(data[1])) == found


def test_the_still_picture_is_a_png(receptor: Receptor) -> None:
    assert still(scene(posed(SULFA, receptor))).startswith(b"\x89PNG")
    alone = pose("C", [tuple(receptor.box.center)])
    methane = posed({"smiles": "C", "pose": alone, "affinity": -1.0}, receptor)
    assert still(scene(methane)).startswith(b"\x89PNG")
    assert mg.interactions(methane).markup.count("<img") == 1


@pytest.mark.slow
@pytest.mark.skipif(
    not CHROMIUM.exists() or importlib.util.find_spec("playwright") is None, reason="needs chromium and playwright"
)
def test_views_mount_in_a_browser_without_a_network(receptor: Receptor, tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright  # not installed in CI

    views = "".join(scene_html(scene(posed(one, receptor))) for one in STORED[:2])
    file = tmp_path / "page.html"
    file.write_text(f"<!doctype html><meta charset=utf-8><body>{library_script()}{views}</body>")
    options = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
    said: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=options)
        page = browser.new_context(offline=True).new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(file.as_uri())
        page.wait_for_function("document.querySelectorAll('.molgrad-live canvas').length == 2", timeout=30_000)
        assert not page.locator(".molgrad-still").first.is_visible()
        page.get_by_role("button", name="ribbon").first.click()
        browser.close()
    assert said == []
