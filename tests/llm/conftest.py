"""No test depends on keys or addresses of the machine it runs on."""

from __future__ import annotations

import pytest

KEY = "sk-loopback-0123456789abcdefghij"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "MOLGRAD_API_KEY"):
        monkeypatch.delenv(name, raising=False)
