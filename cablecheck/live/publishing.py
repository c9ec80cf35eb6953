"""The ways of publishing that are no HTTP request: an action of the channel's, a command of the user's, Redis."""

from __future__ import annotations

import os
import subprocess
from functools import partial
from typing import Any

import trio

from cablecheck.cable import commands
from cablecheck.cable.answers import Posted, text_or_none
from cablecheck.cable.frames import Confirm, Message, Reject, Welcome, read_frame
from cablecheck.cable.identifiers import same
from cablecheck.cable.json_values import JsonValue, NotJsonError, parse, text_of, write
from cablecheck.errors import UnreachableError
from cablecheck.live.dialling import straight_to
from cablecheck.live.targets import Place
from cablecheck.live.websocket import Heard, Over, Text, WebSocket, upgrade_for
from cablecheck.target.model import Publish
from cablecheck.target.paths import put
from cablecheck.target.templates import in_json_text, in_value, plainly
from cablecheck.target.wire import Listed, Wire

# What a command prints is one line; of more the rest is read and forgotten.
_MOST_OUTPUT_BYTES = 64 << 10
_REDIS_SECONDS = 5


async def publish_otherwise(place: Place, publish: Publish) -> Posted:
    """Post the message that the place's wire knows by whatever the target file names. Raises UnreachableError where that can't be done at all."""
    if publish.perform is not None:
        return await _Performer(place, publish.perform).perform()
    within = place.wire.target.deadlines.answer
    with trio.move_on_after(within):
        if publish.command is not None:
            return await _command(place.wire, publish)
        return await _redis(place.wire, publish)
    return Posted("info", reason=f"no answer within {within:g} s")


# By the channel


class _Performer:
    """Subscribes on a socket of its own, performs once, and leaves when its own message comes back: that is the acknowledgement."""

    def __init__(self, place: Place, action: dict[str, Any]) -> None:
        self._place = place
        self._action = action
        self._performed = False
        self._outcome = Posted("fail", reason="not connected: the cable gave no welcome")
        self._socket = WebSocket(self._hear)

    async def perform(self) -> Posted:
        """Post; what came of it."""
        dial = partial(straight_to(self._place), "cable", 0, False)
        with trio.move_on_after(self._place.wire.target.deadlines.answer):
            await self._socket.run(dial, upgrade_for(self._place.wire))
        return self._outcome

    def _hear(self, heard: Heard) -> None:
        match heard:
            case Text(text=text):
                self._read(text)
            case Over(reason=reason) if not self._performed and self._outcome.outcome == "fail":
                self._outcome = Posted("fail", reason=f"not connected: {reason}")
            case _:
                pass

    def _read(self, text: str) -> None:
        wire = self._place.wire
        match read_frame(text):
            case Welcome():
                self._socket.send(commands.subscribe(wire.identifier, bare=True))
            case Confirm(identifier=str(identifier)) if same(identifier, wire.identifier):
                if not self._performed:
                    self._performed = True
                    self._outcome = Posted("info", reason="performed, and its message did not come back")
                    data = write(in_value(self._action, wire.values))
                    said = {"command": "message", "identifier": wire.identifier, "data": data}
                    self._socket.send(write(said))
            case Reject(identifier=str(identifier)) if same(identifier, wire.identifier):
                self._outcome = Posted("fail", reason="the subscription was rejected")
                self._socket.abandon()
            case Message(identifier=str(identifier), message=payload) if same(identifier, wire.identifier):
                self._compare(wire.heard(payload))
            case _:
                pass

    def _compare(self, message: Listed | None) -> None:
        nonce = self._place.wire.values["nonce"]
        if message is not None and nonce in str(message.get("body")) and "id" in message:
            created_at = text_or_none(message.get("created_at"))
            self._outcome = Posted("ok", text_of(message["id"]), created_at, status=200)
            self._socket.abandon()


# By a command


async def _command(wire: Wire, publish: Publish) -> Posted:
    """Run it with the body on its standard input, and all that templates know in its environment: `ps` shows nobody a secret.

    It prints the message's id, or JSON that has it.
    """
    assert publish.command is not None, "only what names a command is published by it"
    words = [plainly(word, wire.values) for word in publish.command]
    known = {f"CABLECHECK_{name.upper()}": value.replace("\0", "") for name, value in wire.values.items()}
    body = wire.values["body"].encode("utf-8", "replace")
    try:
        done = await trio.run_process(
            words, stdin=body, capture_stdout=True, stderr=subprocess.DEVNULL, check=False, start_new_session=True,
            env={**os.environ, **known},
        )  # fmt: skip
    except OSError as error:
        fact = f"publish.command: {words[0]} can't be run ({error.strerror or error})"
        raise UnreachableError(f"{fact}; see that it is there and may be executed") from None
    if done.returncode != 0:
        return Posted("info", reason=f"the command exited with {done.returncode}")
    posted = wire.named(publish, _printed(done.stdout, publish.id))
    return posted or Posted("info", reason="the command printed no id")


def _printed(output: bytes, path: str) -> JsonValue:
    """The first line that a command printed, as JSON that has the id at `path`; a line that is no JSON object is the id itself."""
    line = output[:_MOST_OUTPUT_BYTES].decode("utf-8", "replace").strip().partition("\n")[0].strip()
    try:
        value = parse(line)
    except NotJsonError:
        value = line or None
    return value if isinstance(value, dict) else put({}, path, value)


# By Redis


async def _redis(wire: Wire, publish: Publish) -> Posted:
    """`PUBLISH` straight to where Action Cable listens, for a cable without an API: the message's id is its own."""
    assert publish.redis is not None, "only what names Redis is published by it"
    assert publish.channel is not None, "the file was read: Redis has its channel"
    assert publish.payload is not None, "the file was read: Redis has its payload"
    try:
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry
    except ImportError:
        remedy = "install it with `pip install 'cablecheck[redis]'`"
        raise UnreachableError(
            f"publish.redis: it is spoken to by redis-py, which is not here; {remedy}"
        ) from None
    url, channel = plainly(publish.redis, wire.values), plainly(publish.channel, wire.values)
    payload = in_json_text(publish.payload, wire.values)

    sent = False

    def publish_now() -> None:
        nonlocal sent
        once = Retry(NoBackoff(), 0)  # a library that quietly publishes again makes two messages of one
        with redis.Redis.from_url(url, socket_timeout=_REDIS_SECONDS, retry=once) as client:
            client.ping()
            sent = True
            client.publish(channel, payload)

    try:
        await trio.to_thread.run_sync(publish_now, abandon_on_cancel=True)
    except (redis.RedisError, ValueError, OSError) as error:
        return Posted(
            "info" if sent else "fail", reason=f"{'' if sent else 'not connected: '}Redis says: {error}"
        )
    posted = wire.named(publish, None)
    assert posted is not None, "the file was read: what Redis brings has an id of its own"
    return posted
