"""A run on disk, written as it goes."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import GenericAlias
from typing import Any, Literal, TypeVar, get_args, get_origin

import msgspec

from cablecheck.errors import BadInputError
from cablecheck.history.event import Event
from cablecheck.history.journal import Journal
from cablecheck.history.whole_file import write_whole

T = TypeVar("T")
_STAMP = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z-")


def began_at(folder: Path) -> str | None:
    """When the run began by the name of its folder, `2026-11-22T09:41:00` in UTC; None for a folder that was renamed."""
    stamp = _STAMP.match(folder.name)
    return "{}-{}-{}T{}:{}:{}".format(*stamp.groups()) if stamp else None


class RunFolder:
    """`<UTC time>-<scenario>-<short id>` under the report folder. A run that is killed leaves what it had written."""

    def __init__(
        self,
        report_dir: Path,
        scenario: str,
        text: str,
        *,
        utc: str,
        run: str,
        target: str | None = None,
        mask: Callable[[str], str] | None = None,
    ) -> None:
        """Make it, for the scenario of this name and text; `target` is the target file. Raises BadInputError.

        Every text that is written goes through `mask`, and what is judged is what was written.
        """
        stamp = utc.replace("-", "").replace(":", "")
        self.path = report_dir / f"{stamp}-{scenario}-{run}"
        try:
            self.path.mkdir(parents=True)
        except OSError as error:
            raise BadInputError(
                f"{self.path}: can't be made ({error.strerror}); choose another place with --report-dir"
            ) from error
        self._mask = mask
        self.put("scenario.yaml", (text if mask is None else mask(text)).encode())
        if target is not None:
            self.put("target.toml", target.encode())
        self._journal = Journal(self.path / "history.jsonl")
        self.events: list[Event] = []

    def write(self, event: Event) -> None:
        """Add one event to history.jsonl, at once."""
        if self._mask is not None:
            event = masked(event, self._mask)
        self.events.append(event)
        self._journal.write(event)

    def put(self, name: str, content: bytes) -> None:
        """Write one of the other files: whole, or not at all. Raises BadInputError when the disk is full."""
        try:
            write_whole(self.path / name, content)
        except OSError as error:
            fact = (error.strerror or str(error)).lower()
            raise BadInputError(
                f"{self.path / name}: can't be written: {fact}; choose another --report-dir"
            ) from error

    def close(self) -> None:
        """The history is complete."""
        self._journal.close()


def masked(value: T, mask: Callable[[str], str]) -> T:
    """The same event, or truth, with every text in it masked that others may have said; words of ours stay what they are.

    Its JSON can't be masked safely: an escape may run into a secret.
    """
    kind: Any = type(value)
    changed = {name: _masked(getattr(value, name), mask) for name in _texts_of(kind)}
    return msgspec.structs.replace(value, **changed)  # type: ignore[type-var]


@cache
def _texts_of(kind: type[Any]) -> tuple[str, ...]:
    """The fields that may hold a text of any kind, alone or in a list; not those that hold one of a few words."""
    return tuple(field.name for field in msgspec.structs.fields(kind) if _may_be_text(field.type))


def _may_be_text(kind: Any) -> bool:  # noqa: ANN401 - a type
    if isinstance(kind, type) and not isinstance(kind, GenericAlias):
        return issubclass(kind, str | msgspec.Struct)
    return any(_may_be_text(part) for part in get_args(kind) if get_origin(kind) is not Literal)


def _masked(value: object, mask: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, msgspec.Struct):
        return masked(value, mask)
    return tuple(_masked(each, mask) for each in value) if isinstance(value, tuple) else value
