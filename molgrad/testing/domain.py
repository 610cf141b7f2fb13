"""What every kind of value must do as a `Domain`."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

import pytest

from molgrad.autograd.domain import SCOPES, Domain
from molgrad.autograd.gradient import Edit


class DomainSuite:
    """The contract of a domain. Subclass it, set `values` and `unsound`, and write `make`.

    Attributes:
        values: at least two sound values, in their canonical spelling.
        unsound: texts that are no value of the domain.
    """

    values: Sequence[str] = ()
    unsound: Sequence[str] = ()

    def make(self) -> Domain:
        """A new domain; two of them must be alike."""
        raise NotImplementedError

    @pytest.fixture
    def domain(self) -> Domain:
        """The domain."""
        return self.make()

    def test_it_says_what_it_is(self, domain: Domain) -> None:
        """The protocol is complete, and `spec` is JSON and the same for equal settings."""
        assert isinstance(domain, Domain)
        assert domain.name
        assert json.loads(json.dumps(domain.spec(), allow_nan=False)) == domain.spec() == self.make().spec()
        assert domain.default_advisor is None or domain.default_advisor

    def test_it_knows_how_far_values_may_lie_from_starts(self, domain: Domain) -> None:
        """Free, unless it is asked `within` a scope of some starts, which leaves it as it is."""
        assert domain.scope == "free"
        bounded = domain.within(None, self.values)
        assert bounded.scope in SCOPES
        assert bounded.spec() == self.make().within(None, self.values).spec()
        assert domain.within("free", self.values).scope == domain.scope == "free"

    def test_a_step_says_at_how_many_places_values_differ(self, domain: Domain) -> None:
        """None between equal values of a domain that can tell, and what scans and combinations give is canonical."""
        first, second = self.values[:2]
        assert domain.step(first, second) == self.make().step(first, second)
        assert domain.step(first, second).places >= 1
        made = [value for value, _ in domain.scan(first)]
        assert made == [value for value, _ in self.make().scan(first)]
        made += domain.combined(first, *made[:2]) if len(made) > 1 else []
        assert all(domain.canonical(value) == value != first for value in made)

    def test_a_value_has_one_spelling(self, domain: Domain) -> None:
        """`canonical` leaves a canonical value alone, and what it gives is sound."""
        for value in self.values:
            assert domain.canonical(value) == value
            assert domain.validate(value) == ()
            assert domain.plausible(value) is True

    def test_what_is_one_thing_has_one_key(self, domain: Domain) -> None:
        """`identity` is a text, the same each time, and different values of the suite have different ones."""
        keys = [domain.identity(value) for value in self.values]
        assert keys == [self.make().identity(value) for value in self.values]
        assert len(set(keys)) == len(set(self.values))

    def test_what_is_unsound_is_refused_with_reasons(self, domain: Domain) -> None:
        """`canonical` raises a ValueError that says why, or `validate` names the reasons."""
        assert self.unsound
        for text in self.unsound:
            try:
                reasons = domain.validate(domain.canonical(text))
            except ValueError as error:
                reasons = (str(error),)
            assert all(reasons)
            assert reasons

    def test_neighbours_are_one_change_away_and_the_same_for_a_seed(self, domain: Domain) -> None:
        """At most as many as asked for, canonical, other than the value, with an edit that can be kept."""
        for value in self.values:
            found = domain.neighbours(value, 3, 5)
            assert len(found) <= 5
            assert found == domain.neighbours(value, 3, 5) == self.make().neighbours(value, 3, 5)
            for neighbour, edit in found:
                assert domain.canonical(neighbour) == neighbour != value
                assert Edit(**json.loads(json.dumps(edit.to_json(), allow_nan=False))) == edit
        assert domain.neighbours(self.values[0], 3, 0) == []

    def test_an_edit_gives_sound_values_or_none(self, domain: Domain) -> None:
        """`apply` never raises, and each value that it gives is canonical."""
        for value in self.values:
            edits = [edit for _, edit in domain.neighbours(value, 3, 3)]
            for edit in [*edits, Edit("replace", {"unknown": 1}), Edit("remove")]:
                made = domain.apply(value, edit)
                assert made == domain.apply(value, edit)
                assert all(domain.canonical(one) == one for one in made)

    def test_crossover_and_novel_are_the_same_for_a_seed(self, domain: Domain) -> None:
        """At most as many as asked for, and canonical; `novel` says how each was made."""
        first, second = self.values[:2]
        crossed, new = domain.crossover(first, second, 3, 4), domain.novel(3, 4)
        assert (crossed, new) == (domain.crossover(first, second, 3, 4), domain.novel(3, 4))
        assert max(len(crossed), len(new)) <= 4
        assert all(how for _, how in new)
        exchanged = domain.exchanged(first, 3, 4)
        assert exchanged == domain.exchanged(first, 3, 4)
        assert all(domain.canonical(value) == value for value, _ in exchanged[:4])
        assert all(domain.canonical(value) == value for value in [*crossed, *(value for value, _ in new)])

    def test_features_and_properties_are_numbers_of_the_value(self, domain: Domain) -> None:
        """Counts are positive, every value has as many linear features, and properties are finite."""
        seen = [domain.features(value) for value in self.values]
        assert seen == [self.make().features(value) for value in self.values]
        assert len({len(features.linear) for features in seen}) == 1
        for value, features in zip(self.values, seen, strict=True):
            assert all(count > 0 for count in features.counts.values())
            assert all(map(math.isfinite, [*features.linear, *domain.describe(value).values()]))

    def test_what_is_told_is_text(self, domain: Domain) -> None:
        """A difference is words, and whether starts are fragments is a bool."""
        assert isinstance(domain.difference(*self.values[:2]), str)
        assert isinstance(domain.explain(self.values[0], self.values[1], []), str)
        assert isinstance(domain.fragments(self.values), bool)
