"""A proxy that stands alone before a target that is all raw: the test says every byte at either end, and reads what was told."""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import h11
import trio

from cablecheck.history import Armed, Event, Fired, Healed, Released
from cablecheck.live.proxy.front import Front
from cablecheck.live.proxy.notes import Declined, Entered, Listens, Note, Over, Told
from cablecheck.live.route import Route
from cablecheck.live.secured import Secured
from cablecheck.live.standing.proxy import Listening, Stand, StandingProxy
from cablecheck.live.standing.recasting import Recasting
from cablecheck.scenario.reading import read_scenario
from tests.live.lines import CONFIRM, SUBSCRIBE, SWITCHING, exactly
from tests.live.peers import read_head

REQUEST = b"GET /cable?session=secret HTTP/1.1\r\nHost: 127.0.0.1:9000\r\nOrigin: http://127.0.0.1:9000\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"


def story(steps: str) -> str:
    """A scenario of these steps."""
    return f"name: story\nstory: A story.\nsteps:\n{steps}"


@dataclass
class Standing:
    """The proxy, the target's accepted ends, and everything that was told."""

    listening: Listening
    accepted: trio.MemoryReceiveChannel[trio.abc.Stream]
    told: list[tuple[float, Event | Note]] = field(default_factory=list)
    kept: list[trio.abc.Stream] = field(default_factory=list)
    news: trio.Event = field(default_factory=trio.Event)

    @property
    def port(self) -> int:
        return int(self.listening.place.rpartition(":")[2])

    def hear(self, at: float, what: Event | Note) -> None:
        """Be told."""
        self.told.append((at, what))
        self.news.set()
        self.news = trio.Event()

    async def dial(self, tls: ssl.SSLContext | None = None, name: str = "localhost") -> Any:
        """A client's end."""
        stream: Any = await trio.open_tcp_stream("127.0.0.1", self.port)
        if tls is not None:
            stream = Secured(stream, tls, name)
            await stream.do_handshake()
        self.kept.append(stream)
        return stream

    async def cable(self, tls: ssl.SSLContext | None = None) -> tuple[Any, Any]:
        """An upgraded socket: the client's end and the target's."""
        client = await self.dial(tls)
        await client.send_all(REQUEST)
        target = await self.accepted.receive()
        await read_head(target)
        await target.send_all(SWITCHING)
        assert await exactly(client, len(SWITCHING)) == SWITCHING
        return client, target

    async def subscribed(self) -> tuple[Any, Any]:
        """The same, subscribed."""
        client, target = await self.cable()
        await client.send_all(SUBSCRIBE)
        assert await exactly(target, len(SUBSCRIBE)) == SUBSCRIBE
        await target.send_all(CONFIRM)
        assert await exactly(client, len(CONFIRM)) == CONFIRM
        return client, target

    async def until(self, words: str) -> str:
        """The first line that has this, once there is one."""
        while True:
            for line in self.lines:
                if words in line:
                    return line
            await self.news.wait()

    @property
    def lines(self) -> list[str]:
        """What was told, in a word and a detail each; frames that merely passed left out."""
        return [line for _, line in self.timed_lines]

    @property
    def timed_lines(self) -> list[tuple[float, str]]:
        """The same, with the seconds since the start."""
        return [(at, line) for at, what in self.told if (line := _line(what))]

    async def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """A request to the API: status and JSON."""
        assert self.listening.api is not None
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        lines = {"Host": self.listening.api, "Content-Length": str(len(content)), "Connection": "close"}
        lines |= {name.replace("_", "-"): value for name, value in headers.items()}
        http = h11.Connection(h11.CLIENT)
        said = http.send(h11.Request(method=method, target=path, headers=list(lines.items()))) or b""
        host, _, port = self.listening.api.rpartition(":")
        async with await trio.open_tcp_stream(host, int(port)) as stream:
            await stream.send_all(said + content)
            status, got = 0, b""
            http.send(h11.Data(data=content))
            http.send(h11.EndOfMessage())
            while True:
                event = http.next_event()
                if isinstance(event, h11.Response):
                    status = event.status_code
                elif isinstance(event, h11.Data):
                    got += event.data
                elif isinstance(event, h11.EndOfMessage):
                    return status, json.loads(got) if got else None
                elif event is h11.NEED_DATA:
                    http.receive_data(await stream.receive_some(65536))

    async def toxic(
        self, kind: str, name: str | None = None, stream: str | None = None, **attributes: object
    ) -> Any:
        """Add a toxic, and give what the answer says."""
        body: dict[str, object] = {"type": kind, "attributes": attributes}
        body |= ({} if name is None else {"name": name}) | ({} if stream is None else {"stream": stream})
        status, said = await self.ask("POST", "/proxies/cable/toxics", body)
        assert status == 200, said
        return said


