"""Where a target file says that a message keeps what, held against a message that is ours."""

from __future__ import annotations

from cablecheck.cable.json_values import UNDEFINED, JsonValue, text_of
from cablecheck.doctor.diagnosis import Diagnosis, misdescribed
from cablecheck.doctor.places import holds, parent_of, places_of
from cablecheck.doctor.visit import Said
from cablecheck.report.visible import shortened
from cablecheck.target import model
from cablecheck.target.paths import find, leaves
from cablecheck.target.templates import in_value
from cablecheck.target.wire import Wire

_MOST_QUOTED = 60


def misread(wire: Wire, payload: JsonValue, said: Said) -> Diagnosis | None:
    """What of a broadcast that is ours is not as the file's `live` has it, if anything."""
    how = wire.target.live
    for path, wanted in leaves(how.select):
        there = find(payload, path)
        if text_of(there) != text_of(in_value(wanted, wire.values)):
            fact = f"live.select does not match: '{path}' is {shortened(text_of(there), _MOST_QUOTED)}"
            remedy = (
                f'write select = {{"{path}" = {_toml(there)}}} under live'
                if there is not UNDEFINED
                else f"there is no '{path}'; see what a broadcast looks like: {shortened(text_of(list(payload) if isinstance(payload, dict) else payload), _MOST_QUOTED)}"
            )
            return misdescribed(fact, remedy)
    message = find(payload, how.message)
    if not isinstance(message, dict) or not holds(message, said.mark):
        return misdescribed(f"there is no message at '{how.message}' of the broadcast", _whole(payload, said))
    deeper = [path for path in places_of(message, said.mark) if path.endswith(f".{how.body}")]
    if deeper and said.mark not in text_of(find(message, how.body)):
        where = f"{how.message}.{deeper[0].removesuffix(f'.{how.body}')}".lstrip(".")
        return misdescribed(
            f"the message is not at '{how.message}' of the broadcast", f'write message = "{where}" under live'
        )
    return misplaced("live", how, message, said)


def misplaced(table: str, how: model.Message, message: JsonValue, said: Said) -> Diagnosis | None:
    """What of a message that is ours is not where a table of the file says, if anything."""
    if said.mark not in text_of(find(message, how.body)):
        there = places_of(message, said.mark)
        remedy = (
            f'write body = "{there[0]}" under {table}' if there else f"see where {table} has a message's text"
        )
        return misdescribed(f"the body is not at {table}'s '{how.body}'", remedy)
    id_ = find(message, how.id)
    if id_ is UNDEFINED or id_ is None:
        there = places_of(message, said.posted.id, whole=True) if said.posted.id else []
        remedy = (
            f'write id = "{there[0]}" under {table}'
            if there
            else f"let the target send it: without an id {table} can't be compared"
        )
        return misdescribed(f"there is no id at {table}'s '{how.id}'", remedy)
    if said.posted.id and text_of(id_) != said.posted.id:
        there = places_of(message, said.posted.id, whole=True)
        remedy = (
            f'write id = "{there[0]}" under {table}'
            if there
            else "see which of the two ids is the message's; paths must agree"
        )
        return misdescribed(
            f"its id in {table} is {shortened(text_of(id_), _MOST_QUOTED)}, {said.posted.id} when it was published",
            remedy,
        )
    return None


def _toml(value: JsonValue) -> str:
    return f'"{value}"' if isinstance(value, str) else text_of(value)


def _whole(payload: JsonValue, said: Said) -> str:
    """Where in a broadcast the whole message is, as a remedy."""
    there = [path for path in places_of(payload, said.mark) if path]
    if not there:
        return "it is no object with fields; cablecheck can't read such a broadcast"
    return f'write message = "{parent_of(there[0])}" under live'
