"""What a command wrote, kept in a file: all of it where it fits, else its beginning and its end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

# A log of this size still opens in any editor; what a command says last is mostly why it failed.
HEAD_BYTES = 1_000_000
TAIL_BYTES = 1_000_000
LONGEST_WORDS = 200


_LONGEST_LINE = 65_536


class CommandLog:
    """The beginning is written as it comes, so that a run that is killed leaves it; the end when the log is closed.

    That the file can't be written ends no run: what a command says is no evidence of anything. Every line goes through `mask` before it
    is written, for a command that knows a secret may say it; only one that is broken over 64 KiB of a single line is not seen.
    """

    def __init__(
        self,
        path: Path,
        *,
        mask: Callable[[str], str] | None = None,
        head: int = HEAD_BYTES,
        tail: int = TAIL_BYTES,
    ) -> None:
        self.path = path
        self.wrote = 0
        self._mask = mask
        self._line = b""  # the last one, as long as it is not whole
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
        lines, newline, rest = (self._line + data).rpartition(b"\n")
        self._line = rest
        self._keep_masked(lines + newline)
        if len(self._line) > _LONGEST_LINE:
            self._end_line()

    def _end_line(self) -> None:
        line, self._line = self._line, b""
        self._keep_masked(line)

    def _keep_masked(self, data: bytes) -> None:
        assert self._mask is not None, "who masks nothing keeps everything as it comes"
        text = self._mask(data.decode("utf-8", "surrogateescape"))
        self._keep(text.encode("utf-8", "surrogateescape"))

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
        if self._line:
            self._end_line()
        lines = self._end.decode("utf-8", "replace").splitlines()
        said = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return said if len(said) <= LONGEST_WORDS else f"{said[: LONGEST_WORDS - 3]}..."

    def close(self) -> None:
        """Write what was kept of the end; a second time is nothing."""
        if self._line:
            self._end_line()
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
