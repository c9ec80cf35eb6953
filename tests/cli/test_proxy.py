"""`cablecheck proxy`: a process of its own between a real client and the bundled server, and what it makes of its options."""

from __future__ import annotations

import json
import os
import re
import signal
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import trio
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Event, TextMessage
from wsproto.events import Request as WsRequest

from cablecheck.cli import main
from tests.live.authority import Authority
from tests.live.tunnels import digging

COMMAND = [sys.executable, "-m", "cablecheck"]


class Started:
    """A process of ours, its first line, and a way to its next ones."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: Queue[str] = Queue()
        self._reader = Thread(target=self._read)
        self._reader.start()
        self.first: dict[str, Any] = json.loads(self._lines.get(timeout=20))

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def until(self, **wanted: object) -> dict[str, Any]:
        """The next line that says this."""
        while True:
            told: dict[str, Any] = json.loads(self._lines.get(timeout=10))
            if all(told.get(key) == value for key, value in wanted.items()):
                return told

    def end(self) -> None:
        """Let it end, as its parent would."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(20)
        self._reader.join(20)


@contextmanager
def started(*words: str, **environment: str) -> Iterator[Started]:
    """A command that prints JSON lines and ends when its standard input does."""
    own = {
        name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")
    } | environment
    pipe = subprocess.PIPE
    command = [*COMMAND, *words, "--json", "--until-eof"]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=own) as process:
        begun = Started(process)
        try:
            yield begun
        finally:
            begun.end()


@pytest.fixture(scope="module")
def demo() -> Iterator[dict[str, Any]]:
    with started("demo", "--port", "0") as server:
        yield server.first


@contextmanager
def proxied(demo: dict[str, Any], *words: str) -> Iterator[Started]:
    """The proxy before the demo, with its API."""
    ours = ("--listen", "127.0.0.1:0", "--api", "127.0.0.1:0")
    with started("proxy", "--upstream", demo["cable"], *ours, *words) as proxy:
        yield proxy


def asked(url: str, body: object = None, method: str | None = None, **headers: str) -> Any:
    """The JSON of an answer; of a refusal its status and its JSON."""
    content = None if body is None else json.dumps(body).encode()
    try:
        with urlopen(Request(url, content, headers, method=method), timeout=10) as answer:
            said = answer.read()
            return json.loads(said) if said else answer.status
    except HTTPError as error:
        with error:
            return error.code, json.load(error)


def publish(demo: dict[str, Any], body: str) -> str:
    """Let the agent say this; its id."""
    messages = f"{demo['api']}/public/webchats/{demo['webchat']}/messages"
    said = {"conversation": demo["conversation"], "body": body}
    stored = asked(messages, said, Authorization=f"Bearer {demo['token']}")
    assert stored["body"] == body
    return str(stored["id"])


class Talk:
    """A real client's WebSocket, by wsproto: what it hears, and how it ends."""

    def __init__(self, stream: trio.abc.Stream) -> None:
        self._stream = stream
        self._protocol = WSConnection(ConnectionType.CLIENT)
        self._heard: list[Event] = []

    async def say(self, event: Event) -> None:
        await self._stream.send_all(self._protocol.send(event))

    async def next(self) -> Event | str:
        """What comes next: an event, or "fin" or "rst"."""
        while not self._heard:
            try:
                data = await self._stream.receive_some(65536)
            except trio.BrokenResourceError:
                return "rst"
            if not data:
                return "fin"
            self._protocol.receive_data(bytes(data))
            self._heard += self._protocol.events()
        return self._heard.pop(0)

    async def frame(self) -> dict[str, Any]:
        """The next frame that is no ping."""
        while True:
            event = await self.next()
            assert isinstance(event, TextMessage), event
            frame: dict[str, Any] = json.loads(event.data)
            if frame.get("type") != "ping":
                return frame

    async def body(self) -> str:
        """The body of the next message."""
        return str((await self.frame())["message"]["body"])

    async def end(self) -> tuple[int | None, str]:
        """How it ends: the code of a Close frame, if one comes, and "fin" or "rst"."""
        code = None
        while not isinstance(event := await self.next(), str):
            code = event.code if isinstance(event, CloseConnection) else code
        return code, event


