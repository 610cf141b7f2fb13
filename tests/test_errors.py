"""The exception tree: drawn as it is, and every message says what to do."""

from __future__ import annotations

import inspect
import re

import pytest

from molgrad import errors, registry


def test_the_tree_is_drawn_as_it_is() -> None:
    drawn: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"^([│├└─ ]*)(\w+Error)\b", line)
        if match:
            drawn.append((len(match[1]) // 4, match[2]))
    parents: dict[str, str] = {}
    path: list[str] = []
    for depth, name in drawn:
        path = [*path[:depth], name]
        if depth:
            parents[name] = path[depth - 1]
    classes = {n: c for n, c in inspect.getmembers(errors, inspect.isclass) if c.__module__ == errors.__name__}
    assert {name for _, name in drawn} == set(classes)
    assert parents == {n: c.__bases__[0].__name__ for n, c in classes.items() if n != "MolgradError"}


def test_an_invalid_molecule_carries_every_reason() -> None:
    error = errors.InvalidMoleculeError("C1CC", ["ring 1 is open", "too small"])
    assert error.reasons == ("ring 1 is open", "too small")
    assert str(error) == "'C1CC': ring 1 is open; too small"
    assert isinstance(error, ValueError)


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("1iA2", ["1ia1", "DRD2"], "did you mean 1ia1?"),
        ("drd3", ["1ia1", "DRD2"], "did you mean DRD2?"),
        ("xyz", ["b", "a"], "known: a, b"),
        ("xyz", [], "none is installed"),
    ],
)
def test_an_unknown_name_says_what_is_near(name: str, known: list[str], hint: str) -> None:
    assert hint in str(errors.UnknownNameError("receptor", name, known))


def test_a_loss_that_is_not_registered() -> None:
    with pytest.raises(errors.UnknownNameError, match="there is no loss 'qedd'; did you mean qed"):
        registry.load("losses", "qedd")


def test_long_texts_are_cut_in_messages() -> None:
    assert errors.shorten("C" * 100, 10) == "CCCCCCC..."
    assert errors.shorten("a word and another", 15) == "a word and..."
    assert len(str(errors.InvalidMoleculeError("C" * 5000, ["no"]))) < 120
