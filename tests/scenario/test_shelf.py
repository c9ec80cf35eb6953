from __future__ import annotations

from pathlib import Path

import pytest

import cablecheck
from cablecheck.errors import BadInputError
from cablecheck.scenario import shelf
from cablecheck.scenario.shelf import find, find_all, shipped

NAMES = [path.stem for path in shipped()]


def test_the_shelf_is_sorted_by_name() -> None:
    assert "calm" in NAMES
    assert sorted(NAMES) == NAMES


def test_a_name_on_the_shelf_is_found_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert [path.name for path in find("calm")] == ["calm.yaml"]


def test_a_file_is_itself(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.touch()
    assert find(str(path)) == (path,)


def test_what_is_on_disk_comes_before_the_shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("calm").touch()
    assert find("calm") == (Path("calm"),)


def test_a_folder_is_its_scenarios_by_name(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yml", "notes.txt", ".hidden"):
        (tmp_path / name).touch()
    (tmp_path / "deeper.yaml").mkdir()
    assert [path.name for path in find(str(tmp_path))] == ["a.yml", "b.yaml"]


def test_a_folder_without_a_scenario_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(
        BadInputError, match=r": a folder without a scenario; name one that holds \.yaml files$"
    ):
        find(str(tmp_path))


def test_a_misspelt_name_is_guessed() -> None:
    with pytest.raises(BadInputError) as caught:
        find("soket-kill")
    assert str(caught.value) == (
        "soket-kill: no such file, and no shipped scenario has this name; did you mean 'socket-kill'? "
        "Name a file, a folder or one that `cablecheck scenarios` lists"
    )


def test_a_name_like_no_other_is_not_guessed() -> None:
    with pytest.raises(BadInputError, match="; name a file, a folder or one that"):
        find("0000")


def test_no_word_means_the_whole_shelf() -> None:
    assert find_all(()) == shipped()


def test_a_scenario_named_twice_is_found_once() -> None:
    assert [path.stem for path in find_all(("half-open", "calm", "half-open"))] == ["half-open", "calm"]


def test_all_words_that_mean_nothing_are_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as caught:
        find_all(("0000", "calm", str(tmp_path)))
    assert len(caught.value.findings) == 2


def test_in_a_wheel_the_scenarios_are_inside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "_scenarios").mkdir()
    (tmp_path / "_scenarios" / "one.yaml").touch()
    monkeypatch.setattr(cablecheck, "__path__", [str(tmp_path)])
    monkeypatch.setattr(shelf, "files", lambda package: Path(package.__path__[0]))
    assert [path.stem for path in shipped()] == ["one"]


def test_without_any_scenario_the_shelf_is_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "files", lambda _: tmp_path / "cablecheck")
    assert shipped() == ()


def test_a_file_named_in_two_ways_is_found_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").touch()
    assert find_all(("a.yaml", str(tmp_path / "a.yaml"), "./a.yaml")) == (Path("a.yaml"),)


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("", "''"),
        (" ", "' '"),
        ("x\n\x1b[2J", "'x\\n\\x1b[2J'"),
        ("\udcff", "'\\udcff'"),
        ("y" * 5000, "yyy"),
    ],
)
def test_a_word_that_can_be_no_file_is_one_line(word: str, shown: str) -> None:
    with pytest.raises(BadInputError) as caught:
        find(word)
    (finding,) = caught.value.findings
    assert finding.startswith(shown)
    assert "no such file" in finding
    assert finding.isprintable()
