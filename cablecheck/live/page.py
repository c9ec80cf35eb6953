"""One client in the live world: the hands of its page on Trio. It opens sockets, sends, fetches and sets timers, and knows no rule."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import trio

from cablecheck.client import signals
from cablecheck.client.host import Host, Machine, Signal
from cablecheck.client.http_cache import CACHE_SECONDS, Kept
from cablecheck.live.dialling import Dial
from cablecheck.live.rest import FetchError, fetch
from cablecheck.live.stage import Stage
from cablecheck.live.targets import Place
from cablecheck.live.websocket import CloseCame, Heard, Over, Text, Upgraded, WebSocket, request


class LivePage:
    """The page of client `name`, on `stage`, which keeps the time and the record. Its tasks live in `nursery`.

    `host` is what records and decides; `observe` is shown every event just before the client is, and every action just before it is
    performed.
    """

    def __init__(
        self,
        name: str,
        client: Machine,
        place: Place,
        dial: Dial,
        stage: Stage,
        nursery: trio.Nursery,
        *,
        observe: Callable[[Signal], None] | None = None,
    ) -> None:
        self._place = place
        self._dial = dial
        self._nursery = nursery
        self._sockets: dict[int, WebSocket] = {}
        self._timers: dict[str, trio.CancelScope] = {}
        self._fetches: dict[int, trio.CancelScope] = {}
        self.host = Host(
            name,
            client,
            self,
            api_path=place.api_path,
            record=stage.record,
            now=stage.now,
            observe=observe,
        )

    # Sockets -----------------------------------------------------------------------------------------------------------------

    def connect(self, socket: int, protocols: tuple[str, ...]) -> None:
        """Open a WebSocket to the cable, offering these subprotocols."""
        websocket = self._sockets[socket] = WebSocket(partial(self._heard, socket))
        parts = self._place.cable_parts
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        upgrade = request(parts.netloc, path, self._place.origin, protocols)
        self._nursery.start_soon(websocket.run, partial(self._dial, "cable", socket, False), upgrade)

    def send(self, socket: int, text: str) -> None:
        """Send a text frame."""
        self._sockets[socket].send(text)

    def hang_up(self, socket: int) -> None:
        """Send a Close frame."""
        self._sockets[socket].hang_up()

    def close(self, socket: int) -> None:
        """End a socket without waiting for anybody."""
        self._sockets.pop(socket).abandon()

    def _heard(self, socket: int, heard: Heard) -> None:
        if socket not in self._sockets:
            return
        match heard:
            case Upgraded(protocol=protocol):
                self.host.opened(socket, protocol)
            case Text(text=text):
                self.host.heard(socket, text)
            case CloseCame(code=code):
                self.host.closing(socket, code)
            case Over():
                if not self._sockets.pop(socket).opened:
                    self.host.failed_to_open(socket, heard.reason)
                self.host.closed(socket, heard.how, heard.code, heard.status)

    # Timers ------------------------------------------------------------------------------------------------------------------

    def set_timer(self, name: str, milliseconds: int) -> None:
        """Ring after so long."""
        if name in self._timers:
            self._timers[name].cancel()
        self._timers[name] = scope = trio.CancelScope()
        self._nursery.start_soon(self._ring, name, milliseconds, scope)

    def cancel_timer(self, name: str) -> None:
        """Forget a timer."""
        self._timers.pop(name).cancel()

    async def _ring(self, name: str, milliseconds: int, scope: trio.CancelScope) -> None:
        with scope:
            await trio.sleep(milliseconds / 1000)
        if not scope.cancel_called:
            del self._timers[name]
            self.host.rang(name)

    # Fetches -----------------------------------------------------------------------------------------------------------------

    def fetch(self, action: signals.Fetch) -> None:
        """Ask over HTTP."""
        self._fetches[action.fetch] = scope = trio.CancelScope()
        self._nursery.start_soon(self._ask, action, scope)

    def recall(self, fetch: int, kept: Kept) -> None:
        """Answer in a moment with what the browser kept."""
        self._fetches[fetch] = scope = trio.CancelScope()
        self._nursery.start_soon(self._remember, fetch, kept, scope)

    async def _remember(self, fetch: int, kept: Kept, scope: trio.CancelScope) -> None:
        with scope:
            await trio.sleep(CACHE_SECONDS)
        if self._fetches.pop(fetch, None) is not None:
            self.host.recalled(fetch, kept)

    def abort(self, fetch: int) -> None:
        """Give a fetch up."""
        self._fetches.pop(fetch).cancel()

    async def _ask(self, action: signals.Fetch, scope: trio.CancelScope) -> None:
        number = action.fetch
        headers = {"Authorization": f"Bearer {self._place.webchat}", "Accept": "application/json"}
        headers |= {"Accept-Encoding": "identity"} | (
            {"Content-Type": "application/json"} if action.body else {}
        )
        dial = partial(self._dial, "rest", number, action.catch_up)
        url = self._place.api.rstrip("/") + action.path
        with scope:
            try:
                got = await fetch(dial, action.method, url, headers=headers, body=action.body)
            except FetchError as error:
                if self._fetches.pop(number, None) is not None:
                    self.host.failed(number, str(error), error.status)
                return
            if self._fetches.pop(number, None) is not None:
                text = got.content.decode("utf-8-sig", "replace")  # as `response.json()` decodes
                self.host.answered(number, got.status, text, got.headers)
