"""The chemist beside a model: fills up what the model leaves, and takes over from one whose answers cannot be used."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from weakref import WeakSet

from molgrad import registry
from molgrad.advisors.model.vetting import fresh
from molgrad.autograd.advisor import Advisor, ProposalRequest, Subject
from molgrad.autograd.gradient import Gradient, Proposal
from molgrad.autograd.loss import Loss
from molgrad.autograd.variable import Variable

USELESS = 6  # calls in a row without a proposal that can be used, after which the chemist advises alone
BY_HAND = "edited by hand"  # source of words that a person wrote


def has_chemist(variable: Variable) -> bool:
    """Whether the chemist knows this kind of value: whether its domain names it as the advisor."""
    return variable.domain.default_advisor == "chemist"


class Handover:
    """Counts how many of a model's calls brought a proposal that can be used.

    Order: `count` is called in the order of the values, however the calls overlapped, so that the same answers hand
    over at the same place.
    """

    def __init__(self, name: str, chemist: bool) -> None:
        self.name, self.allowed = name, chemist
        self.notes: tuple[str, ...] = ()
        self.offered = self.sound = 0
        self._running = 0
        self._values: dict[str, None] = {}
        self._variables: WeakSet[Variable] = WeakSet()
        self._chemists: dict[int, Advisor] = {}

    @property
    def over(self) -> bool:
        """Whether the chemist has taken over."""
        return bool(self.notes)

    def count(self, calls: Sequence[bool], sound: int, refused: int) -> None:
        """Count the calls about one molecule.

        Args:
            calls: for each call whether it brought a proposal that can be used.
            sound: how many proposals can be used.
            refused: how many cannot.
        """
        self.sound += sound
        self.offered += sound + refused
        for good in calls:
            self._running = 0 if good else self._running + 1
            if self._running >= USELESS and self.allowed and not self.over:
                self.notes = (
                    f"{self.name} gave {USELESS} answers in a row without a proposal that could be used; "
                    "the chemist advises alone from there on",
                )

    def criticised(self, variable: Variable) -> None:
        """Note that a model was asked about a variable's value, and proposed."""
        self._values[variable.value] = None
        self._variables.add(variable)

    def just_asked(self, parents: Sequence[Variable], waiting: bool) -> bool:
        """Whether a model was asked about all of these since this was asked last; forgets them.

        Where an optimizer went back to an earlier value, it was asked about the later one: that counts while
        proposals of the earlier one are `waiting`.

        Args:
            parents: the values.
            waiting: whether proposals of earlier values are left.
        """
        known = [p.value in self._values or (waiting and p in self._variables) for p in parents]
        for parent in parents:
            self._values.pop(parent.value, None)
            self._variables.discard(parent)
        return bool(known) and all(known)

    def critique(self, subject: Subject) -> Gradient:
        """The chemist's critique."""
        return self._chemist(subject.variable).critiques([subject])[0]

    def filled(
        self,
        found: Sequence[Proposal],
        request: ProposalRequest,
        n: int,
        avoid: Collection[str],
        exact: Loss | None = None,
    ) -> list[Proposal]:
        """`found`, and the chemist's own proposals up to `n`: by its own critique, and what a person wrote.

        A model's text is not handed to the chemist, who follows orders in text: it is data.
        """
        gradients = request.gradients
        molecules = [p for p in request.parents if p.requires_grad and has_chemist(p)]
        if not self.allowed or not molecules or len(found) >= n or not gradients:
            return list(found)
        own: list[Proposal] = []
        for place, parent in enumerate(molecules):
            mine = gradients if len(molecules) == 1 else gradients[place : place + 1]
            measured = [g.evaluation for g in mine if g.evaluation is not None][:1]
            feedback = [self.critique(Subject(parent, measured, exact)), *(g for g in mine if g.source == BY_HAND)]
            more = ProposalRequest([parent], feedback, request.seed)
            own += self._chemist(parent).propose([more], n - len(found), avoid=avoid, exact=exact)[0]
        return fresh([*found, *own], avoid)[:n]

    def _chemist(self, variable: Variable) -> Advisor:
        key = id(variable.domain)
        if key not in self._chemists:
            made: Advisor = registry.load("advisors", "chemist")(variable.domain)
            self._chemists[key] = made
        return self._chemists[key]
