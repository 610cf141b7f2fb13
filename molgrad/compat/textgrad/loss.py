"""Judgements in words: of one text, of several labelled ones, of an answer about an image."""

from __future__ import annotations

from collections.abc import Sequence

import molgrad.autograd.variable as core
from molgrad.compat.textgrad.advice import resolve
from molgrad.compat.textgrad.autograd.function import Module
from molgrad.compat.textgrad.autograd.llm_ops import FormattedLLMCall, LLMCall
from molgrad.compat.textgrad.autograd.multimodal_ops import OrderedFieldsMultimodalLLMCall
from molgrad.compat.textgrad.engine.base import Engine
from molgrad.compat.textgrad.variable import Variable
from molgrad.errors import UnparsableAnswerError, shorten

_JUDGE = "You judge what you are shown as the instruction asks, strictly and concretely."
_CRITIC = (
    "You judge an answer to a question with several choices. Look for mistakes in its reasoning and in its choice, "
    "from more than one side. Name them; do not answer the question yourself."
)


def _frozen(text: core.Variable | str, role: str) -> core.Variable:
    return text if isinstance(text, core.Variable) else Variable(text, requires_grad=False, role_description=role)


class TextLoss(Module):
    """What an engine says about a text under an instruction.

    Args:
        eval_system_prompt: the instruction.
        engine: an engine or the name of one; the global one by default.

    Raises:
        EngineError: there is no engine.
    """

    def __init__(self, eval_system_prompt: core.Variable | str, engine: str | Engine | None = None) -> None:
        self.eval_system_prompt = _frozen(eval_system_prompt, "system prompt of the evaluation")
        self.llm_call = LLMCall(engine, self.eval_system_prompt)
        self.engine = self.llm_call.engine

    def forward(self, instance: core.Variable) -> Variable:
        """The judgement, on the graph."""
        return self.llm_call(instance)  # type: ignore[no-any-return]


class MultiFieldEvaluation(Module):
    """What an engine says about several texts, each under its role.

    Args:
        evaluation_instruction: what to judge.
        role_descriptions: the roles, in the order in which texts will be given.
        engine: an engine or the name of one; the global one by default.
        system_prompt: who the judge is.
    """

    def __init__(
        self,
        evaluation_instruction: core.Variable | str,
        role_descriptions: Sequence[str],
        engine: str | Engine | None = None,
        system_prompt: core.Variable | str | None = None,
    ) -> None:
        self.evaluation_instruction = _frozen(evaluation_instruction, "instruction of the evaluation")
        self.role_descriptions = list(role_descriptions)
        self.engine = resolve(engine)
        self.system_prompt = _frozen(system_prompt or _JUDGE, "system prompt of the evaluation")
        # Numbered fields: a role is anyone's words, and may hold braces.
        names = {f"field_{i}": role for i, role in enumerate(self.role_descriptions)}
        shown = [f"**{role.replace('{', '{{').replace('}', '}}')}**: {{{name}}}" for name, role in names.items()]
        self.formatted_llm_call = FormattedLLMCall(
            self.engine, "\n".join(["{instruction}", *shown]), {"instruction": None, **names}, self.system_prompt
        )

    def forward(self, inputs: Sequence[core.Variable]) -> Variable:
        """The judgement, on the graph.

        Args:
            inputs: the texts in the order of the roles, which they take on.

        Raises:
            ValueError: there are more or fewer inputs than roles.
        """
        given = {"instruction": self.evaluation_instruction}
        for i, (role, variable) in enumerate(zip(self.role_descriptions, inputs, strict=True)):
            variable.role_description = role
            given[f"field_{i}"] = variable
        return self.formatted_llm_call(given, "evaluation of the prediction")  # type: ignore[no-any-return]


class MultiFieldTokenParsedEvaluation(MultiFieldEvaluation):
    """A MultiFieldEvaluation whose verdict stands between two tags."""

    def __init__(
        self,
        evaluation_instruction: core.Variable | str,
        role_descriptions: Sequence[str],
        engine: str | Engine | None = None,
        system_prompt: core.Variable | str | None = None,
        parse_tags: Sequence[str] = ("<ACCURACY>", "</ACCURACY>"),
    ) -> None:
        super().__init__(evaluation_instruction, role_descriptions, engine, system_prompt)
        self.parse_tags = list(parse_tags)

    def parse_output(self, response: core.Variable) -> str:
        """What stands between the tags.

        Raises:
            UnparsableAnswerError: one of the tags is missing.
        """
        start, end = self.parse_tags
        _, opened, rest = response.value.partition(start)
        verdict, closed, _ = rest.partition(end)
        if not opened or not closed:
            raise UnparsableAnswerError(f"nothing stands between {start} and {end} in {shorten(response.value, 200)!r}")
        return verdict.strip()


class MultiChoiceTestTime(Module):
    """A judgement of an answer to a question with several choices, for use at test time."""

    def __init__(
        self,
        evaluation_instruction: str,
        engine: str | Engine | None = None,
        system_prompt: core.Variable | str | None = None,
    ) -> None:
        self.engine = resolve(engine)
        self.instruction = _frozen(evaluation_instruction, "instruction of the evaluation")
        self.tt_system_prompt = _frozen(system_prompt or _CRITIC, "system prompt of the evaluation")
        self.formatted_llm_call = FormattedLLMCall(
            self.engine,
            "{instruction}\nQuestion: {question}\nAnswer of the language model: {prediction}",
            dict.fromkeys(("instruction", "question", "prediction")),
            self.tt_system_prompt,
        )

    def forward(self, question: core.Variable | str, prediction: core.Variable) -> Variable:
        """The judgement, on the graph."""
        given = dict(instruction=self.instruction, question=_frozen(question, "the question"), prediction=prediction)
        return self.formatted_llm_call(  # type: ignore[no-any-return]
            given, f"evaluation of the {prediction.role_description}"
        )


class ImageQALoss(Module):
    """A judgement of an answer to a question about an image."""

    def __init__(
        self,
        evaluation_instruction: core.Variable | str,
        engine: str | Engine | None = None,
        system_prompt: core.Variable | str | None = None,
    ) -> None:
        self.evaluation_instruction = _frozen(evaluation_instruction, "instruction of the evaluation")
        self.system_prompt = _frozen(system_prompt or _JUDGE, "system prompt of the evaluation")
        self.multimodal_llm_call = OrderedFieldsMultimodalLLMCall(
            engine, ["Evaluation Instruction", "Question", "Image", "Answer"], self.system_prompt
        )
        self.engine = self.multimodal_llm_call.engine

    def forward(self, image: core.Variable, question: core.Variable, response: core.Variable) -> Variable:
        """The judgement, on the graph."""
        shown = (self.evaluation_instruction, question, image, response)
        given = dict(zip(self.multimodal_llm_call.fields, shown, strict=True))
        return self.multimodal_llm_call(  # type: ignore[no-any-return]
            given, f"evaluation of the {response.role_description}"
        )
