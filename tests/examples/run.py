"""The examples as a user starts them: a process of its own, and nothing of ours in its environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(name: str, *arguments: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
    """What an example printed and how it ended; it has a minute, or as long as is said."""
    hidden = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "MOLGRAD_API_KEY")
    env = {key: value for key, value in os.environ.items() if key not in hidden}
    return subprocess.run(
        [sys.executable, str(EXAMPLES / name), *arguments], env=env, capture_output=True, text=True, timeout=seconds
    )
