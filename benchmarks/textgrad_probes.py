"""What TextGrad 0.1.8's faults look like from outside: one small program for each, for any package with its names.

Started by textgrad_faults.py as `python textgrad_probes.py MODULE`; prints one JSON object a line.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

Seen = tuple[bool, str]  # whether all is well, and what was seen
PROBES: dict[str, tuple[str, Callable[[Any], Seen]]] = {}
TAG = ("<IMPROVED_VARIABLE>", "</IMPROVED_VARIABLE>")


def probe(number: str, fault: str) -> Callable[[Callable[[Any], Seen]], Callable[[Any], Seen]]:
    def add(function: Callable[[Any], Seen]) -> Callable[[Any], Seen]:
        PROBES[number] = (fault, function)
        return function

    return add


class Stub:
    """An engine that keeps what it is asked; it takes a prompt and a system prompt, nothing else."""

    model_string = "stub"

    def __init__(self, answer: Callable[[Any], str] | str = TAG[0] + "better" + TAG[1]) -> None:
        self.answer = answer
        self.asked: list[tuple[Any, Any]] = []

    def __call__(self, prompt: Any, system_prompt: Any = None) -> str:
        self.asked.append((prompt, system_prompt))
        return self.answer if isinstance(self.answer, str) else self.answer(prompt)


def var(tg: Any, value: str = "a draft", role: str = "answer", grad: bool = True) -> Any:
    return tg.Variable(value, role_description=role, requires_grad=grad)


def told(tg: Any, value: str = "a draft", words: str = "shorter") -> Any:
    v = var(tg, value)
    v.gradients.add(var(tg, words, "feedback"))
    return v


def outcome(run: Callable[[], object]) -> str:
    """What a call gave, or the error that it ended in."""
    try:
        return repr(run())
    except Exception as error:  # the fault itself, which is what is to be shown
        return f"{type(error).__name__}: {' '.join(str(error).split())[:60]}"


@probe("1", "gradient_memory has no effect")
def memory(tg: Any) -> Seen:
    v, engine = told(tg, words="first words"), Stub()
    optimizer = tg.TGD(parameters=[v], engine=engine, gradient_memory=3)
    optimizer.step()
    optimizer.zero_grad()
    v.gradients.add(var(tg, "second words"))
    optimizer.step()
    kept = "first words" in engine.asked[1][0]
    return kept, f"the second request {'shows' if kept else 'lacks'} the first feedback"


@probe("2a", "the momentum optimizer sends None")
def momentum(tg: Any) -> Seen:
    engine = Stub()
    tg.optimizer.TextualGradientDescentwithMomentum(engine, [told(tg)], momentum_window=2).step()
    prompt = engine.asked[0][0]
    return isinstance(prompt, str), f"the engine was sent a {type(prompt).__name__}"


@probe("2b", "momentum with a window of 0 raises")
def no_momentum(tg: Any) -> Seen:
    v = told(tg)

    def run() -> str:
        tg.optimizer.TextualGradientDescentwithMomentum(Stub(), [v], momentum_window=0).step()
        return str(v.value)

    seen = outcome(run)
    return seen == "'better'", seen


@probe("3", "aggregate reaches one input of four")
def aggregate(tg: Any) -> Seen:
    inputs = [var(tg, f"text {i}", f"role {i}") for i in range(4)]
    tg.TextLoss("Judge.", engine=Stub("bad"))(tg.aggregate(inputs)).backward(Stub("advice"))
    reached = sum(bool(v.get_gradient_text()) for v in inputs)
    return reached == 4, f"{reached} of 4 inputs have a gradient"


@probe("4", "sum and + add each gradient twice")
def twice(tg: Any) -> Seen:
    a, b, c, d = (var(tg, role=f"role {i}") for i in range(4))
    tg.TextLoss("Judge.", engine=Stub("bad"))(tg.sum([a, b])).backward(Stub("advice"))
    tg.TextLoss("Judge.", engine=Stub("bad"))(c + d).backward(Stub("advice"))
    seen = [len(v.gradients) for v in (a, c)]
    return seen == [1, 1], f"gradients by sum and by +: {seen[0]} and {seen[1]}"


@probe("5", "a value over 20 words is shown cut")
def cut(tg: Any) -> Seen:
    engine, words = Stub(), [f"word{i}" for i in range(400)]
    tg.TGD(parameters=[told(tg, " ".join(words))], engine=engine).step()
    shown = sum(word in engine.asked[0][0].split() for word in words)
    return shown == 400, f"the optimizer's engine sees {shown} of 400 words"


@probe("6", "reset_gradients leads to a KeyError")
def reset(tg: Any) -> Seen:
    v = var(tg)

    def run() -> str:
        v.reset_gradients()
        v.gradients.add(var(tg, "shorter"))
        tg.TGD(parameters=[v], engine=Stub()).step()
        return str(v.value)

    seen = outcome(run)
    return seen == "'better'", seen


@probe("7", "zero_grad leaves contexts")
def contexts(tg: Any) -> Seen:
    v = var(tg)
    optimizer = tg.TGD(parameters=[v], engine=Stub())
    for _ in range(5):
        tg.TextLoss("Judge.", engine=Stub("bad"))(v).backward(Stub("advice"))
        optimizer.zero_grad()
    return not v.gradients_context, f"{len(v.gradients_context)} contexts after 5 rounds, each cleared"


@probe("8", "requests grow without bound")
def growth(tg: Any) -> Seen:
    long, engine = "x" * 1_000_000, Stub("advice")
    v = var(tg, "word " * 30 + long)
    tg.TextLoss("Judge.", engine=Stub(long))(v).backward(engine)
    size = len(engine.asked[0][0])
    return size < 100_000, f"1 MB of text and of judgement make a request of {size:,} characters"


def answered(tg: Any, answer: str) -> str:
    v = told(tg)

    def run() -> str:
        tg.TGD(parameters=[v], engine=Stub(answer)).step()
        return str(v.value)

    return outcome(run)


@probe("9a", "an answer without the start tag raises")
def no_start(tg: Any) -> Seen:
    seen = answered(tg, "Sure: better")
    return seen == "'a draft'", f"value: {seen}"


@probe("9b", "without the end tag prose becomes the value")
def no_end(tg: Any) -> Seen:
    seen = answered(tg, TAG[0] + "better. I hope this helps!")
    return seen == "'a draft'", f"value: {seen}"


@probe("9c", "an empty value is accepted")
def empty(tg: Any) -> Seen:
    seen = answered(tg, TAG[0] + "  " + TAG[1])
    return seen == "'a draft'", f"value: {seen}"


@probe("10", "custom tags leave the default tag in the prompt")
def tags(tg: Any) -> Seen:
    engine = Stub("[better]")
    tg.TGD(parameters=[told(tg)], engine=engine, new_variable_tags=["[", "]"]).step()
    left = "IMPROVED_VARIABLE" in f"{engine.asked}"
    return not left, f"the request {'also names' if left else 'does not name'} IMPROVED_VARIABLE"


@probe("13", "a function that returns a float is refused")
def floats(tg: Any) -> Seen:
    half = tg.autograd.StringBasedFunction(lambda v: len(v.value) / 2, function_purpose="halves")
    seen = outcome(lambda: half(inputs={"v": var(tg)}).value)
    return seen == "'3.5'", seen


@probe("16", "the order of gradients is that of memory addresses")
def order(tg: Any) -> Seen:
    kept = 0
    for trial in range(20):
        v, words = var(tg), [f"words {i}" for i in range(20)]
        made = {w: (var(tg, w), " " * trial * 50) for w in reversed(words)}
        for w in words:
            v.gradients.add(made[w][0])
        kept += v.get_gradient_text() == "\n".join(words)
    return kept == 20, f"20 gradients come out in the order they came in {kept} times of 20"


@probe("17a", "braces in a system prompt raise")
def braces(tg: Any) -> Seen:
    own = 'Answer like {"json": 1} between {new_variable_start_tag} and {new_variable_end_tag}.'
    v = told(tg)

    def run() -> str:
        tg.TGD(parameters=[v], engine=Stub(), optimizer_system_prompt=own).step()
        return str(v.value)

    seen = outcome(run)
    return seen == "'better'", seen


@probe("17b", "braces in an instruction raise")
def instruction(tg: Any) -> Seen:
    loss = importlib.import_module(tg.__name__ + ".loss")

    def run() -> str:
        judge = loss.MultiChoiceTestTime('Is it like {"json": 1}?', engine=Stub("yes"))
        return str(judge("A or B?", var(tg)).value)

    seen = outcome(run)
    return seen == "'yes'", seen


@probe("18", "an engine beside the global one raises")
def both(tg: Any) -> Seen:
    tg.set_backward_engine(Stub("global"), override=True)
    v = var(tg)

    def run() -> str:
        tg.TextLoss("Judge.", engine=Stub("bad"))(v).backward(Stub("given"))
        return str(v.get_gradient_text())

    seen = outcome(run)
    tg.singleton_backward_engine.engine = None
    return seen == "'given'", seen


@probe("19a", "frozen variables are rewritten")
def frozen(tg: Any) -> Seen:
    v, engine = var(tg, grad=False), Stub()
    tg.TGD(parameters=[v], engine=engine).step()
    return v.value == "a draft", f"a frozen value is {v.value!r} after a step, {len(engine.asked)} calls"


@probe("19b", "a step without a gradient calls the engine")
def nothing_said(tg: Any) -> Seen:
    v, engine = var(tg), Stub()
    tg.TGD(parameters=[v], engine=engine).step()
    return not engine.asked, f"{len(engine.asked)} calls; the value is {v.value!r}"


@probe("20a", "importing makes a folder")
def folder(tg: Any) -> Seen:  # noqa: ARG001 - importing it was enough
    made = sorted(p.name for p in Path.cwd().iterdir())
    return not made, f"in the working folder: {', '.join(made) or 'nothing'}"


ASK = """
import importlib, sys
home = importlib.import_module(sys.argv[1] + ".engine_experimental.openai")
print(home.OpenAIEngine("gpt-4o", cache=True).generate("hello"))
"""


@probe("20b", "the cache of another process never hits")
def salted(tg: Any) -> Seen:
    with loopback() as server:
        env = {**os.environ, "OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "sk-stub"}
        for _ in range(2):
            subprocess.run([sys.executable, "-c", ASK, tg.__name__], env=env, check=True, capture_output=True)
        asked = len(server.requests)
    return asked == 1, f"the same question in 2 processes made {asked} requests"


@probe("20c", "the cache ignores the temperature")
def temperature(tg: Any) -> Seen:
    with loopback() as server:
        os.environ |= {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "sk-stub"}
        home = importlib.import_module(tg.__name__ + ".engine.openai")
        engine = home.ChatOpenAI("gpt-4o", cache=True)
        for heat in (0, 1):
            engine.generate("a question of temperature", temperature=heat)
        asked = len(server.requests)
    return asked == 2, f"two temperatures made {asked} request{'s' if asked > 1 else ''}"


@probe("20d", "a chain of 1,100 sums overflows the stack")
def deep(tg: Any) -> Seen:
    v = var(tg)

    def run() -> str:
        node = tg.TextLoss("Judge.", engine=Stub("bad"))(v)
        for _ in range(1100):
            node = tg.sum([node])
            node.set_role_description("sum")
        node.backward(Stub("advice"))
        return str(v.get_gradient_text())

    seen = outcome(run)
    return seen == "'advice'", seen


# What is missing rather than wrong: by number, in words, and by the names that it would go by.
LACKS = {
    "11": ("best value so far, rollback of a worse one", ("TGD.best", "TGD.best_of")),
    "12": ("a variable that refuses an unsound value", ("Variable._sound", "Variable.validate")),
    "13": ("a history of losses", ("TGD.history",)),
    "15": ("a count of calls and tokens", ("LiteLLMEngine.usage", "engine.openai.ChatOpenAI.usage")),
}


def loopback() -> Any:
    """The tests' server, which answers everything with a word."""
    return importlib.import_module("tests.loopback").Loopback(lambda _: "word")


def main(module: str) -> None:
    tg = importlib.import_module(module)
    warnings.simplefilter("ignore")
    for number, (fault, function) in PROBES.items():
        try:
            good, seen = function(tg)
        except Exception as error:  # another fault on the way to the one that is probed
            good, seen = False, f"{type(error).__name__}: {error}"
        print(json.dumps({"number": number, "fault": fault, "good": good, "seen": seen}), flush=True)
    for number, (what, names) in LACKS.items():
        print(json.dumps({"number": number, "lack": what, "good": any(leads(tg, n) for n in names)}), flush=True)


def leads(tg: Any, name: str) -> bool:
    """Whether a dotted name leads somewhere, from the package or from the engine that it makes."""
    node = tg
    for part in name.split("."):
        node = getattr(node, part, None)
    return node is not None


if __name__ == "__main__":
    main(sys.argv[1])
