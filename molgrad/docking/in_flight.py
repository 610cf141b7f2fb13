"""Which rows wait for which dock, so that equal requests are docked once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

from molgrad.docking.request import DockRequest
from molgrad.docking.result import DockResult

KEPT = 10_000  # results kept for equal molecules further down a list; about 10 KB each


@dataclass
class InFlight:
    """Which rows wait for which dock, and recent results: equal requests are docked once."""

    listeners: dict[DockRequest, list[tuple[int, str]]] = field(default_factory=dict)
    results: OrderedDict[DockRequest, DockResult] = field(default_factory=OrderedDict)

    def joined(self, request: DockRequest, index: int, note: str) -> DockResult | None:
        """The result if it is known; else the row waits for it, and `is_new` tells whether it is the first."""
        if request in self.results:
            return self.results[request].with_note(note)
        self.listeners.setdefault(request, []).append((index, note))
        return None

    def is_new(self, request: DockRequest) -> bool:
        """Whether one row alone waits for the request, so that it is not docked yet."""
        return len(self.listeners[request]) == 1

    def finished(self, request: DockRequest, result: DockResult) -> Iterator[tuple[int, DockResult]]:
        """The rows that waited for a dock, with its result."""
        self.results[request] = result
        if len(self.results) > KEPT:
            self.results.popitem(last=False)
        for index, note in self.listeners.pop(request):
            yield index, result.with_note(note)
