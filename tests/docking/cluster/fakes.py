"""A cluster whose workers answer what a test says."""

from __future__ import annotations

import json
from typing import Any, cast

from molgrad.docking.cluster.connection import Connection, Task
from molgrad.docking.cluster.executor import ClusterExecutor
from molgrad.docking.cluster.opening import OfThisMachine


class Scripted:
    """A connection that sends nothing: each task is answered with the next answer."""

    alive, threads = True, 1

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.answers = list(answers)
        self.sent: list[tuple[Any, ...]] = []

    def submit(self, task: Task) -> None:
        self.sent.append(task.arguments)
        task.answer(json.dumps(self.answers.pop(0)))


class Answering(ClusterExecutor):
    """Docks by these answers of workers."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        super().__init__(OfThisMachine(1))
        self.scripted = Scripted(*answers)
        self._connection = cast("Connection", self.scripted)
