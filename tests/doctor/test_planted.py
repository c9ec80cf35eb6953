"""One misconfiguration at a time, planted into a server or into its target file: the row that finds it, and its remedy.

Every row before that one must be fine, so a fault is told where it is and nowhere else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import trio

from cablecheck.doctor.diagnosis import Row, Standing
from cablecheck.errors import ExitCode
from cablecheck.scenario.defects import Defect
from tests.demo.house import TOKEN
from tests.doctor.front import Asked, Front, Given
from tests.doctor.visiting import ROOT, Change, rows_of

pytestmark = pytest.mark.takes(seconds=45)


@dataclass(frozen=True)
class Planted:
    """A misconfiguration: the row that finds it, what it says was seen, and what it says to do."""

    row: str
    seen: str
    remedy: str
    code: ExitCode
    front: Callable[[], Front] | None = None
    change: Change | None = None
    defects: Sequence[Defect] = field(default_factory=tuple)


LOSES, FILE, DOWN, FINE = ExitCode.VIOLATED, ExitCode.BAD_INPUT, ExitCode.INCONCLUSIVE, ExitCode.VERIFIED


def put(path: str, value: Any) -> Change:
    """A change of one value of the file: `catch_up.items`."""

    def change(whole: dict[str, Any]) -> None:
        *tables, key = path.split(".")
        for table in tables:
            whole = whole[int(table)] if isinstance(whole, list) else whole.setdefault(table, {})
        whole[key] = value

    return change


def answered(status: int, *lines: str, body: str = "") -> Callable[[], Front]:
    """A front that answers each upgrade so."""
    head = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", *lines, "", body]
    return lambda: Front(upgrade=lambda _: "\r\n".join(head).encode())


def only_from(origin: str | None) -> Callable[[], Front]:
    """A front that lets this Origin in, or nobody, as Rails does: 404 and `Page not found`."""
    refusal = (
        b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 14\r\n\r\nPage not found"
    )

    def rails(asked: Asked, given: Given) -> Given:
        if asked.path == "/cable":
            return Given(404, {"Content-Type": "text/plain"}, b"Page not found")
        return given

    def upgrade(asked: Asked) -> bytes | None:
        return None if origin is not None and asked.headers.get("origin") == origin else refusal

    return lambda: Front(upgrade=upgrade, rest=rails)


def listing(bend: Callable[[Asked, Given], Given]) -> Callable[[], Front]:
    """A front that bends what a visitor's list is answered with."""
    return lambda: Front(rest=lambda asked, given: bend(asked, given) if asked.catches_up else given)


