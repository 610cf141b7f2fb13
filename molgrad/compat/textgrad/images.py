"""Images as bytes: read from a file or an address, and put into a message between texts."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from molgrad.fetching import fetched
from molgrad.programs.image import MAX_IMAGE, ImageVariable

Content = str | Sequence[str | bytes]  # what an engine is given: a text, or texts and images in order
Message = str | Sequence[Mapping[str, Any]]  # the content of a chat message


def read_image(path: str) -> bytes:
    """The bytes of an image, no more than just beyond what a model takes.

    Raises:
        OSError: there is no such file, or the address does not answer.
    """
    if urlsplit(path).scheme in ("http", "https"):
        return fetched(path, MAX_IMAGE)
    with Path(path).open("rb") as file:  # a pipe or a device may have no end
        return file.read(MAX_IMAGE + 1)


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


def text_in(content: Message) -> str:
    """The texts of a message's content, one below the other.

    Args:
        content: a text, or OpenAI's parts.
    """
    return content if isinstance(content, str) else "\n".join(str(part["text"]) for part in content if "text" in part)


def pictures_in(content: Message) -> list[bytes]:
    """The images of a message's content as bytes, in order.

    Args:
        content: a text, or OpenAI's parts, in which images stand as data.
    """
    parts = [] if isinstance(content, str) else [part for part in content if part.get("type") == "image_url"]
    return [base64.b64decode(str(part["image_url"]["url"]).partition(",")[2]) for part in parts]
