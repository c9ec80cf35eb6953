"""A chat that says everything that it hears back, in every place that it can and in every spelling."""

from __future__ import annotations

import html
import json
from base64 import b64encode
from typing import Any
from urllib.parse import quote

from tests.foreign.house import Answered, Asked, House


def spellings(text: str) -> list[str]:
    """A text as servers may write it."""
    return [
        text,
        quote(text, safe=""),
        quote(quote(text, safe=""), safe=""),
        html.escape(text),
        json.dumps(text)[1:-1],
        json.dumps(json.dumps(text)),
        b64encode(text.encode()).decode(),
        b64encode(f"user:{text}".encode()).decode(),
        text.encode().hex(),
        "".join(f"\\u{ord(character):04x}" for character in text),
    ]


class Echo:
    """A chat with one room. `broken`: what it answers to everything but signing in, if it is to answer nothing sensible."""

    def __init__(self, house: House, heard: list[str], broken: int = 0) -> None:
        self.house = house
        self.heard = heard
        self.broken = broken
        self.rows: list[dict[str, Any]] = []

    def everything(self) -> str:
        """All that it ever heard, in every spelling."""
        return " ".join(each for text in self.heard for each in spellings(text))

    def admits(self, head: str) -> bool:
        return True

    def confirms(self, identifier: str) -> bool:
        self.house.say({"kind": "echo", "said": self.everything()}, lambda _: True)
        return True

    def answer(self, asked: Asked) -> Answered:
        headers = (
            ("X-Echo", quote(self.everything())[:4000]),
            ("Set-Cookie", "sid=cookie-of-a-session; path=/"),
        )
        if asked.path == "/session":
            return Answered(200, {"token": "token-that-was-given-out", "echo": self.everything()}, headers)
        if self.broken:
            location = (("Location", f"http://127.0.0.1/{quote(self.everything())[:4000]}"),)
            return Answered(self.broken, {"error": self.everything()}, headers + location)
        if asked.method == "POST":
            row = {"id": len(self.rows) + 1, "body": asked.json["body"], "created_at": self.everything()}
            self.rows.append(row)
            self.house.say({"kind": "said", **row}, lambda _: True)
            return Answered(201, row, headers)
        after = [row for row in self.rows if row["id"] > int(asked.query.get("after", 0))]
        return Answered(200, {"messages": after, "echo": self.everything()}, headers)

    def performed(self, identifier: str, data: dict[str, Any]) -> None:
        pass
