"""A program that is started once and asked again and again: lines of JSON in, as many lines of JSON out."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
import weakref
from collections.abc import Sequence
from pathlib import Path
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from typing import Any

from molgrad.docking.programs import environment, how_it_ended, last_words
from molgrad.losses.programs.fault import NoAnswer
from molgrad.losses.programs.lines import LONGEST_LINE, LONGEST_REPLY, parsed

_KEEPER = Path(__file__).with_name("keeper.py")
_PIECE = 65_536  # bytes that are read or written at once
_TAIL = 8_192  # bytes of the error stream that are kept
_LEAVING = 0.5  # seconds for a program that closed its output to end, so that its end can be told
_ENDING = 10.0  # seconds for the keeper to end everything
_UNBUFFERED = {"PYTHONUNBUFFERED": "1"}  # an answer that a Python program keeps in its buffer is none


class Child:
    """A running program. Everything that it starts ends with it, and it ends with this process.

    Args:
        command: the program and its arguments; no shell is involved.
        folder: where it runs.

    Raises:
        NoAnswer: it is not installed, or cannot be started.
    """

    def __init__(self, command: Sequence[str], folder: str) -> None:
        program = _found(command[0], folder)
        wanted, self._wanted = os.pipe()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the user's own program, no shell
                [sys.executable, "-I", "-S", str(_KEEPER), str(wanted), program, *command[1:]],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=folder,
                env=environment() | _UNBUFFERED,
                pass_fds=(wanted,),
                start_new_session=True,
                bufsize=0,
            )
        except OSError as error:
            os.close(self._wanted)
            raise NoAnswer(f"{command[0]} cannot be started in {folder}: {error.strerror}") from None
        finally:
            os.close(wanted)
        self._owner = os.getpid()
        self.end = weakref.finalize(self, _ended, self._process, self._wanted, self._owner)  # also when Python ends
        self._rest, self._said, self._closed = b"", b"", False
        self.asked = 0  # batches that were answered
        for pipe in self._pipes():
            os.set_blocking(pipe.fileno(), False)

    def _pipes(self) -> list[Any]:
        return [pipe for pipe in (self._process.stdin, self._process.stdout, self._process.stderr) if pipe]

    def ask(self, lines: Sequence[bytes], seconds: float) -> list[dict[str, Any]]:
        """The answers to these lines, in the order in which they came.

        All is sent while answers are read, so neither side waits for the other, however much there is.

        Args:
            lines: questions, each with its line break.
            seconds: how long all answers may take.

        Raises:
            NoAnswer: it ended, took too long, wrote too much, or wrote something else than JSON objects.
        """
        due = time.monotonic() + seconds
        question = memoryview(b"".join(lines))
        answers: list[dict[str, Any]] = []
        received = 0
        stdin, stdout, stderr = self._pipes()
        with DefaultSelector() as selector:
            for pipe, event in ((stdin, EVENT_WRITE), (stdout, EVENT_READ), (stderr, EVENT_READ)):
                selector.register(pipe, event)
            while len(answers) < len(lines):
                ready = {key.fileobj for key, _ in selector.select(max(0.0, due - time.monotonic()))}
                if stderr in ready and not self._hear(stderr):
                    selector.unregister(stderr)
                if stdin in ready:
                    question = question[_written(stdin, question) :]
                    if not question:
                        selector.unregister(stdin)
                if stdout in ready:
                    piece = os.read(stdout.fileno(), _PIECE)
                    received += len(piece)
                    answers += self._taken(piece, received)
                if time.monotonic() >= due and len(answers) < len(lines):
                    raise NoAnswer(self._late(seconds, len(answers), len(lines)))
        if len(answers) > len(lines):
            raise NoAnswer(f"it wrote {len(answers)} answers to {len(lines)} molecules; one line for each is right")
        self.asked += 1
        return answers

    @property
    def usable(self) -> bool:
        """Whether it is this process's own, runs, and has written nothing that nobody asked for."""
        return self._owner == os.getpid() and not self.unasked() and not self._closed

    def unasked(self, seconds: float = 0.0) -> bool:
        """Whether it wrote what nobody asked for, so that its next line may be no answer to the next question.

        Args:
            seconds: how long to wait for it.
        """
        stdout = self._pipes()[1]
        with DefaultSelector() as selector:
            selector.register(stdout, EVENT_READ)
            if selector.select(seconds):
                piece = os.read(stdout.fileno(), _PIECE)
                self._closed = not piece
                self._rest += piece
        return bool(self._rest.strip())

    def _hear(self, stderr: Any) -> bool:
        """Keep the end of what it said; False when the stream is closed."""
        with contextlib.suppress(BlockingIOError):
            piece = os.read(stderr.fileno(), _PIECE)
            self._said = (self._said + piece)[-_TAIL:]
            return bool(piece)
        return True

    def _taken(self, piece: bytes, received: int) -> list[dict[str, Any]]:
        """The answers that a piece of output completes."""
        if not piece:
            raise NoAnswer(self._gone())
        *lines, self._rest = (self._rest + piece).split(b"\n")
        if received > LONGEST_REPLY or max(map(len, (*lines, self._rest))) > LONGEST_LINE:
            raise NoAnswer(f"it wrote more than an answer can be ({LONGEST_LINE >> 20} MB a line)")
        try:
            return [parsed(line) for line in lines if line.strip()]
        except NoAnswer as fault:
            raise NoAnswer(f"{fault}; all but answers belongs on stderr{self._last()}") from None

    def _late(self, seconds: float, there: int, asked: int) -> str:
        hint = "" if there else "; it must answer each line as it comes, and flush its output"
        return f"it gave {there} of {asked} answers within {seconds:g} s (`timeout`){hint}{self._last()}"

    def _gone(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_LEAVING)
        while self._hear_rest():
            pass
        code = self._process.returncode
        how = "it closed its output and ran on" if code is None else f"it {how_it_ended(code)}"
        return how + (self._last() or ", and said nothing on stderr")

    def _hear_rest(self) -> bool:
        before = self._said
        return self._hear(self._pipes()[2]) and self._said != before

    def _last(self) -> str:
        said = last_words(self._said, 3)
        return f": {said}" if said else ""


def _found(name: str, folder: str) -> str:
    """The full path of a program: of the PATH, or relative to where it runs."""
    path = Path(folder, name) if os.sep in name else shutil.which(name)
    if path is None or not os.access(path, os.X_OK) or not Path(path).is_file():
        raise NoAnswer(f"{name} is not installed here: install it, or give its full path in `command`")
    return str(Path(path).absolute())


def _written(stdin: Any, question: memoryview) -> int:
    """How much was sent; everything, where nobody listens: what the program answers, or how it ended, tells why."""
    try:
        return os.write(stdin.fileno(), question[:_PIECE])
    except BlockingIOError:
        return 0
    except BrokenPipeError:
        return len(question)


def _ended(process: subprocess.Popen[bytes], wanted: int, owner: int) -> None:
    """End the program and all it started; a fork of this process only lets go of it."""
    with contextlib.suppress(OSError):
        os.close(wanted)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
    if os.getpid() != owner:
        return
    try:
        process.wait(_ENDING)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
