"""Lessons with controls: pairs found, means and noise by hand, and what contradicts a told lesson."""

from __future__ import annotations

import math

import pytest

from molgrad.assays.value import Measured
from molgrad.autograd.gradient import Proposal
from molgrad.evaluation import DOCKING, Evaluation, Status
from molgrad.losses.assay import Assay
from molgrad.molecule.domain import MOLECULES
from molgrad.optim.archive import Archive
from molgrad.optim.lessons import Lesson, LessonBook
from molgrad.optim.record import Record
from molgrad.optim.teaching import Teaching

# para-fluoro and para-trifluoromethyl benzamides of three amines, and their bare parents
AMINES = ("C2CC2", "C2CCCC2", "C2CCCCC2")
FLUORO = tuple(f"O=C(N{amine})c1ccc(F)cc1" for amine in AMINES)
TRIFLUORO = tuple(f"O=C(N{amine})c1ccc(C(F)(F)F)cc1" for amine in AMINES)
CHANGE = "F para to the amide C=O -> CF3"


def docked(smiles: str, affinity: float, place: int, parent: str | None = None, sd: float = 0.1) -> Record:
    value = MOLECULES.canonical(smiles)
    origin = None if parent is None else MOLECULES.canonical(parent)
    evaluation = Evaluation("docking", Status.OK, affinity, {"affinity": affinity}, kind=DOCKING, sd=sd)
    return Record(Proposal(value, origin), evaluation, 1, f"m{place:04d}", id=f"m{place:04d}")


def series(changes: tuple[float, ...] = (-0.4, -0.5, -0.6), first: int = 1) -> Archive:
    """Three matched pairs, none of which is parent and child."""
    archive = Archive()
    for place, (before, after, change) in enumerate(zip(FLUORO, TRIFLUORO, changes, strict=False)):
        archive.add(docked(before, -6.0 - place, first + 2 * place))
        archive.add(docked(after, -6.0 - place + change, first + 1 + 2 * place))
    return archive


def the(lessons: list[Lesson], change: str = CHANGE) -> Lesson:
    return next(lesson for lesson in lessons if lesson.change == change)


def test_any_two_measured_molecules_that_differ_by_one_group_are_a_pair() -> None:
    lesson = the(LessonBook(MOLECULES).lessons(series()))
    effect = lesson.effects[0]
    assert effect.n == 3
    assert effect.mean == pytest.approx(-0.5)
    assert effect.error == pytest.approx(math.sqrt(0.02 / 3))  # no less than the noise of both docks
    assert str(lesson) == f"{CHANGE}: docking -0.5 ± 0.1 kcal/mol, 3 of 3"


def test_what_contradicts_is_named() -> None:
    lesson = the(LessonBook(MOLECULES).lessons(series((-0.9, -1.1, 0.1))))
    assert lesson.effects[0].against == ("m0006",)
    assert lesson.effects[0].way == 2


def test_within_the_noise_it_says_so() -> None:
    lesson = the(LessonBook(MOLECULES).lessons(series((0.1, -0.1, 0.05))))
    assert not lesson.clear
    assert str(lesson).startswith(f"{CHANGE}: no clear effect: docking +0.0 ± 0.1 kcal/mol, 3 pairs")


def test_two_pairs_are_no_lesson_unless_asked_for() -> None:
    archive = series((-0.5, -0.5))
    assert LessonBook(MOLECULES).lessons(archive) == []
    assert the(LessonBook(MOLECULES).lessons(archive, 2)).n == 2


def test_the_order_of_measurement_does_not_matter() -> None:
    archive, back = series(), Archive(list(series().records)[::-1])
    assert list(map(str, LessonBook(MOLECULES).lessons(archive))) == list(map(str, LessonBook(MOLECULES).lessons(back)))
    growing, book = Archive(), LessonBook(MOLECULES)
    for record in archive.records:
        growing.add(record)
        found = book.lessons(growing)
    assert list(map(str, found)) == list(map(str, LessonBook(MOLECULES).lessons(archive)))


