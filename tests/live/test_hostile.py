"""A hostile or broken server costs bounded memory, disk and time, and is told in a line: the figures are in here."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
import trio

from tests.live.hostile import (
    Attack,
    Script,
    Suffered,
    answering,
    flooding,
    saying,
    suffered,
    text_frame,
    upgrading,
    whole,
)

CABLE, SESSION, LIST, CATCH_UP = "GET /cable", "/sessions ", "/messages?session=", "/messages?after_id="
# The list is read for the runner's welcome, and for the client's page; then for the truth.
AT_THE_END = 2

# The interpreter and all that is imported take 45 MB of it.
MOST_MEGABYTES = 100
MOST_SECONDS = 30
MOST_DISK_MEGABYTES = 12

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
ZEROS = bytes(1 << 16)
DEEP = b"[" * 100_000 + b"]" * 100_000
DIGITS = b"9" * 1_000_000
BOMB = gzip.compress(bytes(10 << 20), 9)
EMPTIES = b"[" + b"[]," * ((15 << 20) // 3) + b"[]]"
FLOODED = "the target sent more than"
MISBEHAVED = "the target does not answer as it should"


@dataclass(frozen=True)
class Case:
    """What is done, how the command ends, and what it says of it. `megabytes`: at its largest."""

    attack: Attack
    says: str
    code: int = 3
    megabytes: float = MOST_MEGABYTES
    seconds: float = MOST_SECONDS


def on_cable(script: Script, says: str = FLOODED, **figures: float) -> Case:
    """Where a client is subscribed: the first upgrade is the runner's own, which only waits for the welcome."""
    return Case(Attack(CABLE, script, spares=1), says, **figures)  # type: ignore[arg-type]


CABLES = {
    "text frames without end": on_cable(flooding(text_frame(b"{}"))),
    "long frames without end": on_cable(flooding(text_frame(b'{"identifier":"%s"}' % (b"x" * 60_000)))),
    "binary frames without end": on_cable(flooding(b"\x82\x01x")),
    "pings without end": on_cable(flooding(b"\x89\x00")),
    "a text frame without end": on_cable(flooding(ZEROS, first=b"\x81\x7f" + (1 << 62).to_bytes(8))),
    "a binary frame without end": on_cable(flooding(ZEROS, first=b"\x82\x7f" + (1 << 62).to_bytes(8))),
    "fragments without end": on_cable(flooding(b"\x00\x7d" + b"x" * 125, first=b"\x01\x01x")),
    "empty fragments without end": on_cable(flooding(b"\x00\x00", first=b"\x01\x01x")),
    "text that is no UTF-8": on_cable(flooding(b"\x81\x02\xff\xfe")),
    "a frame 100,000 deep": on_cable(saying(text_frame(DEEP)), "VERIFIED: 1 scenario", code=0),
    "an identifier 100,000 deep": on_cable(
        saying(text_frame(b'{"type":"confirm_subscription","identifier":"%s"}' % DEEP)),
        "VERIFIED: 1 scenario",
        code=0,
    ),
    "an id of a million digits": on_cable(
        saying(text_frame(b'{"identifier":"{}","message":{"type":"message","id":%s}}' % DIGITS)),
        "phantom Infinity",
        code=1,
    ),
}

