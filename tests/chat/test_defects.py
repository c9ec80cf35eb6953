"""Each defect in one act, played by a sound chat and by one that has the defect: what a visitor gets of it, in few words."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest

from cablecheck.cable.identifiers import Routing
from cablecheck.chat.defects.registry import DEFECTS
from cablecheck.chat.signals import Beat, Left
from cablecheck.scenario.defects import Defect
from tests.chat.play import ROOT, TOKEN, World


class Visit:
    """One visitor in a world: what it hears, and what its list holds. Ids and bodies are single words."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.session, self.conversation = world.begin()
        self.identifier = Routing("w1", self.session, self.conversation).identifier

    def say(self, *bodies: str, **more: object) -> Visit:
        """The agent says these, one after the other; an answer that is no 201 is passed over."""
        for body in bodies:
            values = {"conversation": self.conversation, "body": body, **more}
            self.world.ask("POST", f"{ROOT}/messages", values, TOKEN)
        return self

    def join(self) -> int:
        """A new socket, subscribed."""
        socket = self.world.join()
        self.world.sent.setdefault(socket, [])
        self.world.command(socket, command="subscribe", identifier=self.identifier)
        return socket

    def frames(self, socket: int) -> list[dict[str, Any]]:
        """Everything that the socket was sent; what is no JSON is `{}`."""
        return [_decoded(text) for text in self.world.sent[socket]]

    def heard(self, socket: int, key: str = "body") -> str:
        """What the messages that came to this socket have under a key."""
        said = [frame["message"] for frame in self.frames(socket) if isinstance(frame.get("message"), dict)]
        return " ".join(str(message.get(key)) for message in said)

    def kinds(self, socket: int) -> str:
        """What came to this socket, by kind."""
        return " ".join(str(frame.get("type", "?")).partition("_")[0] for frame in self.frames(socket))

    def list(self, query: str = "", key: str = "body", token: str | None = None) -> str:
        """What the list has under a key, and what `next` says if it says anything."""
        status, value, _ = self.world.ask(
            "GET", f"{ROOT}/messages?session={self.session}{query}", token=token
        )
        if status != 200:
            return str(status)
        following = f" next {value['next']}" if value["next"] else ""
        return " ".join(str(message and message[key]) for message in value["messages"]) + following


def _decoded(text: str) -> dict[str, Any]:
    try:
        decoded: dict[str, Any] = json.loads(text)
    except ValueError:
        return {}
    return decoded


def after(visit: Visit, seconds: float) -> Visit:
    visit.world.wait(seconds)
    return visit


def lagging(v: Visit) -> str:
    after(v.say("a"), 4).say("b", "c")
    return f"{v.list('&after_id=1')} | {v.list('&after_id=3')} | {after(v, 4).list('&after_id=1')}"


def retained(v: Visit) -> str:
    after(v.say("a", "b"), 3).say("c")
    return v.list("&after_id=1")


def after_the_first(v: Visit) -> str:
    return v.say("a", "b", "c").list("&after_id=1")


def ties(v: Visit) -> str:
    v.say("a", created_at="2026-06-01T12:00:01Z").say("b", created_at="2026-06-01T12:00:01Z").say("c")
    return f"{v.list('&after_id=1')} | {v.list()}"


def by_time(v: Visit) -> str:
    v.say("a").say("late", created_at="2026-06-01T12:09:00Z").say("b", created_at="2026-06-01T12:05:00Z")
    v.say("c", created_at="2026-06-01T12:06:00Z")
    return f"{v.list('&after_id=1')} | {v.list('&after_id=4')}"


def pages(v: Visit) -> str:
    v.say("a", "b", "c", "d")
    return f"{v.list()} | {v.list('&after_id=2')} | {v.list('&limit=1')}"


def foreign_rows(v: Visit) -> str:
    return f"{v.say('a', 'b', 'c').list(key='id')} | {v.list('&after_id=3')}"


def list_types(v: Visit) -> str:
    v.say("a", "b")
    _, value, _ = v.world.ask("GET", f"{ROOT}/messages?session={v.session}&limit=1")
    return f"{value['messages'][0]['id']!r} {value['next']!r}"


