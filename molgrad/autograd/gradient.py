"""Gradients of text: feedback that says what to change, with the edits and proposals that come with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, SupportsIndex

from molgrad.display import Shown
from molgrad.errors import BackwardError
from molgrad.evaluation import Evaluation

if TYPE_CHECKING:
    from molgrad.autograd.variable import Variable

AT_BEST = "at its best"  # the source of the gradient of a value that nothing can improve
EDIT_KINDS = ("grow", "replace", "remove", "link", "rigidify", "keep", "explore")


@dataclass(frozen=True, slots=True)
class Edit:
    """One change worth trying, in terms that the value's domain can execute.

    Attributes:
        kind: one of `EDIT_KINDS`.
        payload: the domain's own description, JSON (a rule's name, atoms, a fragment).
        reason: why, in words that a chemist or writer can act on.
        expected: the predicted change of each named term of the loss (negative is better).
    """

    kind: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    expected: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in EDIT_KINDS:
            raise ValueError(f"an edit is one of {', '.join(EDIT_KINDS)}, not {self.kind!r}")

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `Edit(**data)` makes the same edit."""
        return dict(kind=self.kind, payload=dict(self.payload), reason=self.reason, expected=dict(self.expected))


@dataclass(frozen=True, slots=True)
class Proposal(Shown):
    """A value that has not been measured yet, with its lineage.

    Attributes:
        value: the new value, canonical in its domain.
        parent: the value it was made from; None for a start.
        edit: what was done, where that is known.
        reason: why, in words.
        predicted: expected (mean, standard deviation) of the change of a term's score from an advisor; in a
            proposal that a campaign chose, of the score itself.
        advisor: who proposed it.
        by_model: whether a language model wrote it.
        rank: its place among the proposals of one answer, 1 for the best; 0 where they are not ranked.
        expected: the change of the total that its author expects, negative for a gain; None where nothing is said.
    """

    _drawn_by: ClassVar[str] = "molgrad.report.notebook.record:proposal"

    value: str
    parent: str | None = None
    edit: Edit | None = None
    reason: str = ""
    predicted: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    advisor: str = ""
    by_model: bool = False
    rank: int = 0
    expected: float | None = None

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `from_json` makes the same proposal."""
        edit = None if self.edit is None else self.edit.to_json()
        plain = {name: getattr(self, name) for name in ("value", "parent", "reason", "advisor", "by_model")}
        said: dict[str, Any] = {"rank": self.rank} if self.rank else {}
        said |= {} if self.expected is None else {"expected": self.expected}
        return {**plain, **said, "edit": edit, "predicted": dict(self.predicted)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Proposal:
        """The proposal that `to_json` wrote."""
        edit = None if data["edit"] is None else Edit(**data["edit"])
        predicted = {term: (mean, sd) for term, (mean, sd) in data["predicted"].items()}
        return cls(**{**data, "edit": edit, "predicted": predicted})


class Gradient(Shown):
    """What is wrong where, and what to try; a person may rewrite the words.

    Attributes:
        text: the words. Assigning to it drops edits and proposals: they belonged to the old words.
        edits: located changes that follow from the words.
        proposals: values that came with the words, waiting for the optimizer's step.
        source: the loss, operation or advisor that spoke.
        evaluation: the measurement that the words are about.
        weight: how strongly the total depends on it (the product of weights along the graph).
        about: the value that it is about; edits and proposals belong to that value alone.
    """

    _drawn_by: ClassVar[str] = "molgrad.report.notebook.molecule:gradient"

    def __init__(
        self,
        text: str,
        *,
        edits: tuple[Edit, ...] = (),
        proposals: tuple[Proposal, ...] = (),
        source: str = "",
        evaluation: Evaluation | None = None,
        weight: float = 1.0,
        about: str | None = None,
    ) -> None:
        self._text = text
        self.edits = edits
        self.proposals = proposals
        self.source = source
        self.evaluation = evaluation
        self.weight = weight
        self.about = about

    @property
    def text(self) -> str:
        """The feedback in words."""
        return self._text

    @text.setter
    def text(self, words: str) -> None:
        if words != self._text:
            self._text, self.edits, self.proposals = words, (), ()
            self.source = "edited by hand"

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `from_json` makes the same gradient, without its evaluation."""
        edits, proposals = [edit.to_json() for edit in self.edits], [one.to_json() for one in self.proposals]
        plain = {name: getattr(self, name) for name in ("text", "source", "weight", "about")}
        return {**plain, "edits": edits, "proposals": proposals}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Gradient:
        """The gradient that `to_json` wrote."""
        edits = tuple(Edit(**edit) for edit in data["edits"])
        proposals = tuple(Proposal.from_json(one) for one in data["proposals"])
        return cls(**{**data, "edits": edits, "proposals": proposals})

    def __repr__(self) -> str:
        return f"Gradient({self._text!r}, source={self.source!r})"


class Gradients(list[Gradient], Shown):
    """The gradients of one variable; a frozen variable takes none and says so."""

    _drawn_by: ClassVar[str] = "molgrad.report.notebook.molecule:gradients"

    def __init__(self, owner: Variable, gradients: Iterable[Gradient] = ()) -> None:
        super().__init__()
        self._owner = owner
        self.extend(gradients)

    def append(self, gradient: Gradient) -> None:
        """Add one gradient.

        Raises:
            BackwardError: the variable is frozen.
        """
        self.extend([gradient])

    def insert(self, place: SupportsIndex, gradient: Gradient) -> None:
        """Add one gradient at a place.

        Raises:
            BackwardError: the variable is frozen.
        """
        self._refuse([gradient])
        super().insert(place, gradient)

    def extend(self, gradients: Iterable[Gradient]) -> None:
        """Add several gradients.

        Raises:
            BackwardError: the variable is frozen.
        """
        found = list(gradients)
        self._refuse(found)
        super().extend(found)

    def __iadd__(self, gradients: Iterable[Gradient]) -> Gradients:  # type: ignore[override,misc]  # of any iterable
        self.extend(gradients)
        return self

    def _refuse(self, gradients: list[Gradient]) -> None:
        owner = getattr(self, "_owner", None)  # copies and pickles fill the list before its owner is whole
        if gradients and not getattr(owner, "requires_grad", True):
            raise BackwardError(
                f"{owner!r} is frozen (requires_grad=False), so it takes no gradient; "
                "make it with requires_grad=True if it is to be improved"
            )
