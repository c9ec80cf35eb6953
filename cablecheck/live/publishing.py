"""The ways of publishing that are no HTTP request: an action of the channel's, a command of the user's, Redis."""

from __future__ import annotations

import subprocess
from functools import partial

import trio

from cablecheck.cable import commands
from cablecheck.cable.answers import Posted
from cablecheck.cable.frames import Confirm, Reject, Welcome, read_frame
from cablecheck.cable.identifiers import same
from cablecheck.cable.json_values import UNDEFINED, NotJsonError, parse, text_of, write
from cablecheck.errors import UnreachableError
from cablecheck.live.dialling import straight_to
from cablecheck.live.targets import Place
from cablecheck.live.websocket import Heard, Over, Text, WebSocket, upgrade_for
from cablecheck.target.model import Publish
from cablecheck.target.paths import find
from cablecheck.target.templates import Values, in_json_text, in_value, plainly

_MOST_OUTPUT_BYTES = 64 << 10


async def publish_otherwise(place: Place, publish: Publish, values: Values) -> Posted:
    """Post a message by whatever the target file names. Raises UnreachableError where that can't be done at all."""
    filled = {**place.wire.values, **values}
    within = place.wire.target.deadlines.answer
    with trio.move_on_after(within):
        if publish.perform is not None:
            return await _perform(place, write(in_value(publish.perform, filled)))
        if publish.command is not None:
            return await _command(
                [plainly(word, filled) for word in publish.command], values["body"], publish.id
            )
        return await _redis(publish, filled)
    return Posted("info", reason=f"no answer within {within:g} s")


# By the channel


class _Performer:
    """Subscribes on a socket of its own, performs once, and leaves. Nobody acknowledges an action: the truth has to tell."""

    def __init__(self, identifier: str, data: str) -> None:
        self._identifier = identifier
        self._data = data
        self.outcome = Posted("fail", reason="not connected: the cable gave no welcome")
        self.socket = WebSocket(self._hear)

    def _hear(self, heard: Heard) -> None:
        match heard:
            case Text(text=text):
                self._read(text)
            case Over(reason=reason) if self.outcome.outcome == "fail":
                self.outcome = Posted("fail", reason=f"not connected: {reason}")
            case _:
                pass

    def _read(self, text: str) -> None:
        match read_frame(text):
            case Welcome():
                self.socket.send(commands.subscribe(self._identifier, bare=True))
            case Confirm(identifier=str(identifier)) if same(identifier, self._identifier):
                self.socket.send(
                    write({"command": "message", "identifier": self._identifier, "data": self._data})
                )
                self.outcome = Posted("info", reason="performed; nobody acknowledges an action")
                self.socket.hang_up()
            case Reject():
                self.outcome = Posted("fail", reason="the subscription was rejected")
                self.socket.hang_up()
            case _:
                pass


async def _perform(place: Place, data: str) -> Posted:
    performer = _Performer(place.wire.identifier, data)
    await performer.socket.run(partial(straight_to(place), "cable", 0, False), upgrade_for(place.wire))
    return performer.outcome


# By a command


async def _command(words: list[str], body: str, path: str) -> Posted:
    """Run it with the body on its standard input. It prints the message's id, or JSON that has it."""
    try:
        done = await trio.run_process(
            words,
            stdin=body.encode("utf-8", "replace"),
            capture_stdout=True,
            stderr=subprocess.DEVNULL,
            check=False,
            start_new_session=True,
        )
    except OSError as error:
        fact = f"publish.command: {words[0]} can't be run ({error.strerror or error})"
        raise UnreachableError(f"{fact}; see that it is there and may be executed") from None
    if done.returncode != 0:
        return Posted("info", reason=f"the command exited with {done.returncode}")
    id_ = printed_id(done.stdout, path)
    if id_ is None:
        return Posted("info", reason="the command printed no id")
    return Posted("ok", id=id_, status=200)


def printed_id(output: bytes, path: str) -> str | None:
    """The id in what a command printed: its first line, or what stands at `path` where that line is a JSON object."""
    line = output[:_MOST_OUTPUT_BYTES].decode("utf-8", "replace").strip().partition("\n")[0].strip()
    try:
        value = parse(line)
    except NotJsonError:
        return line or None
    if isinstance(value, dict):
        found = find(value, path)
        return None if found is UNDEFINED or found is None else text_of(found)
    return None if value is None else text_of(value)


# By Redis


async def _redis(publish: Publish, values: Values) -> Posted:
    """`PUBLISH` straight to where Action Cable listens: for a cable without an API. The message's id is our own number."""
    assert publish.redis is not None
    assert publish.channel is not None
    assert publish.payload is not None
    try:
        import redis
    except ImportError:
        remedy = "install it with `pip install 'cablecheck[redis]'`"
        raise UnreachableError(
            f"publish.redis: it is spoken to by redis-py, which is not here; {remedy}"
        ) from None
    payload, channel = in_json_text(publish.payload, values), plainly(publish.channel, values)

    def publish_now() -> int:
        with redis.Redis.from_url(plainly(publish.redis or "", values), socket_timeout=5) as client:
            return int(client.publish(channel, payload))

    try:
        await trio.to_thread.run_sync(publish_now, abandon_on_cancel=True)
    except redis.ConnectionError as error:
        return Posted("fail", reason=f"not connected: {error}")
    except (redis.RedisError, ValueError, OSError) as error:
        return Posted("info", reason=f"Redis says: {error}")
    return Posted("ok", id=values["number"], status=200)
