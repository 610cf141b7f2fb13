"""TextGrad 0.1.8's faults, each run on TextGrad and on molgrad under TextGrad's names, side by side.

python benchmarks/textgrad_faults.py [--textgrad-python PATH]

The programs are in textgrad_probes.py and are the same for both packages; what they print was seen, not assumed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
OURS = "molgrad.compat.textgrad"
THEIRS = "textgrad"
HOW = (
    "textgrad cannot be imported by {python}; install it there, or in an environment of its own:\n"
    "    python -m pip install textgrad==0.1.8\n"
    "    python benchmarks/textgrad_faults.py --textgrad-python PATH/TO/THAT/python"
)
WIDTHS = (4, 34, 40, 40)


def importable(python: str) -> bool:
    check = "import importlib.util, sys; sys.exit(importlib.util.find_spec('textgrad') is None)"
    return subprocess.run([python, "-c", check], check=False).returncode == 0


def probed(python: str, module: str) -> dict[str, dict[str, Any]]:
    """What each probe saw, by its number; in a process and a folder of its own."""
    with tempfile.TemporaryDirectory() as room:
        work, cache = Path(room, "work"), Path(room, "cache")
        work.mkdir()
        env = {
            **os.environ,
            "PYTHONPATH": str(HERE.parent),  # the loopback server of the tests
            "PYTHONDONTWRITEBYTECODE": "1",
            "XDG_CACHE_HOME": str(cache),
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # or importing textgrad asks the network
        }
        for name in ("PYTHONHASHSEED", "OPENAI_BASE_URL", "TEXTGRAD_LOG_DIR"):
            env.pop(name, None)
        command = [python, str(HERE / "textgrad_probes.py"), module]
        done = subprocess.run(command, cwd=work, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"the probes of {module} ended with:\n{done.stderr}")
    seen = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {("lack " if "lack" in entry else "") + entry["number"]: entry for entry in seen}


def row(*cells: str) -> str:
    """The cells beside each other, each wrapped to its width."""
    wrapped = [textwrap.wrap(cell, width) or [""] for cell, width in zip(cells, WIDTHS, strict=True)]
    height = max(map(len, wrapped))
    lines = [[cell[i] if i < len(cell) else "" for cell in wrapped] for i in range(height)]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(line, WIDTHS, strict=True)).rstrip() for line in lines)


def shown(entry: dict[str, Any] | None) -> str:
    return "not installed" if entry is None else ("ok: " if entry["good"] else "FAULT: ") + entry["seen"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--textgrad-python", default=sys.executable, help="a Python that has textgrad installed")
    chosen = parser.parse_args().textgrad_python
    there = importable(chosen)
    theirs = probed(chosen, THEIRS) if there else {}
    ours = probed(sys.executable, OURS)
    print(row("", "fault", "TextGrad 0.1.8", "molgrad"))
    print(row(*("-" * width for width in WIDTHS)))
    defects = [number for number in ours if not number.startswith("lack")]
    for number in defects:
        print(row(number, ours[number]["fault"], shown(theirs.get(number)), shown(ours[number])))
    good = {name: sum(side[n]["good"] for n in defects if n in side) for name, side in (("t", theirs), ("m", ours))}
    print(f"\nwithout fault: TextGrad {good['t'] if there else '-'}, molgrad {good['m']}, of {len(defects)}")
    print("\nwhat is lacking rather than wrong (there: TextGrad / molgrad)")
    for number, entry in ours.items():
        if number.startswith("lack"):
            has = ["-" if side is None else "yes" if side["good"] else "no" for side in (theirs.get(number), entry)]
            print(f"  {entry['number']:>3}  {entry['lack']}: {' / '.join(has)}")
    if not there:
        print("\n" + HOW.format(python=chosen), file=sys.stderr)
        return 2
    return int(good["m"] < len(defects))


if __name__ == "__main__":
    sys.exit(main())
