"""Sums and batches as operations, by the names that TextGrad has for them."""

from collections.abc import Iterable

import molgrad.autograd.variable as core
from molgrad.compat.textgrad.autograd.function import Module
from molgrad.compat.textgrad.autograd.functional import aggregate
from molgrad.compat.textgrad.autograd.functional import sum as summed
from molgrad.compat.textgrad.variable import Variable


class Sum(Module):
    """`sum` as an operation."""

    def forward(self, variables: Iterable[core.Variable]) -> Variable:
        """Several texts as one, joined by newlines."""
        return summed(variables)


class Aggregate(Module):
    """`aggregate` as an operation."""

    def forward(self, variables: Iterable[core.Variable]) -> Variable:
        """A batch as one variable."""
        return aggregate(variables)
