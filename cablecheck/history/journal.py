"""The journal: a history that is written as it happens."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from cablecheck.errors import BadInputError
from cablecheck.history.event import Event
from cablecheck.history.lines import encode


class Journal:
    """Appends events to a new file, each handed to the operating system before `write` returns.

    So a kill -9 of the run costs at most the line that was being written. There is no fsync: that would guard against a
    power cut, and would make every event wait for a disk. The file must be new, for two runs in one history prove nothing.
    """

    def __init__(self, path: Path) -> None:
        """Raises BadInputError if the file is there already or can't be made."""
        self.path = path
        try:
            self._file = path.open("xb", buffering=0)
        except OSError as error:
            raise _unwritable(path, error) from error

    def write(self, event: Event) -> None:
        """Raises BadInputError when the disk is full."""
        rest = memoryview(encode(event))
        try:
            while rest:
                rest = rest[self._file.write(rest) or 0 :]
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def close(self) -> None:
        """Close the file; a second time is nothing."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _unwritable(path: Path, error: OSError) -> BadInputError:
    fact = (error.strerror or str(error)).lower()
    return BadInputError(f"{path}: the history can't be written: {fact}; choose another --report-dir")
