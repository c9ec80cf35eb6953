"""What the nemesis is told of a target that words things in its own way: which messages a frame or an answer has.

Only what is told changes, never the bytes: a fault that touches a message must be able to name it.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import structs

from cablecheck.cable.answers import ids_in
from cablecheck.cable.frames import Message
from cablecheck.cable.json_values import NotJsonError, parse
from cablecheck.live.targets import Place
from cablecheck.nemesis.signals import AnswerCame, FrameCame, NemesisEvent
from cablecheck.target.wire import Wire


def understanding(place: Place) -> Callable[[NemesisEvent], NemesisEvent]:
    """How events at the proxy are put for the nemesis."""
    if place.own_words:
        return lambda event: event
    return lambda event: _understood(place.wire, event)


def _understood(wire: Wire, event: NemesisEvent) -> NemesisEvent:
    match event:
        case FrameCame(frame=Message(identifier=identifier, message=payload)):
            id_ = wire.id_of(payload)
            told = {"type": "another"} if id_ is None else {"type": "message", "id": id_}
            return structs.replace(event, frame=Message(identifier, told))
        case AnswerCame(text=text):
            return structs.replace(event, ids=_ids(wire, text))
        case _:
            return event


def _ids(wire: Wire, text: str) -> tuple[str, ...]:
    catch_up = wire.target.catch_up
    try:
        page = None if catch_up is None else wire.page(catch_up, parse(text.removeprefix("\ufeff")))
    except NotJsonError:
        return ()
    return () if page is None else ids_in({"messages": page[0]})
