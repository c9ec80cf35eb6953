"""A target whose cable is none is told before anything is played."""

from __future__ import annotations

import json
from functools import partial

import pytest
import trio
from wsproto.events import TextMessage

from cablecheck.errors import UnreachableError
from cablecheck.live import greeting
from cablecheck.live.greeting import await_confirmation
from cablecheck.live.targets import webchat_place
from tests.live.peers import Script, read_head, serving, upgraded


async def said_of(script: Script) -> str:
    said = ""
    async with serving(script) as dial:
        assert isinstance(dial, partial)
        port = dial.args[1]
        url = f"ws://127.0.0.1:{port}/cable?secret=1"
        try:
            await await_confirmation(webchat_place("t", url, "http://h/v1", "w", "t", "s", "c"))
        except UnreachableError as error:
            said = str(error)
    return said


def frames(*texts: str, then: str | None = None) -> Script:
    """A cable that says these, and answers a subscription with `{"identifier": ..., "type": then}`."""

    async def script(stream: trio.SocketStream) -> None:
        server = await upgraded(stream)
        for text in texts:
            await stream.send_all(server.send(TextMessage(text)))
        server.receive_data(await stream.receive_some(65536))
        asked = next(server.events(), None)
        if then is not None and isinstance(asked, TextMessage):
            answer = {"identifier": json.loads(asked.data)["identifier"], "type": then}
            await stream.send_all(server.send(TextMessage(json.dumps(answer))))
        await stream.receive_some(1)

    return script


async def test_a_cable_that_says_welcome_and_confirms_is_one() -> None:
    greeted = ('{"type":"ping","message":1}', WELCOME)
    assert await said_of(frames(*greeted, then="confirm_subscription")) == ""


async def not_found(stream: trio.SocketStream) -> None:
    await read_head(stream)
    await stream.send_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")


async def html(stream: trio.SocketStream) -> None:
    await read_head(stream)
    await stream.send_all(b"\x1b[2J<html>")


async def leaves(stream: trio.SocketStream) -> None:
    await upgraded(stream)


async def silent(stream: trio.SocketStream) -> None:
    await read_head(stream)
    await trio.sleep_forever()


WELCOME = '{"type":"welcome"}'
NONE = {
    "404": (not_found, "the upgrade was answered with 404; "),
    "no HTTP": (html, "; see that this is the cable's address"),
    "a goodbye": (leaves, "without a Close frame before any welcome; "),
    "silence": (silent, "no answer to the upgrade within 1 s; "),
    "silence after the upgrade": (frames(), "no welcome within 1 s; "),
    "a refusal": (
        frames('{"type":"disconnect","reason":"unauthorized","reconnect":false}'),
        "a disconnect frame (unauthorized) instead of a welcome within 1 s; ",
    ),
}


UNCONFIRMED = {
    "a rejection": (
        frames(WELCOME, then="reject_subscription"),
        "it was rejected; see subscription.identifier",
    ),
    "silence": (frames(WELCOME), "no answer within 1 s; see subscription.identifier"),
    "a restart": (
        frames(WELCOME, '{"type":"disconnect","reason":"server_restart","reconnect":true}'),
        "a disconnect frame (server_restart) instead within 1 s; ",
    ),
}


@pytest.mark.parametrize(("script", "fact"), UNCONFIRMED.values(), ids=UNCONFIRMED.keys())
async def test_what_came_instead_of_a_confirmation_is_one_line(
    script: Script, fact: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(greeting, "PATIENCE_SECONDS", 0.6)
    said = await said_of(script)
    assert "/cable: the target's cable confirms no subscription: " in said
    assert fact in said
    assert "\n" not in said


@pytest.mark.parametrize(("script", "fact"), NONE.values(), ids=NONE.keys())
async def test_what_came_instead_of_a_welcome_is_one_line(
    script: Script, fact: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(greeting, "PATIENCE_SECONDS", 0.6)
    said = await said_of(script)
    assert "/cable: the target's cable gives no welcome: " in said
    assert fact in said
    assert "secret" not in said
    assert "\n" not in said


async def test_a_cable_that_nobody_listens_on_is_said() -> None:
    with pytest.raises(UnreachableError, match=r"gives no welcome: .*127\.0\.0\.1:1"):
        await await_confirmation(
            webchat_place("t", "ws://127.0.0.1:1/cable", "http://h/v1", "w", "t", "s", "c")
        )
