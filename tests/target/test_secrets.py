"""Secrets: whatever a server makes of them on the way back, they are found."""

from __future__ import annotations

import html
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablecheck.target.secrets import LEAST_CHARACTERS, MASK, Secrets, _whole, is_telling

SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": lambda secret: secret,
    "as JSON": lambda secret: json.dumps(secret)[1:-1],
    "as JSON that is not escaped": lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
    "as JSON in JSON": lambda secret: json.dumps(json.dumps(secret))[3:-3],
    "as JSON with escaped slashes": lambda secret: json.dumps(secret)[1:-1].replace("/", "\\/"),
    "as Rails' JSON": lambda secret: json.dumps(secret)[1:-1].replace("<", "\\u003c").replace("&", "\\u0026"),
    "in a URL": lambda secret: quote(secret, safe=""),
    "in a path": quote,
    "in a URL in small letters": lambda secret: (
        quote(secret, safe="").lower() if secret.islower() else quote(secret)
    ),
    "in a form": quote_plus,
    "in a URL in a URL": lambda secret: quote(quote(secret, safe=""), safe=""),
    "in HTML": html.escape,
    "in HTML in HTML": lambda secret: html.escape(html.escape(secret)),
    "in HTML by numbers": lambda secret: "".join(f"&#{ord(character)};" for character in secret),
    "in HTML by hex numbers": lambda secret: "".join(f"&#x{ord(character):X};" for character in secret),
    "in an error of Python's": lambda secret: repr(secret)[1:-1],
    "as Python's ASCII": lambda secret: ascii(secret)[1:-1],
    "in an error about bytes": lambda secret: repr(secret.encode())[2:-1],
    "in a header that was read as Latin-1": lambda secret: secret.encode().decode("latin-1"),
    "in hex": lambda secret: secret.encode().hex(),
    "in HEX": lambda secret: secret.encode().hex().upper(),
}


@pytest.mark.parametrize("spelt", SPELLINGS.values(), ids=list(SPELLINGS))
@settings(max_examples=25)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=LEAST_CHARACTERS, max_size=40))
def test_a_secret_is_found_in_every_spelling(spelt: Callable[[str], str], secret: str) -> None:
    assert Secrets([secret]).masked(f"before \x00{spelt(secret)}\x00 after") == f"before \x00{MASK}\x00 after"


@pytest.mark.parametrize("before", ["", "u:", "user:", "a"])
@pytest.mark.parametrize("coded", [b64encode, urlsafe_b64encode])
@settings(max_examples=25)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=LEAST_CHARACTERS, max_size=40))
def test_a_secret_is_found_in_base64_wherever_it_begins(
    coded: Callable[[bytes], bytes], before: str, secret: str
) -> None:
    text = coded(f"{before}{secret}:after".encode()).decode()
    masked = Secrets([secret]).masked(f"Basic {text}")
    assert MASK in masked
    assert text not in masked


CUT_SHORT = {
    "at the end": ("no route to s3cr3t-to", "no route to ***"),
    "before three dots": ("no route to s3cr3t-tok... here", "no route to ***... here"),
    "before a quote and an ellipsis": ("'s3cr3t-tok'… x", "'***'… x"),
    "in JSON": ('{"a": "x s3cr3t-"', '{"a": "x ***"'),
    "not where it goes on otherwise": ("s3cr3t-x and more", "s3cr3t-x and more"),
    "not where too little of it is left": ("a s3cr3", "a s3cr3"),
    "twice": ("s3cr3t-t... s3cr3t-to", "***... ***"),
    "after something alike": ("s3cr3t! s3cr3t-to", "s3cr3t! ***"),
}


@pytest.mark.parametrize(("text", "masked"), CUT_SHORT.values(), ids=list(CUT_SHORT))
def test_a_secret_that_was_cut_short_is_found(text: str, masked: str) -> None:
    assert Secrets(["s3cr3t-token"]).masked(text) == masked


def test_a_short_secret_is_left_alone() -> None:
    secrets = Secrets(["80", "true", ""])
    assert not secrets
    assert secrets.masked("80 is true") == "80 is true"


def test_each_line_of_a_key_is_a_secret_too() -> None:
    secrets = Secrets(["-----BEGIN KEY-----\nMIIEvQIBADANBg\n-----END KEY-----\n"])
    assert secrets.masked("line 2: MIIEvQIBADANBg") == "line 2: ***"
    assert "line 2: MIIEvQIBADANBg" in secrets
    assert "line 2: nothing" not in secrets


def test_what_is_known_is_learnt_once() -> None:
    secrets = Secrets(["s3cr3t-token"])
    secrets.learn("s3cr3t-token")
    assert secrets.masked("s3cr3t-token") == "***"


def test_the_longest_is_masked_first() -> None:
    assert Secrets(["password", "password-of-staging"]).masked("password-of-staging password") == "*** ***"


def test_what_a_run_learns_the_screen_knows_and_no_other_run() -> None:
    screen = Secrets(["environment"])
    first, second = screen.of_a_run(), screen.of_a_run()
    first.learn("session-1")
    assert first.masked("session-1 environment") == "*** ***"
    assert screen.masked("session-1 environment") == "*** ***"
    assert second.masked("session-1 environment") == "session-1 ***"


@pytest.mark.parametrize("odd", ["half\ud800secret", "raw\udcffbytes", "тайна-секрет", "🔑🔑🔑🔑🔑🔑"])
def test_odd_characters_are_no_trouble(odd: str) -> None:
    assert Secrets([odd]).masked(f"x{odd}x") == f"x{MASK}x"
    assert Secrets([odd]).masked(f"x{json.dumps(odd)[1:-1]}x") == f"x{MASK}x"


TELLING = {
    "token",
    "api_access_token",
    "Authorization",
    "apiKey",
    "_session_id",
    "Cookie",
    "X-Api-Key",
    "password",
}


def test_keys_tell_whether_they_are_secrets() -> None:
    assert {key for key in (*TELLING, "id", "url", "key", "body", "channel") if is_telling(key)} == TELLING


def test_a_session_costs_one_pattern_however_many_there_were_before() -> None:
    """A pattern of all of them took over a second for the fiftieth, in which no ping was answered."""
    file = Secrets(["of-the-file"])
    made = _whole.cache_info().misses
    for number in range(50):
        run = file.of_a_run()
        run.learn(f"session-{number:02}-of-a-run")
        assert run.masked(f"of-the-file session-{number:02}-of-a-run") == "*** ***"
    assert _whole.cache_info().misses - made <= 51
    assert file.masked("session-00-of-a-run session-49-of-a-run") == "*** ***"


def test_a_secret_within_another_leaves_nothing_of_the_longer() -> None:
    assert Secrets(["abcdef", "abcdef-and-more"]).masked("abcdef-and-more, abcdef") == "***, ***"
