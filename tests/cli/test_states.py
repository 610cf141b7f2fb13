"""`molgrad states`: species with shares, sites with sources, rows for what is no molecule."""

from __future__ import annotations

import json
from pathlib import Path

from molgrad.cli.states import record_of
from molgrad.io import Entry
from tests.cli.run import molgrad

IMATINIB = "Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1"


def test_a_table_that_fits_80_columns_but_for_long_smiles() -> None:
    done = molgrad("states", "CC(=O)O", IMATINIB, "C1CC", "CCCC")
    assert done.returncode == 0, done.stderr
    acetic, imatinib, bad, butane = done.stdout.split("\n\n")[:4]
    assert acetic.splitlines()[1].split() == ["99.8%", "-1", "CC(=O)[O-]"]
    assert "carboxylic acid (" in acetic
    assert "C[NH+]3" in imatinib.splitlines()[1] or "[NH+](C)" in imatinib.splitlines()[1]
    assert bad.splitlines()[1].startswith("    invalid: ")
    assert "no group that takes up or loses a proton" in butane
    sites = [line for block in (acetic, imatinib) for line in block.splitlines()[1:] if "%" not in line]
    assert sum("pKa" in line for line in sites) == 6
    assert max(len(line) for line in sites) <= 80


def test_a_file_with_a_bad_molecule_is_read_to_its_end_and_json_holds_all(tmp_path: Path) -> None:
    (tmp_path / "some.smi").write_text("CCN amine\nC1CC broken\nOC(=O)c1ccccc1 acid\n")
    done = molgrad("states", "-i", "some.smi", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    amine, broken, acid = (json.loads(line) for line in done.stdout.splitlines())
    assert (amine["name"], amine["status"], amine["states"][0]["smiles"]) == ("amine", "ok", "CC[NH3+]")
    assert (broken["name"], broken["status"]) == ("broken", "invalid")
    assert broken["reason"]
    assert acid["states"][0]["charge"] == -1
    (site,) = acid["sites"]
    assert set(site) == {"atom", "element", "kind", "pka", "spread", "group", "source", "charged"}
    assert (site["element"], site["kind"], site["charged"]) == ("O", "acid", True)
    assert 3.5 < site["pka"] < 5


def test_the_ph_and_the_number_of_states_can_be_chosen() -> None:
    at_two = json.loads(molgrad("states", "CC(=O)O", "--ph", "2", "--json").stdout)
    assert [state["smiles"] for state in at_two["states"]] == ["CC(=O)O"]
    even = json.loads(molgrad("states", "CC(=O)O", "--ph", "4.8", "--json").stdout)
    assert len(even["states"]) == 2
    assert abs(sum(state["share"] for state in even["states"]) - 1) < 0.001
    one = json.loads(molgrad("states", "CC(=O)O", "--ph", "4.8", "--json", "--states", "1").stdout)
    assert one["states"] == even["states"][:1]


def test_nothing_given_or_no_file_is_an_error() -> None:
    nothing, missing = molgrad("states"), molgrad("states", "-i", "no_such_file.smi")
    wrong = molgrad("states", "CCN", "--ph", "15")
    assert (nothing.returncode, missing.returncode, wrong.returncode) == (2, 2, 2)
    assert "give SMILES" in nothing.stderr
    assert "no_such_file.smi" in missing.stderr


def test_a_dry_run_counts_the_charge_states_that_would_be_docked() -> None:
    done = molgrad("dock", "--dry-run", "--states", "3", "--quiet", "CN(C)CCNc1ccnc2cc(Cl)ccc12")
    assert done.returncode == 0, done.stderr
    assert "2 charge states to dock" in done.stdout
    assert done.stderr == ""


def test_a_racemate_stays_one() -> None:
    record = record_of(Entry("amine", "C[C@H](N)CC |&1:1|"), 7.4)
    assert record["states"][0]["smiles"] == "CC[C@@H](C)[NH3+] |&1:2|"
