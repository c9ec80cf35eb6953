"""HTTP by httpx: the client's fetches, and what the runner itself asks of a target.

A client's fetch gets a connection of its own, is never retried and has no deadline: a library that quietly repeats a GET after a
reset hides the very losses we look for (seen: an HTTP client asked again after a reset, and the gap was healed).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import httpcore
import httpx
import trio

from cablecheck.target.wire import Ask

# An answer larger than this counts as broken instead of filling the memory: some fifty thousand messages on one page.
MAX_ANSWER_BYTES = 16 * 2**20
# How long the runner's own requests (publishing, the truth) may take before their outcome counts as unknown.
PATIENCE_SECONDS = 10.0


class FetchError(Exception):
    """No whole answer came. `status` is set when its head did."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


class _Stream(httpcore.AsyncNetworkStream):
    """A stream of ours as httpcore wants it. Deadlines are not its business: whoever fetches sets them."""

    def __init__(self, stream: trio.abc.Stream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002, ASYNC109 - httpcore's
        try:
            return bytes(await self._stream.receive_some(max_bytes))
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            raise httpcore.ReadError(str(error.__cause__ or error)) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109 - httpcore's
        try:
            await self._stream.send_all(buffer)
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            raise httpcore.WriteError(str(error.__cause__ or error)) from error

    async def aclose(self) -> None:
        await self._stream.aclose()


class _Backend(httpcore.AsyncNetworkBackend):
    """Opens the one connection of a fetch through the given dial."""

    def __init__(self, dial: Callable[[], Awaitable[trio.abc.Stream]]) -> None:
        self._dial = dial

    async def connect_tcp(self, *_args: object, **_options: object) -> httpcore.AsyncNetworkStream:
        try:
            return _Stream(await self._dial())
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error

    async def sleep(self, seconds: float) -> None:
        await trio.sleep(seconds)


class _Body(httpx.AsyncByteStream):
    def __init__(self, stream: AsyncIterator[bytes], close: Callable[[], Awaitable[None]]) -> None:
        self._stream = stream
        self._close = close

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for part in self._stream:
            size += len(part)
            if size > MAX_ANSWER_BYTES:
                raise httpcore.ReadError(f"an answer of over {MAX_ANSWER_BYTES:,} bytes")
            yield part

    async def aclose(self) -> None:
        await self._close()


class OneShot(httpx.AsyncBaseTransport):
    """A transport whose every request has a connection of its own that the given dial opens; it knows no retry.

    `at_once`: how many there may be; None: as many as are asked for.
    """

    def __init__(self, dial: Callable[[], Awaitable[trio.abc.Stream]], at_once: int | None = 1) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            max_connections=at_once, max_keepalive_connections=0, retries=0, network_backend=_Backend(dial)
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises httpcore's errors as they are: `fetch` catches them."""
        asked = httpcore.Request(
            request.method,
            httpcore.URL(
                scheme=b"http", host=request.url.raw_host, port=request.url.port, target=request.url.raw_path
            ),
            headers=request.headers.raw,
            content=request.stream,
        )
        answer = await self._pool.handle_async_request(asked)
        body = _Body(answer.aiter_stream(), answer.aclose)
        return httpx.Response(answer.status, headers=answer.headers, stream=body)

    async def aclose(self) -> None:
        await self._pool.aclose()


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole answer."""

    status: int
    content: bytes
    headers: tuple[tuple[str, str], ...] = ()


async def fetch(dial: Callable[[], Awaitable[trio.abc.Stream]], ask: Ask) -> Fetched:
    """One request over one fresh connection. Raises FetchError.

    A redirect is an answer like any other: a browser would follow it, but a second request is one that no fault and no record knows of.
    """
    status: int | None = None
    try:
        async with (
            httpx.AsyncClient(transport=OneShot(dial), timeout=None, trust_env=False) as client,  # noqa: S113
            client.stream(ask.method, ask.url, headers=list(ask.headers), content=ask.body) as answer,
        ):
            status = answer.status_code
            return Fetched(status, await _whole(answer), tuple(answer.headers.multi_items()))
    except (httpx.HTTPError, httpcore.ProtocolError, httpcore.NetworkError, httpx.InvalidURL) as error:
        raise FetchError(str(error) or type(error).__name__, status) from error


async def _whole(answer: httpx.Response) -> bytes:
    """The body as it came: nothing is unpacked that nobody asked to be packed."""
    return b"".join([part async for part in answer.aiter_raw()])
