"""The reference client alone against any server, telling everything as it happens in the words of the recordings.

There is no proxy and no fault: what is seen is what the server and the network do.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import assert_never
from urllib.parse import urlsplit

import trio

from cablecheck.client import signals
from cablecheck.client.casting import client_of
from cablecheck.client.host import Signal
from cablecheck.client.page import Page
from cablecheck.client.profiles import Profile
from cablecheck.client.transcript import Entry, Transcript, plain_timer
from cablecheck.history import Errored, Event, FetchEnded
from cablecheck.live.dialling import straight_to
from cablecheck.live.page import LivePage
from cablecheck.live.route import Reach
from cablecheck.live.stage import Stage
from cablecheck.live.targets import Place, webchat_place


@dataclass(frozen=True)
class Watch:
    """What to watch: a place, a page as the browser would get it, and the profile's rules. `seconds` None: until stopped."""

    place: Place
    page: Page
    profile: Profile
    jitter: float = 0.0
    seconds: float | None = None


def watched_place(cable: str, api: str, page: Page, environment: Mapping[str, str]) -> Place:
    """The place of a page whose server is told by two URLs. Raises BadInputError for a proxy of the environment's that is none."""
    place = webchat_place("watched", cable, api, page.webchat, "", page.session, page.conversation)
    return replace(place, reach=Reach(environment=environment))


async def watch(
    what: Watch, tell: Callable[[Entry], None], lines: AsyncIterator[str], explain: Callable[[str], None]
) -> None:
    """Run the client; `tell` is given each entry at once. `lines` are the visitor: `send TEXT`, `type`, `subscribe`, `unsubscribe`.

    `explain` is given in words why a connection or an answer failed: a browser keeps that from the client, so no entry has it.
    """
    began = trio.current_time()

    def at() -> float:
        return round(trio.current_time() - began, 3)

    with trio.move_on_after(float("inf") if what.seconds is None else what.seconds):
        async with trio.open_nursery() as nursery:
            client = client_of(what.page, what.profile, random.Random(), jitter=what.jitter)
            teller = _Teller(what.place.api, lambda entry: tell(entry | {"at": at()}))
            stage = Stage(write=partial(_explain, explain), react=lambda _: None)
            page = LivePage(
                "c1", client, what.place, straight_to(what.place), stage, nursery, observe=teller.tell
            )
            nursery.start_soon(stage.run)
            page.host.start()
            await _obey(page, lines, lambda text: tell({"note": text, "at": at()}))
            await trio.sleep_forever()


def _explain(explain: Callable[[str], None], event: Event) -> None:
    match event:
        case Errored(socket=ws, reason=reason):
            explain(f"socket {ws}: {reason}")
        case FetchEnded(fetch=n, error=str(reason)):
            explain(f"fetch {n}: {reason}")
        case _:
            pass


async def _obey(page: LivePage, lines: AsyncIterator[str], complain: Callable[[str], None]) -> None:
    async for line in lines:
        word, _, text = line.strip().partition(" ")
        match word:
            case "send" if text:
                page.host.send(text, None)
            case "type":
                page.host.type()
            case "subscribe":
                page.host.subscribe()
            case "unsubscribe":
                page.host.unsubscribe()
            case "":
                pass
            case _:
                complain(f"unknown line '{word[:40]}'; write send TEXT, type, subscribe or unsubscribe")


class _Teller:
    """Tells the client's events and actions in the words of a recording's `replay`."""

    def __init__(self, api: str, tell: Callable[[Entry], None]) -> None:
        self._transcript = Transcript(urlsplit(api).path.rstrip("/"))
        self._tell = tell

    def tell(self, signal: Signal) -> None:
        """Tell one event or action, if a recording has a word for it."""
        if isinstance(signal, signals.ClientEvent):
            self._tell(_came(signal))
        else:
            for entry in self._transcript.entries([signal]):
                self._tell(entry)


def _came(event: signals.ClientEvent) -> Entry:
    match event:
        case signals.Opened(socket=ws):
            return {"in": "open", "ws": ws}
        case signals.Frame(socket=ws, text=text):
            return {"in": "frame", "ws": ws, "data": text}
        case signals.Closing(socket=ws):
            return {"in": "closing", "ws": ws}
        case signals.Errored(socket=ws):
            return {"in": "error", "ws": ws}
        case signals.Closed(socket=ws):
            return {"in": "close", "ws": ws}
        case signals.TimerFired(name=name):
            return {"in": "timer", "name": plain_timer(name)}
        case signals.Answered(fetch=n, status=status, json=json):
            return {"in": "fetch_json", "n": n, "status": status, "json": json}
        case signals.AnswerUnreadable(fetch=n, status=status):
            return {"in": "fetch_json_error", "n": n, "status": status, "error": "SyntaxError"}
        case signals.FetchFailed(fetch=n):
            return {"in": "fetch_error", "n": n, "error": "TypeError"}
        case signals.Submitted(text=text):
            return {"in": "action", "action": {"do": "send", "text": text}}
        case signals.Typed():
            return {"in": "action", "action": {"do": "type"}}
        case signals.QuickReplied(text=text):
            return {"in": "action", "action": {"do": "quick_reply", "text": text}}
        case signals.Unsubscribed():
            return {"in": "action", "action": {"do": "unsubscribe"}}
        case signals.Subscribed():
            return {"in": "action", "action": {"do": "subscribe"}}
        case signals.ScrolledBack():
            return {"in": "action", "action": {"do": "scroll"}}
        case _:
            assert_never(event)
