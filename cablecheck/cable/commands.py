"""What an Action Cable client says: one typed value for every command, and writers with the SDK's exact bytes.

Reading never raises. Rails answers nothing to what it does not understand (only its log knows), so each such command is an
UnknownCommand with the reason; whether the channel or the subscription exists is the server's own business.

Source of the rules: rails/rails actioncable connection/subscriptions.rb; the texts are those of hellotext.js.
"""

from __future__ import annotations

from typing import TypeAlias, assert_never

from msgspec import Struct

from cablecheck.cable import json_values
from cablecheck.history import CommandKind

DEFAULT_ACTION = "receive"  # what Rails performs when data names no action


class Subscribe(Struct, frozen=True):
    """Asks for a subscription. The identifier is opaque, but certain to be the text of a JSON object."""

    identifier: str


class Unsubscribe(Struct, frozen=True):
    """Gives a subscription up; there is no acknowledgement, ever."""

    identifier: str


class Perform(Struct, frozen=True):
    """Asks a channel to perform an action. `data` is the JSON text as it was sent, `action` the name in it."""

    identifier: str
    data: str
    action: str = DEFAULT_ACTION


class UnknownCommand(Struct, frozen=True):
    """What Rails logs and otherwise ignores; `reason` in a few words."""

    text: str
    reason: str


Command: TypeAlias = Subscribe | Unsubscribe | Perform | UnknownCommand


def read_command(text: str) -> Command:
    """Say what a client's text frame asks for. Never raises, whatever the text."""
    try:
        decoded = json_values.parse_shared(text)
    except json_values.NotJsonError as error:
        return UnknownCommand(text, str(error))
    if not isinstance(decoded, dict):
        return UnknownCommand(text, "no JSON object")
    command, identifier = decoded.get("command"), decoded.get("identifier")
    if command not in ("subscribe", "unsubscribe", "message"):
        return UnknownCommand(text, f"unknown command {command!r:.40}")
    if not isinstance(identifier, str):
        return UnknownCommand(text, "the identifier is no string")
    match command:
        case "subscribe":
            return _subscribe(text, identifier)
        case "unsubscribe":
            return Unsubscribe(identifier)
        case _:
            return _perform(text, identifier, decoded.get("data"))


def _subscribe(text: str, identifier: str) -> Command:
    """Rails decodes the identifier before it looks for the channel; anything but an object raises there."""
    if isinstance(_decoded(identifier), dict):
        return Subscribe(identifier)
    return UnknownCommand(text, "the identifier is no JSON object")


def _perform(text: str, identifier: str, data: json_values.JsonValue) -> Command:
    if not isinstance(data, str):
        return UnknownCommand(text, "data is no string")
    decoded = _decoded(data)
    if not isinstance(decoded, dict):
        return UnknownCommand(text, "data is no JSON object")
    action = decoded.get("action")
    return Perform(identifier, data, action if isinstance(action, str) and action.strip() else DEFAULT_ACTION)


def _decoded(text: str) -> json_values.JsonValue:
    try:
        return json_values.parse_shared(text)
    except json_values.NotJsonError:
        return None


def kind_of_command(command: Command) -> CommandKind:
    """The word for this command in the history."""
    match command:
        case Subscribe():
            return "subscribe"
        case Unsubscribe():
            return "unsubscribe"
        case Perform():
            return "message"
        case UnknownCommand():
            return "unknown"
        case _:
            assert_never(command)


def identifier_of_command(command: Command) -> str | None:
    """The identifier that the command carries, None for one that was not understood."""
    return None if isinstance(command, UnknownCommand) else command.identifier


def subscribe(identifier: str, *, bare: bool = False) -> str:
    """Ask for a subscription. The SDK sends `data` with every command, the official client (`bare`) does not."""
    return _written("subscribe", identifier, bare)


def unsubscribe(identifier: str, *, bare: bool = False) -> str:
    """Give a subscription up."""
    return _written("unsubscribe", identifier, bare)


def perform(identifier: str, action: str) -> str:
    """Ask the channel to perform an action without arguments."""
    data = json_values.write({"action": action})
    return json_values.write({"command": "message", "identifier": identifier, "data": data})


def _written(command: CommandKind, identifier: str, bare: bool) -> str:
    data = {} if bare else {"data": "{}"}
    return json_values.write({"command": command, "identifier": identifier, **data})
