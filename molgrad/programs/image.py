"""Images as inputs of model calls: checked bytes that travel in the message and are never rewritten."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from molgrad.autograd.variable import Variable
from molgrad.errors import InputFileError
from molgrad.llm.types import Content

MAX_IMAGE = 8_000_000  # bytes; what endpoints take in one data URI lies between 4 and 20 MB
_MAGIC = {  # media type -> (offset, bytes) that every such file has
    "image/png": ((0, b"\x89PNG\r\n\x1a\n"),),
    "image/jpeg": ((0, b"\xff\xd8\xff"),),
    "image/gif": ((0, b"GIF8"),),
    "image/webp": ((0, b"RIFF"), (8, b"WEBP")),
}


class ImageVariable(Variable):
    """A picture beside texts: an input of a model call, frozen, with its size and hash as its value.

    Args:
        data: the file's bytes: PNG, JPEG, WebP or GIF, at most 8 MB.
        media_type: "image/png" and so on; read off the bytes by default.
        role_description: what the picture shows or is for.

    Raises:
        InputFileError: empty, too large, none of the four formats, or not what `media_type` says.
        TypeError: not bytes; read the file first.
    """

    def __init__(self, data: bytes, media_type: str | None = None, *, role_description: str = "image") -> None:
        if not isinstance(data, bytes | bytearray):
            raise TypeError(f"an image is given as bytes (Path(...).read_bytes()), not {type(data).__name__}")
        self.data = bytes(data)
        self.media_type = _checked(self.data, media_type)
        mark = hashlib.sha256(self.data).hexdigest()[:12]
        shown = f"[{self.media_type}, {len(self.data)} bytes, sha256 {mark}]"
        super().__init__(shown, role_description=role_description, requires_grad=False)

    @property
    def content(self) -> Content:
        """The picture as a part of a message, in a data URI."""
        encoded = base64.b64encode(self.data).decode("ascii")
        return [{"type": "image_url", "image_url": {"url": f"data:{self.media_type};base64,{encoded}"}}]


def joined(contents: Sequence[Content]) -> Content:
    """Several contents of a message as one: a text where all are texts, else their parts in order."""
    texts = [content for content in contents if isinstance(content, str)]
    if len(texts) == len(contents):
        return "\n".join(texts)
    parts: list[Mapping[str, Any]] = []
    for content in contents:
        parts += [{"type": "text", "text": content}] if isinstance(content, str) else content
    return parts


def _checked(data: bytes, media_type: str | None) -> str:
    if not data:
        raise InputFileError("the image is empty")
    if len(data) > MAX_IMAGE:
        raise InputFileError(f"the image has {len(data):,} bytes, more than {MAX_IMAGE:,}; make it smaller")
    if media_type is not None and media_type not in _MAGIC:
        raise InputFileError(f"{media_type!r} is no image type that models take: {', '.join(_MAGIC)}")
    found = next((t for t, marks in _MAGIC.items() if all(data[at : at + len(m)] == m for at, m in marks)), None)
    if found is None:
        raise InputFileError(f"the bytes are none of {', '.join(_MAGIC)}")
    if media_type not in (None, found):
        raise InputFileError(f"the image is said to be {media_type} and is {found}")
    return found
