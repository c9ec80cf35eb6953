from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner

from cablecheck.cli.demo import command

DEMO = [sys.executable, "-m", "cablecheck", "demo"]


@contextmanager
def running(*options: str, lines: int) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """`cablecheck demo` and its first lines."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*DEMO, "--port", "0", "--until-eof", *options], stdin=pipe, stdout=pipe, stderr=pipe, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield process, [process.stdout.readline().rstrip("\n") for _ in range(lines)]
        finally:
            if process.stdin is not None:
                process.stdin.close()  # a kill would leave its temporary file behind
            process.wait(20)


def test_json_is_one_line_with_all_that_a_client_needs() -> None:
    with running("--json", "--webchat", "w-7", "--token", "t0k3n", lines=1) as (process, (line,)):
        facts = json.loads(line)
        place = f"127.0.0.1:{facts['port']}"
        assert list(facts) == ["port", "cable", "api", "webchat", "token", "session", "conversation"]
        assert facts["cable"] == f"ws://{place}/cable"
        assert facts["api"] == f"http://{place}/v1"
        assert (facts["webchat"], facts["token"]) == ("w-7", "t0k3n")
        messages = f"{facts['api']}/public/webchats/w-7/messages"
        said = json.dumps({"conversation": facts["conversation"], "body": "hi"}).encode()
        with urlopen(Request(messages, said, {"Authorization": "Bearer t0k3n"})) as answer:
            assert answer.status == 201
        with urlopen(f"{messages}?session={facts['session']}") as answer:
            assert [m["body"] for m in json.load(answer)["messages"]] == ["hi"]
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(20) == 0
        assert process.stdout is not None
        assert process.stderr is not None
        assert (process.stdout.read(), process.stderr.read()) == ("", "")


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
def test_the_lines_for_a_person_can_be_pasted_into_a_shell() -> None:
    with running(lines=13) as (_, lines):
        pasted = [line for line in lines if "curl" in line]
        first, second = (
            json.loads(subprocess.run(["/bin/sh", "-c", line], capture_output=True, check=True).stdout)
            for line in pasted
        )
        assert first["body"] == "hello"
        assert second["messages"] == [{**first, "from": "agent"}]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_it_with_the_shells_own_code_and_without_a_word(
    number: signal.Signals, code: int
) -> None:
    with running("--json", lines=1) as (process, _):
        process.send_signal(number)
        assert process.wait(20) == code
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_a_port_in_use_is_bad_input_in_one_line_with_a_remedy() -> None:
    with running("--json", lines=1) as (_, (line,)):
        port = json.loads(line)["port"]
        second = subprocess.run([*DEMO, "--port", str(port)], capture_output=True, text=True, check=False)
        assert (second.returncode, second.stdout) == (2, "")
        assert second.stderr == (
            f"127.0.0.1:{port}: the port is in use; stop who uses it, or use --port 0 for any free one\n"
        )


def test_a_foreign_file_is_bad_input_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam, " * 100)
    refused = subprocess.run(
        [*DEMO, "--port", "0", "--data", str(path)], capture_output=True, text=True, check=False
    )
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
    assert refused.stderr.startswith(f"{path}: is no undamaged data file")


@pytest.mark.parametrize("option", [("--token", "two words"), ("--token", ""), ("--webchat", "a/b")])
def test_what_would_need_quoting_is_refused(option: tuple[str, str]) -> None:
    refused = subprocess.run([*DEMO, "--port", "0", *option], capture_output=True, text=True, check=False)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"{option[0]}: ")


def test_a_defect_is_switched_on_by_name_and_a_misspelt_one_is_refused() -> None:
    options = ("--json", "--token", "t", "--defect", "no-pings", "--defect", "page-cap")
    with running(*options, lines=1) as (_, (line,)):
        facts = json.loads(line)
        messages = f"{facts['api']}/public/webchats/demo/messages"
        for body in ("a", "b", "c"):
            said = json.dumps({"conversation": facts["conversation"], "body": body}).encode()
            urlopen(Request(messages, said, {"Authorization": "Bearer t"})).close()
        with urlopen(f"{messages}?session={facts['session']}") as answer:
            assert [m["body"] for m in json.load(answer)["messages"]] == ["a", "b"]
    refused = subprocess.run(
        [*DEMO, "--port", "0", "--defect", "no-pins", "--defect", "xyz"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (refused.returncode, refused.stdout) == (2, "")
    first, second = refused.stderr.splitlines()
    assert first == "defect 'no-pins': there is none of this name; did you mean 'no-pings'?"
    assert second.startswith("defect 'xyz': there is none of this name; use one of lagging-replica, ")


def test_a_reader_that_left_is_no_bug() -> None:
    with subprocess.Popen(
        [*DEMO, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.wait(20) == 128 + signal.SIGPIPE
        assert process.stderr.read() == ""


def test_the_help_tells_what_stopping_looks_like_and_who_may_connect() -> None:
    text = " ".join(CliRunner().invoke(command, ["--help"]).output.split())
    assert "Any Origin is accepted" in text
    assert "every socket gets a bare FIN" in text
    assert "cablecheck demo --port 0" in text
