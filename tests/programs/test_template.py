"""Templates: fields are filled, every other brace is a brace, and what does not match is named."""

from __future__ import annotations

import pytest

from molgrad.errors import TemplateError
from molgrad.programs.template import fields, fill


def test_fields_in_order_once() -> None:
    assert fields("{b} and {a}, then {b} again") == ("b", "a")
    assert fields("no fields") == ()


def test_braces_in_values_mean_nothing() -> None:
    assert fill("Q: {q}", {"q": "what is {x} or {0.__class__}?"}) == "Q: what is {x} or {0.__class__}?"
    assert fill("{a}{b}", {"a": "{b}", "b": "{a}"}) == "{b}{a}"


@pytest.mark.parametrize(
    "literal", ['Answer as {"key": 1}', "int main() { return 0; }", "{}", "{ x }", "a } b { c", "{1}", "{a + b}"]
)
def test_a_brace_that_starts_no_field_is_a_brace(literal: str) -> None:
    assert fill(literal + " {q}", {"q": "v"}) == literal + " v"


def test_doubled_braces_are_written_once() -> None:
    assert fill("{{name}} is {name}", {"name": "v"}) == "{name} is v"


@pytest.mark.parametrize("wrong", ["{q.secret}", "{q[0]}", "{q!r}", "{q:>10}"])
def test_a_field_that_is_more_than_a_name_is_refused(wrong: str) -> None:
    with pytest.raises(TemplateError, match=r"write \{q\}"):
        fill(wrong, {"q": "v"})


def test_missing_and_unknown_fields_are_named() -> None:
    with pytest.raises(
        TemplateError, match=r"nothing was given for 'b'; it has no field 'c' \(its fields are 'a', 'b'\)"
    ):
        fill("{a} {b}", {"a": "1", "c": "2"})
    with pytest.raises(ValueError, match="it has no fields"):
        fill("none", {"a": "1"})