def _line(what: Event | Note) -> str:
    match what:
        case Entered(link, _, method, path):
            return f"{link.kind} {link.number}: {method} {path}"
        case Over(link, by, how):
            return f"{link.kind} {link.number}: over, {by}: {how}"
        case Declined(_, why):
            return f"declined: {why}"
        case Told(text):
            return text
        case Armed(fault=fault):
            return f"armed {fault}"
        case Fired(fault=fault, socket=socket, fetch=fetch, kind=kind):
            return f"fired {fault} at {f'cable {socket}' if socket else f'rest {fetch}'}{f', a {kind}' if kind else ''}"
        case Released(fault=fault, detail=detail):
            return f"released {fault}: {detail}"
        case Healed(fault=fault):
            return f"healed {fault}"
        case _:
            return ""


@asynccontextmanager
async def standing(
    steps: str | None = None,
    *,
    route: Route | None = None,
    recasting: Recasting = Recasting("chat.test", "https://chat.test", "/cable"),  # noqa: B008 - it is frozen
    tls: ssl.SSLContext | None = None,
    target_tls: tuple[ssl.SSLContext, ssl.SSLContext] | None = None,
    catch_up: str = "[?&]after_id=",
) -> AsyncIterator[Standing]:
    """The proxy, with its API, before a target on loopback (or wherever the route leads).

    `target_tls`: what the target shows, and whom the proxy trusts.
    """
    sent, accepted = trio.open_memory_channel[trio.abc.Stream](100)
    kept: list[trio.abc.Stream] = []

    async def handle(raw: trio.SocketStream) -> None:
        kept.append(raw)
        stream: trio.abc.Stream = raw
        if target_tls is not None:
            stream = Secured(raw, target_tls[0])
            try:
                await stream.do_handshake()
            except trio.BrokenResourceError:
                return
        await sent.send(stream)
        await trio.sleep_forever()

    async with trio.open_nursery() as nursery:
        with trio.fail_after(20):
            listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
            nursery.start_soon(trio.serve_listeners, handle, listeners)
            port = listeners[0].socket.getsockname()[1]
            stand = Stand(
                route or Route("127.0.0.1", port, target_tls and target_tls[1], "chat.test"),
                "ws://chat.test/cable",
                Front(tls=tls),
                recasting,
                re.compile(catch_up),
                None if steps is None else read_scenario(story(steps), "story.yaml"),
                ("127.0.0.1", 0),
            )
            heard: list[Standing] = []
            early: list[tuple[float, Event | Note]] = []

            def hear(at: float, what: Event | Note) -> None:
                if isinstance(what, Listens):
                    return
                if heard:
                    heard[0].hear(at, what)
                else:
                    early.append((at, what))

            listening = await nursery.start(StandingProxy(stand, hear).run)
            heard.append(Standing(listening, accepted, early, kept))
            try:
                yield heard[0]
                listening.end()
                await listening.over.wait()
            finally:
                for stream in kept:
                    await trio.aclose_forcefully(stream)
        nursery.cancel_scope.cancel()
