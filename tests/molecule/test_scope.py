"""What may be proposed from leads: the scope of a domain of molecules."""

from __future__ import annotations

from typing import Any

import pytest

from molgrad.autograd.domain import Starts, too_far
from molgrad.errors import MolgradError
from molgrad.molecule.domain import MOLECULES, MoleculeDomain
from molgrad.molecule.scope import with_core

LEAD = "Cc1ccc(NC(=O)c2ccccc2)cc1Nc1ncccn1"


def said(domain: MoleculeDomain, smiles: str) -> str:
    return "; ".join(domain.validate(domain.canonical(smiles)))


def test_analogues_keep_the_core_and_the_size() -> None:
    domain = MOLECULES.within(None, [LEAD])
    assert domain.scope == "analogues"
    assert said(domain, LEAD.replace("c2ccccc2", "c2ccc(F)cc2")) == ""
    assert "the core of the series is changed" in said(domain, LEAD.replace("c2ccccc2", "c2ccsc2"))
    large = LEAD.replace("c2ccccc2", "c2ccc(CCN3CCC(CC)CC3)cc2")
    assert "17 to 31" in said(domain, large)
    assert all(domain.validate(value) == () for value, _ in domain.scan(LEAD))
    assert domain.novel(1, 5) == []


def test_a_hop_keeps_the_size_and_not_the_core() -> None:
    domain = MOLECULES.within("hop", [LEAD])
    assert said(domain, LEAD.replace("c2ccccc2", "c2ccsc2")) == ""
    assert "17 to 31" in said(domain, "CC(=O)Nc1ccccc1")


def test_free_is_what_was_there_before() -> None:
    assert MOLECULES.within(None, ["CC(N)=O", LEAD]).spec() == MOLECULES.spec()
    assert MOLECULES.within("free", [LEAD]).spec() == MOLECULES.spec()


def test_what_differs_at_two_places_is_too_far_unless_one_was_measured() -> None:
    domain = MOLECULES.within("analogues", [LEAD])
    fluoro, both = LEAD.replace("c2ccccc2", "c2ccc(F)cc2"), "O=C(Nc1ccc(C2CC2)c(Nc2ncccn2)c1)c1ccc(F)cc1"
    assert too_far(domain, domain.canonical(fluoro), [LEAD]) == ""
    assert "at 2 places" in too_far(domain, domain.canonical(both), [LEAD])
    assert too_far(domain, domain.canonical(both), [LEAD, domain.canonical(fluoro)]) == ""
    assert too_far(MOLECULES, domain.canonical(both), [LEAD]) == ""


def test_an_excluded_part_is_never_proposed() -> None:
    domain = MoleculeDomain(exclude=["[Cl]"])
    assert "the part [Cl] is excluded" in said(domain, "Clc1ccccc1")
    assert all("Cl" not in value for value, _ in domain.neighbours(LEAD, 1, 40))


def test_only_what_varies_changes() -> None:
    domain = MoleculeDomain(vary=["R1=atoms 0"]).within(None, [LEAD])
    assert domain.notes == (f"only these atoms vary: R1: C 0 of {LEAD}",)
    assert said(domain, LEAD.replace("Cc1ccc", "CCc1ccc")) == ""
    assert "(R1: C 0 of" in said(domain, LEAD.replace("c2ccccc2", "c2ccc(F)cc2"))


def test_of_several_starts_those_without_the_core_are_left_out_with_a_sentence() -> None:
    starts = Starts((LEAD, "CC(=O)Nc1ccccc1"), ("a note",))
    found = with_core(starts, "c1ncccn1")
    assert found.values == (LEAD,)
    assert found.notes[0] == "a note"
    assert found.notes[1].startswith("start left out: the core c1ncccn1 is not in the start CC(=O)Nc1ccccc1: ")
    assert with_core(starts, "c1ccsc1") == with_core(starts, None) == starts


@pytest.mark.parametrize(("bounds", "scope", "starts", "words"), [
    ({"core": "c1ccsc1"}, None, [LEAD], "the core c1ccsc1 is not in the start .*: s is missing"),
    ({"core": "c1ccc2[nH]ncc2c1"}, None, [LEAD], r"start .*: \[nH\]nc is missing; give a core"),
    ({"core": "Oc1ccccn1"}, None, ["O=c1cccc[nH]1"], r"as another tautomer it is there: --core 'O=c1cccc\[nH\]1'"),
    ({"core": "c1cc("}, None, [LEAD], "no SMARTS"),
    ({"exclude": ["[Cl"]}, None, [LEAD], "no SMARTS"),
    ({"core": "c1ncccn1"}, "hop", [LEAD], "leave out --core"),
    ({"vary": ["R1=atoms 60"]}, None, [LEAD], "there is no atom 60"),
    ({"vary": ["R1=atoms 0"]}, None, [LEAD, "C" + LEAD], "one lead, and there are 2 starts"),
])  # fmt: skip
def test_bounds_that_make_no_sense_are_a_sentence(bounds: Any, scope: Any, starts: list[str], words: str) -> None:
    with pytest.raises(MolgradError, match=words):
        MoleculeDomain(**bounds).within(scope, starts)
