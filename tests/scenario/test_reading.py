from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablecheck.errors import BadInputError, ExitCode
from cablecheck.scenario.findings import MOST_FINDINGS
from cablecheck.scenario.known import Known
from cablecheck.scenario.model import Await, Cut, Duration, Fail, Placed, Publish, Settle
from cablecheck.scenario.reading import MOST_BYTES, read_path, read_scenario

WHOLE = """\
name: tunnel
story: >
  A train, a tunnel,
  a chat.
clients: 2
deadline: 20s
steps:
  - publish: {count: 2, rate: 20/s}   # m1, m2
  - cut: {how: rst, on: c2, id: tunnel}
  - await: {event: closed, on: c2, within: 200ms}
  - fail: {as: 503}
  - settle:
expect:
  hellotext: {lost: [m2]}
  rails: verified
"""


def findings_of(text: str) -> tuple[str, ...]:
    with pytest.raises(BadInputError) as caught:
        read_scenario(text, "x.yaml")
    assert caught.value.exit_code is ExitCode.BAD_INPUT
    return caught.value.findings


def story(*steps: str, top: str = "") -> str:
    lines = "".join(f"  - {step}\n" for step in steps)
    return f"name: x\nstory: y\n{top}steps:\n{lines}"


def test_a_scenario_is_read_whole() -> None:
    scenario = read_scenario(WHOLE, "tunnel.yaml")
    assert (scenario.name, scenario.story) == ("tunnel", "A train, a tunnel, a chat.")
    assert (scenario.clients, scenario.deadline, scenario.world) == (2, Duration(20), "both")
    assert scenario.steps == (
        Placed("publish", Publish(count=2, rate="20/s"), 8),
        Placed("cut", Cut(how="rst", on="c2", id="tunnel"), 9),
        Placed("await", Await(event="closed", on="c2", within=Duration(0.2)), 10),
        Placed("fail", Fail(as_=503), 11),
        Placed("settle", Settle(), 12),
    )
    assert scenario.expect == {"hellotext": Known(lost=("m2",)), "rails": "verified"}
    assert (scenario.source, scenario.text) == ("tunnel.yaml", WHOLE)


def test_a_verb_with_nothing_behind_it_is_short_for_no_arguments() -> None:
    short = read_scenario(story("publish:", "settle:"), "x.yaml")
    assert [placed.step for placed in short.steps] == [Publish(), Settle()]


