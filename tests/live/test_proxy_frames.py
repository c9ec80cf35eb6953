"""The splitter: nothing is lost, whatever the bytes and however they come."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from cablecheck.live.proxy.frames import Splitter
from cablecheck.live.proxy.piece import Piece
from tests.live.lines import client_frame, server_frame

CAP = 200

payloads = st.one_of(st.text(max_size=70).map(str.encode), st.binary(max_size=300))
first_bytes = st.sampled_from([0x81, 0x01, 0x00, 0x80, 0x82, 0x02, 0x88, 0x89, 0x8A, 0xC1, 0x41, 0x0F])
some_frames = st.lists(
    st.builds(
        lambda payload, first, masked: (
            client_frame(payload, first) if masked else server_frame(payload, first)
        ),
        payloads,
        first_bytes,
        st.booleans(),
    ),
    max_size=12,
).map(b"".join)


def chunks(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[begin:end] for begin, end in pairwise(edges)]


def split(parts: list[bytes], cap: int = CAP) -> list[Piece]:
    splitter = Splitter(cap)
    return [piece for part in parts for piece in splitter.feed(part)] + splitter.rest()


def messages(pieces: list[Piece]) -> list[tuple[bytes, str]]:
    return [(piece.raw, piece.text) for piece in pieces if piece.text is not None]


@settings(max_examples=300)
@given(st.one_of(some_frames, st.binary(max_size=500)), st.lists(st.integers(0, 10_000), max_size=20))
def test_any_chunking_gives_the_same_messages_and_all_bytes(data: bytes, cuts: list[int]) -> None:
    whole, chunked = split([data]), split(chunks(data, cuts))
    assert messages(whole) == messages(chunked)
    assert b"".join(piece.raw for piece in whole) == data
    assert b"".join(piece.raw for piece in chunked) == data
    assert all(piece.raw for piece in chunked)


@given(some_frames, st.lists(st.integers(0, 10_000), max_size=20))
def test_between_more_and_last_nothing_whole_stands(data: bytes, cuts: list[int]) -> None:
    parts = [piece.part for piece in split(chunks(data, cuts))]
    for before, after in pairwise(parts):
        assert before != "more" or after != "whole"


def parts_of(*frames: bytes, cap: int = CAP) -> list[tuple[str, str | None]]:
    return [(piece.part, piece.text) for piece in split(list(frames), cap)]


def test_a_whole_text_is_one_piece() -> None:
    assert parts_of(server_frame("a"), client_frame("ä")) == [("whole", "a"), ("whole", "ä")]


def test_fragments_with_a_ping_between_them_are_one_piece() -> None:
    said = (
        server_frame("a", 0x01) + server_frame(b"", 0x89) + server_frame("b", 0x00) + server_frame("c", 0x80)
    )
    assert split([said]) == [Piece(said, "abc")]


def test_a_close_between_fragments_ends_the_message_as_none() -> None:
    assert parts_of(server_frame("a", 0x01), server_frame(b"", 0x88), server_frame("b", 0x80)) == [
        ("more", None),
        ("last", None),
    ]


def test_a_message_inside_another_is_no_message() -> None:
    assert parts_of(server_frame("a", 0x01), server_frame("b")) == [("more", None), ("last", None)]


def test_binary_compressed_control_and_lost_continuations_are_whole_and_no_text() -> None:
    frames = [server_frame(b"x", first) for first in (0x82, 0xC1, 0x89, 0x88, 0x80)]
    assert parts_of(*frames) == [("whole", None)] * 5


def test_what_is_no_utf_8_is_no_text() -> None:
    assert parts_of(server_frame(b"\xff")) == [("whole", None)]


def test_a_binary_message_in_fragments_passes_in_parts_with_its_pings() -> None:
    frames = [server_frame(b"x", first) for first in (0x02, 0x89, 0x00, 0x80)]
    assert parts_of(*frames) == [("more", None), ("more", None), ("more", None), ("last", None)]


def test_a_long_frame_passes_as_it_comes() -> None:
    said = server_frame(b"x" * 500)
    assert parts_of(said[:100], said[100:300], said[300:], server_frame("a")) == [
        ("more", None),
        ("more", None),
        ("last", None),
        ("whole", "a"),
    ]


def test_a_long_fragment_makes_the_whole_message_pass() -> None:
    said = [
        server_frame("a", 0x01),
        server_frame(b"x" * 500, 0x00),
        server_frame(b"", 0x89),
        server_frame("b", 0x80),
    ]
    assert parts_of(*said) == [("more", None)] * 3 + [("last", None)]


def test_an_endless_header_passes_as_it_comes() -> None:
    said = b"\x81\xff" + b"\xff" * 8 + b"mask" + b"x" * 50
    assert b"".join(piece.raw for piece in Splitter().feed(said)) == said


def test_half_a_frame_waits_for_the_other_half() -> None:
    splitter = Splitter()
    assert splitter.feed(server_frame("hello")[:3]) == []
    assert splitter.rest() == [Piece(server_frame("hello")[:3], part="more")]
    assert splitter.rest() == []
