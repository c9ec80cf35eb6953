"""Target files: every finding at once, and no secret in what is kept."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from cablecheck.errors import BadInputError
from cablecheck.live.targets import Place, Target, read_target, site_of

GOOD = {
    "cable": "ws://chat.test/cable",
    "api": "http://chat.test/v1",
    "webchat": "w",
    "session": "secret-session",
    "token": "secret-token",
}


def written(folder: Path, **changed: object) -> Path:
    lines = {**GOOD, **changed}
    path = folder / "staging.toml"
    path.write_text("".join(f"{key} = {_toml(value)}\n" for key, value in lines.items() if value is not None))
    return path


def _toml(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def test_a_good_file_is_read(tmp_path: Path) -> None:
    assert read_target(written(tmp_path)) == Target(**GOOD)
    assert read_target(written(tmp_path, conversation="c")) == Target(**GOOD, conversation="c")


@pytest.mark.parametrize(
    ("changed", "finding"),
    [
        ({"cabel": "x"}, "unknown key 'cabel'; did you mean 'cable'?"),
        ({"colour": "x"}, "unknown key 'colour'; use cable, api, webchat, session, token, conversation"),
        ({"token": None}, "'token' is missing; add token = "),
        ({"webchat": 7}, "'webchat' is not a text"),
        ({"session": ""}, "'session' is empty; write session = "),
        (
            {"cable": "ws://a..b/cable", "api": "http://a..b/v1"},
            "cable 'ws://a..b/cable' is no ws or wss URL",
        ),
        ({"api": "http://me:secret@chat.test/v1"}, "is no http or https URL"),
        ({"cable": "http://chat.test/cable"}, "cable 'http://chat.test/cable' is no ws or wss URL"),
        ({"api": "http:///v1"}, "api 'http:///v1' is no http or https URL"),
        ({"api": "http://chat.test:banana/v1"}, "is no http or https URL"),
        ({"cable": "ws://other.test/cable"}, "cable and api are on different hosts or ports"),
        ({"cable": "wss://chat.test/cable"}, "cable and api are on different hosts or ports"),
    ],
)
def test_a_bad_file_is_said_with_its_remedy(changed: dict[str, object], finding: str, tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as caught:
        read_target(written(tmp_path, **changed))
    assert finding in str(caught.value)
    assert all(line.startswith(str(tmp_path / "staging.toml")) for line in caught.value.findings)


def test_all_findings_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as caught:
        read_target(written(tmp_path, cabel="x", token=None, webchat=3))
    assert len(caught.value.findings) == 3


@pytest.mark.parametrize("content", [b"cable = ", b"\xff\xfe", b"[[["])
def test_what_is_no_toml_is_said(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "staging.toml"
    path.write_bytes(content)
    with pytest.raises(BadInputError, match="not TOML"):
        read_target(path)


def test_a_file_of_a_windows_editor_is_read(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_target(path) == Target(**GOOD)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"nowhere\.toml: can't be read"):
        read_target(tmp_path / "nowhere.toml")


def test_what_is_kept_of_a_target_holds_no_secret() -> None:
    kept = Target(**GOOD).masked()
    assert "secret" not in kept
    assert 'session = "***"' in kept
    assert 'cable = "ws://chat.test/cable"' in kept


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("ws://chat.test/cable", ("chat.test", 80, False)),
        ("wss://chat.test/cable", ("chat.test", 443, True)),
        ("http://[::1]:3000/v1", ("::1", 3000, False)),
    ],
)
def test_a_url_says_where_to_dial(url: str, site: tuple[str, int, bool]) -> None:
    assert site_of(url) == site


@pytest.mark.parametrize(
    ("cable", "origin"),
    [("ws://chat.test:3000/cable", "http://chat.test:3000"), ("wss://chat.test/x", "https://chat.test")],
)
def test_the_origin_is_that_of_the_targets_own_page(cable: str, origin: str) -> None:
    place = Place("staging", cable, cable.replace("ws", "http"), "w", "t", "s", "c")
    assert place.origin == origin
    assert not place.bundled
    assert isinstance(place.upstream.tls, ssl.SSLContext) == cable.startswith("wss")
