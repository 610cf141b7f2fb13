"""A model that calls tools before it answers, by the chat protocol or by the responses protocol.

    python examples/model_with_tools.py --api chat
    python examples/model_with_tools.py --api responses
    python examples/model_with_tools.py --engine gpt-5-mini --docks 20        # a real model decides what to call

Without --engine a scripted model answers on this machine: it calls each tool once, then it proposes. What it called and
was told is read from the run's transcript.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from threading import Thread
from typing import Any

import molgrad as mg
from molgrad.advisors.model import ModelAdvisor
from molgrad.llm import OpenAIModel
from molgrad.llm.limits import ToolLimits

LEAD = "Nc1nc(N)c2cc(Cl)ccc2n1"
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("check", {"smiles": ["Nc1nc(N)c2cc(Br)ccc2n1", "Nc1nc(N)c2cc(C=O)ccc2n1"]}),
    ("route", {"smiles": "Nc1nc(N)c2cc(Br)ccc2n1"}),
    ("atom", {"molecule": LEAD, "atom": 7}),
    ("find", {"smarts": "c1ccc2ncncc2c1"}),
    ("dock", {"smiles": "Nc1nc(N)c2cc(Br)ccc2n1", "reason": "bromine fills the space beside the chlorine"}),
]
ANSWER = {
    "critique": "The chlorine's place can be larger.",
    "smiles": ["Cc1ccc2nc(N)nc(N)c2c1", "N#Cc1ccc2nc(N)nc(N)c2c1"],
}


class Scripted(BaseHTTPRequestHandler):
    """Calls the tools of `CALLS`, one a message, and answers."""

    def do_POST(self) -> None:
        """One message of the model."""
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        by_responses = self.path.endswith("/responses")
        said = asked["input"] if by_responses else asked["messages"]
        told = sum(one.get("type") == "function_call_output" or one.get("role") == "tool" for one in said)
        offered = {(tool.get("function") or tool)["name"] for tool in asked.get("tools", [])}
        call = CALLS[told] if told < len(CALLS) and CALLS[told][0] in offered else None
        data = json.dumps(_response(call, told) if by_responses else _completion(call, told)).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing."""


def _completion(call: tuple[str, dict[str, Any]] | None, at: int) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": "" if call else json.dumps(ANSWER)}
    if call:
        function = {"name": call[0], "arguments": json.dumps(call[1])}
        message["tool_calls"] = [{"id": f"call_{at}", "type": "function", "function": function}]
    used = {"prompt_tokens": 1000, "completion_tokens": 50}
    return {"choices": [{"index": 0, "finish_reason": "stop", "message": message}], "usage": used}


def _response(call: tuple[str, dict[str, Any]] | None, at: int) -> dict[str, Any]:
    text = [{"type": "output_text", "text": json.dumps(ANSWER)}]
    item: dict[str, Any] = {"type": "message", "role": "assistant", "content": text}
    if call:
        item = {"type": "function_call", "call_id": f"call_{at}", "name": call[0], "arguments": json.dumps(call[1])}
    return {"status": "completed", "output": [item], "usage": {"input_tokens": 1000, "output_tokens": 50}}


@contextmanager
def scripted() -> Iterator[str]:
    """The scripted model, as an engine's name."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Scripted)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1#scripted"
    finally:
        server.shutdown()


def run(engine: str, api: str, docks: int, folder: str) -> None:
    """A small campaign, and what its model called."""
    advisor = ModelAdvisor(OpenAIModel(engine, api=api), tools=ToolLimits(calls=8, docks=1))
    loss = mg.Docking("1ia1", effort="fast") + 2 * mg.QED()
    with mg.Campaign(folder, start=[LEAD], loss=loss, engine=advisor, batch=2, scope="analogues") as campaign:
        campaign.run(docks)
        calls = list(campaign.transcript)
        for before, after in pairwise(calls):
            for call in before.tool_calls:
                results = [m["content"] for m in after.messages if m.get("tool_call_id") == call.id]
                print(f"> {call.name} {call.arguments}\n{results[-1] if results else '(not answered)'}\n")
        for row in campaign.rows():
            score = "not measured" if row.evaluation is None else f"{row.evaluation.number():7.2f}"
            print(f"{score}  {row.proposal.value}  ({row.kind}, {row.proposal.advisor})")
        print(
            f"{len(calls)} model calls by the protocol {api!r}, {sum(len(c.tool_calls) for c in calls)} calls of tools"
        )


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", help="a model or URL#model; a scripted one by default")
    parser.add_argument("--api", default="chat", choices=("chat", "responses", "auto"))
    parser.add_argument("--docks", type=int, default=4)
    parser.add_argument("--out", default="runs/tools")
    args = parser.parse_args()
    if args.engine:
        run(args.engine, args.api, args.docks, args.out)
        return
    with scripted() as engine:
        run(engine, args.api, args.docks, args.out)


if __name__ == "__main__":
    try:
        main()
    except mg.MolgradError as error:
        sys.exit(str(error))
