"""A campaign through the tools: propose, measure, ask, tell, status and why, with every dock of it counted."""

from __future__ import annotations

from pathlib import Path

import pytest

import molgrad as mg
from molgrad.errors import ConflictingSettingsError
from molgrad.serve.models import Explained, Said, Status, Why
from molgrad.serve.service import RefusedError, Service
from tests.serve.bench import Bench, called, job, session

START = "Cc1ccc(C(N)=O)cc1"


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """A campaign with an assay; nothing in it docks."""
    loss = 10 * mg.QED() + mg.Assay("IC50", unit="nM")
    with mg.Campaign(tmp_path / "lab", start=[START], loss=loss, engine="chemist", seed=1) as campaign:
        campaign.ask(1, controls=["lead"])
    return tmp_path / "lab"


@pytest.fixture
def docking(tmp_path: Path) -> Path:
    """A campaign that docks; nothing is measured in it yet."""
    loss = mg.Docking("1ia1", effort="fast", cache=False) + 10 * mg.QED()
    mg.Campaign(tmp_path / "dock", start=[START], loss=loss, engine="chemist", seed=1, scope="free").close()
    return tmp_path / "dock"


def test_a_told_molecule_is_docked_by_measure_and_counted(tmp_path: Path) -> None:
    loss = mg.Docking("1ia1", effort="fast", cache=False) + mg.Assay("IC50", unit="nM")
    mg.Campaign(tmp_path / "run", start=[START], loss=loss, engine="chemist", seed=1, scope="free").close()
    bench = Bench()
    with session(tmp_path / "run", bench, docks=3) as opened:
        service, told = Service(opened), "CCOc1ccc(C(N)=O)cc1"
        job(service, "tell", results=[{"molecule": told, "value": 35}])
        assert bench.docked == []
        others = [{"smiles": f"{chain}c1ccc(C(N)=O)cc1"} for chain in ("CC", "CCC")]
        with pytest.raises(RefusedError, match="this needs 4 docks"):  # the start, this one, and the others
            service.begin("measure", {"molecules": [{"smiles": told}, *others]})
        found = job(service, "measure", molecules=[{"smiles": told}])
        assert found.state == "done", found.message
        assert told in bench.docked
        assert opened.budget.spent == len(bench.docked)


def test_the_unit_of_a_text_counts_and_two_units_are_refused(lab: Path) -> None:
    with session(lab) as opened:
        service, told = Service(opened), "CCOc1ccc(C(N)=O)cc1"
        for value, unit in (("> 10", "uM"), ("> 10 uM", "µM")):
            found = job(service, "tell", results=[{"molecule": told, "value": value, "unit": unit}], dry_run=True)
            assert found.told[0].outcome == "stored", found
            assert "10 uM" in found.told[0].understood
        for value in ("> 10 uM", "pIC50 7.2"):
            with pytest.raises(RefusedError, match=f"the value '{value}' .* says a unit itself, and 'nM' is given"):
                service.begin("tell", {"results": [{"molecule": told, "value": value, "unit": "nM"}]})


def test_a_plate_is_asked_for_and_told(lab: Path) -> None:
    with session(lab) as opened:
        service = Service(opened)
        asked = job(service, "ask", n=2)
        assert asked.state == "done", asked.message
        assert len(asked.molecules) == 2
        assert all(one.status == "pending" and one.reason for one in asked.molecules)
        first, second = (one.id for one in asked.molecules)
        results = [{"molecule": first, "value": 35}, {"molecule": second, "value": "> 10 uM"}]
        dry = job(service, "tell", results=results, dry_run=True)
        assert {one.outcome for one in dry.told} == {"stored"}
        told = job(service, "tell", results=[*results, {"molecule": "m0999", "value": 1}])
        assert [one.outcome for one in told.told] == ["stored", "stored", "unmatched"]
        assert told.told[2].problem
        again = job(service, "tell", results=results[:1])
        assert again.told[0].outcome == "told before"
        drawn = job(service, "tell", results=[{"molecule": "CCOc1ccc(C(N)=O)cc1", "value": 0.5, "unit": "uM"}])
        assert drawn.told[0].outcome == "stored", drawn
        assert drawn.told[0].smiles == "CCOc1ccc(C(N)=O)cc1"
        status = called(service, "status")
        assert isinstance(status, Status)
        assert status.campaign
        assert status.best[0].id == first
        assert status.pending
        why = called(service, "why", molecule=first)
        assert isinstance(why, Why)
        assert why.lineage[-1].id == first
        assert any("told" in line for line in why.story)


def test_a_table_is_told_by_its_plain_name_only(lab: Path, tmp_path: Path) -> None:
    (lab / "plate.csv").write_text("id,IC50 (nM)\nm0001,120\n")
    outside = tmp_path / "outside.csv"
    outside.write_text("id,IC50 (nM)\nm0002,1\n")
    (lab / "link.csv").symlink_to(outside)
    (lab / "inner").mkdir()
    (lab / "inner" / "plate.csv").write_text("id,IC50 (nM)\nm0002,1\n")
    with session(lab) as opened:
        service = Service(opened)
        for name in (
            "../outside.csv",
            str(outside),
            "link.csv",
            "inner/plate.csv",
            "..",
            ".hidden.csv",
            "campaign.db",
            "served/sealed.csv",
            "nothing.csv",
            "~/x.csv",
            "pla\0te.csv",
            "..\\outside.csv",
        ):
            with pytest.raises(RefusedError, match="file"):
                service.begin("tell", {"file": name})
            with pytest.raises(RefusedError, match="file"):
                service.begin("ask", {"n": 1, "library": name})
        assert [one.outcome for one in job(service, "tell", file="plate.csv").told] == ["stored"]


