"""How long `import molgrad` and `molgrad --help` take, each as a whole process beside a bare interpreter.

python benchmarks/startup.py [runs]
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time

GOALS = {"import molgrad": 0.3, "molgrad --help": 0.7}  # seconds


def seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "import molgrad": [sys.executable, "-c", "import molgrad"],
        "molgrad --help": [shutil.which("molgrad") or "molgrad", "--help"],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for run in range(runs + 1):  # in turn, so that a slow spell hits all of them; the first round is a warm-up
        for name, command in commands.items():
            taken = seconds(command)
            if run:
                times[name].append(taken)
    print(f"{'command':16} {'min':>7} {'median':>7} {'max':>7}   goal   ({runs} runs, seconds)")
    for name, taken in times.items():
        goal = f"< {GOALS[name]}" if name in GOALS else ""
        print(f"{name:16} {min(taken):7.3f} {statistics.median(taken):7.3f} {max(taken):7.3f}   {goal}")


if __name__ == "__main__":
    main()
