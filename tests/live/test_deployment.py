"""Commands of the user's own, run for real: how they end, what is kept of what they write, and that none is left running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import trio

from cablecheck.history import DeployBegan, DeployEnded, Event
from cablecheck.live import deployment, warden
from cablecheck.live.command_log import HEAD_BYTES, TAIL_BYTES
from cablecheck.live.deployment import Deployment
from cablecheck.scenario.model import Deploy, Duration

pytestmark = pytest.mark.takes(seconds=2)

# Two generations that heed no request to end, and tell who they are.
STUBBORN = (
    "trap '' TERM; echo $$ >> pids; (trap '' TERM; sh -c 'echo $$ >> pids; sleep 300' & sleep 300); sleep 300"
)


@dataclass
class Stage:
    """Where commands are run in a test: the folder of their log and theirs, and what was recorded."""

    folder: Path
    events: list[Event] = field(default_factory=list)

    def command(self, command: str | tuple[str, ...], within: float = 60) -> Deployment:
        if isinstance(command, str):
            command = f"cd {self.folder}; {command}"
        return Deployment(
            Deploy(command=command, within=Duration(within)),
            "roll",
            self.folder / "deploy-1.log",
            {"CABLECHECK_RUN": "abc"},
            record=self.events.append,
            now=trio.current_time,
        )

    async def run(self, command: str | tuple[str, ...], within: float = 60) -> DeployEnded:
        """Run it to its end, and tell how that was."""
        with trio.fail_after(50):
            async with trio.open_nursery() as nursery:
                await self.command(command, within).run(nursery)
                nursery.cancel_scope.cancel()
        ended = self.events[-1]
        assert isinstance(ended, DeployEnded)
        return ended

    @property
    def log(self) -> bytes:
        return (self.folder / "deploy-1.log").read_bytes()

    def pids(self) -> list[int]:
        return [int(line) for line in (self.folder / "pids").read_text().split()]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def runs(pid: int) -> bool:
    """Whether there is such a process, and not only what nobody has waited for."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def until(happened: Callable[[], bool]) -> None:
    with trio.fail_after(30):
        while not happened():  # noqa: ASYNC110 - another process sets no event of ours
            await trio.sleep(0.02)


async def test_a_command_that_succeeds(stage: Stage) -> None:
    ended = await stage.run("echo to the one; echo to the other >&2; echo $CABLECHECK_RUN")
    assert (ended.how, ended.code, ended.reason) == ("exited", 0, "")
    assert (ended.log, ended.wrote, ended.last_words) == ("deploy-1.log", 28, "abc")
    assert stage.log == b"to the one\nto the other\nabc\n"
    [began] = stage.events[:-1]
    assert isinstance(began, DeployBegan)
    assert began.command.endswith("echo $CABLECHECK_RUN")


async def test_a_list_of_words_goes_to_no_shell(stage: Stage) -> None:
    await stage.run((sys.executable, "-c", "import sys; print(sys.argv[1:])", "$HOME", "a b", ""))
    assert stage.log == b"['$HOME', 'a b', '']\n"


async def test_a_command_that_fails(stage: Stage) -> None:
    ended = await stage.run("echo no such image; exit 3")
    assert (ended.how, ended.code, ended.last_words) == ("exited", 3, "no such image")


async def test_a_command_that_a_signal_ends(stage: Stage) -> None:
    ended = await stage.run("kill -SEGV $$")
    assert (ended.how, ended.code, ended.reason) == ("signalled", None, "SIGSEGV")


async def test_a_command_that_is_not_there(stage: Stage) -> None:
    ended = await stage.run(("/no/such/program",))
    assert (ended.how, ended.reason) == ("unstarted", "No such file or directory")
    assert stage.events == [ended]


async def test_a_command_that_the_shell_does_not_know(stage: Stage) -> None:
    ended = await stage.run("no-such-program --now")
    assert (ended.how, ended.code) == ("exited", 127)
    assert "not found" in ended.last_words


async def test_a_command_has_nothing_to_read(stage: Stage) -> None:
    ended = await stage.run("cat; echo read")
    assert (ended.how, ended.last_words) == ("exited", "read")


