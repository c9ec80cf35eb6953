from __future__ import annotations

import json

import pytest
import trio
import trio.testing

from cablecheck.chat.signals import Answer
from cablecheck.demo.http import Request, converse
from cablecheck.demo.limits import Limits
from cablecheck.scenario.defects import Defect
from tests.demo.house import TOKEN, answers_in, bare, everything, rest, served, until

ROOT = b"/v1/public/webchats/w1"
SMALL = Limits(head_bytes=2000, body_bytes=1000)


def posted(path: bytes, body: bytes, *headers: bytes) -> bytes:
    lines = [
        b"POST " + ROOT + path + b" HTTP/1.1",
        b"Host: h",
        b"Content-Length: %d" % len(body),
        *headers,
        b"",
        b"",
    ]
    return b"\r\n".join(lines) + body


async def talked(
    sent: bytes, *methods: bytes, limits: Limits = SMALL, eof: bool = True
) -> list[tuple[int, dict[str, str], bytes]]:
    """What the server answers to these bytes before it closes."""
    async with served(limits=limits) as serving:
        stream = await bare(serving)
        await stream.send_all(sent)
        if eof:
            await stream.send_eof()
        return answers_in(await everything(stream), *methods)


async def test_a_chat_is_begun_talked_in_and_read_over_http() -> None:
    async with served() as serving, rest(serving) as api:
        session, conversation = await api.begin()
        said = await api.agent(conversation, "grüß 🦉")
        answer = await api.client.post("/messages", json={"session": session, "body": "hello"})
        assert answer.status_code == 201
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        assert await api.listed(session) == [{**said, "from": "agent"}, {**answer.json(), "from": "visitor"}]
        assert await api.listed(session, after="1") == [{**answer.json(), "from": "visitor"}]


async def test_a_chat_that_lets_its_answers_be_kept_says_so_to_visitors_and_once() -> None:
    async with served(defects=[Defect.CACHEABLE_ANSWERS]) as serving, rest(serving) as api:
        session, _ = await api.begin()
        query = {"session": session}
        answer = await api.client.get("/messages", params=query)
        assert answer.headers.get_list("cache-control") == ["max-age=60"]
        agents = await api.client.get("/messages", params=query, headers={"Authorization": f"Bearer {TOKEN}"})
        assert agents.headers.get_list("cache-control") == ["no-store"]


async def test_a_connection_carries_many_requests_and_what_comes_glued_together() -> None:
    sent = posted(b"/sessions", b"") * 3 + b"GET / HTTP/1.1\r\nHost: h\r\n\r\n" + posted(b"/sessions", b"{}")
    answers = await talked(sent, b"POST", b"POST", b"POST", b"GET", b"POST")
    assert [status for status, _, _ in answers] == [201, 201, 201, 404, 201]


async def test_a_request_may_come_byte_by_byte() -> None:
    async with served() as serving:
        stream = await bare(serving)
        for byte in posted(b"/sessions", b"{}", b"Connection: close"):
            await stream.send_all(bytes([byte]))
        ((status, headers, _),) = answers_in(await everything(stream), b"POST")
        assert status == 201
        assert headers["connection"] == "close"


async def test_a_head_is_answered_like_a_get_without_its_body() -> None:
    async with served() as serving, rest(serving) as api:
        session, _ = await api.begin()
        answers = [
            await api.client.request(m, "/messages", params={"session": session}) for m in ("HEAD", "GET")
        ]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert [answer.content for answer in answers] == [b"", b'{"messages":[],"next":null}']
        assert answers[0].headers["content-length"] == answers[1].headers["content-length"]


async def test_a_refused_head_has_no_body_either() -> None:
    answers = await talked(b"HEAD " + ROOT + b"/sessions HTTP/1.1\r\nHost: h\r\n\r\n", b"HEAD")
    assert [(status, body) for status, _, body in answers] == [(405, b"")]
    assert answers[0][1]["allow"] == "POST"


async def test_a_chunked_body_is_put_together() -> None:
    async with served() as serving, rest(serving) as api:
        session, _ = await api.begin()

        async def chunks() -> object:
            for part in (b'{"session":', json.dumps(session).encode(), b',"body":"in ', b'parts"}'):
                yield part

        answer = await api.client.post("/messages", content=chunks())
        assert (answer.status_code, answer.json()["body"]) == (201, "in parts")


async def test_an_old_client_gets_its_answer_and_the_end() -> None:
    ((status, headers, _),) = await talked(
        b"POST " + ROOT + b"/sessions HTTP/1.0\r\n\r\n", b"POST", eof=False
    )
    assert (status, headers["connection"]) == (201, "close")


async def test_who_expects_a_100_gets_it_before_sending_the_body() -> None:
    async with served() as serving:
        stream = await bare(serving)
        head = posted(b"/sessions", b"", b"Expect: 100-continue", b"Connection: close")
        await stream.send_all(head.replace(b"Content-Length: 0", b"Content-Length: 2"))
        interim = await until(stream, b"\r\n\r\n")
        assert interim.startswith(b"HTTP/1.1 100 ")
        await stream.send_all(b"{}")
        assert [a[0] for a in answers_in(interim + await everything(stream), b"POST")] == [100, 201]


