from __future__ import annotations

import json

import pytest
from hypothesis import given

from cablecheck.errors import BadInputError
from cablecheck.history import Event, Raised, Received, RunEnded, Shown, decode, encode, read_events
from tests.history.every import KINDS, full, spare, texts

HISTORY = [
    Shown(0.5, "c1", 1, 0, "socket", "7"),
    Raised(1.0, "c1", "TypeError: é"),
    RunEnded(2.0, "complete"),
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_event_comes_back_from_its_line_as_it_was(kind: type[Event]) -> None:
    for event in (full(kind), spare(kind)):
        line = encode(event)
        assert line.endswith(b"\n")
        assert line.count(b"\n") == 1
        assert decode(line) == event
        assert read_events([line]).events == (event,)


def test_a_line_names_its_event_in_kebab_case() -> None:
    assert json.loads(encode(RunEnded(1.5, "complete"))) == {
        "event": "run-ended",
        "at": 1.5,
        "ended": "complete",
    }


@given(texts)
def test_any_text_a_browser_can_hold_survives_its_line(text: str) -> None:
    event = Received(1.0, "c1", 1, "message", id=text, text=text)
    assert read_events([encode(event)]).events == (event,)


def test_a_lone_surrogate_survives() -> None:
    event = Raised(1.0, "c1", "half \ud83d of a pair")
    assert decode(encode(event)) == event
    assert read_events([encode(event)]).events == (event,)


def test_a_history_cut_at_any_byte_of_its_last_two_lines_can_still_be_read() -> None:
    lines = [encode(event) for event in HISTORY]
    whole = b"".join(lines)
    for cut in range(len(lines[0]), len(whole) + 1):
        reading = read_events(whole[:cut].splitlines(keepends=True))
        kept = whole[:cut].count(b"\n")
        broken = whole[:cut].rpartition(b"\n")[2]
        if broken and broken + b"\n" in lines:  # all of the line is there but its newline
            kept, broken = kept + 1, b""
        assert reading.events == tuple(HISTORY[:kept])
        assert (reading.torn is not None) == bool(broken)


def test_a_torn_last_line_is_dropped_and_said() -> None:
    reading = read_events([encode(HISTORY[0]), encode(HISTORY[1])[:-9]], "runs/a/history.jsonl")
    assert reading.events == (HISTORY[0],)
    assert reading.torn == "runs/a/history.jsonl:2: the line breaks off or is no JSON: it was dropped"


def test_an_empty_history_is_read_as_nothing() -> None:
    assert read_events([]).events == ()
    assert read_events([]).torn is None


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        (b'{"event":"shown","at"\n', "h:2: the line breaks off or is no JSON; restore the file, or delete"),
        (b"\n", "h:2: the line breaks off"),
        (b'{"event":"raised","at":1,"client":"c1","error":"\xff"}\n', "h:2: the line breaks off"),
        (b"[" * 100_000 + b"\n", "h:2: the line breaks off"),
        (
            b'{"event":"teleported","at":1.0}\n',
            "h:2: unknown event 'teleported'; a newer cablecheck wrote it",
        ),
        (b'{"event":"gone","at":1.0,"client":"c1"}\n', "h:2: no event that cablecheck knows (Object missing"),
        (b'{"at":1.0}\n', "h:2: no event that cablecheck knows"),
        (b"[1]\n", "h:2: no event that cablecheck knows"),
        (b'{"event":"raised","at":1.0,"client":"\\ud800"}\n', "h:2: no event that cablecheck knows"),
    ],
)
def test_a_damaged_line_in_the_middle_is_an_error_with_its_place(line: bytes, finding: str) -> None:
    with pytest.raises(BadInputError) as error:
        read_events([encode(HISTORY[0]), line, encode(HISTORY[2])], "h")
    assert len(error.value.findings) == 1
    assert error.value.findings[0].startswith(finding)


def test_an_event_of_a_newer_version_is_an_error_even_on_the_last_line() -> None:
    with pytest.raises(BadInputError, match="unknown event 'teleported'"):
        read_events([b'{"event":"teleported","at":1.0}'])


def test_all_damaged_lines_are_named_at_once_but_no_more_than_a_screen_of_them() -> None:
    good, bad = encode(HISTORY[0]), b'{"event":"x"}\n'
    with pytest.raises(BadInputError) as error:
        read_events([bad, good, b"{\n", good])
    assert [finding.split(":")[1] for finding in error.value.findings] == ["1", "3"]
    with pytest.raises(BadInputError) as error:
        read_events([bad] * 1000)
    assert len(error.value.findings) == 20


def test_a_field_that_a_newer_version_added_to_a_known_event_is_ignored() -> None:
    assert read_events([b'{"event":"run-ended","at":2.0,"ended":"complete","mood":"fine"}\n']).events == (
        HISTORY[2],
    )
