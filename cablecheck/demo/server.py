"""The bundled server: REST and cable on one port, over Trio.

When it is stopped it looks like puma: the listener is closed and every socket ends in a bare FIN, at once, without a Close and without
a disconnect frame. What a client does harms its own connection only.
"""

from __future__ import annotations

import json
import logging
import secrets
import sqlite3
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import SystemRandom
from tempfile import TemporaryDirectory
from urllib.parse import quote

import trio

from cablecheck.chat.chat import Chat
from cablecheck.chat.signals import Answer
from cablecheck.demo.cable import attend
from cablecheck.demo.desk import Desk
from cablecheck.demo.http import CABLE_PATH, Request, converse
from cablecheck.demo.limits import Limits
from cablecheck.demo.line import Line
from cablecheck.demo.listening import listen
from cablecheck.demo.store import SqliteStore
from cablecheck.errors import BadInputError
from cablecheck.scenario.defects import Defect

_LOG = logging.getLogger("cablecheck.demo")
_NETWORK = (trio.BrokenResourceError, trio.ClosedResourceError)


@dataclass(frozen=True, slots=True)
class Serving:
    """A server that listens. `faults` are its own errors, the last hundred: each cost one connection and should not have been."""

    host: str
    port: int
    webchat: str
    token: str
    faults: deque[BaseException]
    desk: Desk

    @property
    def url(self) -> str:
        """`http://127.0.0.1:8765`."""
        return f"http://{self._place}"

    @property
    def api(self) -> str:
        """The root of the REST API."""
        return f"{self.url}/v1"

    @property
    def cable(self) -> str:
        """The address of the cable."""
        return f"ws://{self._place}{CABLE_PATH.decode()}"

    @property
    def _place(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    async def open_session(self) -> tuple[str, str]:
        """Begin a chat as any visitor may; gives the session's token and its first conversation."""
        answer = await self.desk.ask("POST", f"/v1/public/webchats/{quote(self.webchat, safe='')}/sessions")
        opened = json.loads(answer.json)
        return opened["session"], opened["conversation"]


async def serve(
    *,
    host: str,
    port: int,
    webchat: str,
    data: Path | None = None,
    token: str | None = None,
    limits: Limits | None = None,
    defects: Iterable[Defect] = (),
    task_status: trio.TaskStatus[Serving] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Serve until cancelled; reports its Serving once it listens.

    `data` None: a temporary file, deleted at the end. `token` None: a new one. Raises BadInputError when the port or the file
    can't be used, the disk running full included: then nothing that was acknowledged is lost.
    """
    if data is None:
        with TemporaryDirectory(prefix="cablecheck-") as folder:
            await serve(
                host=host,
                port=port,
                webchat=webchat,
                data=Path(folder, "demo.sqlite3"),
                token=token,
                limits=limits,
                defects=defects,
                task_status=task_status,
            )
        return
    store = SqliteStore(data)
    try:
        token = token or secrets.token_urlsafe(24)
        chat = Chat(webchat=webchat, token=token, rng=SystemRandom(), kept=store.load(), defects=defects)
        listeners = await listen(host, port)
        server = Server(Desk(chat, store, _unix_seconds), limits or Limits())
        serving = Serving(host, _port(listeners), webchat, token, server.faults, server.desk)
        await server.run(listeners, serving, task_status)
    finally:
        store.close()


def _port(listeners: list[trio.SocketListener]) -> int:
    port: int = listeners[0].socket.getsockname()[1]
    return port


def _unix_seconds() -> float:
    return datetime.now(tz=UTC).timestamp()


class Server:
    """The connections of one server."""

    def __init__(self, desk: Desk, limits: Limits) -> None:
        self.desk = desk
        self.faults: deque[BaseException] = deque(maxlen=100)
        self._limits = limits
        self._lines: set[Line] = set()
        self._failure: BadInputError | None = None

    async def run(
        self, listeners: list[trio.SocketListener], serving: Serving, task_status: trio.TaskStatus[Serving]
    ) -> None:
        """Serve until cancelled, or until the disk fails. Then hang up before anything else is done."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._clerk, nursery.cancel_scope)
            nursery.start_soon(self.desk.beat)
            nursery.start_soon(self.desk.remember)
            nursery.start_soon(trio.serve_listeners, self._connection, listeners)
            task_status.started(serving)
            try:
                await trio.sleep_forever()
            finally:
                for listener in listeners:
                    listener.socket.close()
                for line in self._lines:
                    line.hang_up()
        if self._failure is not None:
            raise self._failure

    async def _clerk(self, scope: trio.CancelScope) -> None:
        """Without a disk that takes what was said the server stops: going on would acknowledge nothing any more."""
        try:
            await self.desk.clerk()
        except sqlite3.Error as error:
            self._failure = BadInputError(
                f"the data file: {error}; make room or name another file with --data"
            )
            scope.cancel()

    async def _connection(self, stream: trio.SocketStream) -> None:
        line = Line(stream)
        self._lines.add(line)
        try:
            upgrade = await converse(line, self._limits, self._answer)
            if upgrade is not None:
                await attend(line, upgrade, self.desk, self._limits)
        except* _NETWORK:
            pass
        except* Exception as group:  # noqa: BLE001 - whatever it is, the others are still served
            self.faults.append(group)
            _LOG.error("a connection ended by an error of ours", exc_info=group)
        finally:
            self._lines.discard(line)
            line.hang_up()

    async def _answer(self, request: Request) -> Answer:
        return await self.desk.ask(request.method, request.target, request.body, request.authorization)
