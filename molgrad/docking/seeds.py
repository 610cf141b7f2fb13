"""Seeds of conformers and searches, the same on every machine and in any order of docks."""

import hashlib


def derive_seed(*parts: object) -> int:
    """A seed from 1 to 2^31 - 1 out of anything, the same on every machine (0 means "random" to Vina)."""
    digest = hashlib.sha256("\0".join(str(part) for part in parts).encode()).digest()
    return 1 + int.from_bytes(digest[:8], "big") % (2**31 - 1)
