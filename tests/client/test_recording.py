"""The recordings of the real SDK, each of which our client must follow, entry by entry; and what a replay can tell."""

import contextlib
import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablecheck.cable import commands, frames
from cablecheck.cable.json_values import parse
from cablecheck.client.profiles import BEFORE_CATCH_UP, HELLOTEXT, Rule
from cablecheck.client.recording import replay
from cablecheck.errors import BadInputError
from tests.cable.test_json_values import JSON
from tests.client.acting import connected
from tests.unmeasured import unmeasured

FOLDER = Path(__file__).parent.parent / "recordings"
RECORDINGS = {path.stem: path for path in sorted(FOLDER.glob("*.json"))}
IDENTIFIER = connected().client.identifier
SUBSCRIBE = {"out": "send", "ws": 1, "data": commands.subscribe(IDENTIFIER)}
BEGIN = [{"out": "connect", "ws": 1}, {"in": "open", "ws": 1}, SUBSCRIBE]
TYPING = {"out": "send", "ws": 1, "data": commands.perform(IDENTIFIER, "started_typing")}
TYPE = {"in": "action", "action": {"do": "type"}}


def recorded(name: str) -> Any:
    return parse(RECORDINGS[name].read_text(encoding="utf-8"))


def replayed(*entries: dict[str, Any], **client: Any) -> str | None:
    """What differs, as text, when this log is replayed."""
    difference = replay({"client": {"initial": []} | client, "replay": [*entries]})
    return None if difference is None else str(difference)


def test_there_are_sixty_two_recordings() -> None:
    assert len(RECORDINGS) == 62


@pytest.mark.parametrize("name", RECORDINGS)
def test_the_client_does_what_the_sdk_did(name: str) -> None:
    assert replay(recorded(name)) is None


SEEN_IN_RECORDINGS = HELLOTEXT.rules - {Rule.REPLACE_DEAD_SOCKET, Rule.JITTER, Rule.THROTTLE_TYPING}


@pytest.mark.parametrize("rule", sorted(SEEN_IN_RECORDINGS))
def test_a_client_without_one_of_the_rules_is_found_out_by_some_recording(rule: Rule) -> None:
    less = HELLOTEXT.without(rule)
    assert any(replay(recorded(name), less) is not None for name in RECORDINGS)


def test_the_client_before_pull_request_50_agrees_only_where_nothing_dropped() -> None:
    for name in RECORDINGS:
        recording = recorded(name)
        dropped = any(entry.get("in") == "close" for entry in recording["replay"])
        if dropped:
            assert replay(recording, BEFORE_CATCH_UP) is not None, name


def mutations(recording: Any) -> list[Any]:
    """Recordings that differ from this one in a single output: left out, changed, or one too many."""
    changed = []
    for index, entry in enumerate(recording["replay"]):
        if "out" not in entry:
            continue
        for edit in ("leave out", "change", "repeat"):
            other = copy.deepcopy(recording)
            if edit == "leave out":
                del other["replay"][index]
            elif edit == "repeat":
                other["replay"].insert(index, entry)
            elif entry["out"] == "exception":
                other["replay"][index] = {"out": "connect", "ws": 99}
            else:
                key = {
                    "connect": "ws",
                    "send": "data",
                    "timer_set": "ms",
                    "fetch": "url",
                    "rendered": "timeline",
                }[entry["out"]]
                other["replay"][index][key] = {
                    "ws": 99,
                    "data": "x",
                    "ms": 1,
                    "url": "/x",
                    "timeline": ["x"],
                }[key]
            changed.append(other)
    return changed


@pytest.mark.parametrize("name", ["f010", "b09f-frame-message-null", "b12d-switch-then-live-only"])
def test_any_single_output_that_is_otherwise_is_noticed(name: str) -> None:
    assert all(replay(mutation) is not None for mutation in mutations(recorded(name)))


