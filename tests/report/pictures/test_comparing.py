"""Parent and child drawn alike with what changed marked, terms with hypothesis and verdict; a lineage as a strip."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import molgrad as mg
from molgrad.autograd.gradient import Proposal
from molgrad.campaign.store import Store
from molgrad.chem.matched_pair import change
from molgrad.errors import CampaignError, InvalidMoleculeError, UnknownNameError
from molgrad.optim.record import Record
from molgrad.report.pictures.aligned import chain, framed, pair
from molgrad.report.pictures.changed import gained, lost
from molgrad.report.pictures.comparing import terms
from molgrad.report.sides import side
from tests.fakes import Count, Letters, ScriptedAdvisor
from tests.report.stored import HOSTILE, stored
from tests.report.test_why import LINE

PAIRS = [
    ("CC(=O)Nc1ccc(F)cc1", "CC(=O)Nc1ccc(Cl)cc1"),  # exchanged
    ("CC(=O)Nc1ccccc1", "CC(=O)Nc1ccc(Cl)cc1"),  # added
    ("CC(=O)Nc1ccc(Cl)cc1", "CC(=O)Nc1ccccc1"),  # taken away
    ("CC(=O)Nc1ccccc1", "CC(=O)Nc1ccncc1"),  # an atom of a ring
    ("C[C@H](N)c1ccccc1", "C[C@@H](N)c1ccccc1"),  # the mirror image
    ("COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC", "COc1cc(Cc2cnc(N)nc2N)cc2c1OCC2"),  # a ring closed
    ("C/C=C/c1ccccc1", "C/C=C\\c1ccccc1"),
    ("c1ccc2[nH]ccc2c1", "c1ccc2c(c1)CCN2"),
    ("CCO", "c1ccccc1"),  # nothing shared
]


@pytest.mark.parametrize(("parent", "child"), PAIRS)
def test_what_changed_is_marked_in_both(parent: str, child: str) -> None:
    found = change(parent, child)
    first, second = pair(parent, child)
    assert first.marked == lost(found) >= found.lost
    assert second.marked == gained(found) >= found.gained
    assert first.marked
    assert second.marked


def test_the_same_compound_has_no_marks() -> None:
    assert not any(one.marked for one in pair("c1ccncc1", "c1ccncc1"))


@pytest.mark.parametrize(("parent", "child"), PAIRS[:6])
def test_the_common_core_lies_in_the_same_place(parent: str, child: str) -> None:
    first, second = pair(parent, child)
    ours, theirs = (one.mol.GetConformer().GetPositions() for one in (first, second))
    apart = [np.linalg.norm(ours[a] - theirs[b]) for a, b in change(parent, child).core]
    assert np.median(apart) < 0.3
    assert max(apart) < 1.5
    pictures = framed([first, second], (300.0, 200.0))
    assert len({(one.size, one.unit, one.origin) for one in pictures}) == 1  # one frame
    assert pictures[0].svg().startswith("<svg")


def test_a_drawing_is_turned_alike_where_a_fixed_core_would_distort_it() -> None:
    spiro = ["C1CCC2(CC1)CCN(C2)C(=O)c1ccccc1", "C1CCC2(CC1)CCCN(C2)C(=O)c1ccccc1", "O=C(c1ccccc1)N1CC2CC1C2"]
    for one in chain(spiro):
        at = one.mol.GetConformer().GetPositions()
        ends = [(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in one.mol.GetBonds()]
        assert all(0.9 < np.linalg.norm(at[a] - at[b]) < 2.2 for a, b in ends)
        assert np.abs(at[:, 2]).max() == 0.0


def test_terms_before_and_after_with_what_was_expected() -> None:
    found = {term.name: term for term in terms(side(LINE[0]), side(LINE[1]))}
    assert found["docking"].cells == ("docking", "-5.000", "-6.000", "-1.000 better", "-0.50 ± 0.50", "confirmed")
    assert found["loss"].cells[:4] == ("loss", "-4.600", "-5.700", "-1.100 better")
    assert found["qed"].hypothesis is None
    skipped = {term.name: term for term in terms(side(LINE[0]), side(LINE[2]))}  # not made from it directly
    assert skipped["docking"].hypothesis is None


def test_of_an_off_target_a_rise_is_better() -> None:
    def turned(record: Record) -> Record:
        parts = tuple(replace(term, weight=-1.0) for term in record.evaluation.terms)
        return replace(record, evaluation=replace(record.evaluation, terms=parts))

    found = {term.name: term for term in terms(side(turned(LINE[0])), side(turned(LINE[1])))}
    assert found["docking"].cells[3] == "-1.000 worse"


def test_records_smiles_and_molecules_are_compared() -> None:
    shown = mg.compare(LINE[0], LINE[1])
    assert "net change: F para to the NHCOCH3 -> Cl" in shown.text
    assert "hypothesis: why" in shown.text
    assert "contacts: keeps A:LEU83; loses A:GLU81" in shown.text
    assert "F para to the NHCOCH3 → Cl" in shown.markup
    assert shown.markup.count("<img") == 2
    assert "http" not in shown.markup
    plain = mg.compare("c1ccccc1O", mg.Molecule("Nc1ccccc1"))
    assert "<table" not in plain.markup
    with pytest.raises(InvalidMoleculeError):
        mg.compare("m0001", "m0002")


def test_words_of_strangers_are_escaped() -> None:
    hostile = replace(LINE[1], proposal=replace(LINE[1].proposal, reason="<script>alert(1)</script>"), name="<b>&")
    markup = mg.compare(LINE[0], hostile).markup
    assert "<script>" not in markup
    assert "&lt;b&gt;&amp;" in markup


def test_a_campaigns_story_is_a_strip_of_pictures(tmp_path: Path) -> None:
    with mg.Campaign(stored(tmp_path / "run", 20, assay=True, hostile=HOSTILE)) as campaign:
        child = max(campaign.records(), key=lambda one: len(campaign.lineage(one.value)))
        line = campaign.lineage(child.value)
        assert len(line) > 2
        shown = campaign.story(child.name)
        assert shown.markup.count("<img") == len(line)
        assert all(one.name in shown.markup for one in line)
        assert "<b>docking</b> expected " in shown.markup
        assert re.search(r">(confirmed|refuted|open)</span>", shown.markup)
        assert HOSTILE.split()[0] not in shown.markup
        assert mg.story(campaign, child.value).markup == shown.markup
        both = mg.compare(line[0].name, child.name, campaign=campaign)
        assert both.markup.count("<img") == 2
        assert "<b>loss</b>" in both.markup
        with pytest.raises(UnknownNameError):
            campaign.story("m0999")


def test_what_waits_for_an_assay_has_a_story_of_what_is_there(tmp_path: Path) -> None:
    folder = stored(tmp_path / "run", 12)
    with mg.Campaign(folder) as campaign:
        parent, value = campaign.records()[0].value, "Cc1ccc(NC(=O)c2ccccc2)cc1F"
    store = Store(folder / "campaign.db")
    store.add_batch(9, "ask", [Proposal(value, parent, reason="asked for", advisor="chemist")])
    store.close()
    with mg.Campaign(folder) as campaign, pytest.raises(CampaignError, match="not measured yet"):
        campaign.story(value)


def test_a_campaign_of_texts_has_a_story_without_pictures(tmp_path: Path) -> None:
    advisor = ScriptedAdvisor(lambda value: [value + "a"])
    with mg.Campaign(tmp_path / "run", start="b", loss=Count("a"), engine=advisor, domain=Letters()) as campaign:
        campaign.run(3)
        shown = campaign.story(campaign.records()[-1].value)
    assert "<img" not in shown.markup
    assert "ba" in shown.markup


@pytest.mark.parametrize(
    ("parent", "child", "marked"),
    [
        ("CCc1ccncc1", "N#Cc1ccncc1", 2),  # the carbon too, though an ethyl group has one in its place
        ("c1ccc(cc1)C1CC1", "c1ccc(cc1)C1CCCCC1", 6),
        ("C1CCNCC1c1ccccc1", "C1CNCC1c1ccccc1", 5),
        ("c1ccccc1C(=O)N", "c1ccncc1C(=O)N", 1),  # of a ring of the same size the exchanged atom alone
        ("CCc1ccccc1", "CCc1cccc2c1CCCO2", 4),
    ],
)
def test_the_whole_group_is_marked_that_came(parent: str, child: str, marked: int) -> None:
    assert len(gained(change(parent, child))) == marked


def test_an_id_without_its_campaign_says_what_is_missing() -> None:
    with pytest.raises(InvalidMoleculeError, match="give campaign="):
        side("m0005")
