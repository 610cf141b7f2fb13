"""What every loss must do as a `Loss`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar

import pytest

from molgrad import registry
from molgrad.autograd.compose import sum_of
from molgrad.autograd.loss import Context, Loss, settled
from molgrad.autograd.variable import Variable
from molgrad.chem.parse import parse
from molgrad.evaluation import Evaluation, Status

TRIMETHOPRIM = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"


class LossSuite:
    """The contract of a loss. Subclass it and write `make`.

    Attributes:
        values: values that can be measured; molecules here.
        unsound: texts that are no value.
        respelled: one value, written in two ways.
    """

    values: Sequence[str] = (
        TRIMETHOPRIM,
        "CC(=O)Oc1ccccc1C(=O)O",
        "C",
        "O=[N+]([O-])c1ccccc1N=Nc1ccccc1",
        "CCCCCCCCCCCCCCCC",
    )
    unsound: Sequence[str] = ("", "C1CC", "c1ccccc", "not a molecule", "C(C)(C)(C)(C)C", "*", "[H][H]")
    respelled: tuple[str, str] = (TRIMETHOPRIM, "c1(OC)c(OC)cc(cc1OC)Cc1cnc(N)nc1N")

    def make(self) -> Loss:
        """A new loss; two of them must be alike."""
        raise NotImplementedError

    def places(self, value: str) -> int:
        """How many places facts can point at: the heavy atoms of a molecule."""
        return int(parse(value).GetNumAtoms())

    @pytest.fixture
    def loss(self) -> Loss:
        """The loss."""
        return self.make()

    def test_as_many_results_in_the_same_order(self, loss: Loss) -> None:
        """Values measured together, in any order, get what each gets alone."""
        one_by_one = [loss.evaluate([value])[0] for value in self.values]
        assert loss.evaluate(list(self.values)) == one_by_one
        assert loss.evaluate(list(reversed(self.values))) == one_by_one[::-1]
        assert loss.evaluate([]) == []

    def test_an_unsound_value_is_a_result_with_a_reason_and_costs_the_others_nothing(self, loss: Loss) -> None:
        """What measures says INVALID; a loss that only reads words, or waits, may take any text."""
        sound = [*self.values, *self.values]
        mixed = [value for pair in zip(self.unsound, sound, strict=False) for value in pair]
        results = loss.evaluate(mixed)
        assert len(results) == len(mixed)
        for bad in results[0::2]:
            assert bad.score is None
            assert bad.ok or (bad.reason and bad.status in (Status.INVALID, Status.PENDING))
        assert results[1::2] == loss.evaluate(mixed[1::2])

    def test_a_score_only_where_there_is_a_result(self, loss: Loss) -> None:
        """Each result is an Evaluation under the loss's name."""
        for result in loss.evaluate([*self.values, *self.unsound]):
            assert isinstance(result, Evaluation)
            assert result.score is None or result.ok
            assert result.loss == loss.name

    def test_json_and_back(self, loss: Loss) -> None:
        """A stored result is the result."""
        for result in loss.evaluate([*self.values, *self.unsound]):
            assert Evaluation.from_json(json.loads(json.dumps(result.to_json(), allow_nan=False))) == result

    def test_the_same_twice(self, loss: Loss) -> None:
        """Measuring again, or with another object of equal settings, changes nothing."""
        values = list(self.values)
        assert loss.evaluate(values) == loss.evaluate(values) == self.make().evaluate(values)

    def test_a_repeat_tells_more_or_changes_nothing(self, loss: Loss) -> None:
        """A value measured again keeps its name, and says what each measurement gave."""
        for value, first in zip(self.values[:2], loss.evaluate(self.values[:2]), strict=True):
            again = loss.repeat(value, first, {})
            assert again == first or (again.ok and again.loss == first.loss and again.history != first.history)
            assert first.ok or not loss.doubtful(first)

    def test_facts_point_at_places_of_the_value(self, loss: Loss) -> None:
        """Kind and text are there, atoms exist, and weights are shares of one."""
        for value, result in zip(self.values, loss.evaluate(list(self.values)), strict=True):
            for fact in result.facts:
                assert fact.kind
                assert fact.text
                assert all(0 <= atom < self.places(value) for atom in fact.atoms)
                assert len(set(fact.atoms)) == len(fact.atoms)
                assert -1e-9 <= fact.weight <= 1 + 1e-9
            assert sum(fact.weight for fact in result.facts) <= 1.01

    def test_facts_do_not_depend_on_how_the_value_is_written(self, loss: Loss) -> None:
        """Atoms are those of the canonical spelling."""
        first, again = loss.evaluate(list(self.respelled))
        assert [(f.kind, f.atoms) for f in first.facts] == [(f.kind, f.atoms) for f in again.facts]

    def test_spec_is_json_and_the_same_for_equal_settings(self, loss: Loss) -> None:
        """Settings can be stored and compared."""
        assert json.loads(json.dumps(loss.spec(), allow_nan=False)) == loss.spec() == self.make().spec()
        assert loss.spec()["loss"]

    def test_a_result_has_words(self, loss: Loss) -> None:
        """What is OK has a text, and every result has feedback."""
        for result in loss.evaluate([*self.values, *self.unsound]):
            assert result.text or not result.ok
            assert result.feedback

    def test_known_results_are_not_measured_again(self, loss: Loss, monkeypatch: pytest.MonkeyPatch) -> None:
        """What is handed in as `known` comes back as it is."""
        known = loss.evaluate(list(self.values))
        assert all(settled(k) for k in known)

        def refuse(values: Sequence[str], contexts: Sequence[Context]) -> Iterator[tuple[int, Evaluation]]:
            assert not [*values, *contexts]
            return iter(())

        monkeypatch.setattr(loss, "_stream", refuse)
        assert dict(loss.stream(list(self.values), known=known)) == dict(enumerate(known))

    def test_it_hangs_on_the_graph_and_sums(self, loss: Loss) -> None:
        """Calling it measures a variable, and `backward` leaves feedback there."""
        variable = Variable(self.values[0], role_description="value")
        node = loss(variable)
        assert node.evaluation is not None
        assert node.evaluation == variable.measurements[0].evaluation
        node.backward()
        assert variable.get_gradient_text()
        total = sum_of([node.evaluation, node.evaluation])
        assert [term.loss for term in total.terms] == [loss.name, f"{loss.name}_2"]

    def test_exact_is_free(self, loss: Loss) -> None:
        """An expensive loss measures nothing when only what is free was asked for."""
        results = loss.exact(list(self.values))
        assert len(results) == len(self.values)
        if loss.expensive:
            assert all(result.status is Status.PENDING for result in results)

    def test_its_scale_is_told(self, loss: Loss) -> None:
        """The docstring says on which scale it measures."""
        assert "Scale" in (type(loss).__doc__ or "")


class RegisteredLosses(LossSuite):
    """The suite over every loss that is installed under the entry point `molgrad.losses`.

    Attributes:
        arguments: how to make a loss that cannot be made without arguments: its name -> a function of the class.
    """

    arguments: ClassVar[Mapping[str, Callable[[type[Loss]], Loss]]] = {}
    registered: str

    @pytest.fixture(params=registry.names("losses"))
    def loss(self, request: pytest.FixtureRequest) -> Loss:
        """Each loss in turn."""
        self.registered = request.param
        return self.make()

    def make(self) -> Loss:
        """The loss whose turn it is."""
        cls = registry.load("losses", self.registered)
        loss = self.arguments[self.registered](cls) if self.registered in self.arguments else cls()
        assert isinstance(loss, Loss)
        return loss
