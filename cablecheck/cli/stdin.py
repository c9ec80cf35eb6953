"""Standard input, read by a thread of its own.

It may be a terminal that has to stay as it is, so it is not made non-blocking; the thread may be left behind waiting.
"""

from __future__ import annotations

import os

_CHUNK = 65536


def read_some() -> bytes:
    """What comes next, b"" at the end. Closed from the beginning, or a terminal that hung up, is the end too."""
    try:
        return os.read(0, _CHUNK)
    except OSError:
        return b""


def read_to_the_end() -> None:
    """Read and forget everything, to the end."""
    while read_some():
        pass
