from __future__ import annotations

import json

import pytest

from cablecheck.chat.ledger import ConversationOpened, MessageSaid, SessionOpened
from cablecheck.chat.signals import AgentSpoke, Answer, Asked, Beat, Broadcast, Joined, Left, Store
from tests.chat.play import NOON, ROOT, TOKEN, World


def test_anybody_may_begin_a_chat_and_every_session_is_another() -> None:
    world = World()
    first, second = world.begin(), world.begin()
    assert len({*first, *second}) == 4
    assert len(first[0]) == 32


def test_the_agent_is_answered_after_the_commit_and_after_the_broadcast() -> None:
    world = World()
    _, conversation = world.begin()
    body = json.dumps({"conversation": conversation, "body": "hi"}).encode()
    actions = world.chat.handle(Asked(9, "POST", f"{ROOT}/messages", body, f"Bearer {TOKEN}"), NOON)
    store, broadcast, answer = actions
    assert isinstance(store, Store)
    assert isinstance(broadcast, Broadcast)
    assert isinstance(answer, Answer)
    assert broadcast.payload == {
        "type": "message", "id": "1", "body": "hi", "created_at": "2026-06-01T12:00:00.000Z",
        "conversation": conversation,
    }  # fmt: skip
    assert json.loads(answer.json) == {k: v for k, v in broadcast.payload.items() if k != "type"}


@pytest.mark.parametrize("conversation", [None, "nobody's"])
@pytest.mark.parametrize("created_at", [None, "2026-06-01T11:59:57Z", "soon"])
def test_what_the_agent_says_without_http_comes_to_the_same(
    conversation: str | None, created_at: str | None
) -> None:
    one, other = World(), World()
    conversation = conversation or one.begin()[1]
    other.begin()
    body = json.dumps({"conversation": conversation, "body": "hi", "created_at": created_at}).encode()
    asked = one.chat.handle(Asked(9, "POST", f"{ROOT}/messages", body, f"Bearer {TOKEN}"), NOON)
    assert other.chat.handle(AgentSpoke(9, "w1", conversation, "hi", created_at), NOON) == asked


def test_a_visitors_message_is_stored_and_answered_but_not_broadcast() -> None:
    world = World()
    session, conversation = world.begin()
    socket, _ = world.subscribed(session, conversation)
    before = list(world.sent[socket])
    said = world.visitor(session, "hello")
    assert said == {
        "id": "1", "body": "hello", "created_at": "2026-06-01T12:00:00.000Z", "conversation": conversation,
    }  # fmt: skip
    assert world.sent[socket] == before
    assert world.messages(session)["messages"] == [{**said, "from": "visitor"}]


def test_ids_are_text_counting_up_over_all_sessions() -> None:
    world = World()
    (_, one), (other, two) = world.begin(), world.begin()
    said = [world.agent(one, "a"), world.agent(two, "b"), world.visitor(other, "c"), world.agent(one, "d")]
    assert [message["id"] for message in said] == ["1", "2", "3", "4"]


def test_stamps_go_forward_by_a_millisecond_at_least_even_when_the_clock_does_not() -> None:
    world = World()
    session, conversation = world.begin()
    world.agent(conversation, "a")
    world.now -= 60
    world.agent(conversation, "b")
    world.visitor(session, "c")
    world.now += 61.5
    world.agent(conversation, "d")
    assert [m["created_at"][17:] for m in world.messages(session)["messages"]] == [
        "00.000Z", "00.001Z", "00.002Z", "01.500Z",
    ]  # fmt: skip


def test_the_agents_own_stamp_is_kept_and_what_follows_is_later_than_all_before() -> None:
    world = World()
    session, conversation = world.begin()
    world.agent(conversation, "a")
    same = world.agent(conversation, "b", created_at="2026-06-01T14:00:00+02:00")
    late = world.agent(conversation, "c", created_at="2026-06-01T11:59:57.0009Z")
    world.agent(conversation, "d", created_at="2026-06-01T12:00:05Z")
    assert same["created_at"] == "2026-06-01T12:00:00.000Z"
    assert late["created_at"] == "2026-06-01T11:59:57.000Z"
    assert world.agent(conversation, "e")["created_at"] == "2026-06-01T12:00:05.001Z"
    assert [m["body"] for m in world.messages(session)["messages"]] == list("abcde")


@pytest.mark.parametrize(
    "stamp", ["soon", "2026-06-01", "2026-06-01T12:00:00", 1780315200, "0001-01-01T00:00:00+23:00",
              "9999-12-31T23:59:59.999Z", "1970-01-01T00:00:00+01:00", "1969-12-31T23:59:59Z", "", "\ud800"],
)  # fmt: skip
def test_a_stamp_that_could_be_misread_is_refused_and_nothing_is_stored(stamp: object) -> None:
    world = World()
    session, conversation = world.begin()
    values = {"conversation": conversation, "body": "x", "created_at": stamp}
    assert world.ask("POST", f"{ROOT}/messages", values, TOKEN)[0] == 400
    assert world.messages(session)["messages"] == []