def nulls(v: Visit) -> str:
    v.say("a", "b", "c")
    return f"{v.list()} | {v.list('&after_id=2')} | {v.list('&after_id=3')}"


def cache_control(v: Visit) -> str:
    v.say("a")
    _, _, visitors = v.world.ask("GET", f"{ROOT}/messages?session={v.session}")
    _, _, agents = v.world.ask("GET", f"{ROOT}/messages?session={v.session}", token=TOKEN)
    return f"{dict(visitors.headers)} {dict(agents.headers)}"


def stamps_heard(v: Visit) -> str:
    v.world.now += 0.25
    socket = v.join()
    v.say("a")
    return f"{v.heard(socket, 'created_at')} {v.list(key='created_at')}"


def attachments(v: Visit) -> str:
    socket = v.join()
    return v.say("a", "b", "c", "d").heard(socket, "attachments")


def leaked(v: Visit) -> str:
    socket = v.join()
    return f"{v.say('a', 'b', 'c', 'd').heard(socket, 'id')} | {v.list(key='id')}"


def crossed(v: Visit) -> str:
    socket = v.join()
    ids = v.say("a", "b", "c", "d").heard(socket, "id")
    whose = [
        "own" if frame["identifier"] == v.identifier else "other"
        for frame in v.frames(socket)
        if "message" in frame
    ]
    return f"{ids} | {' '.join(whose)}"


def ten_said(v: Visit) -> str:
    socket = v.join()
    return v.say(*"abcdefghij").heard(socket)


def twins(v: Visit) -> str:
    socket, stamp = v.join(), "2026-06-01T12:00:01Z"
    v.say("a", created_at=stamp).say("b", created_at=stamp).say("c").say("d", created_at=stamp)
    return v.heard(socket)


def burst(v: Visit) -> str:
    socket = v.join()
    after(v.say(*"abcdefg"), 6).say("h")
    return v.heard(socket)


def large(v: Visit) -> str:
    socket = v.join()
    values = {"conversation": v.conversation, "body": "é" * 4000}
    status, _, _ = v.world.ask("POST", f"{ROOT}/messages", values, TOKEN)
    v.say("small")
    return f"{status} {v.heard(socket, 'id')} | {v.list(key='id')}"


def two_sockets(v: Visit) -> str:
    first, second = v.join(), v.join()
    v.say("a", "b", "c", "d")
    return f"{v.heard(first)} | {v.heard(second)}"


def a_late_socket(v: Visit) -> str:
    early = v.join()
    v.say("a", "b", "c", "d")
    return f"{v.kinds(early)} | {v.kinds(v.join())} | {v.list()}"


def beats(v: Visit) -> str:
    socket = v.join()
    v.world.tell(Beat())
    return v.kinds(socket)


def overtaken(v: Visit) -> str:
    socket = v.join()
    v.say("a", "b", "c", "d")
    return f"{v.heard(socket)} | {v.list()} | {after(v, 2).heard(socket)}"


def committed(v: Visit) -> str:
    socket = v.join()
    v.say("a", "b", "c", "d")
    return f"{v.heard(socket)} | {v.list()} | {after(v, 4).heard(socket)} | {v.list()}"


def rolled_back(v: Visit) -> str:
    socket = v.join()
    v.say("a", "b")
    values = {"conversation": v.conversation, "body": "c"}
    status, _, _ = v.world.ask("POST", f"{ROOT}/messages", values, TOKEN)
    v.say("d")
    return f"{status} | {v.heard(socket)} {v.heard(socket, 'id')} | {v.list()} {v.list(key='id')}"


def right_away(v: Visit) -> str:
    socket = v.join()
    v.say("a")
    kinds = v.kinds(socket)
    after(v, 3).say("b")
    return f"{kinds} | {v.kinds(socket)} {v.heard(socket)}"


def early(v: Visit) -> str:
    socket = v.join()
    v.say("a")
    kinds = v.kinds(socket)
    after(v, 1).world.command(socket, command="unsubscribe", identifier=v.identifier)
    v.world.command(socket, command="subscribe", identifier=v.identifier)
    v.say("b")
    return f"{kinds} | {v.kinds(socket)}"


