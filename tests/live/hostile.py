"""Servers that mean harm: the bundled one, and a front that does evil at one point and passes everything else on.

What is measured is the command itself, in a process of its own: how it ends, what it says, how long it takes, how large it grows.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha1
from pathlib import Path

import trio

from tests.demo.house import TOKEN, served
from tests.live.peers import read_head

# What the front does to the connection that begins with this head. The server itself waits at the given port.
Script = Callable[[trio.SocketStream, bytes, int], Awaitable[None]]

STORY = """\
name: told
story: A message, a drop, and a catch-up.
deadline: 2s
steps:
  - publish: {count: 1}
  - await: {shown: m1, within: 2s}
  - refuse: {how: port, id: outage}
  - cut: {how: rst}
  - publish: {count: 1}
  - await: {fired: outage, within: 5s}
  - heal: {id: outage}
  - await: {event: catch-up-answered, within: 5s}
"""
TARGET = """
[target.bad]
cable = {{url = "ws://127.0.0.1:{port}/cable"}}
webchat = {{api = "http://127.0.0.1:{port}/v1", id = "w1", token = "{token}"}}
"""


@dataclass(frozen=True)
class Attack:
    """Evil at one point: `at` is what the first line of a request has in it; the first `spares` of those are left alone."""

    at: str
    script: Script
    spares: int = 0


@dataclass(frozen=True)
class Suffered:
    """How a command came through."""

    code: int
    out: str
    err: str
    seconds: float
    peak_megabytes: float
    folder: Path

    @property
    def said(self) -> str:
        return self.out + self.err

    @property
    def left_megabytes(self) -> float:
        """Of all files that it left."""
        return sum(file.stat().st_size for file in self.folder.rglob("*") if file.is_file()) / 2**20


def suffered(
    attack: Attack,
    folder: Path,
    *words: str,
    story: str = STORY,
    most_seconds: float = 60,
) -> Suffered:
    """Run the command against the attack. `words` may say `{port}`, `{session}` and `{conversation}`; without any a story is played."""
    words = words or ("run", "told.yaml", "--target", "bad")
    (folder / "told.yaml").write_text(story)

    async def run() -> Suffered:
        async with served(seconds=most_seconds * 2) as serving, trio.open_nursery() as nursery:
            front = _Front(attack, serving.port)
            port = await nursery.start(front.serve)
            (folder / "cablecheck.toml").write_text(TARGET.format(port=port, token=TOKEN))
            session, conversation = await serving.open_session()
            filled = [word.format(port=port, session=session, conversation=conversation) for word in words]
            came = await trio.to_thread.run_sync(_measured, filled, folder, most_seconds)
            nursery.cancel_scope.cancel()
        return came

    return trio.run(run)


def _measured(words: list[str], folder: Path, most_seconds: float) -> Suffered:
    """What outlives its time is killed, and so has not ended as it should."""
    began = time.perf_counter()
    with (folder / "out").open("w+b") as out, (folder / "err").open("w+b") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "cablecheck", *words],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
        peak_kilobytes = 0
        while process.poll() is None:
            peak_kilobytes = max(peak_kilobytes, _peak_kilobytes(process.pid))
            if time.perf_counter() - began > most_seconds:
                process.kill()
            time.sleep(0.02)
        texts = [_read(file.name) for file in (out, err)]
    seconds = time.perf_counter() - began
    return Suffered(process.returncode, *texts, seconds, peak_kilobytes / 1024, folder / "reports")


def _peak_kilobytes(process_id: int) -> int:
    """The most that it has had so far. What `wait4` tells begins with the size of this process, from which it was forked."""
    with suppress(OSError):
        for line in Path(f"/proc/{process_id}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0  # it is gone


def _read(name: str) -> str:
    """The beginning and the end: what was written may be much."""
    text = Path(name).read_text(encoding="utf-8", errors="surrogateescape")
    return text if len(text) < 1 << 20 else text[: 1 << 19] + text[-(1 << 19) :]


@dataclass
class _Front:
    attack: Attack
    server: int
    seen: int = field(default=0)

    async def serve(self, task_status: trio.TaskStatus[int]) -> None:
        listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.serve_listeners, self._handle, listeners)
            task_status.started(listeners[0].socket.getsockname()[1])

    async def _handle(self, stream: trio.SocketStream) -> None:
        with suppress(trio.BrokenResourceError, trio.ClosedResourceError):
            async with stream:
                head = await read_head(stream)
                evil = self.attack.at.encode() in head.partition(b"\r\n")[0]
                self.seen += evil
                if evil and self.seen > self.attack.spares:
                    await self.attack.script(stream, head, self.server)
                else:
                    await passed_on(stream, head, self.server)


async def passed_on(
    stream: trio.SocketStream,
    head: bytes,
    server: int,
    changed: Callable[[bytes], bytes] = lambda data: data,
    then: Callable[[trio.SocketStream], Awaitable[None]] | None = None,
) -> None:
    """As the server has it. Once it has confirmed a subscription, `then` is all that the client hears."""
    far = await trio.open_tcp_stream("127.0.0.1", server)
    async with far, trio.open_nursery() as nursery:

        async def up() -> None:
            await far.send_all(head)
            async for data in stream:
                await far.send_all(data)
            nursery.cancel_scope.cancel()

        async def down() -> None:
            async for data in far:
                await stream.send_all(changed(bytes(data)))
                if then is not None and b"confirm_subscription" in data:
                    await then(stream)
            nursery.cancel_scope.cancel()

        nursery.start_soon(_quietly, up, nursery.cancel_scope)
        nursery.start_soon(_quietly, down, nursery.cancel_scope)


async def _quietly(task: Callable[[], Awaitable[None]], scope: trio.CancelScope) -> None:
    with suppress(trio.BrokenResourceError, trio.ClosedResourceError):
        await task()
    scope.cancel()


# What is evil on a cable


def flooding(frames: bytes, first: bytes = b"") -> Script:
    """These frames over and over, as soon as the client is subscribed; `first` comes before them."""
    many = frames * max(1, 65536 // len(frames))

    async def flood(stream: trio.SocketStream) -> None:
        await stream.send_all(first)
        while True:
            await stream.send_all(many)

    return lambda stream, head, server: passed_on(stream, head, server, then=flood)


def saying(frame: bytes) -> Script:
    """This once, and then as the server has it."""

    async def say(stream: trio.SocketStream) -> None:
        await stream.send_all(frame)

    return lambda stream, head, server: passed_on(stream, head, server, then=say)


def text_frame(text: bytes) -> bytes:
    """A server's text frame."""
    size = len(text)
    if size < 126:
        return bytes([0x81, size]) + text
    return (b"\x81\x7e" + size.to_bytes(2) if size < 1 << 16 else b"\x81\x7f" + size.to_bytes(8)) + text


def upgrading(header: bytes, accept: bytes | None = None) -> Script:
    """An answer to an upgrade with this header besides, and `accept` instead of the right one."""

    async def upgrade(stream: trio.SocketStream, head: bytes, _server: int) -> None:
        [key] = re.findall(rb"(?i)sec-websocket-key: *(\S+)", head)
        token = accept or b64encode(sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        await stream.send_all(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + token + b"\r\n" + header + b"\r\n"
        )

    return upgrade


# What is evil in an answer


def answering(start: bytes, again: bytes = b"", pause_seconds: float = 0) -> Script:
    """These bytes, and then the others for ever."""

    async def answer(stream: trio.SocketStream, _head: bytes, _server: int) -> None:
        await stream.send_all(start)
        while again:
            await stream.send_all(again)
            await trio.sleep(pause_seconds)

    return answer


def whole(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> Script:
    """A whole answer."""
    lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), b"Connection: close", *headers]
    return answering(b"\r\n".join(lines) + b"\r\n\r\n" + body)