def test_a_difference_says_where_what_and_what_instead() -> None:
    assert replayed(*BEGIN, {"out": "timer_set", "name": "reconnect", "ms": 500}) == (
        'replay[3], after {"in":"open","ws":1}: expected {"out":"timer_set","name":"reconnect","ms":500}; got nothing'
    )
    assert str(replayed({"in": "open", "ws": 1})) == (
        'replay[0], after loading the page: expected nothing; got {"out":"connect","ws":1}'
    )


def test_a_final_timeline_that_is_otherwise_is_a_difference_at_the_end() -> None:
    recording = recorded("s01-no-disconnect")
    recording["expected"]["timeline"][0][1] = "other"
    assert str(replay(recording)).startswith('at the end: expected timeline [["m1","other"]')


@pytest.mark.parametrize(
    ("key", "value"), [("persisted", False), ("visitor", True), ("id", "x"), ("created_at", None)]
)
def test_a_final_node_that_is_otherwise_is_a_difference_at_the_end(key: str, value: Any) -> None:
    recording = recorded("s01-no-disconnect")
    recording["expected"]["nodes"][1][key] = value
    assert str(replay(recording)).startswith("at the end: expected nodes[1]")


def test_a_missing_final_node_is_a_difference_too() -> None:
    recording = recorded("s01-no-disconnect")
    del recording["expected"]["timeline"]
    recording["expected"]["nodes"].append({"id": "m9"})
    assert str(replay(recording)).endswith('{"id":"m9"}; got {}')


# How the page starts ---------------------------------------------------------------------------------------------------------------


def test_a_missing_created_at_is_noon_and_the_position() -> None:
    expected = {
        "timeline": [["a", "2026-06-01T12:00:01.000Z"], ["b", "x"], ["5", "2026-06-01T12:00:03.000Z"]]
    }
    client = {"initial": [{"id": "a"}, {"id": "b", "created_at": "x"}, {"id": 5}]}
    assert replay({"client": client, "replay": BEGIN, "expected": expected}) is None


def test_the_conversation_and_the_random_value_are_the_recordings() -> None:
    subscribe = {"out": "send", "ws": 1, "data": SUBSCRIBE["data"].replace("conv-1", "conv-9")}
    entries = [
        *BEGIN[:2],
        subscribe,
        {"in": "error", "ws": 1},
        {"out": "timer_set", "name": "reconnect", "ms": 575},
    ]
    assert replayed(*entries, conversation="conv-9", random=0.5) is None


def test_classes_and_times_of_the_initial_bubbles_can_be_left_out() -> None:
    for flag, key in (("initial_class", "persisted"), ("initial_created_at", "created_at")):
        node = {"id": "a", key: False if key == "persisted" else None}
        client = {"initial": [{"id": "a"}], flag: False}
        assert replay({"client": client, "replay": BEGIN, "expected": {"nodes": [node]}}) is None


# What no recording of ours holds -----------------------------------------------------------------------------------------------------


def test_typing_is_due_when_the_log_shows_that_it_was_told() -> None:
    assert replayed(*BEGIN, TYPE, TYPING, TYPE, TYPE, TYPING) is None


def test_typing_while_connecting_shows_when_the_socket_opens() -> None:
    subscribe = {"out": "send", "ws": 1, "data": SUBSCRIBE["data"]}
    assert replayed(BEGIN[0], TYPE, TYPE, BEGIN[1], subscribe, TYPING) is None
    assert replayed(BEGIN[0], TYPE, TYPE, BEGIN[1], subscribe, TYPING, TYPING) is None
    assert (
        replayed(
            BEGIN[0], TYPE, {"in": "close", "ws": 1}, {"out": "timer_set", "name": "reconnect", "ms": 500}
        )
        is None
    )
    assert replayed(BEGIN[0], TYPE) is None


def test_the_key_that_opens_a_socket_is_the_one_that_is_told_when_it_opens() -> None:
    down = [{"in": "close", "ws": 1}, {"out": "timer_set", "name": "reconnect", "ms": 500}]
    told = [{"in": "open", "ws": 2}, SUBSCRIBE | {"ws": 2}, TYPING | {"ws": 2}]
    assert replayed(*BEGIN, *down, TYPE, {"out": "connect", "ws": 2}, TYPE, TYPE, *told) is None
    assert replayed(*BEGIN, *down, TYPE, {"out": "connect", "ws": 2}, TYPE, *told, TYPING | {"ws": 2}) is None


