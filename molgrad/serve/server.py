"""The Model Context Protocol's side of a session, by the official Python SDK."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, cast

import anyio
import anyio.to_thread

from molgrad import __version__
from molgrad.errors import MissingExtraError
from molgrad.serve.service import Begun, RefusedError, Service
from molgrad.serve.session import Session
from molgrad.serve.tools.tool import Tool
from molgrad.serve.wire import claimed

try:
    import mcp_types as types
    from mcp.server.lowlevel import Server
    from mcp.server.stdio import stdio_server
except ImportError as error:
    raise MissingExtraError("mcp", "mcp") from error

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext

AT_ONCE = 4  # calls that are worked on at the same time
MOST_CALLS = 16  # that may be open; further ones are refused at once
TICK = 0.1  # s between two looks at a job that a call waits for
INSTRUCTIONS = """\
molgrad designs molecules against a protein. Begin with 'status': it tells the budget, which no call can exceed, and how
the campaign stands. 'why' tells what was learned. 'check' molecules before you spend docks on them with 'measure' (they
join the campaign) or 'dock' (they do not). Long work answers a job: ask 'job' for its result. Scores: lower is better;
a docking score is an estimate, not a measurement."""


def make_server(service: Service) -> Server[Any]:
    """The server of a session.

    Args:
        service: answers its calls.
    """
    limiter, calls = anyio.CapacityLimiter(AT_ONCE), Open()

    async def list_tools(context: ServerRequestContext[Any], params: Any) -> types.ListToolsResult:
        del context, params
        return types.ListToolsResult(tools=[_described(tool) for tool in service.tools.values()])

    async def call_tool(
        context: ServerRequestContext[Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        if calls.count >= MOST_CALLS:
            return _refused(f"{MOST_CALLS} calls are open already: wait for an answer, and then call again")
        calls.count += 1
        try:
            begun = await anyio.to_thread.run_sync(service.begin, params.name, params.arguments or {}, limiter=limiter)
            await _wait(service, begun, context)
            text = await anyio.to_thread.run_sync(service.answer, begun, limiter=limiter)
        except RefusedError as error:
            return _refused(str(error))
        finally:
            calls.count -= 1
        content: list[Any] = [types.TextContent(type="text", text=text)]
        return types.CallToolResult(content=content, structured_content=json.loads(text))

    return Server(
        "molgrad",
        version=__version__,
        title="molgrad",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


class Open:
    """How many calls are open."""

    count = 0


def _described(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        description=tool.description,
        input_schema=tool.takes.model_json_schema(),
        output_schema=tool.gives.model_json_schema(mode="serialization"),
        annotations=types.ToolAnnotations(read_only_hint=tool.reads, destructive_hint=False, open_world_hint=False),
    )


def _refused(words: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=words)], is_error=True)


async def _wait(service: Service, begun: Begun, context: ServerRequestContext[Any]) -> None:
    """Wait for the job of a call, as long as its client wants, and report how far it is."""
    if begun.waiting is None or (work := begun.waiting.work) is None:
        return
    seconds = begun.waiting.seconds
    end = time.monotonic() + (service.session.terms.wait if seconds is None else seconds)
    told = -1
    while not work.finished.is_set() and time.monotonic() < end:
        if work.done > told:  # progress has to grow
            told = work.done
            await context.session.report_progress(told, work.total or None, service.session.hide(work.message) or None)
        await anyio.sleep(TICK)


async def serve(service: Service, stop: anyio.Event) -> None:
    """Serve one client on standard input and output until it leaves.

    Args:
        service: answers its calls.
        stop: ends the server when it is set.
    """
    server = make_server(service)
    with claimed() as (lines, output):
        async with anyio.create_task_group() as group:

            async def run() -> None:
                async with stdio_server(cast(Any, lines), cast(Any, output)) as (read, write):
                    await server.run(read, write, server.create_initialization_options())
                group.cancel_scope.cancel()

            async def wait_for_stop() -> None:
                await stop.wait()
                group.cancel_scope.cancel()

            group.start_soon(run)
            group.start_soon(wait_for_stop)


def serve_on_stdio(session: Session) -> int:
    """Serve a session until its client leaves or a signal ends it; the session is closed then.

    Args:
        session: what is served.

    Returns:
        The exit code: 0, or 128 and the number of the signal.
    """
    caught = 0

    async def main() -> None:
        nonlocal caught
        import signal

        stop = anyio.Event()

        async def listen() -> None:
            nonlocal caught
            with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
                async for number in signals:
                    caught = int(number)
                    stop.set()
                    return

        async with anyio.create_task_group() as group:
            group.start_soon(listen)
            await serve(Service(session), stop)
            group.cancel_scope.cancel()

    try:
        anyio.run(main)
    finally:
        session.close()
    return 128 + caught if caught else 0
