"""Coming to a target: the least that has to work before anything is played there, and waiting for a target that is still coming up."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable

import trio

from cablecheck.errors import UnreachableError
from cablecheck.live.chat_api import ChatApi
from cablecheck.live.greeting import await_confirmation, await_welcome
from cablecheck.live.pace import Pace
from cablecheck.live.targets import Place, place_of
from cablecheck.target.reading import Described
from cablecheck.target.webchat import has_one_conversation

_PAUSE_SECONDS = 1.0


async def place_at(described: Described, pace: Pace | None = None) -> Place:
    """The place of a target that answers, REST and cable alike. Raises UnreachableError for one that does not."""
    try:
        place = await begun(place_of(described, os.environ, pace))
        await await_welcome(place)
    except UnreachableError as error:
        raise UnreachableError(f"not a lost message: {error}") from error
    return place


async def begun(place: Place) -> Place:
    """The place with a conversation of its own, if the target lets one begin there, and the mark of its run. Raises UnreachableError."""
    chat = ChatApi(place.knowing(run=secrets.token_hex(3)))
    try:
        with_conversation = await chat.begin()
        if not place.bundled:
            await chat.listed()
        return with_conversation
    finally:
        await chat.aclose()


async def await_target(described: Described, within_seconds: float, tell: Callable[[str], None]) -> None:
    """Come to the target again and again until it answers. Each new reason why it does not is told. Raises UnreachableError.

    A conversation that was begun once serves all later tries, unless the target knows nothing of it any more: nobody wants sixty of them.
    """
    began = trio.current_time()
    visitor = _Visitor(described)
    told = ""
    while True:
        try:
            with trio.fail_at(began + within_seconds):
                await visitor.come()
            break
        except (UnreachableError, trio.TooSlowError) as error:
            told = _retold(str(error), told, described.name, within_seconds, tell)
        if trio.current_time() + _PAUSE_SECONDS > began + within_seconds:
            raise UnreachableError(f"not a lost message: {told} (waited for {within_seconds:g} s)")
        await trio.sleep(_PAUSE_SECONDS)
    if told:
        tell(f"{described.name}: it answers, {trio.current_time() - began:.0f} s later")


def _retold(said: str, before: str, name: str, within_seconds: float, tell: Callable[[str], None]) -> str:
    """What is known of the reason now; a try that the time cut short tells nothing new."""
    reason = said or before or "the target is down: it gave no answer in time; see that it runs"
    if reason != before:
        tell(f"{name}: waiting for it, at most {within_seconds:g} s: {reason}")
    return reason


class _Visitor:
    """Somebody who tries to come, with the conversation that was begun for them, once one was."""

    def __init__(self, described: Described) -> None:
        # Where all stories share one conversation, subscribing to it would prepare its stream for them.
        self._greet = await_welcome if has_one_conversation(described.target) else await_confirmation
        self._place = place_of(described, os.environ)
        self._begun: Place | None = None

    async def come(self) -> None:
        """One try. Raises UnreachableError."""
        if self._begun is not None:
            try:
                await self._greet(self._begun)
                return
            except UnreachableError as error:
                if "rejected" not in str(error):
                    raise
        self._begun = await begun(self._place)
        await self._greet(self._begun)
