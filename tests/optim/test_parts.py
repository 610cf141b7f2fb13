"""Values of named parts are taken apart and put together; a value without parts is one part."""

from __future__ import annotations

import pytest

from molgrad.autograd.text_domain import TEXT
from molgrad.optim.parts import Parts, changed, joined, parts_of
from tests.optim.words import TwoWords


def test_a_value_of_parts_is_taken_apart_and_put_together():
    domain = TwoWords()
    assert isinstance(domain, Parts)
    parts = parts_of(domain, "ab/c")
    assert parts == {"first": "ab", "second": "c"}
    assert joined(domain, parts) == "ab/c"
    assert joined(domain, {**parts, "second": "cc"}) == "ab/cc"
    with pytest.raises(ValueError, match="only a, b and c"):
        joined(domain, {**parts, "second": "x"})


def test_a_value_without_parts_is_one_part():
    assert not isinstance(TEXT, Parts)
    assert joined(TEXT, parts_of(TEXT, "some text")) == "some text"
    assert changed(TEXT, "some text", "other text") == ("",)


def test_what_differs_is_named():
    assert changed(TwoWords(), "ab/c", "ab/cc") == ("second",)
    assert changed(TwoWords(), "ab/c", "ab/c") == ()
