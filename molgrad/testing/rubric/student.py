"""The student: a model that answers a question as well as its prompt lets it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from molgrad.testing.rubric.draws import uniform
from molgrad.testing.rubric.examples import Known
from molgrad.testing.rubric.functions import written
from molgrad.testing.rubric.kinds import READ, WRITE, Kind
from molgrad.testing.rubric.rules import Demand, plain

NOTES = "Notes on"  # how notes begin, the output of the first call of a pipeline
NONE = "none"  # what stands where the student knows no code


def carried(kind: Kind, prompt: str, name: str) -> set[int]:
    """Numbers of the rules that a text states, of those that the prompt of this name can use."""
    text = plain(prompt)
    return {rule.number for rule in kind.rules if rule.prompt == name and rule.stated(text)}


def shown(known: Collection[Known], prompt: str, name: str) -> set[int]:
    """Numbers of the rules that worked examples in a prompt show: a question together with its right answer."""
    text = plain(prompt)
    found: set[int] = set()
    for one in known:
        if one.plain in text or plain(f"{NOTES} {one.name}") in text:
            for demand in one.demands:
                if demand.prompt == name and _worked(one, demand, prompt):
                    found.update(demand.rules)
    return found


def _worked(one: Known, demand: Demand, prompt: str) -> bool:
    label = rf"(?:{NOTES} )?{one.name}: [^\n]*{re.escape(demand.code)}"
    branch = rf"if sample == '{re.escape(demand.phrase)}':\s+return '{re.escape(demand.code)}'"
    return re.search(label, prompt) is not None or re.search(branch, prompt) is not None


class Student:
    """Answers by chance that the seed and the prompt decide.

    Args:
        kind: the task's rules.
        seed: of the task.
        known: the examples that it may be asked about or be shown.
    """

    def __init__(self, kind: Kind, seed: int, known: Sequence[Known]) -> None:
        self.kind, self.seed, self.known = kind, seed, {one.name: one for one in known}

    def answer(self, prompt: str, asked: str) -> str:
        """What it says.

        Args:
            prompt: everything that stands before the question: instructions, worked examples.
            asked: the last message, which holds the question or the notes.
        """
        found = self._asked_about(asked)
        if found is None:
            return "Which sample?"
        one, notes = found
        call = next(iter(self.kind.prompts)) if READ not in self.kind.prompts else (WRITE if notes else READ)
        whole = f"{prompt}\n{asked}"
        others = [other for other in self.known.values() if other is not one]
        stated, examples = carried(self.kind, whole, call), shown(others, prompt, call)
        right = {d.phrase for d in one.demands if d.prompt == call and self._meets(d, one, stated, examples, whole)}
        if call == READ:
            return self._notes(one, right)
        right |= {d.phrase for d in one.demands if d.prompt != call and f"{d.phrase} ({d.code})" in notes}
        said = {d.phrase: d.code if d.phrase in right else NONE for d in one.demands}
        if self.kind.code:
            return written({phrase: code for phrase, code in said.items() if code != NONE})
        return f"{one.name}: " + "; ".join(said.values())

    def _meets(self, demand: Demand, one: Known, stated: set[int], examples: set[int], whole: str) -> bool:
        return uniform(self.seed, "student", plain(whole), one.name, demand.phrase) < demand.chance(stated, examples)

    def _notes(self, one: Known, right: Collection[str]) -> str:
        parts = [f"{d.phrase} ({d.code if d.phrase in right else NONE})" if d.prompt == READ else d.phrase
                 for d in one.demands]  # fmt: skip
        return f"{NOTES} {one.name}: " + "; ".join(parts)

    def _asked_about(self, asked: str) -> tuple[Known, str] | None:
        """The example that a message asks about last, with its notes where it holds notes."""
        text, last = plain(asked), (-1, "")
        for one in self.known.values():
            last = max(last, (text.rfind(one.plain), one.name), (text.rfind(plain(f"{NOTES} {one.name}")), one.name))
        if last[0] < 0:
            return None
        notes = re.findall(rf"{NOTES} {last[1]}: [^\n]*", asked)
        return self.known[last[1]], notes[-1] if notes else ""
