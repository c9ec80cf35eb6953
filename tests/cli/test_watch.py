"""`cablecheck watch`, run as an engineer would, against the bundled server."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from cablecheck.cable.json_values import JsonValue
from cablecheck.client.recording import replay
from cablecheck.errors import ExitCode
from tests.runs import cablecheck

pytestmark = pytest.mark.takes(seconds=2)


@contextmanager
def demo(folder: Path, port: int = 0) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """A bundled server as a process, and what it said of itself."""
    words = ["demo", "--json", "--until-eof", "--port", str(port), "--data", str(folder / "chat.sqlite3")]
    process = subprocess.Popen(
        [sys.executable, "-m", "cablecheck", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


class Watching:
    """A running watch: its lines as they come."""

    def __init__(self, server: dict[str, Any], *more: str) -> None:
        words = [
            f"--{name}={server[name]}" for name in ("cable", "api", "webchat", "session", "conversation")
        ]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cablecheck", "watch", *words, *more],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.entries: list[dict[str, Any]] = []

    def until(self, **wanted: Any) -> dict[str, Any]:
        """Read on until an entry with these keys and values comes; it comes at once, so nothing is waited for in vain."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.entries.append(json.loads(line))
            if all(self.entries[-1].get(key) == value for key, value in wanted.items()):
                return self.entries[-1]
        raise AssertionError(f"{wanted} never came; {self.entries}")

    def say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        self.process.communicate(timeout=20)
        return self.process.returncode


def confirmed(watching: Watching) -> None:
    while "confirm_subscription" not in watching.until(**{"in": "frame"})["data"]:
        pass


def move(server: dict[str, Any]) -> None:
    """The agent moves the visitor to a new conversation, which the answer to the next message will name."""
    url = f"{server['api']}/public/webchats/{server['webchat']}/conversations"
    headers = {"Authorization": f"Bearer {server['token']}"}
    httpx.post(url, json={"session": server["session"]}, headers=headers, trust_env=False).raise_for_status()


def publish(server: dict[str, Any], body: str) -> str:
    url = f"{server['api']}/public/webchats/{server['webchat']}/messages"
    payload = {"conversation": server["conversation"], "body": body}
    answer = httpx.post(
        url, json=payload, headers={"Authorization": f"Bearer {server['token']}"}, trust_env=False
    )
    return str(answer.json()["id"])


def test_a_watch_tells_everything_in_the_words_of_the_recordings_and_replays_as_one(tmp_path: Path) -> None:
    with demo(tmp_path) as (process, server):
        port = server["port"]
        watching = Watching(server)
        confirmed(watching)
        first = publish(server, "hello")
        assert watching.until(out="rendered")["timeline"] == [first]
        watching.say("send from the visitor")
        own = watching.until(**{"in": "fetch_json"})["json"]["id"]
        watching.say("type")
        assert "started_typing" in watching.until(out="send")["data"]
        process.kill()
        watching.until(**{"in": "close"})
        assert watching.until(out="timer_set")["ms"] == 500
        process.communicate()
        with demo(tmp_path, port) as (_, again):
            missed = publish(server | {"token": again["token"]}, "while you were away")
            assert watching.until(out="rendered")["timeline"] == [first, own, missed]
            assert watching.end(signal.SIGTERM) == ExitCode.TERMINATED
    assert [entry["at"] for entry in watching.entries] == sorted(entry["at"] for entry in watching.entries)
    recording: JsonValue = {
        "client": {key: server[key] for key in ("webchat", "session", "conversation")},
        "replay": watching.entries,
    }
    assert replay(recording) is None


def test_a_watch_starts_from_what_the_page_shows_and_stops_in_time(tmp_path: Path) -> None:
    (tmp_path / "initial.json").write_text('[{"id": "m1", "created_at": "2026-06-01T12:00:01.000Z"}]')
    with demo(tmp_path) as (_, server):
        watching = Watching(server, "--initial", str(tmp_path / "initial.json"), "--for", "2s")
        confirmed(watching)
        new = publish(server, "hello")
        assert watching.until(out="rendered")["timeline"] == ["m1", new]
        watching.say("unsubscribe")
        assert '"unsubscribe' in watching.until(out="send")["data"]
        watching.say("jump")
        assert (
            "send TEXT, type, subscribe or unsubscribe"
            in watching.until(note="unknown line 'jump'; write send TEXT, type, subscribe or unsubscribe")[
                "note"
            ]
        )
        rest, _ = watching.process.communicate(timeout=20)
        assert watching.process.returncode == ExitCode.VERIFIED
        log = watching.entries + [json.loads(line) for line in rest.splitlines()]
        client = {key: server[key] for key in ("webchat", "session", "conversation")}
        initial = [{"id": "m1", "created_at": "2026-06-01T12:00:01.000Z"}]
        assert replay({"client": client | {"initial": initial}, "replay": log}) is None


