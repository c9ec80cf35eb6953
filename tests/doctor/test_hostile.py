"""Servers that are hostile, broken or silent: the visit ends in time, with a row that says so, and what they say does nothing."""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
import trio
from wsproto.events import TextMessage

from cablecheck.doctor.diagnosis import Row, Standing, exit_code_of
from cablecheck.doctor.examination import CHECKS, examine
from cablecheck.doctor.table import as_json, lines
from cablecheck.errors import ExitCode
from cablecheck.live.targets import place_of
from tests.demo.house import served
from tests.doctor.front import Front, fronted
from tests.doctor.visiting import described, tables
from tests.live.peers import Script, read_head, serving, upgraded

pytestmark = pytest.mark.takes(seconds=6)

ANSWER_SECONDS = 1
BOMB = gzip.compress(b" " * (100 << 20))  # 100 kB


async def visited(port: int, **more: Any) -> list[Row]:
    """The rows of a visit to this port by a file that allows a second for an answer."""
    whole = tables(port)
    whole["deadlines"] = {"answer": f"{ANSWER_SECONDS}s"}
    return await examine(place_of(described(whole), {}), lambda _: None, **more)


async def told_of(script: Script) -> dict[str, Row]:
    with trio.fail_after(60):
        async with serving(script) as dial:
            rows = await visited(dial.args[1])  # type: ignore[attr-defined]
    assert [row.check for row in rows] == [check.name for check in CHECKS]
    return {row.check: row for row in rows}


async def silent(stream: trio.SocketStream) -> None:
    await read_head(stream)
    await trio.sleep_forever()


async def hangs_up(stream: trio.SocketStream) -> None:
    await read_head(stream)


async def garbage(stream: trio.SocketStream) -> None:
    await read_head(stream)
    await stream.send_all(b"\x1b[2J\x1b]0;owned\x07 SSH-2.0-OpenSSH\r\n\r\n")


async def endless_head(stream: trio.SocketStream) -> None:
    await read_head(stream)
    await stream.send_all(b"HTTP/1.1 200 OK\r\n")
    while True:
        await stream.send_all(b"X-More: " + b"x" * 60000 + b"\r\n")


async def dribbles(stream: trio.SocketStream) -> None:
    await read_head(stream)
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b" " * 1000:
        await stream.send_all(bytes([byte]))
        await trio.sleep(0.1)


