"""One request to a target: what a person reads when it comes to nothing."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest
import trio

from cablecheck.errors import UnreachableError
from cablecheck.live import asking
from cablecheck.live.asking import AskError, ask_json, exchange, new_http
from cablecheck.live.route import why
from cablecheck.target.wire import Ask
from tests.live.peers import Script, read_head, serving


@asynccontextmanager
async def url_of(script: Script, scheme: str = "http") -> AsyncIterator[str]:
    async with serving(script) as dial:
        assert isinstance(dial, partial)
        port = dial.args[1]
        yield f"{scheme}://127.0.0.1:{port}/v1/messages?session=secret"


async def what_is_said(script: Script, scheme: str = "http") -> str:
    said = ""
    async with url_of(script, scheme) as url, new_http() as http:
        try:
            await ask_json(http, Ask("GET", url))
        except UnreachableError as error:
            said = str(error)
    return said


def answering(status: str, body: bytes = b"") -> Script:
    async def script(stream: trio.SocketStream) -> None:
        await read_head(stream)
        await stream.send_all(
            b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status.encode(), len(body), body)
        )

    return script


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        ("401 No", b"", "gave 401; check the session and the token"),
        ("404 No", b"", "gave 404; check the API's root and the webchat"),
        ("302 Found", b"", "gave 302, a redirect; give the address that it leads to"),
        ("500 Oops", b"", "gave 500; see its log"),
        ("200 OK", b"<html>", "gave 200 without JSON; check that this is the API's root"),
        ("200 OK", b"[" * 200_000, "gave 200 without JSON; check that this is the API's root"),
    ],
)
async def test_an_answer_that_is_none_is_told_with_its_remedy(status: str, body: bytes, said: str) -> None:
    assert said in await what_is_said(answering(status, body))


async def test_the_visitors_session_is_in_no_message() -> None:
    said = await what_is_said(answering("401 No"))
    assert "/v1/messages: " in said
    assert "secret" not in said


async def silent(stream: trio.SocketStream) -> None:
    await read_head(stream)
    await trio.sleep_forever()


async def dribbling_head(stream: trio.SocketStream) -> None:
    await read_head(stream)
    await stream.send_all(b"HTTP/1.1 200 OK\r\n")
    while True:
        await stream.send_all(b"A: b\r\n")
        await trio.sleep(0.01)


async def dribbling_body(stream: trio.SocketStream) -> None:
    await read_head(stream)
    await stream.send_all(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        await stream.send_all(b"[")
        await trio.sleep(0.01)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (silent, "the target is down: no answer within 0.3 s"),
        (dribbling_head, "the target is down: no answer within 0.3 s"),
        (dribbling_body, "the target does not answer as it should: no end of its answer (200) within 0.3 s"),
    ],
)
async def test_the_deadline_is_one_for_the_whole_answer(
    script: Script, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "PATIENCE_SECONDS", 0.3)
    assert said in await what_is_said(script)


async def test_an_answer_without_an_end_fills_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    async def endless(stream: trio.SocketStream) -> None:
        await read_head(stream)
        await stream.send_all(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            await stream.send_all(b"1" * 65536)

    monkeypatch.setattr(asking, "MAX_ANSWER_BYTES", 2**20)
    assert "does not answer as it should: an answer of over 1,048,576 bytes" in await what_is_said(endless)


async def test_a_target_that_speaks_no_tls_says_so() -> None:
    async def plain(stream: trio.SocketStream) -> None:
        await stream.receive_some(4096)
        await stream.send_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    assert "it does not speak TLS (WRONG_VERSION_NUMBER)" in await what_is_said(plain, "https")


async def test_a_post_that_never_left_is_known_to_have_failed() -> None:
    sent = True
    async with new_http() as http:
        try:
            await exchange(http, Ask("POST", "http://127.0.0.1:1/"))
        except AskError as error:
            sent = error.sent
    assert not sent


def test_a_certificate_that_is_not_trusted_is_named_with_what_is_to_be_done() -> None:
    refused = ssl.SSLCertVerificationError(1, "certificate verify failed")
    refused.verify_message = "self-signed certificate"
    wrapped = OSError()
    wrapped.__cause__ = refused
    said = why(wrapped)
    assert said.startswith("its certificate is not trusted (self-signed certificate; SSL_CERT_FILE")
