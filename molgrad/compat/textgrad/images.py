"""Images as bytes: read from a file or an address, told apart by their first bytes, put into a message."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

_SIGNATURES = {b"\xff\xd8\xff": "jpeg", b"\x89PNG\r\n\x1a\n": "png", b"GIF8": "gif", b"RIFF": "webp"}
_LARGEST = 20_000_000  # bytes; OpenAI's limit for one image
_PATIENCE = 30.0  # seconds

Content = str | Sequence[str | bytes]


def read_image(path: str) -> bytes:
    """The bytes of a file or of an http(s) address.

    Raises:
        OSError: there is no such file, or the address does not answer.
        ValueError: the image is larger than an endpoint takes.
    """
    if urlsplit(path).scheme in ("http", "https"):
        with urlopen(path, timeout=_PATIENCE) as answer:  # noqa: S310 - the scheme was looked at
            data = bytes(answer.read(_LARGEST + 1))
    else:
        data = Path(path).read_bytes()
    if len(data) > _LARGEST:
        raise ValueError(f"the image {path} has more than {_LARGEST:,} bytes")
    return data


def image_kind(data: bytes) -> str:
    """`jpeg`, `png`, `gif` or `webp`; ValueError for anything else."""
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            return kind
    raise ValueError("these bytes are no image of a known kind (JPEG, PNG, GIF or WebP)")


def parts_of(content: Content) -> str | list[dict[str, Any]]:
    """The content of a chat message: a text as it is, a list of texts and images as OpenAI's parts."""
    if isinstance(content, str):
        return content
    parts: list[dict[str, Any]] = []
    for item in content:
        if isinstance(item, bytes):
            data = base64.b64encode(item).decode()
            parts.append({"type": "image_url", "image_url": {"url": f"data:image/{image_kind(item)};base64,{data}"}})
        elif isinstance(item, str):
            parts.append({"type": "text", "text": item})
        else:
            raise TypeError(f"a message is made of texts and images, not of {type(item).__name__}")
    return parts