@asynccontextmanager
async def subscribed(
    demo: dict[str, Any], place: str, path: str = "/cable", trust: ssl.SSLContext | None = None
) -> AsyncIterator[Talk]:
    """A client that is subscribed to the demo's conversation."""
    channel = {"channel": "WebchatChannel", "id": demo["webchat"], "session": demo["session"]}
    identifier = json.dumps(channel | {"conversation": demo["conversation"]})
    host, _, port = place.rpartition(":")
    with trio.fail_after(15):
        stream: trio.abc.Stream = await trio.open_tcp_stream(host, int(port))
        if trust is not None:
            stream = trio.SSLStream(stream, trust, server_hostname=host, https_compatible=True)
        talk = Talk(stream)
        try:
            await talk.say(WsRequest(host=place, target=path, subprotocols=["actioncable-v1-json"]))
            accepted = await talk.next()
            assert isinstance(accepted, AcceptConnection), accepted
            assert accepted.subprotocol == "actioncable-v1-json"
            assert await talk.frame() == {"type": "welcome"}
            await talk.say(TextMessage(json.dumps({"command": "subscribe", "identifier": identifier})))
            assert (await talk.frame())["type"] == "confirm_subscription"
            yield talk
        finally:
            await trio.aclose_forcefully(stream)


async def test_a_real_client_talks_through_it_and_a_fault_is_toggled_on_and_off(demo: dict[str, Any]) -> None:
    with proxied(demo) as proxy:
        place = proxy.first["listen"]
        toxics = f"http://{proxy.first['api']}/proxies/cable/toxics"
        assert proxy.first == {
            "event": "listening",
            "listen": proxy.first["listen"],
            "tls": False,
            "upstream": demo["cable"],
            "api": proxy.first["api"],
        }
        async with subscribed(demo, place, "/cable?session=secret") as socket:
            entered = proxy.until(event="entered")
            assert (entered["connection"], entered["path"]) == ("cable 1", "/cable")
            assert proxy.until(event="answered")["protocol"] == "actioncable-v1-json"
            publish(demo, "one")
            assert await socket.body() == "one"
            assert asked(toxics, {"type": "hold", "attributes": {"what": "message"}})["name"] == "hold"
            publish(demo, "two")
            fired = proxy.until(event="fired")
            assert (fired["fault"], fired["socket"], fired["kind"]) == ("hold", 1, "message")
            with trio.move_on_after(0.3) as patience:
                await socket.body()
            assert patience.cancelled_caught
            assert asked(f"{toxics}/hold", method="DELETE") == 204
            assert await socket.body() == "two"
            asked(toxics, {"type": "cut", "attributes": {"how": "rst"}})
            assert await socket.end() == (None, "rst")
            over = proxy.until(event="over")
            assert (over["connection"], over["by"], over["how"]) == ("cable 1", "fault", "cut (rst)")


async def test_a_disabled_proxy_refuses_a_real_client_until_it_is_enabled(demo: dict[str, Any]) -> None:
    with proxied(demo) as proxy:
        place, api = proxy.first["listen"], f"http://{proxy.first['api']}"
        assert asked(f"{api}/proxies/cable", {"enabled": False})["enabled"] is False
        with pytest.raises(OSError, match="attempts to connect"):
            await trio.open_tcp_stream("127.0.0.1", int(place.rpartition(":")[2]))
        assert asked(f"{api}/reset", {}) == 204
        async with subscribed(demo, place):
            pass
        assert asked(f"{api}/proxies", **{"User-Agent": "Mozilla/5.0"})[0] == 403


async def test_the_faults_of_a_shipped_scenario_strike_a_real_client(demo: dict[str, Any]) -> None:
    with proxied(demo, "--faults", "closed-after-confirm") as proxy:
        assert "is left out" in proxy.until(event="told")["text"]
        async with subscribed(demo, proxy.first["listen"], "/") as socket:
            assert await socket.end() == (1012, "fin")
        assert proxy.until(event="fired")["socket"] == 1
        assert proxy.until(event="over")["by"] == "fault"


