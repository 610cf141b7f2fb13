"""Data sets that TextGrad's tutorials learn from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from molgrad.compat.textgrad.autograd.string_based_ops import StringBasedFunction
from molgrad.compat.textgrad.engine.base import Engine
from molgrad.compat.textgrad.loss import MultiFieldTokenParsedEvaluation
from molgrad.compat.textgrad.tasks.base import DataLoader, Dataset
from molgrad.compat.textgrad.tasks.big_bench_hard import BigBenchHard, string_based_equality_fn

__all__ = ["DataLoader", "Dataset", "load_task"]

_PURPOSE = "tells whether the last number of the prediction is that of the true answer: 1 if so, else 0"
_INSTRUCTION = (
    "Here are a question, its true answer, and a prediction with its reasoning. Is the final answer of the prediction "
    "the true one? Write 1 (yes) or 0 (no) between <ACCURACY> and </ACCURACY>."
)
_ROLES = ["Question for the task", "Ground truth answer", "Reasoning and prediction from the language model"]


def load_task(
    task_name: str, evaluation_api: Engine | str | None = None, **options: Any
) -> tuple[Dataset, Dataset, Dataset, Callable[..., Any]]:
    """Training, validation and test set of a task, and the function that judges an answer.

    Args:
        task_name: "BBH_" and a task of BIG-Bench Hard; "BBH_object_counting" is judged without a model.
        evaluation_api: who judges the other tasks.
        options: handed to the data set, such as `root`.

    Raises:
        ValueError: another task.
        InputFileError: the data set is not there and cannot be fetched.
    """
    if not task_name.startswith("BBH_"):
        raise ValueError(f"there is no task {task_name!r}; known: BBH_ and the name of a task of BIG-Bench Hard")
    name = task_name.removeprefix("BBH_")
    train, val, test = (BigBenchHard(name, split=split, **options) for split in ("train", "val", "test"))
    if name == "object_counting":
        return train, val, test, StringBasedFunction(string_based_equality_fn, _PURPOSE)
    return train, val, test, MultiFieldTokenParsedEvaluation(_INSTRUCTION, _ROLES, evaluation_api)