def three_sockets(v: Visit) -> str:
    sockets = [v.join() for _ in range(3)]
    v.world.command(sockets[1], command="subscribe", identifier=v.identifier)
    v.say("a")
    return " | ".join(v.kinds(socket) for socket in sockets)


def given_up_and_back(v: Visit) -> str:
    socket = v.join()
    v.world.command(socket, command="unsubscribe", identifier=v.identifier)
    v.world.command(socket, command="subscribe", identifier=v.identifier)
    v.say("a")
    after(v, 2).say("b")
    return f"{v.kinds(socket)} {v.heard(socket)}"


def joined_late(v: Visit) -> str:
    v.say("a", "b", "c")
    return v.heard(v.join())


def spelt(v: Visit) -> str:
    socket = v.join()
    v.say("a")
    v.world.command(socket, command="unsubscribe", identifier=v.identifier)
    v.say("b")
    keys = [",".join(json.loads(frame["identifier"])) for frame in v.frames(socket) if "identifier" in frame]
    return f"{v.kinds(socket)} {keys}"


def own(v: Visit) -> str:
    socket = v.join()
    values = {"session": v.session, "body": "own"}
    number = v.world.send("POST", f"{ROOT}/messages", values)
    at_once = number in v.world.answers
    after(v, 7)
    keys = ",".join(json.loads(v.world.answers[number].json))
    return f"{at_once} {keys} | {v.list()} | {v.kinds(socket)}"