async def test_who_expects_a_100_for_too_long_a_body_is_refused_at_once() -> None:
    head = posted(b"/messages", b"", b"Expect: 100-continue").replace(b"Length: 0", b"Length: 1001")
    assert [a[0] for a in await talked(head, b"POST", eof=False)] == [413]


REFUSED = {
    "a body that is declared too long": (posted(b"/messages", b"x" * 1001), 413),
    "a body that is declared absurdly long": (posted(b"/messages", b"").replace(b": 0", b": " + b"9" * 20), 413),
    "a length of many digits": (posted(b"/messages", b"").replace(b": 0", b": " + b"9" * 1500), 400),
    "chunks that become too long": (
        posted(b"/messages", b"").replace(b"Content-Length: 0", b"Transfer-Encoding: chunked") + b"ff\r\n" + b"x" * 255 + b"\r\n"
        + (b"ff\r\n" + b"x" * 255 + b"\r\n") * 4, 413),
    "a head that is too long": (b"GET / HTTP/1.1\r\nX: " + b"x" * 3000, 431),
    "garbage": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    "half a request and its end": (b"GET / HT", 400),
    "half a body and its end": (posted(b"/messages", b"half")[:-2], 400),
    "a version that is none": (b"GET / HTTP/9\r\nHost: h\r\n\r\n", 400),
    "no host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "two lengths": (posted(b"/messages", b"x", b"Content-Length: 2"), 400),
    "an unknown encoding": (posted(b"/messages", b"").replace(b"Content-Length: 0", b"Transfer-Encoding: gzip"), 501),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
async def test_what_is_no_proper_request_is_refused_and_then_the_connection_ends(case: str) -> None:
    sent, status = REFUSED[case]
    method = b"POST" if sent.startswith(b"POST") else b"GET"
    ((refused, headers, body),) = await talked(sent, method)
    assert (refused, headers["connection"]) == (status, "close")
    assert list(json.loads(body)) == ["error"]


async def test_a_refusal_is_read_even_by_who_goes_on_sending() -> None:
    async with served(limits=Limits(body_bytes=1000)) as serving:
        stream = await bare(serving)
        await stream.send_all(posted(b"/messages", b"x" * 3_000_000))
        await stream.send_eof()
        assert [a[0] for a in answers_in(await everything(stream), b"POST")] == [413]


async def listed(_: Request) -> Answer:
    return Answer(1, 200, "x" * 1000)


SLOW = {
    "a head that never ends": (b"GET / HTTP/1.1\r\nHost:", [408]),
    "a body that never comes": (posted(b"/messages", b"half")[:-2], [408]),
    "nothing at all": (b"", []),
}


@pytest.mark.parametrize("case", SLOW)
async def test_who_is_too_slow_is_sent_away(case: str, autojump_clock: trio.testing.MockClock) -> None:
    sent, statuses = SLOW[case]
    client, server = trio.testing.memory_stream_pair()
    await client.send_all(sent)
    assert await converse(server, Limits(), listed) is None
    await server.aclose()
    methods = [b"POST" if sent.startswith(b"POST") else b"GET"] * len(statuses)
    assert [a[0] for a in answers_in(await everything(client), *methods)] == statuses


async def test_a_head_that_trickles_in_meets_the_same_deadline(
    autojump_clock: trio.testing.MockClock,
) -> None:
    client, server = trio.testing.memory_stream_pair()

    async def trickle() -> None:
        await client.send_all(b"GET / HTTP/1.1\r\nHost: ")
        while True:
            await client.send_all(b"x")
            await trio.sleep(1)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(trickle)
        assert await converse(server, Limits(head_seconds=20), listed) is None
        assert 20 <= trio.current_time() < 25
        nursery.cancel_scope.cancel()
    await server.aclose()
    assert (await everything(client)).startswith(b"HTTP/1.1 408 ")


async def test_who_does_not_read_its_answers_is_not_waited_for(
    autojump_clock: trio.testing.MockClock,
) -> None:
    client, server = trio.testing.lockstep_stream_pair()  # what is sent must be taken before the send ends
    async with trio.open_nursery() as nursery:
        nursery.start_soon(client.send_all, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n" * 2)
        assert await converse(server, Limits(send_seconds=5), listed) is None
    assert trio.current_time() >= 5


async def test_who_is_gone_before_it_can_be_refused_is_no_fault() -> None:
    client, server = trio.testing.memory_stream_pair()
    await client.send_all(b"GET / HT")
    await client.aclose()
    assert await converse(server, Limits(), listed) is None


async def test_a_token_is_checked_over_the_wire() -> None:
    async with served() as serving, rest(serving) as api:
        _, conversation = await api.begin()
        values = {"conversation": conversation, "body": "x"}
        for header, status in ((f"Bearer {TOKEN}", 201), ("Bearer é", 401), ("", 401)):
            answer = await api.client.post(
                "/messages", json=values, headers=[(b"Authorization", header.encode())]
            )
            assert answer.status_code == status
