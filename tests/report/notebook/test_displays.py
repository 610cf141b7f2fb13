"""How objects show themselves: structures that survive a sanitizer, short lists, nothing that acts."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import molgrad as mg
from molgrad.autograd.variable import Measurement
from molgrad.campaign.plates import Plate, Plates
from molgrad.optim.record import Record, Records
from molgrad.report.notebook.parts import ITEMS, WIDTH
from molgrad.report.notebook.words import atoms_named, items_of
from tests.fakes import Count, Letters, ScriptedAdvisor

ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"
NASTY = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


def bundle(shown: Any) -> dict[str, Any]:
    """What IPython gets; a display that failed has no HTML."""
    found: dict[str, Any] = shown._repr_mimebundle_()
    assert "text/html" in found, found
    assert found["text/plain"]
    return found


def sanitized(html: str) -> str:
    """As GitHub leaves it: no SVG, scripts, style sheets or style attributes."""
    html = re.sub(r"<(svg|script|style)\b.*?</\1>", "", html, flags=re.S)
    return re.sub(r'\sstyle="[^"]*"', "", html)


def structures(html: str) -> int:
    return len(re.findall(r'<img src="data:image/png;base64,[A-Za-z0-9+/=]{500,}"', sanitized(html)))


def items(html: str) -> list[list[str]]:
    """The items of each list, as they are read."""
    lists = re.findall(r"<ul[^>]*>(.*?)</ul>", html, re.S)
    return [[unescape(re.sub(r"<[^>]+>", "", item)) for item in re.findall(r"<li>(.*?)</li>", one)] for one in lists]


def harmless(html: str) -> bool:
    return "<script" not in html and "onerror=alert(2)>" not in html.replace("&gt;", "")


@pytest.fixture(scope="module")
def measured() -> mg.Molecule:
    molecule = mg.Molecule(ASPIRIN, role_description=f"lead {NASTY}")
    total = (10 * mg.QED() + mg.Alerts() + mg.Synthesizability())(molecule)
    total.backward("chemist")
    return molecule


def test_a_molecule_has_its_picture_in_every_format(measured: mg.Molecule) -> None:
    found = bundle(measured)
    assert structures(found["text/html"]) >= 1
    assert found["image/svg+xml"].startswith("<svg")
    assert found["image/png"].startswith("iVBOR")
    assert "vermillion: change" in found["text/html"]
    assert harmless(found["text/html"])


def test_its_words_are_a_short_list_with_the_rest_folded(measured: mg.Molecule) -> None:
    html = bundle(measured)["text/html"]
    shown = items(html)
    assert 2 <= len(shown[0]) <= ITEMS
    assert all(len(item) <= WIDTH for one in shown for item in one)
    assert "<details" in html
    assert any(item.startswith("try ") for item in shown[0])


def test_atoms_are_numbered_only_where_the_shown_words_name_them() -> None:
    molecule = mg.Molecule(ASPIRIN)
    assert "class='note'" not in bundle(molecule)["image/svg+xml"]
    molecule.gradients.append(mg.Gradient("The ester at atoms 1-3 is cleaved.\nKeep: the acid at atom 12"))
    svg = bundle(molecule)["image/svg+xml"]
    assert len(re.findall("class='note'", svg)) >= 4  # a path for each digit or number
    assert svg.count("<ellipse") == 4


def test_atoms_are_read_from_words() -> None:
    assert atoms_named("N at atom 14, atoms 1, 2 and 6-8; 3.1 kcal/mol") == (14, 1, 2, 6, 7, 8)


def test_an_idea_marks_the_atoms_that_it_exchanges() -> None:
    edit = mg.Edit("replace", {"smiles": "Cc1ccccc1", "atoms": [0, 1, 2, 3, 4, 5, 6]}, reason="F to methyl")
    (item,) = items_of([mg.Gradient("Try: F to methyl; answers: x", edits=(edit,))], "Fc1ccccc1")
    assert (item.text, item.atoms) == ("F to methyl", (0,))


def test_a_gradient_a_list_of_them_and_a_text(measured: mg.Molecule) -> None:
    assert items(bundle(measured.gradients[0])["text/html"])
    assert items(bundle(measured.gradients)["text/html"])
    text = mg.Variable(f"Answer. {NASTY}", role_description="prompt")
    text.gradients.append(mg.Gradient("Say the unit. " * 30, source=NASTY))
    assert harmless(bundle(text)["text/html"])
    assert harmless(bundle(text.gradients)["text/html"])
    about = mg.Gradient("Remove it.", about="CCO")
    assert structures(bundle(about)["text/html"]) == 1


def test_a_loss_shows_its_terms_and_the_share_of_each_in_what_it_measured_last() -> None:
    loss = 10 * mg.QED() + mg.Alerts()
    assert "█" not in bundle(loss)["text/html"]
    loss(mg.Molecule(ASPIRIN))
    html = bundle(loss)["text/html"]
    assert "█" in html
    assert ">10</td>" in html
    other = loss.evaluate(["CCO"])[0]
    assert f"{other.number():.2f}" in mg.show(loss, evaluation=other).markup
    assert bundle(mg.max(mg.QED(), mg.Alerts()))["text/html"].count("the worst of its terms counts") == 1


def test_a_loss_that_cannot_be_hashed_shows_itself_too() -> None:
    @dataclass
    class Constant(mg.Loss):
        name: str = "constant"

        def _evaluate(self, value: str, context: Any) -> mg.Evaluation:
            return mg.Evaluation(self.name, mg.Status.OK, 1.0)

    loss = Constant()
    loss(mg.Molecule("CCO"))
    assert "last measured" in bundle(loss)["text/html"]
    assert "last measured" not in bundle(copy(loss))["text/html"]  # copies travel, and leave it behind


def test_an_evaluation_shows_what_failed_and_why() -> None:
    failed = mg.Evaluation("docking", mg.Status.FAILED, reason=f"worker died {NASTY}")
    html = bundle(failed)["text/html"]
    assert "failed: worker died" in html
    assert harmless(html)


def test_a_receptor_shows_box_residues_and_a_plan() -> None:
    found = bundle(mg.load_receptor("1ia1"))
    assert structures(found["text/html"]) == 1
    assert "B:GLU32" in found["text/html"]
    assert "22.2 x 20.0 x 20.0 Å" in found["text/html"]
    assert structures(bundle(mg.load_receptor("DRD2"))["text/html"]) == 1  # without a native ligand


def test_a_record_shows_parent_change_reason_and_prediction_against_measurement() -> None:
    proposal = mg.Proposal("Cc1ccccc1", "Fc1ccccc1", reason=f"better {NASTY}", predicted={"qed": (0.5, 0.1)})
    html = bundle(proposal)["text/html"]
    assert structures(html) == 1
    assert "differs from the parent" in html
    assert "0.50 ± 0.10" in html
    evaluation = mg.QED().evaluate([proposal.value])[0]
    found = bundle(Record(proposal, evaluation, name=NASTY))["text/html"]
    assert f">{evaluation.number():.2f}</td>" in found
    assert harmless(found)
    assert harmless(html)


def test_a_list_of_records_is_tiles_and_a_measurement_a_card() -> None:
    proposal = mg.Proposal("Cc1ccccc1", "Fc1ccccc1", reason="better")
    record = Record(proposal, mg.QED().evaluate([proposal.value])[0], name="m0001")
    html = bundle(Records([record] * 30))["text/html"]
    assert structures(html) == 24
    assert "and 6 more" in html
    assert "30 molecules" in bundle(Records([record] * 30))["text/plain"]
    assert bundle(Records())["text/plain"] == "0 molecules:"
    assert structures(bundle(Measurement(proposal.value, record.evaluation))["text/html"]) == 1


def test_a_text_and_a_broken_smiles_are_shown_too() -> None:
    assert structures(bundle(mg.Proposal("Be brief.", "Be kind."))["text/html"]) == 0
    assert structures(bundle(mg.Proposal("CCO", "no molecule"))["text/html"]) == 1


def test_a_campaign_shows_its_best_and_what_to_do_next(tmp_path: Path) -> None:
    loss = mg.FunctionLoss(lambda smiles: -float(len(smiles)), "length")
    with mg.Campaign(tmp_path / "run", start=[ASPIRIN], loss=loss, engine="chemist", scope="free") as campaign:
        assert "campaign.run(60)" in bundle(campaign)["text/html"]
        campaign.run(docks=6)
        html = bundle(campaign)["text/html"]
        assert structures(html) == 5
        assert "campaign.ask(8)" in html
        assert "budget: 6 of 6" in html
        assert structures(mg.show(campaign, 2).markup) == 2
        assert structures(bundle(campaign.best(2))["text/html"]) == 2
    assert structures(bundle(campaign)["text/html"]) == 5  # after it was closed, too


def test_a_campaign_of_texts_and_an_assay_that_waits(tmp_path: Path) -> None:
    loss = Count("a", expensive=True)
    with mg.Campaign(tmp_path / "a", start=["b"], loss=loss, engine=ScriptedAdvisor(), domain=Letters()) as texts:
        assert structures(bundle(texts)["text/html"]) == 0
    with mg.Campaign(tmp_path / "b", start=["CCO"], loss=mg.Assay("IC50", unit="nM"), engine="chemist") as lab:
        lab.ask(2)
        assert structures(bundle(lab.plates()[0])["text/html"]) == 2
        assert "wait for IC50" in bundle(lab.standing())["text/html"]
        report = lab.tell([{"id": lab.pending()[0].name, "IC50": "12 nM"}, {"id": NASTY, "IC50": "x"}])
        html = bundle(report)["text/html"]
        assert "what to do" in html
        assert harmless(html)
        assert "campaign.tell(" in bundle(lab)["text/html"]


def test_optimizers_and_trainers_show_what_is_best_and_what_was_done() -> None:
    molecule, loss = mg.Molecule(ASPIRIN), 10 * mg.QED() + mg.Alerts()
    tgd = mg.TGD([molecule], loss=loss, engine="chemist")
    assert "nothing measured yet" in bundle(tgd)["text/html"]
    loss(molecule).backward("chemist")
    tgd.step()
    html = bundle(tgd)["text/html"]
    assert structures(html) == 1
    assert "what happened" in html
    prompt = mg.Variable(NASTY, role_description="prompt")
    trainer = mg.Trainer(lambda q: q, [prompt], lambda a, e: float(a != e), [("1", "2")], engine="chemist")
    assert harmless(bundle(trainer)["text/html"])


def test_several_plates_are_shown_and_none_says_so() -> None:
    bundle = Plates()._repr_mimebundle_()
    assert "No plate was handed out" in bundle["text/html"]
    shown = Plates([Plate(1, 1, "2026-11-30T10:00:00+00:00", ()), Plate(2, 2, "2026-12-01T10:00:00+00:00", ())])
    assert shown._repr_mimebundle_()["text/plain"] == "plate 1, 0 molecules\nplate 2, 0 molecules"
