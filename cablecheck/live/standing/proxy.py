"""The proxy alone, for any client: its faults come from a scenario's steps or by its API, and everything that it does is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import TypeAlias, assert_never

import trio

from cablecheck.errors import BadInputError
from cablecheck.history import Closed, Connecting, Event, FetchEnded, FetchSent, Opened
from cablecheck.live.http_proxy import bracketed
from cablecheck.live.proxy.front import Front
from cablecheck.live.proxy.http import Head
from cablecheck.live.proxy.notes import Answered, Declined, Entered, Listens, Note, Over, Told
from cablecheck.live.proxy.switchboard import Switchboard
from cablecheck.live.route import Route
from cablecheck.live.run import PARTING_SECONDS
from cablecheck.live.standing.fault_story import CLIENT, FaultStory
from cablecheck.live.standing.recasting import Recasting
from cablecheck.live.standing.toxic_api import ToxicApi
from cablecheck.live.standing.toxic_shelf import ToxicShelf
from cablecheck.live.standing.witness import Witness
from cablecheck.nemesis.fault import As
from cablecheck.nemesis.signals import Restart
from cablecheck.scenario.model import Scenario, Step

Teller: TypeAlias = Callable[[float, "Event | Note"], None]
_SWITCHING = 101


@dataclass(frozen=True)
class Stand:
    """What a proxy that stands alone is made of. `shown`: its upstream, as people are told. `api`: where that listens, if anywhere."""

    route: Route
    shown: str
    front: Front
    recasting: Recasting
    catch_up: re.Pattern[str]
    scenario: Scenario | None = None
    api: tuple[str, int] | None = None


@dataclass(frozen=True)
class Listening:
    """Where it listens by now."""

    place: str
    api: str | None
    over: trio.Event  # set when nothing of it is left
    end: Callable[[], None]  # let it end, in good order


class StandingProxy:
    """One proxy for all who connect. `tell` is given, with the seconds since the start, every fault's doing and every connection's."""

    def __init__(self, stand: Stand, tell: Teller) -> None:
        self._stand = stand
        self._tell = tell
        self._began = trio.current_time()
        self._story: FaultStory | None = None
        self._nemesis = Witness(Random(), self._record)
        self._board = Switchboard(
            self._nemesis,
            upstream=stand.route,
            record=self._record,
            now=self._now,
            restart=_restart_nothing,
            front=Front(
                stand.front.host,
                stand.front.port,
                stand.front.tls,
                self._recast,
                self._is_catch_up,
                self._note,
            ),
        )

    async def run(self, task_status: trio.TaskStatus[Listening] = trio.TASK_STATUS_IGNORED) -> None:
        """Serve until it is ended by the given `end`: then what stands is healed and every connection closed. Raises BadInputError for a port that can't be had."""
        over = trio.Event()
        async with trio.open_nursery() as nursery:
            try:
                port = await self._open(nursery)
                self._shelf = ToxicShelf(self, nursery)
                place = f"{bracketed(self._stand.front.host)}:{port}"
                api = await self._open_api(nursery, place)
                self._note(Listens(place, api))
                if self._stand.scenario is not None:
                    self._story = FaultStory(self._stand.scenario, self, self._note, self._now)
                    nursery.start_soon(self._story.play)
                ended = trio.Event()
                task_status.started(Listening(place, api, over, ended.set))
                await ended.wait()
                self._board.heal()
                await trio.sleep(PARTING_SECONDS)
            finally:
                with trio.CancelScope(shield=True):
                    await self._board.close()
            nursery.cancel_scope.cancel()
        over.set()

    async def _open(self, nursery: trio.Nursery) -> int:
        host, port = self._stand.front.host, self._stand.front.port
        try:
            return await self._board.open(CLIENT, nursery)
        except OSError as error:
            raise _taken("--listen", host, port, error) from error

    async def _open_api(self, nursery: trio.Nursery, place: str) -> str | None:
        if self._stand.api is None:
            return None
        host, port = self._stand.api
        try:
            listeners = await trio.open_tcp_listeners(port, host=host)
        except OSError as error:
            raise _taken("--api", host, port, error) from error
        listener = listeners[0]
        for superfluous in listeners[1:]:
            superfluous.socket.close()
        api = ToxicApi(self._shelf, place, self._stand.shown)
        nursery.start_soon(trio.serve_listeners, api.serve, [listener])
        return f"{bracketed(host)}:{listener.socket.getsockname()[1]}"

    # What is done with faults, by the story and by the API

    @property
    def standing(self) -> tuple[str, ...]:
        """The ids of the faults that stand."""
        return self._nemesis.standing

    def arm(self, step: Step, *, fault: str, verb: str, number: int) -> None:
        """Hand this fault to the nemesis. A story's (which have a number) are shown by the API too."""
        if number:
            self._shelf.learn(step, fault, verb)
        self._board.arm(step, fault=fault, verb=verb, number=number)

    def heal(self, fault: str | None = None, as_: As = "in-order") -> None:
        """End this fault, or all."""
        self._board.heal(fault, as_)

    def release(self, what: str | None = None, fault: str | None = None, as_: As = "in-order") -> None:
        """End the holds on `what`, or the hold of this id."""
        self._board.release(what, fault, as_)

    def drop_all(self, how: str) -> None:
        """Reset every connection."""
        self._board.drop_all(how)

    # What happens

    def _now(self) -> float:
        return round(trio.current_time() - self._began, 6)

    def _recast(self, head: Head) -> bytes:
        return self._stand.recasting(head, catch_up=self._is_catch_up(head))

    def _is_catch_up(self, head: Head) -> bool:
        return head.method == "GET" and not head.upgrade and bool(self._stand.catch_up.search(head.path))

    def _record(self, event: Event) -> None:
        self._tell(event.at, event)
        if self._story is not None:
            self._story.handle(event)

    def _note(self, note: Note) -> None:
        self._tell(self._now(), note)
        event = _lived(note, self._now())
        if event is not None and self._story is not None:
            self._story.handle(event)


def _taken(option: str, host: str, port: int, error: OSError) -> BadInputError:
    fact = (error.strerror or str(error)).lower()
    return BadInputError(
        f"{option}: {bracketed(host)}:{port} can't be listened at ({fact}); give another address, or port 0 for any free one"
    )


def _restart_nothing(_: Restart) -> None:
    raise AssertionError("a restart is left out of every story, and no toxic is one")


def _lived(note: Note, at: float) -> Event | None:
    """What the client must have lived, as a history has it."""
    match note:
        case Entered(link, _, method, path, catch_up):
            if link.kind == "cable":
                return Connecting(at, link.client, link.number)
            return FetchSent(at, link.client, link.number, method, path, catch_up)
        case Answered(link, status, protocol):
            upgraded = link.kind == "cable" and status == _SWITCHING
            return Opened(at, link.client, link.number, protocol) if upgraded else None
        case Over(link):
            if link.kind == "cable":
                return Closed(at, link.client, link.number, "fin")
            return FetchEnded(at, link.client, link.number)
        case Listens() | Declined() | Told():
            return None
        case _:
            assert_never(note)