def test_two_moves_at_once_are_two_timers_of_one_name_and_replay(tmp_path: Path) -> None:
    with demo(tmp_path) as (_, server):
        watching = Watching(server)
        confirmed(watching)
        for text in ("one", "two"):
            move(server)
            watching.say(f"send {text}")
            assert watching.until(out="timer_set")["name"] == "switch"
        while sum(entry.get("in") == "timer" for entry in watching.entries) < 2:
            assert watching.until(**{"in": "timer"})["name"] == "switch"
        watching.until(out="send")
        client = {key: server[key] for key in ("webchat", "session", "conversation")}
        assert replay({"client": client, "replay": watching.entries}) is None
        assert watching.end(signal.SIGINT) == ExitCode.INTERRUPTED


def test_an_api_without_a_path_and_one_that_speaks_no_tls_are_failed_fetches(tmp_path: Path) -> None:
    with demo(tmp_path) as (_, server):
        for api in (f"http://127.0.0.1:{server['port']}", f"https://127.0.0.1:{server['port']}/v1/"):
            watching = Watching(server | {"api": api})
            confirmed(watching)
            watching.say("send hi")
            path = api.partition(str(server["port"]))[2].rstrip("/")
            assert (
                watching.until(out="fetch")["url"] == f"{path}/public/webchats/{server['webchat']}/messages"
            )
            assert watching.until(n=1)["in"] == ("fetch_error" if path else "fetch_json")
            assert watching.end(signal.SIGINT) == ExitCode.INTERRUPTED


def test_a_watch_without_a_standard_input_goes_on(tmp_path: Path) -> None:
    with demo(tmp_path) as (_, server):
        words = [
            f"--{name}={server[name]}" for name in ("cable", "api", "webchat", "session", "conversation")
        ]
        command = shlex.join([sys.executable, "-m", "cablecheck", "watch", *words, "--for", "1s"])
        ran = subprocess.run(
            ["sh", "-c", f"{command} <&-"], capture_output=True, text=True, timeout=30, check=False
        )
        assert ran.returncode == ExitCode.VERIFIED, ran.stderr
        assert "confirm_subscription" in ran.stdout


def test_a_closed_port_is_tried_again_and_again(tmp_path: Path) -> None:
    with demo(tmp_path) as (process, server):
        process.kill()
        process.wait()
        watching = Watching(server)
        assert [watching.until(out="timer_set")["ms"] for _ in range(2)] == [500, 1000]
        kinds = [entry.get("in") or entry.get("out") for entry in watching.entries]
        assert kinds == ["connect", "error", "timer_set", "close", "timer", "connect", "error", "timer_set"]
        assert watching.end(signal.SIGINT) == ExitCode.INTERRUPTED


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (
            {"cable": "http://127.0.0.1/cable"},
            "--cable: 'http://127.0.0.1/cable' is no ws or wss URL",
        ),
        ({"api": "nowhere"}, "--api: 'nowhere' is no http or https URL"),
        ({"for": "30"}, "--for: '30' is no duration"),
        ({"initial": "there-is-none.json"}, "there-is-none.json: can't be read"),
        ({"profile": "hellotxt"}, "did you mean"),
    ],
)
def test_bad_input_is_said_with_its_remedy(change: dict[str, str], finding: str, tmp_path: Path) -> None:
    good = {"cable": "ws://127.0.0.1:9/cable", "api": "http://127.0.0.1:9/v1", "webchat": "w", "session": "s"}
    words = [f"--{name}={value}" for name, value in (good | {"conversation": "c"} | change).items()]
    ran = cablecheck("watch", *words, folder=tmp_path)
    assert ran.returncode == ExitCode.BAD_INPUT
    assert finding in ran.stderr


def test_why_a_connection_failed_goes_to_standard_error() -> None:
    ran = cablecheck(
        "watch", "--cable", "ws://127.0.0.1:1/cable", "--api", "http://127.0.0.1:1/v1", "--webchat", "w",
        "--session", "s", "--conversation", "c", "--for", "300ms", folder=Path(),
    )  # fmt: skip
    assert ran.returncode == ExitCode.VERIFIED
    assert all(json.loads(line) for line in ran.stdout.splitlines())
    assert ran.stderr.startswith("socket 1: ")
    assert "127.0.0.1:1" in ran.stderr
