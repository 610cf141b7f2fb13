"""Keys kept out of what HTTP libraries log: an endpoint may send a key back in a header or a status line."""

from __future__ import annotations

import logging

from molgrad.llm.endpoint import Secret

_LOGGERS = tuple(
    f"{library}{part}"
    for library, parts in {
        "httpx": ("",),
        "httpx2": ("",),
        "httpcore": ("", ".connection", ".http11", ".http2", ".proxy", ".socks"),
        "httpcore2": ("", ".connection", ".http11", ".http2", ".proxy", ".socks"),
        "openai": ("", "._base_client", "._response", "._legacy_response"),
    }.items()
    for part in parts
)


class _Scrubber(logging.Filter):
    """Takes known keys out of each record."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: dict[str, Secret] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        words = record.getMessage()
        shown = words
        for key in tuple(self.keys.values()):
            shown = key.scrub(shown)
        if shown != words:
            record.msg, record.args = shown, None
        return True


_SCRUBBER = _Scrubber()


def keep_out_of_logs(key: Secret) -> None:
    """Take a key out of whatever the HTTP libraries log from now on.

    Args:
        key: the key.
    """
    _SCRUBBER.keys[key.reveal()] = key
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_SCRUBBER)  # once: a filter that is there is not added again
