from __future__ import annotations

import pytest

from cablecheck.errors import BadInputError
from cablecheck.scenario.model import Scenario
from cablecheck.scenario.reading import read_scenario


def read(*steps: str, top: str = "", expect: str = "") -> Scenario:
    lines = "".join(f"  - {step}\n" for step in steps)
    return read_scenario(f"name: x\nstory: y\n{top}steps:\n{lines}{expect}", "x.yaml")


# Steps stand from line 4 on; `top` moves them down by a line.
CASES: dict[str, tuple[tuple[str, ...], str]] = {
    "an await of nothing": (("await: {}",), "4:5: await waits for nothing; give it exactly one of event, shown, fired"),
    "an await of two things": (
        ("publish:", "await: {event: shown, shown: m1}"),
        "5:5: await has event and shown; give it exactly one of event, shown, fired",
    ),
    "a total of a label": (
        ("publish:", "await: {shown: m1, total: 2}"),
        "5:31: total counts an event, and alone; use either count or total, with event",
    ),
    "a total beside a count": (
        ("publish:", "await: {event: shown, count: 1, total: 2}"),
        "5:44: total counts an event, and alone; use either count or total, with event",
    ),
    "a shifted time of one among several": (
        ("publish:", "publish: {count: 4, at_once: 2, created_at: -3s}"),
        "5:49: with at_once nobody knows which message was the one before; leave created_at or at_once out",
    ),
    "an await of a label that is never published": (
        ("publish: {count: 2}", "await: {shown: m3}"),
        "5:20: the story never publishes m3; its labels are m1 to m2",
    ),
    "an await of a label that is published later": (
        ("publish: {count: 2}", "await: {shown: m3}", "send:"),
        "5:20: m3 is published only after this step; await it later",
    ),
    "a hold of a label that is never published": (
        ("hold: {what: message, label: m1}",),
        "4:34: the story never publishes m1; add a publish",
    ),
    "a client that is not there": (
        ("cut: {how: rst, on: c2}",),
        "4:25: the story has no client c2; use c1, or raise clients:",
    ),
    "a heal of nobody": (("heal: {id: outage}",), "4:16: no step before this one arms a fault with the id 'outage'; give "),
    "a heal of a misspelt id": (
        ("cut: {how: close-half, id: outage}", "heal: {id: outrage}"),
        "5:16: no step before this one arms a fault with the id 'outrage'; did you mean 'outage'? Use one of outage",
    ),
    "an await of a fault that is armed later": (
        ("await: {fired: outage}", "refuse: {how: port, id: outage}"),
        "4:20: no step before this one arms a fault with the id 'outage'",
    ),
    "one id for two faults": (
        ("cut: {how: rst, id: a}", "restart: {id: a}"),
        "5:19: a second fault with the id 'a', first at 4:25; give each its own",
    ),
    "a release of nothing": (("release: {}",), "4:5: release names nothing; give it exactly one of what, id"),
    "a release of both": (
        ("hold: {what: confirm, id: a}", "release: {what: confirm, id: a}"),
        "5:5: release has both what and id; give it exactly one of what, id",
    ),
    "a release of what nobody holds": (
        ("hold: {what: confirm}", "release: {what: catch-up}"),
        "5:21: no step before this one holds catch-up; put a hold before it, or take the release out",
    ),
    "a release by the id of nobody": (
        ("release: {id: a}",),
        "4:19: no step before this one arms a fault with the id 'a'; give the fault that you mean an id",
    ),
    "a time like nobody's": (
        ("send:", "publish: {created_at: same}", "publish: {created_at: -3s}"),
        "5:27: created_at: same has no message before it; let the agent publish another one first",
    ),
    "more messages than anybody can read": (
        ("publish: {count: 100000}",) * 11,
        "14:5: more than 1000000 messages from here on; publish fewer",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("steps", "begin"), CASES.values(), ids=list(CASES))
def test_a_contradiction_is_said_where_it_stands(steps: tuple[str, ...], begin: str) -> None:
    with pytest.raises(BadInputError) as caught:
        read(*steps)
    [finding] = caught.value.findings
    assert finding.startswith(f"x.yaml:{begin}")


DEPLOYS: dict[str, tuple[tuple[str, ...], str]] = {
    "a wait for no command": (
        ("publish:", "await: {event: deployed}"),
        "7:20: no step before this one is a deploy; put one before it",
    ),
    "a wait with a time limit": (
        ("deploy: {command: x, traffic: 2/s}", "await: {event: deployed, within: 5s}"),
        "7:38: deployed waits as long as the commands may take, for all of them; give the deploy its within instead",
    ),
    "a wait at one client": (
        ("deploy: {command: x, traffic: 2/s}", "await: {event: deployed, on: c1}"),
        "7:34: deployed waits as long as the commands may take, for all of them; leave on out",
    ),
    "a counted wait": (
        ("deploy: {command: x, traffic: 2/s}", "await: {event: deployed, total: 1}"),
        "7:37: deployed waits as long as the commands may take, for all of them; leave total out",
    ),
    "no command": (("deploy: {command: ''}",), "6:23: the command has no name; begin with the program to run"),
    "no program": (("deploy: {command: ['', x]}",), "6:23: the command has no name; begin with the program to run"),
    "a character that no command has": (
        ('deploy: {command: [x, "a\\0b"]}',),
        "6:23: a character that no command can have; take the \\0 out",
    ),
    "a rate of nothing": (
        ("deploy: {command: x, traffic: 0/s}",), "6:35: traffic: 0/s is a rate of nothing; use 20/s or 30/m"
    ),
    "another rate of nothing": (
        ("publish: {rate: 0.0/m}",), "6:21: rate: 0.0/m is a rate of nothing; use 20/s or 30/m"
    ),
    "more traffic than anybody can read": (
        ("deploy: {command: x, traffic: 100000/s, within: 1m}",),
        "6:35: traffic: 100000/s may be 6000000 messages; use a lower rate",
    ),
    "the id of another fault": (
        ("cut: {how: rst, id: a}", "deploy: {command: x, id: a}"),
        "7:30: a second fault with the id 'a', first at 6:25; give each its own",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("steps", "begin"), DEPLOYS.values(), ids=list(DEPLOYS))
def test_what_is_wrong_with_a_deploy_is_said_where_it_stands(steps: tuple[str, ...], begin: str) -> None:
    with pytest.raises(BadInputError) as caught:
        read(*steps, top="world: live\nwhy: a command\n")
    assert caught.value.findings == (f"x.yaml:{begin}",)


def test_no_command_is_played_in_virtual_time() -> None:
    with pytest.raises(BadInputError) as caught:
        read("deploy: {command: x}")
    assert caught.value.findings == (
        "x.yaml:4:5: a command can't be played in virtual time; add world: live and why: at the top",
    )


def test_a_deploy_that_could_not_be_read_is_blamed_for_nothing_else() -> None:
    with pytest.raises(BadInputError) as caught:
        read("deploy: {comand: x, traffic: 0/s}", "await: {event: deployed}")
    assert caught.value.findings == (
        "x.yaml:4:13: deploy lacks 'command'; add command: a text for the shell, such as ./deploy.sh, or a list of words",
        "x.yaml:4:14: unknown key 'comand' of deploy; did you mean 'command'? Use one of command, within, traffic, id",
    )


COMMANDS: dict[str, object] = {
    "deploy: {command: ./deploy.sh --all}": "./deploy.sh --all",
    "deploy: {command: [kubectl, rollout, status]}": ("kubectl", "rollout", "status"),
    "deploy: {command: [x, '']}": ("x", ""),
}


@pytest.mark.parametrize(("step", "command"), COMMANDS.items(), ids=list(COMMANDS))
def test_a_command_is_a_text_for_the_shell_or_its_words(step: str, command: object) -> None:
    [placed] = read(step, top="world: live\nwhy: x\n").steps
    assert getattr(placed.step, "command", None) == command


UNREADABLE = {
    "deploy: {command: []}": "'command' of deploy is a list; use a text for the shell, such as ./deploy.sh, or a list of words",
    "deploy: {command: 7}": "'command' of deploy is 7; use a text for the shell, such as ./deploy.sh, or a list of words",
    "deploy: {command: {a: b}}": "'command' of deploy is a mapping; use a text for the shell",
    "deploy: {command: [sleep, 5]}": "an item of 'command' of deploy is 5; use text",
}


@pytest.mark.parametrize(("step", "finding"), UNREADABLE.items(), ids=list(UNREADABLE))
def test_what_is_no_command_is_said_so(step: str, finding: str) -> None:
    with pytest.raises(BadInputError) as caught:
        read(step, top="world: live\nwhy: x\n")
    [said] = caught.value.findings
    assert finding in said


def test_the_clients_of_all_conversations_count() -> None:
    assert read("type: {on: c6}", top="clients: 2\nconversations: 3\n").conversations == 3
    with pytest.raises(BadInputError, match=r"the story has no client c7; use c1, c2, c3, c4, c5, \.\.\.,"):
        read("type: {on: c7}", top="clients: 2\nconversations: 3\n")
    with pytest.raises(BadInputError) as caught:
        read("publish:", top="clients: 20\nconversations: 50\n")
    assert caught.value.findings == (
        "x.yaml:4:16: 1000 clients in all conversations together; 999 are the most; use fewer",
    )


def test_the_messages_of_all_conversations_count() -> None:
    with pytest.raises(BadInputError, match="more than 1000000 messages from here on"):
        read("publish: {count: 100000}", "publish:", top="conversations: 10\n")


def test_a_missing_client_is_not_looked_for_among_a_hundred() -> None:
    with pytest.raises(BadInputError, match=r"use c1, c2, c3, c4, c5, \.\.\., or raise clients:"):
        read("cut: {how: rst, on: c9}", top="clients: 8\n")


def test_what_only_real_sockets_show_says_why() -> None:
    with pytest.raises(
        BadInputError, match=r"^x.yaml:3:8: world: live without a why; add why: and say what only"
    ):
        read("publish:", top="world: live\n")
    assert read("publish:", top="world: live\nwhy: TCP\n").why == "TCP"


def test_an_expected_label_is_one_of_the_story() -> None:
    with pytest.raises(
        BadInputError, match=r"^x.yaml:6:14: the story never publishes m2; its labels are m1 to m1$"
    ):
        read("publish:", expect="expect:\n  hellotext: {late: [m2]}\n")


def test_nobody_is_blamed_for_a_step_that_could_not_be_read() -> None:
    with pytest.raises(BadInputError) as caught:
        read("publsh: {count: 5}", "await: {shown: m5}", "hold: {what: confrm}", "release: {what: confirm}")
    assert [finding.split(":")[1] for finding in caught.value.findings] == ["4", "6"]


def test_what_was_read_of_a_bad_step_still_counts() -> None:
    with pytest.raises(BadInputError) as caught:
        read("refuse: {how: prt, id: outage}", "publish:", "heal: {id: outage}", "await: {shown: m9}")
    assert [finding.split(":")[1] for finding in caught.value.findings] == ["4", "7"]
