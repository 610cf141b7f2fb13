"""Model calls as functions of variables: answers that can be criticised back into their prompts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any

from molgrad.autograd.functional import Chain, computed
from molgrad.autograd.variable import Variable
from molgrad.errors import EmptyAnswerError, TemplateError, plain, shorten
from molgrad.llm.metering import reached
from molgrad.llm.resolve import resolve_model
from molgrad.llm.types import Content, LanguageModel, Message, Usage
from molgrad.programs.image import joined
from molgrad.programs.module import Module
from molgrad.programs.template import fields, fill

ANSWER = "answer of the language model"


class LLMCall(Module):
    """Calls a model with input variables, under an optional system prompt that may itself be optimized.

    Threads: safe.

    Args:
        engine: a LanguageModel, a model's name, or an endpoint with a model ("http://host/v1#name").
        system_prompt: a text, or a Variable with `requires_grad` to have it improved.
        temperature: of a model by name or endpoint; left to the endpoint unless given. A LanguageModel has its own.
        max_tokens: the longest answer of such a model, a reasoning model's thoughts included.
        schema: a JSON schema that answers follow, or a class with `model_json_schema()` as pydantic's have. The answer
            is the JSON text; an endpoint that takes no schema is asked for JSON.
        seed: sent with every call, where the endpoint knows seeds.

    Tools are not offered to the model. A step that needs Python is a StringBasedFunction between two calls.

    Raises:
        EngineError: the endpoint is down, answered with nothing, or what was given is no language model.
        ConflictingSettingsError: a temperature or a limit for a LanguageModel, which has its own.
    """

    def __init__(
        self,
        engine: str | LanguageModel,
        system_prompt: str | Variable | None = None,
        *,
        temperature: float | None = None,
        max_tokens: int | None = None,
        schema: Mapping[str, Any] | type | None = None,
        seed: int | None = None,
    ) -> None:
        self.model = resolve_model(engine, temperature=temperature, max_tokens=max_tokens)
        self.schema, self.seed = _json_schema(schema), seed
        if isinstance(system_prompt, str):
            system_prompt = Variable(system_prompt, requires_grad=False, role_description="system prompt")
        self.system_prompt = system_prompt
        self.usage = Usage()
        self._lock = Lock()

    def forward(self, *inputs: Variable, role_description: str = ANSWER) -> Variable:
        """Ask the model.

        Args:
            *inputs: texts and images, sent as one message in the order given.
            role_description: what the answer is for.

        Returns:
            The model's answer, on the graph.
        """
        if not inputs:
            raise TypeError("a model call needs at least one variable")
        for one in inputs:
            if not isinstance(one, Variable):
                what = 'mg.Variable("...", role_description="question", requires_grad=False)'
                raise TypeError(f"a model call takes variables, {what}, not {shorten(repr(one))}")
        return self._answered(joined([x.content for x in inputs]), inputs, role_description)

    def _answered(self, content: Content, inputs: Sequence[Variable], role_description: str, how: str = "") -> Variable:
        messages: list[Message] = [{"role": "user", "content": content}]
        if self.system_prompt is not None:
            messages.insert(0, {"role": "system", "content": self.system_prompt.value})
            inputs = [self.system_prompt, *inputs]
        completion = reached(self.model).complete(messages, schema=self.schema, seed=self.seed)
        with self._lock:
            self.usage += completion.usage
        if not completion.text.strip():
            raise EmptyAnswerError(f"{self.model.name} answered with an empty text; try again or another model")
        chain = Chain("model call", f"a call of the language model {self.model.name}{how}")
        return computed(plain(completion.text), role_description, inputs, chain)


class BlackboxLLM(LLMCall):
    """A language model as a function of one variable, the input; otherwise an LLMCall."""

    def forward(self, x: Variable, *, role_description: str = ANSWER) -> Variable:  # type: ignore[override]  # one
        """Ask the model.

        Args:
            x: the input, a text or an image.
            role_description: what the answer is for.

        Returns:
            The model's answer, on the graph.
        """
        return super().forward(x, role_description=role_description)


class FormattedLLMCall(LLMCall):
    """Calls a model with a template whose fields `{name}` are filled with variables.

    A picture's field names the picture, which is sent after the text. Braces in values mean nothing, and a brace in
    the template that starts no field is a brace; where it would start one, double it. Feedback on the answer reaches
    every field that requires a gradient, the system prompt, and the template where it is a Variable.

    Args:
        engine: as for LLMCall.
        template: the text with fields, or a Variable to have it improved.
        system_prompt: as for LLMCall.
        **settings: temperature, max_tokens, schema and seed, as for LLMCall.

    Raises:
        TemplateError: a field is missing, unknown, or no plain name; says which.
    """

    def __init__(
        self,
        engine: str | LanguageModel,
        template: str | Variable,
        system_prompt: str | Variable | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(engine, system_prompt, **settings)
        if isinstance(template, str):
            template = Variable(template, requires_grad=False, role_description="prompt template")
        self.template = template
        if not fields(template.value):
            raise TemplateError(
                f"the template {shorten(template.value)!r} has no field; write {{name}} where a value goes"
            )

    def forward(  # type: ignore[override]  # fields by name, not inputs in order
        self, inputs: Mapping[str, Variable] | None = None, *, role_description: str = ANSWER, **more: Variable
    ) -> Variable:
        """Fill in the template and ask the model.

        Args:
            inputs: field -> variable.
            role_description: what the answer is for.
            **more: further fields by keyword.

        Returns:
            The model's answer, on the graph.

        Raises:
            TemplateError: a field is missing or unknown.
        """
        given = {**(inputs or {}), **more}
        text = fill(self.template.value, {name: str(variable) for name, variable in given.items()})
        pictures = [variable.content for variable in given.values() if not isinstance(variable.content, str)]
        return self._answered(
            joined([text, *pictures]), [self.template, *given.values()], role_description, " with a template filled in"
        )


def _json_schema(schema: Mapping[str, Any] | type | None) -> Mapping[str, Any] | None:
    if schema is None or isinstance(schema, Mapping):
        return schema
    written = getattr(schema, "model_json_schema", None)
    if written is None:
        raise TypeError(f"schema is a JSON schema or a class with model_json_schema(), not {shorten(repr(schema))}")
    return dict(written())


class StringBasedFunction(Module):
    """A Python function of texts given by keyword; feedback on its result is chained back to them by its purpose.

    Args:
        function: called with the values as strings under the same keywords; its result is written out.
        purpose: what the function is for, in words that a critic reads.

    Raises:
        ValueError: the purpose is empty.
    """

    def __init__(self, function: Callable[..., object], purpose: str) -> None:
        if not purpose.strip():
            raise ValueError("a StringBasedFunction needs a purpose: feedback is traced back through it by its words")
        self.function = function
        self.purpose = purpose

    def forward(
        self, inputs: Mapping[str, Variable] | None = None, *, role_description: str = "", **more: Variable
    ) -> Variable:
        """Call the function; what it raises passes.

        Args:
            inputs: keyword -> variable.
            role_description: what the result is for.
            **more: further variables by keyword.

        Returns:
            The result, on the graph.
        """
        given = {**(inputs or {}), **more}
        name = getattr(self.function, "__name__", "function")
        result = self.function(**{key: variable.value for key, variable in given.items()})
        chain = Chain(name, f"{self.purpose} (inputs: {', '.join(given)})")
        return computed(str(result), role_description or f"result of {name}", given.values(), chain)
