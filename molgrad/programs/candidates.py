"""Candidates: values for all parameters of a program at once, as one value that an optimizer can handle."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any
from zlib import crc32

from molgrad.autograd.compose import unique_names
from molgrad.autograd.domain import Domain, Features, Step
from molgrad.autograd.gradient import Edit
from molgrad.autograd.text_domain import TextDomain
from molgrad.autograd.variable import Variable
from molgrad.errors import shorten
from molgrad.programs.module import Module

PARAMETER = "parameter"  # key of an edit's payload: the name of the parameter that it changes
_MIXED = 6  # parameters up to which every mixture of two candidates is looked at
_DRAWN = 64  # mixtures that are drawn of more parameters


class CandidateDomain(TextDomain):
    """Values of several parameters as one value; each part is checked, spelled and changed by its own domain.

    A value is a JSON object `{name: value}` with the names in the order of the parameters. What a parameter held when
    the domain was made is always accepted, whatever its domain says of it: a start is what is to be improved.

    Args:
        parameters: by name, in order; what they hold now are the starts.

    Raises:
        ValueError: no parameter.
    """

    name = "candidate"

    def __init__(self, parameters: Mapping[str, Variable]) -> None:
        if not parameters:
            raise ValueError("there is nothing to improve: no parameter has requires_grad=True")
        self._domains: dict[str, Domain] = {name: one.domain for name, one in parameters.items()}
        self._starts = {name: one.value for name, one in parameters.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parts, in order."""
        return tuple(self._domains)

    @property
    def start(self) -> str:
        """The candidate that the parameters held when the domain was made."""
        return self._written(self._starts)

    def domain_of(self, name: str) -> Domain:
        """The domain of one part.

        Args:
            name: of the parameter.
        """
        return self._domains[name]

    def parts(self, value: str) -> dict[str, str]:
        """The values by name.

        Args:
            value: a candidate.

        Raises:
            ValueError: it is no JSON object with a text for each name.
        """
        try:
            found = json.loads(value)
        except ValueError as error:
            raise ValueError(f"a candidate is a JSON object of texts by name, not {shorten(value)}") from error
        if not isinstance(found, dict) or set(found) != set(self._domains):
            raise ValueError(f"a candidate gives a value for each of {', '.join(self._domains)}: {shorten(value)}")
        if strange := [name for name, one in found.items() if not isinstance(one, str)]:
            raise ValueError(f"{strange[0]} of a candidate is no text: {shorten(value)}")
        return {name: found[name] for name in self._domains}

    def joined(self, parts: Mapping[str, str]) -> str:
        """The canonical candidate of values by name.

        Args:
            parts: a value for each name.

        Raises:
            ValueError: a name is missing or unknown, or a value is not sound; the message names it.
        """
        return self.canonical(json.dumps(dict(parts)))

    def _written(self, parts: Mapping[str, str]) -> str:
        return json.dumps({name: parts[name] for name in self._domains}, ensure_ascii=False)

    def spec(self) -> Mapping[str, str]:
        """The names and the kinds of the parts."""
        return {"name": self.name, **{f"parameter {name}": one.name for name, one in self._domains.items()}}

    @property
    def requirements(self) -> tuple[str, ...]:
        """What each part requires, with its name."""
        return tuple(f"{name}: {one}" for name, domain in self._domains.items() for one in domain.requirements)

    def canonical(self, value: str) -> str:
        """The candidate with each part in the spelling of its domain; raises ValueError with the part's name."""
        found: dict[str, str] = {}
        for name, part in self.parts(value).items():
            try:
                found[name] = part if part == self._starts[name] else self._domains[name].canonical(part)
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from error
        return self._written(found)

    def identity(self, value: str) -> str:
        """The identities of the parts, joined."""
        return self._written({n: self._identity(n, part) for n, part in self.parts(value).items()})

    def _identity(self, name: str, part: str) -> str:
        return part if part == self._starts[name] else self._domains[name].identity(part)

    def validate(self, value: str) -> tuple[str, ...]:
        """Reasons of the parts, each with the parameter's name."""
        try:
            parts = self.parts(value)
        except ValueError as error:
            return (str(error),)
        changed = [(name, part) for name, part in parts.items() if part != self._starts[name]]
        return tuple(f"{name}: {why}" for name, part in changed for why in self._domains[name].validate(part))

    def plausible(self, value: str) -> bool:
        """Whether each part is."""
        parts = self.parts(value)
        return all(self._domains[n].plausible(part) for n, part in parts.items() if part != self._starts[n])

    def apply(self, value: str, edit: Edit) -> list[str]:
        """What the domain of the part named by `parameter` in the payload makes of it."""
        name = str(edit.payload.get(PARAMETER, ""))
        if name not in self._domains:
            return []
        parts = self.parts(value)
        rest = {key: one for key, one in edit.payload.items() if key != PARAMETER}
        inner = Edit(edit.kind, rest, edit.reason, edit.expected)
        return [self._written({**parts, name: one}) for one in self._domains[name].apply(parts[name], inner)]

    def neighbours(self, value: str, seed: int, n: int) -> list[tuple[str, Edit]]:
        """Neighbours of each part beside the other parts as they are; none of texts."""
        parts, found = self.parts(value), []
        for name, part in parts.items():
            for one, edit in self._domains[name].neighbours(part, seed, n):
                found.append((self._written({**parts, name: one}), self._named(name, edit)))
        random.Random(seed).shuffle(found)  # noqa: S311 - nothing secret
        return found[:n]

    def scan(self, value: str) -> list[tuple[str, Edit]]:
        """The small standard changes of each part."""
        parts = self.parts(value)
        return [
            (self._written({**parts, name: one}), self._named(name, edit))
            for name, part in parts.items()
            for one, edit in self._domains[name].scan(part)
        ]

    def _named(self, name: str, edit: Edit) -> Edit:
        return Edit(edit.kind, {**edit.payload, PARAMETER: name}, edit.reason, edit.expected)

    def crossover(self, first: str, second: str, seed: int, n: int) -> list[str]:
        """Mixtures that take some parts from each; parts that a domain can cross are crossed where nothing else is."""
        one, other = self.parts(first), self.parts(second)
        different = [name for name in one if one[name] != other[name]]
        draw = random.Random(seed)  # noqa: S311 - nothing secret
        if len(different) == 1:
            (name,) = different
            crossed = self._domains[name].crossover(one[name], other[name], seed, n)
            return [self._written({**one, name: part}) for part in crossed]
        if len(different) <= _MIXED:
            choices = [c for c in product((False, True), repeat=len(different)) if 0 < sum(c) < len(c)]
            draw.shuffle(choices)
        else:
            choices = [tuple(draw.random() < 0.5 for _ in different) for _ in range(_DRAWN)]  # half of either
        mixed = []
        for choice in choices:
            theirs = {name: other[name] for name, taken in zip(different, choice, strict=True) if taken}
            mixed.append(self._written({**one, **theirs}))
        return [value for value in dict.fromkeys(mixed) if value not in (first, second)][:n]

    def step(self, parent: str, value: str) -> Step:
        """How many parameters differ, and which."""
        names = self.changed(parent, value)
        where = tuple(self.names.index(name) for name in names)
        return Step(len(names), where, "+".join(names), ", ".join(f"{name} changed" for name in names))

    def changed(self, parent: str, value: str) -> tuple[str, ...]:
        """The names of the parameters that differ.

        Args:
            parent: a candidate.
            value: another one.
        """
        one, other = self.parts(parent), self.parts(value)
        return tuple(name for name in one if one[name] != other[name])

    def combined(self, parent: str, first: str, second: str) -> list[str]:
        """The changes of both, where they touch different parameters."""
        one, other = self.changed(parent, first), self.changed(parent, second)
        if not one or not other or set(one) & set(other):
            return []
        theirs = self.parts(second)
        return [self._written({**self.parts(first), **{name: theirs[name] for name in other}})]

    def difference(self, parent: str, value: str) -> str:
        """Which parameters changed, each with its domain's account of the change."""
        one, other = self.parts(parent), self.parts(value)
        told = {name: self._domains[name].difference(one[name], other[name]) for name in self.changed(parent, value)}
        return "; ".join(f"{name}: {said}" if said else f"{name} rewritten" for name, said in told.items())

    def features(self, value: str) -> Features:
        """The features of all parts, told apart by name."""
        counts: Counter[int] = Counter()
        linear: list[float] = []
        extent: list[float] = []
        for name, part in self.parts(value).items():
            own = self._domains[name].features(part)
            counts.update({crc32(f"{name}\x1f{key}".encode()): n for key, n in own.counts.items()})
            linear += own.linear
            extent += own.extent
        return Features(dict(sorted(counts.items())), tuple(linear), tuple(extent))

    def describe(self, value: str) -> Mapping[str, float]:
        """The properties of each part under its name."""
        described = {name: self._domains[name].describe(part) for name, part in self.parts(value).items()}
        return {f"{name}.{key}": number for name, own in described.items() for key, number in own.items()}


