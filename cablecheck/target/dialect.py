"""Between the reference client, which speaks as hellotext.js does, and a target that words things in its own way.

The client's rules stay what they are; only the words change: its identifier, its catch-up, its POST, and what it is told in return.
"""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlsplit

from cablecheck.cable import commands, frames
from cablecheck.cable.commands import read_command
from cablecheck.cable.frames import read_frame
from cablecheck.cable.identifiers import same
from cablecheck.cable.json_values import NotJsonError, parse, write
from cablecheck.target.wire import Ask, Wire, said_in

# What a client that needs no question is told.
NOTHING_MISSED = '{"messages":[]}'


class Dialect:
    """Translates for one client. `own`: the identifier that the client itself subscribes with."""

    def __init__(self, wire: Wire, own: str) -> None:
        self._wire = wire
        self._own = own

    def command(self, text: str) -> str | None:
        """What goes out for a command of the client's; None for what is hellotext.js's own business, such as typing."""
        match read_command(text):
            case commands.Subscribe():
                return commands.subscribe(self._wire.identifier, bare=True)
            case commands.Unsubscribe():
                return commands.unsubscribe(self._wire.identifier, bare=True)
            case commands.Perform():
                return None
            case _:
                return text

    def frame(self, text: str) -> str:
        """What the client is told of a frame. A broadcast that is no message of this conversation's has no type that it knows."""
        match read_frame(text):
            case frames.Confirm(identifier=str(identifier)):
                return frames.confirm(self._known(identifier))
            case frames.Reject(identifier=str(identifier)):
                return frames.reject(self._known(identifier))
            case frames.Message(identifier=str(identifier), message=message):
                told = self._wire.heard(message) if same(identifier, self._wire.identifier) else None
                return frames.message(self._known(identifier), told or {"type": "another"})
            case _:
                return text

    def request(self, method: str, path: str, body: str | None) -> Ask | None:
        """What goes out for a fetch of the client's. None: nothing can be asked, or needs to be."""
        target = self._wire.target
        if method == "POST":
            assert target.send is not None, "a story in which the visitor sends is not played without `send`"
            return self._saying(body).ask(target.send)
        if target.catch_up is None:
            return None
        query = dict(parse_qsl(urlsplit(path).query))
        ask = self._wire.listing(target.catch_up, query.get("after_id"))
        if ask is None or "fresh" not in query:
            return ask
        sign = "&" if urlsplit(ask.url).query else "?"
        return Ask(ask.method, f"{ask.url}{sign}fresh={query['fresh']}", ask.headers, ask.body)

    def answer(self, method: str, body: str | None, status: int, text: str) -> tuple[int, str]:
        """The status and body that the client is told, who asked with `body`. What is no page, or names no id, is told as it came."""
        target = self._wire.target
        if method == "POST" and target.send is not None:
            posted = self._saying(body).posted(target.send, status, text)
            # The SDK moves to whatever conversation an answer names, and to none where it names none.
            told = {"id": posted.id, "conversation": parse(self._own).get("conversation")}
            return (201, write(told)) if posted.outcome == "ok" else (status, text)
        try:
            answer = parse(text)
        except NotJsonError:
            return status, text
        page = None if target.catch_up is None else self._wire.page(target.catch_up, answer)
        return status, text if page is None else write({"messages": page[0], "next": page[1]})

    def _saying(self, body: str | None) -> Wire:
        return self._wire.knowing(said_in(str(parse(body or "{}").get("body", ""))))

    def _known(self, identifier: str) -> str:
        """The client's own word for its subscription; one that the server wrote anew is told written anew too."""
        if identifier == self._wire.identifier:
            return self._own
        if not same(identifier, self._wire.identifier):
            return identifier
        return json.dumps(parse(self._own), sort_keys=True)
