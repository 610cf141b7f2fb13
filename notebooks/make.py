"""Runs the notebooks and saves them with their outputs: `python -m notebooks.make [--replay] [02 05 ...]`.

Docks are made, and kept in `notebooks/docks`, one small file a notebook. With `--replay`, as in the tests, they are
played back from there and none is made.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbclient
import nbformat

from molgrad.docking.replay import read_docks

HOME = Path(__file__).parent
SEEDED = {"PYTHONHASHSEED": "0", "MOLGRAD_RECEPTORS": "receptors", "MOLGRAD_LLM_CACHE": "off", "NO_COLOR": "1"}

WARNED = re.compile(r"^/\S+\.py:\d+: \w*Warning: (.*)\n(?:  .*\n)?", re.MULTILINE)  # its place in a file of the kernel


def notebooks(wanted: Sequence[str] = ()) -> list[Path]:
    """The notebooks whose names begin with one of these; all when none is named."""
    return [path for path in sorted(HOME.glob("[0-9][0-9]_*.ipynb")) if path.name.startswith(tuple(wanted) or "")]


def docks_of(path: Path) -> Path:
    """The file of the docks of a notebook."""
    return HOME / "docks" / f"{path.name[:2]}.jsonl.gz"


def execute(path: Path, executor: str, folder: Path) -> Any:
    """The notebook with new outputs, run in a folder that holds what notebooks read.

    Args:
        path: the notebook.
        executor: where docks run, as MOLGRAD_EXECUTOR.
        folder: an empty folder; what the notebook writes is left in it.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed.
    """
    notebook = nbformat.read(path, as_version=4)
    shutil.copytree(HOME / "data", folder / "data")
    settings = {**SEEDED, "MOLGRAD_CACHE": str(folder / "docks.db"), "MOLGRAD_EXECUTOR": executor}
    with _environment(settings):
        nbclient.NotebookClient(
            notebook,
            timeout=600,
            kernel_name="python3",
            resources={"metadata": {"path": str(folder)}},
            record_timing=False,
        ).execute()
    return notebook


@contextmanager
def _environment(settings: dict[str, str]) -> Iterator[None]:
    before = os.environ.copy()
    os.environ.update(settings)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def keep_docks(recorded: Path, kept: Path) -> None:
    """Pack the docks that were recorded; the same docks give the same bytes but for their seconds."""
    found = {one["key"]: one["result"] for one in read_docks(recorded)} if recorded.is_file() else {}
    lines = "".join(f"{json.dumps({'key': key, 'result': found[key]})}\n" for key in sorted(found))
    kept.parent.mkdir(exist_ok=True)
    if found:
        kept.write_bytes(gzip.compress(lines.encode(), mtime=0))
    else:
        kept.unlink(missing_ok=True)


def clean(notebook: Any) -> None:
    """Take out what differs between machines and says nothing."""
    notebook.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    for number, cell in enumerate(notebook.cells):
        cell.metadata = {}
        cell.id = f"cell-{number:02d}"
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                output.text = WARNED.sub("\\1\n", output.text)


def make(path: Path, *, replay: bool) -> None:
    """Run a notebook and save it, with its docks when they were made."""
    with tempfile.TemporaryDirectory() as room:
        folder, kept, recorded = Path(room), docks_of(path), Path(room) / "docks.jsonl"
        notebook = execute(path, f"replay:{kept}" if replay else f"record:{recorded}", folder)
        if not replay:
            keep_docks(recorded, kept)
    clean(notebook)
    nbformat.write(notebook, path)


def main() -> None:
    """Make the notebooks that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wanted", nargs="*", help="beginnings of names, such as 02; all when none is given")
    parser.add_argument("--replay", action="store_true", help="play the kept docks back instead of docking")
    arguments = parser.parse_args()
    for path in notebooks(arguments.wanted):
        began = time.monotonic()
        make(path, replay=arguments.replay)
        print(f"{path.name}: {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
