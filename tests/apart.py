"""A place apart for hostile code: what it mounts or leaves in memory ends with the process that runs the tests."""

from __future__ import annotations

import ctypes
import os
import sys
from functools import cache

_MOUNTS, _IPC = 0x00020000, 0x08000000
_PRIVATE = (1 << 18) | (1 << 14)


@cache
def go_apart() -> bool:
    """Give this process mounts and shared memory of its own; whether that could be done.

    Only root can, and only root could harm the machine: whoever may not make namespaces may mount nothing either.
    The kernel ends them with the process, however it ends, so that an interrupted test leaves nothing behind.
    """
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.unshare(_MOUNTS | _IPC) == 0 and libc.mount(None, b"/", None, ctypes.c_ulong(_PRIVATE), None) == 0)
