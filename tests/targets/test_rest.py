"""Rails answers what the bundled demo answers: the same requests to both, and what came of them side by side."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.demo.house import TOKEN, served
from tests.targets.puma import Setup, rails

pytestmark = pytest.mark.takes(seconds=4)

AGENT = "agent"
# Method, path after the webchat, body (S and C stand for the session and the conversation), and whether the agent asks.
REQUESTS: list[tuple[str, str, Any, str]] = [
    ("GET", "/messages?session=S", None, ""),
    ("GET", "/messages?session=S&after_id=1", None, ""),  # there is none yet
    ("POST", "/messages", {"conversation": "C", "body": "one"}, AGENT),
    ("POST", "/messages", {"session": "S", "body": "two <b> & ünï \u2028"}, ""),
    (
        "POST",
        "/messages",
        {"conversation": "C", "body": "", "created_at": "2026-06-01T12:00:02+02:00"},
        AGENT,
    ),
    (
        "POST",
        "/messages",
        {"conversation": "C", "body": "x", "created_at": "2026-06-01T12:00:02.123999Z"},
        AGENT,
    ),
    ("POST", "/messages", {"conversation": "C", "body": "x", "created_at": None}, AGENT),
    ("GET", "/messages?session=S", None, ""),
    ("GET", "/messages?session=S&limit=2", None, ""),
    ("GET", "/messages?session=S&limit=5", None, ""),
    ("GET", "/messages?session=S&limit=2&after_id=ID2", None, ""),
    ("GET", "/messages?session=S&after_id=ID5", None, ""),
    ("GET", "/messages?session=S", None, AGENT),
    # A new conversation of the same session: the list goes on, the visitor speaks there, the agent in either.
    ("POST", "/conversations", {"session": "S"}, AGENT),
    ("POST", "/messages", {"session": "S", "body": "moved"}, ""),
    ("POST", "/messages", {"conversation": "C", "body": "in the old one"}, AGENT),
    ("GET", "/messages?session=S&after_id=ID5", None, ""),
    # What is wrong.
    ("GET", "/messages", None, ""),
    ("GET", "/messages?session=nobody", None, AGENT),
    ("GET", "/messages?session[]=S", None, ""),
    ("GET", "/messages?session=S&after_id=0", None, ""),
    ("GET", "/messages?session=S&after_id=", None, ""),
    ("GET", "/messages?session=S&after_id=999999", None, ""),
    ("GET", "/messages?session=S&after_id=99999999999999999999", None, ""),
    ("GET", "/messages?session=S&limit=0", None, ""),
    ("GET", "/messages?session=S&limit=-1", None, ""),
    ("GET", "/messages?session=S&limit=many", None, ""),
    ("POST", "/conversations", {"session": "S"}, ""),
    ("POST", "/conversations", {"session": "S"}, "thief"),
    ("POST", "/conversations", {"session": "nobody"}, AGENT),
    ("POST", "/conversations", {}, AGENT),
    ("POST", "/messages", {"conversation": "C", "body": "one"}, ""),
    ("POST", "/messages", {"conversation": "C", "body": "one"}, "thief"),
    ("POST", "/messages", {"conversation": "nowhere", "body": "one"}, AGENT),
    ("POST", "/messages", {"conversation": "C"}, AGENT),
    ("POST", "/messages", {"conversation": "C", "body": 7}, AGENT),
    ("POST", "/messages", {"conversation": "C", "body": "x", "created_at": "yesterday"}, AGENT),
    ("POST", "/messages", {"conversation": "C", "body": "x", "created_at": "2026-06-01T12:00:02"}, AGENT),
    ("POST", "/messages", {"conversation": "C", "body": "x", "created_at": "2026-02-30T12:00:02Z"}, AGENT),
    ("POST", "/messages", {"session": "S"}, ""),
    ("POST", "/messages", {"session": "nobody", "body": "x"}, ""),
    ("POST", "/messages", b"not JSON", AGENT),
    ("POST", "/messages", b"[]", ""),
    ("POST", "/messages", b"", ""),
    ("POST", "/messages", b'{"session": "S", "body": "\\ud800"}', ""),
    ("POST", "/messages", b'{"session": "S", "body": "\xff"}', ""),
    ("POST", "/elsewhere", {}, AGENT),
]


@dataclass(frozen=True)
class Place:
    """A server to ask."""

    root: str
    token: str


async def asked(place: Place) -> list[dict[str, Any]]:
    """What came of all requests, with names for what differs from server to server and from run to run."""
    came = []
    async with httpx.AsyncClient(trust_env=False, timeout=20) as client:
        opened = (await client.post(f"{place.root}/sessions")).json()
        names = {opened["session"]: "S", opened["conversation"]: "C"}
        ids: dict[str, str] = {}
        for method, path, body, who in REQUESTS:
            answer = await client.request(
                method,
                place.root + filled(path, names, ids),
                content=filled(body if isinstance(body, bytes) else json.dumps(body), names, ids),
                headers={"Authorization": f"Bearer {place.token if who == AGENT else who}"} if who else {},
            )
            value = answer.json()
            if answer.status_code == 201 and "id" in value:
                ids[f"ID{len(ids) + 1}"] = value["id"]
            if answer.status_code == 201 and set(value) == {"conversation"}:
                names[value["conversation"]] = "C2"
            came.append(
                {
                    "asked": f"{method} {path} {body!r} {who}",
                    "status": answer.status_code,
                    "value": named(value, names | {id_: name for name, id_ in ids.items()}),
                    "headers": {
                        name: answer.headers.get(name)
                        for name in ("content-type", "cache-control", "www-authenticate")
                    },
                }
            )
    return came


def filled(text: Any, names: dict[str, str], ids: dict[str, str]) -> Any:
    """With what S, C and ID1 stand for here."""
    if isinstance(text, bytes):
        return filled(text.decode("latin-1"), names, ids).encode("latin-1")
    known = {name: value for value, name in names.items()} | ids
    return re.sub(r"(?<=[=\"])(S|C|ID\d)(?=[&\"]|$)", lambda found: known.get(found[1], found[1]), text)


def named(value: Any, names: dict[str, str]) -> Any:
    """A value with the names of what it holds, and of a time that is now only that it is one."""
    if isinstance(value, dict):
        return {key: named(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [named(inner, names) for inner in value]
    if isinstance(value, str) and re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", value):
        return value if value.startswith("2026-06-01") else "a time in milliseconds"
    return names.get(value, value)


@pytest.mark.parametrize("setup", [Setup("postgresql", "redis"), Setup("sqlite", "async")], ids=str)
async def test_every_request_is_answered_alike(setup: Setup, tmp_path: Path) -> None:
    async with served() as demo:
        expected = await asked(Place(f"{demo.api}/public/webchats/w1", TOKEN))
    async with rails(setup, tmp_path) as target:
        came = await asked(Place(f"{target.api}/public/webchats/{target.webchat}", target.token))
    assert came == expected
    assert {answer["status"] for answer in came} == {200, 201, 400, 401, 404}