CASES = {
    "an unknown verb": (
        story("publsh: {count: 5}"),
        "x.yaml:4:5: unknown verb 'publsh'; did you mean 'publish'? Use one of connect, publish, ",
    ),
    "an unknown key of a verb": (
        story("publish: {cnt: 5}"),
        "x.yaml:4:15: unknown key 'cnt' of publish; did you mean 'count'? Use one of count, at_once, rate",
    ),
    "a key of a verb that takes none": (
        story("switch: {to: x}"),
        "x.yaml:4:14: unknown key 'to' of switch; switch takes no keys",
    ),
    "an unknown key at the top": (
        story("publish:", top="storry: z\n"),
        "x.yaml:3:1: unknown key 'storry'; did you mean 'story'? Use one of name, story, ",
    ),
    "an unknown defect": (
        story("publish:", top="defects: [page-cap, muted-strem]\n"),
        "x.yaml:3:21: an item of 'defects' of the scenario is 'muted-strem'; did you mean 'muted-stream'? Use one of attach-late, ",
    ),
    "a defect that is no list": (
        story("publish:", top="defects: page-cap\n"),
        "x.yaml:3:10: 'defects' of the scenario is 'page-cap'; use a list, each item one of attach-late, ",
    ),
    "a word of the wrong type": (
        story("publish: {count: five}"),
        "x.yaml:4:22: 'count' of publish is 'five'; use a whole number from 1 to 100000",
    ),
    "true is no number": (
        story("publish: {count: true}"),
        "x.yaml:4:22: 'count' of publish is true; use a whole number from 1 to 100000",
    ),
    "a list where a word belongs": (
        story("cut: {how: [rst]}"),
        "x.yaml:4:16: 'how' of cut is a list; use one of close, close-half, fin, rst",
    ),
    "a mapping where a word belongs": (
        story("cut: {how: {rst: 1}}"),
        "x.yaml:4:16: 'how' of cut is a mapping; use one of close, close-half, fin, rst",
    ),
    "a key without a value": (
        story("cut: {how: }"),
        "x.yaml:4:15: 'how' of cut has no value; use one of close, close-half, fin, rst",
    ),
    "true or false": (
        story("publish:", "inject: {what: disconnect, reconnect: maybe}"),
        "x.yaml:5:43: 'reconnect' of inject is 'maybe'; use true or false",
    ),
    "a text": (
        story("publish:", "inject: {what: message, body: 5}"),
        "x.yaml:5:35: 'body' of inject is 5; use text",
    ),
    "a number out of bounds": (
        story("publish:", "fail: {as: 200}"),
        "x.yaml:5:16: 'as' of fail is 200; use an HTTP status from 400 to 599 or one of broken-json, ",
    ),
    "a misspelt fault word": (
        story("cut: {how: rts}"),
        "x.yaml:4:16: 'how' of cut is 'rts'; did you mean 'rst'? Use one of close, close-half, fin, rst",
    ),
    "a duration without a unit": (
        story("settle: {within: 5}"),
        "x.yaml:4:22: 'within' of settle is 5; use a duration with a unit, such as 200ms, 5s or 2m",
    ),
    "a duration with a strange unit": (
        story("settle: {within: 5h}"),
        "x.yaml:4:22: 'within' of settle is '5h'; use a duration with a unit, such as 200ms, 5s or 2m",
    ),
    "a label with a line's end": (
        story("publish:", 'await: {shown: "m1\\n"}'),
        "x.yaml:5:20: 'shown' of await is 'm1\\n'; use the label of a message, such as m3",
    ),
    "a missing key": (
        story("cut: {}"),
        "x.yaml:4:10: cut lacks 'how'; add how: one of close, close-half, fin, rst",
    ),
    "a long value is cut short": (
        story(f"cut: {{how: {'x' * 300}}}"),
        f"x.yaml:4:16: 'how' of cut is '{'x' * 56}...; use one of ",
    ),
    "a duplicate key": (
        "name: x\nname: y\nstory: z\nsteps:\n  - publish:\n",
        "x.yaml:2:1: duplicate key 'name', first at 1:1; keep one of them",
    ),
    "a duplicate key of a step": (
        story("publish: {count: 1, count: 2}"),
        "x.yaml:4:25: duplicate key 'count', first at 4:15; keep one of them",
    ),
    "a step of two keys": (
        story("{cut: {how: rst}, heal: {}}"),
        "x.yaml:4:5: a step of several keys (cut, heal); write `- verb: {key: value}`, one verb a step",
    ),
    "a step that is a word": (
        story("settle"),
        "x.yaml:4:5: a step that is no mapping: 'settle'; write `- verb: {key: value}`, one verb a step",
    ),
    "a step that is a list": (
        story("[settle]"),
        "x.yaml:4:5: a step that is no mapping; write `- verb: {key: value}`, one verb a step",
    ),
    "arguments that are a list": (
        story("cut: [rst]"),
        "x.yaml:4:10: the arguments of cut are no mapping; write `- cut: {key: value}`",
    ),
    "an empty file": ("", "x.yaml:1:1: the file is empty; write name:, story:, steps: and expect:"),
    "a file of comments": (
        "# hi\n",
        "x.yaml:1:1: the file is empty; write name:, story:, steps: and expect:",
    ),
    "a file that says nothing": (
        "~",
        "x.yaml:1:1: the file is empty; write name:, story:, steps: and expect:",
    ),
    "a list": ("- a\n", "x.yaml:1:1: a scenario is a mapping; write name:, story:, steps: and expect:"),
    "no steps": (
        "name: x\nstory: y\n",
        "x.yaml:1:1: the scenario has no steps; add steps:, and under it `- verb: {key: value}`, one verb a step",
    ),
    "empty steps": (
        "name: x\nstory: y\nsteps: []\n",
        "x.yaml:3:8: the scenario has no steps; add steps:, and under it ",
    ),
    "no story": (
        "name: x\nsteps:\n  - publish:\n",
        "x.yaml:1:1: the scenario lacks 'story'; add story: the story in plain words",
    ),
    "a blank story": (
        "name: x\nstory: ' '\nsteps:\n  - publish:\n",
        "x.yaml:2:8: 'story' of the scenario is ' '; use the story in plain words",
    ),
    "a name that is no file's": (
        "name: A b\nstory: y\nsteps:\n  - publish:\n",
        "x.yaml:1:7: 'name' of the scenario is 'A b'; use the file's name without .yaml, in lower case with dashes",
    ),
    "too many clients": (
        story("publish:", top="clients: 1000\n"),
        "x.yaml:3:10: 'clients' of the scenario is 1000; use a whole number from 1 to 100",
    ),
    "a tab": (
        "name: x\nsteps:\n\t- publish:\n",
        "x.yaml:3:1: this is no YAML: found character '\\t' that cannot start any token; indent with spaces",
    ),
    "an open bracket": (
        "name: [x\n",
        "x.yaml:2:1: this is no YAML: expected ',' or ']', but got '<stream end>'; close the bracket or quote",
    ),
    "a colon too many": (
        "name: a: b\n",
        "x.yaml:1:8: this is no YAML: mapping values are not allowed here; put quotes around ",
    ),
    "a bad YAML version": (
        "%YAML 9.9\n---\na: 1\n",
        "x.yaml:1:1: this is no YAML: found incompatible YAML document",
    ),
    "a control character": (
        "name: x\nstory: a\x01\n",
        "x.yaml:2:9: a character that YAML does not allow; remove it, or write it as an escape in quotes",
    ),
    "an escape beyond the last character": (
        'name: x\nstory: "\\U00110000"\n',
        "x.yaml:2:6: this is no YAML: chr() arg not in range(0x110000); write a step as ",
    ),
    "half a character": (
        story("inject: {what: message, body: '" + "a" + "'}", "publish:").replace("'a'", '"\\ud800"'),
        "x.yaml:4:35: half of a surrogate pair; write the whole character",
    ),
    "a story that rings": (
        'name: x\nstory: "a\\ab"\nsteps:\n  - publish:\n',
        "x.yaml:2:8: 'story' has a character that can't be printed; take it out",
    ),
    "a tag": (
        "name: !!python/name:os.system x\nstory: y\nsteps:\n  - publish:\n",
        "x.yaml:1:7: a tag has no meaning here; leave it out: a story has words, numbers, true and false",
    ),
    "a second document": (
        story("publish:") + "---\nname: z\n",
        "x.yaml:5:1: a second document begins here; put one story in a file",
    ),
    "a key that is a number": (
        story("publish: {1: 2}"),
        "x.yaml:4:15: a key that is no word; write `word: value`; quote a key that looks like a number",
    ),
    "a key that is a list": (
        story("publish: {[1]: 2}"),
        "x.yaml:4:15: a key that is no word; write `word: value`; quote a key that looks like a number",
    ),
    "an abyss": (
        "a: " + "[" * 50_000,
        "x.yaml:1:23: this is more than 20 levels deep; a story is no more than five",
    ),
    "an expectation of nobody": (
        story("publish:") + "expect:\n  hellotxt: verified\n",
        "x.yaml:6:3: unknown profile 'hellotxt'; did you mean 'hellotext'? Use one of hellotext, rails, rails-7.0, rails-6.1, hardened",
    ),
    "an expectation of the client that must be caught": (
        story("publish:") + "expect:\n  before-catch-up: verified\n",
        "x.yaml:6:3: 'before-catch-up' has no expectation: it is the client that must be caught; leave it out",
    ),
    "an expectation that is neither": (
        story("publish:") + "expect:\n  rails: fine\n",
        "x.yaml:6:10: the expectation of rails is neither verified nor a mapping; write verified, or ",
    ),
    "an expectation of nothing": (
        story("publish:") + "expect:\n  rails: {lost: []}\n",
        "x.yaml:6:10: the expectation of rails knows nothing; write verified, or what is known to go wrong",
    ),
    "an expectation of no label": (
        story("publish:") + "expect:\n  rails: {lost: [m1, x]}\n",
        "x.yaml:6:22: an item of 'lost' of what is known of rails is 'x'; use the label of a message, such as m3",
    ),
    "an expectation with a word for a list": (
        story("publish:") + "expect:\n  rails: {lost: m1}\n",
        "x.yaml:6:17: 'lost' of what is known of rails is 'm1'; use a list, each item the label of a message",
    ),
    "expectations without profiles": (
        story("publish:") + "expect: verified\n",
        "x.yaml:5:9: expect is no mapping; write one line a profile, such as `hellotext: verified`",
    ),
}


