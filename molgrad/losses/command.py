"""Any program as a loss: started once, asked with lines of JSON, checked, and started again when it fails."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from molgrad.errors import ConflictingSettingsError, shorten
from molgrad.losses.programs.asked import AskedLoss
from molgrad.losses.programs.child import Child
from molgrad.losses.programs.fault import NoAnswer
from molgrad.losses.programs.lines import Question, identified, written
from molgrad.losses.programs.scale import Scale

_EXAMPLE = '{"id": "1", "smiles": "CCO"}'
_PROBATION = 10  # batches after which a program is known to write one line for each molecule
_SETTLE = 0.02  # seconds for a line too many to arrive, where answers do not say what they answer


class Command(AskedLoss):
    """The value that a program predicts: `mg.Command(["python", "predict.py"], timeout=60, batch=64)`.

    The program reads a line for each molecule, `{"id": "7", "smiles": "CCO", "left": 0}`, where `left` counts those of
    the batch that follow, and writes a line for each:
    `{"id": "7", "value": 1.5, "sd": 0.2, "text": "...", "facts": [{"text": "...", "atoms": [0, 2]}]}`. All but `value`
    may be left out; where the id is repeated, the order is free. Of a molecule it cannot judge it writes
    `{"error": "no model for metals", "status": "invalid"}` ("failed" where the molecule is not at fault).
    Scale: the program's own, lower is better unless `direction`, `target` or `window` says otherwise. Raw: the value
    under the loss's name. `sd`: standard deviation of the value, in its unit. Facts: as the program says; atoms are
    those of the SMILES it was sent, from 0.
    Process: no shell; started with the first molecule and kept, without the keys of language models in its
    environment. It ends, with all it started, at `close()`, at the end of Python, and when Python is killed.
    Failure: a program that ends, takes too long or writes anything else is ended and started again, and the batch asked
    molecule by molecule; without an answer a molecule is FAILED with the program's last words. What may go better next
    time is marked so in `details`, and measured again when a campaign is resumed.

    Args:
        command: the program and its arguments. Files among them are kept by their full path, so that a campaign can be
            opened from another folder.
        name: its name in tables.
        direction: "minimize", or "maximize" where a larger value is better.
        target: a value that is good enough; nothing is gained beyond it.
        window: the lowest and the highest value wanted, instead of direction and target.
        unit: of the value, in words.
        scale: "log" where values are compared as log10, such as concentrations; then all of them are above 0.
        timeout: seconds for the answers to one batch, a start included.
        batch: molecules sent together, at most.
        folder: where it runs, and where files of the command lie; the present folder by default.
        expensive: False for a program so fast that every candidate may be sent to it; else a surrogate chooses.

    Raises:
        ConflictingSettingsError: an argument that makes no sense; says which.
    """

    kind = "command"

    def __init__(
        self,
        command: Sequence[str],
        *,
        name: str = "command",
        direction: Literal["minimize", "maximize"] = "minimize",
        target: float | None = None,
        window: Sequence[float] | None = None,
        unit: str = "",
        scale: Literal["linear", "log"] = "linear",
        timeout: float = 60.0,
        batch: int = 64,
        folder: str | Path | None = None,
        expensive: bool = True,
    ) -> None:
        if isinstance(command, str) or not command or not all(isinstance(part, str) for part in command):
            raise ConflictingSettingsError('command is a list of texts, such as ["python", "predict.py"]')
        if not command[0] or any("\0" in part for part in command):
            raise ConflictingSettingsError("command holds an empty program or a NUL character")
        try:
            super().__init__(name, Scale(name, direction, target, window, unit, scale), timeout, batch, expensive)
        except ValueError as error:
            raise ConflictingSettingsError(f"the term {name!r}: {error}") from None
        self.folder = str(Path(folder or ".").expanduser().absolute())
        self.command = tuple(_in_full(part, self.folder) for part in command)
        by_hand = shorten(shlex.join(self.command), 200)
        # As they are in full: from these a run folder makes the loss again.
        whole = {"timeout": self.timeout, "batch": self.batch, "folder": self.folder}
        self.given = (), {key: value for key, value in self.spec().items() if key != "loss"} | whole
        self.advice = f"Try it by hand: echo '{_EXAMPLE}' | {by_hand}"

    def _begin(self) -> None:
        super()._begin()
        self._child: Child | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in super().__getstate__().items() if key != "_child"}

    def spec(self) -> dict[str, Any]:
        """Command, and what `AskedLoss` tells."""
        return {**super().spec(), "command": list(self.command)}

    def _ask(self, questions: Sequence[Question]) -> list[dict[str, Any]]:
        try:
            return self._exchanged(self._running(), written(questions))
        except BaseException:  # Ctrl-C too: an answer that comes late must not be taken for the next one
            self.close()
            raise

    def _exchanged(self, child: Child, lines: Sequence[bytes]) -> list[dict[str, Any]]:
        answers = child.ask(lines, self.timeout)
        if not identified(answers):
            # The next line may belong to this batch: then each answer would be taken for the next molecule's.
            if other := [one for one in answers if not {"value", "error"} & one.keys()]:
                raise NoAnswer(f"it wrote {shorten(repr(other[0]))}, which is no answer: no value is there")
            if child.unasked(_SETTLE if child.asked <= _PROBATION else 0.0):
                raise NoAnswer("it wrote more than one line for each molecule")
        return answers

    def _running(self) -> Child:
        if self._child is None or not self._child.usable:
            self.close()
            self._child = Child(self.command, self.folder)
        return self._child

    def close(self) -> None:
        """End the program; the next measurement starts it again."""
        with self._lock:
            if self._child is not None:
                self._child.end()
            self._child = None


def _in_full(part: str, folder: str) -> str:
    """An argument; where it names a file of the folder, by its full path."""
    try:
        path = Path(folder, part)
        named = (len(Path(part).parts) > 1 or bool(path.suffix)) and path.is_file()
    except (OSError, ValueError):  # a program given as text is no name that a file could have
        return part
    return str(path) if named else part
