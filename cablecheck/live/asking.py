"""One request of the runner's own to a target: a whole answer within the deadline, or the reason in words for a person.

The visitor's session stands in the query, so no message ever names more of a URL than its path.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpcore
import httpx
import trio

from cablecheck.cable.json_values import NotJsonError, refuse_bulk, refuse_depth
from cablecheck.errors import UnreachableError
from cablecheck.live.rest import MAX_ANSWER_BYTES, PATIENCE_SECONDS, OneShot
from cablecheck.live.route import Reach, Route, connect, why
from cablecheck.report.visible import visible
from cablecheck.target.wire import Ask, Headers

_REMEDIES = {
    401: "check the session and the token",
    403: "check the session and the token",
    404: "check the API's root and the webchat",
    429: "it limits how often one may ask; try again later",
}


_STRAIGHT = Reach()


class AskError(Exception):
    """No whole answer came. `sent` is False when the target certainly never heard the question, `began` is True where an answer had begun."""

    def __init__(self, fact: str, *, sent: bool = True, began: bool = False) -> None:
        super().__init__(fact)
        self.sent = sent
        self.began = began


class _Routed(httpx.AsyncBaseTransport):
    """Every request on a connection of its own, by the way that leads to its host."""

    def __init__(self, way: Callable[[str], Route]) -> None:
        self._way = way
        self._shots: dict[tuple[str, str, int | None], OneShot] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises httpcore's errors as they are: `exchange` catches them."""
        site = (request.url.scheme, request.url.host, request.url.port)
        if site not in self._shots:
            route = self._way(str(request.url))
            self._shots[site] = OneShot(partial(connect, route), at_once=None)
        return await self._shots[site].handle_async_request(request)

    async def aclose(self) -> None:
        for shot in self._shots.values():
            await shot.aclose()


def new_http(way: Callable[[str], Route] = _STRAIGHT.route) -> httpx.AsyncClient:
    """A client for `exchange`: every request has a connection of its own, by the way that its URL has."""
    return httpx.AsyncClient(
        transport=_Routed(way),
        timeout=PATIENCE_SECONDS,
        trust_env=False,
        headers={"Accept-Encoding": "identity"},
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    status: int
    content: bytes
    headers: Headers = ()


async def exchange(http: httpx.AsyncClient, ask: Ask, within_seconds: float | None = None) -> Answer:
    """Ask once, never again; None: within PATIENCE_SECONDS. Raises AskError.

    The deadline is one for all of it: an answer that dribbles is as good as none, and one without an end fills no memory.
    """
    status: int | None = None
    limit = PATIENCE_SECONDS if within_seconds is None else within_seconds
    with trio.move_on_after(limit):
        try:
            async with http.stream(
                ask.method, ask.url, content=ask.body, headers=list(ask.headers)
            ) as answer:
                status = answer.status_code
                return Answer(status, await _whole(answer), tuple(answer.headers.multi_items()))
        except httpx.TimeoutException:
            pass
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise AskError(f"it can't be asked: {error}", sent=False) from error
        except (httpx.HTTPError, httpcore.ProtocolError, httpcore.NetworkError) as error:
            unsent = isinstance(error, httpx.ConnectError | httpcore.ConnectError)
            raise AskError(why(error), sent=not unsent, began=status is not None) from error
    when = "no answer" if status is None else f"no end of its answer ({status})"
    raise AskError(f"{when} within {limit:g} s", began=status is not None)


def asked(ask: Ask) -> str:
    """The request as an error names it: a query may hold secrets."""
    return f"{ask.method} {ask.url.partition('?')[0]}"


async def ask_well(
    http: httpx.AsyncClient, ask: Ask, accept: tuple[int, ...] = (), *, within_seconds: float | None = None
) -> Answer:
    """A good answer: any 2xx, or one that is accepted. Raises UnreachableError, which says in one line what to look at."""
    place = asked(ask)
    wrong = f"{place}: the target does not answer as it should"
    try:
        answer = await exchange(http, ask, within_seconds)
    except AskError as error:
        if error.began:
            raise UnreachableError(f"{wrong}: {error}; see its log") from error
        remedy = "see that it runs and that its address is right"
        raise UnreachableError(f"the target is down: {error} ({place}); {remedy}") from error
    status = answer.status
    wrong = f"{wrong}: it gave {status}"
    if status in accept if accept else 200 <= status < 300:
        return answer
    if 300 <= status < 400:
        raise UnreachableError(f"{wrong}, a redirect; give the address that it leads to")
    raise UnreachableError(f"{wrong}; {_REMEDIES.get(status, 'see its log')}")


async def ask_json(http: httpx.AsyncClient, ask: Ask, *, within_seconds: float | None = None) -> Any:  # noqa: ANN401 - any JSON
    """The JSON of a good answer. Raises UnreachableError."""
    answer = await ask_well(http, ask, within_seconds=within_seconds)
    wrong = f"{asked(ask)}: the target does not answer as it should: it gave {answer.status}"
    try:
        text = answer.content.decode("utf-8-sig")
        refuse_bulk(text)
        return refuse_depth(json.loads(text or "null"))
    except NotJsonError as error:
        raise UnreachableError(
            f"{wrong} and JSON that nobody should read ({error}); see what it answers"
        ) from None
    except (ValueError, RecursionError):
        raise UnreachableError(f"{wrong} without JSON; check that this is the API's root") from None


async def _whole(answer: httpx.Response) -> bytes:
    """The body, never unpacked: a few kilobytes may be packed gigabytes, and nobody asked for any packing.

    One that is too long is cancelled, not left: httpx's generators end well only from within.
    """
    packed = answer.headers.get("content-encoding", "identity")
    if packed.lower() != "identity":
        raise AskError(
            f"a packed answer ({visible(packed[:20])}), though it was told Accept-Encoding: identity",
            began=True,
        )
    parts: list[bytes] = []
    size = 0
    with trio.CancelScope() as enough:
        async for part in answer.aiter_raw():
            size += len(part)
            parts.append(part)
            if size > MAX_ANSWER_BYTES:
                enough.cancel()
    if size > MAX_ANSWER_BYTES:
        raise AskError(f"an answer of over {MAX_ANSWER_BYTES:,} bytes", began=True)
    return b"".join(parts)
