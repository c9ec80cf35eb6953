"""What the client asks over HTTP: a fetch belongs to no socket, has no deadline, and is answered once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias, assert_never

from cablecheck.cable.json_values import JsonValue
from cablecheck.client.javascript import ThrownError
from cablecheck.client.signals import Answered, AnswerUnreadable, ClientAction, Fetch, FetchFailed

Answer: TypeAlias = Answered | AnswerUnreadable | FetchFailed
Then: TypeAlias = Callable[[Answer], None]
Act: TypeAlias = Callable[[ClientAction], None]


class Fetches:
    """Numbers the fetches, and brings each answer to whoever waits for it."""

    def __init__(self, act: Act) -> None:
        self._act = act
        self._count = 0
        self._waiting: dict[int, Then] = {}

    def ask(
        self,
        method: Literal["GET", "POST"],
        path: str,
        then: Then,
        *,
        body: str | None = None,
        catch_up: bool = False,
    ) -> int:
        """Send a fetch; `then` is called with its answer."""
        self._count += 1
        self._waiting[self._count] = then
        self._act(Fetch(self._count, method, path, body, catch_up))
        return self._count

    def answered(self, answer: Answer) -> None:
        """Pass an answer on; one that nobody waits for is ignored."""
        then = self._waiting.pop(answer.fetch, None)
        if then is not None:
            then(answer)


def body_of(answer: Answer) -> JsonValue:
    """The JSON of an answer, whatever its status. Raises ThrownError where there is none."""
    match answer:
        case FetchFailed():
            raise ThrownError("TypeError: Failed to fetch")
        case AnswerUnreadable():
            raise ThrownError("SyntaxError: the answer is no JSON")
        case Answered(json=body):
            return body
        case _:
            assert_never(answer)
