"""What every loss must do; a suite inherits this and gives the loss."""

from __future__ import annotations

import json

import pytest

from molgrad.autograd.compose import sum_of
from molgrad.autograd.loss import Loss, settled
from molgrad.autograd.variable import Variable
from molgrad.chem.parse import parse
from molgrad.evaluation import Evaluation, Status

TRIMETHOPRIM = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"
GOOD = (TRIMETHOPRIM, "CC(=O)Oc1ccccc1C(=O)O", "C", "O=[N+]([O-])c1ccccc1N=Nc1ccccc1", "CCCCCCCCCCCCCCCC")
BAD = ("", "C1CC", "c1ccccc", "not a molecule", "C(C)(C)(C)(C)C", "*", "[H][H]")


class LossContract:
    """Inherit, and provide the fixture `loss` and `twin`, two objects made with equal settings."""

    @pytest.fixture
    def loss(self) -> Loss:
        raise NotImplementedError

    @pytest.fixture
    def twin(self) -> Loss:
        raise NotImplementedError

    def test_as_many_results_in_the_same_order(self, loss: Loss) -> None:
        one_by_one = [loss.evaluate([smiles])[0] for smiles in GOOD]
        assert loss.evaluate(list(GOOD)) == one_by_one
        assert loss.evaluate(list(reversed(GOOD))) == one_by_one[::-1]
        assert loss.evaluate([]) == []

    def test_a_bad_smiles_is_a_result_with_a_reason_and_costs_the_others_nothing(self, loss: Loss) -> None:
        mixed = [smiles for pair in zip(BAD, GOOD * 2, strict=False) for smiles in pair]
        results = loss.evaluate(mixed)
        assert len(results) == len(mixed)
        for bad in results[0::2]:
            assert bad.score is None
            # a loss that only reads words, or waits, may take any text; what measures must say INVALID
            assert bad.ok or (bad.reason and bad.status in (Status.INVALID, Status.PENDING))
        assert results[1::2] == loss.evaluate(mixed[1::2])

    def test_a_score_only_where_there_is_a_result(self, loss: Loss) -> None:
        for result in loss.evaluate([*GOOD, *BAD]):
            assert isinstance(result, Evaluation)
            assert result.score is None or result.ok
            assert result.loss == loss.name

    def test_json_and_back(self, loss: Loss) -> None:
        for result in loss.evaluate([*GOOD, *BAD]):
            assert Evaluation.from_json(json.loads(json.dumps(result.to_json(), allow_nan=False))) == result

    def test_the_same_twice(self, loss: Loss, twin: Loss) -> None:
        assert loss.evaluate(list(GOOD)) == loss.evaluate(list(GOOD)) == twin.evaluate(list(GOOD))

    def test_facts_point_at_atoms_of_the_molecule(self, loss: Loss) -> None:
        for smiles, result in zip(GOOD, loss.evaluate(list(GOOD)), strict=True):
            size = parse(smiles).GetNumAtoms()
            for fact in result.facts:
                assert fact.kind
                assert fact.text
                assert all(0 <= atom < size for atom in fact.atoms)
                assert len(set(fact.atoms)) == len(fact.atoms)
                assert -1e-9 <= fact.weight <= 1 + 1e-9
            assert sum(fact.weight for fact in result.facts) <= 1.01

    def test_facts_do_not_depend_on_how_the_smiles_is_written(self, loss: Loss) -> None:
        first, again = loss.evaluate([TRIMETHOPRIM, "c1(OC)c(OC)cc(cc1OC)Cc1cnc(N)nc1N"])
        assert [(f.kind, f.atoms) for f in first.facts] == [(f.kind, f.atoms) for f in again.facts]

    def test_spec_is_json_and_the_same_for_equal_settings(self, loss: Loss, twin: Loss) -> None:
        assert json.loads(json.dumps(loss.spec(), allow_nan=False)) == loss.spec() == twin.spec()
        assert loss.spec()["loss"]

    def test_a_result_has_words(self, loss: Loss) -> None:
        for result in loss.evaluate([*GOOD, *BAD]):
            assert result.text or not result.ok
            assert result.feedback

    def test_known_results_are_not_measured_again(self, loss: Loss) -> None:
        known = loss.evaluate(list(GOOD))
        assert all(settled(k) for k in known)

        def refuse(values: object, contexts: object) -> list[object]:
            assert not values
            return []

        loss._stream = refuse  # type: ignore[assignment, method-assign]  # as above
        assert dict(loss.stream(list(GOOD), known=known)) == dict(enumerate(known))

    def test_it_hangs_on_the_graph_and_sums(self, loss: Loss) -> None:
        variable = Variable(TRIMETHOPRIM, role_description="inhibitor")
        node = loss(variable)
        assert node.evaluation == variable.measurements[0].evaluation
        node.backward()
        assert variable.get_gradient_text()
        total = sum_of([node.evaluation, node.evaluation])
        assert [t.loss for t in total.terms] == [loss.name, f"{loss.name}_2"]

    def test_exact_is_free(self, loss: Loss) -> None:
        results = loss.exact(list(GOOD))
        assert len(results) == len(GOOD)
        if loss.expensive:
            assert all(result.status is Status.PENDING for result in results)