def test_a_second_switch_is_a_timer_of_the_same_name() -> None:
    def sent(fetch: int, conversation: str) -> list[dict[str, Any]]:
        return [
            {"in": "action", "action": {"do": "send", "text": "hi"}},
            {
                "out": "fetch",
                "n": fetch,
                "method": "POST",
                "url": "http://localhost:1/v1/public/webchats/wc-1/messages",
            },
            {
                "in": "fetch_json",
                "n": fetch,
                "status": 201,
                "json": {"id": f"o{fetch}", "conversation": conversation},
            },
            {"out": "send", "ws": 1, "data": commands.unsubscribe(IDENTIFIER)},
            {"out": "timer_set", "name": "switch", "ms": 1000},
        ]

    def joined(conversation: str) -> list[dict[str, Any]]:
        data = commands.subscribe(IDENTIFIER.replace("conv-1", conversation))
        return [{"in": "timer", "name": "switch"}, {"out": "send", "ws": 1, "data": data}]

    assert (
        replayed(*BEGIN, *sent(4, "conv-2"), *sent(5, "conv-3"), *joined("conv-2"), *joined("conv-3")) is None
    )


def test_a_close_frame_with_tcp_left_open_is_an_input_too() -> None:
    closing = {"in": "closing", "ws": 1}
    assert replayed(*BEGIN, closing, TYPE, {"out": "connect", "ws": 2}) is None


def test_a_new_socket_while_one_is_open_shows_that_a_close_frame_came_which_no_browser_tells_of() -> None:
    new = [{"out": "connect", "ws": 2}, {"in": "open", "ws": 2}, SUBSCRIBE | {"ws": 2}, TYPING | {"ws": 2}]
    assert replayed(*BEGIN, TYPE, *new, {"in": "close", "ws": 1}) is None
    assert (
        replayed(*BEGIN, TYPE, TYPING, {"in": "frame", "ws": 1, "data": "{}"}, {"out": "connect", "ws": 2})
        is not None
    )


SCROLL = {"in": "action", "action": {"do": "scroll"}}
PAGE = {
    "out": "fetch",
    "n": 4,
    "method": "GET",
    "url": "/v1/public/webchats/wc-1/messages?page=2&session=sess-1",
}
OLDER = {
    "in": "fetch_json",
    "n": 4,
    "status": 200,
    "json": {"messages": [{"id": "b"}, {"id": "a"}], "next": None},
}
END = {"timeline": [["a", None], ["b", None], ["m", "x"]]}


def scrolled(*shown: dict[str, Any], **expected: Any) -> str | None:
    client = {"initial": [{"id": "m", "created_at": "x"}], "next_page": 2}
    recording = {"client": client, "replay": [*BEGIN, SCROLL, PAGE, OLDER, *shown], "expected": expected}
    difference = replay(recording)
    return None if difference is None else str(difference)


def test_scroll_back_is_an_action_and_what_it_brings_stands_at_the_end() -> None:
    assert scrolled(**END) is None
    assert scrolled(timeline=[["m", "x"]]) is not None


def test_the_first_page_asked_for_is_the_one_to_begin_with_unless_the_recording_says_so() -> None:
    assert replayed(*BEGIN, SCROLL, PAGE, OLDER) is None
    assert replayed(*BEGIN, SCROLL, PAGE | {"url": PAGE["url"].replace("=2", "=x")}) is not None
    for said in (3, None):
        assert replayed(*BEGIN, SCROLL, PAGE, next_page=said) is not None


def test_a_recorder_may_tell_of_what_a_scroll_back_brings() -> None:
    first, second = (
        {"out": "rendered", "id": ids[0], "timeline": ids} for ids in (["b", "m"], ["a", "b", "m"])
    )
    assert scrolled(first, second, **END) is None
    assert scrolled(first, **END) is not None
    assert scrolled(second, first, **END) is not None


