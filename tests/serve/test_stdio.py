"""A real server in a process of its own: stdout carries the protocol alone, and every way to end is clean."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp", reason="the extra mcp is not installed")

from mcp import Client, StdioServerParameters

from molgrad.serve.models import Status
from molgrad.serve.service import Service
from tests.serve.bench import called, session

ROOT = Path(__file__).parents[2]
NOISY = """
import ctypes, os, subprocess, sys
from pathlib import Path
from molgrad.serve.models import Checks
from molgrad.serve.server import serve_on_stdio
from molgrad.serve import service
from molgrad.serve.session import Session, Terms
from molgrad.campaign.toolbox import checking
from tests.serve.bench import Bench

plain = checking.checked

def noisy(*given):
    libc = ctypes.CDLL(None)
    libc.puts(b"{this is C}")
    libc.fflush(None)
    os.write(1, b"{this is a system call}\\n")
    print("{this is Python}", flush=True)
    sys.__stdout__.write("{and this}\\n")
    subprocess.run(["echo", "{this is a child}"])
    subprocess.run(["cat"])  # a child that reads standard input finds its end
    libc.puts(b"held back until the end")
    return plain(*given)

checking.checked = noisy
serve_on_stdio(Session(Path(sys.argv[1]), Terms(effort="fast", receptors=("1ia1",)), executor=Bench(hold=True)))
"""
INIT = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}


class Raw:
    """A server whose every byte is looked at."""

    def __init__(self, folder: Path) -> None:
        env = {**os.environ, "PYTHONPATH": str(ROOT), "MOLGRAD_CACHE": "off"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", NOISY, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=env,
            cwd=ROOT,
        )
        self.ask(INIT)
        self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, message: dict[str, Any]) -> dict[str, Any]:
        self.send(message)
        assert self.process.stdout is not None
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        assert found["id"] == message["id"]
        return found

    def call(self, number: int, tool: str, **arguments: Any) -> dict[str, Any]:
        params = {"name": tool, "arguments": arguments}
        found = self.ask({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params})
        answer: dict[str, Any] = found["result"]
        return answer

    def ended(self) -> tuple[int, str, str]:
        out, errors = self.process.communicate(timeout=60)
        return self.process.returncode, out.decode(), errors.decode()


def test_nothing_but_the_protocol_is_on_stdout_and_a_closed_stdin_ends_the_server(tmp_path: Path) -> None:
    server = Raw(tmp_path)
    found = server.call(2, "check", smiles=["CCO"])
    assert found["structuredContent"]["molecules"][0]["smiles"] == "CCO"
    assert server.process.stdin is not None
    server.process.stdin.write(b"this is no JSON\n" + b"[" * 3_000_000 + b"\n")  # nor a message of bounded length
    server.process.stdin.flush()
    server.send({"jsonrpc": "2.0", "id": 7, "method": "ping", "params": {"long": "C" * 2_000_000}})
    line: dict[str, Any] = {}
    while line.get("id") != 7:  # unanswered, its client would wait for ever
        assert server.process.stdout is not None
        line = json.loads(server.process.stdout.readline())
    assert "at most 1000000 bytes" in line["error"]["message"]
    line = {}
    while line.get("id") != 3:  # the SDK answers what it cannot read with errors
        server.send({"jsonrpc": "2.0", "id": 3, "method": "ping"}) if not line else None
        assert server.process.stdout is not None
        line = json.loads(server.process.stdout.readline())
        assert line["jsonrpc"] == "2.0"
    code, rest, errors = server.ended()  # which closes its standard input
    assert code == 0
    assert all(json.loads(one)["jsonrpc"] == "2.0" for one in rest.splitlines())
    for noise in ("{this is C}", "{this is a system call}", "{this is Python}", "{and this}", "{this is a child}"):
        assert noise in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_a_signal_ends_the_server_and_its_jobs(tmp_path: Path, number: signal.Signals) -> None:
    server = Raw(tmp_path)
    assert server.call(2, "dock", smiles=["CCO"], wait_seconds=0)["structuredContent"]["job"] == "j0001"
    server.process.send_signal(number)
    assert server.process.stdout is not None
    server.process.wait(timeout=30)  # with its standard input still open
    errors = server.ended()[2]
    assert "Traceback" not in errors
    with sqlite3.connect(tmp_path / "served" / "served.db") as db:
        assert db.execute("SELECT state FROM jobs").fetchall() == [("cancelled",)]


def test_kill_loses_no_call_no_dock_and_no_budget(tmp_path: Path) -> None:
    server = Raw(tmp_path)
    server.call(2, "check", smiles=["CCO"])
    server.call(3, "dock", smiles=["CCO", "CCC"], wait_seconds=0.5)
    server.process.kill()
    server.ended()
    with session(tmp_path, docks=5) as opened:
        rows = opened.store.rows("SELECT tool, state FROM calls ORDER BY id")
        assert rows == [("check", "ok"), ("dock", "ok")]
        status = called(Service(opened), "status")
        assert isinstance(status, Status)
        assert (status.budget.spent, status.budget.left) == (2, 3)
        told = opened.jobs.told("j0001")
        assert (told.state, told.tool) == ("interrupted", "dock")
        assert "call the tool again" in told.message


@pytest.mark.slow
def test_a_session_with_real_docks_over_stdio(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("molgrad")
    arguments = ["serve", "--mcp", str(tmp_path), "--docks", "2", "--effort", "fast", "--receptor", "1ia1"]
    env = {"MOLGRAD_CACHE": "off", "PYTHONPATH": str(ROOT)}

    async def main() -> None:
        server = StdioServerParameters(command=str(command), args=arguments, env=env)
        async with Client(server) as client:
            begun = await client.call_tool("dock", {"smiles": ["CCO"], "wait_seconds": 0.5})
            ended = await client.call_tool("job", {"job": begun.structured_content["job"], "wait_seconds": 60})
            (docked,) = ended.structured_content["docked"]
            assert docked["status"] == "ok"
            assert -4 < docked["affinity"]["value"] < -1
            told = (await client.call_tool("explain", {"molecule": "CCO", "pose": True})).structured_content
            assert told["pose"].rstrip().endswith("M  END")
            energies = sum(atom["energy"] for atom in told["atoms"])
            assert energies == pytest.approx(told["intermolecular"]["value"], abs=1e-3)
            assert "kcal/mol" in told["text"]
            refused = await client.call_tool("dock", {"smiles": ["CCC", "CCN"]})
            assert refused.is_error
            work = await client.call_tool("dock", {"smiles": ["Nc1ncc(Cc2ccccc2)c(N)n1"], "wait_seconds": 0})
            stopped = await client.call_tool("cancel", {"job": work.structured_content["job"]})
            assert stopped.structured_content["state"] == "cancelled"

    asyncio.run(asyncio.wait_for(main(), 120))