async def test_a_fetch_goes_through_it_too_and_a_fault_of_a_file_spoils_the_catch_up(
    demo: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "down.yaml").write_text(
        "name: down\nstory: The catch-up is answered by a proxy.\nsteps:\n  - fail: {as: 502, times: 1}\n  - connect: {}\n"
    )
    with proxied(demo, "--faults", str(tmp_path / "down.yaml")) as proxy:
        proxy.until(event="armed", fault="fail-1")
        messages = f"http://{proxy.first['listen']}/v1/public/webchats/{demo['webchat']}/messages"
        query = f"?session={demo['session']}&after_id={publish(demo, 'one more')}"
        status, said = await trio.to_thread.run_sync(asked, messages + query)
        assert (status, said) == (502, {"status": 502, "error": "Bad Gateway"})
        assert "messages" in await trio.to_thread.run_sync(asked, messages + query)
        entered = proxy.until(event="entered")
        assert entered["catch_up"] is True
        assert demo["session"] not in json.dumps(entered)


async def test_clients_in_tls_are_served_under_a_certificate_of_ones_own(
    demo: dict[str, Any], tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    certificate, key = authority.issue("localhost")
    with proxied(demo, "--listen-tls", str(certificate), str(key)) as proxy:
        assert proxy.first["tls"] is True
        port = proxy.first["listen"].rpartition(":")[2]
        async with subscribed(demo, f"localhost:{port}", trust=authority.trusting()) as socket:
            publish(demo, "in TLS")
            assert await socket.body() == "in TLS"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
async def test_a_signal_heals_and_ends_it_and_the_server_lives_on(
    demo: dict[str, Any], number: signal.Signals, code: int
) -> None:
    async with subscribed(demo, f"127.0.0.1:{demo['port']}") as straight:
        with proxied(demo) as proxy:
            async with subscribed(demo, proxy.first["listen"]) as socket:
                asked(
                    f"http://{proxy.first['api']}/proxies/cable/toxics",
                    {"type": "hold", "attributes": {"what": "message"}},
                )
                publish(demo, f"held {code}")
                proxy.until(event="fired")
                proxy.process.send_signal(number)
                assert await socket.body() == f"held {code}"
                assert await socket.end() == (None, "rst")
            assert await trio.to_thread.run_sync(proxy.process.wait, 20) == code
            assert proxy.process.stderr is not None
            assert proxy.process.stderr.read() == ""
            over = proxy.until(event="over")
            assert (over["by"], over["how"]) == ("proxy", "stopped")
        assert await straight.body() == f"held {code}"
        publish(demo, "still here")
        assert await straight.body() == "still here"


def test_a_person_reads_a_line_an_event(demo: dict[str, Any]) -> None:
    command = [
        *COMMAND,
        "proxy",
        "--upstream",
        demo["api"].removesuffix("/v1"),
        "--listen",
        "127.0.0.1:0",
        "--until-eof",
    ]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        place = re.fullmatch(
            r"cablecheck proxy listens at (127\.0\.0\.1:\d+) \(http and ws\) for http://127\.0\.0\.1:\d+; Ctrl-C stops it\.\n",
            first,
        )
        assert place is not None
        assert asked(f"http://{place[1]}/v1/nothing\x1b?session=secret".replace("\x1b", "%1b"))[0] == 404
        out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    assert re.fullmatch(
        r" +\d+\.\d{3}  rest 1     GET /v1/nothing%1b from 127\.0\.0\.1:\d+\n"
        r" +\d+\.\d{3}  rest 1     the target answers 404\n"
        r" +\d+\.\d{3}  rest 1     over: the (target|client) ended it; \d+ bytes came, \d+ went back\n",
        out,
    )


def test_a_port_in_use_is_bad_input(demo: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    place = f"127.0.0.1:{demo['port']}"
    remedy = "give another address, or port 0 for any free one"
    assert main(["proxy", "--upstream", demo["cable"], "--listen", place]) == 2
    assert (
        capsys.readouterr().err
        == f"--listen: {place} can't be listened at (address already in use); {remedy}\n"
    )
    assert main(["proxy", "--upstream", demo["cable"], "--listen", "127.0.0.1:0", "--api", place]) == 2
    assert (
        capsys.readouterr().err == f"--api: {place} can't be listened at (address already in use); {remedy}\n"
    )


def test_everything_that_is_wrong_with_the_options_is_said_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--upstream", "wss://a@b/cable?session=secret", "--listen", "9000", "--api", "192.0.2.1:8474"]
    words += ["--origin", "chat.test", "--listen-tls", str(tmp_path / "no.pem"), str(tmp_path / "key.pem")]
    words += ["--catch-up", "(", "--faults", "socket-kil"]
    assert main(["proxy", *words]) == 2
    said = capsys.readouterr().err.splitlines()
    assert said == [
        "--upstream: 'wss://a@b/cable' is no ws or http or wss or https URL; write ws://host:port, without a user or a query",
        "--listen: '9000' is no address; write host:port, such as 127.0.0.1:9000",
        "--api: '192.0.2.1' is not loopback, and whoever reaches it can cut every line; use 127.0.0.1:8474",
        "--origin: 'chat.test' is no http or https URL; write http://host:port, without a user or a query",
        f"--listen-tls: {tmp_path}/no.pem is not there; give the path of a PEM file",
        f"--listen-tls: {tmp_path}/key.pem is not there; give the path of a PEM file",
        "--catch-up: '(' is no regular expression (missing ), unterminated subpattern at position 0); write such as [?&]after_id=",
        said[-1],
    ]
    assert "did you mean 'socket-kill'?" in said[-1]


OPTIONS = {
    "files of TLS for a plain server": (["--upstream", "ws://a", "--ca", "x"], "--upstream: ws:// speaks no TLS; leave"),
    "a missing authority": (["--upstream", "wss://a", "--ca", "no.pem"], "--ca: no.pem is not there; give the path"),
    "a key alone": (["--upstream", "wss://a", "--client-key", "k"], "--client-key: a key without a certificate; give"),
    "a proxy that is none": (
        ["--upstream", "wss://a", "--upstream-proxy", "socks5://u:secret@b"],
        "--upstream-proxy: 'socks5://b' is no HTTP proxy; only those are spoken to",
    ),
    "a folder": (["--upstream", "ws://a", "--faults", "."], "."),
    "no fault at all": (["--upstream", "ws://a", "--faults", "calm"], "calm.yaml: none of its steps is a fault"),
    "a bad port": (["--upstream", "ws://a", "--listen", "a:70000"], "--listen: 'a:70000' is no address; "),
}  # fmt: skip


@pytest.mark.parametrize(("words", "said"), OPTIONS.values(), ids=OPTIONS.keys())
def test_an_option_that_cannot_be_used_is_said(
    words: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["proxy", *words]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "secret" not in err


def test_two_scenarios_are_one_too_many(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(f"name: {name}\nstory: S.\nsteps: [{{cut: {{how: rst}}}}]\n")
    assert main(["proxy", "--upstream", "ws://a", "--faults", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"--faults: {tmp_path} is a folder of 2 scenarios; name one\n"


def test_a_proxy_of_the_environments_that_is_none_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://u:secret@")
    assert main(["proxy", "--upstream", "wss://staging.test"]) == 2
    assert capsys.readouterr().err.startswith("HTTPS_PROXY: 'http://' is no URL of a proxy; write ")


async def test_the_environments_proxy_is_the_way_to_a_server_elsewhere(demo: dict[str, Any]) -> None:
    async with digging({"chat.test:80": demo["port"]}) as digger:
        words = ("--upstream", "ws://chat.test/cable", "--listen", "127.0.0.1:0")
        with started("proxy", *words, HTTP_PROXY=digger.url) as proxy:
            async with subscribed(demo, proxy.first["listen"]):
                assert digger.tunnels == 1
        with started("proxy", *words, HTTP_PROXY=digger.url, NO_PROXY="chat.test") as proxy:
            with pytest.raises(AssertionError, match="rst"):
                async with subscribed(demo, proxy.first["listen"]):
                    pass
            assert proxy.until(event="over")["how"].startswith(
                "chat.test:80 can't be reached: its name is not known"
            )
        assert digger.tunnels == 1


async def test_the_reference_client_alone_goes_that_way_too(demo: dict[str, Any]) -> None:
    async with digging({"chat.test:80": demo["port"]}) as digger:
        words = [*COMMAND, "watch", "--cable", "ws://chat.test/cable", "--api", "http://chat.test/v1"]
        words += ["--webchat", demo["webchat"], "--session", demo["session"]]
        words += ["--conversation", demo["conversation"], "--for", "2s"]
        done = await trio.run_process(
            words, capture_stdout=True, stdin=b"", env=os.environ | {"http_proxy": digger.url, "no_proxy": ""}
        )
        assert b'"confirm_subscription' in done.stdout.replace(b"\\", b"")
        assert digger.tunnels >= 1
