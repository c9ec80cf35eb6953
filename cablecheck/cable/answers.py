"""What the chat's own API answers: the ids in a page of messages."""

from __future__ import annotations

from cablecheck.cable.json_values import UNDEFINED, JsonValue, text_of


def ids_in(answer: JsonValue) -> tuple[str, ...]:
    """The ids of the messages that an answer lists, as a browser would print them; none where it is no page.

    A message without an id counts as "undefined": that is the id of the bubble that a client shows for it.
    """
    messages = answer.get("messages") if isinstance(answer, dict) else None
    if not isinstance(messages, list):
        return ()
    return tuple(text_of(each.get("id", UNDEFINED)) for each in messages if isinstance(each, dict))