async def redirects(stream: trio.SocketStream) -> None:
    await read_head(stream)
    await stream.send_all(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n")


async def bomb(stream: trio.SocketStream) -> None:
    await read_head(stream)
    head = f"HTTP/1.1 201 Made\r\nContent-Encoding: gzip\r\nContent-Length: {len(BOMB)}\r\n\r\n"
    await stream.send_all(head.encode() + BOMB)


NO_ANSWER = {
    "silent": (silent, "no answer within 1 s", ExitCode.INCONCLUSIVE),
    "hangs up": (hangs_up, "disconnected", ExitCode.INCONCLUSIVE),
    "garbage": (garbage, "", ExitCode.INCONCLUSIVE),
    "an endless head": (endless_head, "", ExitCode.INCONCLUSIVE),
    "an answer that dribbles": (dribbles, "within 1 s", ExitCode.INCONCLUSIVE),
    "redirects": (redirects, "302, a redirect", ExitCode.BAD_INPUT),
    "a bomb": (bomb, "a packed answer", ExitCode.BAD_INPUT),
}


@pytest.mark.parametrize(("script", "seen", "code"), NO_ANSWER.values(), ids=NO_ANSWER.keys())
async def test_a_server_that_answers_nothing_of_use_is_told_in_time(
    script: Script, seen: str, code: ExitCode
) -> None:
    rows = await told_of(script)
    for name in ("sign in", "upgrade"):
        assert rows[name].diagnosis.standing is Standing.FAILED
        assert rows[name].diagnosis.remedy
    assert seen in rows["sign in"].diagnosis.seen.lower()
    assert exit_code_of(rows.values()) is code
    later = [
        check.name for check in CHECKS[CHECKS.index(next(c for c in CHECKS if c.name == "upgrade")) + 1 :]
    ]
    assert {rows[name].diagnosis.standing for name in later} == {Standing.SKIPPED}


def on_socket(act: Callable[[trio.SocketStream, Any], Awaitable[None]]) -> Script:
    """A server that answers every request with 503, and upgrades and acts."""

    async def script(stream: trio.SocketStream) -> None:
        peeked = await stream.receive_some(65536)
        if b"pgrade" not in peeked:
            await stream.send_all(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n")
            return

        class Again(trio.abc.Stream):
            given = False

            async def receive_some(self, max_bytes: int | None = None) -> bytes:
                if self.given:
                    return bytes(await stream.receive_some(max_bytes))
                self.given = True
                return bytes(peeked)

            async def send_all(self, data: bytes | bytearray | memoryview) -> None:
                await stream.send_all(data)

            async def wait_send_all_might_not_block(self) -> None:
                await stream.wait_send_all_might_not_block()

            async def aclose(self) -> None:
                await stream.aclose()

        await act(stream, await upgraded(Again()))

    return script


async def says_nothing(_stream: trio.SocketStream, _server: Any) -> None:
    await trio.sleep_forever()


async def babbles(stream: trio.SocketStream, server: Any) -> None:
    while True:
        await stream.send_all(server.send(TextMessage('{"type":"ping","message":1}')))
        await trio.sleep(0.01)


async def floods(stream: trio.SocketStream, server: Any) -> None:
    frame = server.send(TextMessage('{"type":"ping","message":"' + "x" * 50_000 + '"}'))
    while True:
        await stream.send_all(frame)


async def says_huge_things(stream: trio.SocketStream, server: Any) -> None:
    await stream.send_all(server.send(TextMessage("x" * (9 << 20))))
    await trio.sleep_forever()


async def says_deep_things(stream: trio.SocketStream, server: Any) -> None:
    await stream.send_all(server.send(TextMessage("[" * 100_000)))
    await trio.sleep_forever()


async def breaks_the_protocol(stream: trio.SocketStream, _server: Any) -> None:
    await stream.send_all(b"\xff\xff\xff\xff\xff")
    await trio.sleep_forever()


async def steers_the_terminal(stream: trio.SocketStream, server: Any) -> None:
    await stream.send_all(server.send(TextMessage("\x1b]0;owned\x07\x1b[2J\u202e")))
    await trio.sleep_forever()


NO_WELCOME = {
    "nothing": (says_nothing, "no welcome within 1 s"),
    "babble": (babbles, "no welcome within 1 s, but "),
    "a flood": (floods, "it floods its client"),
    "a huge frame": (says_huge_things, "no welcome"),
    "deep JSON": (says_deep_things, "nested too deep"),
    "no frames": (breaks_the_protocol, "no welcome"),
    "what steers a terminal": (steers_the_terminal, "no welcome, but"),
}


@pytest.mark.parametrize(("act", "seen"), NO_WELCOME.values(), ids=NO_WELCOME.keys())
async def test_a_socket_that_says_nothing_of_use_is_told_in_time(act: Any, seen: str) -> None:
    rows = await told_of(on_socket(act))
    assert rows["upgrade"].diagnosis.standing is Standing.OK
    welcome = rows["welcome"].diagnosis
    assert (welcome.standing, welcome.exit_code) == (Standing.FAILED, ExitCode.INCONCLUSIVE)
    assert seen in welcome.seen
    assert welcome.remedy
    printed = [line for row in rows.values() for line in lines(row)]
    assert all(line.isprintable() for line in printed)
    assert "\x1b" not in as_json("here", rows.values(), ExitCode.INCONCLUSIVE)


async def test_a_target_that_is_slow_in_everything_is_left_when_the_time_is_over() -> None:
    """Nothing takes longer than its own deadline here, but all of it together does."""

    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(served())
        port = await stack.enter_async_context(fronted(Front(delay_seconds=0.7), server))
        began = trio.current_time()
        rows = await visited(port, within_seconds=3)
        assert trio.current_time() - began < 6
    over = [row for row in rows if row.diagnosis.seen == "the visit's time is over"]
    assert over
    assert exit_code_of(rows) is ExitCode.INCONCLUSIVE