def listed(bend: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Callable[[], Front]:
    """A front that bends the messages of a visitor's list."""

    def bent(_asked: Asked, given: Given) -> Given:
        if given.status != 200:
            return given
        return given.with_json(given.json | {"messages": bend(given.json["messages"])})

    return listing(bent)


def headed(**headers: str) -> Callable[[], Front]:
    """A front that answers a visitor's list with other headers."""
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return listing(lambda _, given: replace(given, headers={"content-type": "application/json"} | more))


def said(bend: Callable[[dict[str, Any]], Any]) -> Callable[[], Front]:
    """A front that bends each broadcast."""

    def down(text: str) -> list[str]:
        frame = json.loads(text)
        if "message" in frame and "type" not in frame:
            frame["message"] = bend(frame["message"])
        return [json.dumps(frame)]

    return lambda: Front(down=down)


def instead_of(kind: str, *frames: str) -> Callable[[], Front]:
    """A front that sends other frames in the place of those of a kind."""
    return lambda: Front(down=lambda text: list(frames) if f'"type":"{kind}"' in text else [text])


def without(label: str) -> Callable[[], Front]:
    """A front that keeps one broadcast from every socket."""
    return lambda: Front(down=lambda text: [] if f'"body":"{label} [cc:' in text else [text])


def forgetting() -> Front:
    """A list that is empty once a long message was posted, which is the last thing that is."""
    long: list[str] = []

    def rest(asked: Asked, given: Given) -> Given:
        if len(asked.body) > 8000:
            long.append(asked.method)
        gone = asked.catches_up and long and given.status == 200
        return given.with_json(given.json | {"messages": []}) if gone else given

    return Front(rest=rest)


def lagging() -> Front:
    """A list whose first answer has nothing yet."""
    asks: list[str] = []

    def bend(asked: Asked, given: Given) -> Given:
        asks.append(asked.path)
        return given.with_json(given.json | {"messages": []}) if len(asks) == 1 else given

    return listing(bend)()


def open_list() -> Front:
    """A list that is asked for by conversation; whose session asks, nobody looks at."""
    front = Front()

    def before(asked: Asked) -> Asked:
        if "conversation" not in asked.query:
            return asked
        session = front.sessions.get(asked.query["conversation"], "nobody")
        target = re.sub(r"conversation=[^&]*", f"session={session}", asked.target)
        return replace(asked, target=target, headers={})

    front.before = before
    return front


def open_stream() -> Front:
    """A channel that looks at the conversation and at no session."""
    front = Front()
    known: dict[str, str] = {}

    def up(text: str) -> str:
        command = json.loads(text)
        asked = json.loads(command["identifier"])
        asked["session"] = front.sessions[asked["conversation"]]
        granted = json.dumps(asked, separators=(",", ":"))
        known[granted] = command["identifier"]
        return json.dumps(command | {"identifier": granted})

    def down(text: str) -> list[str]:
        frame = json.loads(text)
        if "identifier" in frame:
            frame["identifier"] = known[frame["identifier"]]
        return [json.dumps(frame)]

    front.up, front.down = up, down
    return front


def open_door() -> Front:
    """An API that takes any token for the agent's."""

    def before(asked: Asked) -> Asked:
        told = "authorization" in asked.headers
        return replace(asked, headers=asked.headers | {"authorization": f"Bearer {TOKEN}"}) if told else asked

    return Front(before=before)


def shared_list() -> Front:
    """A list in which a cursor of another conversation shows that one's messages."""
    bodies: list[str] = []

    def rest(asked: Asked, given: Given) -> Given:
        if asked.method == "POST" and asked.path.endswith("/messages") and given.status == 201:
            bodies.append(given.json["body"])
        if asked.catches_up and given.status == 404 and bodies[-1].startswith("m7"):
            return replace(given, status=200).with_json({"messages": [{"id": "7", "body": bodies[-1]}]})
        return given

    return Front(rest=rest)


NOT_FOUND = b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"


def deaf_at(number: int) -> Front:
    """A server that never hears this subscription, counted over all sockets; asked again, it answers unless it is the third."""
    asks: list[str] = []

    def up(text: str) -> str | None:
        asks.append(text)
        return None if len(asks) == number or number == 3 < len(asks) else text

    return Front(up=up)


def posted(asked: Asked, given: Given, label: str, status: int) -> Given:
    """The answer to a post, which is another status for the message with this label."""
    return (
        Given(status, {}, b"{}")
        if asked.method == "POST" and f"{label} [cc:".encode() in asked.body
        else given
    )


def for_the_agent(asked: Asked, given: Given, bend: Callable[[dict[str, Any]], dict[str, Any]]) -> Given:
    """The agent's own list, each message bent."""
    if asked.method != "GET" or "authorization" not in asked.headers:
        return given
    return given.with_json(given.json | {"messages": [bend(item) for item in given.json["messages"]]})


def newest_late() -> Front:
    """A list whose first answer lacks the last message."""
    asks: list[str] = []

    def bend(asked: Asked, given: Given) -> Given:
        asks.append(asked.path)
        return (
            given.with_json(given.json | {"messages": given.json["messages"][:-1]})
            if len(asks) == 1
            else given
        )

    return listing(bend)()


def failing_for_strangers() -> Front:
    """A list that fails for the id of somebody else's message, and knows that another was never given."""
    strange: list[str] = []

    def rest(asked: Asked, given: Given) -> Given:
        if asked.method == "POST" and b"m7 [cc:" in asked.body:
            strange.append(given.json["id"])
        return Given(500, {}, b"{}") if asked.catches_up and asked.query.get("after_id") in strange else given

    return Front(rest=rest)


BY_CONVERSATION = put(
    "catch_up.request", f"GET {ROOT}/messages?after_id={{cursor}}&conversation={{conversation}}"
)


def by_conversation(whole: dict[str, Any]) -> None:
    BY_CONVERSATION(whole)
    whole["catch_up"]["headers"] = {"X-Session": "{session}"}


PLANTED = {
    # Getting there
    "a port on which nobody listens": Planted(
        "port", "no connection to 127.0.0.1:1: connection refused", "see that the server runs", DOWN, change=put("cable.url", "ws://127.0.0.1:1/cable")
    ),
    "TLS where there is none": Planted(
        "tls", "it does not speak TLS", "write ws:// and http://", DOWN,
        change=lambda whole: put("cable.url", whole["cable"]["url"].replace("ws:", "wss:"))(whole),
    ),
    "signing in at the wrong address": Planted(
        "sign in", "/nowhere/w1/sessions gave 404", "see the address, and the ids in it", FILE,
        change=put("conversation.0.request", "POST {api}/nowhere/{webchat}/sessions"),
    ),
    "a capture that finds nothing": Planted(
        "sign in", "has no json:data.session", 'write session = "json:session"', FILE,
        change=put("conversation.0.capture.session", "json:data.session"),
    ),
    # The upgrade
    "a wrong path": Planted(
        "upgrade", "404, whatever the Origin", "mount_path", FILE,
        change=lambda whole: put("cable.url", whole["cable"]["url"] + "s")(whole),
    ),
    "an Origin that is refused while another is let in": Planted(
        "upgrade", "https://page.test, while http://127.0.0.1:", 'write origin = "http://127.0.0.1:', FILE,
        front=lambda: Front(upgrade=lambda asked: None if "127.0.0.1" in asked.headers.get("origin", "") else b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"),
        change=put("cable.origin", "https://page.test"),
    ),
    "an Origin that Rails refuses": Planted(
        "upgrade", "the path is right, Origin http://127.0.0.1:", "config.action_cable.allowed_request_origins", FILE,
        front=only_from("https://page.test"),
    ),
    "a cable that wants a login": Planted(
        "upgrade", "401, whatever the Origin", "headers, cookies and query under cable", FILE, front=answered(401)
    ),
    "a redirect": Planted("upgrade", "301, a redirect", "cable.url", FILE, front=answered(301, "Location: /x")),
    "a web page where the cable should be": Planted(
        "upgrade", "answered with 200", "not a cable", FILE, front=answered(200, body="<html>")
    ),
    "a load balancer with nothing behind it": Planted(
        "upgrade", "answered with 502", "has none behind it", DOWN, front=answered(502)
    ),
    "a proxy that takes the Upgrade header away": Planted(
        "upgrade", "answered with 426", "takes the Upgrade header away", DOWN, front=answered(426)
    ),
    "a subprotocol that is lost on the way": Planted(
        "subprotocol", "none was chosen: browsers end such a connection", "Sec-WebSocket-Protocol", FINE,
        front=lambda: Front(protocol=lambda _: None),
    ),
    "a subprotocol that the file needs and that is lost on the way": Planted(
        "subprotocol", "none was chosen", "Sec-WebSocket-Protocol", LOSES,
        front=lambda: Front(protocol=lambda _: None), change=put("cable.subprotocols", ["actioncable-v1-json"]),
    ),
    # The greeting
    "a socket that says something else": Planted(
        "welcome", "no welcome, but", "something else than Action Cable", DOWN, front=instead_of("welcome", "hello")
    ),
    "a connection that is not authorized": Planted(
        "welcome", "unauthorized", "cookies, headers or query under cable", FILE,
        front=instead_of("welcome", '{"type":"disconnect","reason":"unauthorized","reconnect":false}'),
    ),
    "pings that are too rare": Planted(
        "pings", " s apart, while stale_after is 2 s", "raise cable.stale_after", LOSES,
        change=put("cable.stale_after", "2s"),
    ),
    "pings that are a little rare": Planted(
        "pings", "one late ping, and stale_after (4 s) is over", "raise cable.stale_after", FINE,
        change=put("cable.stale_after", "4s"),
    ),
    "no pings": Planted(
        "pings", "no ping within 8 s", "let the server ping", LOSES,
        change=put("cable.stale_after", "2s"), defects=(Defect.NO_PINGS,),
    ),
    # The subscription
    "a subscription that is rejected": Planted(
        "subscription", "rejected", "see the ids in subscription.identifier", FILE,
        change=put("subscription.identifier", '{"channel":"WebchatChannel","id":"w1","session":"{session}","conversation":"none"}'),
    ),
    "a channel that is not there": Planted(
        "subscription", "neither confirmed nor rejected", "the channel's name", FILE,
        change=put("subscription.identifier", '{"channel":"ChatChannel","id":"w1"}'),
    ),
    "an identifier that is written anew": Planted(
        "subscription", "writes the identifier anew", "letter by letter", FINE, defects=(Defect.REWRITTEN_IDENTIFIER,)
    ),
    "subscriptions that are not confirmed": Planted(
        "another visitor", "is not answered", "waits for ever", LOSES, defects=(Defect.CONFIRM_LOST,)
    ),
    "a confirmation that comes too early": Planted(
        "live", "not on the socket", "only once the stream is attached", LOSES, front=without("m1")
    ),
    "processes that do not hear each other": Planted(
        "confirmation", "never came to that socket", "not every process hears", LOSES, defects=(Defect.TWO_WORKERS,)
    ),
    "broadcasts that reach nobody": Planted(
        "every message", "m6 of 6 never came", "limits, folds or drops them", LOSES, front=without("m6")
    ),
    "broadcasts that come twice": Planted(
        "every message", "came more than once", "see what broadcasts twice", FINE,
        front=lambda: Front(down=lambda text: [text, text] if '"message":{' in text else [text]),
    ),
    "a frame that is no JSON": Planted(
        "every message", "1 frame of no known kind", "parses without care", FINE, defects=(Defect.GARBLED_FRAME,)
    ),
    # Publishing
    "a wrong token of the agent's": Planted(
        "publish", "gave 401", "the agent's token", FILE, change=put("values.token", "no-such-token")
    ),
    "a message id that is elsewhere": Planted(
        "publish", "its answer has no id at 'data.id'", 'write id = "id" under publish', FILE, change=put("publish.id", "data.id")
    ),
    "a status that was not expected": Planted(
        "publish", "gave 201, which publish.accept does not name", "write accept = [201]", FILE, change=put("publish.accept", [200])
    ),
    "a body that the API does not take": Planted(
        "publish", "gave 400", "see publish.request and its body", FILE,
        change=put("publish.json", {"conversation": "{conversation}", "text": "{body}"}),
    ),
    # What comes live
    "a select that never matches": Planted(
        "live", "'type' is message", 'write select = {"type" = "message"}', FILE, change=put("live.select", {"type": "msg"})
    ),
    "a body that is elsewhere": Planted(
        "live", "the body is not at live's 'text'", 'write body = "body" under live', FILE, change=put("live.body", "text")
    ),
    "a message that is deeper in the broadcast": Planted(
        "live", "the message is not at ''", 'write message = "data.message" under live', FILE,
        front=said(lambda message: {"type": "message", "data": {"message": message}, "body": ""}),
    ),
    "a live id that is another": Planted(
        "live", "its id in live is 10", 'write id = "message_id" under live', FILE,
        front=said(lambda message: message | {"id": int(message["id"]) + 9, "message_id": message["id"]}),
    ),
    # The truth
    "the truth of another conversation": Planted(
        "truth", "gave 404", "check the API's root", FILE,
        change=put("truth.request", f"GET {ROOT}/messages?session=another&after_id={{cursor}}"),
    ),
    "a truth whose items are elsewhere": Planted(
        "truth", "has no list at 'data'", "mend truth.items", FILE, change=put("truth.items", "data")
    ),
    "a truth whose bodies are elsewhere": Planted(
        "truth", "the body is not at truth's 'text'", 'write body = "body" under truth', FILE, change=put("truth.body", "text")
    ),
    "a message that is acknowledged and not stored": Planted(
        "truth", "m5 of 6 are not in it", "see what takes them away", LOSES,
        front=lambda: Front(rest=lambda asked, given: given.with_json(given.json | {"messages": [each for each in given.json["messages"] if "m5 " not in each["body"]]}) if asked.method == "GET" and "authorization" in asked.headers else given),
    ),
    # The catch-up
    "a catch-up that fails": Planted(
        "catch-up", "gave 500", "see its log", LOSES, front=listing(lambda _, given: Given(500, {}, b"{}"))
    ),
    "a catch-up whose items are elsewhere": Planted(
        "catch-up", "without a page at 'payload'", 'write items = "messages" under catch_up', FILE, change=put("catch_up.items", "payload")
    ),
    "a catch-up that lags": Planted(
        "catch-up", "only 3.5 s later: the list lags", "from the primary", LOSES, front=lagging
    ),
    "a catch-up with an entry that is null": Planted(
        "catch-up", "an entry of its list is no message", "list messages only", LOSES, defects=(Defect.POISONED_LIST,)
    ),
    "an inclusive cursor": Planted(
        "cursor excluded", "the cursor is inclusive", "compare with > instead of >=", FINE, defects=(Defect.INCLUSIVE_CURSOR,)
    ),
    "a cursor that is off by one": Planted(
        "cursor excluded", "begins with m3: the next message is skipped", "off by one", LOSES, defects=(Defect.SKIPPING_CURSOR,)
    ),
    "the newest first": Planted(
        "ascending", "as m6, m5, m4, m3, m2", "order by what the cursor is", LOSES, front=listed(lambda items: items[::-1])
    ),
    "a page cap without a next": Planted(
        "complete", "left out: m4, m5, m6; it ends after 2 messages, without a `next`", "say in the answer that there is more", LOSES,
        defects=(Defect.PAGE_CAP,),
    ),
    "a next that the file does not name": Planted(
        "complete", "left out: m4, m5, m6", 'write next = "next" under catch_up', FILE,
        change=lambda whole: (put("catch_up.request", f"GET {ROOT}/messages?limit=2&after_id={{cursor}}&session={{session}}")(whole), whole["catch_up"].pop("next"))[0],
    ),
    "no catch-up at all": Planted(
        "catch-up", "what is said while a client is away is lost", "name it as catch_up", LOSES,
        change=lambda whole: whole.pop("catch_up"),
    ),
    "a next page at another server": Planted(
        "catch-up", "its next page is at another server", "see what catch_up.next names", LOSES,
        front=listing(lambda _, given: given.with_json(given.json | {"next": "https://else.test/x"}) if given.status == 200 else given),
    ),
    "pages that go round in circles": Planted(
        "catch-up", "go round in circles", "see what catch_up.next names", LOSES,
        front=listing(lambda _, given: given.with_json(given.json | {"next": "1"}) if given.status == 200 else given),
    ),
    "a cursor that is compared by time": Planted(
        "same moment", "m5, of the same created_at as m4, is left out", "compare ids", LOSES, defects=(Defect.TIME_CURSOR,)
    ),
    "no answer without a cursor": Planted(
        "no cursor", "asked with 0: ", 'write empty_cursor = "omit"', LOSES, change=put("catch_up.empty_cursor", "0")
    ),
    "a server error for an unknown cursor": Planted(
        "unknown cursor", "gave 500", "answer 404 or the whole list", FINE,
        front=listing(lambda _, given: Given(500, {}, b"{}") if given.status == 404 else given),
    ),
    "messages that are dropped when they are old": Planted(
        "kept", "are in it no more, seconds later", "keep messages for longer", LOSES, front=forgetting
    ),
    # Others
    "a foreign cursor that opens somebody else's list": Planted(
        "foreign cursor", "somebody else's message is in the answer", "among the session's own messages", LOSES, front=shared_list
    ),
    "a list that ignores the session": Planted(
        "own messages only", "a catch-up has 1 message that this conversation does not have", "scope the list", LOSES,
        defects=(Defect.UNSCOPED_CATCH_UP,),
    ),
    "a stream that others' messages come on": Planted(
        "own messages only", "the subscription brings 1 message", "scope the list and the stream", LOSES, defects=(Defect.LEAKED_MESSAGES,)
    ),
    "a frame of somebody else's subscription": Planted(
        "own messages only", "a message of another subscription", "somebody else's words", LOSES, defects=(Defect.CROSSED_STREAMS,)
    ),
    "a list that another session may read": Planted(
        "another's list", "another session is given this conversation's messages", "among those of the session that asks", LOSES,
        front=open_list, change=by_conversation,
    ),
    "a list that asks for no session": Planted(
        "another's list", "no secret of the visitor's goes with the request", "look at a session or a token", FINE,
        front=open_list, change=BY_CONVERSATION,
    ),
    "a stream that another session may subscribe to": Planted(
        "another's stream", "another session may subscribe to this conversation, and heard m10", "reject in `subscribed`", LOSES, front=open_stream
    ),
    "a token that nobody looks at": Planted(
        "wrong token", "publishing with a wrong token gave 201", "in the agent's name", LOSES, front=open_door
    ),
    "a session that nobody looks at": Planted(
        "wrong session", "is given the messages", "before the list is read", LOSES, front=open_list, change=by_conversation
    ),
    # How it answers
    "an answer that a browser may keep": Planted(
        "cache", "max-age=60", "no-store", LOSES, defects=(Defect.CACHEABLE_ANSWERS,)
    ),
    "an answer that a proxy may keep": Planted("cache", "public", "no-store", LOSES, front=headed(cache_control="public")),
    "an answer that a proxy has kept": Planted("cache", "it was 7 s old", "no-store", LOSES, front=headed(age="7")),
    "an answer that a browser keeps as it sees fit": Planted(
        "cache", "no Cache-Control, but", "no-store", LOSES, front=headed(last_modified="Mon, 01 Jun 2026 12:00:00 GMT")
    ),
    "a clock that is wrong": Planted(
        "clock", "behind this machine's clock", "NTP", FINE,
        front=lambda: Front(rest=lambda _, given: replace(given, headers=given.headers | {"date": "Mon, 01 Jun 2026 12:00:00 GMT"})),
    ),
    "a created_at that is wrong": Planted(
        "clock", "created_at is", "NTP", FINE,
        front=said(lambda message: message | {"created_at": "2026-06-01T12:00:00.000Z"}),
    ),
    "ids that are numbers in the list": Planted(
        "same on both paths", "id is '2' on the socket and 2 in the list", "same type everywhere", FINE, defects=(Defect.MIXED_IDS,)
    ),
    "times of other precision on the socket": Planted(
        "same on both paths", "created_at is", "same digits everywhere", FINE, defects=(Defect.TRUNCATED_STAMPS,)
    ),
    "times that are numbers on the socket": Planted(
        "same on both paths", "which is no `iso` time", 'write created_at_format = "s" under live', FILE, defects=(Defect.STAMPS_IN_SECONDS,)
    ),
    "a long message that is stored and never broadcast": Planted(
        "long message", "never came, though it is stored", "NOTIFY takes 8000 bytes", LOSES, defects=(Defect.OVERSIZED_PAYLOAD,)
    ),
    "what was said last is sent again": Planted(
        "confirmation", "m1, published long before it subscribed, came too", "know messages by their ids", FINE, defects=(Defect.REPLAYED_ROWS,)
    ),
    "a message that is broadcast and rolled back": Planted(
        "truth", "m3 came on the socket", "broadcast after the commit", LOSES, defects=(Defect.ROLLED_BACK_BROADCAST,)
    ),
    # More of the greeting and the subscription
    "a server that sends everybody away": Planted(
        "welcome", "a disconnect frame instead of a welcome: server_restart", "is it being restarted?", DOWN,
        front=instead_of("welcome", '{"type":"disconnect","reason":"server_restart","reconnect":true}'),
    ),
    "a subscription that ends in a disconnect": Planted(
        "subscription", "a disconnect frame came instead: server_restart", "is it being restarted?", DOWN,
        front=instead_of("confirm_subscription", '{"type":"disconnect","reason":"server_restart","reconnect":true}'),
    ),
    "a confirmation only at the second asking": Planted(
        "subscription", "confirmed only when asked twice", "waits for ever", LOSES, front=lambda: deaf_at(1)
    ),
    "a second socket without a welcome": Planted(
        "confirmation", "a second socket gets no welcome", "left standing", LOSES, defects=(Defect.MISSING_WELCOME,)
    ),
    "a second subscription to one stream that is not confirmed": Planted(
        "confirmation", "a second subscription to the same stream is not confirmed", "may wait for ever", LOSES,
        front=lambda: deaf_at(3),
    ),
    "a subprotocol of another version": Planted(
        "subprotocol", "it chose actioncable-unsupported", "another version", LOSES,
        front=lambda: Front(protocol=lambda chosen: chosen and "actioncable-unsupported"),
    ),
    "a cable that lets in only who offers a subprotocol": Planted(
        "upgrade", "where no subprotocol is offered; 101 where one is", 'write subprotocols = ["actioncable-v1-json"]', FILE,
        front=lambda: Front(upgrade=lambda asked: None if "sec-websocket-protocol" in asked.headers else NOT_FOUND),
    ),
    "an Origin of which a browser can't be without": Planted(
        "upgrade", "a client that sends none is let in", "allowed_request_origins", FILE,
        front=lambda: Front(upgrade=lambda asked: NOT_FOUND if "origin" in asked.headers else None),
    ),
    "a client that offers a subprotocol and is not let in": Planted(
        "subprotocol", "is not let in: the upgrade was answered with 404", "the official client offers these", FINE,
        front=lambda: Front(upgrade=lambda asked: NOT_FOUND if "sec-websocket-protocol" in asked.headers else None),
    ),
    # More of publishing
    "a target that fails to store": Planted(
        "publish", "gave 500", "see its log", DOWN, front=lambda: Front(rest=lambda asked, given: posted(asked, given, "m1", 500))
    ),
    "a limit on publishing": Planted(
        "burst", "m5 refused: HTTP 429", "lower max_rate", DOWN, front=lambda: Front(rest=lambda asked, given: posted(asked, given, "m5", 429))
    ),
    "a path of select that is not there": Planted(
        "live", "'event.name' is undefined", "there is no 'event.name'", FILE, change=put("live.select", {"event.name": "message"})
    ),
    "a broadcast that is a text": Planted(
        "live", "there is no message at ''", "no object with fields", FILE,
        front=said(lambda message: f"<p>{message['body']}</p>"), change=put("live.select", {}),
    ),
    "a live message without an id": Planted(
        "live", "there is no id at live's 'id'", "let the target send it", FILE,
        front=said(lambda message: {key: value for key, value in message.items() if key != "id"}),
    ),
    # More of the truth
    "a truth that has other ids": Planted(
        "truth", "has the id", "both must be the message's", FILE,
        front=lambda: Front(rest=lambda asked, given: for_the_agent(asked, given, lambda item: item | {"id": f"row-{item['id']}"})),
    ),
    "a truth that lists the newest first": Planted(
        "truth", "it has them as m6, m5, m4, m3, m2, m1", 'write keys = ["created_at", "id"] under order', FILE,
        front=lambda: Front(rest=lambda asked, given: given.with_json(given.json | {"messages": given.json["messages"][::-1]}) if asked.method == "GET" and "authorization" in asked.headers else given),
    ),
    "a truth in which nothing is ours": Planted(
        "truth", "none of 6 is in it, among 6 messages", "the conversation that publish.request posts to", FILE,
        front=lambda: Front(rest=lambda asked, given: for_the_agent(asked, given, lambda item: item | {"body": "theirs"})),
    ),
    "a truth that lags": Planted(
        "truth", "only at a later look: the list lags", "read from the primary", FINE, defects=(Defect.BROADCAST_BEFORE_COMMIT,)
    ),
    # More of the catch-up
    "a catch-up at the wrong address": Planted(
        "catch-up", "gave 404", "its path, its query, and what {cursor} must be", FILE,
        change=put("catch_up.request", "GET {api}/nowhere?after_id={cursor}&session={session}"),
    ),
    "a catch-up that wants a login": Planted(
        "catch-up", "gave 401", "it is the visitor who asks", FILE, front=listing(lambda _, given: replace(given, status=401))
    ),
    "a catch-up that is a web page": Planted(
        "catch-up", "it is no JSON", "not a web page's", FILE, front=listing(lambda _, given: replace(given, body=b"<html>"))
    ),
    "a catch-up of nothing that is ours": Planted(
        "catch-up", "and none of ours", "asks for this conversation", LOSES,
        front=listed(lambda items: [item | {"body": "theirs"} for item in items]),
    ),
    "a catch-up whose newest has to be waited for": Planted(
        "complete", "m6 had to be waited for: the list lags", "from the primary", LOSES, front=lambda: newest_late()
    ),
    "a catch-up that leaves one out": Planted(
        "complete", "left out: m4", "what it filters by", LOSES, front=listed(lambda items: [item for item in items if "m4 " not in item["body"]])
    ),
    "a whole list without the first messages": Planted(
        "no cursor", "asked without the parameter, it leaves out m1, m2", "give the whole list", LOSES,
        front=listing(lambda asked, given: given if "after_id" in asked.query else given.with_json(given.json | {"messages": given.json["messages"][2:]})),
    ),
    "a server error for a foreign cursor": Planted(
        "foreign cursor", "gave 500", "what is newer in the own conversation", FINE, front=lambda: failing_for_strangers()
    ),
    "an API in which anybody speaks for the agent": Planted(
        "wrong token", "publishing takes no token", "anybody may say something", FINE,
        front=lambda: Front(before=lambda asked: replace(asked, headers=asked.headers | {"authorization": f"Bearer {TOKEN}"}) if asked.method == "POST" else asked),
        change=put("publish.headers", {}),
    ),
    "a created_at that is not where the file says": Planted(
        "same on both paths", "there is no created_at at catch_up's path", "see created_at under catch_up", FILE, change=put("catch_up.created_at", "at")
    ),
    "a created_at that is no time": Planted(
        "same on both paths", "created_at of live is 'yesterday'", "a time with its zone", FILE,
        front=said(lambda message: message | {"created_at": "yesterday"}),
    ),
    "a created_at of other digits": Planted(
        "same on both paths", "on the socket and", "for clients that compare texts", FINE,
        front=said(lambda message: message | {"created_at": message["created_at"].replace("Z", "000Z")}),
    ),
}  # fmt: skip


# What such a fault also shows, before the row that names it.
BEFORE = {
    "a session that nobody looks at": {"another's list"},
    "a message that is broadcast and rolled back": {"confirmation"},
    "a created_at that is wrong": {"same on both paths"},
}


@pytest.fixture(scope="module")
def visits() -> dict[str, dict[str, Row]]:
    """What the doctor said of each, up to the row that is to find it. They mostly wait, so several are made at once."""
    rows: dict[str, dict[str, Row]] = {}

    async def visit(name: str, slots: trio.CapacityLimiter) -> None:
        planted = PLANTED[name]
        async with slots:
            rows[name] = await rows_of(
                front=None if planted.front is None else planted.front(),
                defects=planted.defects,
                change=planted.change,
                upto=planted.row,
            )

    async def visit_all() -> None:
        slots = trio.CapacityLimiter(6)
        async with trio.open_nursery() as nursery:
            for name in PLANTED:
                nursery.start_soon(visit, name, slots)

    trio.run(visit_all)
    return rows


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_misconfiguration_is_found_with_its_remedy(
    name: str, visits: dict[str, dict[str, Row]]
) -> None:
    planted, rows = PLANTED[name], dict(visits[name])
    found = rows.pop(planted.row).diagnosis
    bad = (Standing.FAILED, Standing.WARNING)
    wrong = {row.check: row.diagnosis.seen for row in rows.values() if row.diagnosis.standing in bad}
    assert set(wrong) <= BEFORE.get(name, set()), wrong
    assert planted.seen in found.seen
    assert planted.remedy in found.remedy
    assert found.standing is (Standing.WARNING if planted.code is FINE else Standing.FAILED)
    assert found.exit_code is planted.code
