"""The cable: one upgraded socket, by trio-websocket over the line that the HTTP side opened."""

from __future__ import annotations

import trio
from trio_websocket import ConnectionClosed, WebSocketConnection, wrap_server_stream

from cablecheck.cable.subprotocols import chosen
from cablecheck.demo.desk import Desk
from cablecheck.demo.http import Upgrade
from cablecheck.demo.limits import Limits
from cablecheck.demo.line import Line, Replayed
from cablecheck.demo.outbox import Outbox


async def attend(line: Line, upgrade: Upgrade, desk: Desk, limits: Limits) -> None:
    """Accept the upgrade and serve the socket until either side ends it. The caller hangs up."""
    stream = Replayed(line, upgrade.head, upgrade.glued)
    async with trio.open_nursery() as nursery:
        request = await wrap_server_stream(nursery, stream, max_message_size=limits.message_bytes)
        try:
            with trio.fail_after(limits.send_seconds):
                cable = await request.accept(subprotocol=chosen(request.proposed_subprotocols))
        except (ConnectionClosed, trio.TooSlowError):
            nursery.cancel_scope.cancel()
            return
        stream.accepted.set()
        outbox = Outbox(limits.unsent_characters, nursery.cancel_scope.cancel)
        nursery.start_soon(_deliver, cable, outbox, nursery.cancel_scope)
        socket = desk.join(outbox)
        try:
            await _listen(cable, desk, socket)
        finally:
            desk.leave(socket)
            nursery.cancel_scope.cancel()


async def _listen(cable: WebSocketConnection, desk: Desk, socket: int) -> None:
    """Hand on what the client says, until it leaves. A binary frame means nothing to Action Cable."""
    try:
        while True:
            message = await cable.get_message()
            if isinstance(message, str):
                desk.hear(socket, message)
    except ConnectionClosed:
        pass


async def _deliver(cable: WebSocketConnection, outbox: Outbox, scope: trio.CancelScope) -> None:
    """Send what the outbox holds, in order, until the client leaves."""
    try:
        while True:
            await cable.send_message(await outbox.first())
            outbox.sent()
    except ConnectionClosed:
        scope.cancel()
