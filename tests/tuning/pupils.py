"""A loopback model that follows the rules which its prompt states, and an editor that learns them from feedback."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

from molgrad.llm.types import Completion, Message, Usage
from tests.loopback import Reply, Request

RULES = {"sum": "add", "red": "paint", "far": "walk", "wet": "dry", "old": "mend", "big": "cut"}
EXAMPLES = [(f"what of {word} {n}?", rule) for n in range(4) for word, rule in RULES.items()]


def rules(text: str) -> set[str]:
    """The rules that a prompt states, as words."""
    return {word for word, rule in RULES.items() if f"{word} means {rule}" in text}


def wrong(example: Sequence[str], answer: str) -> tuple[float, str]:
    """1 for a wrong answer, with words that reveal its rule."""
    question, expected = example
    word = question.split()[2]
    return float(answer != expected), f"{word} means {expected}" if answer != expected else "right"


class Pupil:
    """Answers by the rules in the system prompt; as an editor it adds the rules that the feedback reveals.

    Args:
        learns: how many rules it takes from one request.
    """

    def __init__(self, learns: int = 2) -> None:
        self.learns = learns
        self.asked: list[str] = []
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> str | Reply:
        with self._lock:
            self.asked.append(request.prompt)
        if "Answer the feedback" in request.prompt:
            return self._edited(request.prompt)
        word = str(request.body["messages"][-1]["content"]).split()[2]
        return RULES[word] if word in rules(request.system) else "no idea"

    def _edited(self, prompt: str) -> str:
        (value,) = re.findall(r"<value>\n(.*?)\n</value>", prompt, re.DOTALL)
        said = list(dict.fromkeys(re.findall(r"feedback: (\w+ means \w+)", prompt)))
        new = [one for one in said if one not in value][: self.learns]
        text = ". ".join([value.rstrip("."), *new]) + "."
        return json.dumps({"critique": "c", "proposals": [{"value": text, "reason": f"adds {len(new)} rules"}]})


class Local:
    """A model in this process that answers as a server would, and keeps what it was asked.

    Args:
        says: what a `Loopback` would be given.
    """

    name = "loopback"

    def __init__(self, says: Callable[[Request], str | Reply]) -> None:
        self.says, self.requests = says, list[Request]()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing to close."""

    @property
    def prompts(self) -> list[str]:
        """All requests, each as one text."""
        return [request.prompt for request in self.requests]

    def complete(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> Completion:
        """What the function says."""
        del schema, seed
        request = Request("", {}, {"messages": list(messages)})
        with self._lock:
            self.requests.append(request)
        said = self.says(request)
        assert isinstance(said, str)
        return Completion(said, Usage(1, 11, 7))
