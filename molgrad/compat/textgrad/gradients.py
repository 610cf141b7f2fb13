"""What hangs on a variable: molgrad's gradients, in a list that TextGrad's programs can use as their set."""

from __future__ import annotations

from collections.abc import Iterable

from molgrad.autograd.gradient import Gradient
from molgrad.autograd.variable import Variable

Given = Gradient | Variable


class Words(Gradient):
    """A gradient that also answers to the names of the variable which TextGrad would make of it."""

    origin: Given | None = None

    @classmethod
    def of(cls, item: Given) -> Words:
        """The gradient itself where it is one of these, else one with the same words."""
        if isinstance(item, Words):
            return item
        if isinstance(item, Gradient):
            made = cls(
                item.text, edits=item.edits, proposals=item.proposals, source=item.source,
                evaluation=item.evaluation, weight=item.weight, about=item.about,
            )  # fmt: skip
        else:
            made = cls(item.value, source=item.role_description)
        made.origin = item
        return made

    @property
    def value(self) -> str:
        """The words."""
        return self.text

    @property
    def role_description(self) -> str:
        """Where the words come from."""
        return self.source

    def get_value(self) -> str:
        """The words."""
        return self.text

    def get_role_description(self) -> str:
        """Where the words come from."""
        return self.source


class Gradients(list[Gradient]):
    """Gradients in the order of arrival; takes variables as well, and each thing once."""

    def __init__(self, given: Iterable[Given] = ()) -> None:
        super().__init__()
        self.extend(given)

    def add(self, item: Given) -> None:
        """Put one more at the end, unless this very one is there."""
        if not any(item is known or item is getattr(known, "origin", None) for known in self):
            super().append(Words.of(item))

    def append(self, item: Given) -> None:
        """Put one more at the end, unless this very one is there."""
        self.add(item)

    def extend(self, items: Iterable[Given]) -> None:
        """Put several more at the end."""
        for item in items:
            self.add(item)

    def update(self, items: Iterable[Given]) -> None:
        """Put several more at the end."""
        self.extend(items)
