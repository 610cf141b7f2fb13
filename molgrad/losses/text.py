"""A critique in words: an instruction that an advisor answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from molgrad.autograd.advisor import Advisor, judged_by
from molgrad.autograd.engine import get_backward_engine, resolve_advisor
from molgrad.autograd.functional import pictures_of
from molgrad.autograd.loss import Context, Loss
from molgrad.autograd.several import hung, labelled
from molgrad.autograd.variable import Variable
from molgrad.errors import EngineError
from molgrad.evaluation import Evaluation
from molgrad.llm.types import LanguageModel

DEFAULT_ROLE = "molecule"


class TextLoss(Loss):
    """A critique of a value by an advisor.

    Called with several variables, `loss(question, answer)`, it judges them together, each shown under its role, and
    feedback reaches each of them that requires a gradient, with the others in view.

    Scale: words, without a score unless the advisor gives one; words add nothing to a sum.
    Facts: as the advisor gives them; the chemist answers from computed facts.
    Failure: a missing or unreachable engine raises EngineError, since no value can be judged then; an
    answer about one value that stays unreadable is a FAILED evaluation of that value.

    Args:
        instruction: what to judge, in words; taken literally, braces included.
        engine: who answers; by default the campaign's engine where one measures, else the global backward engine,
            looked up at each measurement.
    """

    name = kind = "text"

    def __init__(self, instruction: str, engine: str | Advisor | LanguageModel | None = None) -> None:
        if not instruction.strip():
            raise ValueError("a TextLoss needs an instruction, such as 'Critique it as a chemist would.'")
        self.instruction = instruction
        self.engine = engine
        self._resolved: Advisor | None = None

    def advisor(self, context: Context | None = None) -> Advisor:
        """The advisor that answers: the one given, else that of the measuring campaign, else the global one.

        Raises:
            EngineError: no engine is set, or the name leads nowhere.
        """
        if self.engine is not None:
            self._resolved = self._resolved or resolve_advisor(self.engine)
            return self._resolved
        advisor = (context or {}).get("advisor") or get_backward_engine()
        if advisor is None:
            raise EngineError(
                "a TextLoss has nobody to ask; call molgrad.set_backward_engine(...) with 'chemist' "
                "or a model's name, or give the TextLoss an engine"
            )
        return advisor

    def spec(self) -> dict[str, Any]:
        """The instruction, and the engine where it was given."""
        engine = self.engine if self.engine is None or isinstance(self.engine, str) else self.engine.name
        return {"loss": self.name, "instruction": self.instruction, "engine": engine}

    def exact(self, values: Sequence[str], *, quick: bool = False) -> list[Evaluation]:  # noqa: ARG002 - nor quick
        """Pending evaluations: ranking hundreds of candidates must not ask a model about each."""
        return [self.pending()] * len(values)

    def judge(self, given: Mapping[str, Variable]) -> Evaluation:
        """The judgement of several variables together; pictures are shown to an advisor that takes them.

        Args:
            given: label -> variable, in the order shown.

        Raises:
            EngineError: no engine is set, or the endpoint is down.
        """
        shown = "\n".join(f"{_head(label, v.role_description)}:\n{v}\n" for label, v in given.items())
        roles = "several values: " + ", ".join(given)
        pictures = [part for variable in given.values() for part in pictures_of(variable)]
        return replace(judged_by(self.advisor(), self.instruction, shown, roles, pictures), loss=self.name)

    def _over(self, variables: Sequence[Variable]) -> Variable:
        how = f"a judgement by the instruction: {self.instruction}"
        return hung(self, variables, self.judge(labelled(variables)), how)

    def _evaluate(self, value: str, context: Context) -> Evaluation:
        role = str(context.get("role_description") or DEFAULT_ROLE)
        return replace(self.advisor(context).judge(self.instruction, value, role), loss=self.name)


def _head(label: str, role: str) -> str:
    return label if label == role else f"{label} ({role})"
