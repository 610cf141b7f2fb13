"""A judgement in words about several variables at once, each under its label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from molgrad.autograd.advisor import Advisor
from molgrad.autograd.functional import Chain, computed
from molgrad.autograd.variable import Variable
from molgrad.errors import TemplateError
from molgrad.llm.types import LanguageModel
from molgrad.losses.text import TextLoss
from molgrad.programs.module import Module


class MultiFieldEvaluation(Module):
    """What an advisor says about several labelled variables, such as a question, an answer and the truth.

    The words are an evaluation without a score; feedback reaches each variable through the chain rule,
    whose critic is shown the others. Pictures are shown where the advisor takes them.

    Args:
        instruction: what to judge, in words; taken literally, braces included.
        fields: the labels that every call must give, in the order shown; by default whatever a call gives.
        engine: who answers; the global backward engine by default, looked up at each call.

    Raises:
        EngineError: no engine is set, or the endpoint is down.
        TemplateError: a label is missing or unknown; says which.
    """

    def __init__(
        self,
        instruction: str,
        fields: Sequence[str] | None = None,
        engine: str | Advisor | LanguageModel | None = None,
    ) -> None:
        self._judged = TextLoss(instruction, engine)
        self.fields = None if fields is None else tuple(fields)

    @property
    def instruction(self) -> str:
        """What to judge, in words."""
        return self._judged.instruction

    def forward(self, inputs: Mapping[str, Variable] | None = None, **more: Variable) -> Variable:
        """Judge several variables together.

        Args:
            inputs: label -> variable.
            **more: further variables by keyword.

        Returns:
            The judgement in words, on the graph.

        Raises:
            TemplateError: a label is missing or unknown, or nothing was given.
        """
        given = self._ordered({**(inputs or {}), **more})
        evaluation = self._judged.judge(given)
        role = f"judgement of {', '.join(given)}"
        chain = Chain("judgement", f"a {role} by the instruction: {self.instruction}")
        return computed(evaluation.feedback, role, given.values(), chain, evaluation)

    def _ordered(self, given: Mapping[str, Variable]) -> Mapping[str, Variable]:
        if not given:
            raise TemplateError("nothing to judge: give at least one labelled variable")
        if self.fields is None:
            return given
        missing = [label for label in self.fields if label not in given]
        unknown = [label for label in given if label not in self.fields]
        if missing or unknown:
            raise TemplateError(
                f"the evaluation takes {', '.join(self.fields)}; missing: {', '.join(missing) or 'none'}, "
                f"unknown: {', '.join(unknown) or 'none'}"
            )
        return {label: given[label] for label in self.fields}