def test_a_session_moves_on_and_its_list_spans_all_its_conversations() -> None:
    world = World()
    session, first = world.begin()
    world.agent(first, "a")
    status, value, _ = world.ask("POST", f"{ROOT}/conversations", {"session": session}, TOKEN)
    second = value["conversation"]
    assert status == 201
    assert second != first
    assert world.visitor(session, "b")["conversation"] == second
    world.agent(first, "c")
    assert [(m["body"], m["conversation"]) for m in world.messages(session)["messages"]] == [
        ("a", first), ("b", second), ("c", first),
    ]  # fmt: skip


def test_a_catch_up_begins_after_the_id_and_goes_on_page_by_page() -> None:
    world = World()
    session, conversation = world.begin()
    for number in range(1, 8):
        world.agent(conversation, f"b{number}")
    page = world.messages(session, "&after_id=2&limit=2")
    assert [m["id"] for m in page["messages"]] == ["3", "4"]
    assert page["next"] == "4"
    assert [m["id"] for m in world.messages(session, "&after_id=4&limit=3")["messages"]] == ["5", "6", "7"]
    assert world.messages(session, "&after_id=4&limit=3")["next"] is None
    assert world.messages(session, "&after_id=7") == {"messages": [], "next": None}
    assert world.messages(session, "&limit=7")["next"] is None
    assert world.messages(session, "&limit=6")["next"] == "6"


def test_a_page_holds_a_hundred_unless_asked_otherwise_and_a_thousand_at_most() -> None:
    world = World()
    session, conversation = world.begin()
    for _ in range(1001):
        world.agent(conversation, "x")
    assert len(world.messages(session)["messages"]) == 100
    assert len(world.messages(session, "&limit=99999999")["messages"]) == 1000
    listed: list[str] = []
    after = ""
    while after is not None:
        page = world.messages(session, f"&after_id={after}" if after else "")
        listed += [m["id"] for m in page["messages"]]
        after = page["next"]
    assert listed == [str(n) for n in range(1, 1002)]