@pytest.mark.parametrize("name", ["scroll_back", "scrollUp", "scroll-to-top", "Scroll"])
def test_an_action_may_have_a_near_name(name: str) -> None:
    assert replayed(*BEGIN, {"in": "action", "action": {"do": name}}) is None


def test_keys_that_our_entries_have_not_and_notes_say_nothing() -> None:
    entries = [entry | {"at": 1.5} for entry in BEGIN]
    assert replayed(*entries, {"note": "unknown line 'x'", "at": 2.0}, SCROLL) is None
    assert replayed(BEGIN[0] | {"ws": 2}) is not None


def test_the_webchat_and_the_session_are_the_recordings() -> None:
    data = commands.subscribe(IDENTIFIER.replace("wc-1", "w").replace("sess-1", "s"))
    assert replayed(*BEGIN[:2], SUBSCRIBE | {"data": data}, webchat="w", session="s") is None


def test_subscribing_again_and_quick_replies_are_known() -> None:
    wish = {"in": "action", "action": {"do": "subscribe"}}
    quick = {"in": "action", "action": {"do": "quickReply", "body": "yes"}}
    post = {"out": "fetch", "n": 4, "method": "POST", "url": "/v1/public/webchats/wc-1/messages"}
    assert replayed(*BEGIN, wish, SUBSCRIBE, quick, post, {"in": "fetch_json_error", "n": 4}) is None


def test_marking_as_seen_is_skipped_with_its_answer() -> None:
    seen = {"out": "fetch", "n": 4, "method": "PATCH", "url": "/v1/public/webchats/wc-1/messages/seen"}
    assert replayed(*BEGIN, seen, {"in": "fetch_json", "n": 4, "status": 200, "json": {}}) is None


@pytest.mark.parametrize("id_", ["", ',"id":null'])
def test_a_rendered_id_of_null_stands_for_a_missing_and_a_null_one(id_: str) -> None:
    shown = "null" if id_ else "undefined"
    frame = {"in": "frame", "ws": 1, "data": f'{{"message":{{"type":"message"{id_}}}}}'}
    assert replayed(*BEGIN, frame, {"out": "rendered", "id": None, "timeline": [shown]}) is None


def test_a_fetch_is_compared_by_path_and_query_not_by_host() -> None:
    post = {"out": "fetch", "n": 4, "method": "POST", "url": "/v2/public/webchats/wc-1/messages"}
    assert replayed(*BEGIN, {"in": "action", "action": {"do": "send", "text": "hi"}}, post) is not None


BAD: list[tuple[Any, str]] = [
    ([], "recording: no JSON object"),
    ({}, "client: missing"),
    ({"client": {}}, "replay: missing"),
    ({"client": {"initial": [{}]}, "replay": []}, "client.initial: "),
    ({"client": {"initial": 5}, "replay": []}, "client.initial: "),
    ({"client": {"random": "x"}, "replay": []}, "client.random: 'x' is no number"),
    ({"client": {"random": 1e999}, "replay": []}, "client.random: inf is no number from 0 up to 1"),
    ({"client": {"random": -1}, "replay": []}, "client.random: -1 is no number"),
    ({"client": {"random": True}, "replay": []}, "client.random: "),
    ({"client": {"next_page": "2"}, "replay": []}, "client.next_page: '2' is no whole number"),
    ({"client": {"next_page": True}, "replay": []}, "client.next_page: "),
    ({"client": {}, "replay": [5]}, r"replay\[0\]: neither an input nor an output"),
    ({"client": {}, "replay": [{}]}, r"replay\[0\]: neither an input nor an output"),
    ({"client": {}, "replay": [{"in": "x", "out": "y"}]}, r"replay\[0\]: neither"),
    (
        {"client": {}, "replay": [{"out": "dance"}]},
        r"replay\[0\]: an output 'dance' that is not known; use one of connect",
    ),
    ({"client": {}, "replay": [{"out": "send", "ws": 1}]}, r"replay\[0\]: 'data' is missing"),
]
BAD += [
    ({"client": {}, "replay": [], "expected": expected}, "expected.nodes: not a list of objects")
    for expected in (5, {"nodes": None}, {"nodes": [None]})
]
BAD_INPUTS: list[tuple[dict[str, Any], str]] = [
    ({"in": "open"}, r"replay\[3\]: 'ws' is no whole number"),
    ({"in": "open", "ws": True}, r"replay\[3\]: 'ws' is no whole number"),
    ({"in": "frame", "ws": 1}, r"replay\[3\]: 'data' is no text"),
    ({"in": "dance", "n": 1}, r"replay\[3\]: an answer to fetch 1, which was never sent"),
    ({"in": "action"}, r"replay\[3\]: an action that is no object"),
    (
        {"in": "action", "action": {"do": "dance"}},
        r"replay\[3\]: an action 'dance' that is not known; use one of send, type, unsubscribe, subscribe, quick_reply, scroll",
    ),
    ({"in": "action", "action": {"do": ["send"]}}, r"replay\[3\]: an action \['send'\] that is not known"),
    ({"in": "action", "action": {"do": "send"}}, r"replay\[3\]: a 'send' without a text"),
]


