"""Text of files that other programs and systems wrote."""

from __future__ import annotations

UTF16 = (b"\xff\xfe", b"\xfe\xff")


def decoded(data: bytes) -> str:
    """Text with plain line ends: UTF-8 or UTF-16 by their marks, else UTF-8, else Latin-1, which never fails.

    Args:
        data: contents of a file.
    """
    if data[:2] in UTF16:
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")
