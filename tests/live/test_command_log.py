"""What is kept of what a command wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from cablecheck.live.command_log import LONGEST_WORDS, CommandLog

# claim: (what was written, piece by piece; what is kept of it, with 4 bytes for the beginning and 4 for the end; its last words)
KEPT: dict[str, tuple[tuple[bytes, ...], bytes, str]] = {
    "nothing": ((), b"", ""),
    "what fits": ((b"ab", b"cd"), b"abcd", "abcd"),
    "a beginning and an end that meet": ((b"abcd", b"efg"), b"abcdefg", "abcdefg"),
    "a middle that is left out": (
        (b"abcdefghijklmn\n",),
        b"abcd\n[7 bytes are left out here]\nlmn\n",
        "abcdefghijklmn",
    ),
    "much in small pieces": (
        (b"0123456789\n",) * 50,
        b"0123\n[542 bytes are left out here]\n789\n",
        "0123456789",
    ),
    "no UTF-8": ((b"\xff\xfe!\n",), b"\xff\xfe!\n", "\ufffd\ufffd!"),
    "a last line that says nothing": ((b"a\n", b" \n"), b"a\n \n", "a"),
}


@pytest.mark.parametrize(("pieces", "kept", "words"), KEPT.values(), ids=list(KEPT))
def test_the_beginning_and_the_end_are_kept(
    pieces: tuple[bytes, ...], kept: bytes, words: str, tmp_path: Path
) -> None:
    log = CommandLog(tmp_path / "deploy.log", head=4, tail=4)
    for piece in pieces:
        log.take(piece)
    log.close()
    log.close()
    assert log.path.read_bytes() == kept
    assert log.wrote == sum(map(len, pieces))
    assert log.last_words() == words


def test_the_beginning_is_there_before_the_end_is(tmp_path: Path) -> None:
    log = CommandLog(tmp_path / "deploy.log", head=4, tail=4)
    log.take(b"abcdef")
    assert log.path.read_bytes() == b"abcd"


def test_long_last_words_are_cut(tmp_path: Path) -> None:
    log = CommandLog(tmp_path / "deploy.log")
    log.take(b"x" * 1000)
    assert log.last_words() == "x" * (LONGEST_WORDS - 3) + "..."


def test_a_log_that_can_not_be_written_harms_nobody(tmp_path: Path) -> None:
    log = CommandLog(tmp_path / "no such folder" / "deploy.log")
    log.take(b"hello\n")
    log.close()
    assert log.last_words() == "hello"


MASKED: dict[str, tuple[tuple[bytes, ...], bytes]] = {
    "a secret": ((b"a secret word\n",), b"a *** word\n"),
    "a secret that comes in two pieces": ((b"a sec", b"ret word\n"), b"a *** word\n"),
    "a secret in a line without an end": ((b"first\nsec", b"ret"), b"first\n***"),
    "no UTF-8 beside a secret": ((b"\xffsecret\xfe\n",), b"\xff***\xfe\n"),
    "a line without an end for long": ((b"x" * 70_000, b"secret\n"), b"x" * 70_000 + b"***\n"),
}


@pytest.mark.parametrize(("pieces", "kept"), MASKED.values(), ids=list(MASKED))
def test_a_secret_that_a_command_says_is_not_kept(
    pieces: tuple[bytes, ...], kept: bytes, tmp_path: Path
) -> None:
    log = CommandLog(tmp_path / "deploy.log", mask=lambda text: text.replace("secret", "***"))
    for piece in pieces:
        log.take(piece)
    log.close()
    assert log.path.read_bytes() == kept
    assert log.wrote == sum(map(len, pieces))


def test_the_last_words_are_masked_though_their_line_has_no_end(tmp_path: Path) -> None:
    log = CommandLog(tmp_path / "deploy.log", mask=lambda text: text.replace("secret", "***"))
    log.take(b"a line\nno such secret")
    assert log.last_words() == "no such ***"
    log.take(b" thing\n")
    log.close()
    assert log.path.read_bytes() == b"a line\nno such *** thing\n"
