"""The model chat server: `handle(event, now) -> [action]`.

It knows who may hear and say what, and in which order things are done. It knows neither sockets nor disks: a list of actions is
performed one after the other by a world (cablecheck.demo on real sockets).
"""

from __future__ import annotations

from collections.abc import Iterable
from hmac import compare_digest
from random import Random
from typing import assert_never

from cablecheck.chat import rest
from cablecheck.chat.channels import Channels
from cablecheck.chat.defects.registry import hands_of
from cablecheck.chat.defects.twist import Inside
from cablecheck.chat.ledger import Kept, Page
from cablecheck.chat.rest import ProblemError
from cablecheck.chat.rooms import Rooms, Session
from cablecheck.chat.signals import (
    AgentSpoke,
    Answer,
    Asked,
    Beat,
    Broadcast,
    ChatAction,
    ChatEvent,
    Commanded,
    Joined,
    Left,
    PageRead,
    ReadPage,
    Store,
)
from cablecheck.scenario.defects import Defect


class Chat:
    """One webchat, its visitors and its agent, who holds `token`.

    `rng` gives the session tokens. `now` is Unix time in seconds; it may jump, stamps only go forward. The `defects` bend what a sound
    chat would do; without any nothing is bent.
    """

    def __init__(
        self,
        *,
        webchat: str,
        token: str,
        rng: Random,
        kept: Kept | None = None,
        defects: Iterable[Defect] = (),
    ) -> None:
        self.webchat = webchat
        self._token = token.encode()
        self._rooms = Rooms(rng, kept or Kept())
        self._channels = Channels(self._rooms, webchat)
        self._hands = hands_of(defects, Inside(self._rooms, self._is_agent))

    @property
    def touched(self) -> frozenset[Defect]:
        """The defects that have changed anything so far."""
        return frozenset().union(*(hand.touched for hand in self._hands))

    def handle(self, event: ChatEvent, now: float) -> list[ChatAction]:
        """Say what is to be done about an event, in order. Never raises, whatever clients send."""
        match event:
            case Asked() | AgentSpoke():
                actions = self._asked(event, now)
            case PageRead(ask, page):
                actions = [_given(ask, page)]
            case Joined(socket):
                actions = self._channels.join(socket)
            case Commanded(socket, text):
                actions = self._channels.command(socket, text)
            case Left(socket):
                actions = self._channels.leave(socket)
            case Beat():
                actions = self._channels.beat(now)
            case _:
                assert_never(event)
        for hand in self._hands:
            actions = hand.bend(event, actions, now)
        return actions

    def _asked(self, asked: Asked | AgentSpoke, now: float) -> list[ChatAction]:
        try:
            if isinstance(asked, AgentSpoke):
                return self._spoken(asked, now)
            route = rest.route(asked.method, asked.target)
            match route.resource:
                case "sessions":
                    return self._begin(asked, route)
                case "conversations":
                    return self._move(asked, route)
                case "defects":
                    self._admit_agent(asked)
                    return [rest.answer(asked.ask, 200, {"touched": sorted(self.touched)})]
                case "messages":
                    return self._read(asked, route) if route.reading else self._say(asked, route, now)
                case _:
                    assert_never(route.resource)
        except ProblemError as problem:
            return [rest.refusal(asked.ask, problem)]

    def _begin(self, asked: Asked, route: rest.Route) -> list[ChatAction]:
        if route.webchat != self.webchat:
            raise ProblemError(404)
        opened = session, conversation = self._rooms.begin(route.webchat)
        value = {"session": session.session, "conversation": conversation.conversation}
        return [Store(opened), rest.answer(asked.ask, 201, value)]

    def _move(self, asked: Asked, route: rest.Route) -> list[ChatAction]:
        self._admit_agent(asked)
        session = self._session(route, rest.text(rest.fields(asked.body), "session"))
        opened = self._rooms.move(session)
        return [Store((opened,)), rest.answer(asked.ask, 201, {"conversation": opened.conversation})]

    def _read(self, asked: Asked, route: rest.Route) -> list[ChatAction]:
        wanted = rest.wanted(route.query)
        session = self._session(route, wanted.session)
        return [ReadPage(asked.ask, session.token, wanted.after, wanted.limit)]

    def _say(self, asked: Asked, route: rest.Route, now: float) -> list[ChatAction]:
        """The visitor's own message is not broadcast: its page shows it already."""
        values = rest.fields(asked.body)
        if "session" not in values:
            self._admit_agent(asked)
            body, conversation = rest.text(values, "body"), rest.text(values, "conversation")
            created_at = None if values.get("created_at") is None else rest.text(values, "created_at")
            return self._spoken(AgentSpoke(asked.ask, route.webchat, conversation, body, created_at), now)
        body = rest.text(values, "body")
        session = self._session(route, rest.text(values, "session"))
        message = self._rooms.say(session, session.current, body, "visitor", int(now * 1000))
        return [Store((message,)), rest.answer(asked.ask, 201, rest.said(message))]

    def _spoken(self, spoke: AgentSpoke, now: float) -> list[ChatAction]:
        given = None if spoke.created_at is None else rest.stamp(spoke.created_at)
        session = self._known(self._rooms.owner(spoke.webchat, spoke.conversation))
        message = self._rooms.say(session, spoke.conversation, spoke.body, "agent", int(now * 1000), given)
        shown = rest.said(message)
        broadcast = Broadcast(spoke.conversation, {"type": "message", **shown})
        return [Store((message,)), broadcast, rest.answer(spoke.ask, 201, shown)]

    def _is_agent(self, asked: Asked) -> bool:
        return compare_digest(rest.bearer(asked.authorization).encode("utf-8", "replace"), self._token)

    def _admit_agent(self, asked: Asked) -> None:
        if not self._is_agent(asked):
            raise ProblemError(401)

    def _session(self, route: rest.Route, token: str) -> Session:
        if route.webchat != self.webchat:
            raise ProblemError(404)
        return self._known(self._rooms.session(route.webchat, token))

    def _known(self, session: Session | None) -> Session:
        if session is None:
            raise ProblemError(404)
        return session


def _given(ask: int, page: Page | None) -> Answer:
    """The answer to whoever asked for a page."""
    return rest.refusal(ask, ProblemError(404)) if page is None else rest.answer(ask, 200, rest.listing(page))