def test_an_addition_is_told_as_one_whichever_was_the_parent() -> None:
    archive = Archive()
    for place, (one, change) in enumerate(zip(FLUORO, (0.5, 0.6, 0.7), strict=True)):
        archive.add(docked(one, -6.0, 2 * place + 1))
        archive.add(docked(one.replace("(F)", ""), -6.0 + change, 2 * place + 2, one))
    lesson = the(LessonBook(MOLECULES).lessons(archive), "F added para to the amide C=O")
    assert lesson.effects[0].mean == pytest.approx(-0.6)


def test_a_bound_and_a_pending_assay_are_no_numbers() -> None:
    assay, archive = Assay("ic50", unit="nM"), Archive()
    told = [(100.0, 10.0, "="), (200.0, 20.0, "="), (300.0, 30_000.0, ">")]
    for place, (before, after, (low, high, relation)) in enumerate(zip(FLUORO, TRIFLUORO, told, strict=True)):
        for smiles, number, how in ((before, low, "="), (after, high, relation)):
            value = MOLECULES.canonical(smiles)
            archive.add(Record(Proposal(value), assay.complete(Measured(number, relation=how)), 0, f"n{place}"))
    archive.add(Record(Proposal("CCO"), assay.waiting(), 0, "n9"))
    assert LessonBook(MOLECULES).lessons(archive) == []  # the bound would have made a third pair
    effect = the(LessonBook(MOLECULES).lessons(archive, 2)).effects[0]
    assert effect.mean == pytest.approx(-1.0)
    assert effect.unit == "log units"
    assert "(better)" in str(effect)


def test_a_lesson_is_the_same_from_json() -> None:
    lesson = the(LessonBook(MOLECULES).lessons(series()))
    assert Lesson.from_json(lesson.to_json()) == lesson


def told() -> Lesson:
    found = the(LessonBook(MOLECULES).lessons(series()))
    return Lesson(found.change, found.effects, (), found.kinds, "runs/a")


def test_a_told_lesson_holds_until_own_pairs_contradict_it() -> None:
    teaching = Teaching(MOLECULES, [told()])
    agreeing = series((-0.4,))
    assert [lesson.source for lesson in teaching.lessons(agreeing)] == ["runs/a"]
    other = series((0.3, 0.4))
    assert teaching.lessons(other) == []
    assert [str(one) for one in teaching.retracted(other)] == [
        f"retracted: {CHANGE} from runs/a (docking -0.5 ± 0.1 kcal/mol), here +0.3, +0.4 kcal/mol in 2 pairs"
    ]


def test_one_pair_contradicts_nothing_and_noise_neither() -> None:
    teaching = Teaching(MOLECULES, [told()])
    assert teaching.retracted(series((0.4,))) == []
    assert teaching.retracted(series((-0.4, -0.3))) == []


def test_other_runs_are_not_named_to_advisors() -> None:
    said = "\n".join(Teaching(MOLECULES, [told()]).sentences(series((0.3, 0.4))))
    assert "runs/a" not in said
    assert "an earlier run" in said


def test_a_proposal_that_makes_the_change_gains_and_the_way_back_loses() -> None:
    teaching = Teaching(MOLECULES).read(series())
    before, after = (MOLECULES.canonical(f"O=C(NC2CCC2)c1ccc({group})cc1") for group in ("F", "C(F)(F)F"))
    gain = teaching.bonus(Proposal(after, before))
    assert 0.0 < gain <= 0.3
    assert teaching.bonus(Proposal(before, after)) == -gain
    assert teaching.reason(Proposal(after, before)).startswith(f"lesson: {CHANGE}: docking -0.5")
    meta = MOLECULES.canonical("O=C(NC2CCC2)c1cccc(C(F)(F)F)c1"), MOLECULES.canonical("O=C(NC2CCC2)c1cccc(F)c1")
    assert teaching.bonus(Proposal(*meta)) == 0.0  # the same exchange elsewhere
