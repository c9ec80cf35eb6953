"""One request of the runner's own to a target: a whole answer within the deadline, or the reason in words for a person.

The visitor's session stands in the query, so no message ever names more of a URL than its path.
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import httpcore
import httpx
import trio

from cablecheck.errors import UnreachableError
from cablecheck.live.rest import MAX_ANSWER_BYTES, PATIENCE_SECONDS, OneShot
from cablecheck.live.route import Route, connect, why
from cablecheck.live.trust import tls_context

_REMEDIES = {
    401: "check the session and the token",
    403: "check the session and the token",
    404: "check the API's root and the webchat",
    429: "it limits how often one may ask; try again later",
}


class AskError(Exception):
    """No whole answer came. `sent` is False when the target certainly never heard the question."""

    def __init__(self, fact: str, *, sent: bool = True) -> None:
        super().__init__(fact)
        self.sent = sent


def new_http(route: Route | None = None) -> httpx.AsyncClient:
    """A client for `exchange`: every request has a connection of its own, and no proxy of the environment's is heeded.

    With a `route` every request goes that way, whatever host its URL names. Without, it is dialled by its URL.
    """
    return httpx.AsyncClient(
        transport=None if route is None else OneShot(partial(connect, route), at_once=None),
        verify=tls_context(),
        timeout=PATIENCE_SECONDS,
        trust_env=False,
        limits=httpx.Limits(max_keepalive_connections=0),
        headers={"Accept-Encoding": "identity"},
    )


async def exchange(
    http: httpx.AsyncClient, method: str, url: str, payload: object, headers: dict[str, str]
) -> tuple[int, bytes]:
    """Status and body of the answer, never retried. Raises AskError.

    The deadline is one for all of it: an answer that dribbles is as good as none, and one without an end fills no memory.
    """
    status: int | None = None
    with trio.move_on_after(PATIENCE_SECONDS):
        try:
            async with http.stream(method, url, json=payload, headers=headers) as answer:
                status = answer.status_code
                return status, await _whole(answer)
        except httpx.TimeoutException:
            pass
        except (httpx.HTTPError, httpcore.ProtocolError, httpcore.NetworkError) as error:
            unsent = isinstance(error, httpx.ConnectError | httpcore.ConnectError)
            raise AskError(why(error), sent=not unsent) from error
    when = "no answer" if status is None else f"no end of its answer ({status})"
    raise AskError(f"{when} within {PATIENCE_SECONDS:.0f} s")


async def ask_json(
    http: httpx.AsyncClient, method: str, url: str, payload: object, headers: dict[str, str]
) -> Any:  # noqa: ANN401 - any JSON
    """The JSON of a successful answer. Raises UnreachableError, which says in one line what to look at."""
    place = f"{method} {url.partition('?')[0]}"
    try:
        status, content = await exchange(http, method, url, payload, headers)
    except AskError as error:
        remedy = "see that it runs and that its address is right"
        raise UnreachableError(f"{place}: the target is down: {error}; {remedy}") from error
    wrong = f"{place}: the target does not answer as it should: it gave {status}"
    if 300 <= status < 400:
        raise UnreachableError(f"{wrong}, a redirect; give the address that it leads to")
    if not 200 <= status < 300:
        raise UnreachableError(f"{wrong}; {_REMEDIES.get(status, 'see its log')}")
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise UnreachableError(f"{wrong} without JSON; check that this is the API's root") from None


async def _whole(answer: httpx.Response) -> bytes:
    """The body. One that is too long is cancelled, not left: httpx's generators end well only from within."""
    parts: list[bytes] = []
    size = 0
    with trio.CancelScope() as enough:
        async for part in answer.aiter_bytes():
            size += len(part)
            parts.append(part)
            if size > MAX_ANSWER_BYTES:
                enough.cancel()
    if size > MAX_ANSWER_BYTES:
        raise AskError(f"an answer of over {MAX_ANSWER_BYTES // 2**20} MB")
    return b"".join(parts)