UPGRADES = {
    "a compression that nobody offered": Case(
        Attack(CABLE, upgrading(b"Sec-WebSocket-Extensions: permessage-deflate\r\n")),
        "the target's cable gives no welcome: unrecognized extension",
    ),
    "a wrong accept": Case(
        Attack(CABLE, upgrading(b"", accept=b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")),
        "the target's cable gives no welcome: ",
    ),
    "an upgrade that leads elsewhere": Case(
        Attack(CABLE, answering(b"HTTP/1.1 302 Found\r\nLocation: /cable\r\nContent-Length: 0\r\n\r\n")),
        "the upgrade was answered with 302",
    ),
    "an upgrade of headers without end": Case(
        Attack(CABLE, answering(b"HTTP/1.1 101 x\r\n", b"x: y\r\n" * 1000)),
        "the target's cable gives no welcome: ",
    ),
    "an upgrade a byte at a time": Case(
        Attack(CABLE, answering(b"HTTP/1.1 101 x\r\n", b"x", 0.2)), "no answer to the upgrade within 10 s"
    ),
}

ANSWERS = {
    "a gigabyte with its length": Case(
        Attack(SESSION, answering(OK + b"Content-Length: 1073741824\r\n\r\n", ZEROS)),
        "an answer of over 16,777,216 bytes",
    ),
    "a gigabyte in chunks": Case(
        Attack(LIST, answering(CHUNKED, b"10000\r\n" + ZEROS + b"\r\n")), "an answer of over 16,777,216 bytes"
    ),
    "an answer without an end": Case(
        Attack(LIST, answering(OK + b"\r\n", ZEROS), AT_THE_END), "an answer of over 16,777,216 bytes"
    ),
    "a packed bomb": Case(Attack(SESSION, whole(BOMB, b"Content-Encoding: gzip")), "a packed answer (gzip)"),
    "a redirect": Case(
        Attack(SESSION, whole(b"", b"Location: /v1/sessions", status=b"307 Temporary Redirect")),
        "it gave 307, a redirect; give the address that it leads to",
    ),
    "interim answers without end": Case(
        Attack(SESSION, answering(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100, 0.01)),
        "no answer within 10 s",
    ),
    "headers without end": Case(
        Attack(SESSION, answering(b"HTTP/1.1 200 OK\r\n", b"x: y\r\n" * 1000)), "the target is down"
    ),
    "headers a byte at a time": Case(
        Attack(SESSION, answering(b"HTTP/1.1 200 OK\r\n", b"x", 0.2)), "no answer within 10 s"
    ),
    "a body a byte at a time": Case(
        Attack(LIST, answering(OK + b"Content-Length: 1000\r\n\r\n", b"[", 0.2)), "no end of its answer (200)"
    ),
    "a list 100,000 deep": Case(Attack(LIST, whole(DEEP)), MISBEHAVED),
    "a number of a million digits": Case(Attack(LIST, whole(b'{"messages":%s}' % DIGITS)), MISBEHAVED),
    "a list that is no UTF-8": Case(Attack(LIST, whole(b'{"messages":[\xff]}')), MISBEHAVED),
    # 15 MB, in pieces, whole and as text.
    "five million values": Case(Attack(LIST, whole(EMPTIES)), "over 1,000,000 values", megabytes=130),
}

CATCH_UPS = {
    "a gigabyte": Case(
        Attack(CATCH_UP, answering(CHUNKED, b"10000\r\n" + ZEROS + b"\r\n")),
        "catch-up 1 failed (an answer of over 16,777,216 bytes)",
        code=1,
        megabytes=220,
    ),
    "a packed bomb": Case(
        Attack(CATCH_UP, whole(BOMB, b"Content-Encoding: gzip")), "VIOLATED: 1 scenario", code=1
    ),
    "a catch-up 100,000 deep": Case(Attack(CATCH_UP, whole(DEEP)), "VIOLATED: 1 scenario", code=1),
    "five million values": Case(
        Attack(CATCH_UP, whole(EMPTIES)), "VIOLATED: 1 scenario", code=1, megabytes=220
    ),
    "twenty thousand messages that nobody wrote": Case(
        Attack(
            CATCH_UP,
            whole(json.dumps({"messages": [{"id": f"s{n}", "body": "x"} for n in range(20_000)]}).encode()),
        ),
        "phantom",
        code=1,
        megabytes=220,
    ),
}

ALL = {
    (place, name): case
    for place, cases in {
        "cable": CABLES,
        "upgrade": UPGRADES,
        "answer": ANSWERS,
        "catch-up": CATCH_UPS,
    }.items()
    for name, case in cases.items()
}


@pytest.mark.takes(seconds=6)
@pytest.mark.parametrize(("place", "name"), ALL)
def test_a_run_through_hell_ends_in_a_line(place: str, name: str, tmp_path: Path) -> None:
    case = ALL[place, name]
    came = suffered(case.attack, tmp_path, most_seconds=case.seconds)
    tell(f"run: {place}, {name}", came)
    assert (came.code, case.says in came.said) == (case.code, True), came.said[-2000:]
    assert "Traceback" not in came.said
    assert came.peak_megabytes < case.megabytes
    assert came.seconds < case.seconds
    assert came.left_megabytes < MOST_DISK_MEGABYTES


WATCHED = {
    "text frames without end": Attack(CABLE, flooding(text_frame(b"{}"))),
    "a text frame without end": Attack(CABLE, flooding(ZEROS, first=b"\x81\x7f" + (1 << 62).to_bytes(8))),
    "pings without end": Attack(CABLE, flooding(b"\x89\x00")),
    "a gigabyte of catch-up": Attack(CATCH_UP, answering(CHUNKED, b"10000\r\n" + ZEROS + b"\r\n")),
}


@pytest.mark.takes(seconds=6)
@pytest.mark.parametrize("name", WATCHED)
def test_who_watches_grows_no_larger_than_who_runs(name: str, tmp_path: Path) -> None:
    words = ["watch", "--cable", "ws://127.0.0.1:{port}/cable", "--api", "http://127.0.0.1:{port}/v1"]
    words += ["--webchat", "w1", "--session", "{session}", "--conversation", "{conversation}", "--for", "2s"]
    came = suffered(WATCHED[name], tmp_path, *words)
    tell(f"watch: {name}", came)
    assert came.code == 0
    assert came.peak_megabytes < MOST_MEGABYTES
    assert came.seconds < MOST_SECONDS


EXAMINED = {
    "text frames without end": WATCHED["text frames without end"],
    "a text frame without end": WATCHED["a text frame without end"],
    "a gigabyte of a list": Attack(LIST, answering(CHUNKED, b"10000\r\n" + ZEROS + b"\r\n")),
}


@pytest.mark.takes(seconds=8)
@pytest.mark.parametrize("name", EXAMINED)
def test_a_doctor_finds_fault_with_it_and_stays_small(name: str, tmp_path: Path) -> None:
    came = suffered(EXAMINED[name], tmp_path, "doctor", "--target", "bad")
    tell(f"doctor: {name}", came)
    assert came.code in (1, 2, 3), came.said
    assert "Traceback" not in came.said
    assert came.peak_megabytes < MOST_MEGABYTES
    assert came.seconds < MOST_SECONDS


def tell(what: str, came: Suffered) -> None:
    """The figures, for who runs this with -s."""
    print(  # noqa: T201 - who runs this with -s
        f"{what} | {came.peak_megabytes:.0f} MB | {came.seconds:.1f} s | {came.left_megabytes:.1f} MB left | exit {came.code}"
    )


# What bodies, ids and times may hold

VILE = (
    "::error::one\n::error file=a.py::two\r\n##[error]three ##[add-mask]four\x1b[2J\x1b]0;five\x07\x9b31m"
    "\u202esix\u2066 <script>seven</script> ]]> \x00\x7f\x85\u2028\ud800 | ${{ eight }} --> & \U000e0041"
)
LAID_OUT = frozenset("\n")


async def _vile(stream: trio.SocketStream, head: bytes, server: int) -> None:
    """A catch-up tells of what nobody stored, and the truth of what nobody shows."""
    ids = [VILE, "s2"] if b"after_id" in head.partition(b"\r\n")[0] else ["s2", f"s3{VILE}"]
    messages = [{"id": id_, "body": VILE, "created_at": VILE, "conversation": VILE} for id_ in ids]
    await whole(json.dumps({"messages": messages, "next": None}).encode())(stream, head, server)


@pytest.mark.takes(seconds=12)
@pytest.mark.parametrize(
    "words",
    [["--report", "text,md,junit"], ["--json"]],
    ids=["for people", "for machines"],
)
def test_what_a_target_writes_can_do_nothing_to_who_reads_it(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    came = suffered(
        Attack("/messages?", _vile, AT_THE_END), tmp_path, "run", "told.yaml", "--target", "bad", *words
    )
    assert came.code == 1, came.said
    assert "phantom" in came.said
    written = {file.name: file.read_bytes().decode() for file in came.folder.rglob("*") if file.is_file()}
    assert {"history.jsonl", "verdict.json", "truth.json", "report.txt"} <= set(written)
    for name, text in {"standard output": came.out, "standard error": came.err, **written}.items():
        odd = sorted({char for char in text if not char.isprintable()} - LAID_OUT)
        assert odd == [], name
        assert (
            "<script>" not in text or name.endswith((".json", ".jsonl", ".txt")) or name.startswith("st")
        ), name
    for line in (came.out + came.err).splitlines():
        assert not line.lstrip().startswith("::error::one"), line
        assert not line.lstrip().startswith("::error file=a.py"), line
        assert "##[" not in line or line.startswith(
            "::"
        )  # an annotation of ours: the runner looks no further
    if words == ["--json"]:
        assert "::error::one" in str(json.loads(came.out))
    for name in ("verdict.json", "truth.json", "history.jsonl"):
        assert "::error::one" in written[name]


def test_who_watches_is_told_the_same_in_escapes(tmp_path: Path) -> None:
    frame = json.dumps(
        {"identifier": "{}", "message": {"type": "message", "id": VILE, "body": VILE}}
    ).encode()
    words = ["watch", "--cable", "ws://127.0.0.1:{port}/cable", "--api", "http://127.0.0.1:{port}/v1"]
    words += ["--webchat", "w1", "--session", "{session}", "--conversation", "{conversation}", "--for", "1s"]
    came = suffered(Attack(CABLE, saying(text_frame(frame))), tmp_path, *words)
    assert came.code == 0
    assert "::error" in came.out
    assert {char for char in came.said if not char.isprintable()} == {"\n"}
    assert [json.loads(line) for line in came.out.splitlines()]
