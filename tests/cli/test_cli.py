"""The command line as a whole: what it imports, what it lists, how it fails."""

import os
import subprocess
import sys

import pytest

from cablecheck import cli

HEAVY = ("trio", "trio_websocket", "httpx", "hypothesis", "rich", "msgspec", "ruamel", "h11", "wsproto")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The real program in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "cablecheck", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment,
    )


def test_help_costs_no_heavy_import() -> None:
    listing = (
        "import sys, cablecheck.cli; cablecheck.cli.main(['--help']); print(*sorted(sys.modules), sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True)
    assert not set(HEAVY) & set(done.stdout.split())


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_a_commands_help_costs_no_heavy_import(name: str) -> None:
    listing = (
        f"import sys, cablecheck.cli; code = cablecheck.cli.main(['{name}', '--help']); "
        "print(*sorted(sys.modules), sep='\\n'); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True)
    assert not set(HEAVY) & set(done.stdout.split())


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_helps_with_a_sentence_an_example_and_its_exit_codes(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([name, "--help"]) == 0
    told = capsys.readouterr().out
    paragraphs = [" ".join(part.split()) for part in told.split("\n\n")]
    assert paragraphs[0].startswith(f"Usage: cablecheck {name}")
    assert paragraphs[1].startswith(cli.COMMANDS[name].rstrip("."))
    assert f"cablecheck {name}" in told.split("Example:")[1]
    assert "Exit codes:" in told


def test_the_top_help_names_every_command_and_its_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    for name, sentence in cli.COMMANDS.items():
        assert f"{name} {sentence}" in told


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("cablecheck 0.")


BAD_USAGE = {
    "a typing error": (["chekc"], "cablecheck: unknown command 'chekc'; did you mean 'check'?"),
    "no command of ours": (["xyz"], "cablecheck: unknown command 'xyz'; use one of run, doctor, check, "),
    "an unknown option": (["--odd"], "cablecheck: no such option"),
}


@pytest.mark.parametrize(("arguments", "line"), BAD_USAGE.values(), ids=BAD_USAGE.keys())
def test_bad_usage_is_2_with_a_remedy(
    arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(line)
    assert "; " in err
    assert err.count("\n") == 1


def test_no_command_at_all_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Commands:\n  run " in err


def test_a_reader_who_left_sees_no_traceback() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "cablecheck", "--help"],
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


def test_the_shell_can_complete_our_commands() -> None:
    done = run(_CABLECHECK_COMPLETE="bash_complete", COMP_WORDS="cablecheck ru", COMP_CWORD="1")
    assert "run" in done.stdout
    assert done.returncode == 0


def test_completion_after_a_word_that_is_no_command_is_silent() -> None:
    done = run(_CABLECHECK_COMPLETE="bash_complete", COMP_WORDS="cablecheck xyz --", COMP_CWORD="2")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_program_exits_with_what_the_command_line_says() -> None:
    assert run("--version").returncode == 0
    assert run("chekc").returncode == 2


def test_a_shell_that_asks_what_nobody_knows_is_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_CABLECHECK_COMPLETE", "odd")
    assert cli.main([]) == 2
    monkeypatch.setenv("_CABLECHECK_COMPLETE", "bash_source")
    assert cli.main([]) == 0
