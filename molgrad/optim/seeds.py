"""Seeds derived from names and numbers, so that no random number depends on what was drawn before it."""

from __future__ import annotations

import hashlib


def derive(*parts: object) -> int:
    """A 31-bit seed that depends on all parts and on nothing else."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "big") >> 1
