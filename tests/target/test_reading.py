"""Reading a target file: everything that is wrong with it at once, each with its place and a remedy, and no secret in any of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cablecheck.errors import BadInputError
from cablecheck.scenario.known import Known
from cablecheck.target.reading import MOST_BYTES, as_kept, known_in, read_target, read_text, target_names
from cablecheck.target.secrets import Secrets
from tests.target.files import LEAST, described, findings

TABLES = "\n".join(LEAST.splitlines()[1:])
WORDS: dict[str, tuple[str, str]] = {
    "no TOML": ("[target.t]\nurl = \n", "2:7: this is no TOML: invalid value; write lines such as url = "),
    "an end that comes too early": ("[target.t", "1:10: this is no TOML: expected ']' at the end of a table declaration; "),
    "an end within a text": ('a = """x\ny', "2:2: this is no TOML: "),
    "a key twice": ("a = 1\na = 2", "2:6: this is no TOML: cannot overwrite a value; "),
    "nothing in it": ("", "1:1: there is no target in it; begin with [target.t]"),
    "another key": (f"tagret = 1\n{LEAST}", "1:1: unknown key 'tagret'; did you mean 'target'?"),
    "a target of another name": ("[target.staging]\n", "1:1: there is no target 't' in it; use one of staging"),
    "a target that is no table": ("[target]\nt = 5\n", "2:5: target 't' is no table; write [target.t]"),
    "targets that are no table": ("target = 5\n", "1:1: there is no target in it; begin with [target.t]"),
    "a name that is none": (f"[target.'A b']\n{LEAST}", "1:1: 'A b' is no name of a target; use lower case, digits and "),
    "an unknown table": (f"{LEAST}[target.t.cabel]\n", "7:1: unknown key 'cabel' of target 't'; did you mean 'cable'? Use one of"),
    "an unknown key in a line": (LEAST.replace("url =", "uri ="), "2:10: unknown key 'uri' of 'cable' of target 't'; did you mean 'url'?"),
    "a key that lacks": (LEAST.replace("url =", "origin ="), "2:9: 'cable' of target 't' lacks 'url'; add url = text"),
    "a value of another kind": (f"{LEAST}max_rate = 20\n", "7:12: 'max_rate' of target 't' is 20; use a rate, such as 20/s or 30/m"),
    "a time without its unit": (f"{LEAST}deadlines.answer = 10\n", "7:20: 'answer' of 'deadlines' of target 't' is 10; use a duration with a unit"),
    "a word that is none": (f'{LEAST}order = {{tie = "ids"}}\n', "7:16: 'tie' of 'order' of target 't' is 'ids'; did you mean 'id'?"),
    "an item of a list": (f'{LEAST}order.keys = [\n "id",\n "date",\n]\n', "9:2: an item of 'keys' of 'order' of target 't' is 'date'; use one of"),
    "an item of a list of tables": (
        f'{LEAST}[[target.t.auth]]\nrequest = "POST https://h/a"\n[[target.t.auth]]\nreqest = "POST https://h/b"\n',
        "10:1: unknown key 'reqest' of an item of 'auth' of target 't'; did you mean 'request'?",
    ),
    "a table where a text belongs": (f"{LEAST}cable.origin.x = 1\n", "7:19: this is no TOML: cannot mutate"),
    "a list where a table belongs": (f"{LEAST}live = [1]\n", "7:8: 'live' of target 't' is a list; use a table"),
    "a status that is none": (f"{LEAST}send = {{request = 'POST https://chat.example/{{body}}', accept = [20]}}\n", "is 20; use an HTTP status"),
    "known losses without a list": (f"{LEAST}known.calm.hellotext = {{lost = 'm1'}}\n", "7:32: "),
    "known losses of no word": (f"{LEAST}known.calm.hellotext = {{lots = ['m1']}}\n", "7:25: unknown key 'lots'"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), WORDS.values(), ids=list(WORDS))
def test_what_is_wrong_is_said_with_its_place_and_a_remedy(text: str, said: str) -> None:
    told = "\n".join(findings(text))
    assert f"x.toml:{said}" in told or (said.startswith("is ") and said in told), told


def test_all_findings_come_at_once_in_the_order_of_the_file() -> None:
    text = LEAST.replace("cable", "cabel", 1) + 'max_rate = "fast"\n[other]\n'
    text += "[target.t.order]\nties = 'id'\n"
    assert [finding.split(": ")[0] for finding in findings(text)] == [
        "x.toml:1:1",  # it lacks cable
        "x.toml:2:1",  # cabel
        "x.toml:7:12",
        "x.toml:8:1",
        "x.toml:10:1",
    ]


def test_text_that_is_too_deep_is_refused() -> None:
    assert findings("a = " + "[" * 5000) == (
        "x.toml:1:1: this is more than 20 levels deep; a target file is a few tables of plain values",
    )
    deep = f"{LEAST}[target.t.live.select]\n" + "a." * 30 + "b = 1\n"
    assert any("more than 20 levels deep" in finding for finding in findings(deep))


