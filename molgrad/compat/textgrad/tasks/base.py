"""Questions with answers, one by one and in batches."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any


class Dataset(ABC):
    """Pairs of a question and its answer, by number."""

    @abstractmethod
    def __getitem__(self, index: int) -> Any:
        """The pair of this number; IndexError beyond the last."""

    @abstractmethod
    def __len__(self) -> int:
        """How many there are."""

    def get_task_description(self) -> str:
        """A system prompt to start from."""
        return ""


class DataLoader:
    """Batches of a data set: a list of questions and a list of answers each.

    Args:
        data: the pairs.
        batch_size: how many in a batch; the last one may be smaller.
        shuffle: take them in an order that `random.seed` decides.
    """

    def __init__(self, data: Dataset, batch_size: int = 32, shuffle: bool = False) -> None:
        self.data = data
        self.batch_size = batch_size
        self.shuffle = shuffle

    def __len__(self) -> int:
        return -(-len(self.data) // self.batch_size)

    def __iter__(self) -> Iterator[tuple[list[Any], list[Any]]]:
        order = list(range(len(self.data)))
        if self.shuffle:
            random.shuffle(order)
        for start in range(0, len(order), self.batch_size):
            pairs = [self.data[i] for i in order[start : start + self.batch_size]]
            yield [x for x, *_ in pairs], [y for _, y, *_ in pairs]