REFUSED = {
    "another path": ("GET", "/v1/public/webchats/w1/nothing", None, None, 404),
    "no path": ("GET", "", None, None, 404),
    "a trailing slash": ("GET", f"{ROOT}/messages/?session=SESSION", None, None, 404),
    "another webchat's sessions": ("POST", "/v1/public/webchats/w2/sessions", None, None, 404),
    "another webchat's list": ("GET", "/v1/public/webchats/w2/messages?session=SESSION", None, None, 404),
    "another webchat's visitor": ("POST", "/v1/public/webchats/w2/messages", {"session": "SESSION", "body": "x"}, None, 404),
    "another webchat's agent": ("POST", "/v1/public/webchats/w2/messages", {"conversation": "CONVERSATION", "body": "x"}, TOKEN, 404),
    "another webchat's move": ("POST", "/v1/public/webchats/w2/conversations", {"session": "SESSION"}, TOKEN, 404),
    "no session": ("GET", f"{ROOT}/messages", None, None, 404),
    "a wrong session": ("GET", f"{ROOT}/messages?session=nobody", None, None, 404),
    "a wrong visitor": ("POST", f"{ROOT}/messages", {"session": "nobody", "body": "x"}, None, 404),
    "a conversation as session": ("GET", f"{ROOT}/messages?session=CONVERSATION", None, None, 404),
    "a wrong conversation": ("POST", f"{ROOT}/messages", {"conversation": "none", "body": "x"}, TOKEN, 404),
    "a wrong move": ("POST", f"{ROOT}/conversations", {"session": "nobody"}, TOKEN, 404),
    "an unknown after_id": ("GET", f"{ROOT}/messages?session=SESSION&after_id=999", None, None, 404),
    "a foreign after_id": ("GET", f"{ROOT}/messages?session=SESSION&after_id=1", None, None, 404),
    "after_id 0": ("GET", f"{ROOT}/messages?session=SESSION&after_id=0", None, None, 404),
    "an empty after_id": ("GET", f"{ROOT}/messages?session=SESSION&after_id=", None, None, 404),
    "after_id undefined": ("GET", f"{ROOT}/messages?session=SESSION&after_id=undefined", None, None, 404),
    "after_id in another spelling": ("GET", f"{ROOT}/messages?session=SESSION&after_id=02", None, None, 404),
    "a huge after_id": ("GET", f"{ROOT}/messages?session=SESSION&after_id={'9' * 40}", None, None, 404),
    "limit 0": ("GET", f"{ROOT}/messages?session=SESSION&limit=0", None, None, 400),
    "limit many": ("GET", f"{ROOT}/messages?session=SESSION&limit=many", None, None, 400),
    "no token": ("POST", f"{ROOT}/messages", {"conversation": "CONVERSATION", "body": "x"}, None, 401),
    "a wrong token": ("POST", f"{ROOT}/messages", {"conversation": "CONVERSATION", "body": "x"}, "guess", 401),
    "an odd token": ("POST", f"{ROOT}/messages", {"conversation": "CONVERSATION", "body": "x"}, "\ud800é", 401),
    "a move without token": ("POST", f"{ROOT}/conversations", {"session": "SESSION"}, None, 401),
    "a wrong token does not tell of a conversation": ("POST", f"{ROOT}/messages", {"conversation": "none"}, "guess", 401),
    "a list put": ("PUT", f"{ROOT}/messages?session=SESSION", None, None, 405),
    "sessions listed": ("GET", f"{ROOT}/sessions", None, None, 405),
    "conversations listed": ("HEAD", f"{ROOT}/conversations", None, TOKEN, 405),
    "no JSON": ("POST", f"{ROOT}/messages", b"{", None, 400),
    "no UTF-8": ("POST", f"{ROOT}/messages", b'{"session": "\xff"}', None, 400),
    "a JSON list": ("POST", f"{ROOT}/messages", [1], None, 400),
    "JSON beyond depth": ("POST", f"{ROOT}/messages", b"[" * 100_000, None, 400),
    "NaN": ("POST", f"{ROOT}/messages", b'{"session":NaN}', None, 400),
    "no body text": ("POST", f"{ROOT}/messages", {"session": "SESSION"}, None, 400),
    "a number for a text": ("POST", f"{ROOT}/messages", {"session": "SESSION", "body": 7}, None, 400),
    "half a surrogate pair": ("POST", f"{ROOT}/messages", {"session": "SESSION", "body": "\ud800"}, None, 400),
    "a null session": ("POST", f"{ROOT}/messages", {"session": None, "body": "x"}, None, 400),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_gets_one_word_and_stores_nothing(case: str) -> None:
    world = World()
    _, foreign = world.begin()
    world.agent(foreign, "somebody else's")
    session, conversation = world.begin()
    world.agent(conversation, "own")
    method, target, body, token, status = REFUSED[case]

    def filled(text: str) -> str:
        return text.replace("SESSION", session).replace("CONVERSATION", conversation)

    if isinstance(body, dict):
        body = {key: filled(value) if isinstance(value, str) else value for key, value in body.items()}
    told = len(world.told)
    words = {400: "bad request", 401: "unauthorized", 404: "not found", 405: "method not allowed"}
    answered, value, answer = world.ask(method, filled(target), body, token)
    assert (answered, value) == (status, {"error": words[status]})
    assert not any(isinstance(action, Store) for action in world.told[told:])
    assert dict(answer.headers).get("Allow") == ({"messages": "GET, HEAD, POST"}.get(
        target.partition("?")[0].rpartition("/")[2], "POST") if status == 405 else None)  # fmt: skip
    assert ("WWW-Authenticate" in dict(answer.headers)) == (status == 401)


def test_a_target_may_be_written_with_its_origin_and_a_webchat_be_quoted() -> None:
    world = World()
    session, _ = world.begin()
    assert world.ask("GET", f"http://127.0.0.1:1{ROOT}/messages?session={session}")[0] == 200
    assert world.ask("GET", f"/v1/public/webchats/%771/messages?session={session}")[0] == 200
    assert world.ask("GET", "http://[")[0] == 404


def test_the_scheme_of_the_token_is_bearer_in_any_case_and_nothing_else() -> None:
    world = World()
    _, conversation = world.begin()
    body = json.dumps({"conversation": conversation, "body": "x"}).encode()
    for number, (header, status) in enumerate(
        {f"BEARER {TOKEN}": 201, f"Basic {TOKEN}": 401, TOKEN: 401, "": 401}.items(), start=100
    ):
        world.tell(Asked(number, "POST", f"{ROOT}/messages", body, header))
        assert world.answers[number].status == status


def test_a_restart_keeps_sessions_conversations_stamps_and_the_count_of_ids() -> None:
    world = World()
    session, first = world.begin()
    world.ask("POST", f"{ROOT}/conversations", {"session": session}, TOKEN)
    said = [world.agent(first, "a"), world.visitor(session, "b")]
    world.now -= 3600
    again = world.restarted()
    said += [again.visitor(session, "c"), again.agent(first, "d")]
    assert said[1]["conversation"] == said[2]["conversation"] != first
    assert [m["id"] for m in again.messages(session)["messages"]] == ["1", "2", "3", "4"]
    assert said[2]["created_at"] == "2026-06-01T12:00:00.002Z"


def test_a_beat_pings_every_socket_that_is_there_with_unix_seconds() -> None:
    world = World()
    first, second, gone = world.join(), world.join(), world.join()
    world.tell(Left(gone))
    world.now = 1795332215.9
    world.tell(Beat())
    ping = '{"type":"ping","message":1795332215}'
    assert [world.sent[s][1:] for s in (first, second, gone)] == [[ping], [ping], []]


def test_a_socket_is_welcomed_at_once() -> None:
    world = World()
    world.tell(Joined(5))
    assert world.sent[5] == ['{"type":"welcome"}']


def test_what_is_stored_says_all_that_a_restart_needs() -> None:
    world = World()
    session, conversation = world.begin()
    world.visitor(session, "x")
    rows = [row for action in world.told if isinstance(action, Store) for row in action.rows]
    assert rows == [
        SessionOpened(session, "w1"),
        ConversationOpened(conversation, session),
        MessageSaid(1, session, conversation, "x", int(NOON * 1000), "visitor"),
    ]