Act = Callable[[Visit], str]
# defect: (what is done, what a sound chat makes of it, what this one makes of it)
CASES: dict[Defect, tuple[Act, str, str]] = {
    Defect.LAGGING_REPLICA: (lagging, "b c |  | b c", " |  | b c"),
    Defect.RETENTION: (retained, "b c", "c"),
    Defect.INCLUSIVE_CURSOR: (after_the_first, "b c", "a b c"),
    Defect.SKIPPING_CURSOR: (after_the_first, "b c", "c"),
    Defect.TIME_CURSOR: (ties, "b c | a b c", "c | a b c"),
    Defect.ORDER_BY_TIME: (by_time, "late b c | ", "b c next 4 | "),
    Defect.PAGE_CAP: (pages, "a b c d | c d | a next 1", "a b | c d | a"),
    Defect.UNSCOPED_CATCH_UP: (foreign_rows, "1 2 3 | ", "1 2 3 stranger-1 | "),
    Defect.MIXED_IDS: (list_types, "'1' '1'", "1 '1'"),
    Defect.POISONED_LIST: (nulls, "a b c | c | ", "a b None c | None c | "),
    Defect.CACHEABLE_ANSWERS: (cache_control, "{} {}", "{'Cache-Control': 'max-age=60'} {}"),
    Defect.TRUNCATED_STAMPS: (stamps_heard, "2026-06-01T12:00:00.250Z 2026-06-01T12:00:00.250Z", "2026-06-01T12:00:00Z 2026-06-01T12:00:00.250Z"),
    Defect.STAMPS_IN_SECONDS: (stamps_heard, "2026-06-01T12:00:00.250Z 2026-06-01T12:00:00.250Z", "1780315200 2026-06-01T12:00:00.250Z"),
    Defect.POISONED_BROADCAST: (attachments, "None None None None", "None None {'count': 1} None"),
    Defect.LEAKED_MESSAGES: (leaked, "1 2 3 4 | 1 2 3 4", "1 2 3 stranger-1 4 | 1 2 3 4"),
    Defect.CROSSED_STREAMS: (crossed, "1 2 3 4 | own own own own", "1 2 3 stranger-1 4 | own own own other own"),
    Defect.MUTED_STREAM: (ten_said, "a b c d e f g h i j", "a b e f g h i j"),
    Defect.FOLDED_BROADCASTS: (twins, "a b c d", "a c d"),
    Defect.FULL_BUFFER: (burst, "a b c d e f g h", "a b c d e h"),
    Defect.OVERSIZED_PAYLOAD: (large, "201 1 2 | 1 2", "500 2 | 1 2"),
    Defect.TWO_WORKERS: (two_sockets, "a b c d | a b c d", "a c | b d"),
    Defect.DEAD_LISTENER: (a_late_socket, "welcome confirm ? ? ? ? | welcome confirm | a b c d", "welcome confirm ? ? | welcome | a b c d"),
    Defect.NO_PINGS: (beats, "welcome confirm ping", "welcome confirm"),
    Defect.PARALLEL_BROADCAST: (overtaken, "a b c d | a b c d | a b c d", "a b d | a b c d | a b d c"),
    Defect.BROADCAST_BEFORE_COMMIT: (committed, "a b c d | a b c d | a b c d | a b c d", "a b c d | a b d | a b c d | a b c d"),
    Defect.ROLLED_BACK_BROADCAST: (rolled_back, "201 | a b c d 1 2 3 4 | a b c d 1 2 3 4", "500 | a b c d 1 2 3 4 | a b d 1 2 4"),
    Defect.REUSED_ID: (rolled_back, "201 | a b c d 1 2 3 4 | a b c d 1 2 3 4", "500 | a b c d 1 2 3 3 | a b d 1 2 3"),
    Defect.COMMIT_OUT_OF_ORDER: (committed, "a b c d | a b c d | a b c d | a b c d", "a b d | a b d | a b d c | a b c d"),
    Defect.POLLED_BROADCAST: (committed, "a b c d | a b c d | a b c d | a b c d", "a b d | a b d | a b d | a b c d"),
    Defect.CONFIRM_BEFORE_ATTACH: (right_away, "welcome confirm ? | welcome confirm ? ? a b", "welcome confirm | welcome confirm ? b"),
    Defect.ATTACH_LATE: (right_away, "welcome confirm ? | welcome confirm ? ? a b", "welcome | welcome confirm ? b"),
    Defect.CONFIRM_LOST: (three_sockets, "welcome confirm ? | welcome confirm ? | welcome confirm ?", "welcome confirm ? | welcome ? | welcome confirm ?"),
    Defect.ZOMBIE_SUBSCRIPTION: (three_sockets, "welcome confirm ? | welcome confirm ? | welcome confirm ?", "welcome confirm ? | welcome | welcome confirm ?"),
    Defect.LATE_UNSUBSCRIBE: (given_up_and_back, "welcome confirm confirm ? ? a b", "welcome confirm confirm ? a"),
    Defect.REPLAYED_ROWS: (joined_late, "", "b c"),
    Defect.GARBLED_FRAME: (right_away, "welcome confirm ? | welcome confirm ? ? a b", "welcome confirm ? ? | welcome confirm ? ? ? a b"),
    Defect.REWRITTEN_IDENTIFIER: (spelt, "welcome confirm ? ['channel,id,session,conversation', 'channel,id,session,conversation']", "welcome confirm ? ['channel,conversation,id,session', 'channel,conversation,id,session']"),
    Defect.MISSING_WELCOME: (three_sockets, "welcome confirm ? | welcome confirm ? | welcome confirm ?", "welcome confirm ? | confirm ? | welcome confirm ?"),
    Defect.DEAF_BEFORE_WELCOME: (early, "welcome confirm ? | welcome confirm ? confirm ?", " | welcome confirm ?"),
    Defect.LATE_ANSWER: (own, "True id,body,created_at,conversation | own | welcome confirm", "False id,body,created_at,conversation | own | welcome confirm"),
    Defect.NAMELESS_CONVERSATION: (own, "True id,body,created_at,conversation | own | welcome confirm", "True id,body,created_at | own | welcome confirm"),
}  # fmt: skip


def test_every_defect_has_its_case() -> None:
    assert set(CASES) == set(Defect) == set(DEFECTS)


@pytest.mark.parametrize("defect", CASES)
def test_a_chat_with_a_defect_does_what_it_says_and_one_without_does_not(defect: Defect) -> None:
    act, sound, flawed = CASES[defect]
    assert act(Visit(World())) == sound
    world = World(defects=(defect,))
    assert act(Visit(world)) == flawed
    assert world.chat.touched == {defect}


