"""A history as lines: one JSON object an event, and back.

A history that was cut short by a kill -9 ends in the middle of a line. That line is dropped and the reading says so; whatever
else is wrong with a history is an error with its place, because a verdict over half a history would be a guess.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

import msgspec

from cablecheck.errors import BadInputError
from cablecheck.history.event import Event

_MOST_FINDINGS = 20
_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


class Reading(msgspec.Struct, frozen=True):
    """What was read. `torn` says which last line was dropped because it broke off, and is None for a whole history."""

    events: tuple[Event, ...]
    torn: str | None = None


def encode(event: Event) -> bytes:
    """One line of JSON in ASCII, its newline included, so that no byte of it can move the cursor of who looks at the file.

    A lone surrogate, which JSON from a target may hold, survives.
    """
    try:
        line = _encoder.encode(event) + b"\n"
    except UnicodeEncodeError:
        line = b"\x7f"
    if line.isascii() and b"\x7f" not in line:
        return line
    text = json.dumps(msgspec.to_builtins(event), separators=(",", ":"))
    return text.replace("\x7f", "\\u007f").encode("ascii") + b"\n"


def decode(line: bytes) -> Event:
    """The event of one line. Raises msgspec.ValidationError for no event of ours, ValueError for no JSON."""
    try:
        return _decoder.decode(line)
    except ValueError:
        event: Event = msgspec.convert(json.loads(line), Event)
        return event


def read_events(lines: Iterable[bytes], place: str = "history.jsonl") -> Reading:
    """Read a whole history; `place` is the name that errors give it.

    Raises BadInputError with every damaged line and every event of a kind that this version doesn't know.
    """
    events: list[Event] = []
    findings: list[str] = []
    broken: str | None = None  # the line before this one was no JSON: fine if it was the last
    for number, line in enumerate(lines, start=1):
        if broken is not None:
            findings.append(broken)
            broken = None
        if len(findings) >= _MOST_FINDINGS:
            break
        try:
            events.append(_decoder.decode(line))
        except (ValueError, RecursionError):
            broken = _second_look(line, f"{place}:{number}", events, findings)
    if findings:
        raise BadInputError(*findings)
    return Reading(tuple(events), broken and f"{broken.partition(';')[0]}: it was dropped")


def _second_look(line: bytes, place: str, events: list[Event], findings: list[str]) -> str | None:
    """What the fast road refused: an event after all, a finding, or (returned) a line that is no JSON."""
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        return f"{place}: the line breaks off or is no JSON; restore the file, or delete the line to judge without it"
    try:
        events.append(msgspec.convert(content, Event))
    except msgspec.ValidationError as error:
        findings.append(f"{place}: {_stranger(content, error)}")
    return None


def _stranger(content: object, error: msgspec.ValidationError) -> str:
    """Why a line of JSON is no event of ours, and the remedy."""
    kind = content.get("event") if isinstance(content, dict) else None
    if isinstance(kind, str) and kind not in _KINDS:
        return f"unknown event {kind!r}; a newer cablecheck wrote it, judge the run with that version"
    return f"no event that cablecheck knows ({error}); restore the file as the run wrote it"


_KINDS = frozenset(str(kind.__struct_config__.tag) for kind in Event.__args__)