async def test_a_command_is_asked_to_end_when_its_time_is_up(stage: Stage) -> None:
    ended = await stage.run("trap 'echo asked; exit 0' TERM; sleep 300 & wait", within=0.5)
    assert (ended.how, ended.reason, ended.last_words) == ("late", "", "asked")


async def test_who_does_not_heed_it_is_made_to_with_all_its_offspring(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deployment, "GRACE_SECONDS", 0.5)
    ended = await stage.run(STUBBORN, within=1)
    assert (ended.how, ended.reason) == ("late", "by SIGKILL")
    assert len(stage.pids()) == 2
    await until(lambda: not any(map(runs, stage.pids())))


async def test_a_run_that_is_over_leaves_no_command_behind(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deployment, "GRACE_SECONDS", 0.5)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(stage.command(STUBBORN).run, nursery)
        await until(lambda: (stage.folder / "pids").exists() and len(stage.pids()) == 2)
        assert all(map(runs, stage.pids()))
        nursery.cancel_scope.cancel()
    ended = stage.events[-1]
    assert isinstance(ended, DeployEnded)
    assert ended.how == "interrupted"
    await until(lambda: not any(map(runs, stage.pids())))


async def test_what_a_command_leaves_running_on_purpose_is_left(stage: Stage) -> None:
    """It is what was deployed. That it holds on to the command's output keeps nobody waiting."""
    ended = await stage.run("sleep 300 & echo $! >> pids; echo started")
    assert (ended.how, ended.code, ended.last_words) == ("exited", 0, "started")
    [pid] = stage.pids()
    assert runs(pid)
    os.kill(pid, signal.SIGKILL)


async def test_a_command_that_writes_without_end_is_kept_short(stage: Stage) -> None:
    ended = await stage.run(f"yes {'x' * 99} | head -c 100000000; echo; echo done")
    assert (ended.how, ended.code) == ("exited", 0)
    assert ended.wrote == 100_000_006
    assert ended.last_words == "done"
    assert len(stage.log) < HEAD_BYTES + TAIL_BYTES + 100
    assert b"bytes are left out here" in stage.log


async def test_a_command_that_writes_no_text(stage: Stage) -> None:
    ended = await stage.run(r"printf '\377\376\033[2Jgone\n'")
    assert stage.log == b"\xff\xfe\x1b[2Jgone\n"
    assert ended.last_words == "\ufffd\ufffd\x1b[2Jgone"


async def test_a_warden_that_is_killed_takes_its_command_along(stage: Stage) -> None:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(stage.command("echo $$ >> pids; echo $PPID >> pids; sleep 300").run, nursery)
        await until(lambda: (stage.folder / "pids").exists() and len(stage.pids()) == 2)
        command, its_warden = stage.pids()
        os.kill(its_warden, signal.SIGKILL)
        await until(lambda: isinstance(stage.events[-1], DeployEnded))
        await until(lambda: not runs(command))
        nursery.cancel_scope.cancel()
    ended = stage.events[-1]
    assert isinstance(ended, DeployEnded)
    assert (ended.how, ended.reason) == ("signalled", "something that took its warden along")


def test_a_command_does_not_outlive_a_run_that_is_killed(tmp_path: Path) -> None:
    """Whoever holds the warden's standard input goes without a word, and so does the command."""
    ear, mouth = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", warden.__name__, str(mouth), "0.5", "sh", "-c", f"cd {tmp_path}; {STUBBORN}"],
        stdin=subprocess.PIPE,
        pass_fds=(mouth,),
    )
    os.close(mouth)
    with os.fdopen(ear, "rb") as said:
        assert said.readline().startswith(b"began ")
        pids = tmp_path / "pids"
        trio.run(until, lambda: pids.exists() and len(pids.read_text().split()) == 2)
        process.send_signal(signal.SIGTERM)  # a warden heeds no signal
        assert process.stdin is not None
        process.stdin.close()
        assert said.read() == b"signalled SIGKILL\n"
    assert process.wait(10) == 0
    assert not any(runs(int(pid)) for pid in pids.read_text().split())
