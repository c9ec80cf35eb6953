"""A chat in the shape of Chatwoot: one stream has all conversations of an account, `data` in a `message.created`, times in seconds.

Its pages hold so many messages and name no next one (github.com/chatwoot/chatwoot, app/finders/message_finder.rb: 100, and the latest
20 where nobody says after which).
"""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from typing import Any

from tests.foreign.house import Answered, Asked, House

KEY = "api-access-key-1"
PUBSUB = "pubsub-token-1"


class Chatwoot:
    """An account with an inbox. `cap` is how many messages a page holds."""

    def __init__(self, house: House, cap: int = 100) -> None:
        self.house = house
        self.cap = cap
        self.conversations: dict[int, list[dict[str, Any]]] = {}
        self._ids = itertools.count(101)

    def admits(self, head: str) -> bool:
        return "origin: http://127.0.0.1" in head.lower()

    def confirms(self, identifier: str) -> bool:
        # Byte for byte, as Rails compares: another key order would be another subscription.
        return identifier == json.dumps(
            {"channel": "RoomChannel", "pubsub_token": PUBSUB, "account_id": 1, "user_id": 7},
            separators=(",", ":"),
        )

    def answer(self, asked: Asked) -> Answered:
        if asked.headers.get("api_access_token") != KEY:
            return Answered(401, {"error": "You need to sign in"})
        parts = asked.path.strip("/").split("/")
        match asked.method, parts[2:]:
            case "GET", ["profile"]:
                return Answered(json={"pubsub_token": PUBSUB, "id": 7})
            case "POST", ["accounts", "1", "conversations"]:
                number = len(self.conversations) + 1
                self.conversations[number] = []
                return Answered(json={"id": number})
            case "POST", ["accounts", "1", "conversations", number, "messages"]:
                return Answered(json=self.store(int(number), asked.json["content"]))
            case "GET", ["accounts", "1", "conversations", number, "messages"]:
                rows = self.conversations[int(number)]
                if "after" not in asked.query:
                    return Answered(json={"meta": {}, "payload": rows[-20:]})
                after = [row for row in rows if row["id"] > int(asked.query["after"])]
                return Answered(json={"meta": {}, "payload": after[: self.cap]})
            case _:
                return Answered(404, {"error": "not found"})

    def store(self, conversation: int, content: str) -> dict[str, Any]:
        row = {
            "id": next(self._ids), "content": content, "conversation_id": conversation, "created_at": int(datetime.now(UTC).timestamp()), "message_type": 1,
        }  # fmt: skip
        self.conversations[conversation].append(row)
        self.house.say({"event": "conversation.updated", "data": {"id": conversation}}, lambda _: True)
        self.house.say({"event": "message.created", "data": {**row, "account_id": 1}}, lambda _: True)
        return row

    def performed(self, identifier: str, data: dict[str, Any]) -> None:
        pass


def target_file(house: House, more: str = "") -> str:
    """What a user would write for it."""
    return f"""
[target.desk]
values = {{root = "{house.api}/api/v1"}}
{more}

[target.desk.cable]
url = "{house.cable}"

[[target.desk.auth]]
request = "GET {{root}}/profile"
headers = {{api_access_token = "${{DESK_KEY}}"}}
capture = {{pubsub_token = "json:pubsub_token", user = "json:id"}}

[[target.desk.conversation]]
request = "POST {{root}}/accounts/1/conversations"
headers = {{api_access_token = "${{DESK_KEY}}"}}
json = {{}}
capture = {{conversation = "json:id"}}

[target.desk.subscription]
identifier = '{{"channel":"RoomChannel","pubsub_token":"{{pubsub_token}}","account_id":1,"user_id":{{user}}}}'

[target.desk.live]
select = {{event = "message.created", "data.conversation_id" = "{{conversation}}"}}
message = "data"
body = "content"
created_at_format = "s"

[target.desk.publish]
request = "POST {{root}}/accounts/1/conversations/{{conversation}}/messages"
headers = {{api_access_token = "${{DESK_KEY}}"}}
json = {{content = "{{body}}"}}

[target.desk.catch_up]
request = "GET {{root}}/accounts/1/conversations/{{conversation}}/messages?after={{cursor}}"
headers = {{api_access_token = "${{DESK_KEY}}"}}
items = "payload"
body = "content"
created_at_format = "s"
page_cap = 3
empty_cursor = "0"

[target.desk.truth]
request = "GET {{root}}/accounts/1/conversations/{{conversation}}/messages?after={{cursor}}"
headers = {{api_access_token = "${{DESK_KEY}}"}}
items = "payload"
body = "content"
created_at_format = "s"
page_cap = 3
empty_cursor = "0"
"""