@pytest.mark.parametrize(("recording", "finding"), BAD)
def test_what_is_no_recording_is_bad_input(recording: Any, finding: str) -> None:
    with pytest.raises(BadInputError, match=finding):
        replay(recording)


@pytest.mark.parametrize(("entry", "finding"), BAD_INPUTS)
def test_an_input_that_is_not_known_is_bad_input_with_its_place(entry: dict[str, Any], finding: str) -> None:
    with pytest.raises(BadInputError, match=finding):
        replayed(*BEGIN, entry)


def test_what_no_page_and_no_browser_would_write_is_compared_all_the_same() -> None:
    end = {"timeline": [["a", "5"], ["b", None]]}
    initial = [{"id": "a", "created_at": 5}, {"id": "b", "created_at": None}]
    assert replay({"client": {"initial": initial}, "replay": BEGIN, "expected": end}) is None
    assert replayed(*BEGIN, SCROLL, PAGE | {"url": "http://[x"}) is not None


ENTRIES = st.fixed_dictionaries(
    {},
    optional={
        "in": st.sampled_from(
            ["open", "frame", "close", "error", "timer", "fetch_json", "fetch_error", "action"]
        )
        | JSON,
        "out": st.sampled_from(["connect", "send", "timer_set", "fetch", "rendered", "exception"]) | JSON,
        "ws": st.just(1) | JSON,
        "n": st.just(1) | JSON,
        "method": st.sampled_from(["GET", "PATCH"]) | JSON,
        "action": st.fixed_dictionaries({"do": st.sampled_from(["send", "type"]) | JSON, "text": JSON})
        | JSON,
        "data": JSON,
        "name": JSON,
        "url": st.sampled_from(["/v1/x?page=2", "http://[x", "//"]) | JSON,
    },
)


@given(
    JSON
    | st.fixed_dictionaries(
        {"client": st.just({}) | JSON, "replay": st.lists(ENTRIES | JSON), "expected": st.none() | JSON}
    )
)
def test_no_recording_whatever_raises_anything_but_bad_input(recording: Any) -> None:
    with contextlib.suppress(BadInputError):
        replay(recording)


@unmeasured()
@given(st.lists(ENTRIES))
def test_a_recording_that_begins_well_and_goes_astray_is_bad_input_or_a_difference(
    entries: list[Any],
) -> None:
    with contextlib.suppress(BadInputError):
        replay({"client": {}, "replay": [*BEGIN, *entries]})


def test_an_input_of_an_unknown_kind_is_named() -> None:
    post = {"out": "fetch", "n": 4, "method": "POST", "url": "/v1/public/webchats/wc-1/messages"}
    with pytest.raises(
        BadInputError, match="an input 'fetch_poem' that is not known; use one of open, frame, "
    ):
        replayed(
            *BEGIN,
            {"in": "action", "action": {"do": "send", "text": "hi"}},
            post,
            {"in": "fetch_poem", "n": 4},
        )


def test_the_log_may_hold_frames_of_any_kind() -> None:
    assert replayed(*BEGIN, {"in": "frame", "ws": 1, "data": frames.ping(1)}) is None
