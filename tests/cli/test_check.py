from __future__ import annotations

from pathlib import Path

import pytest

from cablecheck.cli import main


def test_a_good_file_is_told_step_by_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tunnel.yaml").write_text(
        "name: tunnel\nstory: A train.\nsteps:\n  - publish: {count: 2}\n  - cut: {how: rst}\n  - publish:\n"
    )
    assert main(["check", str(tmp_path / "tunnel.yaml")]) == 0
    assert capsys.readouterr().out == (
        "tunnel: A train.\n"
        "  1. The agent publishes 2 messages (m1 and m2).\n"
        "  2. Reset the socket.\n"
        "  3. The agent publishes one message (m3).\n"
        f"  warning: {tmp_path}/tunnel.yaml:6: this publish races with the client, which comes back some 500 ms after "
        "line 5; put a refuse, or a hold of subscribe, before the cut\n"
        "\n"
    )


def test_the_defects_of_the_chat_are_told_in_a_sentence_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "flawed.yaml").write_text(
        "name: flawed\nstory: A flaw.\ndefects: [page-cap, no-pings]\nsteps:\n  - publish:\n"
    )
    assert main(["check", str(tmp_path / "flawed.yaml")]) == 0
    assert capsys.readouterr().out == (
        "flawed: A flaw.\n"
        "  defect page-cap: A visitor's list ends after two messages, without a `next` to tell of the rest.\n"
        "  defect no-pings: No socket is ever pinged.\n"
        "  1. The agent publishes one message (m1).\n"
        "\n"
    )


def test_all_that_is_wrong_in_all_files_is_said_and_the_good_ones_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.yaml").write_text("name: a\nstory: A.\nsteps:\n  - publsh:\n  - cut:\n")
    (tmp_path / "b.yaml").write_text("name: b\nstory: B.\nsteps:\n  - publish:\n")
    assert main(["check", "0000", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert said.out.startswith("b: B.\n")
    lines = said.err.splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        "0000",
        f"{tmp_path}/a.yaml:4:5",
        f"{tmp_path}/a.yaml:5:5",
    ]


def test_a_shipped_scenario_is_checked_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "calm"]) == 0
    assert capsys.readouterr().out.startswith("calm: Nothing goes wrong.")


def test_without_a_file_there_is_nothing_to_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 2
    assert "FILE" in capsys.readouterr().err


def test_several_conversations_are_told_with_whoever_is_in_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = "steps:\n  - send:\n"
    (tmp_path / "many.yaml").write_text(f"name: many\nstory: A.\nclients: 4\nconversations: 3\n{steps}")
    (tmp_path / "two.yaml").write_text(f"name: two\nstory: B.\nconversations: 2\n{steps}")
    assert main(["check", str(tmp_path)]) == 0
    sent = "  1. The visitor sends one message (m1) from the first page of each conversation.\n\n"
    assert capsys.readouterr().out == (
        f"many: A.\n  in 3 conversations at once, with 4 clients in each:\n{sent}"
        f"two: B.\n  in 2 conversations at once, with one client in each:\n{sent}"
    )
