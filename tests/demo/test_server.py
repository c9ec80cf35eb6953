from __future__ import annotations

import resource
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest
import trio

from cablecheck.demo.server import Serving, serve
from cablecheck.errors import BadInputError
from tests.demo.house import TOKEN, Rest, bare, cable, everything, masked, rest, served, until, upgraded


@asynccontextmanager
async def stopped_by_hand(
    data: Path | None = None, port: int = 0
) -> AsyncIterator[tuple[Serving, trio.CancelScope]]:
    """A server and the scope whose cancel stops it."""

    async def run(task_status: trio.TaskStatus[tuple[Serving, trio.CancelScope]]) -> None:
        async with trio.open_nursery() as inner:
            options = {"host": "127.0.0.1", "port": port, "data": data, "token": TOKEN, "webchat": "w1"}
            serving = await inner.start(lambda task_status: serve(**options, task_status=task_status))
            task_status.started((serving, inner.cancel_scope))

    with trio.fail_after(60):
        async with trio.open_nursery() as nursery:
            yield await nursery.start(run)


async def test_a_stop_is_a_bare_fin_on_every_socket_and_a_closed_port() -> None:
    async with stopped_by_hand() as (serving, scope):
        subscriber, busy, idle, half = (
            await upgraded(serving), await upgraded(serving), await bare(serving), await bare(serving))  # fmt: skip
        await idle.send_all(b"POST /v1/public/webchats/w1/sessions HTTP/1.1\r\nHost: h\r\n\r\n")
        await until(idle, b"}")
        await half.send_all(b"GET / HT")
        await busy.send_all(masked(b"{}") * 2000)  # unread input would turn the close into a reset
        scope.cancel()
        for stream in (subscriber, busy, idle, half):
            assert await everything(stream) == b""
            await stream.aclose()
        with pytest.raises(OSError, match="all attempts to connect"):
            await trio.open_tcp_stream("127.0.0.1", serving.port)


async def test_a_restart_on_the_same_port_keeps_all(tmp_path: Path) -> None:
    data, port, stored = tmp_path / "chat.sqlite3", 0, []
    session = conversation = ""
    for round_ in range(4):
        async with served(data, port=port) as serving, rest(serving) as api:
            port = serving.port
            if not round_:
                session, conversation = await api.begin()
            assert await api.listed(session) == stored
            async with cable(serving) as client:
                await client.subscribe(session, conversation)
                said = await api.agent(conversation, f"round {round_}")
                assert (await client.frame())["message"]["id"] == said["id"] == str(round_ + 1)
                stored.append({**said, "from": "agent"})


async def test_a_session_that_moved_is_in_its_new_conversation_after_a_restart(tmp_path: Path) -> None:
    data = tmp_path / "chat.sqlite3"
    async with served(data) as serving, rest(serving) as api:
        session, first = await api.begin()
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = await api.client.post("/conversations", json={"session": session}, headers=headers)
        second = answer.json()["conversation"]
    async with served(data) as serving, rest(serving) as api, cable(serving) as client:
        answer = await api.client.post("/messages", json={"session": session, "body": "x"})
        assert answer.json()["conversation"] == second
        await client.subscribe(session, first)
        await client.subscribe(session, second)


def inside(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_without_a_file_nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    async with served() as serving:
        await serving.open_session()
        assert len(inside(tmp_path)) == 1
    assert inside(tmp_path) == []


async def test_a_session_opened_by_hand_is_like_any_other() -> None:
    async with served() as serving, rest(serving) as api, cable(serving) as client:
        session, conversation = await serving.open_session()
        await client.subscribe(session, conversation)
        assert await api.listed(session) == []
        assert serving.cable == f"ws://127.0.0.1:{serving.port}/cable"
        assert serving.url == f"http://127.0.0.1:{serving.port}"


async def refusal(**options: object) -> str:
    with pytest.raises(BadInputError) as caught:
        await serve(**({"host": "127.0.0.1", "port": 0, "webchat": "w1"} | options))
    assert len(caught.value.findings) == 1
    return str(caught.value)


async def test_a_place_that_cannot_be_listened_on_is_refused_with_a_remedy(tmp_path: Path) -> None:
    data = tmp_path / "chat.sqlite3"
    async with served(data) as serving:
        assert await refusal(port=serving.port) == (
            f"127.0.0.1:{serving.port}: the port is in use; stop who uses it, or use --port 0 for any free one"
        )
        assert "another server uses it" in await refusal(data=data)
    assert "not an address of this machine; use --host 127.0.0.1" in await refusal(host="192.0.2.1")
    assert "no such host" in await refusal(host="no.such.host.invalid")
    assert "192.0.2.1:1" in await refusal(host="192.0.2.1", port=1, data=data)
    async with served(data):
        pass  # a refusal leaves the file free


async def test_every_address_of_a_name_is_served_on_one_port() -> None:
    async with served(host="localhost") as serving:
        stream = await trio.open_tcp_stream("localhost", serving.port)
        await stream.aclose()


@contextmanager
def files_limited_to(most_bytes: int) -> Iterator[None]:
    """As good as a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_disk_that_takes_no_more_stops_the_server_and_loses_nothing_acknowledged(
    tmp_path: Path,
) -> None:
    data = tmp_path / "chat.sqlite3"
    acknowledged: list[dict[str, str]] = []
    sessions: list[str] = []

    async def publish(api: Rest, conversation: str) -> None:
        for _ in range(100):
            acknowledged.append(await api.agent(conversation, "x" * 100_000))

    async def publish_until_it_ends() -> None:
        async with stopped_by_hand(data) as (serving, _), rest(serving) as api:
            session, conversation = await api.begin()
            sessions.append(session)
            with pytest.raises(httpx.TransportError):
                await publish(api, conversation)

    with files_limited_to(2_000_000), pytest.raises(BaseExceptionGroup) as caught:
        await publish_until_it_ends()
    refused = caught.value.subgroup(BadInputError)
    assert refused is not None
    assert "make room or name another file with --data" in repr(refused.exceptions)
    assert 0 < len(acknowledged) < 100
    async with served(data) as serving, rest(serving) as api:
        stored = await api.listed(sessions[0], limit=7)
        assert stored[: len(acknowledged)] == [{**said, "from": "agent"} for said in acknowledged]
