"""A bundled server whose every visitor is written down: all bytes that arrive, and when, and what was answered.

The front stands before the server and passes every connection on, byte for byte. Whoever connects straight to the server is a bystander.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import h11
import trio
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Event, Ping, Pong, TextMessage

from cablecheck.demo.server import Serving
from cablecheck.target.reading import Described, read_text
from tests.demo.house import TOKEN, answers_in, served


@dataclass
class Visit:
    """One connection: what came and what went."""

    at: float
    up: bytearray = field(default_factory=bytearray)
    down: bytearray = field(default_factory=bytearray)

    @property
    def request(self) -> Asked | None:
        """The one request of the connection, if it came whole."""
        return next(self.requests(), None)

    def requests(self) -> Iterator[Asked]:
        """Every whole request; what is no HTTP raises."""
        reading = h11.Connection(h11.SERVER)
        reading.receive_data(bytes(self.up))
        head, body = None, b""
        while True:
            event = reading.next_event()
            if isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                assert head is not None
                headers = {name.decode(): value.decode() for name, value in head.headers}
                yield Asked(self, head.method.decode(), head.target.decode(), headers, body)
                return  # a connection of ours asks once
            else:
                return

    @property
    def answer(self) -> Any:
        """The JSON that was answered; None where no answer came whole."""
        try:
            return json.loads(answers_in(bytes(self.down), b"POST")[0][2])
        except (AssertionError, ValueError, h11.RemoteProtocolError):
            return None

    def frames(self) -> Iterator[Event]:
        """What the client of a WebSocket said: its texts, pings, pongs and closes. Anything else raises."""
        reading = WSConnection(ConnectionType.SERVER)
        head, blank, rest = bytes(self.up).partition(b"\r\n\r\n")
        reading.receive_data(head + blank)
        [_] = reading.events()
        reading.send(AcceptConnection())
        reading.receive_data(rest)  # by itself: wsproto forgets what came glued to a request that it accepts
        for event in reading.events():
            assert isinstance(event, TextMessage | Ping | Pong | CloseConnection), event
            yield event


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    visit: Visit
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.target).query).items()}

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Recorder:
    """A server, the target file that leads to it through the front, what that file names, and who came through there."""

    serving: Serving
    target: Described
    named: dict[str, str]
    visits: list[Visit] = field(default_factory=list)


@asynccontextmanager
async def recorded(names: Sequence[str] = (), last: str = "") -> AsyncIterator[Recorder]:
    """A server whose front writes down who comes. The target file `names` a session, or a session and its conversation; `last` is its last line."""
    async with served(seconds=400) as serving, trio.open_nursery() as nursery:
        listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
        front = listeners[0].socket.getsockname()[1]
        there = dict(zip(("session", "conversation"), await serving.open_session(), strict=True))
        named = "".join(f', {name} = "{there[name]}"' for name in names)
        text = f"""
        [target.recorded]
        cable = {{url = "ws://127.0.0.1:{front}/cable"}}
        webchat = {{api = "http://127.0.0.1:{front}/v1", id = "{serving.webchat}", token = "{TOKEN}"{named}}}
        {last}
        """
        described = read_text(text, "recorded.toml", "recorded", {})
        recorder = Recorder(serving, described, {name: there[name] for name in names})

        async def handle(stream: trio.SocketStream) -> None:
            visit = Visit(trio.current_time())
            recorder.visits.append(visit)
            far = await trio.open_tcp_stream("127.0.0.1", serving.port)
            async with stream, far, trio.open_nursery() as both:
                both.start_soon(_pump, stream, far, visit.up, both.cancel_scope)
                both.start_soon(_pump, far, stream, visit.down, both.cancel_scope)

        nursery.start_soon(trio.serve_listeners, handle, listeners)
        yield recorder
        nursery.cancel_scope.cancel()


async def _pump(
    source: trio.SocketStream, sink: trio.SocketStream, seen: bytearray, scope: trio.CancelScope
) -> None:
    """Until either side ends, which ends both."""
    with suppress(trio.BrokenResourceError, trio.ClosedResourceError):
        while data := await source.receive_some(65536):
            seen += data
            await sink.send_all(data)
    scope.cancel()
