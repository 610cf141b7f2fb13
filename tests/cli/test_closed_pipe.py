"""A reader that goes away, as `molgrad ... | head -1` does, is no fault of the run."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.cli.run import PROGRAM, environment

# Stand-ins for a command that prints: by rich as `optimize` does, by click, by plain writes, and little of it.
STUB = """
import sys
import molgrad.cli.app as program
{printing}
from molgrad.cli import main
main()
"""
COMMAND = """
@program.app.command()
def stub() -> None:
    {body}
sys.argv = ['molgrad', 'stub']
"""
MANY = "for _ in range(5000): "
BODIES = {
    "rich": f"from rich.console import Console; console = Console()\n    {MANY}console.print('x' * 80)",
    "click": f"import typer\n    {MANY}typer.echo('x' * 80)",
    "plain": f"{MANY}sys.stdout.write('x' * 80)",
    "little": "sys.stdout.write('x')",
    "little by rich": "from rich.console import Console; Console().print('x')",
}


def piped_to_nobody(program: list[str]) -> subprocess.CompletedProcess[str]:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        return subprocess.run(
            program, stdout=writer, stderr=subprocess.PIPE, text=True, env=environment(), timeout=100, check=False
        )
    finally:
        os.close(writer)


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_closed_pipe_is_quiet_and_no_failure(body: str) -> None:
    done = piped_to_nobody([sys.executable, "-c", STUB.format(printing=COMMAND.format(body=body))])
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", [["receptor", "list"], ["--help"], ["--version"]])
def test_so_it_is_for_real_commands(command: list[str]) -> None:
    done = piped_to_nobody([*PROGRAM, *command])
    assert (done.returncode, done.stderr) == (0, "")


def test_what_went_wrong_is_still_said_with_its_code() -> None:
    done = piped_to_nobody([*PROGRAM, "dock", "CCO", "--receptor", "1ia2"])
    assert done.returncode == 2
    assert "did you mean 1ia1" in done.stderr


@pytest.mark.parametrize("code", [0, 1, 3])
def test_the_code_of_a_command_that_ends_itself_is_kept(code: int) -> None:
    body = f"import typer; raise typer.Exit({code})"
    done = piped_to_nobody([sys.executable, "-c", STUB.format(printing=COMMAND.format(body=body))])
    assert done.returncode == code
