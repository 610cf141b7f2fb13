"""What a search knows, in a prompt: a critic that can only use what it is shown does what the table tells it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from molgrad.advisors.model.group_costs import costs
from molgrad.advisors.model.measurements import measured_words
from molgrad.advisors.model.model import ModelAdvisor
from molgrad.advisors.model.numbering import numbered
from molgrad.advisors.model.options import applicable
from molgrad.advisors.model.table import anonymous, state_words, table_words
from molgrad.autograd.advisor import Subject
from molgrad.autograd.compose import sum_of
from molgrad.autograd.gradient import Gradient
from molgrad.autograd.standing import Measured, PassedOver, Standing, Worth
from molgrad.autograd.variable import Variable
from molgrad.chem.descriptors import describe
from molgrad.chem.parse import canonical, parse
from molgrad.evaluation import Evaluation, Fact, Status
from molgrad.llm.openai import OpenAIModel
from molgrad.losses.druglikeness import QED
from molgrad.molecule.domain import MOLECULES, MoleculeDomain
from tests.advisors.test_model import Echo
from tests.advisors.test_model_edits import DOCKED, LEAD
from tests.loopback import Loopback, Request

BEST = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1N1CCOCC1"
CHLORO = "COc1cc(Cc2cnc(N)nc2N)cc(Cl)c1OC"
FLUORO = "COc1cc(Cc2cnc(N)nc2N)cc(F)c1OC"


def total(score: float | None, reason: str = "") -> Evaluation:
    if score is None:
        return Evaluation("total", Status.FAILED, reason=reason)
    terms = (Evaluation("docking", Status.OK, score - 1.5), Evaluation("qed", Status.OK, 0.15, weight=10.0))
    return Evaluation("total", Status.OK, score, terms=terms)


def rows(*more: Measured) -> tuple[Measured, ...]:
    return (
        Measured("m0002", BEST, total(-6.2), "m0001 trimethoprim", "OCH3 para to the CH2 -> morpholin-4-yl"),
        Measured("m0001 trimethoprim", LEAD, total(-5.6), start=True),
        Measured("m0003", CHLORO, total(-5.0), "m0001 trimethoprim", "OCH3 meta to the CH2 -> Cl"),
        *more,
    )


STANDING = Standing(
    rows(), (PassedOver(FLUORO, "m0001", "predicted -5.9 ± 0.6, not in the batch"),), 3, 14, "dock",
    ("methoxy -> morpholine: docking -0.7, 2 of 2", " "), "your last 3 expectations were too hopeful by 0.4",
    {"pose_growth": Worth("pose_growth", 11, 7, -0.4)}, ("SA score of at most 4.",),
)  # fmt: skip


def prompt(standing: Standing | None = STANDING, value: str = LEAD, **more: Any) -> str:
    model = Echo(json.dumps({"critique": "c", "proposals": []}), "{}")
    variable = Variable(value, role_description="ligand of 1ia1", domain=MOLECULES)
    ModelAdvisor(model, **more).critiques([Subject(variable, [DOCKED], None, standing)])
    return model.said(0)


def section(text: str, name: str) -> str:
    found = re.search(rf"<{name}>\n(.*?)\n</{name}>", text, re.DOTALL)
    return found[1] if found else ""


def reader(request: Request) -> str:
    """A critic that works from the prompt alone: it goes on from the best row and repeats nothing that it is shown."""
    table = section(request.prompt, "measured_molecules")
    found = [line.split(" | ") for line in table.splitlines()[1:] if line.startswith("m")]
    if not found:
        return json.dumps({"critique": "I see no table.", "proposals": []})
    best = min(found, key=lambda row: float(row[1].split(" ")[0]))
    known = {word for line in request.prompt.splitlines() for word in line.split(" ") if "c1" in word}
    new = [value for value, _ in MOLECULES.neighbours(best[2], 3, 12) if value not in known][:3]
    listed = [{"rank": i, "parent": best[0].split(" ")[0], "smiles": s, "expected": -0.2} for i, s in enumerate(new, 1)]
    return json.dumps({"critiques": [{"parent": best[0].split(" ")[0], "critique": "the best"}], "proposals": listed})


def test_the_table_has_totals_terms_parents_and_what_changed() -> None:
    table = section(prompt(), "measured_molecules").splitlines()
    assert table[0].startswith("id | total (= docking + 10 x qed, each term as it counts), lower is better")
    assert table[1] == (
        f"m0002 (best) | -6.20 (docking -7.70, qed +1.50) | {BEST} | "
        "m0001 trimethoprim: OCH3 para to the CH2 -> morpholin-4-yl"
    )
    assert table[2].startswith("m0001 trimethoprim (lead, asked about) | -5.60")


def test_a_prompt_tells_budget_lessons_limits_and_what_waits() -> None:
    text = prompt()
    assert section(text, "search").startswith(
        "14 docks left in the budget; the next batch holds 3.\nBest so far: m0002"
    )
    assert f"- {FLUORO} (from m0001): predicted -5.9 ± 0.6" in section(text, "proposed_not_measured")
    assert FLUORO not in section(text, "measured_molecules")
    assert section(text, "lessons") == "- methoxy -> morpholine: docking -0.7, 2 of 2"
    assert section(text, "how_your_expectations_came_out") == STANDING.forecasts
    limits = section(text, "constraints").splitlines()
    assert limits[0] == "SA score of at most 4."
    assert len(limits) == len(set(limits))
    assert "No reactive or unstable group, such as" in section(text, "constraints")
    assert "<already_tried>" not in text


def test_the_budgets_end_is_told_as_it_is() -> None:
    assert state_words(Standing(rows(), wanted=3, left=1, unit="dock"), [LEAD]).startswith(
        "1 dock left in the budget; the next batch holds 1."
    )


def test_without_a_search_no_section_is_empty() -> None:
    text = prompt(None)
    assert not re.search(r"<(\w+)>\n\s*\n?</\1>", text)
    assert "<search>" not in text
    assert "<lessons>" not in text


def test_of_many_measured_the_family_is_shown_and_the_rest_is_named() -> None:
    others = [(value, -4.9 + place / 100) for place, (value, _) in enumerate(MOLECULES.neighbours(BEST, 1, 60))]
    more = [Measured(f"m{i:04}", value, total(score), "m0002", "x") for i, (value, score) in enumerate(others, 10)]
    failed = Measured("m0900", "COc1ccc(Cc2cnc(N)nc2N)cc1OC", total(None, "docking: the worker died"))
    table = table_words(Standing(rows(*more, failed)), [LEAD])
    shown = [line for line in table.splitlines() if re.match(r"m\d", line)]
    assert len(shown) < 12
    assert table.count("\n") < 14
    named = table.splitlines()[-1]
    assert named.startswith("Measured too (SMILES and total), none of the best 5: ")
    assert re.search(r"; and \d+ more$", named)


def test_what_was_measured_is_refused_with_its_id_and_costs_no_second_call() -> None:
    said = json.dumps({"critique": "c", "proposals": [{"rank": 1, "smiles": CHLORO}, {"rank": 2, "smiles": FLUORO}]})
    model = Echo(said)
    variable = Variable(LEAD, role_description="r", domain=MOLECULES)
    (gradient,) = ModelAdvisor(model).critiques([Subject(variable, [DOCKED], None, STANDING)])
    assert [p.value for p in gradient.proposals] == [FLUORO]
    assert f"- {CHLORO}: this was measured already: m0003, total -5.00" in gradient.text


def test_a_user_may_have_named_the_target_in_a_masked_run() -> None:
    named = tuple(replace(row, name=row.name.replace("trimethoprim", "DHFR hit of 1ia1")) for row in rows())
    passed = (PassedOver(FLUORO, "m0001 DHFR hit", "binds B:LEU99 less"),)
    standing = replace(
        STANDING, measured=named, passed_over=passed, lessons=("met GLU32 in 1IA1",), forecasts="at A:ASP30"
    )
    text = prompt(standing, masked=True).lower()
    assert not any(name in text for name in ("1ia1", "dhfr", "glu32", "leu99", "asp30", "trimethoprim"))
    assert "m0001 (lead, asked about)" in text
    assert all(row.name.startswith("m0") and " " not in row.name + row.parent for row in anonymous(standing).measured)


@pytest.mark.parametrize("smiles", [LEAD, "C[C@H](N)C(=O)[O-]", "Clc1ccc([N+](=O)[O-])cc1Br", "F/C=C/c1ccc[nH]1", "C"])
def test_numbers_are_those_of_the_canonical_smiles(smiles: str) -> None:
    text, mol = numbered(canonical(smiles)), parse(canonical(smiles))
    found = re.findall(r"\[([A-Z][a-z]?|[bcnops])[@H0-9+-]*:(\d+)\]", text)
    assert [int(number) for _, number in found] == list(range(mol.GetNumAtoms()))
    assert [symbol.capitalize() for symbol, _ in found] == [atom.GetSymbol() for atom in mol.GetAtoms()]
    assert canonical(re.sub(r":\d+\]", "]", text)) == canonical(smiles)
    assert numbered("no molecule") == ""


def test_every_contact_is_told_and_the_worth_of_its_kind() -> None:
    kinds = ["pose_hbond"] * 9 + ["pose_growth", "pose_unsatisfied"]
    facts = tuple(Fact(kind, f"{kind} {i} at atom {i}", (i,), f"B:ILE{i}") for i, kind in enumerate(kinds))
    worth = {"pose_growth": Worth("pose_growth", 11, 7, -0.4), "pose_unsatisfied": Worth("pose_unsatisfied", 8, 0, 0.3)}
    words = measured_words([replace(DOCKED, facts=facts, text="Vina")], worth).splitlines()
    assert sum(line.count("pose_hbond") for line in words) == 9
    assert (
        words[-2].strip()
        == "room: pose_growth 9 at atom 9 [acting on such a fact paid 7 of 11 times, -0.4 in the mean]"
    )
    assert words[-1].strip() == "facts of kinds that never paid so far: pose_unsatisfied 10 at atom 10"


def test_the_gain_of_a_property_at_its_ideal_is_that_of_the_total() -> None:
    evaluation = replace(QED().evaluate([LEAD])[0], weight=10.0)
    words = measured_words([evaluation])
    gains = [float(found) for found in re.findall(r"\((-\d\.\d\d)", words)]
    assert "hydrogen-bond donors 2 -> 1 (-0.30, atoms 10, 13)" in words
    assert 0 < -sum(gains) < 10.0 * (evaluation.score or 0.0)
    held = measured_words([evaluation], held=(10, 13))
    assert "hydrogen-bond donors 2 -> 1 (-0.30, of atoms that stay)" in held
    assert "rotatable bonds by QED's count 5 -> 3" in held, "Vina counts others, in the same prompt"
    row = Measured("m0001", LEAD, sum_of([DOCKED, evaluation]), start=True)
    assert "each term as it counts; qed is 1 - QED)" in table_words(Standing(measured=(row,)), [LEAD])


def test_groups_cost_what_rdkit_counts() -> None:
    found = re.search(r"methoxy (\d+) ([+-][\d.]+) A R;", costs())
    assert found is not None
    bare, put = describe("c1ccccc1"), describe("COc1ccccc1")
    assert float(found[1]) == pytest.approx(put["weight"] - bare["weight"], abs=0.5)
    assert float(found[2]) == pytest.approx(put["logp"] - bare["logp"], abs=0.05)


def test_edits_that_are_offered_are_new_sound_and_leave_the_contacts_alone() -> None:
    domain = MoleculeDomain().within("analogues", [LEAD])
    model = Echo(json.dumps({"critique": "c", "proposals": []}), "{}")
    variable = Variable(LEAD, role_description="r", domain=domain)
    ModelAdvisor(model).critiques([Subject(variable, [DOCKED], None, STANDING)])
    text = model.said(0)
    assert section(text, "atoms_that_stay").endswith("stay, with their hydrogens: 10.")
    offered = section(text, "possible_edits").splitlines()[1:]
    assert offered
    for line in offered:
        name, atoms = line.split(" [")[0], [int(i) for i in line.split("[")[1].split("]")[0].split(", ")]
        assert 10 not in atoms, line
        assert name != "dimethylate_amine"


def test_nothing_is_offered_where_the_pose_has_no_room() -> None:
    full = Fact("pose_full", "no room for a carbon at atoms 3 and 14", (3, 14))
    free = applicable(LEAD, [1, 15], MOLECULES, [], ())
    closed = applicable(LEAD, [1, 15], MOLECULES, [full], ())
    assert "move_substituent_ortho" in free
    assert "move_substituent_ortho" not in closed
    assert "o_demethylate" in closed


@pytest.mark.parametrize("form", ["parent", "batch"])
def test_a_critic_that_reads_goes_on_from_the_best(form: Any) -> None:
    with Loopback(reader) as server:
        advisor = ModelAdvisor(OpenAIModel(server.spec()), prompts=form, chemist=False)
        about = [
            Subject(Variable(v, role_description="r", domain=MOLECULES), [DOCKED], None, STANDING) for v in (LEAD, BEST)
        ]
        gradients: list[Gradient] = advisor.critiques(about)
    proposed = [p for gradient in gradients for p in gradient.proposals]
    assert proposed
    assert "refused" not in " ".join(g.text for g in gradients).lower() or form == "parent"
    assert len(server.requests) == {"parent": 2, "batch": 1}[form]
    assert {p.value for p in proposed}.isdisjoint({LEAD, BEST, CHLORO, FLUORO})


def test_a_blind_prompt_fails_the_critic_that_reads() -> None:
    with Loopback(reader) as server:
        advisor = ModelAdvisor(OpenAIModel(server.spec()), chemist=False)
        (gradient,) = advisor.critiques([Subject(Variable(LEAD, role_description="r", domain=MOLECULES), [DOCKED])])
    assert gradient.text == "I see no table."
