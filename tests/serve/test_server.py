"""The server as the SDK's own client sees it, in memory."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp", reason="the extra mcp is not installed")

from mcp import Client

from molgrad.errors import MissingExtraError
from molgrad.serve.server import make_server
from molgrad.serve.service import Service
from tests.serve.bench import Bench, result, session, until


def with_client(service: Service, do: Callable[[Client], Awaitable[None]], mode: Any = "auto") -> None:
    async def main() -> None:
        async with Client(make_server(service), mode=mode) as client:
            await asyncio.wait_for(do(client), 60)

    asyncio.run(main())


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_lists_tools_and_reads_structured_results(tmp_path: Path, mode: str) -> None:
    async def do(client: Client) -> None:
        listed = (await client.list_tools()).tools
        named = {tool.name: tool for tool in listed}
        wanted = {"receptors", "receptor", "dock", "explain", "check", "propose", "ask", "tell", "status", "why"}
        assert wanted | {"job", "cancel", "measure", "route", "atom", "find"} == set(named)
        assert all(tool.description and tool.output_schema for tool in listed)
        done = await client.call_tool("dock", {"smiles": ["CCO"], "wait_seconds": 30})  # the client checks the schema
        assert not done.is_error
        assert done.structured_content["docked"][0]["affinity"] == {"value": -2.0, "unit": "kcal/mol", "sd": None}
        assert json.loads(done.content[0].text) == done.structured_content  # type: ignore[union-attr]
        assert next(iter(done.structured_content)) == "job"
        refused = await client.call_tool("dock", {"smiles": ["CCO"], "receptor": "../../etc"})
        assert refused.is_error
        assert "there is no receptor" in refused.content[0].text  # type: ignore[union-attr]

    with session(tmp_path) as opened:
        with_client(Service(opened), do, mode)


def test_a_dock_outlasts_its_call_and_reports_progress(tmp_path: Path) -> None:
    bench, heard = Bench(hold=True), list[tuple[float, float | None]]()

    async def listen(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total))

    async def do(client: Client) -> None:
        begun = await client.call_tool("dock", {"smiles": ["CCO", "CCC"], "wait_seconds": 0})
        name = begun.structured_content["job"]
        assert begun.structured_content["state"] in ("queued", "running")
        waiting = asyncio.create_task(
            client.call_tool("job", {"job": name, "wait_seconds": 30}, progress_callback=listen)
        )
        for count in (1, 2):
            while len(bench.held) < 2 or len(heard) < count:
                await asyncio.sleep(0.01)
            future, request = bench.held[count - 1]
            future.set_result(result(request.smiles))
        ended = (await waiting).structured_content
        assert (ended["state"], len(ended["docked"])) == ("done", 2)
        status = (await client.call_tool("status", {})).structured_content  # other calls are answered meanwhile
        assert status["budget"]["spent"] == 2

    with session(tmp_path, bench) as opened:
        with_client(Service(opened), do)
    assert [one for one, _ in heard] == sorted(one for one, _ in heard)
    assert heard[-1][0] >= 1


def test_a_client_that_gives_up_leaves_the_job(tmp_path: Path) -> None:
    bench = Bench(hold=True)

    async def do(client: Client) -> None:
        with pytest.raises(Exception, match=r"(?i)timed? ?out"):
            await client.call_tool("dock", {"smiles": ["CCO"], "wait_seconds": 60}, read_timeout_seconds=0.5)
        assert (await client.call_tool("job", {"job": "j0001"})).structured_content["state"] == "running"
        cancelled = await client.call_tool("cancel", {"job": "j0001"})
        assert cancelled.structured_content["state"] == "cancelled"

    with session(tmp_path, bench) as opened:
        with_client(Service(opened), do)


def test_too_many_calls_at_once_are_refused_and_the_rest_answered(tmp_path: Path) -> None:
    bench = Bench(hold=True)

    async def do(client: Client) -> None:
        await client.call_tool("dock", {"smiles": ["CCO"], "wait_seconds": 0})
        calls = [client.call_tool("job", {"job": "j0001", "wait_seconds": 1}) for _ in range(24)]
        answers = await asyncio.gather(*calls)
        refused = [one.content[0].text for one in answers if one.is_error]  # type: ignore[union-attr]
        assert len(refused) == 24 - 16
        assert all("calls are open already" in text for text in refused)

    with session(tmp_path, bench) as opened:
        with_client(Service(opened), do)
    until(lambda: bench.closed)


def test_without_the_sdk_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp_types", None)
    monkeypatch.delitem(sys.modules, "molgrad.serve.server")
    with pytest.raises(MissingExtraError, match=r"pip install 'molgrad\[mcp\]'"):
        importlib.import_module("molgrad.serve.server")
