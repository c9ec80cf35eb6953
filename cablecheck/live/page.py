"""One client in the live world: the hands of its page on Trio. It opens sockets, sends, fetches and sets timers, and knows no rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import trio

from cablecheck.cable.identifiers import Routing
from cablecheck.client import signals
from cablecheck.client.host import Host, Machine, Signal
from cablecheck.client.http_cache import CACHE_SECONDS, Kept
from cablecheck.live.dialling import Dial
from cablecheck.live.rest import Fetched, FetchError, fetch
from cablecheck.live.stage import Stage
from cablecheck.live.targets import Place
from cablecheck.live.websocket import CloseCame, Heard, Over, Text, Upgraded, WebSocket, upgrade_for
from cablecheck.target.dialect import NOTHING_MISSED, Dialect
from cablecheck.target.wire import Ask


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
        self._dialect = dialect_of(place)
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
        upgrade = upgrade_for(self._place.wire, protocols)
        self._nursery.start_soon(websocket.run, partial(self._dial, "cable", socket, False), upgrade)

    def send(self, socket: int, text: str) -> None:
        """Send a text frame, in the target's words."""
        said = text if self._dialect is None else self._dialect.command(text)
        if said is not None:
            self._sockets[socket].send(said)

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
                self.host.heard(socket, text if self._dialect is None else self._dialect.frame(text), text)
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
        ask = self._in_words(action)
        with scope:
            if ask is None:
                await trio.sleep(CACHE_SECONDS)
                got = Fetched(200, NOTHING_MISSED.encode())
            else:
                if ask.method != "GET":
                    await self._place.pace.turn()
                try:
                    got = await fetch(partial(self._dial, "rest", number, action.catch_up), ask)
                except FetchError as error:
                    if self._fetches.pop(number, None) is not None:
                        self.host.failed(number, str(error), error.status)
                    return
            if self._fetches.pop(number, None) is not None:
                status, text = (
                    got.status,
                    got.content.decode("utf-8-sig", "replace"),
                )  # as `response.json()` does
                if self._dialect is not None and ask is not None:
                    status, text = self._dialect.answer(action.method, action.body, status, text)
                self.host.answered(number, status, text, got.headers)

    def _in_words(self, action: signals.Fetch) -> Ask | None:
        """The request as it goes out: the client's own words, or the target's for them."""
        if self._dialect is not None:
            ask = self._dialect.request(action.method, action.path, action.body)
        else:
            headers = [("Authorization", f"Bearer {self._place.webchat}"), ("Accept", "application/json")]
            headers += [("Content-Type", "application/json")] if action.body else []
            body = None if action.body is None else action.body.encode("utf-8", "surrogatepass")
            ask = Ask(action.method, self._place.api.rstrip("/") + action.path, tuple(headers), body)
        if ask is None:
            return None
        return replace(ask, headers=(*ask.headers, ("Accept-Encoding", "identity")))


def dialect_of(place: Place) -> Dialect | None:
    """The translator for a client of this place; None where the client's own words are the target's."""
    if place.own_words:
        return None
    own = Routing(place.webchat, place.session, place.conversation).identifier
    return Dialect(place.wire, own)
