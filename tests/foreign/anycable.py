"""A chat in the shape of AnyCable without an application: anybody subscribes to a stream by its name and posts to /_broadcast.

Nothing names an id, and nobody can say what was stored: the message brings its own id along. Beside it stands a log that can be
asked for what came after an id (docs.anycable.io: signed streams, broadcasting over HTTP).
"""

from __future__ import annotations

import json
from typing import Any

from tests.foreign.house import Answered, Asked, House

KEY = "broadcast-key-1"


class AnyCable:
    """Streams by their names. `deaf`: streams whose broadcasts reach nobody."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.streams: dict[str, list[dict[str, Any]]] = {}

    def admits(self, head: str) -> bool:
        return True

    def confirms(self, identifier: str) -> bool:
        return json.loads(identifier)["channel"] == "$pubsub"

    def answer(self, asked: Asked) -> Answered:
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return Answered(401, raw=b"")
        if asked.path == "/_broadcast":
            self.broadcast(asked.json["stream"], json.loads(asked.json["data"]))
            return Answered(201, raw=b"")
        log = self.streams.get(asked.query["stream"], [])
        at = next((at for at, each in enumerate(log) if each["key"] == asked.query.get("since")), -1)
        return Answered(json=log[at + 1 :])

    def broadcast(self, stream: str, payload: dict[str, Any]) -> None:
        self.streams.setdefault(stream, []).append(payload)
        self.house.say(payload, lambda identifier: json.loads(identifier)["stream_name"] == stream)

    def performed(self, identifier: str, data: dict[str, Any]) -> None:
        self.broadcast(json.loads(identifier)["stream_name"], {"key": data["key"], "text": data["text"]})


# The ways in which this chat is posted to; each is one table of the file.
HTTP = """
[target.any.publish]
request = "POST {api}/_broadcast"
headers = {{Authorization = "Bearer ${{ANY_KEY}}"}}
json = {{stream = "cablecheck-{{run}}", data = '{{"key":"{{nonce}}","text":"{{body}}"}}'}}
accept = [201]
own_id = "{{nonce}}"
"""
PERFORM = """
[target.any.publish]
perform = {{action = "say", key = "{{nonce}}", text = "{{body}}"}}
"""

CATCH_UP = """
[target.any.catch_up]
request = "GET {api}/log?stream=cablecheck-{{run}}&since={{cursor}}"
headers = {{Authorization = "Bearer ${{ANY_KEY}}"}}
items = ""
id = "key"
body = "text"
created_at = ""
"""


def target_file(
    house: House, publish: str = HTTP, catch_up: str = CATCH_UP, truth: str = "ledger = true"
) -> str:
    """What a user would write for it."""
    return (
        f"""
[target.any.cable]
url = "{house.cable}"

[target.any.subscription]
identifier = '{{"channel":"$pubsub","stream_name":"cablecheck-{{run}}"}}'

[target.any.live]
id = "key"
body = "text"
created_at = ""

[target.any.truth]
{truth}
"""
        + publish.format(api=house.api)
        + catch_up.format(api=house.api)
    )
