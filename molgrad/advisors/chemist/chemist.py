"""The built-in chemist: an advisor that computes its words and proposals and needs no model."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

from molgrad.advisors.chemist.aims import read_aims
from molgrad.advisors.chemist.edits import POOL, complaints, edits_for, executed
from molgrad.advisors.chemist.hints import asked_contacts
from molgrad.advisors.chemist.orders import kept_atoms
from molgrad.advisors.chemist.pool import Judged, aimed, diverse, judge, pool
from molgrad.advisors.chemist.words import answer, critique_text
from molgrad.autograd.advisor import AdvisorBase, ProposalRequest, Subject
from molgrad.autograd.compose import sum_of
from molgrad.autograd.domain import Domain
from molgrad.autograd.gradient import Gradient, Proposal
from molgrad.autograd.loss import Loss
from molgrad.autograd.variable import Variable
from molgrad.chem.parse import canonical
from molgrad.errors import InvalidMoleculeError
from molgrad.evaluation import Evaluation, Status
from molgrad.molecule.domain import MOLECULES

_EXPLORED = 10  # fresh random neighbours of each parent, beside those that its critique looked at
_SPARE = 2  # candidates judged exactly for each proposal wanted


class Chemist(AdvisorBase):
    """Reads facts, says what is wrong where, and proposes what follows.

    It asks the loss for the exact terms of every candidate, and guesses docking from size, rotatable bonds and the
    parent's pose. The same arguments give the same answer; nothing leaves the machine.

    Of a text written by hand (`molecule.gradients[0].text = "..."`) it follows one order and nothing else:
    "keep atom 3", "keep atoms 3, 5-7". Its proposals leave these atoms and the bonds between them as they are: same
    element, charge, hydrogens and number of neighbours; an atom bound to them may still be exchanged. Numbers
    count along the SMILES.

    Args:
        domain: decides what may be proposed; each molecule's own by default.
    """

    name = "chemist"
    free = True  # may be asked about molecules that never become parents

    def __init__(self, domain: Domain | None = None) -> None:
        self.domain = domain

    def _domain(self, variable: Variable) -> Domain:
        """What decides about this variable; a text is refused as no molecule."""
        own = variable.domain if variable.domain.default_advisor == self.name else MOLECULES
        return self.domain if self.domain is not None else own

    def judge(self, instruction: str, value: str, role: str) -> Evaluation:
        """A critique from computed facts; the parts that the instruction asks for come first."""
        try:
            smiles = canonical(value)
            words = answer(instruction, smiles)
        except InvalidMoleculeError as error:
            why = f"{role}: {error.why}"
            instead = "the chemist judges molecules, for other texts give a language model as engine"
            return Evaluation("text", Status.INVALID, reason=f"{why}; {instead}")
        return Evaluation("text", Status.OK, text=words)

    def _critique(self, subject: Subject) -> Gradient:
        """What costs most and where, and the located edits that answer it."""
        variable, evaluations = subject.variable, subject.evaluations
        whole = sum_of(list(evaluations)) if len(evaluations) != 1 else evaluations[0]
        domain = self._domain(variable)
        try:
            smiles = domain.canonical(variable.value)
        except ValueError:  # prompts and other texts: what was measured is all the chemist can say
            return Gradient("\n".join(_spoken(evaluations)), source=self.name, evaluation=whole)
        edits = edits_for(smiles, evaluations, read_aims(evaluations, subject.exact), domain.plausible)
        text = critique_text(smiles, evaluations, complaints(evaluations), edits)
        return Gradient(text, edits=edits, source=self.name, evaluation=whole)

    def _propose(
        self,
        request: ProposalRequest,
        n: int,
        avoid: Collection[str],
        exact: Loss | None,
    ) -> list[Proposal]:
        """At most `n` valid molecules, best expected total first.

        `predicted` holds expected changes of the terms' scores against the parent's.
        """
        parents, gradients = request.parents, request.gradients
        taken = {*avoid, *(parent.value for parent in parents)}
        ranked: list[tuple[float, _Ranked]] = []
        for place, parent in enumerate(parents):
            own = _own_gradients(place, parents, gradients)
            for ranked_one in self._for_parent(parent, replace(request, gradients=own), n, taken, exact):
                ranked.append((ranked_one.total, ranked_one))
        ranked.sort(key=lambda pair: (pair[0], pair[1].judged.candidate.smiles))
        chosen: dict[str, Proposal] = {}
        for _, one in ranked:
            chosen.setdefault(one.judged.candidate.smiles, self._proposal(one))
        return list(chosen.values())[:n]

    def _for_parent(
        self, parent: Variable, request: ProposalRequest, n: int, taken: Collection[str], exact: Loss | None
    ) -> list[_Ranked]:
        domain = self._domain(parent)
        try:
            smiles = domain.canonical(parent.value)
        except ValueError:
            return []
        gradients = request.gradients
        measured = [g.evaluation for g in gradients if g.evaluation is not None]
        aims = read_aims(measured[:1], exact)
        edits = [edit for gradient in gradients for edit in gradient.edits]
        kept = {i for e in edits if e.kind == "keep" for i in e.payload.get("atoms", ()) if isinstance(i, int)}
        aims = replace(aims, pose=replace(aims.pose, bonded=aims.pose.bonded | kept))
        draw = crc32(f"{request.seed}|{smiles}".encode())
        protected = frozenset(
            i for g in gradients if g.about in (None, parent.value) for i in kept_atoms(g.text, smiles)
        )
        protected |= asked_contacts(measured[:1])
        candidates = [
            *executed(smiles, edits, protected),
            *aimed(smiles, aims.pose, protected),
            *pool(smiles, 0, POOL, protected),
            *pool(smiles, draw, _EXPLORED, protected),
        ]
        judged = judge(smiles, candidates, aims, _SPARE * n + 4, domain.plausible, taken)
        chosen = diverse(smiles, judged, aims, n, lambda value: not domain.validate(value))
        return [_Ranked(smiles, j, aims.base + j.total) for j in chosen]

    def _proposal(self, one: _Ranked) -> Proposal:
        candidate = one.judged.candidate
        edit = one.judged.edit(candidate.reason)
        return Proposal(candidate.smiles, one.parent, edit, candidate.reason, one.judged.changes, self.name)


@dataclass(frozen=True, slots=True)
class _Ranked:
    """A judged candidate with its parent and its expected total."""

    parent: str
    judged: Judged
    total: float


def _own_gradients(place: int, parents: Sequence[Variable], gradients: Sequence[Gradient]) -> list[Gradient]:
    """The gradient that belongs to a parent: by place where there are as many, else all, else its own."""
    if len(gradients) == len(parents):
        return [gradients[place]]
    return list(gradients) if len(parents) == 1 and gradients else list(parents[place].gradients)


def _spoken(evaluations: Sequence[Evaluation]) -> list[str]:
    return [text for e in evaluations if (text := e.text or e.reason)]
