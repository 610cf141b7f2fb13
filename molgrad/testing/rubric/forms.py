"""The form that a request asks its answer in, and the text that it wants revised."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_INSTRUCTIONS = re.compile(r"instruction|prompt|^value$|^text$|variable", re.IGNORECASE)
_SPANS = (
    r"<VARIABLE>(.*?)</VARIABLE>", r"<value(?:_\d+)?>(.*?)</value(?:_\d+)?>",
    r"\[\[ ## (?:current_instruction|basic_instruction|instruction) ## \]\](.*?)(?=\[\[ ## |\n\nRespond with|\Z)",
    r"following instructions[^\n]*\n```(.*?)```",
)  # fmt: skip
# What a text is not to be made of: values that the request forbids.
_FORBIDDEN = re.compile(r"<known_values_not_to_propose_again>.*?</known_values_not_to_propose_again>", re.DOTALL)


@dataclass(frozen=True)
class Request:
    """A request as a model reads it.

    Attributes:
        text: all messages, without what is named only so that it is not said again.
        last: the last message.
        body: the whole request.
        characters: of all messages as they were sent.
    """

    text: str
    last: str
    body: Mapping[str, Any]
    characters: int

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Request:
        """The request of a body of the chat protocol."""
        said = [_words(message.get("content")) for message in body.get("messages", [])]
        texts = [_FORBIDDEN.sub("", words) for words in said]
        return cls("\n\n".join(texts), texts[-1] if texts else "", body, sum(map(len, said)))

    @property
    def before(self) -> str:
        """What stands before the last message."""
        return self.text[: len(self.text) - len(self.last)]


@dataclass(frozen=True)
class Form:
    """How an answer is written.

    Attributes:
        current: the texts that are to be revised; none where a critique is asked for.
        versions: how many revisions are wanted.
        write: the answer, made of revised texts and of a critique.
        brief: whether a few sentences are asked for.
    """

    current: tuple[str, ...]
    versions: int
    write: Callable[[Sequence[str], str], str]
    brief: bool = False


def form_of(request: Request) -> Form:
    """The form that is asked for: a model's JSON, DSPy's fields, a fence, TextGrad's tags, or prose."""
    text, body = request.text, request.body
    found = tuple(one.strip() for span in _SPANS for one in re.findall(span, request.last, re.DOTALL))
    wanted = found or ("",)  # a rewriter that is shown no text to revise writes one
    counted = re.search(r"[Pp]ropose (\d+)", text)
    versions = int(counted[1]) if counted else 1
    brief = re.search(r"\b(few|2-3|two to three) sentences?", text, re.IGNORECASE) is not None
    fields = _fields(text)
    if fields:
        revises = any(_INSTRUCTIONS.search(name) for name in fields)
        as_json = "JSON object" in text or bool(body.get("response_format"))
        return Form(wanted if revises else (), 1, lambda v, c: _fielded(fields, v, c, as_json), brief)
    schema = _schema(body)
    if schema:
        revises = any(_INSTRUCTIONS.search(name) for name in _properties(schema))
        return Form(
            wanted if revises else (), versions, lambda v, c: json.dumps(_filled(schema, list(v), c, "")), brief
        )
    if '"proposals"' in text:
        return Form(wanted, versions, _proposals, brief)
    if "<IMPROVED_VARIABLE>" in text:
        return Form(wanted, 1, lambda v, _: f"<IMPROVED_VARIABLE>{v[0]}</IMPROVED_VARIABLE>", brief)
    if re.search(r"within ```", text):
        return Form(wanted, 1, lambda v, _: f"```\n{v[0]}\n```", brief)
    return Form((), 1, lambda _, c: c, brief)


def answered(request: Request, said: str) -> str:
    """A student's answer in the form that its prompt asks for."""
    fields = _fields(request.text)
    if not fields:
        return said
    as_json = "JSON object" in request.text
    return _fielded(fields, [said], said, as_json)


def _words(content: object) -> str:
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content)
    return str(content or "")


def _fields(text: str) -> list[str]:
    """The output fields that a DSPy adapter asks for."""
    _, mark, rest = text.partition("Your output fields are:")
    return re.findall(r"^\d+\. `(\w+)`", rest.partition("All interactions")[0], re.MULTILINE) if mark else []


def _fielded(fields: Sequence[str], versions: Sequence[str], critique: str, as_json: bool) -> str:
    values = {name: versions[0] if versions and _INSTRUCTIONS.search(name) else critique for name in fields}
    if as_json:
        return json.dumps(values)
    return "\n\n".join(f"[[ ## {name} ## ]]\n{value}" for name, value in values.items()) + "\n\n[[ ## completed ## ]]"


def _proposals(versions: Sequence[str], critique: str) -> str:
    proposals = [{"value": value, "reason": "it answers the feedback"} for value in versions]
    return json.dumps({"critique": critique, "proposals": proposals})


def _schema(body: Mapping[str, Any]) -> Mapping[str, Any]:
    found = (body.get("response_format") or {}).get("json_schema") or {}
    schema: Mapping[str, Any] = found.get("schema") or {}
    return schema


def _properties(schema: Mapping[str, Any]) -> list[str]:
    names = list(schema.get("properties", {}))
    for one in schema.get("properties", {}).values():
        names += _properties(one) + _properties(one.get("items", {}))
    return names


def _filled(schema: Mapping[str, Any], versions: list[str], critique: str, name: str) -> Any:
    """A value that fits a schema: revised texts where texts are revised, words elsewhere."""
    kind = schema.get("type")
    if kind == "object":
        return {key: _filled(one, versions, critique, key) for key, one in schema.get("properties", {}).items()}
    if kind == "array" and not versions:
        return [_filled(schema.get("items", {}), [], line, name) for line in critique.splitlines()]
    if kind == "array":
        return [_filled(schema.get("items", {}), [version], critique, name) for version in versions]
    if kind in ("integer", "number"):
        return 1
    if kind == "boolean":
        return True
    return versions[0] if versions and _INSTRUCTIONS.search(name) else critique
