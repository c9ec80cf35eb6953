"""What the runner itself asks of a target: a session, the agent's messages, and the truth at the end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import trio

from cablecheck.cable.answers import Posted, posted, text_or_none
from cablecheck.errors import UnreachableError
from cablecheck.live.asking import AskError, ask_json, exchange, new_http
from cablecheck.live.targets import Place
from cablecheck.report.visible import visible
from cablecheck.scenario.units import shift_seconds
from cablecheck.truth import Stored, Truth

# How long the target's list may take to name every acknowledged message; if it does so only then, it lags.
LAG_SECONDS = 3.0
_MAX_PAGES = 100_000


class ChatApi:
    """The REST side of a target. Every request has a connection of its own, a deadline, and no retry."""

    def __init__(self, api: str, webchat: str, token: str) -> None:
        self._root = f"{api.rstrip('/')}/public/webchats/{quote(webchat, safe='')}"
        self._token = token
        self._last_created_at: str | None = None
        self._http = new_http()

    async def aclose(self) -> None:
        """Close what is open."""
        await self._http.aclose()

    async def open_session(self) -> tuple[str, str]:
        """A new visitor: session and conversation. Raises UnreachableError."""
        answer = await self._ask("POST", f"{self._root}/sessions", {})
        return self._named(answer, "session", "/sessions"), self._named(answer, "conversation", "/sessions")

    async def learn_conversation(self, session: str) -> str:
        """The conversation of a session, from the answer to a message of the visitor's. Raises UnreachableError."""
        hello = {"session": session, "body": "cablecheck says hello"}
        answer = await self._ask("POST", f"{self._root}/messages", hello)
        return self._named(answer, "conversation", "/messages")

    async def open_conversation(self, session: str) -> str:
        """Move the session to a new conversation. Raises UnreachableError."""
        answer = await self._ask("POST", f"{self._root}/conversations", {"session": session}, agent=True)
        return self._named(answer, "conversation", "/conversations")

    def _named(self, answer: object, key: str, path: str) -> str:
        """What the answer to a POST names under a key. Raises UnreachableError."""
        named = answer.get(key) if isinstance(answer, dict) else None
        if named is None or isinstance(named, dict | list):
            raise UnreachableError(
                f'POST {self._root}{path}: the answer names no {key}; it must be JSON such as {{"{key}": ...}}'
            )
        return str(named)

    async def publish(self, conversation: str, body: str, created_at: str | None) -> Posted:
        """The agent posts a message; `created_at` is None, `same`, or a shift such as `-3s`, from the message before."""
        payload: dict[str, Any] = {"conversation": conversation, "body": body}
        if created_at is not None and self._last_created_at is not None:
            payload["created_at"] = _shifted(self._last_created_at, created_at)
        posted = await self._post(payload)
        self._last_created_at = posted.created_at or self._last_created_at
        return posted

    async def _post(self, payload: dict[str, Any]) -> Posted:
        try:
            status, content = await exchange(
                self._http, "POST", f"{self._root}/messages", payload, self._bearer()
            )
        except AskError as error:
            return (
                Posted("info", reason=str(error))
                if error.sent
                else Posted("fail", reason=f"not connected: {error}")
            )
        return posted(status, content)

    async def listed(self, session: str) -> list[dict[str, Any]]:
        """The target's own list of a session's messages, all pages, as JSON objects. Raises UnreachableError.

        It is asked for as the agent: the defects of the bundled chat touch only what a visitor reads.
        """
        items: list[dict[str, Any]] = []
        after: str | None = None
        seen: set[str] = set()
        for _ in range(_MAX_PAGES):
            query = {"session": session} | ({} if after is None else {"after_id": after})
            page = await self._ask("GET", f"{self._root}/messages?{urlencode(query)}", agent=True)
            try:
                items += [dict(item) for item in page["messages"]]
                following = page.get("next")
            except (KeyError, TypeError, ValueError, AttributeError):
                raise UnreachableError(
                    f"GET {self._root}/messages: the target's list of messages is no {{messages: [...], next}}; "
                    "see what it answers"
                ) from None
            if following is None:
                return items
            if str(following) in seen:
                raise UnreachableError(f"the pages of the target's list go round in circles at {following}")
            after = str(following)
            seen.add(after)
        raise UnreachableError(f"the target's list has over {_MAX_PAGES} pages")

    async def touched(self) -> tuple[str, ...]:
        """The defects of the bundled chat that have changed anything so far. Raises UnreachableError."""
        answer = await self._ask("GET", f"{self._root}/defects", agent=True)
        return tuple(answer["touched"])

    async def truth(self, session: str, acknowledged: frozenset[str]) -> Truth:
        """What the target stored. A list that names an acknowledged message only at a later look is incomplete: it lags."""
        try:
            stored = _stored(await self.listed(session))
            behind = acknowledged - {message.id for message in stored}
            deadline = trio.current_time() + LAG_SECONDS
            while behind - {message.id for message in stored} and trio.current_time() < deadline:
                await trio.sleep(0.25)
                stored = _stored(await self.listed(session))
        except UnreachableError as error:
            return Truth(complete=False, reason=str(error))
        ids = [message.id for message in stored]
        if len(set(ids)) < len(ids):
            return Truth(stored, complete=False, reason="the target's list names an id twice")
        caught_up = behind & set(ids)
        if caught_up:
            were = "message was" if len(caught_up) == 1 else "messages were"
            reason = f"the target's list lags: {len(caught_up)} acknowledged {were} missing at the first look"
            return Truth(stored, complete=False, reason=reason)
        return Truth(stored)

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    async def _ask(self, method: str, url: str, payload: object = None, *, agent: bool = False) -> Any:  # noqa: ANN401 - any JSON
        return await ask_json(self._http, method, url, payload, self._bearer() if agent else {})


def _stored(items: list[dict[str, Any]]) -> tuple[Stored, ...]:
    return tuple(
        Stored(
            id=str(item.get("id")),
            body=str(item.get("body")),
            created_at=text_or_none(item.get("created_at")),
            conversation=text_or_none(item.get("conversation")),
        )
        for item in items
    )


def _shifted(created_at: str, wanted: str) -> str:
    if wanted == "same":
        return created_at
    try:
        moment = datetime.fromisoformat(created_at) + timedelta(seconds=shift_seconds(wanted))
    except (ValueError, OverflowError):
        fact = f"the target's created_at '{visible(created_at[:40])}' is no ISO 8601 time"
        raise UnreachableError(f"{fact}; a story that shifts times can't be played there") from None
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def api_of(place: Place) -> ChatApi:
    """The API of the place where a scenario is played."""
    return ChatApi(place.api, place.webchat, place.token)