def named_parameters(program: Any, given: Sequence[Variable] | Mapping[str, Variable] | None) -> dict[str, Variable]:
    """The parameters of a program that may change, by name.

    Args:
        program: a Module, or a function, whose parameters must be given.
        given: the parameters; of a list each is named by its path in the module, else by its role.

    Raises:
        TypeError: a function without parameters, or something else than variables.
        ValueError: nothing may change.
    """
    known = program.named_parameters() if isinstance(program, Module) else []
    if given is None and not isinstance(program, Module):
        raise TypeError("a program that is a function does not tell its parameters: give parameters=[prompt]")
    if given is None:
        found = dict(known)
    elif isinstance(given, Mapping):
        found = dict(given)
    else:
        paths = {variable: path for path, variable in known}
        if isinstance(given, Variable) or not all(isinstance(one, Variable) for one in given):
            raise TypeError(f"parameters are a list of variables, such as [prompt], not {shorten(repr(given))}")
        names = unique_names(paths.get(one) or one.role_description or "parameter" for one in dict.fromkeys(given))
        found = dict(zip(names, dict.fromkeys(given), strict=True))
    if unnamed := [name for name in found if not isinstance(name, str)]:
        raise TypeError(f"the name of a parameter is a text, not {shorten(repr(unnamed[0]))}")
    if strange := [one for one in found.values() if not isinstance(one, Variable)]:
        raise TypeError(f"parameters are variables, not {shorten(repr(strange[0]))}")
    live = {name: one for name, one in found.items() if one.requires_grad}
    if not live:
        raise ValueError("there is nothing to improve: the program has no variable with requires_grad=True")
    return live
