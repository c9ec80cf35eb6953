"""`cablecheck doctor`: its table, its JSON, its exit codes, and what it never prints."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import tomli_w
import trio

from cablecheck.cli import main
from cablecheck.doctor.examination import CHECKS
from tests.demo.house import TOKEN, served
from tests.doctor.front import Asked, Front, Given, fronted
from tests.doctor.visiting import tables

pytestmark = pytest.mark.takes(seconds=9)

SECRET = "s3cret-of-the-agent's <&>"


class Elsewhere:
    """A bundled server behind a front, in a thread of its own, while the command runs in this one."""

    def __init__(self, front: Front) -> None:
        self.port = 0
        self._front = front
        self._ready = threading.Event()
        self._token: trio.lowlevel.TrioToken | None = None
        self._scope = trio.CancelScope()
        self._thread = threading.Thread(target=trio.run, args=(self._serve,))

    async def _serve(self) -> None:
        self._token = trio.lowlevel.current_trio_token()
        with self._scope:
            async with served() as server, fronted(self._front, server) as port:
                self.port = port
                self._ready.set()
                await trio.sleep_forever()

    def __enter__(self) -> Elsewhere:
        self._thread.start()
        assert self._ready.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._token is not None
        self._token.run_sync_soon(self._scope.cancel)
        self._thread.join()


def echoing(asked: Asked, given: Given) -> Given:
    """An API that says in every answer which token it was told, and steers the terminal."""
    if not asked.path.endswith("/messages"):
        return given
    return given.with_json(given.json | {"error": f"\x1b[2J you said Bearer {SECRET}"})


def honouring(asked: Asked) -> Asked:
    told = asked.headers.get("authorization") == f"Bearer {SECRET}"
    return Asked(
        asked.method,
        asked.target,
        asked.headers | ({"authorization": f"Bearer {TOKEN}"} if told else {}),
        asked.body,
    )


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """A target file whose agent's token is a secret of the environment's, and the port of what it describes."""
    with Elsewhere(Front(rest=echoing, before=honouring)) as elsewhere:
        whole = tables(elsewhere.port)
        whole["values"]["token"] = "${AGENT_TOKEN}"
        file = tmp_path / "cablecheck.toml"
        file.write_text(tomli_w.dumps({"target": {"staging": whole}}))
        yield file, elsewhere.port


def test_a_sound_target_is_a_table_of_rows_that_are_ok(
    place: tuple[Path, int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AGENT_TOKEN", SECRET)
    assert main(["doctor", "--target", "staging", "--targets", str(place[0])]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0].split() == ["check", "result", "what", "was", "seen"]
    assert [line.split("  ")[0] for line in lines[1:-2]] == [check.name for check in CHECKS]
    assert all(" ok " in line for line in lines[1:-2]), out
    assert lines[-1] == f"FIT; {len(CHECKS)} ok; exit code 0"
    assert SECRET not in out + err
    assert err == ""


def test_a_secret_that_is_echoed_is_masked_and_nothing_steers_the_terminal(
    place: tuple[Path, int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The id is looked for where the target echoes the token, so the row quotes it."""
    monkeypatch.setenv("AGENT_TOKEN", SECRET)
    file = place[0]
    file.write_text(
        file.read_text().replace(
            'request = "POST {api}/public/webchats/{webchat}/messages"',
            'id = "error"\nrequest = "POST {api}/public/webchats/{webchat}/messages"',
        )
    )
    assert main(["doctor", "--json", "--target", "staging", "--targets", str(file)]) == 2
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert (told["target"], told["exit_code"]) == ("staging", 2)
    rows = {row["check"]: row for row in told["checks"]}
    assert list(rows) == [check.name for check in CHECKS]
    assert "id \\x1b[2J you said Bearer ***" in rows["publish"]["seen"]
    assert rows["live"]["result"] == "failed"
    assert 'write id = "id" under' in rows["live"]["remedy"] or "must agree" in rows["live"]["remedy"]
    for secret in (SECRET, "s3cret-of-the-agent"):
        assert secret not in out + err
    assert "\x1b" not in out


def test_a_target_that_is_down_is_no_loss(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "cablecheck.toml"
    file.write_text(tomli_w.dumps({"target": {"down": tables(1)}}))
    assert main(["doctor", "--target", "down", "--targets", str(file)]) == 3
    out, _ = capsys.readouterr()
    assert "port                failed   no connection to 127.0.0.1:1: connection refused" in out
    assert "-> see that the server runs" in out
    assert out.splitlines()[-1].startswith("NOT EXAMINED: the target is down")


def test_a_target_elsewhere_is_not_asked_without_leave(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = tables(80)
    whole["cable"]["url"] = "ws://192.0.2.1/cable"
    file = tmp_path / "cablecheck.toml"
    file.write_text(tomli_w.dumps({"target": {"away": whole}}))
    assert main(["doctor", "--target", "away", "--targets", str(file)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "- it publishes at most 10 messages" in err
    assert "- it breaks no connection" in err
    assert "say --yes" in err


def test_a_defect_of_the_bundled_server_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--defect", "page-cap"]) == 1
    out, _ = capsys.readouterr()
    assert "complete            failed   left out: m4, m5, m6; it ends after 2 messages" in out
    assert out.splitlines()[-1].startswith("UNFIT: messages can be lost, forged, or read by others; ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--defect", "page-cep"], "did you mean 'page-cap'?"),
        (["--target", "x", "--defect", "page-cap"], "only the bundled chat has defects"),
        (["--target", "x", "--targets", "none.toml"], "none.toml: can't be read"),
    ],
)
def test_bad_input_is_told_before_anything_is_asked(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_visit_with_its_own_exit_code(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "cablecheck", "doctor"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(3)]
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert process.returncode == code
    assert told[1].startswith(b"name ")
    assert b"exit code" not in out
    assert b"interrupted" in err
    assert b"Traceback" not in err
