"""A lineage told as experiments: the change, its reason, what was expected, what came, the contacts."""

from __future__ import annotations

from molgrad.autograd.gradient import Edit, Proposal
from molgrad.evaluation import DOCKING, Evaluation, Fact, Status
from molgrad.interactions import kinds
from molgrad.molecule.domain import MOLECULES
from molgrad.optim.record import Record
from molgrad.report.why import compared, outcomes, partners, why

DRAWN = ("CC(=O)Nc1ccc(F)cc1", "CC(=O)Nc1ccc(Cl)cc1", "CC(=O)Nc1ccc(Cl)cn1")
START, FIRST, LAST = map(MOLECULES.canonical, DRAWN)


def bond(residue: str) -> Fact:
    return Fact(kinds.HBOND, f"O at atom 2 bonds to N of {residue}", (2,), residue, 2.9)


def record(value: str, parent: str | None, affinity: float, qed: float, *bonds: str, expected: float = 0.0) -> Record:
    terms = (
        Evaluation(DOCKING, Status.OK, affinity, {"affinity": affinity}, tuple(map(bond, bonds)), kind=DOCKING, sd=0.2),
        Evaluation("qed", Status.OK, qed, kind="qed"),
    )
    whole = Evaluation("total", Status.OK, affinity + qed, {"affinity": affinity}, terms=terms)
    predicted = {DOCKING: (expected, 0.5), "qed": (qed, 0.0)} if parent else {}
    edit = Edit("replace", {"answers": kinds.EXPOSED}, "why")
    proposal = Proposal(value, parent, edit, "start" if parent is None else "why", predicted, "chemist")
    return Record(proposal, whole, 0, f"m{abs(affinity):.0f}")


LINE = (
    record(START, None, -5.0, 0.4, "A:LEU83", "A:GLU81"),
    record(FIRST, START, -6.0, 0.3, "A:LEU83", expected=-5.5),
    record(LAST, FIRST, -7.0, 0.3, "A:LEU83", "A:ASP86", expected=-5.8),
)


def test_each_step_is_one_change_with_what_was_expected_and_what_came() -> None:
    text = "\n".join(why(LINE, MOLECULES))
    assert "0  m5  CC(=O)Nc1ccc(F)cc1\n   start: loss -4.60, affinity -5.00 ± 0.20 kcal/mol" in text
    assert "F para to the NHCOCH3 -> Cl" in text
    assert "docking: expected -0.50 ± 0.50, came -1.00 (confirmed)" in text
    assert "computed beforehand, lower is better: qed -0.10" in text
    assert "loss -5.70, affinity -6.00 ± 0.20 kcal/mol (1.10 better)" in text
    assert "contacts: keeps A:LEU83; loses A:GLU81" in text
    assert text.splitlines()[-1] == "in all: 4-fluorophenyl -> 5-chloropyridin-2-yl (2.10 better)"


def test_contacts_are_compared_by_residue() -> None:
    assert partners(LINE[0].evaluation) == ["A:GLU81", "A:LEU83"]
    assert compared(LINE[0].evaluation, LINE[2].evaluation) == "keeps A:LEU83; loses A:GLU81; new A:ASP86"
    assert compared(Evaluation("x", Status.OK, 1.0), Evaluation("x", Status.OK, 1.0)) == ""


def test_a_start_alone_has_no_story() -> None:
    assert len(list(why(LINE[:1], MOLECULES))) == 3


def test_a_computed_change_is_told_with_its_weight() -> None:
    parent, child = (
        Record(
            Proposal(value, parent),
            Evaluation("total", Status.OK, 10 * qed, terms=(Evaluation("qed", Status.OK, qed, weight=10.0),)),
            0,
        )
        for value, parent, qed in ((START, None, 0.3), (FIRST, START, 0.2))
    )
    assert list(outcomes(parent, child)) == [
        "computed beforehand, lower is better: qed -0.10 (\N{MULTIPLICATION SIGN} 10 = -1.00)"
    ]
