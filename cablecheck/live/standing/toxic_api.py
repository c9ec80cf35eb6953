"""The small HTTP API beside a proxy that stands alone, in Toxiproxy's shapes (version 2), for tools that speak to one.

It listens on loopback. Pages in a browser may send requests there too, so whatever a browser sends is refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.metadata import version
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote

import trio

from cablecheck.chat.signals import Answer
from cablecheck.demo.http import Request, converse
from cablecheck.demo.limits import Limits
from cablecheck.demo.line import Line
from cablecheck.live.standing.toxic_shelf import ToxicShelf
from cablecheck.live.standing.toxics import ToxicError

PROXY = "cable"  # the name of the one proxy
_LIMITS = Limits(body_bytes=64 * 1024)
_CHANGES = ("POST", "PATCH")


class ToxicApi:
    """Answers requests about the one proxy: where it listens, and where it leads."""

    def __init__(self, shelf: ToxicShelf, listen: str, upstream: str) -> None:
        self._shelf = shelf
        self._listen = listen
        self._upstream = upstream
        self._deleted = False

    async def serve(self, stream: trio.SocketStream) -> None:
        """One connection, to its end."""
        line = Line(stream)
        try:
            await converse(line, _LIMITS, self._answer)
        finally:
            line.hang_up()

    async def _answer(self, request: Request) -> Answer:
        try:
            _refuse_browsers(request)
            status, value = self._routed(request)
        except ToxicError as error:
            status, value = error.status, {"error": str(error), "status": error.status}
        return Answer(0, status, value)

    def _routed(self, request: Request) -> tuple[int, Any]:
        path = request.target.partition("?")[0]
        match [unquote(part) for part in path.strip("/").split("/")]:
            case ["version"]:
                return self._only(request, {"GET": lambda: (200, {"version": version("cablecheck")})})
            case ["reset"]:
                return self._only(request, {"POST": self._reset})
            case ["proxies"]:
                return self._only(request, {"GET": self._all, "POST": lambda: self._create(_body(request))})
            case ["populate"]:
                return self._only(request, {"POST": lambda: self._populate(_body(request))})
            case ["proxies", name, *rest]:
                self._known(name)
                return self._of_the_proxy(request, rest)
            case _:
                raise ToxicError(404, f"no such path: {path[:80]}")

    def _of_the_proxy(self, request: Request, rest: list[str]) -> tuple[int, Any]:
        shelf = self._shelf
        change: Callable[[], tuple[int, Any]]
        match rest:
            case []:
                change = lambda: self._update(_body(request))  # noqa: E731 - one of two methods
                return self._only(
                    request,
                    {"GET": lambda: (200, self._shown()), "DELETE": self._delete}
                    | dict.fromkeys(_CHANGES, change),
                )
            case ["toxics"]:
                return self._only(
                    request,
                    {"GET": lambda: (200, shelf.listed()), "POST": lambda: (200, shelf.add(_body(request)))},
                )
            case ["toxics", name]:
                change = lambda: (200, shelf.change(name, _body(request)))  # noqa: E731 - one of two methods
                return self._only(
                    request,
                    {"GET": lambda: (200, shelf.show(name)), "DELETE": lambda: self._remove(name)}
                    | dict.fromkeys(_CHANGES, change),
                )
            case _:
                raise ToxicError(404, f"no such path: {request.target[:80]}")

    def _only(self, request: Request, methods: dict[str, Callable[[], tuple[int, Any]]]) -> tuple[int, Any]:
        if request.method not in methods:
            raise ToxicError(405, f"{request.method[:20]} means nothing here; use {', '.join(methods)}")
        return methods[request.method]()

    # The proxy

    def _shown(self) -> dict[str, Any]:
        return {
            "name": PROXY,
            "listen": self._listen,
            "upstream": self._upstream,
            "enabled": self._shelf.enabled,
            "toxics": self._shelf.listed(),
        }

    def _known(self, name: str) -> None:
        if name != PROXY or self._deleted:
            raise ToxicError(
                404, f"proxy not found: {name[:80]}; there is {'none' if self._deleted else PROXY}"
            )

    def _all(self) -> tuple[int, Any]:
        return 200, {} if self._deleted else {PROXY: self._shown()}

    def _reset(self) -> tuple[int, Any]:
        if not self._deleted:
            self._shelf.reset()
        return 204, None

    def _delete(self) -> tuple[int, Any]:
        self._shelf.reset()
        self._shelf.enable(False)
        self._deleted = True
        return 204, None

    def _create(self, wanted: object) -> tuple[int, Any]:
        """Only the proxy of the command line can be made, once it was deleted."""
        asked = self._checked(wanted)
        if not self._deleted:
            raise ToxicError(409, f"proxy already exists: {PROXY}")
        self._deleted = False
        self._shelf.enable(asked.get("enabled", True))
        return 201, self._shown()

    def _populate(self, wanted: object) -> tuple[int, Any]:
        if not isinstance(wanted, list):
            raise ToxicError(400, "bad request body: a list of proxies is needed")
        checked = [self._checked(each) for each in wanted]
        for asked in checked:
            self._deleted = False
            self._shelf.enable(asked.get("enabled", True))
        return 201, {"proxies": [self._shown() for _ in checked]}

    def _update(self, wanted: object) -> tuple[int, Any]:
        asked = self._checked(wanted, PROXY)
        if "enabled" in asked:
            self._shelf.enable(asked["enabled"])
        return 200, self._shown()

    def _checked(self, wanted: object, name: str | None = None) -> dict[str, Any]:
        if not isinstance(wanted, dict):
            raise ToxicError(400, "bad request body: a JSON object is needed")
        if wanted.get("name", name) != PROXY:
            raise ToxicError(
                400,
                f"there is one proxy here, and its name is {PROXY}; start another cablecheck proxy for another",
            )
        for key, mine in (("listen", self._listen), ("upstream", self._upstream)):
            if wanted.get(key) not in (None, "", mine):
                raise ToxicError(400, f"{key} is {mine}, and can be changed on the command line only")
        if not isinstance(wanted.get("enabled", True), bool):
            raise ToxicError(400, "enabled is neither true nor false")
        return wanted

    def _remove(self, name: str) -> tuple[int, Any]:
        self._shelf.remove(name)
        return 204, None


def _body(request: Request) -> object:
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError):
        raise ToxicError(400, "bad request body: it is no JSON") from None


def _refuse_browsers(request: Request) -> None:
    """Refuse what a page in a browser sent, also by a name that was made to mean this machine."""
    headers = dict(request.headers)
    browser = headers.get("user-agent", "").startswith("Mozilla/")
    if browser or "origin" in headers or "sec-fetch-site" in headers:
        raise ToxicError(403, "browsers are not allowed here; use curl, or a client library of Toxiproxy")
    host = headers.get("host", "")
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    if not is_loopback(name):
        raise ToxicError(403, "ask for it as 127.0.0.1 or localhost")


def is_loopback(host: str) -> bool:
    """Whether this is a name or an address of this machine, for itself alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"
