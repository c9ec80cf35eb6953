"""A fetch of the client's: one request, one connection, no second try."""

from __future__ import annotations

import pytest
import trio

from cablecheck.live import rest
from cablecheck.live.rest import FetchError, fetch
from cablecheck.target.wire import Ask
from tests.live.peers import Script, read_head, reset, serving

URL = "http://chat.test/v1/public/webchats/w/messages?after_id=m1&session=s"


async def ask(script: Script, *, method: str = "GET", body: str | None = None) -> tuple[int, bytes]:
    failed: FetchError | None = None
    async with serving(script) as dial:
        with trio.fail_after(10):
            try:
                got = await fetch(dial, Ask(method, URL, (("Accept-Encoding", "identity"),), body))
                return got.status, got.content
            except FetchError as error:
                failed = error
    assert failed is not None
    raise failed


def answering(text: bytes) -> Script:
    async def script(stream: trio.SocketStream) -> None:
        await read_head(stream)
        await stream.send_all(text)

    return script


async def test_an_answer_is_status_and_whole_body() -> None:
    whole = b"HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\n{}"
    assert await ask(answering(whole)) == (500, b"{}")


async def test_an_answer_may_end_with_the_connection() -> None:
    assert await ask(answering(b"HTTP/1.1 200 OK\r\n\r\n[1,2]")) == (200, b"[1,2]")


async def test_the_request_names_the_target_and_the_whole_path() -> None:
    heads: list[bytes] = []

    async def script(stream: trio.SocketStream) -> None:
        heads.append(await read_head(stream))
        await stream.send_all(b"HTTP/1.1 204 No\r\n\r\n")

    await ask(script)
    assert heads[0].startswith(b"GET /v1/public/webchats/w/messages?after_id=m1&session=s HTTP/1.1\r\n")
    assert b"\r\nHost: chat.test\r\n" in heads[0]


async def broken_off(stream: trio.SocketStream) -> None:
    await read_head(stream)
    await stream.send_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")


async def reset_half_way(stream: trio.SocketStream) -> None:
    await broken_off(stream)
    await trio.testing.wait_all_tasks_blocked(0.02)
    reset(stream)


async def reset_before(stream: trio.SocketStream) -> None:
    await read_head(stream)
    reset(stream)


async def gone_before(stream: trio.SocketStream) -> None:
    await read_head(stream)


@pytest.mark.parametrize(
    ("script", "status"),
    [(broken_off, 200), (reset_half_way, 200), (reset_before, None), (gone_before, None)],
)
async def test_half_an_answer_is_none_and_is_asked_for_once(script: Script, status: int | None) -> None:
    connections = 0

    async def counted(stream: trio.SocketStream) -> None:
        nonlocal connections
        connections += 1
        await script(stream)

    with pytest.raises(FetchError) as caught:
        await ask(counted)
    assert caught.value.status == status
    assert connections == 1


async def test_every_fetch_has_a_connection_of_its_own() -> None:
    connections = 0

    async def script(stream: trio.SocketStream) -> None:
        nonlocal connections
        connections += 1
        while await read_head(stream):
            await stream.send_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    async with serving(script) as dial:
        for _ in range(3):
            await fetch(dial, Ask("GET", URL))
    assert connections == 3


async def test_a_closed_port_is_a_failed_fetch() -> None:
    async def dial() -> trio.abc.Stream:
        raise OSError("all attempts to connect failed")

    with pytest.raises(FetchError, match="all attempts"):
        await fetch(dial, Ask("GET", URL))


async def test_an_endless_answer_costs_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "MAX_ANSWER_BYTES", 100_000)

    async def script(stream: trio.SocketStream) -> None:
        await read_head(stream)
        await stream.send_all(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            await stream.send_all(b"x" * 10_000)

    with pytest.raises(FetchError, match="over 100,000 bytes"):
        await ask(script)


async def test_what_is_no_http_is_a_failed_fetch() -> None:
    with pytest.raises(FetchError):
        await ask(answering(b"\x00\xffnonsense\r\n\r\n"))