def test_windows_line_ends_are_no_trouble() -> None:
    assert findings(LEAST.replace("url", "uri").replace("\n", "\r\n"))[0].startswith("x.toml:2:9: ")


def test_a_time_of_tomls_is_a_text() -> None:
    target = described("live.select = {at = 1979-05-27T07:32:00Z, day = 1979-05-27}").target
    assert target.live.select == {"at": "1979-05-27T07:32:00+00:00", "day": "1979-05-27"}


# The environment ------------------------------------------------------------------------------------------------------------

SECRET = "s3cr3t-t0ken"
ENVIRONMENT: dict[str, tuple[str, dict[str, str], str]] = {
    "a variable that is not set": (
        "values.token = 'Bearer ${TOKEN}'", {}, "7:16: the environment variable TOKEN is not set; export TOKEN=..., or write the value itself",
    ),
    "an empty one": ("values.token = '${TOKEN}'", {"TOKEN": ""}, "7:16: the environment variable TOKEN is empty; export TOKEN=..."),
    "a short one": ("values.token = '${TOKEN}'", {"TOKEN": "12345"}, "7:16: TOKEN has fewer than 6 characters, so it can't be masked"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "environment", "said"), ENVIRONMENT.values(), ids=list(ENVIRONMENT))
def test_the_environment_must_have_it(line: str, environment: dict[str, str], said: str) -> None:
    [finding] = findings(f"{LEAST}{line}\n", environment)
    assert finding.startswith(f"x.toml:{said}")


def test_what_could_not_be_filled_in_is_not_found_fault_with_again() -> None:
    assert len(findings(LEAST.replace("wss://chat.example/cable", "${CABLE}"))) == 1


def test_secrets_are_filled_in_wherever_texts_are() -> None:
    more = "values.x = 'a${A_B}c'\nlive.select = {list = ['${A_B}'], sum = '$${A_B} ${a b} $A_B'}\n"
    target = described(more, {"A_B": SECRET}).target
    assert target.values["x"] == f"a{SECRET}c"
    assert target.live.select == {"list": [SECRET], "sum": "${A_B} ${a b} $A_B"}


def test_no_finding_shows_a_secret() -> None:
    cable = "[target.t]\ncable = {headers = {X-Token = '${T}é'}, url = 'http://${T}@chat.example/cable'}\n"
    text = (
        cable
        + "\n".join(LEAST.splitlines()[2:])
        + "\n"
        + ("values = {'X y' = '${T}'}\n[[target.t.auth]]\nrequest = '${T}'\ncapture = {x = '${T}'}\n")
    )
    more = "[target.t.order]\ntie = '${T}'\n[[target.t.auth]]\nrequest = '${U}'\naccept = ['${U}']\n"
    long = {"T": SECRET, "U": SECRET + "-and-much-more-than-fits-into-a-line-of-an-error" * 3}
    said = (*findings(text, long), *findings(text + more, long))
    assert len(said) > 6
    assert "s3cr3t" not in "\n".join(said)


MASKED = {
    "what the environment said": ("values.x = '${T}'", SECRET),
    "a password in a URL of the environment's": ("values.x = '${URL}'", "url-passw%2Frd"),
    "the same as the server knows it": ("values.x = '${URL}'", "url-passw/rd"),
    "a parameter in it": ("values.x = '${URL}'", "parameter-1"),
    "a password in a URL of the file's own": ("values.x = 'redis://:literal-password@h/0'", "literal-password"),
    "a parameter that tells, in one": ("cable.query.x = 'https://h/?api_key=literal-key&x=plain-one'", "literal-key"),
    "a value by the name of its key": ("values.api_key = 'literal-key'", "literal-key"),
    "what follows the scheme in a header": ("cable.headers.Authorization = 'Bearer literal-key'", "literal-key"),
    "a cookie by the name of its table": ("cable.cookies._x = 'literal-key'", "literal-key"),
    "deep in a request's body": ("auth = [{request = 'POST https://h/x', json = {user = {password = 'literal:{key'}}}]", "literal:{key"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "secret"), MASKED.values(), ids=list(MASKED))
def test_what_is_a_secret_is_known_when_the_file_is_read(line: str, secret: str) -> None:
    environment = {"T": SECRET, "URL": "postgresql://u:url-passw%2Frd@h/db?x=parameter-1"}
    text = LEAST
    if line.startswith("cable."):
        text = LEAST.replace("cable = {", f"cable = {{{line.removeprefix('cable.')}, ")
        line = ""
    secrets = read_text(f"{text}{line}\n", "x.toml", "t", environment).secrets
    assert secrets.masked(f"x {secret} y") == "x *** y"