def test_the_search_proposes_and_nothing_is_kept(lab: Path) -> None:
    with session(lab) as opened:
        service = Service(opened)
        found = job(service, "propose", n=3)
        assert found.state == "done", found.message
        assert found.proposed
        assert all(one.reason and one.proposed_by for one in found.proposed)
        status = called(service, "status")
        assert isinstance(status, Status)
        assert status.proposed == 2  # as before: the lead and one of the plate


def test_molecules_of_ones_own_join_the_campaign_with_their_reason(docking: Path) -> None:
    bench = Bench()
    with session(docking, bench, docks=4) as opened:
        service = Service(opened)
        assert opened.targets.default == "1ia1"
        (start,) = job(service, "propose", n=3).proposed  # what waits comes first
        assert (start.id, start.reason) == ("m0001", "start")
        own = {"smiles": "CCc1ccc(C(N)=O)cc1", "parent": "m0001", "reason": "ethyl fills the pocket"}
        found = job(service, "measure", molecules=[own])
        assert found.state == "done", found.message
        (molecule,) = found.molecules
        assert (molecule.status, molecule.parent, molecule.reason) == ("ok", "m0001", "ethyl fills the pocket")
        assert molecule.terms[0].raw["affinity"] == -9.0  # nine carbons at the bench
        assert len(bench.docked) == opened.budget.spent == 2  # with the start, which was not measured yet
        why = called(service, "why", molecule=molecule.id)
        assert isinstance(why, Why)
        assert [one.id for one in why.lineage] == ["m0001", molecule.id]
        explained = called(service, "explain", molecule=molecule.id)
        assert isinstance(explained, Explained)
        assert explained.molecule == molecule.id
        (checked,) = called(service, "check", smiles=["CCc1ccc(C(N)=O)cc1"]).molecules  # type: ignore[attr-defined]
        assert checked.known_as == molecule.id
        assert {term.name for term in checked.objective} < {term.name for term in molecule.terms}  # without docks
        found_again = called(service, "find", smarts="C(N)=O")
        assert isinstance(found_again, Said)
        assert f"{molecule.id} CCc1ccc(C(N)=O)cc1: total" in found_again.text
        with pytest.raises(RefusedError, match="no SMARTS"):
            service.begin("find", {"smarts": "C(("})
        route = called(service, "route", smiles="CC(=O)Nc1ccccc1")
        assert isinstance(route, Said)
        assert "Route 1: 1 step" in route.text
        opened.budget.docks = 2  # what was measured costs nothing
        again = job(service, "measure", molecules=[own])
        assert again.molecules[0].id == molecule.id
        assert len(bench.docked) == 2
        opened.budget.docks = 4
        hoped = {"smiles": "CCCc1ccc(C(N)=O)cc1", "parent": molecule.id, "expected": {"docking": -0.5}}
        (longer,) = job(service, "measure", molecules=[hoped]).molecules
        judged = called(service, "why", molecule=longer.id)
        assert isinstance(judged, Why)
        assert "docking: expected -0.50 ± 0.25, came -1.00 (confirmed)" in judged.story
        with pytest.raises(
            RefusedError, match="there is no measured term of the parent 'dokcing'; did you mean docking"
        ):
            service.begin(
                "measure", {"molecules": [{**hoped, "smiles": "CCCCc1ccc(C(N)=O)cc1", "expected": {"dokcing": 1}}]}
            )
        with pytest.raises(RefusedError, match="breaks the campaign's rules"):
            service.begin("measure", {"molecules": [{"smiles": "C"}]})
        with pytest.raises(RefusedError, match="m0099"):
            service.begin("measure", {"molecules": [{**own, "smiles": "CCCc1ccc(C(N)=O)cc1", "parent": "m0099"}]})


def test_the_search_of_a_campaign_cannot_exceed_the_budget_either(docking: Path) -> None:
    bench = Bench()
    with session(docking, bench, docks=3) as opened:
        service = Service(opened)
        with pytest.raises(RefusedError, match=r"needs 4 docks \(1 for what .*\) and 3 of 3 are left"):
            service.begin("ask", {"n": 3})  # the start has to be docked, too
        assert job(service, "ask", n=1).state == "done"
        left = opened.budget.left
        job(service, "ask", n=left) if left else None
        with pytest.raises(RefusedError, match="needs"):
            service.begin("ask", {"n": 1})
    assert len(bench.docked) <= 3


def test_a_campaign_that_withholds_its_target_is_not_served(tmp_path: Path) -> None:
    record = {"receptor": "1ia1", "masked": True}
    mg.Campaign(tmp_path / "run", start=[START], loss=mg.QED(), engine="chemist", seed=1, record=record).close()
    with pytest.raises(ConflictingSettingsError, match="masked"), session(tmp_path / "run"):
        pass