@pytest.mark.parametrize("defect", CASES)
def test_the_agent_reads_the_truth_whatever_a_visitor_reads(defect: Defect) -> None:
    world = World(defects=(defect,))
    visit = Visit(world)
    visit.join()
    after(visit.say(*"abcdefgh"), 10)
    stored = world.ledger.page(visit.session, None, 100)
    assert stored is not None
    numbers = " ".join(str(message.number) for message in stored.messages)
    assert visit.list(key="id", token=TOKEN) == numbers
    assert len(stored.messages) == 8 - (defect in {Defect.ROLLED_BACK_BROADCAST, Defect.REUSED_ID})


def everything(visit: Visit) -> None:
    """A little of all that can happen in a chat."""
    world = visit.world
    first, second = visit.join(), visit.join()
    visit.say("a", "b", "c", "x" * 9000).list("&after_id=1")
    world.visitor_says(visit.session, "own")
    world.tell(Beat())
    world.command(first, command="unsubscribe", identifier=visit.identifier)
    world.command(first, command="subscribe", identifier=visit.identifier)
    world.command(first, command="subscribe", identifier="{}")
    world.tell(Left(second))
    after(visit.say("d", created_at="2026-06-01T12:00:00Z"), 10).say("e")
    visit.list("&after_id=99")
    visit.list("&after_id=2&limit=1")


@pytest.mark.parametrize("defects", list(combinations(Defect, 2)), ids="+".join)
def test_two_defects_together_break_nothing_else(defects: tuple[Defect, Defect]) -> None:
    world = World(defects=defects)
    everything(Visit(world))
    assert world.chat.touched <= set(defects)
    assert not world.put_off


def test_all_defects_together_break_nothing_else() -> None:
    everything(Visit(World(defects=tuple(Defect))))


def test_the_order_in_which_defects_are_named_does_not_matter() -> None:
    defects = (Defect.PARALLEL_BROADCAST, Defect.MUTED_STREAM, Defect.PAGE_CAP, Defect.INCLUSIVE_CURSOR)
    for act in (ten_said, pages, committed):
        assert act(Visit(World(defects=defects))) == act(Visit(World(defects=defects[::-1])))


def test_a_defect_has_touched_an_answer_only_if_the_answer_would_be_another_without_it() -> None:
    world = World(defects=(Defect.PAGE_CAP, Defect.INCLUSIVE_CURSOR, Defect.MIXED_IDS))
    visit = Visit(world).say("a", "b")
    assert visit.list() == "a b"
    assert world.chat.touched == {Defect.MIXED_IDS}
    assert visit.list("&after_id=2") == "b"
    assert world.chat.touched == {Defect.MIXED_IDS, Defect.INCLUSIVE_CURSOR}


def test_only_the_agent_is_told_which_defects_have_changed_anything() -> None:
    world = World(defects=(Defect.NO_PINGS, Defect.MUTED_STREAM))
    Visit(world).join()
    assert world.ask("GET", f"{ROOT}/defects", token=TOKEN)[:2] == (200, {"touched": []})
    world.tell(Beat())
    assert world.ask("GET", f"{ROOT}/defects", token=TOKEN)[:2] == (200, {"touched": ["no-pings"]})
    assert world.ask("GET", f"{ROOT}/defects")[0] == 401
    assert world.ask("POST", f"{ROOT}/defects", token=TOKEN)[0] == 405


def test_what_was_put_off_dies_with_the_process() -> None:
    world = World(defects=(Defect.COMMIT_OUT_OF_ORDER,))
    visit = Visit(world).say("a", "b", "c")
    visit.world = world.restarted()
    after(visit, 10)
    assert visit.list() == "a b"
    assert visit.say("d").list(key="id") == "1 2 3"


def test_a_page_that_is_read_for_nobody_is_nobodys() -> None:
    """A ReadPage of the agent's, whose answer comes between two of a visitor's."""
    world = World(defects=(Defect.PAGE_CAP,))
    visit = Visit(world).say("a", "b", "c")
    assert visit.list(token=TOKEN) == "a b c"
    assert visit.list() == "a b"
    assert visit.list(token=TOKEN) == "a b c"


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_told_in_one_sentence(defect: Defect) -> None:
    assert DEFECTS[defect].mechanism.endswith(".")
    assert defect == defect.name.lower().replace("_", "-")
