"""Run folders with docking, assays, failures and a lineage in them, written through the store, without a dock."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

from molgrad.autograd.gradient import Edit, Proposal
from molgrad.campaign.export import versions
from molgrad.campaign.store import Store
from molgrad.evaluation import Evaluation, Fact, Status

LEAD = "O=C(Nc1ccc(F)cc1)c1ccccc1"
HOSTILE = "<script>alert(1)</script> | `x` *a* <img src=x onerror=alert(1)> {{ 7*7 }}"
_LEFT = (
    "F", "Cl", "C", "OC", "C#N", "CC", "OCC", "N", "O", "C(F)(F)F", "S(C)(=O)=O", "C(C)C", "N(C)C", "CO", "Br", "CN",
)  # fmt: skip
_RIGHT = ("", *_LEFT[:7], "O", "N", "CO", "Br", "C(N)=O", "NC", "C(=O)OC", "S(N)(=O)=O", "CCO")
_CORES = ("O=C(Nc1ccc({})cc1)c1ccc({})cc1", "O=C(NCc1ccc({})cc1)c1ccc({})cc1", "CN(C(=O)c1ccc({1})cc1)c1ccc({0})cc1",
          "O=C(Nc1ccc({})nc1)c1ccc({})cc1", "O=C(Nc1ccc({})cc1)c1ccc({})nc1", "O=C(OCc1ccc({})cc1)c1ccc({})cc1",
          "O=S(=O)(Nc1ccc({})cc1)c1ccc({})cc1", "O=C(NCCc1ccc({})cc1)c1ccc({})cc1", "O=C(Nc1cncc({})c1)c1ccc({})cc1",
          "O=C(Nc1cccc({})c1)c1cccc({})c1", "O=C(Nc1cccc({})c1)c1ccc({})cc1", "O=C(NCc1cccc({})c1)c1ccc({})cc1",
          "O=C(Nc1ccc({})cc1)c1cccc({})c1", "O=C(CNc1ccc({})cc1)c1ccc({})cc1", "c1cc({})ccc1COc1ccc({})cc1",
          "c1cc({})ccc1CNc1ccc({})cc1", "c1cc({})ccc1OCc1cccc({})c1", "O=C(c1ccc({})cc1)c1ccc({})cc1",
          "O=C(Cc1ccc({})cc1)Nc1ccc({})cc1", "O=C(CCc1ccc({})cc1)Nc1ccc({})cc1")  # fmt: skip
_TERMS = [
    {"weight": 1.0, "loss": "docking", "receptor": "CDK2", "engine": {"name": "vina", "version": "1.2.7"}},
    {"weight": 10.0, "loss": "qed"},
]
_ASSAY = {"weight": 2.0, "loss": "assay", "name": "IC50", "direction": "minimize", "unit": "nM", "target": 10.0}


def molecules(n: int) -> list[str]:
    """So many different SMILES; the lead is the first."""
    from molgrad.chem.parse import canonical

    made = (core.format(left, right).replace("()", "") for core, left, right in product(_CORES, _LEFT, _RIGHT))
    found = dict.fromkeys([canonical(LEAD)])
    for smiles in made:
        if len(found) == n:
            break
        found.setdefault(canonical(smiles))
    assert len(found) == n
    return list(found)


def stored(folder: Path, n: int = 12, *, assay: bool = False, hostile: str = "") -> Path:
    """A run folder with `n` molecules, of which the third failed; each batch of six is made from the best before it."""
    folder.mkdir(parents=True)
    values = molecules(n)
    store = Store(folder / "campaign.db")
    terms = [*_TERMS, *([_ASSAY] if assay else [])]
    store.set_meta("settings", {"seed": 0, "start": values[:1], "loss": {"loss": "total", "terms": terms},
                                "search": {"scope": "analogues"}, "domain": {"name": "molecule"}})  # fmt: skip
    store.set_meta("versions", versions())
    store.set_meta("revisions", [{"date": "2026-01-02T03:04:05+00:00", "changes": []}])
    store.set_meta("run", {"docks": n, "cost": 1, "unit": "docked", "began": "2026-01-02T03:04:05+00:00",
                           "ended": "2026-01-02T04:04:05+00:00", "why": "the budget is spent"})  # fmt: skip
    best, at = 0, 1
    store.add_batch(0, "start", [Proposal(values[0], reason="start", advisor="user")])
    for batch in range(1, 2 + (n - 2) // 6):
        parent, part = values[best], values[at : at + 6]
        store.add_batch(batch, "search", [_proposal(value, parent, hostile) for value in part])
        best = min([best, *range(at, at + len(part))], key=lambda place: 99.0 if place == 2 else _docked(place))
        at += len(part)
    evaluations = {place + 1: _evaluation(place, assay, hostile) for place in range(n)}
    store.replace_evaluations(evaluations)  # the ids follow the order; all in one transaction
    store.close()
    return folder


def _proposal(value: str, parent: str, hostile: str) -> Proposal:
    edit = Edit("grow", {"transform": "grow_methyl", "answers": "pose_growth", "partner": "A:LEU83"}, "grow")
    return Proposal(value, parent, edit, hostile or "grow towards A:LEU83", {"docking": (-8.2, 0.5)}, "chemist")


def _docked(place: int) -> float:
    return round(-7.0 - 0.002 * place - 1.3 * ((place * 7919) % 97) / 97, 3)


def _evaluation(place: int, assay: bool, hostile: str) -> Evaluation:
    score, qed = _docked(place), round(0.2 + 0.5 * ((place * 31) % 53) / 53, 3)
    fact = Fact("pose_hbond", "hydrogen bond", (0,), "A:LEU83", -1.0, "kcal/mol")
    details: Mapping[str, Any] = {"receptor": "CDK2", "docked_smiles": "", "note": hostile}
    docked = Evaluation(
        "docking", Status.OK, score, {"affinity": score}, (fact,), details=details, kind="docking", sd=0.3
    )
    if place == 2:
        docked = Evaluation("docking", Status.FAILED, reason=hostile or "the worker died", kind="docking")
    terms = [docked, Evaluation("qed", Status.OK, 1.0 - qed, {"qed": qed}, weight=10.0, kind="qed")]
    terms += [_result(place)] if assay else []
    raw = {key: value for term in terms for key, value in term.raw.items()}
    status = next((s for s in (Status.FAILED, Status.PENDING) if any(term.status is s for term in terms)), Status.OK)
    if status is not Status.OK:
        reason = "; ".join(f"{term.loss}: {term.reason}" for term in terms if term.reason)
        return Evaluation("total", status, raw=raw, terms=tuple(terms), reason=reason)
    total = sum(term.contribution or 0.0 for term in terms)
    return Evaluation("total", Status.OK, total, raw, terms=tuple(terms), sd=0.3)


def _result(place: int) -> Evaluation:
    if place % 4 == 3:
        return Evaluation("IC50", Status.PENDING, reason="waiting for the assay", kind="assay", weight=2.0)
    value = 10.0 ** (1.0 + ((place * 5) % 11) / 4)
    details: dict[str, Any] = {"relation": ">" if value > 3000 else "=", "n": 2, "sd": 0.1}
    text = f"IC50 is {value:.6g} nM (lower is better)"
    fact = Fact("assay", text, (), "IC50", value, "nM", 1.0)
    return Evaluation(
        "IC50",
        Status.OK,
        value / 1000,
        {"IC50": value},
        (fact,),
        text,
        details=details,
        weight=2.0,
        kind="assay",
        sd=0.1,
    )
