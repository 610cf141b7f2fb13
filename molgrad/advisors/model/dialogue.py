"""What is said to a model about one value: one request, and at most one more to mend its answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from molgrad.advisors.model import prompts
from molgrad.advisors.model.parser import Answer, read_answer, spoken
from molgrad.advisors.model.sections import cut
from molgrad.advisors.model.vetting import MEASURED, UNCHANGED, Parent, Vetted, ranked, vetted
from molgrad.autograd.domain import Domain
from molgrad.autograd.gradient import Proposal
from molgrad.errors import UnparsableAnswerError, plain
from molgrad.llm.labels import labelled
from molgrad.llm.types import Message

Ask = Callable[[Sequence[Message], Mapping[str, Any]], str]
AGAIN, REPLACEMENTS = "again", "replacements"  # labels of a second call: what it asks for


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a request.

    Attributes:
        answer: what was read; without proposals where nothing could be read.
        proposals: what the domain found sound.
        refused: (what, why) for the rest.
        notes: how odd ranks and expectations were read, a sentence each.
        unread: why the answer could not be read, twice; empty where it could.
        parents: what proposals could be made from.
        calls: for each call whether it brought a proposal that can be used.
    """

    answer: Answer
    proposals: tuple[Proposal, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    unread: str = ""
    parents: tuple[Parent, ...] = ()
    calls: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A request for proposals from `parents`, with what decides about the answer.

    Calls: two at most. An answer that cannot be read is asked for once more with the parser's words; of one that can,
    what the validator refused is, where the values are molecules and too few are left.

    Attributes:
        ask: sends messages with a schema and returns the text.
        messages: the request.
        subjects: what was told of the parents, in the order of the prompt.
        parents: what proposals are made from; those that are told of first, in the order of the prompt.
        domain: validates; each parent's own where None.
        molecule: whether the values are SMILES.
        terms: measurements whose predicted changes are kept; all where empty.
        advisor: the name that proposals bear.
        avoid: values that are known already.
        measured: values that the search has measured, each with its name and total.
        batch: whether each parent is to have its own critique.
        enough: sound proposals from which on nothing that was refused is asked for again.
        repair: whether an answer that cannot be read is asked for once more.
    """

    ask: Ask
    messages: Sequence[Message]
    subjects: Sequence[prompts.PromptData]
    parents: Sequence[Parent]
    domain: Domain | None
    molecule: bool
    terms: Collection[str]
    advisor: str
    avoid: Collection[str] = ()
    measured: Mapping[str, str] = field(default_factory=dict)
    batch: bool = False
    enough: int = 3
    repair: bool = True

    def run(self) -> Reply:
        """Ask, read, and mend once; the transcript holds beside each call which molecules it was about."""
        with labelled(**({"about": json.dumps([one.value for one in self.subjects])} if self.molecule else {})):
            return replace(self._run(), parents=tuple(self.parents))

    def _run(self) -> Reply:
        schema = prompts.answer_schema(self.molecule, len(self.subjects) > 1, self.batch)
        first = self.ask(self.messages, schema)
        try:
            answer = read_answer(first, single_line=self.molecule)
        except UnparsableAnswerError as error:
            if not self.repair:
                return Reply(Answer(), unread=str(error), calls=(False,))
            return self._repaired(first, str(error), schema)
        found = self._vetted(answer)
        if not self.molecule or not _invalid(found.refused) or len(found.proposals) >= self.enough:
            return self._reply(answer, found, (bool(found.proposals),))
        return self._replaced(answer, found)

    def _vetted(self, answer: Answer) -> Vetted:
        found = vetted(answer, self.parents, self.domain, self.terms, self.advisor, self.measured)
        known = frozenset(self.avoid)
        return replace(found, proposals=tuple(p for p in found.proposals if p.value not in known))

    def _reply(self, answer: Answer, found: Vetted, calls: tuple[bool, ...]) -> Reply:
        proposals = ranked(found.proposals) if self.molecule else found.proposals
        return Reply(answer, proposals, found.refused, found.notes, calls=calls)

    def _repaired(self, first: str, complaint: str, schema: Mapping[str, Any]) -> Reply:
        with labelled(asks=AGAIN):
            second = self.ask(prompts.repair(self.messages, first, complaint), schema)
        try:
            answer = read_answer(second, single_line=self.molecule)
        except UnparsableAnswerError as error:
            words = cut(plain(spoken(second) or spoken(first)), prompts.REPLY_SHOWN)
            return Reply(Answer(words), unread=str(error), calls=(False, False))
        found = self._vetted(answer)
        return self._reply(answer, found, (False, bool(found.proposals)))

    def _replaced(self, answer: Answer, first: Vetted) -> Reply:
        """The same with replacements for what was invalid; those that are refused too stay out."""
        taken = [p.value for p in first.proposals]
        said = "\n".join(filter(None, (answer.critique, *(f"{name}: {words}" for name, words in answer.critiques))))
        request = prompts.replacements(self.messages[:1], self.subjects, said, _invalid(first.refused), taken)
        with labelled(asks=REPLACEMENTS):
            second = self.ask(request, prompts.answer_schema(self.molecule, len(self.subjects) > 1))
        try:
            more = self._vetted(read_answer(second, single_line=self.molecule))
        except UnparsableAnswerError:
            more = Vetted()
        known = {p.value for p in first.proposals}
        kept = (*first.proposals, *(p for p in more.proposals if p.value not in known))
        both = Vetted(kept, (*first.refused, *more.refused), (*first.notes, *more.notes))
        return self._reply(answer, both, (bool(first.proposals), bool(more.proposals)))


def _invalid(refused: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """What the validator refused; a value that is known already needs no replacement."""
    return [(what, why) for what, why in refused if not why.startswith((UNCHANGED, MEASURED))]
