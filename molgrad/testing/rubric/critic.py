"""The critic: a model that names the rules which the examples before it violate, and revises instructions."""

from __future__ import annotations

from collections.abc import Sequence

from molgrad.testing.rubric.draws import pick, shuffled, uniform
from molgrad.testing.rubric.examples import Known
from molgrad.testing.rubric.forms import Request, form_of
from molgrad.testing.rubric.kinds import Kind
from molgrad.testing.rubric.reader import Reader, Sight
from molgrad.testing.rubric.rules import Demand, plain

INSIGHT = 0.8  # chance that a wrong answer beside what was expected makes it name a rule
GLIMPSE = 0.4  # chance that a right answer alone does
CROWDED, FORGETS = 400, 0.04  # a text of more characters loses each of its rules with this chance when it is rewritten
LEFT_OUT = 0.25  # chance that a version after the first leaves a new rule out
BRIEF = 3  # rules named where a few sentences are asked for
# Where a request shows the prompt itself, whose rules are no advice.
_PROMPTS = (("<LM_SYSTEM_PROMPT>", "</LM_SYSTEM_PROMPT>"), ("<VARIABLE>", "</VARIABLE>"), ("<input>", "</input>"))
VAGUE = ("Read each sample with care.", "Be precise.", "Check the label before you answer.", "Think step by step.")


class Critic:
    """Criticises and rewrites; what it knows is what `Reader` sees in the request.

    Args:
        kind: the task's rules.
        seed: of the task.
        known: examples that a run may show.
    """

    def __init__(self, kind: Kind, seed: int, known: Sequence[Known]) -> None:
        self.kind, self.seed, self.reader = kind, seed, Reader(kind, known)

    def answer(self, request: Request) -> str:
        """What it says, in the form that the request asks for."""
        form = form_of(request)
        options = (request.body.get("seed"), request.body.get("temperature"))
        salt = f"{plain(request.text)}|{options}"
        stated = self.reader.named(request.text)
        sights = self.reader.seen(request.text)
        found = self._identified(sights, stated, salt)
        if not form.current:
            rules, facts = [*found, *self._advised(request, stated)], self.reader.facts(request.text)
            return form.write([], self._critique(facts, rules, form.brief, salt))
        versions = [self._revised(form.current, [*stated, *found], salt, i) for i in range(form.versions)]
        return form.write(versions, " ".join(self.kind.rules[n].text for n in found) or pick(VAGUE, salt))

    def _identified(self, sights: Sequence[Sight], stated: Sequence[int], salt: str) -> list[int]:
        """At most one new rule for each example, named with a chance."""
        found: list[int] = []
        for sight in sights:
            demands, chance = (sight.wrong, INSIGHT) if sight.wrong else (sight.met, GLIMPSE)
            rules = [n for demand in demands for n in self._missing(demand, stated)]
            if rules and uniform(self.seed, "insight", salt, sight.known.name) < chance:
                found.append(pick(rules, self.seed, "which", salt, sight.known.name))
        return list(dict.fromkeys(found))

    @staticmethod
    def _missing(demand: Demand, stated: Sequence[int]) -> list[int]:
        return [number for number in demand.rules if number not in stated]

    def _advised(self, request: Request, stated: Sequence[int]) -> list[int]:
        """Rules that earlier words in the request name: a summary or a chain passes them on."""
        text = request.text
        for opening, closing in _PROMPTS:
            while opening in text and closing in text.partition(opening)[2]:
                before, _, rest = text.partition(opening)
                text = before + rest.partition(closing)[2]
        still = self.reader.named(text)
        return [number for number in stated if number in still]

    def _critique(self, facts: Sequence[str], rules: Sequence[int], brief: bool, salt: str) -> str:
        kept = list(dict.fromkeys(rules))[: BRIEF if brief else None]
        said = [f"The instructions should say: {self.kind.rules[number].text}" for number in kept]
        return "\n".join([*said, *facts]) or pick(VAGUE, self.seed, "vague", salt)

    def _revised(self, texts: Sequence[str], rules: Sequence[int], salt: str, version: int) -> str:
        """A text with the rules in it; now and then it forgets one that was there, if there were many."""
        current = texts[version % len(texts)]
        if "(...)" in current:  # TextGrad shows a long variable by its ends: what is left out comes from the context
            current = current.partition("\n")[0].partition(" (...)")[0]
        crowded = len(plain(" ".join(self.kind.rules[n].text for n in rules))) > CROWDED
        old = [line for line in current.splitlines() if line.strip() and line not in VAGUE]
        own = self.reader.named(current)
        lost = {n for n in rules if crowded and uniform(self.seed, "forget", salt, version, n) < FORGETS}
        kept = [line for line in old if not any(n in lost for n in self.reader.named(line))]
        fits = [n for n in dict.fromkeys(rules) if n not in own and n not in lost and self._fits(n, current)]
        new = [n for n in fits if not version or uniform(self.seed, "version", salt, version, n) >= LEFT_OUT]
        lines = [*kept, *(self.kind.rules[n].text for n in shuffled(new, self.seed, salt, version))]
        return "\n".join(lines) if new else "\n".join([*lines, pick(VAGUE, self.seed, "empty", salt, version)])

    def _fits(self, number: int, current: str) -> bool:
        """Whether a rule concerns the call whose prompt is revised, as far as its opening words tell."""
        owners = [name for name, start in self.kind.prompts.items() if plain(start) in plain(current)]
        return not owners or self.kind.rules[number].prompt in owners
