"""What a `[webchat]` table stands for: the REST API and the channel of the bundled chat, as a file that says all of it would have them."""

from __future__ import annotations

import msgspec

from cablecheck.history import marked
from cablecheck.target.model import Capturing, CatchUp, Live, Publish, Subscription, Target, Truth

# What the visitor says there: marked as all that a run says, and no message of its story.
HELLO = f"cablecheck says hello {marked('{run}', 'hello')}"

_ROOT = "{api}/public/webchats/{webchat}"
_AGENT = {"Authorization": "Bearer {token}"}
_VISITOR = {"Authorization": "Bearer {webchat}", "Accept": "application/json"}

_SUBSCRIPTION = Subscription(
    identifier='{"channel":"WebchatChannel","id":"{webchat}","session":"{session}","conversation":"{conversation}"}'
)
_BEGIN = Capturing(
    request=f"POST {_ROOT}/sessions",
    json={},
    capture={"session": "json:session", "conversation": "json:conversation"},
)
# Where a session is named and its conversation is not: only the answer to a message tells it.
LEARN = Capturing(
    request=f"POST {_ROOT}/messages",
    json={"session": "{session}", "body": HELLO},
    capture={"conversation": "json:conversation"},
)
_SWITCH = Capturing(
    request=f"POST {_ROOT}/conversations",
    headers=_AGENT,
    json={"session": "{session}"},
    capture={"conversation": "json:conversation"},
)
_PUBLISH = Publish(
    request=f"POST {_ROOT}/messages",
    headers=_AGENT,
    json={"conversation": "{conversation}", "body": "{body}"},
    created_at_field="created_at",
)
_SEND = Publish(
    request=f"POST {_ROOT}/messages", headers=_VISITOR, json={"session": "{session}", "body": "{body}"}
)
_CATCH_UP = CatchUp(
    request=f"GET {_ROOT}/messages?after_id={{cursor}}&session={{session}}", headers=_VISITOR, next="next"
)
_TRUTH = Truth(
    request=f"GET {_ROOT}/messages?session={{session}}&after_id={{cursor}}",
    headers=_AGENT,
    next="next",
    conversation="conversation",
)


def completed(target: Target) -> Target:
    """The target with every table said. One without a webchat is as it was."""
    webchat = target.webchat
    if webchat is None:
        return target
    given = {"api": webchat.api.rstrip("/"), "webchat": webchat.id, "token": webchat.token}
    begin: tuple[Capturing, ...] = (_BEGIN,)
    if webchat.session is not None:
        given["session"] = webchat.session
        begin = () if webchat.conversation is not None else (LEARN,)
    if webchat.conversation is not None:
        given["conversation"] = webchat.conversation
    stored = target.truth != Truth()
    return msgspec.structs.replace(
        target,
        values=given | target.values,
        conversation=target.conversation or begin,
        switch=target.switch or _SWITCH,
        subscription=target.subscription or _SUBSCRIPTION,
        live=target.live if target.live != Live() else Live(select={"type": "message"}),
        publish=target.publish or _PUBLISH,
        send=target.send or _SEND,
        catch_up=target.catch_up or _CATCH_UP,
        truth=target.truth if stored else _TRUTH,
    )


def has_one_conversation(target: Target) -> bool:
    """Whether all stories have to share the one that the file names, or leads to."""
    return target.conversation in ((), (LEARN,))


def is_the_sdks(target: Target) -> bool:
    """Whether the reference client's own words are the target's, so that nothing needs to be translated."""
    return target.webchat is not None and not any(
        (target.subscription, target.catch_up, target.send, target.live != Live())
    )