NO_SECRETS = {
    "a template": ("values.token_of_x = 'Bearer {run_token}'\nvalues.run_token = 'abcdefgh'", "run_token"),
    "a place to capture from": ("auth = [{request = 'POST https://h/x', capture = {token = 'json:data.token'}}]", "json:data.token"),
    "a parameter that does not tell": ("values.x = 'https://h/?page=plain-one'", "plain-one"),
    "what is no URL": ("values.x = 'http://[broken?token=plain-one'", "plain-one"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "text"), NO_SECRETS.values(), ids=list(NO_SECRETS))
def test_what_is_no_secret_is_left_readable(line: str, text: str) -> None:
    assert described(line).secrets.masked(text) == text


PS = {
    "a variable of the environment's": ("command = ['./say', '${T}']", "publish.command shows ${T} to everybody who lists processes"),
    "a value that tells": ("command = ['./say', '--token={token}']", "publish.command shows {token} to everybody"),
    "a literal secret": ("command = ['./say', 'literal-key']", "publish.command shows a secret to everybody"),
}  # fmt: skip


@pytest.mark.parametrize(("publish", "said"), PS.values(), ids=list(PS))
def test_no_secret_stands_among_the_words_of_a_command(publish: str, said: str) -> None:
    text = "\n".join(line for line in LEAST.splitlines() if not line.startswith("publish"))
    text += f"\nvalues.token = 'literal-key'\npublish = {{{publish}}}\n"
    [finding] = findings(text, {"T": SECRET})
    assert said in finding
    assert finding.endswith("each {name} as CABLECHECK_NAME, in its own")


def test_other_words_of_a_command_are_nobodys_secret() -> None:
    described(
        publish="{command = ['./say', '{label}', '$${T}']}", more="deploy.command = './deploy.sh --now'"
    )


# What is kept ---------------------------------------------------------------------------------------------------------------


def test_a_run_keeps_its_own_target_without_secrets() -> None:
    text = (
        f"{LEAST}values = {{token = 'literal-key', name = 'é'}}\n[target.other]\ncable.url = 'ws://other'\n"
    )
    kept = as_kept(read_text(text, "x.toml", "t", {}))
    assert "literal-key" not in kept
    assert 'token = "***"' in kept
    assert "other" not in kept
    assert read_text(kept, "kept.toml", "t", {}).target.values == {"token": "***", "name": "é"}


def test_what_was_a_reference_stays_one() -> None:
    kept = as_kept(described("values.x = '${T}'", {"T": SECRET}))
    assert 'x = "${T}"' in kept


# From a file ----------------------------------------------------------------------------------------------------------------


def refused(path: Path) -> str:
    with pytest.raises(BadInputError) as caught:
        read_target(path, "t", {})
    return str(caught.value).replace(str(path), "PATH")


def test_a_file_is_read_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "cablecheck.toml"
    path.write_bytes(b"\xef\xbb\xbf" + LEAST.replace("\n", "\r\n").encode())
    assert read_target(path, "t", {}).target.cable.url == "wss://chat.example/cable"
    assert target_names(path) == ["t"]


def test_a_file_that_can_not_be_read_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    assert refused(path) == (
        "PATH: can't be read (No such file or directory); write one with `cablecheck init`, or name another with --targets; "
        "cablecheck.toml is looked for here"
    )
    path.write_bytes(b"a = 'gr\xff'")
    assert refused(path) == "PATH:1:8: byte 0xff is no UTF-8; save the file as UTF-8"
    path.write_bytes(b"#" * (MOST_BYTES + 1))
    assert refused(path) == "PATH: more than 256 KiB; a target file is a few tables"


def test_the_names_in_a_file_are_told(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text("[target.a]\n[target.b-2]\n")
    assert target_names(path) == ["a", "b-2"]
    path.write_text("x = 1\n")
    assert target_names(path) == []
    path.write_text("x = \n")
    with pytest.raises(BadInputError, match="no TOML"):
        target_names(path)


def test_secrets_is_a_plain_container() -> None:
    assert SECRET in Secrets([SECRET])


def test_what_a_kept_file_accepts_is_read_without_its_secrets() -> None:
    text = as_kept(
        described("values.x = '${T}'\nknown = {calm = {hellotext = {lost = ['m3']}}}", {"T": SECRET})
    )
    assert known_in(text, "x.toml", "t") == {"calm": {"hellotext": Known(lost=("m3",))}}
    assert known_in(LEAST, "x.toml", "t") == {}


@pytest.mark.parametrize(
    "text", ["x = ", "[target.other]", "[target.t]\nknown = {calm = {hellotext = {lots = 1}}}"]
)
def test_a_kept_file_that_was_changed_is_refused(text: str) -> None:
    with pytest.raises(BadInputError, match=r"^x\.toml:"):
        known_in(text, "x.toml", "t")


def test_a_table_where_a_plain_value_belongs_is_said() -> None:
    text = '[target.a]\nallow = {yes = 1}\n[target.a.cable]\nurl = "ws://h/cable"\n'
    with pytest.raises(BadInputError, match=r"'allow' of target 'a' is a mapping; use true or false"):
        read_text(text, "a.toml", "a", {})
