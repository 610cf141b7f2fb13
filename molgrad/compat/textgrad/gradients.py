"""What hangs on a variable: molgrad's gradients, in a list that TextGrad's programs can use as their set."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from molgrad.autograd import gradient
from molgrad.autograd.gradient import Gradient
from molgrad.autograd.variable import Variable

Given = Gradient | Variable

logger = logging.getLogger("molgrad.compat.textgrad")


class TextGradient(Gradient):
    """A gradient that also answers to the names of the variable which TextGrad would make of it."""

    origin: Given | None = None

    @classmethod
    def of(cls, item: Given) -> TextGradient:
        """The gradient itself where it is one of these, else one with the same text."""
        if isinstance(item, TextGradient):
            return item
        if isinstance(item, Gradient):
            made = cls(item.text, edits=item.edits, proposals=item.proposals, source=item.source)
            made.evaluation, made.weight, made.about = item.evaluation, item.weight, item.about
        else:
            made = cls(item.value, source=item.role_description)
        made.origin = item
        return made

    @property
    def value(self) -> str:
        """The text."""
        return self.text

    @property
    def role_description(self) -> str:
        """Where the text comes from."""
        return self.source

    def get_value(self) -> str:
        """The text."""
        return self.text

    def get_role_description(self) -> str:
        """Where the text comes from."""
        return self.source


class GradientSet(gradient.Gradients):
    """Gradients in the order of arrival; takes variables as well, and each thing once.

    What is written on a frozen variable, as TextGrad's functions do, is left out with a warning in the log.
    """

    def extend(self, items: Iterable[Given]) -> None:
        """Put several more at the end, each unless this very one is there."""
        owner = getattr(self, "_owner", None)  # copies and pickles fill the list before its owner is whole
        for item in items:
            if not getattr(owner, "requires_grad", True):
                logger.warning("%s is frozen, so it takes no gradient", getattr(owner, "role_description", ""))
            elif not any(item is known or item is getattr(known, "origin", None) for known in self):
                super().extend([TextGradient.of(item)])

    def add(self, item: Given) -> None:
        """Put one more at the end, unless this very one is there."""
        self.extend([item])

    def update(self, items: Iterable[Given]) -> None:
        """Put several more at the end."""
        self.extend(items)
