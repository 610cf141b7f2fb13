"""BIG-Bench Hard: reasoning questions with short answers, read from a file or fetched once.

Suzgun et al., Challenging BIG-Bench tasks and whether chain-of-thought can solve them, 2022 (MIT licence).
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import molgrad.autograd.variable as core
from molgrad.compat.textgrad.tasks.base import Dataset
from molgrad.errors import InputFileError, shorten
from molgrad.fetching import fetched

SOURCE = "https://raw.githubusercontent.com/suzgunmirac/BIG-Bench-Hard/main/bbh/"
_SPLITS = {"train": slice(0, 50), "val": slice(50, 150), "test": slice(150, None)}  # as TextGrad has them
_LARGEST = 10_000_000  # bytes; the largest task has a fiftieth of that
_DESCRIPTION = (
    "Answer a question that needs reasoning, step by step. End with a line of the form: 'Answer: $VALUE', where VALUE "
    "is a number."
)


class BigBenchHard(Dataset):
    """One task of BIG-Bench Hard.

    Args:
        task_name: such as "object_counting".
        root: the folder that holds, or will hold, `task_name.json`; TextGrad's own in the user's folder for caches.
        split: "train" (50 questions), "val" (100) or "test" (the rest).

    Raises:
        ValueError: another split, or a name that is none.
        InputFileError: there is no such file and it cannot be fetched, or it does not hold questions.
    """

    def __init__(self, task_name: str, root: str | None = None, split: str = "train") -> None:
        base = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
        path = Path(root or base / "textgrad") / f"{task_name}.json"
        if split not in _SPLITS:
            raise ValueError(f"a split is one of {', '.join(_SPLITS)}, not {split!r}")
        if not re.fullmatch(r"[a-z0-9_]+", task_name):  # it becomes a path and an address
            raise ValueError(f"{shorten(task_name)!r} is no name of a task")
        try:
            examples = json.loads(_text(path))["examples"]
            self._pairs = [(str(e["input"]), str(e["target"])) for e in examples][_SPLITS[split]]
        except OSError as error:
            raise InputFileError(
                f"{path} is missing and cannot be fetched ({error}); put {SOURCE}{path.name} there"
            ) from error
        except (ValueError, KeyError, TypeError) as error:
            raise InputFileError(f"{path} does not hold the questions of a BIG-Bench Hard task") from error

    def get_task_description(self) -> str:
        """A system prompt to start from."""
        return _DESCRIPTION

    get_default_task_instruction = get_task_description

    def __getitem__(self, index: int) -> tuple[str, str]:
        return self._pairs[index]

    def __len__(self) -> int:
        return len(self._pairs)


def _text(path: Path) -> str:
    if not path.is_file():
        text = fetched(SOURCE + path.name, _LARGEST)
        if len(text) > _LARGEST:
            raise ValueError(f"{SOURCE}{path.name} is larger than any task")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    return path.read_text(encoding="utf-8")


def parse_integer_answer(answer: str, only_first_line: bool = False) -> int:
    """The last number in an answer, without its decimals; 0 where there is none."""
    text = answer.strip().split("\n")[0] if only_first_line else answer
    words = [word for word in text.split() if any(c.isdigit() for c in word)]
    digits = re.sub(r"\D", "", words[-1].split(".")[0]) if words else ""
    return int(digits or 0)


def string_based_equality_fn(prediction: core.Variable, ground_truth_answer: core.Variable) -> int:
    """1 where the last numbers of both texts agree, else 0."""
    return int(parse_integer_answer(str(prediction)) == parse_integer_answer(str(ground_truth_answer)))