@pytest.mark.parametrize(("text", "begin"), CASES.values(), ids=list(CASES))
def test_what_is_wrong_is_said_with_its_place_and_a_remedy(text: str, begin: str) -> None:
    [finding] = findings_of(text)
    assert finding.startswith(begin)


def test_all_findings_come_at_once_in_the_order_of_the_file() -> None:
    text = "name: X\nsteps:\n  - cut: {how: rts}\n  - settle: {within: 5, witin: 5s}\n"
    places = [finding.split(": ")[0] for finding in findings_of(text)]
    assert places == ["x.yaml:1:1", "x.yaml:1:7", "x.yaml:3:16", "x.yaml:4:22", "x.yaml:4:25"]


def test_a_hostile_file_gets_no_endless_answer() -> None:
    findings = findings_of(story(*["nonsense"] * 1000))
    assert len(findings) == MOST_FINDINGS + 1
    assert findings[-1] == "x.yaml: and 950 findings more; mend these first"


def test_a_huge_text_is_refused_unread() -> None:
    assert findings_of("#" * (MOST_BYTES + 1)) == ("x.yaml: more than 256 KiB; tell a shorter story",)


def test_an_alias_is_refused_where_it_stands() -> None:
    assert findings_of("name: &n x\nstory: *n\nsteps:\n  - publish:\n") == (
        "x.yaml:2:8: 'story' of the scenario has no value; use the story in plain words",
        "x.yaml:2:8: *n stands for another place; write it out: a story has no aliases",
    )


