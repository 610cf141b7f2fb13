"""Images as bytes: read from a file or an address, and put into a message between texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from molgrad.programs.image import MAX_IMAGE, ImageVariable

_PATIENCE = 30.0  # seconds

Content = str | Sequence[str | bytes]  # what an engine is given: a text, or texts and images in order


def read_image(path: str) -> bytes:
    """The bytes of an image, no more than just beyond what a model takes.

    Raises:
        OSError: there is no such file, or the address does not answer.
    """
    if urlsplit(path).scheme in ("http", "https"):
        asked = Request(path, headers={"User-Agent": "molgrad"})  # noqa: S310 - the scheme was looked at
        with urlopen(asked, timeout=_PATIENCE) as answer:  # noqa: S310
            return bytes(answer.read(MAX_IMAGE + 1))
    return Path(path).read_bytes()


def parts_of(content: Content) -> str | list[Mapping[str, Any]]:
    """The content of a chat message.

    Args:
        content: a text, which stays as it is, or a list of texts and images, which become OpenAI's parts.

    Raises:
        InputFileError: bytes that are no image, or too many.
        TypeError: something that is neither text nor bytes.
    """
    if isinstance(content, str):
        return content
    parts: list[Mapping[str, Any]] = []
    for item in content:
        if isinstance(item, bytes):
            parts += ImageVariable(item).content  # type: ignore[arg-type]  # an image's content is never a text
        elif isinstance(item, str):
            parts.append({"type": "text", "text": item})
        else:
            raise TypeError(f"a message is made of texts and images, not of {type(item).__name__}")
    return parts
