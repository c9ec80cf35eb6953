"""What a command wrote, kept in a file: all of it where it fits, else its beginning and its end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

# A log of this size still opens in any editor; what a command says last is mostly why it failed.
HEAD_BYTES = 1_000_000
TAIL_BYTES = 1_000_000
LONGEST_WORDS = 200
LONGEST_LINE = 65_536


class CommandLog:
    """The beginning is written as it comes, so that a run that is killed leaves it; the end when the log is closed.

    That the file can't be written ends no run: what a command says is no evidence of anything.
    """

    def __init__(
        self,
        path: Path,
        *,
        head: int = HEAD_BYTES,
        tail: int = TAIL_BYTES,
        mask: Callable[[str], str] | None = None,
    ) -> None:
        """What is written goes through `mask`, line by line."""
        self.path = path
        self._mask = mask
        self._line = b""  # what was written of a line that is to be masked, and has no end yet
        self.wrote = 0
        self._left = head  # what still fits at the beginning
        self._most_tail = tail
        self._tail = bytearray()
        self._end = b""
        self._left_out = 0
        self._append(b"")

    def take(self, data: bytes) -> None:
        """The command wrote this."""
        self.wrote += len(data)
        if self._mask is None:
            self._keep(data)
            return
        lines, end, rest = (self._line + data).rpartition(b"\n")
        if len(rest) > LONGEST_LINE:
            lines, end, rest = lines + end + rest, b"", b""
        self._line = rest
        self._keep(_masked(lines + end, self._mask))

    def _keep(self, data: bytes) -> None:
        self._end = (self._end + data)[-4 * LONGEST_WORDS :]
        head, rest = data[: self._left], data[self._left :]
        self._left -= len(head)
        self._append(head)
        self._tail += rest
        if len(self._tail) > 2 * self._most_tail:
            self._shorten()

    def last_words(self) -> str:
        """Its last line that says anything; what is no UTF-8 in it is replaced."""
        lines = self._end.decode("utf-8", "replace").splitlines()
        said = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return said if len(said) <= LONGEST_WORDS else f"{said[: LONGEST_WORDS - 3]}..."

    def close(self) -> None:
        """Write what was kept of the end; a second time is nothing."""
        if self._mask is not None:
            self._keep(_masked(self._line, self._mask))
            self._line = b""
        self._shorten()
        if self._left_out:
            self._append(f"\n[{self._left_out} bytes are left out here]\n".encode())
        self._append(bytes(self._tail))
        self._tail.clear()
        self._left_out = 0

    def _shorten(self) -> None:
        more = max(0, len(self._tail) - self._most_tail)
        self._left_out += more
        del self._tail[:more]

    def _append(self, data: bytes) -> None:
        try:
            with self.path.open("ab") as file:
                file.write(data)
        except OSError:
            return


def _masked(data: bytes, mask: Callable[[str], str]) -> bytes:
    """Whatever the bytes are, they stay what they are, but for what is masked."""
    return mask(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