def test_a_bomb_of_aliases_is_never_expanded() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert "stands for another place" in "".join(findings_of("\n".join(lines)))


@given(st.text(alphabet="namestory:-{}[]&*!|>'\"#%@ ,~0159\n\t\\\r", max_size=80))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    with pytest.raises(BadInputError):
        read_scenario(text, "x.yaml")


# From a file ----------------------------------------------------------------------------------------------------------------


def test_a_file_is_read_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "tunnel.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode())
    scenario = read_path(path)
    assert (scenario.name, scenario.source, scenario.text) == ("tunnel", str(path), WHOLE)


def refused(path: Path) -> str:
    with pytest.raises(BadInputError) as caught:
        read_path(path)
    return str(caught.value).replace(str(path), "PATH")


def test_a_scenario_has_the_name_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "bridge.yaml").write_text(WHOLE)
    assert refused(tmp_path / "bridge.yaml") == (
        "PATH:1:7: the scenario is called 'tunnel' and its file 'bridge'; give both the same name"
    )


def test_a_byte_that_is_no_utf_8_has_a_place(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes("name: x\nstory: grü".encode() + b"\xff\n")
    assert refused(tmp_path / "x.yaml") == "PATH:2:11: byte 0xff is no UTF-8; save the file as UTF-8"


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    assert refused(tmp_path / "x.yaml") == (
        "PATH: No such file or directory; name a scenario file that can be read"
    )


def test_a_huge_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    with (tmp_path / "x.yaml").open("wb") as file:
        file.truncate(1 << 40)  # sparse: a terabyte that takes no room
    assert refused(tmp_path / "x.yaml") == "PATH: more than 256 KiB; tell a shorter story"
